package postgres_test

import (
	"context"
	"errors"
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
	testenv "percorsi/internal/testenv/postgres"
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
// nobody holds the lock of a rebuild.
func onlyTheLive(t testing.TB, p *pgxpool.Pool) {
	t.Helper()
	if diff := cmp.Diff([]string{"percorsi", "percorsi_log"}, schemas(t, p)); diff != "" {
		t.Errorf("schemas (-want +left):\n%s", diff)
	}
	for _, key := range []int64{postgres.Rebuilding, postgres.Swapping} {
		if left := holders(t, p, key); len(left) > 0 {
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

// trial is a rebuild that is stopped at the beginning of a phase, or a few
// questions later.
type trial struct {
	phase string
	later int
	// behind says that there are rows already, which go on meanwhile, so that
	// there is something to catch up with.
	behind bool
}

// early are trials at a time when little is there yet, late those that leave
// something to go on with.
var (
	early = []trial{
		{phase: "copy the log"},
		{phase: "copy the log", behind: true, later: 3},
		{phase: "index the copy"},
		{phase: "fold the log", behind: true},
	}
	late = []trial{
		{phase: "fold the log", later: 20},
		{phase: "index the rows", behind: true, later: 20},
		{phase: "catch up with what was recorded meanwhile", behind: true, later: 3},
		{phase: "swap", behind: true},
	}
)

// run gives what came of it, and whether it was stopped. idle is a database to
// ask questions of.
func (tr trial) run(ctx context.Context, t *testing.T, m *postgres.Model, b *book, swap bool, idle *pgxpool.Pool, stop func()) (stopped bool, err error) {
	t.Helper()
	log := eventlog.Reader(b)
	half := b.at / 2
	if tr.behind {
		b.tell(m, half/2)
		log = written(t, b.deliveries(0, half))
	}
	var began, grew sync.Once
	var stopping sync.WaitGroup
	report := func(p readmodel.Progressing) {
		if p.Phase == "index the rows" && tr.behind {
			grew.Do(func() { _ = m.Apply(ctx, b.deliveries(half/2, half+50)) })
		}
		if p.Phase != tr.phase {
			return
		}
		began.Do(func() {
			stopped = true
			stopping.Go(func() {
				for range tr.later {
					exec(t, idle, "select")
				}
				stop()
			})
		})
	}
	if swap {
		_, err = m.Rebuild(ctx, log, readmodel.RebuildOptions{}, report)
	} else {
		_, err = m.Reconcile(ctx, log, report)
	}
	stopping.Wait()
	return stopped, err
}

func TestARebuildThatIsCancelledLeavesNothingBehind(t *testing.T) {
	t.Parallel()
	b, p, idle := history(t, 15, 8), pool(t), reach(t, testenv.Database(t))
	for i, tr := range slices.Concat(early, late[1:]) {
		empty(t, p)
		m := open(t, p, needs(t))
		ctx, cancel := context.WithCancel(t.Context())
		stopped, err := tr.run(ctx, t, m, b, i%3 > 0, idle, cancel)
		cancel()
		if err != nil && !errors.Is(err, context.Canceled) || !stopped {
			t.Errorf("%+v: stopped %v, %v, want that it was cancelled", tr, stopped, err)
		}
		onlyTheLive(t, p)
		b.tell(m, 0)
		if n := value[int](t, p, "select count(*) from pg_indexes where schemaname = 'percorsi_log'"); n != 2 {
			t.Errorf("%+v: the copy has %d indexes", tr, n)
		}
		isTheLog(t, b, m)
		closed(t, m)
	}
}

func TestARebuildThatWasCutOffIsGoneOnWith(t *testing.T) {
	t.Parallel()
	b, p, idle := history(t, 16, 8), pool(t), reach(t, testenv.Database(t))
	admin := reach(t, p.Config().ConnString())
	resumed := 0
	for _, tr := range append(late, early[1]) {
		empty(t, p)
		m := open(t, p, needs(t))
		stopped, cut := tr.run(t.Context(), t, m, b, true, idle, func() { exec(t, admin, cutAll) })
		left := slices.Contains(schemas(t, admin), "percorsi_rebuild")
		if cut == nil && left || !stopped {
			t.Errorf("%+v: stopped %v, and nothing is said of what it left", tr, stopped)
		}
		built := onceMore(t, m, b, p)
		if built.Resumed {
			resumed++
		}
		if built.Resumed && !left || built.Total != 0 || !built.Swapped {
			t.Errorf("%+v, begun again: %+v", tr, built)
		}
		if err := b.project(t.Context(), m, rand.New(rand.NewPCG(16, 1)), func() {}); err != nil {
			t.Error(err)
		}
		isTheLog(t, b, m)
		onlyTheLive(t, p)
		closed(t, m)
	}
	if resumed < 2 {
		t.Errorf("only %d were gone on with", resumed)
	}
}

// onceMore rebuilds after all connections were cut: the first question may find
// one that is dead.
func onceMore(t *testing.T, m *postgres.Model, b *book, p *pgxpool.Pool) readmodel.Rebuilt {
	t.Helper()
	p.Reset()
	if err := m.Lead(t.Context()); err != nil {
		t.Logf("lead: %v", err)
	}
	_ = m.Apply(t.Context(), b.deliveries(0, 1)) // who leads notices it then
	return rebuild(t, m, b)
}

// cutOff rebuilds and cuts all connections when the rows are there.
func cutOff(t *testing.T, m *postgres.Model, b *book, p *pgxpool.Pool) {
	t.Helper()
	admin := reach(t, p.Config().ConnString())
	cut := func() { exec(t, admin, cutAll) }
	if _, err := (trial{phase: "index the rows"}).run(t.Context(), t, m, b, true, p, cut); err == nil {
		t.Fatal("it did not notice that its connections were cut")
	}
}

func TestARebuildAfreshDoesNotGoOn(t *testing.T) {
	t.Parallel()
	b, p := district(t, 17, 10), pool(t)
	m := open(t, p, needs(t))
	cutOff(t, m, b, p)
	exec(t, reach(t, p.Config().ConnString()), "delete from percorsi_rebuild.cases")
	closed(t, m)
	m = open(t, reach(t, p.Config().ConnString()), needs(t))
	built, err := m.Rebuild(t.Context(), b, readmodel.RebuildOptions{Afresh: true}, nil)
	if err != nil || built.Resumed {
		t.Errorf("%+v, %v", built, err)
	}
	isTheLog(t, b, m)
}

func TestOtherRulesDoNotGoOnWithARebuild(t *testing.T) {
	t.Parallel()
	b, p, n := district(t, 17, 10), pool(t), needs(t)
	old := openWith(t, postgres.Config{Pool: p, Clocks: n.Clocks[1:], Today: n.Today})
	cutOff(t, old, b, p)
	closed(t, old)
	m := open(t, p, n)
	if built := rebuild(t, m, b); built.Resumed {
		t.Error("rows that were counted by other rules were gone on with")
	}
	isTheLog(t, b, m)
}

func TestTwoAtOnceClash(t *testing.T) {
	t.Parallel()
	b, p := district(t, 18, 10), pool(t)
	m, other := open(t, p, needs(t)), open(t, p, needs(t))
	b.tell(m, b.at/2)
	clash := func() {
		for name, err := range map[string]error{
			"a rebuild":    second(other.Rebuild(t.Context(), b, readmodel.RebuildOptions{}, nil)),
			"a comparison": second(other.Reconcile(t.Context(), b, nil)),
		} {
			if err == nil || fault.KindOf(err) != fault.Clash {
				t.Errorf("%s beside another: %v, want a clash", name, err)
			}
		}
	}
	for _, swap := range []bool{true, false} {
		if stopped, err := (trial{phase: "fold the log"}).run(t.Context(), t, m, b, swap, p, clash); err != nil || !stopped {
			t.Fatal(stopped, err)
		}
	}
	isTheLog(t, b, other)
}

func second[T any](_ T, err error) error { return err }

// TestARebuildOfAFollowerOutlivesTheOneItWaitsFor takes the leader away while
// the follower waits for what the leader should copy.
func TestARebuildOfAFollowerOutlivesTheOneItWaitsFor(t *testing.T) {
	t.Parallel()
	b, p := district(t, 19, 10), pool(t)
	leader, follower := open(t, p, needs(t)), open(t, p, needs(t))
	b.tell(leader, b.at/2)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	gone := func() { closed(t, leader) }
	if stopped, err := (trial{phase: "wait for the process that writes"}).run(ctx, t, follower, b, true, p, gone); err != nil || !stopped {
		t.Fatal(stopped, err)
	}
	isTheLog(t, b, follower)
}

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
