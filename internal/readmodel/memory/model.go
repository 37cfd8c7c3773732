package memory

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"

	"percorsi/internal/casework"
	"percorsi/internal/eventlog"
	"percorsi/internal/readmodel"
	"percorsi/internal/readmodel/figures"
)

// Config is what a model needs besides the log.
type Config struct {
	// Clocks are the rules of the clocks; none is allowed.
	Clocks []casework.ClockRule
	// Approvals is every approval that is asked for; none is allowed.
	Approvals casework.Approvals
	// Opener may be nil: then figures are not split by what is sealed.
	Opener figures.Opener
	// Today is the day that figures stand at.
	Today func() casework.Day
	// Past reads what a correction is about. Without it nothing that corrects
	// can be folded.
	Past readmodel.Past
}

// Model is a read model in memory. Create it with New. It is safe for
// concurrent use.
type Model struct {
	// folding is held by the one goroutine that folds. It is the only one to
	// write what mu guards, so it reads that without mu.
	folding sync.Mutex
	boards  *figures.Boards
	past    readmodel.Past
	asked   casework.Approvals

	// reached is the position of the last record folded. It is written with mu
	// held, after everything else.
	reached atomic.Uint64

	mu       sync.RWMutex
	cases    caseFiles
	people   register
	stopped  quarantines
	waiters  waiters
	watchers watchers

	// recent is told of each change with mu held, so that who hears of it finds it.
	recent readmodel.Recent

	words    words
	counting counting
	views    views
}

// The promise of this package.
var _ readmodel.Model = (*Model)(nil)

// New makes a model at the beginning of the log.
func New(cfg Config) *Model {
	m := &Model{
		boards:   figures.New(figures.Config{Opener: cfg.Opener, Today: cfg.Today}),
		past:     cfg.Past,
		asked:    cfg.Approvals,
		cases:    newCaseFiles(),
		people:   newRegister(),
		stopped:  quarantines{of: make(map[eventlog.Stream]int)},
		watchers: make(watchers),
	}
	m.counting.agenda = newAgenda(cfg.Clocks, &m.words)
	return m
}

// Apply folds what follows in the log.
func (m *Model) Apply(ctx context.Context, batch []readmodel.Delivery) error {
	m.folding.Lock()
	defer m.folding.Unlock()
	for _, d := range batch {
		if err := ctx.Err(); err != nil {
			return err
		}
		switch next := eventlog.Position(m.reached.Load()) + 1; {
		case d.Record.Position < next:
		case d.Record.Position > next:
			return &eventlog.Gap{Position: next}
		default:
			if err := m.fold(ctx, d); err != nil {
				return err
			}
		}
	}
	return nil
}

// Settle counts the clocks and the figures of what was folded.
func (m *Model) Settle(ctx context.Context) error {
	_, err := m.snapshot(ctx)
	return errors.Join(err, m.boards.Settle(ctx))
}

// fold takes one record. Whatever is wrong with it stops its stream only. The
// error is that of a past that cannot be read now: the record comes again.
func (m *Model) fold(ctx context.Context, d readmodel.Delivery) error {
	at := casework.Position(d.Record.Position)
	if i, ok := m.stopped.of[d.Record.Stream]; ok {
		m.publish(at, func() { m.stopped.list[i].Waiting++ })
		return nil
	}
	err := m.evolve(ctx, at, d)
	if errors.Is(err, readmodel.ErrPast) {
		return err
	}
	if err != nil {
		m.publish(at, func() {
			m.stopped.add(readmodel.Quarantine{
				Stream: d.Record.Stream, At: at, Since: d.Record.StoredAt, Reason: err.Error(),
			})
			m.watchers.wake(d.Record.Stream)
		})
	}
	return nil
}

func (m *Model) evolve(ctx context.Context, at casework.Position, d readmodel.Delivery) error {
	switch kind, id := readmodel.Split(d.Record.Stream); kind {
	case readmodel.CaseStream:
		return m.evolveCase(ctx, at, id, d)
	case readmodel.PersonStream:
		return m.evolvePerson(ctx, at, id, d)
	case readmodel.PlanStream:
		return m.evolvePlan(ctx, at, id, d)
	default:
		_, err := readmodel.State{}.Evolve(ctx, d, m.past)
		return err
	}
}

// Feed tells which cases change.
func (m *Model) Feed(ctx context.Context, after uint64) (readmodel.FeedPage, error) {
	return m.recent.Feed(ctx, after)
}

// publish makes a change and a position visible at once.
func (m *Model) publish(at casework.Position, change func()) {
	m.mu.Lock()
	defer m.mu.Unlock()
	change()
	m.reached.Store(uint64(at))
	m.waiters.wake(at)
}
