package postgres

import (
	"context"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"

	"percorsi/internal/casework"
	"percorsi/internal/eventlog"
	"percorsi/internal/eventlog/pgcopy"
	"percorsi/internal/readmodel"
)

// findings gathers the differences between two schemas.
type findings struct {
	list    []readmodel.Difference
	streams map[string]bool
	told    map[place]bool
}

// place is a stream in a table.
type place struct{ stream, table string }

func (f *findings) add(d readmodel.Difference) {
	if f.streams == nil {
		f.streams, f.told = make(map[string]bool), make(map[place]bool)
	}
	f.streams[d.Stream] = true
	at := place{stream: d.Stream, table: d.Table}
	if len(f.list) < readmodel.MaxDifferences && !f.told[at] {
		f.told[at] = true
		f.list = append(f.list, d)
	}
}

// compare finds the streams whose rows in the live schema are others than those
// in the schema that was built, by their number and by a digest of them, table
// by table. A stream that has commits between the positions of the two is left
// out: it is not expected to be the same. The live rows may move on meanwhile,
// so each statement finds out for itself where they are. only narrows to some
// streams; nil stands for all.
func (b *building) compare(ctx context.Context, q pgcopy.Querier, built casework.Position, only []string, found *findings) error {
	for _, t := range tables {
		narrowed, names := "", []string(nil)
		if only != nil {
			if narrowed, names = t.narrow(only); len(names) == 0 {
				continue
			}
		}
		rows, err := q.Query(ctx, compareQuery(t, b.schema, narrowed), int64(built), names) //nolint:rowserrcheck // ForEachRow gives it
		if err != nil {
			return err
		}
		var (
			stream    string
			had, want int64
		)
		_, err = pgx.ForEachRow(rows, []any{&stream, &had, &want}, func() error {
			found.add(readmodel.Difference{Stream: stream, Table: t.name, What: difference(had, want)})
			return nil
		})
		if err != nil {
			return fmt.Errorf("compare the table %s: %w", t.name, err)
		}
		b.pace.add(1)
	}
	return nil
}

func difference(had, want int64) string {
	if had == want {
		return fmt.Sprintf("%d rows say something else than the log", had)
	}
	return fmt.Sprintf("%d rows, where the log makes %d", had, want)
}

// narrow gives the condition under which a row t belongs to one of some
// streams, and what its parameter $2 is: their names in the column that the
// rows are found by.
func (t *table) narrow(streams []string) (condition string, names []string) {
	column, ok := t.owner()
	if !ok {
		return "t.stream = any($2::text[])", streams
	}
	for _, s := range streams {
		kind, name := readmodel.Split(eventlog.Stream(s))
		if !strings.HasPrefix(column, kind+"_") {
			continue
		}
		if kind == readmodel.CaseStream {
			id, err := readmodel.ParseID(name)
			if err != nil {
				continue // it has no rows
			}
			name = id.String()
		}
		names = append(names, name)
	}
	if column == "case_id" {
		return "t.case_id = any($2::text[]::uuid[])", names
	}
	return "t." + column + " = any($2::text[])", names
}

// compareQuery compares a table in two schemas: all of it where narrowed is
// empty.
func compareQuery(t *table, schema, narrowed string) string {
	if narrowed == "" {
		narrowed = "$2::text[] is null"
	}
	digests := func(schema string) string {
		return "select " + t.stream() + " as stream, count(*) as rows, sum(hashtextextended(t::text, 0)::numeric) as digest from " +
			t.in(schema) + " t where " + narrowed + " group by 1"
	}
	return "with live as (" + digests(Schema) + "), built as (" + digests(schema) + `)
select stream, coalesce(live.rows, 0), coalesce(built.rows, 0)
from live full join built using (stream)
where (live.rows, live.digest) is distinct from (built.rows, built.digest)
and not exists (
	select from percorsi.progress p
	join percorsi_log.commits k on k.position > least(p.position, $1) and k.position <= greatest(p.position, $1)
	where k.stream = coalesce(live.stream, built.stream))
order by stream`
}

// stream gives the expression for the stream that a row t belongs to.
func (t *table) stream() string {
	switch column, _ := t.owner(); column {
	case "case_id":
		return "'case.' || t.case_id"
	case "person_id":
		return "'person.' || t.person_id"
	case "plan_id":
		return "'plan.' || t.plan_id"
	default:
		return "t.stream"
	}
}

// movedBetween gives the streams that have commits after one position, up to
// another.
func movedBetween(ctx context.Context, q pgcopy.Querier, after, upTo casework.Position) ([]string, error) {
	rows, err := q.Query(ctx, "select distinct stream from percorsi_log.commits where position > $1 and position <= $2", int64(after), int64(upTo))
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[string])
}
