package memory

import (
	"slices"
	"sort"

	"percorsi/internal/casework"
	"percorsi/internal/readmodel"
)

// chunkSize is how many rows are copied when one of them changes under a
// snapshot.
const chunkSize = 128

// table holds the states of all cases in the order they were opened. The place
// of a case in it, its slot, never changes. A table is changed by one goroutine
// at a time; the copies that freeze gives are never changed.
type table struct {
	chunks []*chunk
	rows   int
	// age counts the copies given out. A chunk of an earlier age is shared
	// with one of them.
	age uint64
}

type chunk struct {
	age  uint64
	rows [chunkSize]row
}

// row is a case, with what lists are filtered by.
type row struct {
	state *casework.Case
	facet facet
}

// add appends a case and gives its slot.
func (t *table) add(r row) int {
	slot := t.rows
	if slot%chunkSize == 0 {
		t.chunks = append(t.chunks, &chunk{age: t.age})
	}
	t.rows++
	t.set(slot, r)
	return slot
}

// set replaces a row.
func (t *table) set(slot int, r row) {
	i := slot / chunkSize
	own := t.chunks[i]
	if own.age != t.age {
		own = &chunk{age: t.age, rows: own.rows}
		t.chunks[i] = own
	}
	own.rows[slot%chunkSize] = r
}

// row gives a row, which the caller does not change.
func (t *table) row(slot int) *row { return &t.chunks[slot/chunkSize].rows[slot%chunkSize] }

// at gives the state in a slot.
func (t *table) at(slot int) *casework.Case { return t.row(slot).state }

// freeze gives a copy that no change of t will reach.
func (t *table) freeze() table {
	frozen := *t
	frozen.chunks = slices.Clone(t.chunks)
	t.age++
	return frozen
}

// before gives the number of cases that were opened before a position: the
// slots from 0 to that number.
func (t *table) before(p casework.Position) int {
	return sort.Search(t.rows, func(slot int) bool { return readmodel.OpenedAt(t.at(slot)) >= p })
}
