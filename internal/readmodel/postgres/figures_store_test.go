package postgres

import (
	"context"
	"flag"
	"iter"
	"log/slog"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"
	"google.golang.org/protobuf/proto"

	plandata "percorsi/deploy/plan"
	"percorsi/internal/casework"
	"percorsi/internal/eventlog"
	"percorsi/internal/eventlog/pgcopy"
	"percorsi/internal/fact"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	"percorsi/internal/plan/planfile"
	platform "percorsi/internal/platform/postgres"
	"percorsi/internal/readmodel"
	testenv "percorsi/internal/testenv/postgres"
)

var figureCases = flag.Int("figure-cases", 5_000, "cases in the district of the benchmarks of figures")

func today() casework.Day { return 21_000 } // 2027-07-01

func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }

// store is a database that has the copy of a log, and rows that say how far
// they are. There is nobody who folds the rows: a test says where they stand.
type store struct {
	testing.TB
	pool    *pgxpool.Pool
	records []eventlog.Record
	loaded  int
}

func newStore(tb testing.TB) *store {
	tb.Helper()
	pool, err := platform.Open(tb.Context(), testenv.DatabaseFrom(tb, SchemaKey(tb), func(ctx context.Context, url string) error {
		p, err := platform.Open(ctx, url)
		if err != nil {
			return err
		}
		defer p.Close()
		return prepare(ctx, p, Schema)
	}))
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(pool.Close)
	return &store{TB: tb, pool: pool}
}

// write appends a commit to the log and gives its position.
func (s *store) write(c *eventv1.Commit) casework.Position {
	s.Helper()
	data, err := fact.Encode(c)
	if err != nil {
		s.Fatal(err)
	}
	return s.raw(eventlog.Stream(c.GetStream()), data)
}

// past reads commits of the log.
func (s *store) past(_ context.Context, at []casework.Position) ([]*eventv1.Commit, error) {
	var out []*eventv1.Commit
	for _, p := range at {
		out = append(out, readmodel.Decode(s.records[p-1]).Commit)
	}
	return out, nil
}

// raw appends bytes that need not mean anything.
func (s *store) raw(stream eventlog.Stream, data []byte) casework.Position {
	at := eventlog.Position(len(s.records) + 1)
	s.records = append(s.records, eventlog.Record{
		Position: at, Stream: stream, Data: data, StoredAt: time.Unix(1_750_000_000+int64(at), 0).UTC(),
	})
	return casework.Position(at)
}

func (s *store) last() casework.Position { return casework.Position(len(s.records)) }

// load copies what was written, and moves the rows there.
func (s *store) load() {
	s.Helper()
	s.copyAll()
	s.stand(s.last())
}

func (s *store) copyAll() {
	s.Helper()
	var records iter.Seq2[eventlog.Record, error] = func(yield func(eventlog.Record, error) bool) {
		for _, r := range s.records[s.loaded:] {
			if !yield(r, nil) {
				return
			}
		}
	}
	if _, err := pgcopy.Load(s.Context(), s.pool, records); err != nil {
		s.Fatal(err)
	}
	s.loaded = len(s.records)
}

// stand moves the rows to a position.
func (s *store) stand(at casework.Position) {
	s.Helper()
	s.exec("update percorsi.progress set position = $1", int64(at))
}

func (s *store) exec(sql string, args ...any) {
	s.Helper()
	if _, err := s.pool.Exec(s.Context(), sql, args...); err != nil {
		s.Fatal(err)
	}
}

// stop puts a stream in quarantine, as who writes the rows does.
func (s *store) stop(stream eventlog.Stream, at casework.Position) {
	s.Helper()
	s.exec("insert into percorsi.quarantine (stream, at, since, reason, waiting) values ($1, $2, now(), 'poison', 0)", string(stream), int64(at))
}

// ask gives the one value that a query finds.
func ask[T any](s *store, sql string, args ...any) T {
	s.Helper()
	var out T
	if err := s.pool.QueryRow(s.Context(), sql, args...).Scan(&out); err != nil {
		s.Fatal(err)
	}
	return out
}

// shippedPlan makes the commit that publishes the plan of the program.
func shippedPlan(tb testing.TB) *eventv1.Commit {
	tb.Helper()
	lodi, err := planfile.ReadPlan(plandata.Lodi())
	if err != nil {
		tb.Fatal(err)
	}
	return published(tb, lodi)
}

func published(tb testing.TB, p *eventv1.Plan) *eventv1.Commit {
	tb.Helper()
	return commit(tb, eventlog.Stream(readmodel.PlanStream+"."+p.GetPlanId()), "2025-01-01", &eventv1.PlanPublished{Plan: p})
}

// commit makes a commit by hand.
func commit(tb testing.TB, s eventlog.Stream, on string, content ...proto.Message) *eventv1.Commit {
	tb.Helper()
	c := &eventv1.Commit{
		CommitId: uuid.NewString(), CommandId: uuid.NewString(), CommandDigest: make([]byte, 16),
		Stream: string(s), Actor: &eventv1.Actor{User: "op-001", Role: "case-manager", Body: "ACSI"},
	}
	for _, m := range content {
		f, err := fact.Wrap(m, on)
		if err != nil {
			tb.Fatal(err)
		}
		c.Facts = append(c.Facts, f)
	}
	return c
}

// sealed gives demographics as readmodeltest.Opener opens them.
func sealed(tb testing.TB, d *eventv1.Demographics) []byte {
	tb.Helper()
	b, err := proto.Marshal(d)
	if err != nil {
		tb.Fatal(err)
	}
	return b
}
