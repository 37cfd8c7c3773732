package projector_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"percorsi/internal/casework"
	"percorsi/internal/casework/casetest"
	"percorsi/internal/eventlog/memlog"
	"percorsi/internal/readmodel"
	"percorsi/internal/readmodel/memory"
	"percorsi/services/projector"
)

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

func TestWhatIsRecordedDuringTheFirstReadingBelongsToIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log, m := memlog.New(time.Now), slow{emptyModel(), 3 * time.Second}
		history := casetest.District(12, 60)
		record(t, log, history[:300]...)
		p := projector.New(projector.Config{Log: log, Model: m})
		stop := run(t, p)
		<-time.After(time.Second)
		record(t, log, history[300:]...)
		<-p.Ready()
		if got := int(position(t, m)); got < len(history)-300 {
			t.Errorf("ready at %d of %d", got, len(history))
		}
		_ = stop()
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
		<-time.After(20*time.Second + time.Millisecond)
		expect("nothing has happened", 1)
		<-time.After(11 * time.Second)
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
