package projector

import (
	"context"
	"log/slog"
	"time"

	"percorsi/internal/casework"
)

const (
	// settleEvery bounds how often a model settles while people write. Who
	// asks in between settles the little that is new.
	settleEvery = time.Second
	// settleAnyway is for what changes with the day and not with the log, and
	// for what a model writes down from time to time.
	settleAnyway = 30 * time.Second
)

// settle lets the model settle, beside the fold, once it has caught up and
// whenever it has moved on, whoever moved it.
func (p *Projector) settle(ctx context.Context) error {
	select {
	case <-p.caughtUp:
	case <-ctx.Done():
		return ctx.Err()
	}
	tick := time.NewTicker(settleEvery)
	defer tick.Stop()
	s := settled{}
	for {
		p.settleOnce(ctx, &s)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		p.markReady()
		select {
		case <-tick.C:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// settled is when and where the model settled.
type settled struct {
	position casework.Position
	at       time.Time
}

// settleOnce lets the model settle if there is reason to. Settling saves
// readers their time and changes no answer, so a failure is not the end.
func (p *Projector) settleOnce(ctx context.Context, s *settled) {
	now := time.Now()
	at, err := p.model.Position(ctx)
	if err == nil && at == s.position && now.Sub(s.at) < settleAnyway {
		return
	}
	*s = settled{position: at, at: now}
	if err == nil {
		err = p.model.Settle(ctx)
	}
	if err != nil && ctx.Err() == nil {
		p.logger.WarnContext(ctx, "the read model did not settle: questions will take longer",
			slog.Uint64("position", uint64(at)), slog.Any("error", err))
	}
}

// markReady is called by the one goroutine that settles.
func (p *Projector) markReady() {
	select {
	case <-p.ready:
	default:
		close(p.ready)
	}
}
