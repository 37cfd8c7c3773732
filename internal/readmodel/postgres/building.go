package postgres

import (
	"context"
	"errors"
	"fmt"
	"runtime"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"golang.org/x/sync/errgroup"

	"percorsi/internal/casework"
	"percorsi/internal/eventlog"
	"percorsi/internal/readmodel"
)

// building is a schema that is filled beside the live one, out of the copy of
// the log. The streams are cut into ranges; each is folded by itself and its
// rows are copied in one transaction, with the note that it is done. So the
// memory it takes does not grow with the log, ranges are filled side by side,
// and who comes later goes on with those that are not done.
type building struct {
	pool    *pgxpool.Pool
	schema  string
	rules   rules
	past    readmodel.Past
	target  casework.Position
	workers int
	pace    *pace
}

func newBuilding(m *Model, schema string, target casework.Position, p *pace) *building {
	return &building{
		pool: m.pool, schema: schema, rules: m.rules, past: m.past, target: target, pace: p,
		workers: max(runtime.GOMAXPROCS(0), 2),
	}
}

func (b *building) in(name string) string { return pgx.Identifier{b.schema, name}.Sanitize() }

// open makes the schema, or finds one that can be gone on with: made by the
// same program with the same rules. mark tells programs apart. It gives the
// position that the schema is filled up to.
func (b *building) open(ctx context.Context, mark []byte) (resumed bool, err error) {
	var target int64
	err = b.pool.QueryRow(ctx, "select target from "+b.in("building")+" where mark = $1 and target <= $2", mark, int64(b.target)).Scan(&target)
	if err == nil {
		b.target = casework.Position(target)
		return true, nil
	}
	if err := b.drop(ctx); err != nil {
		return false, err
	}
	if err := prepare(ctx, b.pool, b.schema); err != nil {
		return false, err
	}
	if _, err := b.pool.Exec(ctx, "create table "+b.in("building_indexes")+" (taken text, made text)"); err != nil {
		return false, err
	}
	if err := errors.Join(b.takeIndexes(ctx), b.cut(ctx)); err != nil {
		return false, err
	}
	return false, pgx.BeginFunc(ctx, b.pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "create table "+b.in("building")+" (target bigint not null, mark bytea not null)"); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, "insert into "+b.in("building")+" values ($1, $2)", int64(b.target), mark)
		return err
	})
}

// drop takes the schema away, whatever it holds.
func (b *building) drop(ctx context.Context) error { return dropSchema(ctx, b.pool, b.schema) }

func dropSchema(ctx context.Context, pool *pgxpool.Pool, schema string) error {
	_, err := pool.Exec(ctx, "drop schema if exists "+pgx.Identifier{schema}.Sanitize()+" cascade")
	return err
}

// load fills the tables up to the target.
func (b *building) load(ctx context.Context) error {
	ranges, err := b.ranges(ctx)
	if err != nil {
		return err
	}
	b.pace.begin("fold the log", uint64(b.target))
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(b.workers)
	for _, r := range ranges {
		if r.commits != nil {
			b.pace.add(uint64(*r.commits))
			continue
		}
		g.Go(func() error { return b.loadRange(ctx, r) })
	}
	return g.Wait()
}

// loadRange folds a range and copies its rows.
func (b *building) loadRange(ctx context.Context, r streams) error {
	return pgx.BeginFunc(ctx, b.pool, func(tx pgx.Tx) error {
		ch, n, err := b.foldRange(ctx, tx, r)
		if err != nil {
			return fmt.Errorf("fold the streams from %s on: %w", r.first, err)
		}
		if err := ch.copyIn(ctx, tx, b.schema); err != nil {
			return fmt.Errorf("fill in the streams from %s on: %w", r.first, err)
		}
		_, err = tx.Exec(ctx, "update "+b.in("building_ranges")+" set commits = $2 where first = $1", r.first, n)
		return err
	})
}

const rangeQuery = `select stream, position, stored_ns, data from percorsi_log.commits
where stream >= $1 and stream < $2 and position <= $3
order by stream, position`

// foldRange gives what comes of a range, and how many commits it has.
func (b *building) foldRange(ctx context.Context, tx pgx.Tx, r streams) (ch *changes, n int64, err error) {
	rows, err := tx.Query(ctx, rangeQuery, r.first, r.next, int64(b.target))
	if err != nil {
		return nil, 0, err
	}
	defer rows.Close()
	ch = newChanges()
	var one tale
	for ; rows.Next(); n++ {
		var (
			stream   string
			at, when int64
			data     []byte
		)
		if err := rows.Scan(&stream, &at, &when, &data); err != nil {
			return nil, n, err
		}
		if s := eventlog.Stream(stream); s != one.stream {
			one.rows(ch, b.rules)
			one = tale{stream: s, past: b.past}
		}
		if err := one.take(ctx, at, when, data); err != nil {
			return nil, n, err
		}
		b.pace.add(1)
	}
	one.rows(ch, b.rules)
	return ch, n, rows.Err()
}

// copyIn puts rows in with COPY. None of them may be there yet.
func (c *changes) copyIn(ctx context.Context, tx pgx.Tx, schema string) error {
	for _, t := range tables {
		rows := c.puts[t]
		if len(rows) == 0 {
			continue
		}
		_, err := tx.CopyFrom(ctx, pgx.Identifier{schema, t.name}, t.names(),
			pgx.CopyFromSlice(len(rows), func(i int) ([]any, error) { return rows[i], nil }))
		if err != nil {
			return fmt.Errorf("table %s: %w", t.name, err)
		}
	}
	return nil
}

// finish makes the indexes, and says how far the rows are: farther than the
// target where an earlier work on them had caught up already.
func (b *building) finish(ctx context.Context) error {
	if err := b.makeIndexes(ctx); err != nil {
		return err
	}
	for _, t := range tables {
		todo := "analyze "
		if t == caseTable || t == clockTable {
			// Lists count by indexes alone where it is known which rows
			// everybody sees.
			todo = "vacuum (analyze) "
		}
		if _, err := b.pool.Exec(ctx, todo+t.in(b.schema)); err != nil {
			return err
		}
	}
	_, err := b.pool.Exec(ctx, "update "+progressIn(b.schema)+" set position = greatest(position, $1), clock_rules = $2", int64(b.target), b.rules.digest())
	return err
}
