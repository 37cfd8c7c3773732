package memory

import (
	"context"
	"sync"
	"sync/atomic"

	"github.com/google/btree"

	"percorsi/internal/casework"
	"percorsi/internal/person"
)

// snapshot is the lists at one position. It is never changed.
type snapshot struct {
	position casework.Position
	cases    table
	clocks   *btree.BTreeG[ticking]
	groups   person.Groups
}

// counting keeps the work list, and the newest snapshot. Only who holds mu
// changes the agenda.
type counting struct {
	mu     sync.Mutex
	agenda *agenda
	newest atomic.Pointer[snapshot]
}

// snapshot gives the lists as they are now. It counts the clocks of every case
// that has changed, which takes long only after a long time without a
// question; the fold goes on meanwhile. The error is that of ctx.
func (m *Model) snapshot(ctx context.Context) (*snapshot, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if s := m.counting.newest.Load(); s != nil && uint64(s.position) == m.reached.Load() {
		return s, nil
	}
	m.counting.mu.Lock()
	defer m.counting.mu.Unlock()
	s, marked := m.freeze()
	for i, slot := range marked {
		if err := ctx.Err(); err != nil {
			m.markAgain(marked[i:])
			return nil, err
		}
		m.counting.agenda.count(slot, s.cases.row(slot))
	}
	s.clocks = m.counting.agenda.tree.Clone()
	m.counting.newest.Store(s)
	return s, nil
}

// freeze gives the cases as they are, and those whose clocks have to be
// counted.
func (m *Model) freeze() (*snapshot, []int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	s := &snapshot{position: casework.Position(m.reached.Load()), cases: m.cases.table.freeze(), groups: m.people.groups.Copy()}
	return s, m.cases.marked.takeAll()
}

func (m *Model) markAgain(slots []int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, slot := range slots {
		m.cases.marked.add(slot)
	}
}
