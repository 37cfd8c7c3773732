package projector_test

import (
	"bytes"
	"context"
	"errors"
	"iter"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"percorsi/internal/casework"
	"percorsi/internal/casework/casetest"
	"percorsi/internal/eventlog"
	"percorsi/internal/eventlog/memlog"
	"percorsi/internal/fact"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	"percorsi/internal/readmodel"
	"percorsi/internal/readmodel/memory"
	"percorsi/services/projector"
)

func emptyModel() *memory.Model {
	return memory.New(memory.Config{Today: func() casework.Day { return 21_000 }})
}

// record appends commits to a log.
func record(t *testing.T, log *memlog.Log, commits ...*eventv1.Commit) {
	t.Helper()
	for _, c := range commits {
		data, err := fact.Encode(c)
		if err != nil {
			t.Fatal(err)
		}
		store(t, log, eventlog.Stream(c.GetStream()), data)
	}
}

// store appends bytes to a log.
func store(t *testing.T, log *memlog.Log, s eventlog.Stream, data []byte) {
	t.Helper()
	last, err := log.LastOf(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := log.Append(t.Context(), eventlog.Entry{Stream: s, Expect: eventlog.ExpectLast(last), Data: data}); err != nil {
		t.Fatal(err)
	}
}

// run starts a projector; stop ends it and gives its error.
func run(t *testing.T, p *projector.Projector) (stop func() error) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- p.Run(ctx) }()
	return func() error {
		cancel()
		return <-ended
	}
}

func statusOf(t *testing.T, p *projector.Projector) projector.Status {
	t.Helper()
	s, err := p.Status(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func position(t *testing.T, m projector.Model) casework.Position {
	t.Helper()
	at, err := m.Position(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func TestAModelCatchesUpAndThenFollows(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log, m := memlog.New(time.Now), emptyModel()
		history := casetest.District(1, 40)
		record(t, log, history[:500]...)
		p := projector.New(projector.Config{Log: log, Model: m})
		stop := run(t, p)
		<-p.Ready()
		synctest.Wait()
		if got := position(t, m); got != 500 {
			t.Errorf("caught up to %d, want 500", got)
		}
		for _, c := range history[500:] {
			record(t, log, c)
			synctest.Wait()
		}
		if s := statusOf(t, p); s.Health != projector.Live || int(s.Position) != len(history) || s.Lag != 0 || int(s.Last) != len(history) {
			t.Errorf("%+v", s)
		}
		page, err := m.Cases(t.Context(), readmodel.Everything(), readmodel.CaseFilter{}, readmodel.Page{Size: 100})
		if err != nil || page.Total != 40 {
			t.Errorf("%d cases, want 40, %v", page.Total, err)
		}
		if err := stop(); !errors.Is(err, context.Canceled) {
			t.Errorf("stopped with %v", err)
		}
		if s := statusOf(t, p); s.Health == projector.Failed {
			t.Errorf("a projector that was stopped has failed: %v", s.Err)
		}
	})
}

func TestAnEmptyLogIsReadyAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := projector.New(projector.Config{Log: memlog.New(time.Now), Model: emptyModel()})
		stop := run(t, p)
		<-p.Ready()
		if s := statusOf(t, p); s.Health != projector.Live || s.Last != 0 {
			t.Errorf("%+v", s)
		}
		_ = stop()
	})
}

func TestAProjectorGoesOnWhereTheModelIs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log, m := memlog.New(time.Now), emptyModel()
		history := casetest.District(2, 20)
		for from := 0; from < len(history); from += 100 {
			record(t, log, history[from:min(from+100, len(history))]...)
			stop := run(t, projector.New(projector.Config{Log: log, Model: m}))
			synctest.Wait()
			if err := stop(); !errors.Is(err, context.Canceled) {
				t.Fatal(err)
			}
		}
		if got := position(t, m); int(got) != len(history) {
			t.Errorf("at %d, want %d", got, len(history))
		}
		state, err := casetest.Fold(nil, 1, history[:1]...)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := m.Case(t.Context(), state.ID); err != nil {
			t.Error(err)
		}
	})
}

// holed is a log that lacks a record.
type holed struct {
	*memlog.Log

	missing eventlog.Position
}

func (h holed) Follow(ctx context.Context, after eventlog.Position) iter.Seq2[eventlog.Record, error] {
	return func(yield func(eventlog.Record, error) bool) {
		for r, err := range h.Log.Follow(ctx, after) {
			if r.Position == h.missing {
				continue
			}
			if !yield(r, err) {
				return
			}
		}
	}
}

func TestAMissingRecordEndsTheRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log, m := memlog.New(time.Now), emptyModel()
		record(t, log, casetest.District(3, 5)...)
		p := projector.New(projector.Config{Log: holed{log, 7}, Model: m})
		err := p.Run(t.Context())
		if gap, ok := errors.AsType[*eventlog.Gap](err); !ok || gap.Position != 7 {
			t.Errorf("%v, want a gap at 7", err)
		}
		if got := position(t, m); got != 6 {
			t.Errorf("the model is at %d, want 6", got)
		}
		if s := statusOf(t, p); s.Health != projector.Failed || !errors.Is(s.Err, eventlog.ErrGap) {
			t.Errorf("%+v", s)
		}
	})
}

func TestALogThatLostItsTailEndsTheRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		whole, m := memlog.New(time.Now), emptyModel()
		history := casetest.District(4, 5)
		record(t, whole, history...)
		stop := run(t, projector.New(projector.Config{Log: whole, Model: m}))
		synctest.Wait()
		_ = stop()
		shorter := memlog.New(time.Now)
		record(t, shorter, history[:len(history)-1]...)
		p := projector.New(projector.Config{Log: shorter, Model: m})
		if err := p.Run(t.Context()); !errors.Is(err, eventlog.ErrGap) {
			t.Errorf("%v, want a gap", err)
		}
	})
}

func TestAFactThatCannotBeFoldedIsCountedAndTheRestGoesOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log, m := memlog.New(time.Now), emptyModel()
		history := casetest.District(5, 10)
		record(t, log, history[:50]...)
		store(t, log, "case.0190a1b2-7c3d-7e4f-8a5b-112233445566", []byte{0xff})
		record(t, log, history[50:]...)
		p := projector.New(projector.Config{Log: log, Model: m})
		stop := run(t, p)
		synctest.Wait()
		if s := statusOf(t, p); s.Health != projector.Poisoned || s.Quarantined != 1 || s.Lag != 0 {
			t.Errorf("%+v", s)
		}
		_ = stop()
	})
}

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
		p := projector.New(projector.Config{Log: log, Model: m, LateAfter: 5 * time.Second, StuckAfter: 30 * time.Second})
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

		for _, c := range history[1:4] { // one at a time, so that each is a batch
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

// slow is a model that takes its time.
type slow struct {
	*memory.Model

	each time.Duration
}

func (s slow) Apply(ctx context.Context, batch []readmodel.Delivery) error {
	<-time.After(s.each)
	return s.Model.Apply(ctx, batch)
}

func TestTheFirstReadingReportsItsProgress(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log := memlog.New(time.Now)
		history := casetest.District(8, 120)
		record(t, log, history...)
		var out bytes.Buffer
		p := projector.New(projector.Config{
			Log: log, Model: slow{emptyModel(), 3 * time.Second}, Logger: slog.New(slog.NewTextHandler(&out, nil)), ReportEvery: 5 * time.Second,
		})
		stop := run(t, p)
		<-p.Ready()
		_ = stop()
		lines := strings.Split(strings.TrimSpace(out.String()), "\n")
		if len(lines) < 4 {
			t.Fatalf("%d lines:\n%s", len(lines), out.String())
		}
		for _, want := range []string{"position=0", "total="} {
			if !strings.Contains(lines[0], want) {
				t.Errorf("the first line has no %s: %s", want, lines[0])
			}
		}
		for _, want := range []string{"position=", "total=", "per_second=", "time_left="} {
			if !strings.Contains(lines[1], want) {
				t.Errorf("a line on the way has no %s: %s", want, lines[1])
			}
		}
		if end := lines[len(lines)-1]; !strings.Contains(end, "caught up") || !strings.Contains(end, "took=") {
			t.Errorf("the last line: %s", end)
		}
	})
}

// counted counts how often a model settles.
type counted struct {
	*memory.Model

	fails bool

	mu      sync.Mutex
	settled []casework.Position
}

// all gives the positions at which the model settled.
func (c *counted) all() []casework.Position {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.settled)
}

func (c *counted) Settle(ctx context.Context) error {
	at, err := c.Position(ctx)
	if err != nil {
		return err
	}
	c.mu.Lock()
	c.settled = append(c.settled, at)
	c.mu.Unlock()
	if c.fails {
		return errors.New("the model does not settle")
	}
	return c.Model.Settle(ctx)
}

func TestAModelSettlesWhenThereIsReasonTo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log, m := memlog.New(time.Now), &counted{Model: emptyModel()}
		history := casetest.District(9, 10)
		record(t, log, history[:100]...)
		stop := run(t, projector.New(projector.Config{Log: log, Model: m}))
		expect := func(when string, want int) {
			t.Helper()
			synctest.Wait()
			if got := m.all(); len(got) != want {
				t.Fatalf("%s: settled at %v, want %d times", when, got, want)
			}
		}
		expect("caught up", 1)
		<-time.After(30*time.Second + time.Millisecond)
		expect("nothing has happened", 1)
		<-time.After(31 * time.Second)
		expect("the day may be another", 2)
		for _, c := range history[100:105] {
			record(t, log, c)
			synctest.Wait()
		}
		<-time.After(time.Second)
		expect("five commits", 3)
		if got := m.all()[2]; got != 105 {
			t.Errorf("settled at %d, want 105", got)
		}
		_ = stop()
	})
}

func TestAModelThatDoesNotSettleIsStillRead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log, m := memlog.New(time.Now), &counted{Model: emptyModel(), fails: true}
		record(t, log, casetest.District(10, 3)...)
		p := projector.New(projector.Config{Log: log, Model: m})
		stop := run(t, p)
		<-p.Ready()
		if s := statusOf(t, p); s.Health != projector.Live {
			t.Errorf("%+v", s)
		}
		_ = stop()
	})
}

// failing is a model that cannot be written to for a while.
type failing struct {
	*memory.Model

	err error
}

func (f *failing) Apply(ctx context.Context, batch []readmodel.Delivery) error {
	if f.err != nil {
		return f.err
	}
	return f.Model.Apply(ctx, batch)
}

func TestAModelThatFailedIsTakenUpAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log, m := memlog.New(time.Now), &failing{Model: emptyModel(), err: errors.New("the disk is full")}
		history := casetest.District(11, 5)
		record(t, log, history...)
		p := projector.New(projector.Config{Log: log, Model: m})
		if err := p.Run(t.Context()); !errors.Is(err, m.err) {
			t.Errorf("ended with %v", err)
		}
		if s := statusOf(t, p); s.Health != projector.Failed || !errors.Is(s.Err, m.err) {
			t.Errorf("%+v", s)
		}
		m.err = nil
		stop := run(t, p)
		<-p.Ready()
		synctest.Wait()
		if s := statusOf(t, p); s.Health != projector.Live || int(s.Position) != len(history) {
			t.Errorf("%+v", s)
		}
		_ = stop()
	})
}
