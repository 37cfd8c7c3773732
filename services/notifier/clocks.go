package notifier

import (
	"context"
	"fmt"
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	"percorsi/internal/access"
	"percorsi/internal/casework"
	"percorsi/internal/notice"
	"percorsi/internal/notice/outbox"
	"percorsi/internal/readmodel"
)

// clockPage is how many clocks are read at a time.
const clockPage = 500

// clocks tells people of their clocks, once a day. A round that was cut off is
// gone on with: what it gave is not given again. A day that was missed is made
// up for; before the first day nobody was told of anything.
func (w *work) clocks(ctx context.Context) error {
	today := w.cfg.Today()
	if w.day >= today {
		return nil
	}
	day, given, err := w.cfg.Outbox.Clocks(ctx)
	if err != nil {
		return err
	}
	if day == 0 {
		day = today - 1
	}
	if w.day = day; day >= today {
		return nil
	}
	if err := w.send(ctx, outbox.Batch{}); err != nil {
		return err
	}
	if err := w.round(ctx, day, today, given); err != nil {
		return err
	}
	w.day = today
	return w.send(ctx, outbox.Batch{Mark: w.seen, Clocks: today})
}

// round holds or sends the notices of the days after one day and up to another
// one.
func (w *work) round(ctx context.Context, after, today casework.Day, given map[string]bool) error {
	if err := w.caughtUp(ctx); err != nil {
		return err
	}
	from, by := notice.ClocksDue(after, today)
	filter, page := readmodel.ClockFilter{DueFrom: from, DueBy: by}, readmodel.Page{Size: clockPage}
	now := timestamppb.New(time.Now())
	for {
		found, err := w.cfg.Model.Clocks(ctx, readmodel.Everything(), filter, page)
		if err != nil {
			return fmt.Errorf("read the clocks due from %s to %s: %w", from, by, err)
		}
		for _, row := range found.Rows {
			n := notice.OfClock(notice.Due{
				Case: row.Case.ID, Clock: row.Clock, Manager: row.Case.CaseManager, Body: row.Case.ManagingBody,
				Sealed: access.Sealed(&casework.Case{Service: row.Case.Service}), At: w.seen, Now: now,
			}, after, today)
			if n == nil || given[n.GetId()] {
				continue
			}
			if w.held = append(w.held, n); len(w.held) < w.cfg.AtOnce {
				continue
			}
			if err := w.send(ctx, outbox.Batch{}); err != nil {
				return err
			}
		}
		if page.Token = found.Next; page.Token == "" {
			return nil
		}
	}
}

// caughtUp waits until the read model has what is in the log now: one that is
// being read has the clocks of a year ago.
func (w *work) caughtUp(ctx context.Context) error {
	last, err := w.cfg.Log.Last(ctx)
	if err != nil {
		return err
	}
	if err := w.cfg.Model.Wait(ctx, casework.Position(last)); err != nil {
		return fmt.Errorf("wait for the read model: %w", err)
	}
	return nil
}
