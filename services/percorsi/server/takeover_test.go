//go:build unix

package server_test

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"percorsi/internal/access"
	"percorsi/internal/eventlog"
	"percorsi/internal/eventlog/jetstream"
	"percorsi/internal/eventlog/pgcopy"
	"percorsi/services/percorsi/server"
	"percorsi/services/percorsi/server/servertest"
)

const (
	flowing = 50_000 // commits
	// between is how far the model moves on from one trouble to the next, on
	// average.
	between = flowing / 15
	// takesOver is how long it may take until somebody else leads.
	takesOver = 30 * time.Second
	// movesOn is how long the whole may take without moving at all.
	movesOn = time.Minute
)

// TestAnotherProcessTakesOverWheneverTheOneThatWritesIsLost lets two processes
// keep one read model while commits flow, and troubles whichever leads, at any
// moment: it is killed, cut off from its database, or put to sleep and cut off,
// so that it wakes up and does not know.
func TestAnotherProcessTakesOverWheneverTheOneThatWritesIsLost(t *testing.T) {
	p := newPair(t)
	log := p.group.Log()
	district := servertest.NewDistrict(t, 1)
	written := make(chan error, 1)
	go func() { written <- district.Record(t.Context(), log, flowing) }()

	troubles := []struct {
		name string
		make func(*testing.T)
		made int
	}{{name: "killed", make: p.kill}, {name: "cut off", make: p.cut}, {name: "put to sleep and cut off", make: p.sleep}}
	round := 0
	for next := chance(); p.waitFor(t, min(next, flowing)) < flowing; next = p.position + 1 + chance() {
		<-time.After(rand.N(20 * time.Millisecond)) // not always right after a batch
		now := &troubles[round%len(troubles)]
		round++
		now.make(t)
		now.made++
	}
	if err := <-written; err != nil {
		t.Fatal(err)
	}
	p.cut(t) // with nothing to fold, and the next one too
	p.sleep(t)
	for _, one := range troubles {
		t.Logf("the process that led was %s %d times", one.name, one.made)
	}
	p.wantWhole(t, log)
}

// chance is how many commits are folded from one trouble to the next.
func chance() uint64 { return rand.N[uint64](2 * between) }

// pair is two processes that keep one read model.
type pair struct {
	group    *servertest.Group
	members  [2]*member
	database *pgxpool.Pool
	position uint64 // of the model, when it was last asked for
}

// member is one of them. It has another name in the database each time it
// starts.
type member struct {
	*servertest.Process
	name string
}

func newPair(t *testing.T) *pair {
	t.Helper()
	p := &pair{group: servertest.NewGroupOnPostgres(t)}
	var err error
	if p.database, err = pgxpool.New(t.Context(), p.group.Postgres); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.database.Close)
	for i := range p.members {
		p.members[i] = &member{name: fmt.Sprintf("percorsi-%d", i+1)}
		p.start(t, p.members[i])
	}
	return p
}

// start starts a member and waits until it has opened everything.
func (p *pair) start(t *testing.T, m *member) {
	t.Helper()
	m.Process = p.group.StartProcess(func(c *server.Config) {
		c.Services, c.Postgres = []server.Service{server.Projector}, named(t, p.group.Postgres, m.name)
	})
	m.HTTPAddr()
}

// named gives the address of a database whose connections have a name there.
func named(t *testing.T, address, name string) string {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	q := u.Query()
	q.Set("application_name", name)
	u.RawQuery = q.Encode()
	return u.String()
}

// leader waits until one of some members leads, by what it says, by what the
// others say and by the lock in the database.
func (p *pair) leader(t *testing.T, among ...*member) (leads *member) {
	t.Helper()
	poll(t, takesOver, "one process leads", func() bool {
		holder, found := p.holder(t), false
		for _, m := range among {
			r, _, ok := readyz(t, m.HTTPAddr())
			if !ok || r.Leading != (m.name == holder) {
				return false
			}
			if r.Leading {
				leads, found = m, true
			}
		}
		return found
	})
	return leads
}

// holder gives the name of the connection that holds the lock of who leads: a
// number that spells "projects".
func (p *pair) holder(t *testing.T) (name string) {
	t.Helper()
	err := p.database.QueryRow(t.Context(), `
select coalesce(min(a.application_name), '')
from pg_locks l join pg_stat_activity a using (pid)
where l.locktype = 'advisory' and l.granted and l.classid = x'70726f6a'::int::oid and l.objid = x'65637473'::int::oid
and a.datname = current_database()`).Scan(&name)
	if err != nil {
		t.Fatal(err)
	}
	return name
}

// roles gives the member that leads, and the other one.
func (p *pair) roles(t *testing.T) (leads, other *member) {
	t.Helper()
	leads, other = p.leader(t, p.members[:]...), p.members[0]
	if leads == other {
		other = p.members[1]
	}
	return leads, other
}

// waitFor waits until the rows have a position, and gives theirs. It asks the
// database, which nobody troubles.
func (p *pair) waitFor(t *testing.T, at uint64) uint64 {
	t.Helper()
	var now uint64
	for now < at {
		before := now
		poll(t, movesOn, fmt.Sprintf("the read model moves on from %d", before), func() bool {
			if err := p.database.QueryRow(t.Context(), "select position from percorsi.progress").Scan(&now); err != nil {
				t.Fatal(err)
			}
			return now > before
		})
	}
	p.position = now
	return now
}

// kill kills the process that leads, wants the other one to lead, and starts
// the killed one again.
func (p *pair) kill(t *testing.T) {
	leads, other := p.roles(t)
	leads.Kill()
	p.leader(t, other)
	p.start(t, leads)
}

// cut cuts the connections of the process that leads. Whoever is faster leads
// then, and the rows move on.
func (p *pair) cut(t *testing.T) {
	leads, _ := p.roles(t)
	p.disconnect(t, leads)
	p.leader(t, p.members[:]...)
}

// sleep puts the process that leads to sleep and cuts its connections, so that
// the other one leads while it still believes to.
func (p *pair) sleep(t *testing.T) {
	leads, other := p.roles(t)
	leads.Signal(syscall.SIGSTOP)
	p.disconnect(t, leads)
	p.leader(t, other)
	leads.Signal(syscall.SIGCONT)
	if now := p.leader(t, p.members[:]...); now != other {
		t.Errorf("%s leads, which was asleep", now.name)
	}
}

// disconnect ends the connections of a member, from outside.
func (p *pair) disconnect(t *testing.T, m *member) {
	t.Helper()
	var cut int
	err := p.database.QueryRow(t.Context(), `
select count(pg_terminate_backend(pid)) from pg_stat_activity
where datname = current_database() and application_name = $1`, m.name).Scan(&cut)
	if err != nil || cut == 0 {
		t.Fatalf("cut the connections of %s: %d, %v", m.name, cut, err)
	}
}

// wantWhole wants everything in the rows, once, and in the copy of the log.
func (p *pair) wantWhole(t *testing.T, log *jetstream.Log) {
	t.Helper()
	last, err := log.Last(t.Context())
	if err != nil || last != flowing {
		t.Fatalf("the log ends at %d, %v", last, err)
	}
	for _, m := range p.members {
		m.Addr() // it serves, so it has caught up
		poll(t, movesOn, "in step", func() bool {
			r, status, ok := readyz(t, m.HTTPAddr())
			return ok && status == http.StatusOK && r.State == "live" && r.Position == flowing && r.Last == flowing && r.Quarantined == 0
		})
	}
	_, other := p.roles(t)
	conn := servertest.Connect(t, other.Addr(), p.group.Issuer(), access.Caller{User: "op.5", Role: access.Administrator, Body: "UFFICIO-DI-PIANO"})
	if done := reconcile(t, conn); done.GetPosition() != flowing {
		t.Errorf("compared up to %d", done.GetPosition())
	}
	copied := pgcopy.New(p.database)
	if end, err := copied.Last(t.Context()); err != nil || end != flowing {
		t.Errorf("the copy ends at %d, %v", end, err)
	}
	for d, err := range eventlog.Compare(t.Context(), log, copied, nil) {
		if err != nil {
			t.Fatal(err)
		}
		t.Errorf("the copy is not the log: %s", d)
	}
}
