package correction

import (
	"fmt"
	"slices"
	"strings"

	"percorsi/internal/fact"
	"percorsi/internal/fault"
)

// Orphan is a fact that could not have been recorded in its place.
type Orphan struct {
	*Entry

	// Why is a *fault.Error whose violations name the fields of the fact.
	Why error
}

// maxOrphans bounds the facts that a refusal names.
const maxOrphans = 10

// Orphaned says that a correction makes no orphans: before and after are those
// without and with it. One that was an orphan already is no reason. amended gives
// the place of an amended fact in the command, or -1. later says in general what
// could not have been recorded. The error is a *fault.Error: what is wrong with an
// amended fact, or else which facts have to be corrected too.
func Orphaned(before, after []Orphan, amended func(Ref) int, later string) error {
	old := make(map[Ref]bool, len(before))
	for _, o := range before {
		old[o.Ref] = true
	}
	after = slices.DeleteFunc(slices.Clone(after), func(o Orphan) bool { return old[o.Ref] })
	for _, o := range after {
		if i := amended(o.Ref); i >= 0 {
			return Amending(i, o.Why)
		}
	}
	if len(after) == 0 {
		return nil
	}
	return fault.New(fault.NotNow, "%s could not have been, had this been right: correct it in the same command (%s)", later, listed(after))
}

func listed(orphans []Orphan) string {
	var names []string
	for _, o := range orphans[:min(len(orphans), maxOrphans)] {
		names = append(names, fmt.Sprintf("%s of %s at position %d", fact.Name(o.Fact), o.Fact.GetOccurredOn(), o.At))
	}
	if more := len(orphans) - maxOrphans; more > 0 {
		names = append(names, fmt.Sprintf("and %d more", more))
	}
	return strings.Join(names, ", ")
}
