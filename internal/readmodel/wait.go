package readmodel

import (
	"context"
	"errors"

	"percorsi/internal/casework"
	"percorsi/internal/fault"
)

// NotYet gives the error of a wait that ended before the model had reached a
// position: Unavailable where the time ran out, else the error of ctx.
func NotYet(ctx context.Context, wanted, reached casework.Position) error {
	if !errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return ctx.Err()
	}
	return fault.New(fault.Unavailable,
		"not yet at position %d, only at %d: what you recorded is safe, ask again in a moment", wanted, reached)
}
