package projector_test

import (
	"bytes"
	"context"
	"errors"
	"iter"
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"percorsi/internal/casework/casetest"
	"percorsi/internal/eventlog"
	"percorsi/internal/eventlog/memlog"
	"percorsi/internal/readmodel"
	"percorsi/internal/readmodel/memory"
	"percorsi/services/projector"
)

// failing is a model that cannot be written to for a number of times.
type failing struct {
	*memory.Model

	left atomic.Int64
}

var errDisk = errors.New("the disk is full")

func (f *failing) Apply(ctx context.Context, batch []readmodel.Delivery) error {
	if f.left.Add(-1) >= 0 {
		return errDisk
	}
	return f.Model.Apply(ctx, batch)
}

func TestAModelThatFailsIsTriedAgainUntilItWorks(t *testing.T) {
	for name, times := range map[string]int64{"once": 1, "often": 20, "for ten minutes": 300} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				log, m := memlog.New(time.Now), &failing{Model: emptyModel()}
				m.left.Store(times)
				history := casetest.District(11, 5)
				record(t, log, history...)
				p := projector.New(projector.Config{Log: log, Model: m})
				stop := run(t, p)
				<-time.After(time.Millisecond)
				if s := statusOf(t, p); s.Health == projector.Failed || !errors.Is(s.Err, errDisk) {
					t.Errorf("while it fails: %+v", s)
				}
				<-p.Ready()
				if s := statusOf(t, p); s.Health != projector.Live || int(s.Position) != len(history) || s.Err != nil {
					t.Errorf("%+v", s)
				}
				_ = stop()
			})
		})
	}
}

func TestOneFailureCostsLittleTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log, m := memlog.New(time.Now), &failing{Model: emptyModel()}
		history := casetest.District(19, 10)
		p := projector.New(projector.Config{Log: log, Model: m})
		stop := run(t, p)
		<-p.Ready()
		for i, c := range history {
			m.left.Store(1)
			record(t, log, c)
			<-time.After(100 * time.Millisecond)
			if got := position(t, m); int(got) != i+1 {
				t.Fatalf("after failure %d: at %d", i+1, got)
			}
		}
		_ = stop()
	})
}

func TestATroubleThatLastsIsSaidFromTimeToTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out bytes.Buffer
		log, m := memlog.New(time.Now), &failing{Model: emptyModel()}
		m.left.Store(1 << 40)
		record(t, log, casetest.District(20, 1)...)
		p := projector.New(projector.Config{Log: log, Model: m, Logger: slog.New(slog.NewTextHandler(&out, nil))})
		stop := run(t, p)
		<-time.After(time.Hour)
		if s := statusOf(t, p); s.Health != projector.Stuck || !errors.Is(s.Err, errDisk) {
			t.Errorf("%+v", s)
		}
		_ = stop()
		if n := strings.Count(out.String(), errDisk.Error()); n < 100 || n > 130 {
			t.Errorf("said %d times in an hour", n)
		}
	})
}

// broken is a log that ends without a reason after a number of records.
type broken struct {
	*memlog.Log

	each int
}

func (b broken) Follow(ctx context.Context, after eventlog.Position) iter.Seq2[eventlog.Record, error] {
	return func(yield func(eventlog.Record, error) bool) {
		n := 0
		for r, err := range b.Log.Follow(ctx, after) {
			if n++; n > b.each || !yield(r, err) {
				return
			}
		}
	}
}

func TestALogThatBreaksOffIsReadAgainFromWhereTheModelIs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log, m := memlog.New(time.Now), emptyModel()
		history := casetest.District(21, 20)
		record(t, log, history...)
		p := projector.New(projector.Config{Log: broken{log, 7}, Model: m})
		stop := run(t, p)
		<-time.After(time.Minute)
		if got := position(t, m); int(got) != len(history) {
			t.Errorf("at %d, want %d", got, len(history))
		}
		_ = stop()
	})
}

// away is a log and a database that do not answer for a while.
type away struct {
	*memlog.Log
	*memory.Model

	log, model atomic.Bool
}

var errAway = errors.New("no route to host")

func (a *away) Last(ctx context.Context) (eventlog.Position, error) {
	if a.log.Load() {
		return 0, errAway
	}
	return a.Log.Last(ctx)
}

func (a *away) Quarantined(ctx context.Context, p readmodel.Page) (readmodel.QuarantinePage, error) {
	if a.model.Load() {
		return readmodel.QuarantinePage{}, errAway
	}
	return a.Model.Quarantined(ctx, p)
}

func TestWhatDoesNotAnswerIsSaidWithWhatItAnsweredLast(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := &away{Log: memlog.New(time.Now), Model: emptyModel()}
		history := casetest.District(22, 5)
		record(t, a.Log, history...)
		store(t, a.Log, "case.0190a1b2-7c3d-7e4f-8a5b-112233445566", []byte{0xff})
		p := projector.New(projector.Config{Log: a, Model: a})
		stop := run(t, p)
		<-p.Ready()
		<-time.After(time.Second)
		for name, gone := range map[string]*atomic.Bool{"the log": &a.log, "the database": &a.model} {
			gone.Store(true)
			s, err := p.Status(t.Context())
			if !errors.Is(err, errAway) {
				t.Errorf("%s is away: %v", name, err)
			}
			if int(s.Last) != len(history)+1 || int(s.Position) != len(history)+1 || s.Quarantined != 1 || s.Health != projector.Poisoned {
				t.Errorf("%s is away: %+v", name, s)
			}
			gone.Store(false)
		}
		if _, err := p.Status(t.Context()); err != nil {
			t.Error(err)
		}
		_ = stop()
	})
}
