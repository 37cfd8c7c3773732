package projector_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"percorsi/internal/casework/casetest"
	"percorsi/internal/eventlog/memlog"
	"percorsi/internal/readmodel"
	"percorsi/internal/readmodel/memory"
	"percorsi/services/projector"
)

// gated is a model whose Apply has to be let in.
type gated struct {
	*memory.Model

	gate chan struct{}
}

func (g gated) Apply(ctx context.Context, batch []readmodel.Delivery) error {
	select {
	case <-g.gate:
		return g.Model.Apply(ctx, batch)
	case <-ctx.Done():
		return ctx.Err()
	}
}

func TestLateAndStuckAreToldApart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log, m := memlog.New(time.Now), gated{emptyModel(), make(chan struct{})}
		history := casetest.District(6, 10)
		p := projector.New(projector.Config{Log: log, Model: m, BatchSize: 1, LateAfter: 5 * time.Second, StuckAfter: 30 * time.Second})
		stop := run(t, p)
		expect := func(when string, want projector.Health) {
			t.Helper()
			synctest.Wait()
			if s := statusOf(t, p); s.Health != want {
				t.Errorf("%s: %+v, want %s", when, s, want)
			}
		}
		pass := func(d time.Duration) { <-time.After(d) }

		expect("nothing to do", projector.Live)
		pass(time.Hour)
		record(t, log, history[0])
		expect("a record that has just come", projector.Live)
		pass(6 * time.Second)
		expect("after six seconds", projector.Late)
		pass(25 * time.Second)
		expect("after half a minute", projector.Stuck)
		m.gate <- struct{}{}
		expect("let go", projector.Live)

		for _, c := range history[1:4] {
			record(t, log, c)
			synctest.Wait()
		}
		expect("three that have just come", projector.Live)
		for range 2 {
			pass(20 * time.Second)
			m.gate <- struct{}{}
			expect("moving on slowly", projector.Late)
		}
		m.gate <- struct{}{}
		expect("in step again", projector.Live)
		_ = stop()
	})
}

func TestTheFirstReadingIsNotLate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log, m := memlog.New(time.Now), gated{emptyModel(), make(chan struct{})}
		record(t, log, casetest.District(7, 30)...)
		p := projector.New(projector.Config{Log: log, Model: m})
		stop := run(t, p)
		for range 2 {
			synctest.Wait()
			if s := statusOf(t, p); s.Health != projector.CatchingUp || s.Lag == 0 {
				t.Errorf("%+v", s)
			}
			<-time.After(20 * time.Second)
			m.gate <- struct{}{}
		}
		synctest.Wait()
		_ = statusOf(t, p)
		<-time.After(time.Minute)
		if s := statusOf(t, p); s.Health != projector.Stuck {
			t.Errorf("after a minute without a step: %+v", s)
		}
		select {
		case <-p.Ready():
			t.Error("it is ready")
		default:
		}
		_ = stop()
	})
}
