package readmodel

import (
	"context"
	"time"

	"percorsi/internal/casework"
)

// maxReach bounds how long an answer waits for a position, whatever the
// deadline of its caller: a position that was never given is not waited for.
const maxReach = 5 * time.Second

// Reach waits until a model covers the position that a caller wants to read,
// and gives the position that answers read after it cover.
func Reach(ctx context.Context, m interface {
	Position(ctx context.Context) (casework.Position, error)
	Wait(ctx context.Context, p casework.Position) error
}, least uint64,
) (uint64, error) {
	ctx, cancel := context.WithTimeout(ctx, maxReach)
	defer cancel()
	if err := m.Wait(ctx, casework.Position(least)); err != nil {
		return 0, err
	}
	at, err := m.Position(ctx)
	return uint64(at), err
}
