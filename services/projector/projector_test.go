package projector_test

import (
	"context"
	"errors"
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
