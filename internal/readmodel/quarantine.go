package readmodel

import (
	"time"

	"percorsi/internal/casework"
	"percorsi/internal/eventlog"
	"percorsi/internal/fault"
)

// Quarantine is a stream that stopped at a commit which could not be folded.
// Its state stays as it was before; what follows in it waits. Nothing else is
// held up.
type Quarantine struct {
	Stream eventlog.Stream
	// At is the position of the commit, Since the moment it was stored.
	At    casework.Position
	Since time.Time
	// Reason is for the operator. It names no person.
	Reason string
	// Waiting counts the commits of the stream that came after it.
	Waiting int
}

// Err gives what somebody is told who asks for more than was folded.
func (q Quarantine) Err() error {
	return fault.New(fault.Unavailable,
		"what was recorded at position %d cannot be read by this version of percorsi, so nothing newer is shown of this: ask the administrator, and name the position", q.At)
}
