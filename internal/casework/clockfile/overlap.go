package clockfile

import (
	"slices"

	"percorsi/internal/casework"
)

// meet tells whether a case could have the clocks of two rules at once.
func meet(a, b casework.ClockRule) bool {
	return sameDays(a.ValidFrom, a.ValidTo, b.ValidFrom, b.ValidTo) &&
		sameDays(a.Cases.OpenedFrom, a.Cases.OpenedTo, b.Cases.OpenedFrom, b.Cases.OpenedTo) &&
		share(a.Cases.Pathways, b.Cases.Pathways) &&
		share(a.Cases.Services, b.Cases.Services) &&
		share(a.Cases.Lines, b.Cases.Lines) &&
		share(a.Obligations, b.Obligations)
}

// sameDays tells whether two spans of days, open where a day is zero, have a
// day in common.
func sameDays(from, to, from2, to2 casework.Day) bool {
	return (to == 0 || from2 <= to) && (to2 == 0 || from <= to2)
}

// share tells whether two lists, of which an empty one has everything, have
// something in common.
func share[T comparable](a, b []T) bool {
	if len(a) == 0 || len(b) == 0 {
		return true
	}
	return slices.ContainsFunc(a, func(v T) bool { return slices.Contains(b, v) })
}
