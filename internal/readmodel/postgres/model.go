package postgres

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"sync"
	"sync/atomic"

	lru "github.com/hashicorp/golang-lru/v2"
	"github.com/jackc/pgx/v5/pgxpool"

	"percorsi/internal/casework"
	"percorsi/internal/eventlog"
	"percorsi/internal/eventlog/pgcopy"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	"percorsi/internal/platform/postgres"
	"percorsi/internal/readmodel"
	"percorsi/internal/readmodel/figures"
)

// Schema is the schema of the live read model.
const Schema = "percorsi"

// defaultKeep is how many states a model keeps of each kind: those it read,
// and those it writes.
const defaultKeep = 20_000

//go:embed migrations/*.sql
var migrations embed.FS

// Opener opens what break-downs need of a person. While a person's key lives
// it gives the demographics; any error makes them not available.
type Opener interface {
	OpenDemographics(person string, sealed []byte) (*eventv1.Demographics, error)
}

// Config is what a model needs besides the log. Pool is needed.
type Config struct {
	// Pool reaches the database. It stays the caller's, and must have room for
	// a few connections more than there are readers at a time.
	Pool *pgxpool.Pool
	// Clocks are the rules of the clocks; none is allowed.
	Clocks []casework.ClockRule
	// Approvals is every approval that is asked for; none is allowed.
	Approvals casework.Approvals
	// Opener may be nil: then figures are not split by what is sealed.
	Opener Opener
	// Today is the day that figures stand at.
	Today func() casework.Day
	// Past reads what a correction is about out of the log, which may be ahead
	// of its copy. Without it nothing that corrects can be folded.
	Past readmodel.Past
	// Logger gets what operators need to know; nil stands for slog.Default().
	Logger *slog.Logger
	// Keep bounds the states kept in memory; 0 stands for 20,000.
	Keep int
	// NoFigures is for a process that answers nothing about figures: it does
	// not keep what they are counted from, unless it leads.
	NoFigures bool
}

// Model is a read model in PostgreSQL. Create it with Open. It is safe for
// concurrent use, by any number of processes.
type Model struct {
	pool   *pgxpool.Pool
	rules  rules
	past   readmodel.Past
	logger *slog.Logger
	keep   int
	// bare is set where nobody asks this process for figures.
	bare bool

	states *lru.Cache[eventlog.Stream, readmodel.State]

	// leading is held by the one goroutine that writes.
	leading sync.Mutex
	lead    *lead

	// reached is a position that the rows have at least.
	reached atomic.Uint64
	waiting waiting
	recent  readmodel.Recent
	// heardOf is the last position that was told. It is written by the one
	// goroutine that hears.
	heardOf casework.Position

	figures   *follower
	published sync.Mutex // held by who publishes
	publisher *publisher

	hearing context.CancelFunc
	heard   chan struct{} // closed when nobody listens any more
}

// The promise of this package.
var _ readmodel.Model = (*Model)(nil)

// Open brings the schemas up to date, under a lock, and gives the model as far
// as it was folded. Close it after its last use.
func Open(ctx context.Context, cfg Config) (*Model, error) {
	m := &Model{
		pool: cfg.Pool, rules: rules{clocks: cfg.Clocks, approvals: cfg.Approvals}, past: cfg.Past, logger: cfg.Logger, keep: cfg.Keep, bare: cfg.NoFigures,
		heard: make(chan struct{}),
	}
	if m.logger == nil {
		m.logger = slog.Default()
	}
	if m.keep == 0 {
		m.keep = defaultKeep
	}
	m.figures = newFollower(cfg.Pool, figures.Config{Opener: cfg.Opener, Today: cfg.Today}, cfg.Past, m.logger)
	m.publisher = newPublisher(m.figures)
	var err error
	if m.states, err = lru.New[eventlog.Stream, readmodel.State](m.keep); err != nil {
		return nil, err
	}
	if err := prepare(ctx, cfg.Pool, Schema); err != nil {
		return nil, err
	}
	if err := m.listen(ctx); err != nil {
		return nil, fmt.Errorf("listen for new positions: %w", err)
	}
	return m, nil
}

// prepare makes the schemas of the copy and of a read model, or brings them up
// to date.
func prepare(ctx context.Context, pool *pgxpool.Pool, schema string) error {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return err
	}
	return errors.Join(
		postgres.Migrate(ctx, pool, pgcopy.Schema, pgcopy.Migrations()),
		postgres.Migrate(ctx, pool, schema, files),
	)
}

// Close gives back what the model took up. It does not close the pool.
func (m *Model) Close(ctx context.Context) error {
	m.hearing()
	<-m.heard
	m.leading.Lock()
	defer m.leading.Unlock()
	return m.resign(ctx)
}

// Apply folds what follows in the log, if this process leads or nobody does.
// The error is ErrFollows where another one does, or that of the database:
// after it the same batch may come again.
func (m *Model) Apply(ctx context.Context, batch []readmodel.Delivery) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	m.leading.Lock()
	defer m.leading.Unlock()
	err := m.apply(ctx, batch)
	if errors.Is(err, errOvertaken) {
		// A rebuild or a repair has come between.
		if err = m.beginAgain(ctx); err == nil {
			err = m.apply(ctx, batch)
		}
	}
	return err
}

func (m *Model) apply(ctx context.Context, batch []readmodel.Delivery) error {
	if err := m.tryLead(ctx); err != nil {
		return err
	}
	err := m.lead.writer.apply(ctx, m.lead.conn, batch)
	m.advance(m.lead.writer.position)
	if _, gap := errors.AsType[*eventlog.Gap](err); err != nil && !gap && !errors.Is(err, errOvertaken) {
		// What is in the tables is not known for sure any more.
		err = errors.Join(err, m.resign(ctx))
	}
	return err
}
