package postgres

import (
	"context"

	"github.com/jackc/pgx/v5"
	"golang.org/x/sync/errgroup"
)

// index is an index or a key of a table, as it is taken away and made again.
type index struct{ drop, create string }

// indexesQuery finds the keys and the other indexes of tables in a schema.
const indexesQuery = `
select format('alter table %s drop constraint %I', c.conrelid::regclass, c.conname),
       format('alter table %s add constraint %I %s', c.conrelid::regclass, c.conname, pg_get_constraintdef(c.oid))
from pg_constraint c
join pg_class t on t.oid = c.conrelid
where t.relnamespace = $1::regnamespace and c.contype = 'p' and t.relname = any($2)
union all
select format('drop index %s', i.indexrelid::regclass), pg_get_indexdef(i.indexrelid)
from pg_index i
join pg_class t on t.oid = i.indrelid
where t.relnamespace = $1::regnamespace and not i.indisprimary and t.relname = any($2)`

// takeIndexes takes the indexes of the tables in a schema away, for a load. It
// writes them down beside, so that a later process can make them again.
func (b *building) takeIndexes(ctx context.Context) error {
	var names []string
	for _, t := range tables {
		names = append(names, t.name)
	}
	return pgx.BeginFunc(ctx, b.pool, func(tx pgx.Tx) error {
		rows, err := tx.Query(ctx, indexesQuery, b.schema, names)
		if err != nil {
			return err
		}
		list, err := pgx.CollectRows(rows, scanIndex)
		if err != nil {
			return err
		}
		for _, i := range list {
			if _, err := tx.Exec(ctx, i.drop); err != nil {
				return err
			}
			if _, err := tx.Exec(ctx, "insert into "+b.in("building_indexes")+" values ($1, $2)", i.drop, i.create); err != nil {
				return err
			}
		}
		return nil
	})
}

func scanIndex(r pgx.CollectableRow) (i index, err error) { return i, r.Scan(&i.drop, &i.create) }

// makeIndexes makes the indexes that were taken, as many at a time as there are
// workers.
func (b *building) makeIndexes(ctx context.Context) error {
	rows, err := b.pool.Query(ctx, "select * from "+b.in("building_indexes"))
	if err != nil {
		return err
	}
	list, err := pgx.CollectRows(rows, scanIndex)
	if err != nil {
		return err
	}
	b.pace.begin("index the rows", uint64(len(list)))
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(b.workers)
	for _, i := range list {
		g.Go(func() error { return b.makeIndex(ctx, i) })
	}
	return g.Wait()
}

func (b *building) makeIndex(ctx context.Context, i index) error {
	defer b.pace.add(1)
	return pgx.BeginFunc(ctx, b.pool, func(tx pgx.Tx) error {
		for _, statement := range []string{"set local maintenance_work_mem = '256MB'", i.create} {
			if _, err := tx.Exec(ctx, statement); err != nil {
				return err
			}
		}
		_, err := tx.Exec(ctx, "delete from "+b.in("building_indexes")+" where made = $1", i.create)
		return err
	})
}
