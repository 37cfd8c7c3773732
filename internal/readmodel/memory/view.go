package memory

import (
	"cmp"
	"context"
	"math/bits"
	"slices"
	"sync"

	"percorsi/internal/readmodel"
)

// maxViews bounds the sets of visible cases that are kept, each of one bit for
// every case. Where there are more callers, some are asked anew.
const maxViews = 512

const (
	wordSize   = 64
	chunkWords = chunkSize / wordSize
)

// visible is the set of slots that a caller sees in one snapshot. It is never
// changed. A nil set has everything.
type visible struct {
	words []uint64
	count int
}

func (v *visible) has(slot int) bool {
	return v == nil || v.words[slot/wordSize]&(1<<(slot%wordSize)) != 0
}

// last gives the highest slot below n that is in the set, -1 for none.
func (v *visible) last(n int) int {
	if v == nil {
		return n - 1
	}
	for n > 0 {
		i := (n - 1) / wordSize
		if word := v.words[i] << (wordSize - 1 - (n-1)%wordSize); word != 0 {
			return n - 1 - bits.LeadingZeros64(word)
		}
		n = i * wordSize
	}
	return -1
}

// and gives what is in both sets, of which one may be nil.
func (v *visible) and(w *visible) *visible {
	if v == nil || w == nil {
		return cmp.Or(v, w)
	}
	both := &visible{words: make([]uint64, len(v.words))}
	for i := range both.words {
		both.words[i] = v.words[i] & w.words[i]
		both.count += bits.OnesCount64(both.words[i])
	}
	return both
}

// views keeps what callers see. It is safe for concurrent use.
type views struct {
	mu sync.Mutex
	by map[readmodel.Scope]*view
}

// view is what one caller sees, as of the newest snapshot it was asked for.
type view struct {
	mu   sync.Mutex
	age  uint64 // of the snapshot
	seen *visible
}

// of finds or makes the view of a scope.
func (vs *views) of(by readmodel.Scope) *view {
	vs.mu.Lock()
	defer vs.mu.Unlock()
	v, ok := vs.by[by]
	if ok {
		return v
	}
	if vs.by == nil || len(vs.by) >= maxViews {
		vs.by = make(map[readmodel.Scope]*view)
	}
	v = &view{}
	vs.by[by] = v
	return v
}

// in takes a snapshot and gives what the scope sees in it. Snapshots are taken
// in turn, so that the view only ever goes forward.
func (v *view) in(by readmodel.Scope, take func() (*snapshot, error)) (*visible, *snapshot, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	s, err := take()
	if err != nil {
		return nil, nil, err
	}
	if v.seen == nil || v.age < s.cases.age {
		v.seen, v.age = v.advance(by, s.cases), s.cases.age
	}
	return v.seen, s, nil
}

// advance asks again for the chunks that have changed since the last snapshot
// of the view: a chunk that the table shares with it is older.
func (v *view) advance(by readmodel.Scope, t table) *visible {
	next := &visible{words: make([]uint64, len(t.chunks)*chunkWords)}
	if v.seen != nil {
		copy(next.words, v.seen.words)
	}
	for i, c := range t.chunks {
		if v.seen == nil || c.age > v.age {
			look(next.words[i*chunkWords:(i+1)*chunkWords], c, by)
		}
	}
	for _, word := range next.words {
		next.count += bits.OnesCount64(word)
	}
	return next
}

// look asks for every case of a chunk.
func look(words []uint64, c *chunk, by readmodel.Scope) {
	clear(words)
	for i := range c.rows {
		if k := c.rows[i].state; k != nil && by.Sees(k) {
			words[i/wordSize] |= 1 << (i % wordSize)
		}
	}
}

// seenBy takes a snapshot and gives what all of some scopes see in it.
func (m *Model) seenBy(ctx context.Context, scopes ...readmodel.Scope) (*visible, *snapshot, error) {
	take := func() (*snapshot, error) { return m.snapshot(ctx) }
	var all *visible
	for _, by := range slices.Backward(inTurn(scopes)) {
		inner := take
		take = func() (*snapshot, error) {
			seen, s, err := m.views.of(by).in(by, inner)
			all = all.and(seen)
			return s, err
		}
	}
	s, err := take()
	return all, s, err
}

// inTurn gives the scopes that do not see everything, each once, in an order
// that is the same for everybody: the views of all are held while the snapshot is
// taken, and two questions must not wait for each other.
func inTurn(scopes []readmodel.Scope) []readmodel.Scope {
	out := slices.DeleteFunc(slices.Clone(scopes), func(s readmodel.Scope) bool { return s.All })
	slices.SortFunc(out, func(a, b readmodel.Scope) int {
		return cmp.Or(
			cmp.Compare(a.Caller.User, b.Caller.User),
			cmp.Compare(a.Caller.Body, b.Caller.Body),
			cmp.Compare(a.Caller.Role, b.Caller.Role),
		)
	})
	return slices.Compact(out)
}
