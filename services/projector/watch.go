package projector

import (
	"context"
	"log/slog"
	"time"

	"percorsi/internal/eventlog"
)

const (
	// lookEvery is the time between two looks at the model, lookSoon while it
	// is not ready.
	lookEvery = time.Second
	lookSoon  = 100 * time.Millisecond
	// lookWithin bounds a look.
	lookWithin = 5 * time.Second
)

// look is what was seen the last time.
type look struct {
	Status

	whole bool // the log and the model both answered
}

// watch looks at the model from time to time: what it sees is what the metrics
// show, and how a process that follows knows that the model has caught up.
func (p *Projector) watch(ctx context.Context) error {
	var goal eventlog.Position
	led := p.lead == nil
	for {
		s, err := p.lookOnce(ctx)
		if err == nil && !s.Leading {
			goal = p.follows(s, goal)
			p.forget(s)
		}
		if s.Leading != led {
			led = s.Leading
			p.sayLead(ctx, s)
		}
		pause := lookSoon
		if p.isReady() {
			pause = lookEvery
		}
		if !wait(ctx, pause) {
			return ctx.Err()
		}
	}
}

func (p *Projector) lookOnce(ctx context.Context) (Status, error) {
	ctx, cancel := context.WithTimeout(ctx, lookWithin)
	defer cancel()
	s, err := p.Status(ctx)
	p.seen.Store(&look{Status: s, whole: err == nil})
	return s, err
}

// follows tells whether a model that another process writes has caught up: it
// has got to where the log ended when that was first asked, and is near its end
// then. It gives where the model has to get to.
func (p *Projector) follows(s Status, goal eventlog.Position) eventlog.Position {
	if p.isCaughtUp() || s.Health == Failed {
		return goal
	}
	if goal == 0 {
		goal = s.Last
	}
	switch {
	case eventlog.Position(s.Position) < goal:
		return goal
	case s.Lag > nearEnd:
		return s.Last
	default:
		p.markCaughtUp()
		return goal
	}
}

// forget drops the trouble of a process that does not lead any more, once the
// model moves on by the hand of another one.
func (p *Projector) forget(s Status) {
	if s.Health == Live || s.Health == Poisoned {
		p.trouble.Store(nil)
	}
}

func (p *Projector) isCaughtUp() bool { return isClosed(p.caughtUp) }

func (p *Projector) isReady() bool { return isClosed(p.ready) }

func isClosed(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}

func (p *Projector) sayLead(ctx context.Context, s Status) {
	at := slog.Uint64("position", uint64(s.Position))
	if s.Leading {
		p.logger.InfoContext(ctx, "this process leads: it writes the read model", at)
		return
	}
	p.logger.InfoContext(ctx, "this process does not lead any more: it follows whoever writes the read model", at)
}
