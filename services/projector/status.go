package projector

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"percorsi/internal/casework"
	"percorsi/internal/eventlog"
	"percorsi/internal/readmodel"
)

// Health says in one word how a read model is. Its value is the word that
// health checks show.
type Health string

// What a model can be, the worst first.
const (
	// Failed: the log lacks something that it must have; nothing is folded any
	// more.
	Failed Health = "failed"
	// Stuck: there is more in the log, and the model has stood still.
	Stuck Health = "stuck"
	// CatchingUp: the log is read for the first time.
	CatchingUp Health = "catching-up"
	// Late: records wait too long, and the model moves on.
	Late Health = "late"
	// Poisoned: the model is in step, but some streams have stopped.
	Poisoned Health = "poisoned"
	// Live: the model is in step.
	Live Health = "live"
)

// Healths gives every health there is, the worst first.
func Healths() []Health { return []Health{Failed, Stuck, CatchingUp, Late, Poisoned, Live} }

// Status is where a read model stands.
type Status struct {
	Health Health
	// Leading tells that this process writes the model. If not, it follows.
	Leading bool
	// Position is that of the model, Last that of the log, Lag how many
	// records lie between.
	Position casework.Position
	Last     eventlog.Position
	Lag      uint64
	// Behind is the age of the oldest record that is not folded; 0 for none.
	Behind time.Duration
	// Facts counts what this process folded since it began, Rate how many in
	// each second of the last minute.
	Facts uint64
	Rate  float64
	// Quarantined counts the streams that stopped.
	Quarantined int
	// Err is what ended the folding, if it failed, or what interrupts it now.
	Err error
}

// Status asks the log and the model where they are. Late and stuck are seen by
// comparing with what was seen the last time. Where one of them does not
// answer, the status has what it answered last, and comes with an error.
func (p *Projector) Status(ctx context.Context) (Status, error) {
	now := time.Now()
	s := Status{Leading: p.leading.Load(), Facts: p.facts.Load(), Rate: p.pace.perSecond(now)}
	err := errors.Join(p.ask(ctx, &s), p.askStopped(ctx, &s))
	s.Health = p.health(&s, now)
	return s, err
}

// ask fills in the positions. That of the model is asked first: a sound log has
// everything that the model had a moment ago.
func (p *Projector) ask(ctx context.Context, s *Status) error {
	at, err := p.model.Position(ctx)
	if err != nil {
		s.Position, s.Last = casework.Position(p.at.Load()), eventlog.Position(p.last.Load())
		s.Lag = s.left()
		return fmt.Errorf("ask the read model for its position: %w", err)
	}
	p.at.Store(uint64(at))
	s.Position = at
	last, err := p.log.Last(ctx)
	if err != nil {
		s.Last = max(eventlog.Position(p.last.Load()), eventlog.Position(at))
		s.Lag = s.left()
		return fmt.Errorf("ask the log for its end: %w", err)
	}
	p.last.Store(uint64(last))
	if s.Last = last; last < eventlog.Position(at) {
		s.Err = &eventlog.Gap{Position: last + 1}
		return nil
	}
	s.Lag = s.left()
	return p.askBehind(ctx, s)
}

// left gives how many records lie between the model and the end of the log.
func (s *Status) left() uint64 {
	if eventlog.Position(s.Position) >= s.Last {
		return 0
	}
	return uint64(s.Last) - uint64(s.Position)
}

// askBehind fills in how old the oldest record is that is not folded.
func (p *Projector) askBehind(ctx context.Context, s *Status) error {
	if s.Lag == 0 {
		return nil
	}
	oldest, err := p.log.At(ctx, eventlog.Position(s.Position)+1)
	switch {
	case errors.Is(err, eventlog.ErrNotFound): // a hole: the folding will tell
		return nil
	case err != nil:
		return fmt.Errorf("ask the log for what is not folded: %w", err)
	}
	s.Behind = max(time.Since(oldest.StoredAt), 0)
	return nil
}

// askStopped fills in how many streams stopped.
func (p *Projector) askStopped(ctx context.Context, s *Status) error {
	page, err := p.model.Quarantined(ctx, readmodel.Page{Size: 1})
	if err != nil {
		s.Quarantined = int(p.stopped.Load())
		return fmt.Errorf("ask the read model what stopped: %w", err)
	}
	p.stopped.Store(int64(page.Total))
	s.Quarantined = page.Total
	return nil
}

func (p *Projector) health(s *Status, now time.Time) Health {
	seen := p.gauge.read(s.Position, s.Last, now)
	if failure := p.failure.Load(); failure != nil {
		s.Err = *failure
		return Failed
	}
	if s.Err != nil { // the log has lost its end
		return Failed
	}
	if trouble := p.trouble.Load(); trouble != nil {
		s.Err = *trouble
	}
	if !p.isCaughtUp() && seen != Stuck {
		return CatchingUp
	}
	if seen == Live && s.Quarantined > 0 {
		return Poisoned
	}
	return seen
}

// gauge compares what is seen now with what was seen before.
type gauge struct {
	late, stuck time.Duration

	mu sync.Mutex
	// goal is where the log ended at seen; the model has to get there.
	goal eventlog.Position
	seen time.Time
	// moved is when the model was first seen where it is now.
	at    casework.Position
	moved time.Time
}

// read gives Live, Late or Stuck.
func (g *gauge) read(at casework.Position, last eventlog.Position, now time.Time) Health {
	g.mu.Lock()
	defer g.mu.Unlock()
	if eventlog.Position(at) >= g.goal { // it got there: a new goal
		g.goal, g.seen = last, now
		g.at, g.moved = at, now
	}
	if at != g.at {
		g.at, g.moved = at, now
	}
	switch {
	case eventlog.Position(at) >= g.goal:
		return Live
	case now.Sub(g.moved) >= g.stuck:
		return Stuck
	case now.Sub(g.seen) >= g.late:
		return Late
	default:
		return Live
	}
}
