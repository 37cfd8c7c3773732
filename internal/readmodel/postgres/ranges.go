package postgres

import (
	"context"

	"github.com/jackc/pgx/v5"
)

const (
	// rangeSize is how many commits a range has, more or less, and rangesLeast
	// how many ranges a log is cut into where there are fewer.
	rangeSize   = 8_000
	rangesLeast = 16
	// wholeSample bounds the logs of which every commit is looked at to cut
	// them; of others it is a share, in percent.
	wholeSample = 100_000
	someSample  = 5
)

// streams is a range of streams, in the order of their names: from first up to
// but not with next.
type streams struct {
	first, next string
	// commits is how many the range had, once its rows are there.
	commits *int64
}

// The last range ends behind the last stream there is.
const cutQuery = `
with sample as (
	select stream, row_number() over (order by stream) as n
	from percorsi_log.commits tablesample system ($1) where position <= $2),
cuts as (
	select '' as first
	union
	select stream from sample where n % $3 = 0)
select first, lead(first, 1, (select max(stream) || ' ' from percorsi_log.commits)) over (order by first collate "C") as next,
	null::bigint as commits
from cuts where exists (select from percorsi_log.commits)`

// cut cuts the streams into ranges, and writes them down for whoever goes on
// with what was begun. Looking at every commit would take as long as an index,
// so a sample tells where to cut.
func (b *building) cut(ctx context.Context) error {
	percent, size := 100, max(1, min(rangeSize, int64(b.target)/rangesLeast))
	if b.target > wholeSample {
		percent, size = someSample, size*someSample/100
	}
	_, err := b.pool.Exec(ctx, "create table "+b.in("building_ranges")+` (first text collate "C" primary key, next text collate "C" not null, commits bigint)`)
	if err != nil {
		return err
	}
	_, err = b.pool.Exec(ctx, "insert into "+b.in("building_ranges")+cutQuery, percent, int64(b.target), size)
	return err
}

// ranges gives the ranges, those whose rows are there too.
func (b *building) ranges(ctx context.Context) ([]streams, error) {
	rows, err := b.pool.Query(ctx, "select first, next, commits from "+b.in("building_ranges")+" order by first")
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(r pgx.CollectableRow) (s streams, err error) {
		return s, r.Scan(&s.first, &s.next, &s.commits)
	})
}
