package projector

import (
	"cmp"
	"context"
	"iter"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"golang.org/x/sync/errgroup"

	"percorsi/internal/casework"
	"percorsi/internal/eventlog"
	"percorsi/internal/readmodel"
)

// Log is what a projector reads.
type Log interface {
	Follow(ctx context.Context, after eventlog.Position) iter.Seq2[eventlog.Record, error]
	Last(ctx context.Context) (eventlog.Position, error)
	At(ctx context.Context, p eventlog.Position) (eventlog.Record, error)
}

// Model is what a projector writes.
type Model interface {
	Position(ctx context.Context) (casework.Position, error)
	Apply(ctx context.Context, batch []readmodel.Delivery) error
	Settle(ctx context.Context) error
	Quarantined(ctx context.Context, p readmodel.Page) (readmodel.QuarantinePage, error)
}

// Config says what a projector works on. Log and Model are needed.
type Config struct {
	Log   Log
	Model Model
	// Lead waits until this process is the one that writes the model, and
	// returns nil at once while it is. Its errors pass. Nil is for a model that
	// no other process writes.
	Lead func(ctx context.Context) error
	// Leads tells whether this process still is that one, with an error if it is
	// not. It is asked once a second while there is nothing to fold: nothing
	// else would show that the lead was lost. Nil is for a lead that is lost
	// with a fold only.
	Leads func(ctx context.Context) error
	// BatchSize bounds a batch; 0 stands for 256. With less to do, batches are
	// smaller: nothing waits for one to fill.
	BatchSize int
	// Logger gets the progress of the first reading, and what operators need
	// to know. Nil drops it.
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

// defaultBatch is the size of a batch where none is given.
const defaultBatch = 256

// Projector keeps one read model in step with the log. Create it with New.
type Projector struct {
	log    Log
	model  Model
	lead   func(ctx context.Context) error
	leads  func(ctx context.Context) error
	size   int
	logger *slog.Logger
	every  time.Duration

	// caughtUp is closed once the model has reached the end of the log, ready
	// once it has settled after that.
	caughtUp chan struct{}
	once     sync.Once
	ready    chan struct{}

	// back is the position that is read again because the model lacked it, 0
	// for none. It belongs to the one goroutine that folds.
	back eventlog.Position

	leading atomic.Bool
	// trouble is what keeps the model from being folded at the moment, failure
	// what has ended the folding for good.
	trouble atomic.Pointer[error]
	failure atomic.Pointer[error]

	gauge gauge
	pace  pace
	facts atomic.Uint64
	// at, last and stopped are what the model and the log answered last.
	at      atomic.Uint64
	last    atomic.Uint64
	stopped atomic.Int64
	seen    atomic.Pointer[look]
	took    prometheus.Histogram
}

// New makes a projector.
func New(cfg Config) *Projector {
	p := &Projector{
		log: cfg.Log, model: cfg.Model, lead: cfg.Lead, leads: cfg.Leads,
		size:     cmp.Or(cfg.BatchSize, defaultBatch),
		logger:   cmp.Or(cfg.Logger, slog.New(slog.DiscardHandler)),
		every:    cmp.Or(cfg.ReportEvery, 5*time.Second),
		caughtUp: make(chan struct{}),
		ready:    make(chan struct{}),
		gauge:    gauge{late: cmp.Or(cfg.LateAfter, 5*time.Second), stuck: cmp.Or(cfg.StuckAfter, 30*time.Second)},
		took:     newBatchSeconds(),
	}
	p.leading.Store(cfg.Lead == nil)
	return p
}

// Ready is closed once the model has reached the end of the log for the first
// time and has settled, whoever wrote it. It stays open on a log that does not
// go as far as the model: it has lost its end.
func (p *Projector) Ready() <-chan struct{} { return p.ready }

// Run keeps the model in step until ctx ends, and gives its error. Nothing else
// ends it: what fails is tried again, and a hole in the log ends the folding
// only. It may run again after that, but not twice at a time.
func (p *Projector) Run(ctx context.Context) error {
	p.trouble.Store(nil)
	p.failure.Store(nil)
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return p.keep(ctx) })
	g.Go(func() error { return p.watch(ctx) })
	g.Go(func() error { return p.settle(ctx) })
	return g.Wait()
}
