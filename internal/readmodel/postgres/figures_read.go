package postgres

import (
	"context"

	"github.com/jackc/pgx/v5"

	"percorsi/internal/casework"
	"percorsi/internal/eventlog"
)

// querier is what is asked: a pool, a connection or a transaction.
type querier interface {
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
}

// bounds has the positions at which streams stopped, as the rows say.
type bounds map[eventlog.Stream]casework.Position

// rowsStand tells how far the rows have come, and which streams stopped on the
// way.
func rowsStand(ctx context.Context, db querier) (casework.Position, bounds, error) {
	rows, err := db.Query(ctx, `
select p.position, coalesce(q.stream, ''), coalesce(q.at, 0)
from percorsi.progress p left join percorsi.quarantine q on true`)
	if err != nil {
		return 0, nil, err
	}
	defer rows.Close()
	var (
		last  int64
		stops = make(bounds)
	)
	for rows.Next() {
		var (
			stream string
			at     int64
		)
		if err := rows.Scan(&last, &stream, &at); err != nil {
			return 0, nil, err
		}
		if stream != "" {
			stops[eventlog.Stream(stream)] = casework.Position(at)
		}
	}
	return casework.Position(last), stops, rows.Err()
}

// chunkSize is how many commits one query asks for, and what is folded between
// two looks at what came of it.
const chunkSize = 8192

// chunk is commits that follow each other, for each shard those of its streams.
type chunk struct {
	last casework.Position
	of   [][]eventlog.Record
}

// read hands over the commits after a position up to another, in chunks. The
// error is a *eventlog.Gap where one is missing, that of ctx, or that of the
// database.
func (f *follower) read(ctx context.Context, after, upTo casework.Position, to chan<- *chunk) error {
	for after < upTo {
		c, err := f.readChunk(ctx, after, min(after+chunkSize, upTo))
		if err != nil {
			return err
		}
		select {
		case to <- c:
		case <-ctx.Done():
			return ctx.Err()
		}
		after = c.last
	}
	return nil
}

// readChunk asks only for what a fold needs: headers and times stay where they
// are.
func (f *follower) readChunk(ctx context.Context, after, upTo casework.Position) (*chunk, error) {
	rows, err := f.pool.Query(ctx, `
select position, stream, data from percorsi_log.commits
where position > $1 and position <= $2 order by position`, int64(after), int64(upTo))
	if err != nil {
		return nil, unreachable(err)
	}
	defer rows.Close()
	c := &chunk{last: after, of: make([][]eventlog.Record, len(f.shards))}
	for rows.Next() {
		var (
			r        eventlog.Record
			position int64
		)
		if err := rows.Scan(&position, &r.Stream, &r.Data); err != nil {
			return nil, err
		}
		if casework.Position(position) != c.last+1 {
			break
		}
		c.last, r.Position = casework.Position(position), eventlog.Position(position)
		n := f.shardOf(r.Stream)
		c.of[n] = append(c.of[n], r)
	}
	switch err := rows.Err(); {
	case err != nil:
		return nil, unreachable(err)
	case c.last < upTo:
		return nil, &eventlog.Gap{Position: eventlog.Position(c.last) + 1}
	}
	return c, nil
}
