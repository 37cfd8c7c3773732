package notice

import (
	"slices"
	"time"

	"github.com/google/uuid"

	"percorsi/internal/access"
	"percorsi/internal/casework"
	noticev1 "percorsi/internal/gen/percorsi/notice/v1"
	"percorsi/internal/notice/outbox"
)

// index is for whom notices are, and what they are found by, of those behind one
// number and up to another one.
type index struct {
	low, last outbox.Number
	of        map[string][]outbox.Number
	traits    []trait // in the order of the numbers, from that behind low
}

// newIndex makes one that has nothing behind a number.
func newIndex(low outbox.Number) *index {
	return &index{low: low, last: low, of: map[string][]outbox.Number{}}
}

// The names under which notices are found: users and bodies are told apart.
func user(name string) string { return "u:" + name }
func body(name string) string { return "b:" + name }

// add adds the next message. A mark is for nobody.
func (x *index) add(m outbox.Message, t trait) {
	for _, u := range m.Notice.GetUsers() {
		x.of[user(u)] = append(x.of[user(u)], m.Number)
	}
	for _, one := range m.Notice.GetBodies() {
		x.of[body(one)] = append(x.of[body(one)], m.Number)
	}
	x.traits = append(x.traits, t)
	x.last = m.Number
}

// below puts an index that ends where this one begins in front of it.
func (x *index) below(older *index) {
	for name, numbers := range older.of {
		x.of[name] = slices.Concat(numbers, x.of[name])
	}
	x.traits = slices.Concat(older.traits, x.traits)
	x.low = older.low
}

// between gives the numbers of what may be for a caller and passes, behind one
// number and up to another one, oldest first.
func (x *index) between(c access.Caller, pass func(trait) bool, after, upTo outbox.Number) []outbox.Number {
	var out []outbox.Number
	for _, list := range [][]outbox.Number{x.of[user(c.User)], x.of[body(c.Body)]} {
		from, _ := slices.BinarySearch(list, after+1)
		to, _ := slices.BinarySearch(list, upTo+1)
		for _, number := range list[from:max(from, to)] {
			if pass(x.traits[number-x.low-1]) {
				out = append(out, number)
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// trait is what a notice is found by, besides whom it is for.
type trait struct {
	kind noticev1.NoticeKind
	on   casework.Day
	file int32 // the case, by its number in files
}

// files numbers cases, from 1.
type files map[casework.CaseID]int32

func (f files) number(id casework.CaseID) int32 {
	if _, ok := f[id]; !ok {
		f[id] = int32(len(f) + 1) //nolint:gosec // there are not as many cases
	}
	return f[id]
}

// trait gives what a notice is found by, with days in a zone.
func (f files) trait(n *noticev1.Notice, zone *time.Location) trait {
	t := trait{kind: n.GetKind()}
	if n.GetAt() != nil {
		t.on = casework.DayOf(n.GetAt().AsTime().In(zone))
	}
	if id, err := uuid.Parse(n.GetCaseId()); err == nil {
		t.file = f.number(id)
	}
	return t
}
