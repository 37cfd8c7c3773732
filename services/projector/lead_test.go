package projector_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"percorsi/internal/casework/casetest"
	"percorsi/internal/eventlog/memlog"
	"percorsi/internal/readmodel"
	"percorsi/internal/readmodel/memory"
	"percorsi/services/projector"
)

// never is the lead of a process that another one always leads.
func never(ctx context.Context) error {
	<-ctx.Done()
	return ctx.Err()
}

// seat is the lead of a model that several processes share: one at a time has
// it.
type seat chan struct{}

// at gives a process its side of the seat.
func (s seat) at(m *memory.Model) *shared { return &shared{Model: m, seat: s} }

var errNotLeading = errors.New("this process does not lead")

// shared is a model as one of the processes sees it.
type shared struct {
	*memory.Model

	seat seat
	mu   sync.Mutex
	has  bool
	took int
}

// Lead waits for the seat.
func (s *shared) Lead(ctx context.Context) error {
	if s.leads() {
		return nil
	}
	select {
	case s.seat <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.has = true
	s.took++
	return nil
}

// lose takes the seat away from whoever has it.
func (s *shared) lose() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.has {
		s.has = false
		<-s.seat
	}
}

func (s *shared) leads() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.has
}

func (s *shared) Apply(ctx context.Context, batch []readmodel.Delivery) error {
	if !s.leads() {
		return errNotLeading
	}
	return s.Model.Apply(ctx, batch)
}

func newShared(log projector.Log, s *shared) *projector.Projector {
	return projector.New(projector.Config{Log: log, Model: s, Lead: s.Lead})
}

func TestAProcessThatFollowsIsReadyOnceTheOtherHasCaughtUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log, m := memlog.New(time.Now), emptyModel()
		record(t, log, casetest.District(15, 40)...)
		follower := projector.New(projector.Config{Log: log, Model: m, Lead: never})
		stopFollower := run(t, follower)
		<-time.After(time.Minute)
		select {
		case <-follower.Ready():
			t.Error("it is ready before anything was folded")
		default:
		}
		if s := statusOf(t, follower); s.Leading || s.Health != projector.Stuck {
			t.Errorf("while nobody leads: %+v", s)
		}
		leader := projector.New(projector.Config{Log: log, Model: m})
		stopLeader := run(t, leader)
		<-leader.Ready()
		<-follower.Ready()
		if s := statusOf(t, follower); s.Leading || s.Health != projector.Live || s.Lag != 0 || s.Facts != 0 {
			t.Errorf("the follower: %+v", s)
		}
		if s := statusOf(t, leader); !s.Leading || s.Facts == 0 {
			t.Errorf("the leader: %+v", s)
		}
		_, _ = stopLeader(), stopFollower()
	})
}

func TestAProcessThatFollowsIsReadyWhilePeopleWrite(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log, m := memlog.New(time.Now), emptyModel()
		history := casetest.District(16, 60)
		record(t, log, history[:200]...)
		leader := projector.New(projector.Config{Log: log, Model: slow{m, 300 * time.Millisecond}})
		follower := projector.New(projector.Config{Log: log, Model: m, Lead: never})
		stopLeader, stopFollower := run(t, leader), run(t, follower)
		written := make(chan struct{})
		go func() {
			defer close(written)
			for _, c := range history[200:] {
				record(t, log, c)
				<-time.After(50 * time.Millisecond)
			}
		}()
		<-follower.Ready()
		s := statusOf(t, follower)
		if s.Position < 200 || int(s.Last) == len(history) {
			t.Errorf("ready at %+v, want after the 200 that were there, and before the end", s)
		}
		<-written
		_, _ = stopLeader(), stopFollower()
	})
}

func TestALeadThatWasLostIsTakenAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log, m := memlog.New(time.Now), emptyModel()
		history := casetest.District(17, 20)
		record(t, log, history[:100]...)
		s := make(seat, 1).at(m)
		p := newShared(log, s)
		stop := run(t, p)
		<-p.Ready()
		s.lose()
		record(t, log, history[100:]...)
		<-time.After(time.Second)
		if got := statusOf(t, p); got.Health != projector.Live || int(got.Position) != len(history) || !got.Leading || got.Err != nil {
			t.Errorf("%+v", got)
		}
		if s.took != 2 {
			t.Errorf("it took the lead %d times, want 2", s.took)
		}
		_ = stop()
	})
}

func TestAnotherProcessGoesOnWhereTheFirstLostTheLead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log, m := memlog.New(time.Now), emptyModel()
		history := casetest.District(18, 20)
		record(t, log, history[:100]...)
		chair := make(seat, 1)
		first, second := chair.at(m), chair.at(m)
		a := newShared(log, first)
		stopA := run(t, a)
		<-a.Ready()
		b := newShared(log, second)
		stopB := run(t, b)
		<-b.Ready()
		first.lose()
		synctest.Wait() // the second takes it
		record(t, log, history[100:]...)
		<-time.After(10 * time.Millisecond)
		if s := statusOf(t, a); s.Leading || !errors.Is(s.Err, errNotLeading) {
			t.Errorf("the first, at once: %+v", s)
		}
		<-time.After(2 * time.Second)
		if s := statusOf(t, b); !s.Leading || s.Health != projector.Live || int(s.Position) != len(history) {
			t.Errorf("the second: %+v", s)
		}
		if s := statusOf(t, a); s.Leading || s.Health != projector.Live || s.Err != nil {
			t.Errorf("the first, while the second goes on: %+v", s)
		}
		_, _ = stopA(), stopB()
	})
}

func TestALeadThatIsLostWithNothingToFoldIsMissed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log, m := memlog.New(time.Now), emptyModel()
		record(t, log, casetest.District(30, 5)...)
		chair := make(seat, 1)
		first, second := chair.at(m), chair.at(m)
		leads := func(s *shared) func(context.Context) error {
			return func(context.Context) error {
				if !s.leads() {
					return errNotLeading
				}
				return nil
			}
		}
		a := projector.New(projector.Config{Log: log, Model: first, Lead: first.Lead, Leads: leads(first)})
		stopA := run(t, a)
		<-a.Ready()
		b := projector.New(projector.Config{Log: log, Model: second, Lead: second.Lead, Leads: leads(second)})
		stopB := run(t, b)
		<-time.After(time.Hour)
		if s := statusOf(t, a); !s.Leading || first.took != 1 {
			t.Errorf("after an hour without a commit: %+v, it took the lead %d times", s, first.took)
		}
		first.lose()
		<-time.After(3 * time.Second)
		if s := statusOf(t, a); s.Leading || s.Health != projector.Live || s.Err != nil {
			t.Errorf("the first: %+v", s)
		}
		if s := statusOf(t, b); !s.Leading {
			t.Errorf("the second: %+v", s)
		}
		_, _ = stopA(), stopB()
	})
}

func TestTheLogOfTheProcessTellsWhoLeads(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out bytes.Buffer
		s := make(seat, 1).at(emptyModel())
		p := projector.New(projector.Config{Log: memlog.New(time.Now), Model: s, Lead: s.Lead, Logger: slog.New(slog.NewTextHandler(&out, nil))})
		stop := run(t, p)
		<-time.After(10 * time.Second)
		_ = stop()
		if n := strings.Count(out.String(), "this process leads"); n != 1 {
			t.Errorf("it is said %d times:\n%s", n, out.String())
		}
	})
}
