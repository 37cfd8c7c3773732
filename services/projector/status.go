package projector

import (
	"context"
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
	// Failed: the run ended with an error; nothing is folded any more.
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

// Status is where a read model stands.
type Status struct {
	Health Health
	// Position is that of the model, Last that of the log, Lag what lies
	// between.
	Position casework.Position
	Last     eventlog.Position
	Lag      uint64
	// Quarantined counts the streams that stopped.
	Quarantined int
	// Err is what the run ended with, if it failed.
	Err error
}

// Status asks the log and the model where they are. Late and stuck are seen by
// comparing with what was seen the last time it was asked.
func (p *Projector) Status(ctx context.Context) (Status, error) {
	at, err := p.model.Position(ctx)
	if err != nil {
		return Status{}, fmt.Errorf("ask the read model for its position: %w", err)
	}
	last, err := p.log.Last(ctx)
	if err != nil {
		return Status{}, fmt.Errorf("ask the log for its end: %w", err)
	}
	stopped, err := p.model.Quarantined(ctx, readmodel.Page{Size: 1})
	if err != nil {
		return Status{}, fmt.Errorf("ask the read model what stopped: %w", err)
	}
	s := Status{Position: at, Last: max(last, eventlog.Position(at)), Quarantined: stopped.Total}
	s.Lag = uint64(s.Last) - uint64(at)
	s.Health = p.health(&s)
	return s, nil
}

func (p *Projector) health(s *Status) Health {
	seen := p.gauge.read(s.Position, s.Last, time.Now())
	if failure := p.failure.Load(); failure != nil {
		s.Err = *failure
		return Failed
	}
	select {
	case <-p.caughtUp:
	default:
		if seen != Stuck {
			return CatchingUp
		}
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
