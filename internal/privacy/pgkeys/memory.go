package pgkeys

import (
	"maps"
	"sync"

	"github.com/google/uuid"
)

// memory holds the wrapped keys that this process knows.
//
// What was read from the database may have been destroyed by the time it is
// kept. So whoever reads takes the age of the memory before, and what was read
// at another age is not kept: the next caller reads again.
type memory struct {
	mu   sync.RWMutex
	keys map[uuid.UUID]wrapped
	age  uint64 // how often anything was forgotten
}

func (m *memory) find(person uuid.UUID) (w wrapped, found bool) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	w, found = m.keys[person]
	return w, found
}

// now gives the age of the memory.
func (m *memory) now() uint64 {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return m.age
}

// keep adds what was read since the memory had an age.
func (m *memory) keep(age uint64, read map[uuid.UUID]wrapped) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.age != age {
		return
	}
	maps.Copy(m.keys, read)
}

func (m *memory) forget(people []uuid.UUID) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.age++
	for _, person := range people {
		delete(m.keys, person)
	}
}

// replace forgets everything for what was read anew.
func (m *memory) replace(read map[uuid.UUID]wrapped) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.age++
	m.keys = read
}

// lacks gives the people of whom nothing is kept.
func (m *memory) lacks(people []uuid.UUID) []uuid.UUID {
	m.mu.RLock()
	defer m.mu.RUnlock()
	var out []uuid.UUID
	for _, person := range people {
		if _, found := m.keys[person]; !found {
			out = append(out, person)
		}
	}
	return out
}
