package casework

import (
	"cmp"
	"slices"
)

// Clock is a clock that runs on a case.
type Clock struct {
	Name, Label, Source string
	// About is the member or the project that has the clock; empty for the case
	// itself.
	About string
	// StartedOn is the day it counts from: that of the last start or reset.
	StartedOn Day
	// DueOn is the last day it allows.
	DueOn Day
	// DueAt is the moment it is due in Unix seconds, for a clock counted in
	// hours; else 0.
	DueAt int64
}

const secondsPerHour = 60 * 60

// Running gives the clocks that run on a case, the first due first. Facts count
// by the day they happened, not by when they were recorded, so a clock is right
// again as soon as a late fact is there. An overdue clock runs until it is
// stopped. A case that ended has only the clocks that survive it, a voided one
// none.
func Running(rules []ClockRule, c *Case) []Clock {
	if c == nil || c.Status == Voided {
		return nil
	}
	moments := byDay(c.Timeline)
	var clocks []Clock
	for i := range rules {
		r := &rules[i]
		if (c.ended() && !r.Survives) || !r.Cases.holds(c) {
			continue
		}
		for _, about := range r.subjects(c) {
			if clock, ok := r.count(c, moments, about); ok {
				clocks = append(clocks, clock)
			}
		}
	}
	slices.SortStableFunc(clocks, func(a, b Clock) int {
		return cmp.Or(cmp.Compare(a.DueOn, b.DueOn), cmp.Compare(a.Name, b.Name))
	})
	return clocks
}

// byDay gives the moments in the order they happened; those of one day as they
// were recorded.
func byDay(timeline []Moment) []Moment {
	order := func(a, b Moment) int { return cmp.Compare(a.Day, b.Day) }
	if slices.IsSortedFunc(timeline, order) {
		return timeline
	}
	sorted := slices.Clone(timeline)
	slices.SortStableFunc(sorted, order)
	return sorted
}

// subjects gives those that may have the clock.
func (r *ClockRule) subjects(c *Case) []string {
	var out []string
	switch r.Each {
	case EachMember:
		for _, m := range c.Household {
			if oneOf(r.Obligations, m.Obligation) {
				out = append(out, m.Person)
			}
		}
	case EachProject:
		for _, p := range c.Projects {
			out = append(out, p.ID)
		}
	default:
		return theCase
	}
	return out
}

// theCase is the one subject of a clock of the case itself.
var theCase = []string{""}

// count follows the moments, and gives the clock if it runs at their end.
func (r *ClockRule) count(c *Case, moments []Moment, about string) (Clock, bool) {
	from := Moment{Day: r.From.of(c, about)} // day zero: it does not run
	for i := range moments {
		m := &moments[i]
		switch {
		case in(r.Exempt, m, about):
			return Clock{}, false
		case m.Day < from.Day: // before the day of the case it starts on
		case in(r.Stop, m, about):
			from = Moment{}
		case in(r.Start, m, about), from.Day != 0 && in(r.Reset, m, about):
			from = *m
		}
	}
	if from.Day == 0 || !inside(from.Day, r.ValidFrom, r.ValidTo) {
		return Clock{}, false
	}
	return r.clock(c, from, about)
}

// clock gives the clock that counts from a moment; none where what its length
// needs is not known.
func (r *ClockRule) clock(c *Case, from Moment, about string) (Clock, bool) {
	k := Clock{Name: r.Name, Label: r.Label, Source: r.Source, About: about, StartedOn: from.Day}
	switch l := r.Length; {
	case l.Hours != 0 && from.At != 0:
		k.DueAt = from.At + int64(l.Hours)*secondsPerHour
		k.DueOn = from.Day + Day((l.Hours+23)/24)
	case l.Days != 0:
		k.DueOn = from.Day + Day(l.Days)
	case l.Months != 0:
		k.DueOn = from.Day.AddMonths(l.Months)
	default:
		k.DueOn = l.Until.of(c, about)
	}
	return k, k.DueOn != 0
}

// ended tells whether the case is over.
func (c *Case) ended() bool { return c.Status == Closed || c.Status == Refused }
