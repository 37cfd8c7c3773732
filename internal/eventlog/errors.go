package eventlog

import (
	"fmt"

	"percorsi/internal/fault"
)

// The errors of a log, to be told apart with errors.Is. Each carries the kind
// of fault that a caller of Percorsi meets if nobody handles it on the way.
var (
	// ErrConflict means that the stream has moved on since the caller read
	// it. Nothing was stored. The error is a *Conflict.
	ErrConflict = fault.New(fault.Clash, "somebody else recorded something here in the meantime; read it again, then repeat what you did")
	// ErrUnknownOutcome means that the entry was sent and the answer is lost:
	// it may be stored. Repeating the same command with the same id is safe.
	ErrUnknownOutcome = fault.New(fault.Unavailable, "it is not known whether this was recorded; send the same command again, it will be recorded once")
	// ErrUnavailable means that the log could not be reached or refused to
	// store for a reason that is not in the entry. Nothing was stored.
	ErrUnavailable = fault.New(fault.Unavailable, "nothing can be recorded or read at the moment; try again shortly")
	// ErrTooLarge means that the entry is above MaxEntry or MaxHeader. Nothing
	// was stored.
	ErrTooLarge = fault.New(fault.Invalid, "this is too large to be recorded in one piece (at most %d KiB); shorten the texts or split it", MaxEntry>>10)
	// ErrNotFound means that the log has no record at that position.
	ErrNotFound = fault.New(fault.NotFound, "the log has no record at this position")
	// ErrGap means that the log lacks a record that it must have. It is an
	// alarm for the operator: never read on. The error is a *Gap.
	ErrGap = fault.New(fault.Internal, "the log is not whole")
	// ErrClosed means that the log was closed by this process. Nothing was
	// stored.
	ErrClosed = fault.New(fault.Unavailable, "the service is stopping; try again shortly")

	// ErrNoExpectation, ErrInvalidStream and ErrInvalidHeader are mistakes of
	// the calling code.
	ErrNoExpectation = fault.New(fault.Internal, "append without an expectation")
	ErrInvalidStream = fault.New(fault.Internal, "invalid stream name")
	ErrInvalidHeader = fault.New(fault.Internal, "invalid header")
)

// Conflict is an append that came too late. errors.Is(err, ErrConflict) holds.
type Conflict struct { //nolint:errname // reads as eventlog.Conflict
	// Stream is empty where the whole log was expected to end somewhere.
	Stream   Stream
	Expected Position
	// Last is a position that the stream has reached by now, 0 if it is not
	// known. Decide again on a state that includes it.
	Last Position
}

// Error names the positions, for the process log.
func (c *Conflict) Error() string {
	if c.Stream == "" {
		return fmt.Sprintf("conflict on the log: expected last position %d, found %d", c.Expected, c.Last)
	}
	return fmt.Sprintf("conflict on stream %s: expected last position %d, found %d", c.Stream, c.Expected, c.Last)
}

// Unwrap makes a *Conflict an ErrConflict.
func (c *Conflict) Unwrap() error { return ErrConflict }

// Gap is a hole in the log, or its missing tail. errors.Is(err, ErrGap) holds.
type Gap struct { //nolint:errname // reads as eventlog.Gap
	// Position is the first one that is missing.
	Position Position
}

// Error names the position, for the process log.
func (g *Gap) Error() string {
	return fmt.Sprintf("the log has no record at position %d, which it must have: verify it against a copy before anything else", g.Position)
}

// Unwrap makes a *Gap an ErrGap.
func (g *Gap) Unwrap() error { return ErrGap }
