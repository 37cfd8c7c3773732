package jetstream

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go"

	"percorsi/internal/eventlog"
)

// restoreBatch and restoreBytes bound one batch of a restore.
const (
	restoreBatch = maxTogether
	restoreBytes = 8 << 20
)

// publish sends what is pending and then all that comes. While one batch is on
// its way the next is gathered.
func (r *restore) publish(ctx context.Context, pending []eventlog.Record) error {
	landed := make(chan error, 1)
	for flying := false; ; flying = true {
		batch, err := r.gather(pending)
		pending = nil
		if flying {
			if err := <-landed; err != nil {
				return err
			}
			r.progress(r.at)
		}
		if err != nil || len(batch) == 0 {
			return err
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		go func() { landed <- r.send(batch) }()
	}
}

// gather takes records until a batch is full or there are no more. It gives
// what it has together with an error.
func (r *restore) gather(batch []eventlog.Record) ([]eventlog.Record, error) {
	size := 0
	for _, had := range batch {
		size += len(had.Data)
	}
	for len(batch) < restoreBatch && size < restoreBytes {
		next, err, more := r.next()
		if err != nil || !more {
			return batch, err
		}
		size += len(next.Data)
		batch = append(batch, next)
	}
	return batch, nil
}

// send stores one batch behind what is there, and checks where it came to lie.
func (r *restore) send(batch []eventlog.Record) error {
	messages := make([]*nats.Msg, len(batch))
	for i, record := range batch {
		messages[i] = r.log.restored(record)
	}
	behind(r.at, messages)
	first, err := r.log.publishTogether(messages)
	switch {
	case errors.Is(err, eventlog.ErrConflict):
		return fmt.Errorf("after position %d: somebody else writes to the log; stop every server that uses it, and begin with an empty one", r.at)
	case err != nil:
		return fmt.Errorf("after position %d: %w; run the same restore again, it goes on where it stopped", r.at, err)
	case first != r.at+1:
		return fmt.Errorf("the record of position %d came to lie at %d", r.at+1, first)
	}
	r.at += eventlog.Position(len(batch))
	return nil
}

// restored makes the message of a record that was stored before.
func (l *Log) restored(r eventlog.Record) *nats.Msg {
	m := l.unguarded(r.Stream, r.Header, r.Data)
	m.Header[hdrStoredAt] = []string{r.StoredAt.UTC().Format(time.RFC3339Nano)}
	return m
}
