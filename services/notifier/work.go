package notifier

import (
	"context"
	"errors"
	"fmt"
	"time"

	"golang.org/x/sync/errgroup"

	"percorsi/internal/casework"
	"percorsi/internal/eventlog"
	noticev1 "percorsi/internal/gen/percorsi/notice/v1"
	"percorsi/internal/notice/outbox"
)

const (
	// ahead is how many records are read before they are gone through.
	ahead = 1024
	// lookEvery is how often it is asked whether a new day has begun.
	lookEvery = time.Minute
)

// errEnded is for a log that stops to give records without saying why.
var errEnded = errors.New("the log ended")

// attempt goes through the log from where the outbox stands until something
// fails or another notifier was faster.
func (n *Notifier) attempt(ctx context.Context) error {
	at, err := n.stand(ctx)
	if err != nil {
		return err
	}
	n.told.Store(uint64(at.Position))
	n.works.Store(true)
	records := make(chan eventlog.Record, ahead)
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return n.follow(ctx, eventlog.Position(at.Position), records) })
	g.Go(func() error {
		w := &work{Notifier: n, at: at, seen: at.Position, sent: time.Now(), cases: newCases(n.cfg.Past, n.cfg.Keep)}
		return w.run(ctx, records)
	})
	return g.Wait()
}

func (n *Notifier) follow(ctx context.Context, after eventlog.Position, to chan<- eventlog.Record) error {
	for r, err := range n.cfg.Log.Follow(ctx, after) {
		if err != nil {
			return fmt.Errorf("follow the log: %w", err)
		}
		select {
		case to <- r:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return errEnded
}

// work is one way through the log.
type work struct {
	*Notifier

	at   outbox.Standing   // where the outbox ends
	day  casework.Day      // up to which people were told of clocks
	seen casework.Position // everything up to here was gone through
	held []*noticev1.Notice
	sent time.Time // when the outbox had its last message

	cases *cases
}

// run goes through records. Notices that follow soon on others wait for more of
// them, so that they are stored together: the disk is that of the log, and each
// batch syncs once.
func (w *work) run(ctx context.Context, records <-chan eventlog.Record) error {
	if err := w.clocks(ctx); err != nil {
		return err
	}
	look := time.NewTicker(min(w.cfg.MarkAfter, lookEvery))
	defer look.Stop()
	gather := time.NewTimer(0)
	<-gather.C
	defer gather.Stop()
	for {
		var err error
		select {
		case r := <-records:
			before := len(w.held)
			if err = w.take(ctx, r); before == 0 && len(w.held) > 0 {
				gather.Reset(w.cfg.GatherFor - time.Since(w.sent))
			}
		case <-gather.C:
			err = w.send(ctx, outbox.Batch{})
		case now := <-look.C:
			if err = w.clocks(ctx); err == nil && now.Sub(w.sent) >= w.cfg.MarkAfter {
				err = w.mark(ctx)
			}
		case <-ctx.Done():
			err = ctx.Err()
		}
		if err != nil {
			return err
		}
	}
}

// take goes through one record, and sends what is held if it is enough.
func (w *work) take(ctx context.Context, r eventlog.Record) error {
	notices, err := w.noticesOf(ctx, r)
	if err != nil {
		return err
	}
	w.held = append(w.held, notices...)
	w.seen = casework.Position(r.Position)
	w.note()
	switch {
	case len(w.held) >= w.cfg.AtOnce:
		return w.send(ctx, outbox.Batch{})
	case w.seen-w.at.Position >= w.cfg.MarkEvery:
		return w.mark(ctx)
	default:
		return nil
	}
}

// note notes up to where everybody was told: up to the first commit whose notices
// are held.
func (w *work) note() {
	at := w.seen
	if len(w.held) > 0 {
		at = casework.Position(w.held[0].GetPosition()) - 1
	}
	w.told.Store(uint64(at))
}

// mark notes how far the log was gone through, if that is not known.
func (w *work) mark(ctx context.Context) error {
	if w.seen == w.at.Position {
		return nil
	}
	return w.send(ctx, outbox.Batch{Mark: w.seen})
}

// send sends what is held, with the marks of a batch behind it.
func (w *work) send(ctx context.Context, b outbox.Batch) error {
	b.Notices = w.held
	if len(b.Notices) == 0 && b.Mark == 0 && b.Clocks == 0 {
		return nil
	}
	at, err := w.cfg.Outbox.Send(ctx, w.at, b)
	if err != nil {
		return err
	}
	w.count(w.held)
	w.at, w.held, w.sent = at, nil, time.Now()
	w.note()
	return nil
}
