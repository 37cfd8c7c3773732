package postgres_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"percorsi/internal/casework"
	"percorsi/internal/eventlog"
	"percorsi/internal/fault"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	"percorsi/internal/readmodel/postgres"
)

// pair opens two models as two processes have them: one writes.
func pair(t *testing.T) (p *pgxpool.Pool, leader, follower *postgres.Model) {
	t.Helper()
	p = pool(t)
	leader, follower = open(t, p, needs(t)), open(t, reach(t, p.Config().ConnString()), needs(t))
	if err := leader.Lead(t.Context()); err != nil {
		t.Fatal(err)
	}
	return p, leader, follower
}

// changes watches a case from a position on, in the background. Who is cut off
// while asking asks again.
func changes(ctx context.Context, m *postgres.Model, id casework.CaseID, after eventlog.Position) <-chan *casework.Case {
	told := make(chan *casework.Case, 1)
	go func() {
		defer close(told)
		c, err := m.Changed(ctx, id, casework.Position(after))
		for err != nil && fault.KindOf(err) == fault.Unavailable {
			c, err = m.Changed(ctx, id, casework.Position(after))
		}
		if err == nil {
			told <- c
		}
	}()
	return told
}

func TestWhoWaitsInAnotherProcessIsToldOfEachPosition(t *testing.T) {
	t.Parallel()
	_, leader, follower := pair(t)
	b := district(t, 31, 3)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	ends := make(chan error, b.at)
	for p := range b.at {
		go func() {
			err := follower.Wait(ctx, casework.Position(p+1))
			if err == nil && eventlog.Position(at(t, follower)) < p+1 {
				err = errors.New("the wait ended too early")
			}
			ends <- err
		}()
	}
	for p := range b.at {
		b.tell(leader, p+1)
	}
	for range b.at {
		if err := <-ends; err != nil {
			t.Error(err)
		}
	}
}

func TestWhoWatchesInAnotherProcessIsToldOfThatCaseOnly(t *testing.T) {
	t.Parallel()
	_, leader, follower := pair(t)
	b := newBook(t)
	one, other := signal(t, nil), signal(t, nil)
	b.write(one)
	b.write(other)
	b.tell(leader, 0)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if err := follower.Wait(ctx, 2); err != nil {
		t.Fatal(err)
	}
	of := idOf(t, eventlog.Stream(one.GetStream()))
	told := changes(ctx, follower, of, 1)
	b.write(commit(t, other.GetStream(), &eventv1.TakenInCharge{}))
	b.tell(leader, 0)
	if err := follower.Wait(ctx, 3); err != nil {
		t.Fatal(err)
	}
	select {
	case c := <-told:
		t.Fatalf("told of %+v, and nothing has changed", c)
	default:
	}
	b.write(commit(t, one.GetStream(), &eventv1.TakenInCharge{}))
	b.tell(leader, 0)
	if c := <-told; c == nil || c.Last != 4 || c.Status != casework.InCharge {
		t.Errorf("told of %+v", c)
	}
}

// TestWhoHearsNothingForAWhileLosesNothing cuts all connections but that of the
// one that writes, again and again, and writes at once.
func TestWhoHearsNothingForAWhileLosesNothing(t *testing.T) {
	t.Parallel()
	p, leader, follower := pair(t)
	admin := reach(t, p.Config().ConnString())
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	b := newBook(t)
	opening := signal(t, nil)
	b.write(opening)
	of := idOf(t, eventlog.Stream(opening.GetStream()))
	b.tell(leader, 0)
	if err := follower.Wait(ctx, 1); err != nil {
		t.Fatal(err)
	}
	for range 8 {
		last := b.at
		told := changes(ctx, follower, of, last)
		b.write(commit(t, opening.GetStream(), &eventv1.ContactAttempted{}))
		exec(t, admin, `select pg_terminate_backend(pid) from pg_stat_activity
where datname = current_database() and pid <> pg_backend_pid() and pid <> all($1)`, holders(t, admin, postgres.Leadership))
		if err := leader.Apply(ctx, b.deliveries(last, b.at)); err != nil {
			t.Fatal(err)
		}
		if err := follower.Wait(ctx, casework.Position(b.at)); err != nil {
			t.Fatal(err)
		}
		if c := <-told; c == nil || eventlog.Position(c.Last) != b.at {
			t.Fatalf("told of %v, want the case as of %d", c, b.at)
		}
	}
}

func TestWhatOthersSayOnTheChannelIsNotListenedTo(t *testing.T) {
	t.Parallel()
	p, leader, follower := pair(t)
	for _, word := range []string{"", "x", "-1", "99999999999999999999", "12 ", " case.x", "7x case.x", "12 case.x", "1000000"} {
		exec(t, p, "select pg_notify('percorsi_position', $1)", word)
	}
	b := district(t, 32, 2)
	b.tell(leader, 0)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if err := follower.Wait(ctx, casework.Position(b.at)); err != nil {
		t.Fatal(err)
	}
	for _, m := range []*postgres.Model{leader, follower} {
		if got := at(t, m); eventlog.Position(got) != b.at {
			t.Errorf("at %d, want %d", got, b.at)
		}
	}
}

func TestAModelThatIsOpenedLaterKnowsWhereTheRowsAre(t *testing.T) {
	t.Parallel()
	p, leader, _ := pair(t)
	b := district(t, 33, 2)
	b.tell(leader, 0)
	late := open(t, p, needs(t))
	if got := at(t, late); eventlog.Position(got) != b.at {
		t.Errorf("at %d, want %d", got, b.at)
	}
	if err := late.Wait(t.Context(), casework.Position(b.at)); err != nil {
		t.Error(err)
	}
}
