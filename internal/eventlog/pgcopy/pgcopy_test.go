package pgcopy_test

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"percorsi/internal/eventlog"
	"percorsi/internal/eventlog/eventlogtest"
	"percorsi/internal/eventlog/pgcopy"
	platform "percorsi/internal/platform/postgres"
	"percorsi/internal/testenv/postgres"
)

// database gives the URL of a database with an empty copy.
func database(t *testing.T) string {
	t.Helper()
	sum := sha256.New()
	err := fs.WalkDir(pgcopy.Migrations(), ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		sql, err := fs.ReadFile(pgcopy.Migrations(), path)
		sum.Write(sql)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return postgres.DatabaseFrom(t, fmt.Sprintf("pgcopy %x", sum.Sum(nil)), func(ctx context.Context, url string) error {
		pool, err := platform.Open(ctx, url)
		if err != nil {
			return err
		}
		defer pool.Close()
		return platform.Migrate(ctx, pool, pgcopy.Schema, pgcopy.Migrations())
	})
}

// open makes an empty copy in a database of the test's own.
func open(t *testing.T) *pgxpool.Pool {
	t.Helper()
	pool, err := platform.Open(t.Context(), database(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	return pool
}

// put inserts records in a transaction of their own.
func put(t *testing.T, pool *pgxpool.Pool, records []eventlog.Record) error {
	t.Helper()
	return pgx.BeginFunc(t.Context(), pool, func(tx pgx.Tx) error {
		var b pgx.Batch
		if err := pgcopy.Queue(&b, records); err != nil {
			return err
		}
		return tx.SendBatch(t.Context(), &b).Close()
	})
}

// load fills the copy with COPY.
func load(t *testing.T, pool *pgxpool.Pool, records []eventlog.Record) {
	t.Helper()
	n, err := pgcopy.Load(t.Context(), pool, eventlogtest.Sequence(records))
	if err != nil || n != int64(len(records)) {
		t.Fatalf("loaded %d of %d records, %v", n, len(records), err)
	}
}

func exec(t *testing.T, pool *pgxpool.Pool, sql string) {
	t.Helper()
	if _, err := pool.Exec(t.Context(), sql); err != nil {
		t.Fatal(err)
	}
}

// holds fails unless the copy has exactly these records.
func holds(t *testing.T, pool *pgxpool.Pool, want []eventlog.Record) {
	t.Helper()
	got, err := eventlogtest.Collect(pgcopy.New(pool).Read(t.Context(), 0, 0))
	if err != nil {
		t.Fatal(err)
	}
	if diff := eventlogtest.Diff(want, got); diff != "" {
		t.Errorf("(-want +read):\n%s", diff)
	}
}

func TestRecordsComeBackAsTheyWere(t *testing.T) {
	records := eventlogtest.Records(5000)
	t.Run("inserted in batches", func(t *testing.T) {
		pool := open(t)
		for part := range slices.Chunk(records, 700) {
			if err := put(t, pool, part); err != nil {
				t.Fatal(err)
			}
		}
		holds(t, pool, records)
	})
	t.Run("loaded at once", func(t *testing.T) {
		pool := open(t)
		load(t, pool, records)
		holds(t, pool, records)
	})
}

func TestABatchThatComesTwiceChangesNothing(t *testing.T) {
	pool, records := open(t), eventlogtest.Records(100)
	for _, part := range [][]eventlog.Record{records[:60], records[:60], records[40:], records, nil} {
		if err := put(t, pool, part); err != nil {
			t.Fatal(err)
		}
	}
	holds(t, pool, records)
}

func TestAnotherRecordForATakenPositionIsRefusedWithItsBatch(t *testing.T) {
	pool, records := open(t), eventlogtest.Records(30)
	if err := put(t, pool, records[:20]); err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(*eventlog.Record){
		"bytes":  func(r *eventlog.Record) { r.Data = append(slices.Clone(r.Data), 0) },
		"stream": func(r *eventlog.Record) { r.Stream += "x" },
		"time":   func(r *eventlog.Record) { r.StoredAt = r.StoredAt.Add(1) },
		"header": func(r *eventlog.Record) { r.Header = map[string]string{"n": "another"} },
	} {
		t.Run(name, func(t *testing.T) {
			other := slices.Clone(records)
			change(&other[11])
			err := put(t, pool, other)
			if p, ok := pgcopy.Differs(err); !ok || p != 12 || !strings.Contains(err.Error(), "position 12") {
				t.Errorf("error %v names position %d, %v, want 12", err, p, ok)
			}
			holds(t, pool, records[:20])
		})
	}
}

func TestOnlyARefusedRecordDiffers(t *testing.T) {
	_, err := open(t).Exec(t.Context(), "select 1/0")
	for _, err := range []error{nil, errors.New("another error"), err} {
		if p, ok := pgcopy.Differs(err); ok {
			t.Errorf("%v differs at %d", err, p)
		}
	}
}

func TestARecordThatCannotBeKeptAsItIsIsNotQueued(t *testing.T) {
	for name, change := range map[string]func(*eventlog.Record){
		"no position":                   func(r *eventlog.Record) { r.Position = 0 },
		"no time":                       func(r *eventlog.Record) { r.StoredAt = time.Time{} },
		"no stream":                     func(r *eventlog.Record) { r.Stream = "" },
		"a header that is no text":      func(r *eventlog.Record) { r.Header = map[string]string{"k": "\xff"} },
		"a header that ends in nothing": func(r *eventlog.Record) { r.Header = map[string]string{"k": "\x00"} },
	} {
		t.Run(name, func(t *testing.T) {
			records := eventlogtest.Records(1)
			change(&records[0])
			var b pgx.Batch
			if err := pgcopy.Queue(&b, records); err == nil || b.Len() > 0 {
				t.Errorf("queued %d, %v", b.Len(), err)
			}
		})
	}
}

func TestABatchWithAHoleIsRefused(t *testing.T) {
	pool := open(t)
	holed := slices.Delete(eventlogtest.Records(10), 4, 5)
	if gap, ok := errors.AsType[*eventlog.Gap](put(t, pool, holed)); !ok || gap.Position != 5 {
		t.Errorf("put: %v, want a gap at 5", gap)
	}
	_, err := pgcopy.Load(t.Context(), pool, eventlogtest.Sequence(holed))
	if gap, ok := errors.AsType[*eventlog.Gap](err); !ok || gap.Position != 5 {
		t.Errorf("load: %v, want a gap at 5", err)
	}
	holds(t, pool, nil)
}

func TestALoadIsAllOrNothing(t *testing.T) {
	pool, lost := open(t), errors.New("the log is gone")
	cut := func(yield func(eventlog.Record, error) bool) {
		for _, r := range eventlogtest.Records(1000) {
			if !yield(r, nil) {
				return
			}
		}
		yield(eventlog.Record{}, lost)
	}
	if _, err := pgcopy.Load(t.Context(), pool, cut); !errors.Is(err, lost) {
		t.Errorf("load: %v, want %v", err, lost)
	}
	holds(t, pool, nil)
	load(t, pool, eventlogtest.Records(10))
	if _, err := pgcopy.Load(t.Context(), pool, eventlogtest.Sequence(eventlogtest.Records(11)[9:])); err == nil {
		t.Error("a position that is there was loaded again")
	}
	holds(t, pool, eventlogtest.Records(10))
}

func TestOneCorruptedByteIsFound(t *testing.T) {
	log := open(t)
	load(t, log, eventlogtest.Records(60))
	for name, tt := range map[string]struct {
		sql  string
		want string
	}{
		"one bit of the data": {`update percorsi_log.commits set data = set_byte(data, 3, get_byte(data, 3) # 1) where position = 17`, "position 17: other bytes"},
		"a nanosecond":        {`update percorsi_log.commits set stored_ns = stored_ns + 1 where position = 18`, "position 18: another time"},
		"a header":            {`update percorsi_log.commits set header = header || '{"n":"7"}' where position = 19`, "position 19: other headers"},
		"a stream":            {`update percorsi_log.commits set stream = 'case.x' where position = 20`, "position 20: another stream"},
		"rows that are gone":  {`delete from percorsi_log.commits where position between 30 and 34`, "positions 30 to 34: missing in the copy"},
		"a tail that is gone": {`insert into percorsi_log.commits select position + 2, stored_ns, stream, header, data from percorsi_log.commits where position in (59, 60)`, "positions 61 to 62: missing in the log"},
		"nothing":             {`select`, ""},
	} {
		t.Run(name, func(t *testing.T) {
			copied := open(t)
			load(t, copied, eventlogtest.Records(60))
			exec(t, copied, tt.sql)
			var found []string
			for d, err := range eventlog.Compare(t.Context(), pgcopy.New(log), pgcopy.New(copied), nil) {
				if err != nil {
					t.Fatal(err)
				}
				found = append(found, d.String())
			}
			if got := strings.Join(found, "; "); got != tt.want {
				t.Errorf("found %q, want %q", got, tt.want)
			}
		})
	}
}

func TestTheSchemaExplainsItself(t *testing.T) {
	pool := open(t)
	rows, err := pool.Query(t.Context(), `
		select c.relname || coalesce('.' || a.attname, '')
		from pg_class c
		left join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and c.relkind = 'r'
		where c.relnamespace = 'percorsi_log'::regnamespace and c.relkind in ('r', 'v') and c.relname <> 'schema_version'
		  and (obj_description(c.oid) is null or a.attnum is not null and col_description(c.oid, a.attnum) is null)`)
	if err != nil {
		t.Fatal(err)
	}
	silent, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil || len(silent) > 0 {
		t.Errorf("without a comment: %v, %v", silent, err)
	}
}

func TestWhoReadsWithSQLSeesTimesAndFacts(t *testing.T) {
	pool := open(t)
	r := eventlog.Record{
		Position: 1, Stream: "case.1", Data: []byte("12345"),
		Header:   map[string]string{"Pz-Facts": "resumed", "Pz-Command": "0195e8a1-7bff-7c20-9a55-51d3c7e80f42"},
		StoredAt: time.Date(2026, 3, 4, 5, 6, 7, 123456789, time.UTC),
	}
	load(t, pool, []eventlog.Record{r})
	var stored time.Time
	var facts, command string
	var size int
	if err := pool.QueryRow(t.Context(), "select stored_at, facts, command_id, bytes from percorsi_log.commit_list where position = 1").Scan(&stored, &facts, &command, &size); err != nil {
		t.Fatal(err)
	}
	if !stored.Equal(r.StoredAt.Truncate(time.Microsecond)) || facts != "resumed" || command != r.Header["Pz-Command"] || size != 5 {
		t.Errorf("stored at %v, facts %s, command %s, %d bytes", stored, facts, command, size)
	}
}
