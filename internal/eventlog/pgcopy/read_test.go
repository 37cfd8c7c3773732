package pgcopy_test

import (
	"errors"
	"iter"
	"slices"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"

	"percorsi/internal/eventlog"
	"percorsi/internal/eventlog/eventlogtest"
	"percorsi/internal/eventlog/pgcopy"
	platform "percorsi/internal/platform/postgres"
	"percorsi/internal/testenv/postgres"
)

func TestACopyIsReadLikeALog(t *testing.T) {
	const n = 4500 // several queries
	pool, all := open(t), eventlogtest.Records(n)
	load(t, pool, all)
	c := pgcopy.New(pool)
	if last, err := c.Last(t.Context()); last != n || err != nil {
		t.Errorf("last position %d, %v", last, err)
	}
	for _, tt := range []struct{ after, upTo, first, last eventlog.Position }{
		{0, 0, 1, n},
		{0, n, 1, n},
		{7, 0, 8, n},
		{1999, 2001, 2000, 2001},
		{0, 2000, 1, 2000},
		{2000, 4000, 2001, 4000},
		{n, 0, 1, 0},
		{n, n, 1, 0},
		{9, 7, 1, 0},
	} {
		got, err := eventlogtest.Collect(c.Read(t.Context(), tt.after, tt.upTo))
		if err != nil {
			t.Errorf("read after %d up to %d: %v", tt.after, tt.upTo, err)
		}
		if diff := eventlogtest.Diff(all[tt.first-1:tt.last], got); diff != "" {
			t.Errorf("read after %d up to %d (-want +got):\n%s", tt.after, tt.upTo, diff)
		}
	}
}

func TestAReaderThatKnowsMoreThanTheCopySaysSo(t *testing.T) {
	pool, all := open(t), eventlogtest.Records(5)
	load(t, pool, all)
	for _, tt := range []struct {
		after, upTo eventlog.Position
		want        []eventlog.Record
	}{{2, 7, all[2:]}, {6, 0, nil}, {6, 5, nil}} {
		got, err := eventlogtest.Collect(pgcopy.New(pool).Read(t.Context(), tt.after, tt.upTo))
		if gap, ok := errors.AsType[*eventlog.Gap](err); !ok || gap.Position != 6 {
			t.Errorf("read after %d up to %d: %v, want a gap at 6", tt.after, tt.upTo, err)
		}
		if diff := eventlogtest.Diff(tt.want, got); diff != "" {
			t.Errorf("read after %d up to %d (-want +got):\n%s", tt.after, tt.upTo, diff)
		}
	}
}

func TestADatabaseWithoutACopySaysSo(t *testing.T) {
	pool, err := platform.Open(t.Context(), postgres.Database(t))
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Close()
	if _, err := pgcopy.New(pool).Last(t.Context()); !errors.Is(err, pgcopy.ErrNoCopy) {
		t.Errorf("last: %v", err)
	}
	if _, err := eventlogtest.Collect(pgcopy.New(pool).Read(t.Context(), 0, 0)); !errors.Is(err, pgcopy.ErrNoCopy) {
		t.Errorf("read: %v", err)
	}
}

func TestAMissingRowIsAGap(t *testing.T) {
	const n = 4100
	pool, all := open(t), eventlogtest.Records(n)
	load(t, pool, all)
	for _, hole := range []eventlog.Position{1, 1000, 2000, 2001, n - 1} {
		if _, err := pool.Exec(t.Context(), "delete from percorsi_log.commits where position = $1", int64(hole)); err != nil {
			t.Fatal(err)
		}
		got, err := eventlogtest.Collect(pgcopy.New(pool).Read(t.Context(), 0, 0))
		gap, ok := errors.AsType[*eventlog.Gap](err)
		if !ok || gap.Position != hole || len(got) != int(hole-1) {
			t.Errorf("hole at %d: %d records and %v", hole, len(got), err)
		}
		if err := put(t, pool, all[hole-1:hole]); err != nil {
			t.Fatal(err)
		}
	}
}

func TestAReaderGivesItsConnectionBack(t *testing.T) {
	cfg, err := platform.Parse(database(t))
	if err != nil {
		t.Fatal(err)
	}
	cfg.MaxConns = 1
	pool, err := pgxpool.NewWithConfig(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Close()
	load(t, pool, eventlogtest.Records(50))
	for stop := range 10 {
		next, done := iter.Pull2(pgcopy.New(pool).Read(t.Context(), 0, 0))
		for range stop {
			if _, err, _ := next(); err != nil {
				t.Fatal(err)
			}
		}
		done()
		if last, err := pgcopy.New(pool).Last(t.Context()); last != 50 || err != nil {
			t.Fatalf("after stopping at %d: %d, %v", stop, last, err)
		}
	}
}

func TestTheCommitsOfOneStreamAreFound(t *testing.T) {
	pool, all := open(t), eventlogtest.Records(600)
	load(t, pool, all)
	stream := all[10].Stream
	want := slices.DeleteFunc(slices.Clone(all), func(r eventlog.Record) bool { return r.Stream != stream })
	if len(want) < 2 {
		t.Fatalf("the records have %d of %s", len(want), stream)
	}
	first, last := want[0].Position, want[len(want)-1].Position
	for _, tt := range []struct {
		after, upTo eventlog.Position
		want        []eventlog.Record
	}{{0, 0, want}, {0, last, want}, {first, 0, want[1:]}, {0, last - 1, want[:len(want)-1]}, {last, 0, nil}} {
		got, err := pgcopy.New(pool).OfStream(t.Context(), stream, tt.after, tt.upTo)
		if err != nil {
			t.Fatal(err)
		}
		if diff := eventlogtest.Diff(tt.want, got); diff != "" {
			t.Errorf("after %d up to %d (-want +got):\n%s", tt.after, tt.upTo, diff)
		}
	}
}
