package pgcopy

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"math"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"percorsi/internal/eventlog"
)

// chunk is how many commits one query of Read asks for.
const chunk = 2000

// undefinedTable is what PostgreSQL answers where the schema is missing.
const undefinedTable = "42P01"

// ErrNoCopy means that no process ever kept a copy of a log in this database.
var ErrNoCopy = errors.New("there is no copy of a log in this database: name the one that the servers are given with --postgres")

// Querier is what the copy is read through: a pool, a connection or a
// transaction.
type Querier interface {
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
	QueryRow(ctx context.Context, sql string, args ...any) pgx.Row
}

// Copy reads the copy as if it were the log. Create it with New.
type Copy struct {
	db Querier
}

// New reads through db, which stays the caller's.
func New(db Querier) *Copy { return &Copy{db: db} }

// Last gives the position of the last commit of the copy, 0 if there is none
// yet, or ErrNoCopy.
func (c *Copy) Last(ctx context.Context) (eventlog.Position, error) {
	var last int64
	err := c.db.QueryRow(ctx, `select coalesce(max(position), 0) from percorsi_log.commits`).Scan(&last)
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok && pg.Code == undefinedTable {
		return 0, ErrNoCopy
	}
	if err != nil {
		return 0, fmt.Errorf("read the last position of the copy: %w", err)
	}
	return eventlog.Position(last), nil
}

// Read gives the commits after a position, in order, up to and with upTo; 0
// stands for the last one at the time of the call. It ends after the first
// error: a *eventlog.Gap if a commit is missing or the copy ends before upTo or
// before after, or what the database said.
//
// It streams: while the caller works on a commit, Read may hold a connection
// in the middle of a query. A caller that reads through a single connection
// cannot use it meanwhile.
func (c *Copy) Read(ctx context.Context, after, upTo eventlog.Position) iter.Seq2[eventlog.Record, error] {
	return func(yield func(eventlog.Record, error) bool) {
		last, err := c.Last(ctx)
		if err != nil {
			yield(eventlog.Record{}, err)
			return
		}
		short := max(after, upTo) > last
		if upTo == 0 || upTo > last {
			upTo = last
		}
		for at := after; at < upTo; at = min(at+chunk, upTo) {
			if !c.part(ctx, at, min(at+chunk, upTo), yield) {
				return
			}
		}
		if short {
			yield(eventlog.Record{}, &eventlog.Gap{Position: last + 1})
		}
	}
}

// part hands over the commits of one query. It reports whether all of them
// were there and the caller wants more.
func (c *Copy) part(ctx context.Context, at, upTo eventlog.Position, yield func(eventlog.Record, error) bool) bool {
	rows, err := c.db.Query(ctx,
		`select `+Columns+` from percorsi_log.commits where position > $1 and position <= $2 order by position`,
		int64(at), int64(upTo))
	if err != nil {
		yield(eventlog.Record{}, fmt.Errorf("read the copy after position %d: %w", at, err))
		return false
	}
	defer rows.Close()
	for rows.Next() {
		r, err := ScanRecord(rows)
		if err == nil && r.Position != at+1 {
			err = &eventlog.Gap{Position: at + 1}
		}
		if err != nil {
			yield(eventlog.Record{}, err)
			return false
		}
		at = r.Position
		if !yield(r, nil) {
			return false
		}
	}
	if err := rows.Err(); err != nil {
		yield(eventlog.Record{}, fmt.Errorf("read the copy after position %d: %w", at, err))
		return false
	}
	if at < upTo {
		yield(eventlog.Record{}, &eventlog.Gap{Position: at + 1})
		return false
	}
	return true
}

// OfStream gives the commits of one stream after a position, in order, up to
// and with upTo; 0 stands for no bound.
func (c *Copy) OfStream(ctx context.Context, s eventlog.Stream, after, upTo eventlog.Position) ([]eventlog.Record, error) {
	if upTo == 0 {
		upTo = math.MaxInt64
	}
	rows, err := c.db.Query(ctx,
		`select `+Columns+` from percorsi_log.commits where stream = $1 and position > $2 and position <= $3 order by position`,
		string(s), int64(after), int64(upTo))
	if err != nil {
		return nil, fmt.Errorf("read stream %s of the copy: %w", s, err)
	}
	records, err := pgx.CollectRows(rows, ScanRecord)
	if err != nil {
		return nil, fmt.Errorf("read stream %s of the copy: %w", s, err)
	}
	return records, nil
}
