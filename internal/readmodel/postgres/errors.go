package postgres

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"percorsi/internal/fault"
)

// unreachable gives the error of a question that the database did not answer:
// the same call may succeed later. What the database says about a statement of
// ours is left as it is, and so is the end of a context.
func unreachable(err error) error {
	if err == nil || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok && !passing(pg.Code) {
		return err
	}
	if errors.Is(err, pgx.ErrNoRows) {
		return err
	}
	return &fault.Error{
		Kind: fault.Unavailable, Err: err,
		Message: "nothing can be read at the moment: what was recorded is safe, ask again shortly",
	}
}

// passing tells the states of a server that goes away or is full: class 08,
// 53 and 57.
func passing(code string) bool {
	switch {
	case len(code) < len("08"):
		return false
	case code[:2] == "08", code[:2] == "53", code[:2] == "57":
		return true
	default:
		return false
	}
}
