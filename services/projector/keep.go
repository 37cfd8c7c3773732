package projector

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"percorsi/internal/eventlog"
)

const (
	// firstPause and longestPause bound the wait before the folding begins
	// again. The first is short: most of what fails is over at once, and
	// another process may be waiting to take over.
	firstPause   = 50 * time.Millisecond
	longestPause = 2 * time.Second
	// sayAgain is the time between two lines about one trouble that lasts.
	sayAgain = 30 * time.Second
	// alarmAgain is the time between two lines about a hole in the log.
	alarmAgain = time.Minute
)

// keep folds until ctx ends. What fails is tried again; a hole in the log is
// not.
func (p *Projector) keep(ctx context.Context) error {
	pause, said := firstPause, time.Time{}
	for {
		err := p.attempt(ctx)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if errors.Is(err, eventlog.ErrGap) {
			return p.alarm(ctx, err)
		}
		if lost, ok := errors.AsType[*wentBackError](err); ok {
			p.back = lost.to
		}
		if p.trouble.Load() == nil { // it went well for a while
			pause, said = firstPause, time.Time{}
		}
		p.trouble.Store(&err)
		p.leading.Store(p.lead == nil)
		if now := time.Now(); now.Sub(said) >= sayAgain {
			said = now
			p.logger.WarnContext(ctx, "the folding was interrupted and begins again",
				slog.Duration("pause", pause), slog.Any("error", err))
		}
		if !wait(ctx, pause) {
			return ctx.Err()
		}
		pause = min(2*pause, longestPause)
	}
}

// attempt takes the lead, and folds until something fails.
func (p *Projector) attempt(ctx context.Context) error {
	if p.lead != nil {
		if err := p.lead(ctx); err != nil {
			return fmt.Errorf("take the lead: %w", err)
		}
		p.leading.Store(true)
	}
	at, err := p.model.Position(ctx)
	if err != nil {
		return fmt.Errorf("ask the read model for its position: %w", err)
	}
	from := eventlog.Position(at)
	if p.back > 0 {
		from = min(from, p.back-1)
	}
	r, err := p.startReport(ctx, from)
	if err != nil {
		return err
	}
	return p.pipe(ctx, from, r)
}

// wentBackError says that the model lacks a record that was read already: its
// database has lost its newest transactions.
type wentBackError struct{ to eventlog.Position }

// Error names the position, for the process log.
func (w *wentBackError) Error() string {
	return fmt.Sprintf("the read model lacks position %d, which was read before: it is read again from there", w.to)
}

// alarm says loudly that the folding has ended, until ctx ends.
func (p *Projector) alarm(ctx context.Context, err error) error {
	p.failure.Store(&err)
	for {
		p.logger.ErrorContext(ctx, "ALARM: the read model is not folded any more, and shows nothing newer",
			slog.Any("because", err), slog.String("do", "mend or restore the log, check it with percorsi log verify, and start this process again"))
		if !wait(ctx, alarmAgain) {
			return ctx.Err()
		}
	}
}

// wait waits for a while and tells whether ctx still goes on.
func wait(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}
