package postgres

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/jackc/pgx/v5/pgxpool"

	"percorsi/internal/casework"
)

// odd are texts that a database, or the way there, may take for something else.
var odd = []string{
	"", "a", " ", "NULL", "{}", "{a,b}", `"`, `\`, `\\"`, "a,b", "è à ß 語", "\x1f", "\x1fa", "a\x1fb", "a\x00b", "\x00", "line\nbreak\t", "'; --", `\N`, `\.`, "$1",
}

// anything gives a value for a column.
func anything(k kind, rng *rand.Rand) any {
	switch k {
	case aText:
		return odd[rng.IntN(len(odd))]
	case aUUID:
		var id uuid16
		for i := range id {
			id[i] = byte(rng.Uint32())
		}
		return id
	case aNumber:
		return []int64{0, 1, -1, math.MaxInt64, math.MinInt64}[rng.IntN(5)]
	case aPlace:
		return []int32{0, 1, -1, math.MaxInt32, math.MinInt32}[rng.IntN(5)]
	case aSmall:
		return []int16{0, 1, math.MaxInt16}[rng.IntN(3)]
	case aBool:
		return rng.IntN(2) == 0
	case aBytes:
		return [][]byte{{}, {0}, {0xff, 0, '\\'}}[rng.IntN(3)]
	case aDay:
		return date([]casework.Day{-1, 1, 20_000, math.MaxInt16}[rng.IntN(4)])
	case aMoment:
		return moment([]int64{earliest, -1, 1, 1_750_000_000, latest}[rng.IntN(5)])
	default:
		out := []string{}
		for range rng.IntN(4) {
			out = append(out, odd[rng.IntN(len(odd))])
		}
		return out
	}
}

// oddRow gives a row of anything, under a key of its own.
func oddRow(t *table, nth int, rng *rand.Rand) row {
	r := make(row, len(t.columns))
	for i, c := range t.columns {
		r[i] = anything(c.kind, rng)
	}
	switch t.columns[0].kind {
	case aText:
		r[0] = fmt.Sprint(r[0], nth)
	case aBytes:
		r[0] = fmt.Append(nil, nth)
	default:
		r[0] = uuid16{0: byte(nth >> 8), 1: byte(nth)}
	}
	// What is unique besides the keys.
	for i, c := range t.columns {
		if c.name == "opened" && t == caseTable || c.name == "at" {
			r[i] = int64(nth)
		}
	}
	return rowOf(r...)
}

func send(t *testing.T, p *pgxpool.Pool, c *changes) {
	t.Helper()
	b := &pgx.Batch{}
	c.queue(b, Schema)
	if err := p.SendBatch(t.Context(), b).Close(); err != nil {
		t.Fatal(err)
	}
}

// rowsOf gives a table as text, row by row.
func rowsOf(t *testing.T, p *pgxpool.Pool, schema string, of *table) []string {
	t.Helper()
	rows, err := p.Query(t.Context(), "select t::text from "+of.in(schema)+` t order by t::text collate "C"`)
	if err != nil {
		t.Fatal(err)
	}
	out, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestAnyRowIsTheSameHoweverItIsWritten writes rows of anything in a batch, over
// others, and with COPY.
func TestAnyRowIsTheSameHoweverItIsWritten(t *testing.T) {
	t.Parallel()
	p, rng := newStore(t).pool, rand.New(rand.NewPCG(1, 1))
	if err := prepare(t.Context(), p, rebuildSchema); err != nil {
		t.Fatal(err)
	}
	const n = 60
	before, now, over := newChanges(), newChanges(), newChanges()
	for _, of := range tables {
		for i := range n {
			before.put(of, oddRow(of, i, rand.New(rand.NewPCG(9, uint64(i)))))
			r := oddRow(of, i, rng)
			now.put(of, r)
			switch key := before.puts[of][i][:of.keys]; {
			case cmp.Equal(key, r[:of.keys], cmp.AllowUnexported(pgtype.Date{})):
				over.put(of, r)
			default:
				over.remove(of, key...)
				over.put(of, r)
			}
		}
	}
	send(t, p, before)
	send(t, p, over)
	if err := pgx.BeginFunc(t.Context(), p, func(tx pgx.Tx) error { return now.copyIn(t.Context(), tx, rebuildSchema) }); err != nil {
		t.Fatal(err)
	}
	for _, of := range tables {
		want, got := rowsOf(t, p, rebuildSchema, of), rowsOf(t, p, Schema, of)
		if diff := cmp.Diff(want, got); diff != "" || len(want) != n {
			t.Errorf("table %s, %d rows (-copied +written):\n%s", of.name, len(want), diff)
		}
	}
}

func TestRowsOfAnyKeyAreTakenAway(t *testing.T) {
	t.Parallel()
	p, rng := newStore(t).pool, rand.New(rand.NewPCG(2, 2))
	put, gone := newChanges(), newChanges()
	for _, of := range tables {
		for i := range 10 {
			r := oddRow(of, i, rng)
			put.put(of, r)
			if i > 0 {
				gone.remove(of, r[:of.keys]...)
			}
		}
	}
	send(t, p, put)
	send(t, p, gone)
	for _, of := range tables {
		if n := len(rowsOf(t, p, Schema, of)); n != 1 {
			t.Errorf("table %s has %d rows, want the one that stays", of.name, n)
		}
	}
}

// TestEveryTableOfTheSchemaIsWritten finds a column that no row has, or a row
// that no table has.
func TestEveryTableOfTheSchemaIsWritten(t *testing.T) {
	t.Parallel()
	p := newStore(t).pool
	for _, of := range tables {
		var columns []string
		err := p.QueryRow(t.Context(), `select array_agg(column_name::text order by ordinal_position) from information_schema.columns
where table_schema = $1 and table_name = $2`, Schema, of.name).Scan(&columns)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(columns, of.names()); diff != "" {
			t.Errorf("table %s (-schema +rows):\n%s", of.name, diff)
		}
		if _, ok := of.owner(); !ok && of != quarantineTable {
			t.Errorf("table %s: nobody knows which stream a row belongs to", of.name)
		}
	}
}

func TestADayComesBackAsItWas(t *testing.T) {
	t.Parallel()
	for _, d := range []casework.Day{0, 1, -1, 20_000, casework.Day(2_932_896)} {
		if got := dayOf(date(d)); got != d {
			t.Errorf("day %d comes back as %d", d, got)
		}
	}
}

func TestAMomentOutsideTheCalendarIsNone(t *testing.T) {
	t.Parallel()
	for unix, valid := range map[int64]bool{
		0: false, 1: true, -1: true, earliest: true, latest: true,
		earliest - 1: false, latest + 1: false, math.MinInt64: false, math.MaxInt64: false,
	} {
		if got := moment(unix); got.Valid != valid || valid && got.Time.Unix() != unix {
			t.Errorf("moment %d is %+v", unix, got)
		}
	}
}
