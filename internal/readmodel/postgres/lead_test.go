package postgres_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"percorsi/internal/casework"
	"percorsi/internal/eventlog"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	"percorsi/internal/readmodel/postgres"
	testenv "percorsi/internal/testenv/postgres"
)

// leading waits for the lead in the background, and gives what came of it.
func leading(ctx context.Context, m *postgres.Model) <-chan error {
	end := make(chan error, 1)
	go func() { end <- m.Lead(ctx) }()
	return end
}

// still fails unless nobody has said anything yet.
func still(t *testing.T, said <-chan error) {
	t.Helper()
	select {
	case err := <-said:
		t.Fatalf("it has the lead already (%v)", err)
	default:
	}
}

// isTheLog fails unless rows and copy are those of the whole log.
func isTheLog(t testing.TB, b *book, m *postgres.Model) {
	t.Helper()
	if got := at(t, m); eventlog.Position(got) != b.at {
		t.Errorf("at %d, want %d", got, b.at)
	}
	found, err := m.Reconcile(t.Context(), b, nil)
	if err != nil {
		t.Fatal(err)
	}
	if found.Total != 0 || eventlog.Position(found.Position) != b.at {
		t.Errorf("%d streams differ at %d, the first in %v", found.Total, found.Position, found.Differences)
	}
}

func TestOneOfTwoLeadsUntilItIsClosed(t *testing.T) {
	t.Parallel()
	b, p := history(t, 3, 6), pool(t)
	first, second := open(t, p, needs(t)), open(t, reach(t, p.Config().ConnString()), needs(t))
	if err := first.Lead(t.Context()); err != nil {
		t.Fatal(err)
	}
	led := leading(t.Context(), second)
	for upTo := eventlog.Position(20); upTo <= 100; upTo += 20 {
		b.tell(first, upTo)
		if err := second.Apply(t.Context(), b.deliveries(0, b.at)); !errors.Is(err, postgres.ErrFollows) {
			t.Fatalf("who follows applied what follows: %v", err)
		}
	}
	still(t, led)
	if got := value[int64](t, p, "select position from percorsi.progress"); got != 100 {
		t.Errorf("the rows are at %d, want where the first had brought them", got)
	}
	closed(t, first)
	if err := <-led; err != nil {
		t.Fatal(err)
	}
	if got := at(t, second); got != 100 {
		t.Errorf("the second begins at %d, want where the first ended", got)
	}
	b.tell(second, 0)
	isTheLog(t, b, second)
}

// TestTheLeadIsTakenAgainWhereItWasLostWithoutAWord cuts the connection that has
// it after a rebuild, and before it was asked anything.
func TestTheLeadIsTakenAgainWhereItWasLostWithoutAWord(t *testing.T) {
	t.Parallel()
	b, p := history(t, 18, 4), pool(t)
	m := open(t, p, needs(t))
	b.tell(m, b.at/2)
	rebuild(t, m, b)
	for pids := holders(t, p, postgres.Leadership); len(pids) > 0; pids = holders(t, p, postgres.Leadership) {
		exec(t, p, cutOne, pids[0])
	}
	if err := m.Lead(t.Context()); err != nil {
		t.Fatal(err)
	}
	isTheLog(t, b, m)
}

// TestWhoLeadsNextWaitsForTheIndexThatAnotherOneStillMakes has an index made by a
// connection whose process has given up already.
func TestWhoLeadsNextWaitsForTheIndexThatAnotherOneStillMakes(t *testing.T) {
	t.Parallel()
	b, p := history(t, 17, 2), pool(t)
	m := open(t, p, needs(t))
	exec(t, p, "drop index percorsi_log.commits_stream")
	abandoned, err := p.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := abandoned.Exec(t.Context(), "create index commits_stream on percorsi_log.commits (stream, position)"); err != nil {
		t.Fatal(err)
	}
	led := leading(t.Context(), m)
	for waiting := 0; waiting == 0; {
		still(t, led)
		waiting = value[int](t, p, `select count(*) from pg_locks join pg_stat_activity a using (pid)
where not granted and a.datname = current_database()`)
	}
	if err := abandoned.Commit(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := <-led; err != nil {
		t.Fatal(err)
	}
	b.tell(m, 0)
	isTheLog(t, b, m)
}

func TestWhoLosesTheConnectionLosesTheLead(t *testing.T) {
	t.Parallel()
	b, p := history(t, 4, 6), pool(t)
	first, second := open(t, p, needs(t)), open(t, reach(t, p.Config().ConnString()), needs(t))
	b.tell(first, 50)
	led := leading(t.Context(), second)
	for _, pid := range holders(t, p, postgres.Leadership) {
		exec(t, p, cutOne, pid)
	}
	if err := <-led; err != nil {
		t.Fatal(err)
	}
	b.tell(second, 90)
	// The first does not know yet that it is no longer the one that writes.
	if err := first.Apply(t.Context(), b.deliveries(50, 60)); err == nil {
		t.Error("who had lost the lead wrote all the same")
	}
	if err := first.Apply(t.Context(), b.deliveries(50, b.at)); !errors.Is(err, postgres.ErrFollows) {
		t.Errorf("who had lost the lead: %v", err)
	}
	b.tell(second, 0)
	isTheLog(t, b, second)

	closed(t, second)
	if err := first.Lead(t.Context()); err != nil {
		t.Fatal(err)
	}
	b.poison("case.x")
	b.tell(first, 0)
	isTheLog(t, b, first)
}

func TestWaitingForTheLeadEndsWithWhoeverWaits(t *testing.T) {
	t.Parallel()
	p := pool(t)
	first, second := open(t, p, needs(t)), open(t, p, needs(t))
	if err := first.Lead(t.Context()); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	led := leading(ctx, second)
	cancel()
	if err := <-led; !errors.Is(err, context.Canceled) {
		t.Errorf("%v, want that the wait was cancelled", err)
	}
}

// project keeps a model in step until the whole log is in the rows, whoever
// brought it there. It begins again after every failure, as a projector does.
// It calls before in front of each batch.
func (b *book) project(ctx context.Context, m *postgres.Model, rng *rand.Rand, before func()) error {
	ctx, reached := context.WithCancel(ctx)
	var waiting sync.WaitGroup
	defer waiting.Wait()
	defer reached()
	waiting.Go(func() {
		defer reached()
		_ = m.Wait(ctx, casework.Position(b.at)) // it ends in any case
	})
	for ctx.Err() == nil {
		if m.Lead(ctx) != nil {
			continue
		}
		p, err := m.Position(ctx)
		if err != nil {
			continue
		}
		from := eventlog.Position(p)
		before()
		// What fails is tried again.
		_ = m.Apply(ctx, b.deliveries(from-min(from, 3), min(from+1+eventlog.Position(rng.IntN(60)), b.at)))
	}
	if p := at(b.t, m); eventlog.Position(p) < b.at {
		return fmt.Errorf("it came to %d of %d", p, b.at)
	}
	return nil
}

// cutter ends all connections to a database now and then, at some moment after
// it was asked.
type cutter struct {
	t       *testing.T
	p       *pgxpool.Pool // to another database of the server
	name    string
	running sync.WaitGroup

	mu   sync.Mutex
	rng  *rand.Rand
	cuts int
}

func newCutter(t *testing.T, p *pgxpool.Pool, rng *rand.Rand) *cutter {
	t.Helper()
	return &cutter{t: t, p: reach(t, testenv.Database(t)), name: p.Config().ConnConfig.Database, rng: rng}
}

// maybe cuts in the background, once in so many times. Some questions before
// make the moment another one each time.
func (c *cutter) maybe(once int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.rng.IntN(once) != 0 {
		return
	}
	c.cuts++
	after := c.rng.IntN(30)
	c.running.Go(func() {
		for range after {
			if _, err := c.p.Exec(c.t.Context(), "select"); err != nil {
				c.t.Error(err)
			}
		}
		if _, err := c.p.Exec(c.t.Context(), "select pg_terminate_backend(pid) from pg_stat_activity where datname = $1", c.name); err != nil {
			c.t.Error(err)
		}
	})
}

func TestConnectionsCutAtAnyMomentLoseNothingAndDoNothingTwice(t *testing.T) {
	t.Parallel()
	p, rng := pool(t), rand.New(rand.NewPCG(5, 5))
	b := history(t, 5, 15)
	others := reach(t, p.Config().ConnString())
	first, second := open(t, p, needs(t)), open(t, others, needs(t))
	cut := newCutter(t, p, rng)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	var following sync.WaitGroup
	following.Go(func() {
		if err := b.project(ctx, second, rand.New(rand.NewPCG(6, 6)), func() { cut.maybe(4) }); err != nil {
			t.Error(err)
		}
	})
	if err := b.project(ctx, first, rand.New(rand.NewPCG(8, 8)), func() { cut.maybe(4) }); err != nil {
		t.Error(err)
	}
	cut.running.Wait()
	following.Wait()
	others.Reset() // the last cut may have come after the last question
	if cut.cuts < 3 {
		t.Errorf("only %d cuts were tried", cut.cuts)
	}
	want := inMemory(t)
	b.tell(want, 0)
	agree(t, want, second, everything(b, rng))
	isTheLog(t, b, second)
}

// TestADatabaseThatIsKilledIsGoneOnWith kills the server while batches flow, and
// once more when there is nothing to do.
func TestADatabaseThatIsKilledIsGoneOnWith(t *testing.T) {
	t.Parallel()
	server, err := testenv.Start(t.Context(), testenv.Options{})
	if errors.Is(err, testenv.ErrMissing) {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Stop(); err != nil {
			t.Error(err)
		}
	})
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	kill := func() {
		if err := errors.Join(server.Kill(ctx), server.Restart(ctx)); err != nil {
			t.Error(err)
		}
	}
	opening := signal(t, nil)
	b := history(t, 7, 12, opening)
	half := casework.Position(b.at / 2)
	b.write(commit(t, opening.GetStream(), &eventv1.TakenInCharge{}))

	m, reader := open(t, reach(t, server.URL()), needs(t)), open(t, reach(t, server.URL()), needs(t))
	b.tell(m, 1)
	told := make(chan error, 2)
	watch := func() {
		watched := idOf(t, eventlog.Stream(opening.GetStream()))
		last := casework.Position(b.at)
		go func() { told <- reader.Wait(ctx, last) }()
		go func() {
			c, err := reader.Changed(ctx, watched, last-1)
			if err == nil && c.Last != last {
				err = fmt.Errorf("the case is that of %d, want %d", c.Last, last)
			}
			told <- err
		}()
	}
	watch()
	var killing sync.WaitGroup
	var once sync.Once
	rng := rand.New(rand.NewPCG(7, 7))
	if err := b.project(ctx, m, rng, func() {
		if at(t, m) > half/2 {
			once.Do(func() { killing.Go(kill) })
		}
	}); err != nil {
		t.Fatal(err)
	}
	killing.Wait()
	for range 2 {
		if err := <-told; err != nil {
			t.Errorf("who waited while it was killed: %v", err)
		}
	}

	kill()
	b.write(commit(t, opening.GetStream(), &eventv1.Suspended{}))
	watch()
	if err := b.project(ctx, m, rng, func() {}); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := <-told; err != nil {
			t.Errorf("who waited after it was killed: %v", err)
		}
	}
	want := inMemory(t)
	b.tell(want, 0)
	agree(t, want, m, everything(b, rng))
	isTheLog(t, b, m)
}
