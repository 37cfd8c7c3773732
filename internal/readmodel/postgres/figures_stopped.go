package postgres

import (
	"context"

	"github.com/jackc/pgx/v5"

	"percorsi/internal/casework"
	"percorsi/internal/eventlog"
)

// bound takes over where the rows say that streams stopped, so that figures and
// rows stop at the same commit. A stream that was in quarantine and is not any
// more is folded again: a newer program could read what stopped it.
func (f *follower) bound(ctx context.Context, stops bounds) error {
	had := f.bounds
	f.bounds = stops
	for s := range had {
		if _, still := stops[s]; still {
			continue
		}
		if err := f.resume(ctx, s); err != nil {
			f.bounds = had // again the next time
			return err
		}
	}
	return nil
}

// resume folds a stream that had stopped from its beginning, as far as the
// boards have come, and tells them of it.
func (f *follower) resume(ctx context.Context, s eventlog.Stream) error {
	l := f.find(s)
	if l == nil || l.stopped == 0 {
		return nil
	}
	records, err := f.readStream(ctx, s)
	if err != nil {
		return err
	}
	own := f.shards[f.shardOf(s)]
	own.streams[s] = &line{name: s}
	f.revised++
	for _, r := range records {
		if err := own.take(ctx, f, r); err != nil {
			own.streams[s] = l // whole, or as it was
			return err
		}
	}
	f.tell(ctx)
	return nil
}

func (f *follower) readStream(ctx context.Context, s eventlog.Stream) ([]eventlog.Record, error) {
	rows, err := f.pool.Query(ctx, `
select position, data from percorsi_log.commits
where stream = $1 and position <= $2 order by position`, string(s), int64(f.reached.Load()))
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (eventlog.Record, error) {
		r := eventlog.Record{Stream: s}
		var position int64
		err := row.Scan(&position, &r.Data)
		r.Position = eventlog.Position(position)
		return r, err
	})
}

// stoppedAt gives where a stream stopped; 0 if it goes on or was not met.
func (f *follower) stoppedAt(s eventlog.Stream) casework.Position {
	if l := f.find(s); l != nil {
		return l.stopped
	}
	return 0
}
