package memory

import (
	"context"
	"slices"

	"percorsi/internal/casework"
	"percorsi/internal/eventlog"
	"percorsi/internal/readmodel"
)

// waiter waits for a position.
type waiter struct {
	position casework.Position
	reached  chan struct{}
}

type waiters []*waiter

// wake lets those go whose position is reached.
func (w *waiters) wake(at casework.Position) {
	if len(*w) == 0 {
		return
	}
	*w = slices.DeleteFunc(*w, func(one *waiter) bool {
		if one.position > at {
			return false
		}
		close(one.reached)
		return true
	})
}

func (w *waiters) remove(one *waiter) {
	*w = slices.DeleteFunc(*w, func(other *waiter) bool { return other == one })
}

// Position is that of the last record folded.
func (m *Model) Position(ctx context.Context) (casework.Position, error) {
	return casework.Position(m.reached.Load()), ctx.Err()
}

// Wait returns as soon as the model covers a position.
func (m *Model) Wait(ctx context.Context, p casework.Position) error {
	if uint64(p) <= m.reached.Load() {
		return nil
	}
	m.mu.Lock()
	if uint64(p) <= m.reached.Load() {
		m.mu.Unlock()
		return nil
	}
	w := &waiter{position: p, reached: make(chan struct{})}
	m.waiters = append(m.waiters, w)
	m.mu.Unlock()
	select {
	case <-w.reached:
		return nil
	case <-ctx.Done():
		m.mu.Lock()
		m.waiters.remove(w)
		m.mu.Unlock()
		return readmodel.NotYet(ctx, p, casework.Position(m.reached.Load()))
	}
}

// watch is shared by those who wait for one stream.
type watch struct {
	changed chan struct{}
	waiting int
}

type watchers map[eventlog.Stream]*watch

// wake lets those go who wait for a stream.
func (w watchers) wake(s eventlog.Stream) {
	if one, ok := w[s]; ok {
		close(one.changed)
		delete(w, s)
	}
}

// join gives the watch of a stream to one more.
func (w watchers) join(s eventlog.Stream) *watch {
	one, ok := w[s]
	if !ok {
		one = &watch{changed: make(chan struct{})}
		w[s] = one
	}
	one.waiting++
	return one
}

// leave is for who gave up.
func (w watchers) leave(s eventlog.Stream, one *watch) {
	if one.waiting--; one.waiting == 0 && w[s] == one {
		delete(w, s)
	}
}

// Changed waits until a case has a commit after a position.
func (m *Model) Changed(ctx context.Context, id casework.CaseID, after casework.Position) (*casework.Case, error) {
	stream := streamOf(id)
	for {
		c, w, err := m.changed(id, stream, after)
		if err != nil || w == nil {
			return c, err
		}
		select {
		case <-w.changed:
		case <-ctx.Done():
			m.mu.Lock()
			m.watchers.leave(stream, w)
			m.mu.Unlock()
			return nil, ctx.Err()
		}
	}
}

// changed gives the case if it has changed, or else what to wait for.
func (m *Model) changed(id casework.CaseID, stream eventlog.Stream, after casework.Position) (*casework.Case, *watch, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	c, err := m.caseFile(id)
	if err != nil || c.Last > after {
		return c, nil, err
	}
	if q, ok := m.stopped.find(stream); ok {
		return nil, nil, q.Err()
	}
	return nil, m.watchers.join(stream), nil
}
