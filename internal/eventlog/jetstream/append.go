package jetstream

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/nats-io/nats.go"

	"percorsi/internal/eventlog"
)

// While a cluster elects a leader nobody takes messages, and a publish fails
// at once. It is repeated a few times before the caller hears of it.
const (
	maxAttempts = 5
	leaderless  = 100 * time.Millisecond
)

// Append stores one entry if its expectation holds, and gives its position
// once the server has it on disk. Do not change the entry's Header and Data
// afterwards.
//
// Errors that say that nothing was stored: *eventlog.Conflict,
// eventlog.ErrTooLarge, ErrUnavailable, ErrClosed, those of Entry.Validate,
// and the bare error of ctx if it ended before the entry was sent. After
// eventlog.ErrUnknownOutcome the entry may be stored.
func (l *Log) Append(ctx context.Context, e eventlog.Entry) (eventlog.Position, error) {
	if err := e.Validate(); err != nil {
		return 0, err
	}
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	p, err := l.append(ctx, e)
	if errors.Is(err, eventlog.ErrConflict) {
		return 0, l.conflict(ctx, e)
	}
	return p, err
}

func (l *Log) append(ctx context.Context, e eventlog.Entry) (eventlog.Position, error) {
	t, err := l.group.wait(ctx, e)
	if err != nil {
		return 0, err
	}
	if !t.alone {
		return t.position, t.err
	}
	defer l.group.left()
	return l.publish(ctx, e)
}

// publish sends one entry as one guarded message.
func (l *Log) publish(ctx context.Context, e eventlog.Entry) (eventlog.Position, error) {
	m, err := l.message(e)
	if err != nil {
		return 0, err
	}
	if l.conn.IsClosed() {
		return 0, fmt.Errorf("%w: %w", eventlog.ErrUnavailable, nats.ErrConnectionClosed)
	}
	ctx, cancel := context.WithTimeout(ctx, l.timeout)
	defer cancel()
	for attempt := 1; ; attempt++ {
		a, err := accepted(l.conn.RequestMsgWithContext(ctx, m))
		if errors.Is(err, nats.ErrNoResponders) && attempt < maxAttempts && wait(ctx, leaderless) {
			continue
		}
		return eventlog.Position(a.Sequence), err
	}
}

// publishBatch sends entries of different streams as one atomic batch, and
// gives the position of the first. Only the last message asks for a reply: it
// commits the batch, and the server refuses it if any other is missing.
func (l *Log) publishBatch(id string, batch []eventlog.Entry) (eventlog.Position, error) {
	messages := make([]*nats.Msg, len(batch))
	for i, e := range batch {
		var err error
		if messages[i], err = l.message(e); err != nil {
			return 0, err
		}
	}
	return l.publishMessages(id, messages)
}

// publishMessages sends messages that guard themselves as one atomic batch.
func (l *Log) publishMessages(id string, batch []*nats.Msg) (eventlog.Position, error) {
	if l.conn.IsClosed() {
		return 0, fmt.Errorf("%w: %w", eventlog.ErrUnavailable, nats.ErrConnectionClosed)
	}
	end := len(batch) - 1
	for i, m := range batch {
		m.Header[hdrBatchID] = []string{id}
		m.Header[hdrBatchSeq] = []string{strconv.Itoa(i + 1)}
		if i == end {
			break
		}
		if err := l.conn.PublishMsg(m); err != nil {
			return 0, fmt.Errorf("%w: %w", eventlog.ErrUnavailable, err)
		}
	}
	batch[end].Header[hdrBatchCommit] = []string{"1"}
	a, err := accepted(l.conn.RequestMsg(batch[end], l.timeout))
	if err != nil {
		return 0, err
	}
	if a.Batch != id || a.Count != len(batch) {
		return 0, fmt.Errorf("%w: the reply is about %d messages of batch %q", eventlog.ErrUnknownOutcome, a.Count, a.Batch)
	}
	return eventlog.Position(a.Sequence) - eventlog.Position(end), nil
}

// conflict makes the error of an entry that came too late. The server's code
// does not say reliably how far the stream is, so it is asked; without an
// answer the position stays unknown.
func (l *Log) conflict(ctx context.Context, e eventlog.Entry) error {
	c := &eventlog.Conflict{Stream: e.Stream}
	c.Expected, _ = e.Expect.Last()
	if last, err := l.LastOf(ctx, e.Stream); err == nil {
		c.Last = last
	}
	return c
}
