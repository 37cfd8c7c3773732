package postgres

import (
	"context"
	"errors"
	"time"

	"percorsi/internal/casework"
	"percorsi/internal/eventlog"
	"percorsi/internal/eventlog/pgcopy"
	"percorsi/internal/readmodel"
)

// tale is one stream on its way from commits to rows.
type tale struct {
	stream  eventlog.Stream
	past    readmodel.Past
	state   readmodel.State
	stopped *readmodel.Quarantine
}

// take folds one commit more. The error is that of a past that cannot be read.
func (t *tale) take(ctx context.Context, at, storedNS int64, data []byte) error {
	if t.stopped != nil {
		t.stopped.Waiting++
		return nil
	}
	d := readmodel.Decode(eventlog.Record{
		Stream: t.stream, Position: eventlog.Position(at), StoredAt: storedAt(storedNS), Data: data,
	})
	switch next, err := t.state.Evolve(ctx, d, t.past); {
	case errors.Is(err, readmodel.ErrPast):
		return err
	case err != nil:
		t.stopped = &readmodel.Quarantine{
			Stream: t.stream, At: casework.Position(at), Since: d.Record.StoredAt, Reason: err.Error(),
		}
	default:
		t.state = next
	}
	return nil
}

// rows adds the rows of the stream.
func (t *tale) rows(ch *changes, by rules) {
	if t.stream == "" {
		return
	}
	ch.between(&entry{}, entryOf(by, t.state))
	if t.stopped != nil {
		ch.put(quarantineTable, quarantineRow(*t.stopped))
	}
}

// foldWhole folds one stream out of the copy, from its beginning up to a
// position, as far as it goes.
func foldWhole(ctx context.Context, q pgcopy.Querier, s eventlog.Stream, upTo casework.Position, past readmodel.Past) (*tale, error) {
	rows, err := q.Query(ctx, `select position, stored_ns, data from percorsi_log.commits
where stream = $1 and position <= $2 order by position`, string(s), int64(upTo))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	t := &tale{stream: s, past: past}
	for rows.Next() {
		var (
			at, when int64
			data     []byte
		)
		if err := rows.Scan(&at, &when, &data); err != nil {
			return nil, err
		}
		if err := t.take(ctx, at, when, data); err != nil {
			return nil, err
		}
	}
	return t, rows.Err()
}

func storedAt(ns int64) time.Time { return time.Unix(0, ns).UTC() }
