package notifier

import (
	"cmp"
	"context"
	"errors"
	"iter"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"golang.org/x/sync/errgroup"

	"percorsi/internal/casework"
	"percorsi/internal/eventlog"
	"percorsi/internal/notice/outbox"
	"percorsi/internal/readmodel"
)

// Log is what a notifier goes through.
type Log interface {
	Follow(ctx context.Context, after eventlog.Position) iter.Seq2[eventlog.Record, error]
	Last(ctx context.Context) (eventlog.Position, error)
	At(ctx context.Context, p eventlog.Position) (eventlog.Record, error)
}

// Model is what a notifier asks about cases.
type Model interface {
	Case(ctx context.Context, id casework.CaseID) (*casework.Case, error)
	Wait(ctx context.Context, p casework.Position) error
	QuarantineOf(ctx context.Context, s eventlog.Stream) (readmodel.Quarantine, bool, error)
	Clocks(ctx context.Context, by readmodel.Scope, f readmodel.ClockFilter, p readmodel.Page) (readmodel.ClockPage, error)
}

// Config says what a notifier works on. Log, Model, Past, Outbox and Today are
// needed.
type Config struct {
	Log   Log
	Model Model
	// Past reads the commits of a case.
	Past   readmodel.Past
	Outbox *outbox.Outbox
	// Today is the day in the zone of the office. With each new one people are told
	// of clocks.
	Today func() casework.Day
	// Approvals is every approval that is asked for.
	Approvals casework.Approvals
	// Logger gets what operators need to know; nil drops it.
	Logger *slog.Logger
	// GatherFor is the time between two batches: what comes sooner waits for
	// others to be stored with, and what comes later is stored at once. 0 stands
	// for a second.
	GatherFor time.Duration
	// MarkEvery is how many positions are gone through without a notice before
	// the outbox notes it; 0 stands for 10,000.
	MarkEvery casework.Position
	// MarkAfter is how long the outbox is silent before it notes how far the log
	// was gone through since; 0 stands for an hour.
	MarkAfter time.Duration
	// AtOnce is how many notices are sent without waiting for more; 0 stands for
	// 200. Those of one commit are sent together, however many they are.
	AtOnce int
	// Keep is how many cases are kept folded, for the next notice of each; 0
	// stands for 10,000.
	Keep int
	// StandBy is how long another notifier must be silent before this one tries
	// again; 0 stands for three times GatherFor, in which one that works is not
	// silent.
	StandBy time.Duration
}

// Notifier gives notices. Create it with New.
type Notifier struct {
	cfg    Config
	logger *slog.Logger

	told   atomic.Uint64 // the position up to which everybody was told
	works  atomic.Bool   // told is known, and no other process gives notices
	looked atomic.Pointer[look]
	given  *prometheus.CounterVec
}

// New makes a notifier.
func New(cfg Config) *Notifier {
	cfg.GatherFor = cmp.Or(cfg.GatherFor, time.Second)
	cfg.AtOnce = cmp.Or(cfg.AtOnce, 200)
	cfg.MarkEvery = cmp.Or(cfg.MarkEvery, 10_000)
	cfg.MarkAfter = cmp.Or(cfg.MarkAfter, time.Hour)
	cfg.Keep = cmp.Or(cfg.Keep, 10_000)
	cfg.StandBy = cmp.Or(cfg.StandBy, 3*cfg.GatherFor)
	return &Notifier{cfg: cfg, logger: cmp.Or(cfg.Logger, slog.New(slog.DiscardHandler)), given: newGiven()}
}

const (
	// firstPause and longestPause bound the wait before work begins again.
	firstPause   = 50 * time.Millisecond
	longestPause = 5 * time.Second
	// sayAgain is the time between two lines about one trouble that lasts.
	sayAgain = 30 * time.Second
)

// Run gives notices until ctx ends, and gives its error. Nothing else ends it:
// what fails is tried again.
func (n *Notifier) Run(ctx context.Context) error {
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return n.watch(ctx) })
	g.Go(func() error { return n.give(ctx) })
	return g.Wait()
}

// give gives notices, attempt by attempt.
func (n *Notifier) give(ctx context.Context) error {
	pause, said := firstPause, time.Time{}
	for {
		began := time.Now()
		err := n.attempt(ctx)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if errors.Is(err, eventlog.ErrConflict) {
			n.logger.DebugContext(ctx, "another process gives notices: this one stands by")
			pause = firstPause
			err = n.standBy(ctx)
		}
		if time.Since(began) > longestPause { // it went well for a while
			pause = firstPause
		}
		if now := time.Now(); err != nil && ctx.Err() == nil && now.Sub(said) >= sayAgain {
			said = now
			n.logger.WarnContext(ctx, "the giving of notices was interrupted and begins again: none is lost",
				slog.Duration("pause", pause), slog.Any("error", err))
		}
		if !wait(ctx, pause) {
			return ctx.Err()
		}
		pause = min(2*pause, longestPause)
	}
}

// standBy waits until the notifier that was faster is silent for a while.
func (n *Notifier) standBy(ctx context.Context) error {
	n.works.Store(false)
	was := outbox.Number(0)
	for {
		last, err := n.cfg.Outbox.Last(ctx)
		if err != nil || last == was {
			return err
		}
		was = last
		if !wait(ctx, n.cfg.StandBy) {
			return ctx.Err()
		}
	}
}

// stand gives where the outbox stands, and makes it begin where that must be.
//
// An outbox that was never used begins at the end of the log: nobody wants to
// be told of all that ever happened. A log that ends before the place where the
// outbox stands has lost its end and was restored from a copy that was behind:
// what is recorded in its place is told of.
func (n *Notifier) stand(ctx context.Context) (outbox.Standing, error) {
	at, err := n.cfg.Outbox.Stand(ctx)
	if err != nil {
		return at, err
	}
	end, err := n.cfg.Log.Last(ctx)
	last := casework.Position(end)
	switch {
	case err != nil:
		return at, err
	case at.Last == 0 && last == 0: // there is nothing to leave out
		return at, nil
	case at.Last == 0:
		n.logger.InfoContext(ctx, "notices are given of what is recorded from now on", slog.Uint64("position", uint64(last)))
	case last < at.Position:
		n.logger.WarnContext(ctx, "the log ends before the place up to which notices were given: it has lost its end, and notices go on from there",
			slog.Uint64("position", uint64(last)), slog.Uint64("given_up_to", uint64(at.Position)))
	default:
		return at, nil
	}
	return n.cfg.Outbox.Send(ctx, at, outbox.Batch{Mark: last})
}

// wait waits for a while and tells whether ctx still goes on.
func wait(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}
