package postgres_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"percorsi/internal/eventlog"
	"percorsi/internal/fault"
	"percorsi/internal/readmodel"
	"percorsi/internal/readmodel/postgres"
	testenv "percorsi/internal/testenv/postgres"
)

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
		stopped, err := tr.run(ctx, t, m, b, i%3 > 0 || tr.phase == "swap", idle, cancel)
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
	old := openWith(t, postgres.Config{Pool: p, Clocks: n.Clocks[1:], Approvals: n.Approvals, Today: n.Today})
	cutOff(t, old, b, p)
	closed(t, old)
	m := open(t, p, n)
	if built := rebuild(t, m, b); built.Resumed {
		t.Error("rows that were counted by other rules were gone on with")
	}
	isTheLog(t, b, m)
}

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
	for name, run := range map[string]func(func(readmodel.Progressing)) error{
		"a rebuild": func(report func(readmodel.Progressing)) error {
			return second(m.Rebuild(t.Context(), b, readmodel.RebuildOptions{}, report))
		},
		"a comparison": func(report func(readmodel.Progressing)) error { return second(m.Reconcile(t.Context(), b, report)) },
	} {
		asked := false
		err := run(func(p readmodel.Progressing) { // which it waits for
			if p.Phase == "fold the log" && !asked {
				asked = true
				clash()
			}
		})
		if err != nil || !asked {
			t.Fatalf("%s: %v, asked %v", name, err, asked)
		}
	}
	isTheLog(t, b, other)
}
