package memory

import (
	"slices"

	"github.com/google/btree"

	"percorsi/internal/casework"
	"percorsi/internal/readmodel"
)

// degree is that of the tree of clocks: the larger, the faster it is walked
// and the more is copied under a snapshot.
const degree = 32

// ticking is a clock in the work list, with what filters ask for, so that the
// list is walked without looking at any case.
type ticking struct {
	at      readmodel.Urgency
	slot    int
	manager string
	body    string
	clock   *casework.Clock
}

func (k ticking) before(l ticking) bool { return k.at.Compare(l.at) < 0 }

func (k ticking) matches(f readmodel.ClockFilter) bool {
	return (f.Name == "" || f.Name == k.at.Name) &&
		(f.CaseManager == "" || f.CaseManager == k.manager) &&
		(f.ManagingBody == "" || f.ManagingBody == k.body) &&
		(f.DueBy == 0 || k.clock.DueOn <= f.DueBy)
}

// beyond tells whether no clock from this one on can be due by the day asked
// for. A clock counted in hours may be due up to a day before its DueOn ends.
func (k ticking) beyond(f readmodel.ClockFilter) bool {
	return f.DueBy != 0 && k.at.Due > (f.DueBy+2).Time().Unix()
}

// agenda is every clock that runs, the most urgent first. It is changed by one
// goroutine at a time.
type agenda struct {
	rules []casework.ClockRule
	tree  *btree.BTreeG[ticking]
	// of has the clocks of each slot.
	of [][]ticking
	// words holds each name once: the same word at the same address is
	// compared without being read.
	words map[string]string
}

func newAgenda(rules []casework.ClockRule) *agenda {
	return &agenda{rules: rules, tree: btree.NewG(degree, ticking.before), words: make(map[string]string)}
}

// count brings the clocks of a case up to date.
func (a *agenda) count(slot int, c *casework.Case) {
	if n := slot + 1 - len(a.of); n > 0 {
		a.of = append(a.of, make([][]ticking, n)...)
	}
	clocks := casework.Running(a.rules, c)
	next := make([]ticking, len(clocks))
	for i := range clocks {
		next[i] = ticking{
			at: readmodel.UrgencyOf(c, clocks[i], i), slot: slot,
			manager: a.word(c.CaseManager), body: a.word(c.ManagingBody), clock: &clocks[i],
		}
	}
	old := a.of[slot]
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

// same tells whether two entries of a case say the same.
func same(k, l ticking) bool {
	return k.at == l.at && k.manager == l.manager && k.body == l.body && *k.clock == *l.clock
}

func (a *agenda) word(s string) string {
	if w, ok := a.words[s]; ok {
		return w
	}
	a.words[s] = s
	return s
}
