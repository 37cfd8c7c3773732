package memory

import (
	"context"
	"slices"

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

func (m *Model) evolveCase(ctx context.Context, at casework.Position, name string, d readmodel.Delivery) error {
	old := m.cases.named(name)
	s, err := readmodel.State{Case: old}.Evolve(ctx, d, m.past)
	if err != nil {
		return err
	}
	next := s.Case
	m.boards.Case(next)
	f := facetOf(&m.words, next, m.asked)
	m.publish(at, func() {
		m.cases.put(old, row{state: next, facet: f})
		m.watchers.wake(d.Record.Stream)
		m.recent.Add(d.Record.Stream)
	})
	return nil
}

// named gives the case of a stream, nil for none.
func (f *caseFiles) named(name string) *casework.Case {
	id, err := readmodel.ParseID(name)
	if err != nil {
		return nil
	}
	if slot, known := f.slots[id]; known {
		return f.table.at(slot)
	}
	return nil
}

// all gives every case.
func (f *caseFiles) all(yield func(*casework.Case) bool) {
	for slot := range f.table.rows {
		if !yield(f.table.at(slot)) {
			return
		}
	}
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
	if old != nil && sameList(old.Composition, next.Composition) {
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

// involved gives everybody who is in a case or was in its household, each once.
func involved(c *casework.Case) []string {
	if c == nil {
		return nil
	}
	who := []string{c.Person}
	for _, m := range c.Memberships() {
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

// CasesOf gives every case that a person is or was in, the one opened last in front.
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
