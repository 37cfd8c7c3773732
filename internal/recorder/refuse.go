package recorder

import (
	"context"
	"errors"
	"fmt"

	"percorsi/internal/eventlog"
)

// refuse gives a refusal to the caller if the decision was taken on the newest
// state. An append proves that by its expectation; a refusal appends nothing,
// so the log is asked. Where another process recorded something meanwhile the
// refusal counts as a conflict: it is decided again.
func (r *Recorder[S]) refuse(ctx context.Context, e *entry[S], a Attempt, refusal error) error {
	stream := r.stream(a)
	last, err := r.log.LastOf(ctx, stream)
	known := r.of.Last(e.state)
	switch {
	case errors.Is(err, eventlog.ErrInvalidStream): // nothing was ever recorded under such a name
		return refusal
	case err != nil:
		return fmt.Errorf("find the end of %s: %w", stream, err)
	case last <= known:
		return refusal
	}
	e.fresh = false
	return &eventlog.Conflict{Stream: stream, Expected: known, Last: last}
}

func (r *Recorder[S]) stream(a Attempt) eventlog.Stream {
	return eventlog.Stream(r.of.Prefix + "." + a.Stream)
}
