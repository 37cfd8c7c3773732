package postgres

import (
	"context"
	"time"

	"percorsi/internal/casework"
	"percorsi/internal/eventlog"
	"percorsi/internal/eventlog/pgcopy"
	"percorsi/internal/readmodel"
)

// tale is one stream on its way from commits to rows.
type tale struct {
	stream  eventlog.Stream
	state   readmodel.State
	stopped *readmodel.Quarantine
}

// take folds one commit more.
func (t *tale) take(at, storedNS int64, data []byte) {
	if t.stopped != nil {
		t.stopped.Waiting++
		return
	}
	d := readmodel.Decode(eventlog.Record{
		Stream: t.stream, Position: eventlog.Position(at), StoredAt: storedAt(storedNS), Data: data,
	})
	next, err := t.state.Evolve(d)
	if err != nil {
		t.stopped = &readmodel.Quarantine{
			Stream: t.stream, At: casework.Position(at), Since: d.Record.StoredAt, Reason: err.Error(),
		}
		return
	}
	t.state = next
}

// rows adds the rows of the stream.
func (t *tale) rows(ch *changes, rules []casework.ClockRule) {
	if t.stream == "" {
		return
	}
	ch.between(&entry{}, entryOf(rules, t.state))
	if t.stopped != nil {
		ch.put(quarantineTable, quarantineRow(*t.stopped))
	}
}

// foldWhole folds one stream out of the copy, from its beginning up to a
// position, as far as it goes.
func foldWhole(ctx context.Context, q pgcopy.Querier, s eventlog.Stream, upTo casework.Position) (*tale, error) {
	rows, err := q.Query(ctx, `select position, stored_ns, data from percorsi_log.commits
where stream = $1 and position <= $2 order by position`, string(s), int64(upTo))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	t := &tale{stream: s}
	for rows.Next() {
		var (
			at, when int64
			data     []byte
		)
		if err := rows.Scan(&at, &when, &data); err != nil {
			return nil, err
		}
		t.take(at, when, data)
	}
	return t, rows.Err()
}

func storedAt(ns int64) time.Time { return time.Unix(0, ns).UTC() }
