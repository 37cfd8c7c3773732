package jetstream

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/nats-io/nats.go"
	natsjs "github.com/nats-io/nats.go/jetstream"

	"percorsi/internal/eventlog"
)

const (
	// pullMessages and pullBytes bound what the server sends ahead of the
	// reader. Larger pulls are no faster, smaller ones are slower.
	pullMessages = 20_000
	pullBytes    = 16 << 20
	// heartbeat is how often the server says that it has nothing to say. After
	// twice that time without a word the reader takes it for lost.
	heartbeat = 5 * time.Second
	// consumerLife is how long the server keeps the consumer of a reader that
	// went away without a word.
	consumerLife = time.Minute
	// firstPause and longestPause bound the wait before a reader that has lost
	// the server takes up its place again.
	firstPause   = 50 * time.Millisecond
	longestPause = 2 * time.Second
	// leaderPause bounds the wait for a new leader that is still behind.
	leaderPause = time.Second
)

// errLostPlace means that the server skipped a record that it has: a delivery
// was lost with a connection. The reader takes up its place again.
var errLostPlace = errors.New("a delivery was lost")

// tail reads on from one position. It makes a consumer, which the server keeps
// in memory, reads from it without acknowledging, and makes another one when
// anything goes wrong.
type tail struct {
	log   *Log
	at    eventlog.Position // the last record handed over
	when  time.Time         // when it was stored, zero before the first
	safe  eventlog.Position // everything up to here is known to be on disk
	owed  eventlog.Position // everything up to here was there before the consumer
	end   eventlog.Position // the last record wanted, 0 to go on for ever
	yield func(eventlog.Record, error) bool

	left bool // the caller wants no more
}

// done reports whether there is nothing more to hand over.
func (t *tail) done() bool { return t.left || t.end > 0 && t.at == t.end }

// run reads until the end, an error that it cannot overcome, or the caller has
// enough. It reports whether the end was reached and the caller wants more.
func (t *tail) run(ctx context.Context) bool {
	pause := firstPause
	for {
		began := t.at
		err := t.once(ctx)
		switch {
		case t.done():
			return !t.left
		case ctx.Err() != nil:
			err = ctx.Err()
		case t.log.reads.Conn().IsClosed():
			err = fmt.Errorf("%w: %w", eventlog.ErrUnavailable, nats.ErrConnectionClosed)
		case errors.Is(err, eventlog.ErrGap):
		default:
			if t.at > began {
				pause = firstPause
			}
			t.log.logger.WarnContext(ctx, "reading the log was interrupted and goes on",
				slog.String("log", t.log.name), slog.Uint64("after", uint64(t.at)), slog.Duration("pause", pause), slog.Any("error", err))
			if wait(ctx, pause) {
				pause = min(2*pause, longestPause)
				continue
			}
			err = ctx.Err()
		}
		t.yield(eventlog.Record{}, err)
		return false
	}
}

// once reads with one consumer until it fails or the tail is done.
func (t *tail) once(ctx context.Context) error {
	last, err := t.log.reach(ctx, max(t.at, t.end))
	if err != nil {
		return err
	}
	t.safe, t.owed = last, last
	if err := t.recognise(ctx); err != nil {
		return err
	}
	c, err := t.log.reads.CreateConsumer(ctx, t.log.name, natsjs.ConsumerConfig{
		DeliverPolicy:     natsjs.DeliverByStartSequencePolicy,
		OptStartSeq:       uint64(t.at) + 1,
		AckPolicy:         natsjs.AckNonePolicy,
		MemoryStorage:     true,
		Replicas:          1,
		InactiveThreshold: consumerLife,
	})
	if err != nil {
		return fmt.Errorf("create consumer: %w", err)
	}
	defer t.log.drop(ctx, c)
	if t.at < t.owed && c.CachedInfo().NumPending == 0 {
		return t.missing(ctx)
	}
	messages, err := c.Messages(natsjs.PullMaxMessagesWithBytesLimit(pullMessages, pullBytes), natsjs.PullHeartbeat(heartbeat))
	if err != nil {
		return fmt.Errorf("pull: %w", err)
	}
	defer messages.Stop()
	ctx, cancel := whileConnected(ctx, t.log.reads.Conn())
	defer cancel()
	for !t.done() {
		m, err := messages.Next(natsjs.NextContext(ctx))
		if err != nil {
			return fmt.Errorf("next message: %w", err)
		}
		if err := t.take(ctx, m); err != nil {
			return err
		}
	}
	return nil
}

// take hands over one message, if it is the next one.
func (t *tail) take(ctx context.Context, m natsjs.Msg) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	md, err := m.Metadata()
	if err != nil {
		return err
	}
	p := eventlog.Position(md.Sequence.Stream)
	switch {
	case p <= t.at:
		return nil
	case p != t.at+1:
		return t.missing(ctx)
	}
	h := m.Headers()
	if p > t.safe && len(h[hdrBatchID]) > 0 {
		if t.safe, err = t.log.Last(ctx); err != nil {
			return err
		}
		if t.safe < p {
			return errLostPlace
		}
	}
	t.at, t.when = p, storedAt(h, md.Timestamp)
	t.left = !t.yield(eventlog.Record{
		Position: p,
		Stream:   t.log.stream(m.Subject()),
		Header:   header(h),
		Data:     m.Data(),
		StoredAt: t.when,
	}, nil)
	if !t.done() && t.at < t.owed && md.NumPending == 0 {
		return t.missing(ctx)
	}
	return nil
}

// recognise makes sure that the log is still the one that was read so far. A
// server that came back with older files may have put other records in the
// place of those it lost.
func (t *tail) recognise(ctx context.Context) error {
	if t.when.IsZero() {
		return nil
	}
	r, err := t.log.At(ctx, t.at)
	switch {
	case errors.Is(err, eventlog.ErrNotFound), err == nil && !r.StoredAt.Equal(t.when):
		return &eventlog.Gap{Position: t.at}
	default:
		return err
	}
}

// missing is called when the next record should have come and did not. It
// tells a hole in the log from a lost delivery.
func (t *tail) missing(ctx context.Context) error {
	if _, err := t.log.reach(ctx, t.at+1); err != nil {
		return err
	}
	_, err := t.log.At(ctx, t.at+1)
	switch {
	case errors.Is(err, eventlog.ErrNotFound):
		return &eventlog.Gap{Position: t.at + 1}
	case err != nil:
		return err
	default:
		return errLostPlace
	}
}

// reach gives the position of the last record, which must be p or beyond. If
// it is not, the log has lost its tail, and the error is a *eventlog.Gap. A
// replica that has just become the leader may be behind for a moment.
func (l *Log) reach(ctx context.Context, p eventlog.Position) (eventlog.Position, error) {
	for pause := firstPause; ; pause *= 2 {
		last, err := l.Last(ctx)
		if err != nil || last >= p {
			return last, err
		}
		if l.replicas == 1 || pause > leaderPause {
			return last, &eventlog.Gap{Position: last + 1}
		}
		if !wait(ctx, pause) {
			return 0, ctx.Err()
		}
	}
}

// drop removes the consumer of a reader that is done. If that fails, the
// server does it after consumerLife.
func (l *Log) drop(ctx context.Context, c natsjs.Consumer) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
	defer cancel()
	if err := l.reads.DeleteConsumer(ctx, l.name, c.CachedInfo().Name); err != nil {
		l.logger.DebugContext(ctx, "a consumer is left to the server", slog.String("log", l.name), slog.Any("error", err))
	}
}

// whileConnected gives a context that ends when the connection is lost. A
// restarted server knows nothing of the consumer any more, and the client
// library takes its time to find that out.
func whileConnected(ctx context.Context, nc *nats.Conn) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(ctx)
	lost := nc.StatusChanged(nats.RECONNECTING, nats.CLOSED)
	go func() {
		defer nc.RemoveStatusListener(lost)
		select {
		case <-lost:
			cancel()
		case <-ctx.Done():
		}
	}()
	return ctx, cancel
}

// wait waits for a while and reports whether ctx still goes on.
func wait(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
