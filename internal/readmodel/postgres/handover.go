package postgres

import (
	"context"
	"slices"
	"sync"

	"percorsi/internal/casework"
	"percorsi/internal/eventlog"
	"percorsi/internal/readmodel"
)

// handedBatches is how many batches wait for a follower, at most. One that is
// further behind reads what it lacks from the copy, as other processes do.
const handedBatches = 64

// handed is what a batch of the writer came to.
type handed struct {
	after, upTo casework.Position
	next        map[eventlog.Stream]*entry
	stopped     map[eventlog.Stream]readmodel.Quarantine
}

// handover has the batches that the writer of this process wrote and the
// follower has not taken yet, each after the one before. So what was folded
// once is not read and folded again beside it.
type handover struct {
	mu      sync.Mutex
	batches []*handed
	// broken is set where the follower has to look at the rows first: they were
	// replaced, or somebody else wrote them.
	broken bool
}

// put adds a batch.
func (h *handover) put(b *handed) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if n := len(h.batches); n == handedBatches {
		h.batches = slices.Delete(h.batches, 0, 1)
	}
	h.batches = append(h.batches, b)
}

// breakOff forgets what waits, since another writer begins.
func (h *handover) breakOff() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.batches, h.broken = nil, true
}

// mend is called before the rows are looked at.
func (h *handover) mend() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.broken = false
}

// after takes the next batch for who has come to a position; nil where there is
// none, or where something lies in between.
func (h *handover) after(at casework.Position) *handed {
	h.mu.Lock()
	defer h.mu.Unlock()
	for !h.broken && len(h.batches) > 0 && h.batches[0].after <= at {
		b := h.batches[0]
		h.batches = slices.Delete(h.batches, 0, 1)
		if b.upTo > at {
			return b
		}
	}
	return nil
}

// covers tells whether who has come to a position finds here all that is needed
// to come to another one.
func (h *handover) covers(at, upTo casework.Position) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return !h.broken && (at >= upTo || len(h.batches) > 0 && h.batches[0].after <= at)
}

// hand gives the follower a batch that was written. It is taken at once unless
// somebody folds.
func (f *follower) hand(ctx context.Context, b *handed) {
	f.handover.put(b)
	select {
	case f.folding <- struct{}{}:
		defer f.release()
		f.takeHanded(ctx)
	default: // whoever folds takes it, or who asks next
	}
}

// takeHanded takes what the writer folded and tells the boards of it.
func (f *follower) takeHanded(ctx context.Context) {
	for b := f.handover.after(f.told()); b != nil; b = f.handover.after(f.told()) {
		for s, e := range b.next {
			f.shards[f.shardOf(s)].adopt(f, s, e.state)
		}
		for s, q := range b.stopped {
			f.shards[f.shardOf(s)].stop(f, s, q.At)
		}
		f.tell(ctx)
		f.reached.Store(uint64(b.upTo))
	}
}

// adopt takes a state that the writer folded, unless there is a newer one. A
// stream that had stopped here goes on, as it does in the rows.
func (s *shard) adopt(f *follower, name eventlog.Stream, state readmodel.State) {
	l := s.line(name)
	if state.Last() <= l.state.Last() {
		return
	}
	if l.stopped != 0 {
		l.stopped = 0
		delete(f.bounds, name)
		f.revised++
	}
	l.state = state
	s.move(l)
}

// stop takes over that a stream stopped.
func (s *shard) stop(f *follower, name eventlog.Stream, at casework.Position) {
	s.line(name).stopped = at
	if f.bounds == nil {
		f.bounds = make(bounds)
	}
	f.bounds[name] = at
}

// near gives streams as far as they were folded here up to a position that the
// writer has come to, and how far that is; nothing where that takes long to
// know, or where one of them stopped.
func (f *follower) near(ctx context.Context, streams []eventlog.Stream, upTo casework.Position) (map[eventlog.Stream]*tale, casework.Position) {
	tales := make(map[eventlog.Stream]*tale, len(streams))
	if !f.handover.covers(f.told(), upTo) || f.hold(ctx) != nil {
		return tales, 0
	}
	defer f.release()
	f.takeHanded(ctx)
	for _, s := range streams {
		l := f.find(s)
		if l == nil {
			continue
		}
		if l.stopped != 0 {
			return make(map[eventlog.Stream]*tale, len(streams)), 0
		}
		tales[s] = &tale{stream: s, past: f.past, state: l.state}
	}
	return tales, f.told()
}
