package jetstream

import (
	"context"
	"errors"
	"strconv"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nuid"

	"percorsi/internal/eventlog"
)

// maxTogether is how many messages the server takes as one batch.
const maxTogether = 1000

// AppendAll stores entries one behind the other, all of them or none, if last is
// the last position of the whole log; what the entries themselves expect does
// not matter. It gives the position of the last one, once the server has all of
// them on disk. It is for a log with one writer at a time: of two that meet one
// gets a *eventlog.Conflict.
//
// Errors are those of Append, and eventlog.ErrTooLarge for more than 1000
// entries.
func (l *Log) AppendAll(ctx context.Context, last eventlog.Expectation, entries []eventlog.Entry) (eventlog.Position, error) {
	at, err := last.Last()
	switch {
	case err != nil:
		return 0, err
	case len(entries) == 0:
		return at, nil
	case len(entries) > maxTogether:
		return 0, eventlog.ErrTooLarge
	}
	messages := make([]*nats.Msg, len(entries))
	for i, e := range entries {
		e.Expect = last
		if err := e.Validate(); err != nil {
			return 0, err
		}
		messages[i] = l.unguarded(e.Stream, e.Header, e.Data)
	}
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	behind(at, messages)
	first, err := l.publishTogether(messages)
	if errors.Is(err, eventlog.ErrConflict) {
		c := &eventlog.Conflict{Expected: at}
		if now, err := l.Last(ctx); err == nil {
			c.Last = now
		}
		return 0, c
	}
	if err != nil {
		return 0, err
	}
	return first + eventlog.Position(len(entries)-1), nil
}

// behind lets messages be stored behind a position only. In a batch the first
// message speaks for all of them.
func behind(last eventlog.Position, messages []*nats.Msg) {
	messages[0].Header[hdrExpectedLast] = []string{strconv.FormatUint(uint64(last), 10)}
}

// publishTogether sends messages as one batch and gives the position of the
// first; a batch of one would cost a staging store for nothing.
func (l *Log) publishTogether(messages []*nats.Msg) (eventlog.Position, error) {
	if len(messages) > 1 {
		return l.publishMessages(nuid.Next(), messages)
	}
	a, err := accepted(l.conn.RequestMsg(messages[0], l.timeout))
	return eventlog.Position(a.Sequence), err
}
