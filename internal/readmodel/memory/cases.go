package memory

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/google/uuid"

	"percorsi/internal/access"
	"percorsi/internal/casework"
	"percorsi/internal/readmodel"
)

// caseFiles is every case, with the ways to find one.
type caseFiles struct {
	table table
	slots map[casework.CaseID]int
	// of has the slots of the cases that a person is in, the oldest first.
	of map[string][]int
	// marked are the cases whose clocks have to be counted again.
	marked slotSet
}

func newCaseFiles() caseFiles {
	return caseFiles{slots: make(map[casework.CaseID]int), of: make(map[string][]int)}
}

// errMisnamed says that a stream and what it opens do not belong together.
var errMisnamed = errors.New("the case does not have the id of its stream")

// parseID reads the id of a stream. An id that is not written as it is
// everywhere else would be a second name of the same thing.
func parseID(s string) (uuid.UUID, error) {
	id, err := uuid.Parse(s)
	if err != nil || len(s) != len("00000000-0000-0000-0000-000000000000") || s != strings.ToLower(s) {
		return uuid.UUID{}, errors.New("the stream does not end in a UUID in small letters")
	}
	return id, nil
}

func (m *Model) evolveCase(at casework.Position, name string, d readmodel.Delivery) error {
	id, err := parseID(name)
	if err != nil {
		return err
	}
	var old *casework.Case
	slot, known := m.cases.slots[id]
	if known {
		old = m.cases.table.at(slot)
	}
	next, err := casework.Evolve(old, at, d.Commit)
	switch {
	case err != nil:
		return err
	case next.ID != id:
		return errMisnamed
	}
	who := m.people.attributes[next.Person]
	for _, p := range m.boards {
		p.board.Touch(next, who)
	}
	f := facetOf(&m.words, next)
	m.publish(at, func() {
		m.cases.put(old, row{state: next, facet: f})
		m.watchers.wake(d.Record.Stream)
	})
	return nil
}

// put replaces the state of a case; old is nil for a new one.
func (f *caseFiles) put(old *casework.Case, next row) {
	slot, known := f.slots[next.state.ID]
	if known {
		f.table.set(slot, next)
	} else {
		slot = f.table.add(next)
		f.slots[next.state.ID] = slot
	}
	f.involve(slot, old, next.state)
	f.marked.add(slot)
}

// involve keeps in step who is in a case.
func (f *caseFiles) involve(slot int, old, next *casework.Case) {
	if old != nil && sameList(old.Household, next.Household) {
		return
	}
	before, now := involved(old), involved(next)
	for _, p := range before {
		if !slices.Contains(now, p) {
			f.of[p] = slices.DeleteFunc(slices.Clone(f.of[p]), func(s int) bool { return s == slot })
		}
	}
	for _, p := range now {
		if slices.Contains(before, p) {
			continue
		}
		i, _ := slices.BinarySearch(f.of[p], slot)
		f.of[p] = slices.Insert(slices.Clip(f.of[p]), i, slot)
	}
}

// sameList tells whether two lists are one and the same, without looking into
// them: Evolve never changes a list in place.
func sameList[T any](a, b []T) bool {
	return len(a) == len(b) && (len(a) == 0 || &a[0] == &b[0])
}

// involved gives everybody who is in a case, each once.
func involved(c *casework.Case) []string {
	if c == nil {
		return nil
	}
	who := []string{c.Person}
	for _, m := range c.Household {
		if !slices.Contains(who, m.Person) {
			who = append(who, m.Person)
		}
	}
	return who
}

// Case gives a case as far as it was folded.
func (m *Model) Case(ctx context.Context, id casework.CaseID) (*casework.Case, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	m.mu.RLock()
	defer m.mu.RUnlock()
	return m.caseFile(id)
}

// caseFile is Case with mu held.
func (m *Model) caseFile(id casework.CaseID) (*casework.Case, error) {
	if slot, ok := m.cases.slots[id]; ok {
		return m.cases.table.at(slot), nil
	}
	if q, ok := m.stopped.find(streamOf(id)); ok {
		return nil, q.Err()
	}
	return nil, access.NoSuchCase()
}

// CasesOf gives every case that a person is in, the one opened last in front.
func (m *Model) CasesOf(ctx context.Context, person string) ([]*casework.Case, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	m.mu.RLock()
	defer m.mu.RUnlock()
	var out []*casework.Case
	for _, slot := range slices.Backward(m.cases.of[person]) {
		out = append(out, m.cases.table.at(slot))
	}
	return out, nil
}
