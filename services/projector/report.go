package projector

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"percorsi/internal/eventlog"
)

// nearEnd is how many records may be left when a model counts as caught up:
// while people write, it is always a few behind.
const nearEnd = 256

// report is the progress of a reading up to the end of the log.
type report struct {
	began, last time.Time
	done        uint64
	at, target  eventlog.Position
	over        bool // the end was reached
}

func (p *Projector) startReport(ctx context.Context, at eventlog.Position) (*report, error) {
	target, err := p.log.Last(ctx)
	if err != nil {
		return nil, fmt.Errorf("ask the log for its end: %w", err)
	}
	now := time.Now()
	r := &report{began: now, last: now, at: at, target: target}
	if r.left() > 0 {
		p.logger.InfoContext(ctx, "the read model catches up with the log",
			slog.Uint64("position", uint64(at)), slog.Uint64("total", uint64(target)))
	}
	return r, nil
}

// left gives how many records are left.
func (r *report) left() uint64 {
	if r.at >= r.target {
		return 0
	}
	return uint64(r.target - r.at)
}

// rate gives the records folded in a second.
func (r *report) rate(now time.Time) float64 {
	took := now.Sub(r.began).Seconds()
	if took <= 0 {
		return 0
	}
	return float64(r.done) / took
}

// progress counts n records more, says so from time to time, and tells when
// the end of the log is reached.
func (p *Projector) progress(ctx context.Context, r *report, n int) error {
	if n > 0 {
		p.trouble.Store(nil)
	}
	if r.over {
		return nil
	}
	r.done += uint64(n)
	r.at += eventlog.Position(n)
	now := time.Now()
	if r.left() > 0 {
		p.say(ctx, r, now)
		return nil
	}
	end, err := p.log.Last(ctx)
	if err != nil {
		return fmt.Errorf("ask the log for its end: %w", err)
	}
	if r.target = end; r.left() > nearEnd || r.at > end {
		return nil // a log that has lost its end says so itself
	}
	r.over = true
	p.trouble.Store(nil)
	if r.done > 0 {
		p.logger.InfoContext(ctx, "the read model has caught up with the log",
			slog.Uint64("position", uint64(r.at)), slog.Uint64("records", r.done),
			slog.Duration("took", now.Sub(r.began)), slog.Int("per_second", int(r.rate(now))))
	}
	p.markCaughtUp()
	return nil
}

// say reports where the reading stands, if it is time to.
func (p *Projector) say(ctx context.Context, r *report, now time.Time) {
	if now.Sub(r.last) < p.every {
		return
	}
	r.last = now
	rate := r.rate(now)
	attrs := []slog.Attr{
		slog.Uint64("position", uint64(r.at)), slog.Uint64("total", uint64(r.target)), slog.Int("per_second", int(rate)),
	}
	if rate > 0 {
		attrs = append(attrs, slog.Duration("time_left", time.Duration(float64(r.left())/rate*float64(time.Second)).Round(time.Second)))
	}
	p.logger.LogAttrs(ctx, slog.LevelInfo, "the read model catches up with the log", attrs...)
}

func (p *Projector) markCaughtUp() { p.once.Do(func() { close(p.caughtUp) }) }
