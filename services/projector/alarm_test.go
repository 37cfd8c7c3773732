package projector_test

import (
	"bytes"
	"context"
	"errors"
	"iter"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"percorsi/internal/casework/casetest"
	"percorsi/internal/eventlog"
	"percorsi/internal/eventlog/memlog"
	"percorsi/internal/readmodel"
	"percorsi/services/projector"
)

// holed is a log that lacks a record, and counts how often it is read. One that
// tells ends there with the gap; one that does not goes on behind it.
type holed struct {
	*memlog.Log

	missing eventlog.Position
	tells   bool
	reads   int
}

func (h *holed) Follow(ctx context.Context, after eventlog.Position) iter.Seq2[eventlog.Record, error] {
	h.reads++
	return func(yield func(eventlog.Record, error) bool) {
		for r, err := range h.Log.Follow(ctx, after) {
			if r.Position == h.missing && h.tells {
				yield(eventlog.Record{}, &eventlog.Gap{Position: h.missing})
				return
			}
			if r.Position != h.missing && !yield(r, err) {
				return
			}
		}
	}
}

// alarmed runs a projector for an hour on a log with a hole at 7.
func alarmed(t *testing.T, log *holed) (p *projector.Projector, said string) {
	t.Helper()
	m := emptyModel()
	record(t, log.Log, casetest.District(3, 5)...)
	var out bytes.Buffer
	p = projector.New(projector.Config{Log: log, Model: m, Logger: slog.New(slog.NewTextHandler(&out, nil))})
	stop := run(t, p)
	<-time.After(time.Hour)
	if got := position(t, m); got != 6 {
		t.Errorf("the model is at %d, want 6: what came before the hole is folded", got)
	}
	s := statusOf(t, p)
	if gap, ok := errors.AsType[*eventlog.Gap](s.Err); s.Health != projector.Failed || !ok || gap.Position != 7 {
		t.Errorf("%+v, want failed with a gap at 7", s)
	}
	if err := stop(); !errors.Is(err, context.Canceled) {
		t.Errorf("stopped with %v", err)
	}
	return p, out.String()
}

func TestAHoleInTheLogIsAnAlarmAndNotTriedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log := &holed{Log: memlog.New(time.Now), missing: 7, tells: true}
		p, said := alarmed(t, log)
		if log.reads != 1 {
			t.Errorf("the log was read %d times", log.reads)
		}
		if n := strings.Count(said, "ALARM"); n < 55 || n > 65 {
			t.Errorf("the log of the process says it %d times in an hour:\n%s", n, said)
		}
		if !strings.Contains(said, "position 7") || !strings.Contains(said, "log verify") {
			t.Errorf("it does not say where and what to do:\n%s", said)
		}
		select {
		case <-p.Ready():
			t.Error("a model that never got to the end is ready")
		default:
		}
	})
}

// A log that skips a record without a word is read again once, since the model
// may be what has gone back; then it is the log.
func TestAHoleThatTheLogDoesNotTellIsFoundByTheModel(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log := &holed{Log: memlog.New(time.Now), missing: 7}
		alarmed(t, log)
		if log.reads != 2 {
			t.Errorf("the log was read %d times, want 2", log.reads)
		}
	})
}

func TestAHoleFoundLaterLeavesWhatWasFoldedServed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		history := casetest.District(13, 10)
		log, m := &holed{Log: memlog.New(time.Now), missing: 31, tells: true}, &counted{Model: emptyModel()}
		record(t, log.Log, history[:30]...)
		p := projector.New(projector.Config{Log: log, Model: m})
		stop := run(t, p)
		<-p.Ready()
		record(t, log.Log, history[30:]...)
		<-time.After(time.Second)
		if s := statusOf(t, p); s.Health != projector.Failed || s.Position != 30 {
			t.Errorf("%+v", s)
		}
		before := len(m.all())
		<-time.After(2 * time.Hour)
		if len(m.all()) == before {
			t.Error("figures of the day are not counted any more")
		}
		_ = stop()
	})
}

func TestALogThatLostItsEndIsAnAlarm(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		whole, m := memlog.New(time.Now), emptyModel()
		history := casetest.District(4, 5)
		record(t, whole, history...)
		stop := run(t, projector.New(projector.Config{Log: whole, Model: m}))
		synctest.Wait()
		_ = stop()
		shorter := memlog.New(time.Now)
		record(t, shorter, history[:len(history)-1]...)
		for name, lead := range map[string]func(context.Context) error{"leading": nil, "following": never} {
			p := projector.New(projector.Config{Log: shorter, Model: m, Lead: lead})
			stop = run(t, p)
			<-time.After(time.Minute)
			if s := statusOf(t, p); s.Health != projector.Failed || !errors.Is(s.Err, eventlog.ErrGap) {
				t.Errorf("%s: %+v", name, s)
			}
			select {
			case <-p.Ready():
				t.Errorf("%s: it is ready, and would let people write on a log that is not whole", name)
			default:
			}
			_ = stop()
		}
	})
}

// forgetful is a model whose database has lost its newest transactions.
type forgetful struct {
	readmodel.Model

	forgot bool
	older  readmodel.Model
}

func (f *forgetful) Apply(ctx context.Context, batch []readmodel.Delivery) error {
	if !f.forgot && batch[0].Record.Position > 50 {
		f.Model, f.forgot = f.older, true
	}
	return f.Model.Apply(ctx, batch)
}

func TestAModelThatHasGoneBackIsReadAgainFromThere(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log, m := memlog.New(time.Now), &forgetful{Model: emptyModel(), older: emptyModel()}
		history := casetest.District(14, 10)
		record(t, log, history[:50]...)
		p := projector.New(projector.Config{Log: log, Model: m})
		stop := run(t, p)
		<-p.Ready()
		record(t, log, history[50:]...)
		<-time.After(time.Second)
		if s := statusOf(t, p); s.Health != projector.Live || int(s.Position) != len(history) || s.Err != nil {
			t.Errorf("%+v", s)
		}
		_ = stop()
	})
}
