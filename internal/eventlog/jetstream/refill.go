package jetstream

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nuid"

	"percorsi/internal/eventlog"
)

// restoreBatch and restoreBytes bound one batch of a restore. The server's own
// bound is 1000 messages.
const (
	restoreBatch = 1000
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
	messages[0].Header[hdrExpectedLast] = []string{strconv.FormatUint(uint64(r.at), 10)}
	first, err := r.store(messages)
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

// store sends messages as one batch; a batch of one would cost a staging store
// for nothing.
func (r *restore) store(messages []*nats.Msg) (eventlog.Position, error) {
	if len(messages) > 1 {
		return r.log.publishMessages(nuid.Next(), messages)
	}
	a, err := accepted(r.log.conn.RequestMsg(messages[0], r.log.timeout))
	return eventlog.Position(a.Sequence), err
}

// restored makes the message of a record that was stored before.
func (l *Log) restored(r eventlog.Record) *nats.Msg {
	h := make(nats.Header, len(r.Header)+5)
	for k, v := range r.Header {
		h[k] = []string{v}
	}
	h[hdrStoredAt] = []string{r.StoredAt.UTC().Format(time.RFC3339Nano)}
	return &nats.Msg{Subject: l.prefix + string(r.Stream), Header: h, Data: r.Data}
}
