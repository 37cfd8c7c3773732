package projector

import (
	"context"
	"fmt"
	"iter"
	"log/slog"
	"sync/atomic"
	"time"

	"percorsi/internal/casework"
	"percorsi/internal/eventlog"
	"percorsi/internal/readmodel"
)

// Log is what a projector reads.
type Log interface {
	Read(ctx context.Context, after, upTo eventlog.Position) iter.Seq2[eventlog.Record, error]
	Follow(ctx context.Context, after eventlog.Position) iter.Seq2[eventlog.Record, error]
	Last(ctx context.Context) (eventlog.Position, error)
}

// Model is what a projector writes.
type Model interface {
	Apply(ctx context.Context, batch []readmodel.Delivery) error
	Position(ctx context.Context) (casework.Position, error)
	Quarantined(ctx context.Context, p readmodel.Page) (readmodel.QuarantinePage, error)
	// Settle counts what was folded, once the model has caught up.
	Settle(ctx context.Context) error
}

const (
	// batchSize is how many records are folded in one go while catching up.
	batchSize = 512
	// progressEvery is how long lies between two lines on progress.
	progressEvery = 2 * time.Second
)

// Projector takes one log to one model. Run it once.
type Projector struct {
	log    Log
	model  Model
	logger *slog.Logger

	caughtUp chan struct{}
	failed   atomic.Bool
}

// New makes a projector.
func New(log Log, model Model, logger *slog.Logger) *Projector {
	return &Projector{log: log, model: model, logger: logger, caughtUp: make(chan struct{})}
}

// CaughtUp is closed once the model holds everything that was in the log when
// Run began.
func (p *Projector) CaughtUp() <-chan struct{} { return p.caughtUp }

// Run catches up and then follows the log until ctx ends, which is no error, or
// until the log or the model fails. A commit that cannot be folded stops its
// stream, never the projector.
func (p *Projector) Run(ctx context.Context) error {
	err := p.run(ctx)
	if ctx.Err() != nil {
		return nil
	}
	p.failed.Store(true)
	return err
}

func (p *Projector) run(ctx context.Context) error {
	at, err := p.catchUp(ctx)
	if err != nil {
		return err
	}
	if err := p.model.Settle(ctx); err != nil {
		return fmt.Errorf("settle the read model: %w", err)
	}
	close(p.caughtUp)
	for record, err := range p.log.Follow(ctx, at) {
		if err != nil {
			return fmt.Errorf("follow the log: %w", err)
		}
		if err := p.model.Apply(ctx, []readmodel.Delivery{readmodel.Decode(record)}); err != nil {
			return fmt.Errorf("fold position %d: %w", record.Position, err)
		}
	}
	return ctx.Err()
}

// catchUp folds what the log holds now and gives the position it reached.
func (p *Projector) catchUp(ctx context.Context) (eventlog.Position, error) {
	from, err := p.model.Position(ctx)
	if err != nil {
		return 0, err
	}
	last, err := p.log.Last(ctx)
	if err != nil {
		return 0, err
	}
	at, batch, told := eventlog.Position(from), make([]readmodel.Delivery, 0, batchSize), time.Now()
	begin := told
	for record, err := range p.log.Read(ctx, at, last) {
		if err != nil {
			return at, fmt.Errorf("read the log: %w", err)
		}
		batch, at = append(batch, readmodel.Decode(record)), record.Position
		if len(batch) < batchSize && at < last {
			continue
		}
		if err := p.model.Apply(ctx, batch); err != nil {
			return at, fmt.Errorf("fold up to position %d: %w", at, err)
		}
		batch = batch[:0]
		if time.Since(told) > progressEvery {
			told = time.Now()
			p.logger.LogAttrs(ctx, slog.LevelInfo, "folding the log",
				slog.Uint64("position", uint64(at)), slog.Uint64("last", uint64(last)),
				slog.Int("per_second", int(float64(at)-float64(from))/max(1, int(time.Since(begin).Seconds()))))
		}
	}
	return at, nil
}

// State is what health checks tell apart.
type State string

// The states of a projector.
const (
	// Live: the model holds all of the log, or nearly.
	Live State = "live"
	// Late: the model is behind and moves on.
	Late State = "late"
	// Stuck: the projector ended with an error; the model does not move.
	Stuck State = "stuck"
	// Poisoned: streams stopped at a commit that cannot be folded; all others
	// move on.
	Poisoned State = "poisoned"
)

// lateBy is how many commits behind still count as live.
const lateBy = 1000

// Status says how the projector does.
type Status struct {
	State       State
	Position    casework.Position
	Last        eventlog.Position
	Quarantined int
}

// Status looks at the log and the model.
func (p *Projector) Status(ctx context.Context) (Status, error) {
	at, err := p.model.Position(ctx)
	if err != nil {
		return Status{}, err
	}
	last, err := p.log.Last(ctx)
	if err != nil {
		return Status{}, err
	}
	stopped, err := p.model.Quarantined(ctx, readmodel.Page{Size: 1})
	if err != nil {
		return Status{}, err
	}
	s := Status{State: Live, Position: at, Last: last, Quarantined: stopped.Total}
	switch {
	case p.failed.Load():
		s.State = Stuck
	case s.Quarantined > 0:
		s.State = Poisoned
	case uint64(last) > uint64(at)+lateBy:
		s.State = Late
	}
	return s, nil
}
