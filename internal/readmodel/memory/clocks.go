package memory

import (
	"cmp"
	"math"
	"slices"

	"github.com/google/btree"

	"percorsi/internal/casework"
	"percorsi/internal/readmodel"
)

// degree is that of the tree of clocks: the larger, the faster it is walked
// and the more is copied under a snapshot.
const degree = 32

// ticking is a clock in the work list, with what filters ask for, so that the
// list is walked without looking at any case. It is small, because a page far
// down the list, or with a rare filter, is found by walking.
type ticking struct {
	due     int64
	clock   *casework.Clock
	slot    int32
	nth     int32
	dueOn   casework.Day
	name    uint32
	manager uint32
	body    uint32
}

// compare orders clocks as readmodel.Urgency does: slots follow the order in
// which cases were opened.
func (k ticking) compare(l ticking) int {
	if by := cmp.Or(cmp.Compare(k.due, l.due), cmp.Compare(k.slot, l.slot)); by != 0 {
		return by
	}
	return cmp.Or(
		cmp.Compare(k.clock.Name, l.clock.Name),
		cmp.Compare(k.clock.About, l.clock.About),
		cmp.Compare(k.nth, l.nth),
	)
}

// agenda is every clock that runs, the most urgent first. It is changed by one
// goroutine at a time.
type agenda struct {
	rules []casework.ClockRule
	words *words
	tree  *btree.BTreeG[ticking]
	// of has the clocks of each slot.
	of [][]ticking
}

func newAgenda(rules []casework.ClockRule, w *words) *agenda {
	before := func(k, l ticking) bool { return k.compare(l) < 0 }
	return &agenda{rules: rules, words: w, tree: btree.NewG(degree, before)}
}

// count brings the clocks of a case up to date.
func (a *agenda) count(slot int, r *row) {
	if n := slot + 1 - len(a.of); n > 0 {
		a.of = append(a.of, make([][]ticking, n)...)
	}
	next, old := a.running(slot, r), a.of[slot]
	if slices.EqualFunc(old, next, same) {
		return
	}
	for _, k := range old {
		a.tree.Delete(k)
	}
	for _, k := range next {
		a.tree.ReplaceOrInsert(k)
	}
	a.of[slot] = next
}

// running gives the clocks that run on a case. Anybody may ask.
func (a *agenda) running(slot int, r *row) []ticking {
	clocks := casework.Running(a.rules, r.state)
	out := make([]ticking, len(clocks))
	for i := range clocks {
		k := &clocks[i]
		out[i] = ticking{
			due: readmodel.UrgencyOf(readmodel.OpenedAt(r.state), *k, i).Due, clock: k, slot: int32(slot), nth: int32(i),
			dueOn: k.DueOn, name: a.words.number(k.Name), manager: r.facet.manager, body: r.facet.body,
		}
	}
	return out
}

// same tells whether two entries of a case say the same.
func same(k, l ticking) bool {
	clocks := *k.clock == *l.clock
	k.clock, l.clock = nil, nil
	return clocks && k == l
}

// clockFilter is a filter of clocks in numbers.
type clockFilter struct {
	name, manager, body uint32
	dueFrom, dueBy      casework.Day
	awaiting            bool
	approver            string
	// none is set where no clock can match.
	none bool
	// begin and end are moments before and after which no clock can be due
	// between dueFrom and dueBy, in Unix seconds: one counted in hours may be
	// due a day before its dueOn ends.
	begin, end int64
}

func newClockFilter(w *words, f readmodel.ClockFilter) clockFilter {
	name, ok1 := w.find(f.Name)
	manager, ok2 := w.find(f.CaseManager)
	body, ok3 := w.find(f.ManagingBody)
	begin := int64(math.MinInt64)
	if f.DueFrom != 0 {
		begin = (f.DueFrom - 2).Time().Unix()
	}
	return clockFilter{
		name: name, manager: manager, body: body, dueFrom: f.DueFrom, dueBy: f.DueBy,
		awaiting: f.Awaiting, approver: f.Approver, none: !ok1 || !ok2 || !ok3, begin: begin, end: (f.DueBy + 2).Time().Unix(),
	}
}

// fits says of a clock what readmodel.ClockFilter.Matches says; the person, who has
// a hand in the case, and what waits in it, are left to the caller.
func (f *clockFilter) fits(k *ticking) bool {
	return (f.name == 0 || f.name == k.name) &&
		(f.manager == 0 || f.manager == k.manager) &&
		(f.body == 0 || f.body == k.body) &&
		(f.dueFrom == 0 || k.dueOn >= f.dueFrom) &&
		(f.dueBy == 0 || k.dueOn <= f.dueBy)
}

// awaits says of a clock what the filter asks of approvals; only then it looks at
// the case.
func (f *clockFilter) awaits(s *snapshot, k *ticking) bool {
	return !f.awaiting && f.approver == "" || s.cases.row(int(k.slot)).facet.awaits(f.awaiting, f.approver)
}

// beyond tells whether neither this clock nor one after it can fit.
func (f *clockFilter) beyond(k *ticking) bool { return f.dueBy != 0 && k.due > f.end }
