package projector

import (
	"context"
	"log/slog"
	"time"
)

const (
	// settleEvery bounds how often a model settles while people write. Who
	// asks in between settles the little that is new.
	settleEvery = time.Second
	// settleAnyway is for what changes with the day and not with the log.
	settleAnyway = time.Minute
)

// settle lets the model settle, beside the fold, once it has caught up and
// whenever it has moved on.
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
		if err := p.settleOnce(ctx, &s); err != nil {
			return err
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
	position uint64
	at       time.Time
}

// settleOnce lets the model settle if there is reason to. Settling saves
// readers their time and changes no answer, so a failure is not the end.
func (p *Projector) settleOnce(ctx context.Context, s *settled) error {
	at, err := p.model.Position(ctx)
	if err != nil {
		return err
	}
	now := time.Now()
	if uint64(at) == s.position && now.Sub(s.at) < settleAnyway {
		return nil
	}
	*s = settled{position: uint64(at), at: now}
	if err := p.model.Settle(ctx); err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		p.logger.WarnContext(ctx, "the read model did not settle: questions will take longer",
			slog.Uint64("position", s.position), slog.Any("error", err))
	}
	return nil
}

// markReady is called by the one goroutine that settles.
func (p *Projector) markReady() {
	select {
	case <-p.ready:
	default:
		close(p.ready)
	}
}
