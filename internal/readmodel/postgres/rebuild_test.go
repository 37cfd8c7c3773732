package postgres_test

import (
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5/pgxpool"

	"percorsi/internal/access"
	"percorsi/internal/casework"
	"percorsi/internal/eventlog"
	"percorsi/internal/eventlog/memlog"
	"percorsi/internal/fault"
	"percorsi/internal/readmodel"
	"percorsi/internal/readmodel/postgres"
)

// written gives a log that holds what deliveries say.
func written(t testing.TB, list []readmodel.Delivery) *memlog.Log {
	t.Helper()
	b := newBook(t)
	for _, d := range list {
		b.raw(d.Record.Stream, d.Record.Header, d.Record.Data)
	}
	return b.Log
}

// rebuild builds a model anew.
func rebuild(t testing.TB, m *postgres.Model, log eventlog.Reader) readmodel.Rebuilt {
	t.Helper()
	built, err := m.Rebuild(t.Context(), log, readmodel.RebuildOptions{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return built
}

// onlyTheLive fails unless the schemas are those that are always there, and
// nobody holds the lock of a rebuild. A backend whose connection was closed in the
// middle lets go of it when it notices.
func onlyTheLive(t testing.TB, p *pgxpool.Pool) {
	t.Helper()
	if diff := cmp.Diff([]string{"percorsi", "percorsi_log"}, schemas(t, p)); diff != "" {
		t.Errorf("schemas (-want +left):\n%s", diff)
	}
	for _, key := range []int64{postgres.Rebuilding, postgres.Swapping} {
		left := holders(t, p, key)
		for began := time.Now(); len(left) > 0 && time.Since(began) < 10*time.Second; {
			left = holders(t, p, key)
		}
		if len(left) > 0 {
			t.Errorf("%d backends hold the lock %x", len(left), key)
		}
	}
}

func TestARebuildIsTheLogWhereverTheRowsWere(t *testing.T) {
	t.Parallel()
	b, p := history(t, 11, 8), pool(t)
	want := inMemory(t)
	b.tell(want, 0)
	rng := rand.New(rand.NewPCG(11, 1))
	for name, upTo := range map[string]eventlog.Position{
		"empty": 0, "behind": b.at / 3, "up to date": b.at,
	} {
		t.Run(name, func(t *testing.T) {
			empty(t, p)
			m := open(t, p, needs(t))
			defer closed(t, m)
			if upTo > 0 {
				b.tell(m, upTo)
			}
			built := rebuild(t, m, b)
			if built.Total != 0 || len(built.Differences) != 0 {
				t.Errorf("it found differences: %v", built.Differences)
			}
			cases := value[uint64](t, p, "select count(*) from percorsi.cases")
			if eventlog.Position(built.Position) != b.at || eventlog.Position(built.Facts) != b.at || !built.Swapped || built.Resumed ||
				built.Cases != cases || built.Took <= 0 || built.PerSecond <= 0 {
				t.Errorf("%+v, want it at %d with %d cases", built, b.at, cases)
			}
			onlyTheLive(t, p)
			agree(t, want, m, everything(b, rng))
			isTheLog(t, b, m)
			onlyTheLive(t, p)
		})
	}
}

func TestAModelGoesOnAfterARebuild(t *testing.T) {
	t.Parallel()
	b, p := history(t, 12, 8), pool(t)
	m, follower := open(t, p, needs(t)), open(t, p, needs(t))
	b.tell(m, b.at/2)
	for _, who := range []*postgres.Model{m, follower} {
		rebuild(t, who, written(t, b.deliveries(0, b.at*3/4)))
		b.tell(m, min(eventlog.Position(at(t, m))+5, b.at))
	}
	b.tell(m, 0)
	isTheLog(t, b, m)
}

func TestAnEmptyLogIsRebuiltToo(t *testing.T) {
	t.Parallel()
	p := pool(t)
	m := open(t, p, needs(t))
	if built := rebuild(t, m, newBook(t)); built.Position != 0 || built.Cases != 0 {
		t.Errorf("%+v", built)
	}
	b := district(t, 1, 2)
	b.tell(m, 0)
	isTheLog(t, b, m)
}

// TestIndexesAndCommentsAreThoseOfTheMigrations compares the tables that a
// rebuild leaves with those that the migrations make.
func TestARebuildLeavesTheTablesAsTheMigrationsMakeThem(t *testing.T) {
	t.Parallel()
	p := pool(t)
	m := open(t, p, needs(t))
	shape := func() []string {
		return list[string](t, p, `
select indexdef from pg_indexes where schemaname in ('percorsi', 'percorsi_log')
union all select format('%s %s %s', conrelid::regclass, conname, pg_get_constraintdef(oid)) from pg_constraint
	where connamespace in ('percorsi'::regnamespace, 'percorsi_log'::regnamespace)
union all select format('%s.%s %s', c.oid::regclass, d.objsubid, d.description) from pg_description d
	join pg_class c on c.oid = d.objoid where c.relnamespace = 'percorsi'::regnamespace
union all select format('%s %s', c.oid::regclass, c.reloptions) from pg_class c where c.relnamespace = 'percorsi'::regnamespace
union all select format('%s %s', viewname, definition) from pg_views where schemaname = 'percorsi'
order by 1`)
	}
	before := shape()
	rebuild(t, m, district(t, 1, 10))
	if diff := cmp.Diff(before, shape()); diff != "" {
		t.Errorf("(-migrations +rebuild):\n%s", diff)
	}
}

// TestRowsThatDifferAreReportedAndReplaced tampers with the rows of a model.
func TestRowsThatDifferAreReportedAndReplaced(t *testing.T) {
	t.Parallel()
	b, p := district(t, 13, 20), pool(t)
	m, want := open(t, p, needs(t)), inMemory(t)
	b.tell(m, 0)
	b.tell(want, 0)
	wrong := b.states()[3].ID
	exec(t, p, "update percorsi.cases set stage = 'nowhere' where case_id = $1", wrong)
	built := rebuild(t, m, b)
	if len(built.Differences) != 1 || built.Total != 1 || built.Differences[0].Stream != "case."+wrong.String() || built.Differences[0].Table != "cases" {
		t.Errorf("%d differences: %v", built.Total, built.Differences)
	}
	agree(t, want, m, everything(b, rand.New(rand.NewPCG(13, 1))))
	isTheLog(t, b, m)
}

// TestReadersAndWritersNoticeNothingOfARebuild asks and writes all the time
// while the tables are replaced, again and again.
func TestReadersAndWritersNoticeNothingOfARebuild(t *testing.T) {
	t.Parallel()
	b, p := district(t, 14, 40), pool(t)
	m, other := open(t, p, needs(t)), open(t, reach(t, p.Config().ConnString()), needs(t))
	b.tell(m, b.at/4)
	states := b.states()

	over := make(chan struct{})
	var all sync.WaitGroup
	for n, who := range []*postgres.Model{m, other} {
		all.Go(func() { askOn(t, who, states, n, over) })
	}
	all.Go(func() {
		for at := eventlog.Position(at(t, m)); at < b.at; at = min(at+3, b.at) {
			select {
			case <-over:
				return
			default:
			}
			if err := m.Apply(t.Context(), b.deliveries(at-min(at, 5), min(at+3, b.at))); err != nil {
				t.Errorf("apply: %v", err)
				return
			}
		}
	})
	for i := range 3 {
		// A log that ends where the rows are, and a writer who does not wait.
		log := written(t, b.deliveries(0, eventlog.Position(at(t, m))))
		who := []*postgres.Model{m, other}[i%2]
		built := rebuild(t, who, log)
		if built.Total != 0 {
			t.Errorf("it found differences where there are none: %v", built.Differences)
		}
	}
	close(over)
	all.Wait()
	b.tell(m, 0)
	isTheLog(t, b, m)
	onlyTheLive(t, p)
}

// askOn asks until over. No question may fail, no position may go back, and
// what an answer shows is not newer than its position.
func askOn(t *testing.T, m *postgres.Model, states []*casework.Case, n int, over <-chan struct{}) {
	var last casework.Position
	caller := readmodel.SeenBy(access.Caller{User: "op-002", Role: access.Coordinator, Body: states[n].ManagingBody})
	for i := 0; ; i++ {
		select {
		case <-over:
			return
		default:
		}
		reached := at(t, m)
		cases, err := m.Cases(t.Context(), caller, readmodel.CaseFilter{}, readmodel.Page{Size: 20})
		if err != nil {
			t.Errorf("cases: %v", err)
			return
		}
		clocks, err := m.Clocks(t.Context(), readmodel.Everything(), readmodel.ClockFilter{}, readmodel.Page{Size: 20})
		if err != nil {
			t.Errorf("clocks: %v", err)
			return
		}
		if reached < last || cases.Position < reached || clocks.Position < cases.Position {
			t.Errorf("positions go back: %d, then %d, %d, %d", last, reached, cases.Position, clocks.Position)
		}
		last = clocks.Position
		for _, row := range cases.Rows {
			if row.Last > cases.Position {
				t.Errorf("a case of %d at position %d", row.Last, cases.Position)
			}
		}
		for _, row := range clocks.Rows {
			if row.Case.Last > clocks.Position || row.Case.Last == 0 {
				t.Errorf("a clock of a case of %d at position %d", row.Case.Last, clocks.Position)
			}
		}
		c := states[i%len(states)]
		if got, err := m.Case(t.Context(), c.ID); err != nil && fault.KindOf(err) != fault.NotFound || err == nil && got.Last > c.Last {
			t.Errorf("case: %v", err)
		}
		if _, err := m.CasesOf(t.Context(), c.Person); err != nil {
			t.Errorf("cases of a person: %v", err)
		}
		if _, err := m.Quarantined(t.Context(), readmodel.Page{}); err != nil {
			t.Errorf("quarantine: %v", err)
		}
	}
}

func second[T any](_ T, err error) error { return err }

func TestProgressIsToldPhaseByPhase(t *testing.T) {
	t.Parallel()
	b, p := district(t, 20, 20), pool(t)
	m := open(t, p, needs(t))
	var told []readmodel.Progressing
	if _, err := m.Rebuild(t.Context(), b, readmodel.RebuildOptions{}, func(p readmodel.Progressing) { told = append(told, p) }); err != nil {
		t.Fatal(err)
	}
	var order []string
	for i, one := range told {
		if !slices.Contains(order, one.Phase) {
			order = append(order, one.Phase)
		}
		if one.Total > 0 && one.Done > one.Total || i > 0 && told[i-1].Phase == one.Phase && told[i-1].Done > one.Done {
			t.Errorf("%+v after %+v", one, told[max(i-1, 0)])
		}
	}
	if want := "copy the log, index the copy, fold the log, index the rows"; !strings.HasPrefix(strings.Join(order, ", "), want) {
		t.Errorf("phases: %v", order)
	}
}
