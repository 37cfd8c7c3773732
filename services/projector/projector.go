package projector

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"percorsi/internal/casework"
	"percorsi/internal/eventlog"
	"percorsi/internal/readmodel"
)

// Log is what a projector reads.
type Log interface {
	Follow(ctx context.Context, after eventlog.Position) iter.Seq2[eventlog.Record, error]
	Last(ctx context.Context) (eventlog.Position, error)
}

// Model is what a projector writes.
type Model interface {
	Position(ctx context.Context) (casework.Position, error)
	Apply(ctx context.Context, batch []readmodel.Delivery) error
	Settle(ctx context.Context) error
	Quarantined(ctx context.Context, p readmodel.Page) (readmodel.QuarantinePage, error)
}

const (
	// ahead is how many records are read before they are decoded.
	ahead = 1024
	// batchSize bounds a batch. With less to do, batches are smaller: nothing
	// waits for one to fill.
	batchSize = 256
	// batchesAhead is how many batches are decoded before they are folded.
	batchesAhead = 4
)

// Config says what a projector works on. Log and Model are needed.
type Config struct {
	Log   Log
	Model Model
	// Logger gets the progress of the first reading. Nil drops it.
	Logger *slog.Logger
	// ReportEvery is the time between two reports; 0 stands for 5 seconds.
	ReportEvery time.Duration
	// LateAfter is how long a record may wait before the model counts as
	// late; 0 stands for 5 seconds.
	LateAfter time.Duration
	// StuckAfter is how long a model that is behind may stand still before it
	// counts as stuck; 0 stands for 30 seconds.
	StuckAfter time.Duration
}

// Projector keeps one read model in step with the log. Create it with New.
type Projector struct {
	log    Log
	model  Model
	logger *slog.Logger
	every  time.Duration

	caughtUp chan struct{}
	ready    chan struct{}
	gauge    gauge
	failure  atomic.Pointer[error]
}

// New makes a projector.
func New(cfg Config) *Projector {
	p := &Projector{
		log: cfg.Log, model: cfg.Model, logger: cfg.Logger, every: cfg.ReportEvery,
		caughtUp: make(chan struct{}),
		ready:    make(chan struct{}),
		gauge:    gauge{late: cfg.LateAfter, stuck: cfg.StuckAfter},
	}
	if p.logger == nil {
		p.logger = slog.New(slog.DiscardHandler)
	}
	if p.every == 0 {
		p.every = 5 * time.Second
	}
	if p.gauge.late == 0 {
		p.gauge.late = 5 * time.Second
	}
	if p.gauge.stuck == 0 {
		p.gauge.stuck = 30 * time.Second
	}
	return p
}

// Ready is closed once the model has reached the end of the log for the first
// time and has settled.
func (p *Projector) Ready() <-chan struct{} { return p.ready }

// Run reads until ctx ends, with its error, or until the log or the model
// fails. It may run again after that, but not twice at a time.
func (p *Projector) Run(ctx context.Context) error {
	p.failure.Store(nil)
	err := p.run(ctx)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	p.failure.Store(&err)
	return err
}

// run has one goroutine for each thing that takes time: reading, decoding,
// folding, and settling.
func (p *Projector) run(ctx context.Context) error {
	at, err := p.model.Position(ctx)
	if err != nil {
		return fmt.Errorf("ask the read model for its position: %w", err)
	}
	report, err := p.startReport(ctx, at)
	if err != nil {
		return err
	}
	records := make(chan eventlog.Record, ahead)
	batches := make(chan []readmodel.Delivery, batchesAhead)
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return p.read(ctx, eventlog.Position(at), records) })
	g.Go(func() error { return decode(ctx, records, batches) })
	g.Go(func() error { return p.fold(ctx, batches, report) })
	g.Go(func() error { return p.settle(ctx) })
	return g.Wait()
}

// errEnded is for a log that stops to give records without saying why.
var errEnded = errors.New("the log ended")

// read follows the log.
func (p *Projector) read(ctx context.Context, after eventlog.Position, to chan<- eventlog.Record) error {
	for r, err := range p.log.Follow(ctx, after) {
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

// decode makes batches of what is there, as soon as there is something.
func decode(ctx context.Context, from <-chan eventlog.Record, to chan<- []readmodel.Delivery) error {
	for {
		select {
		case r := <-from:
			select {
			case to <- gather(r, from):
			case <-ctx.Done():
				return ctx.Err()
			}
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// gather decodes a record and those that wait behind it.
func gather(first eventlog.Record, from <-chan eventlog.Record) []readmodel.Delivery {
	batch := []readmodel.Delivery{readmodel.Decode(first)}
	for len(batch) < batchSize {
		select {
		case r := <-from:
			batch = append(batch, readmodel.Decode(r))
		default:
			return batch
		}
	}
	return batch
}

// fold applies batches in order.
func (p *Projector) fold(ctx context.Context, batches <-chan []readmodel.Delivery, r *report) error {
	if err := p.progress(ctx, r, 0); err != nil {
		return err
	}
	for {
		select {
		case batch := <-batches:
			if err := p.model.Apply(ctx, batch); err != nil {
				return fmt.Errorf("fold from position %d: %w", batch[0].Record.Position, err)
			}
			if err := p.progress(ctx, r, len(batch)); err != nil {
				return err
			}
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
