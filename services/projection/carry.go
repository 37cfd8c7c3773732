package projection

import (
	"context"
	"sync"

	"percorsi/internal/readmodel"
)

// carry does a long work and tells a caller how far it is. The work never waits
// for the caller: who is slow is told less often. If the caller cannot be told
// any more, the work is cancelled. Nothing of either goes on after carry has
// returned.
func carry[T any](ctx context.Context, tell func(readmodel.Progressing) error,
	work func(ctx context.Context, report func(readmodel.Progressing)) (T, error),
) (T, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	n := &news{fresh: make(chan struct{}, 1)}
	told := make(chan error, 1)
	over := make(chan struct{})
	go func() {
		err := n.tellAll(over, tell)
		if err != nil {
			cancel()
		}
		told <- err
	}()
	end := sync.OnceValue(func() error {
		close(over)
		return <-told
	})
	defer func() { _ = end() }() // for a work that panics
	out, err := work(ctx, n.put)
	if lost := end(); lost != nil {
		return out, lost
	}
	return out, err
}

// news is the newest word on a work.
type news struct {
	fresh chan struct{} // holds one while there is something to tell

	mu     sync.Mutex
	newest readmodel.Progressing
}

func (n *news) put(p readmodel.Progressing) {
	n.mu.Lock()
	n.newest = p
	n.mu.Unlock()
	select {
	case n.fresh <- struct{}{}:
	default:
	}
}

func (n *news) tellAll(over <-chan struct{}, tell func(readmodel.Progressing) error) error {
	for {
		select {
		case <-n.fresh:
			n.mu.Lock()
			p := n.newest
			n.mu.Unlock()
			if err := tell(p); err != nil {
				return err
			}
		case <-over:
			return nil
		}
	}
}
