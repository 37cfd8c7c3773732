package notifier_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"percorsi/internal/casework"
	"percorsi/internal/eventlog"
	"percorsi/internal/eventlog/memlog"
	"percorsi/internal/notice"
	"percorsi/internal/notice/outbox"
	"percorsi/services/notifier"
)

// tenDays is a clock that every signal starts.
func tenDays(t *testing.T) casework.ClockRule {
	t.Helper()
	start, err := casework.ParseFactRef("signalled")
	if err != nil {
		t.Fatal(err)
	}
	return casework.ClockRule{Name: "T10", Label: "ten days", Source: "made up", Start: []casework.FactRef{start}, Length: casework.Length{Days: 10}}
}

// opened makes a world with cases that were all signalled on one day, which it
// gives.
func opened(t *testing.T, cases int) (*world, casework.Day) {
	t.Helper()
	w := newWorld(t, memlog.New(time.Now), memlog.New(time.Now), tenDays(t))
	w.begin()
	var day casework.Day
	for seed := uint64(0); cases > 0; seed++ {
		c := district(seed, 1)[0]
		f := c.GetFacts()[0]
		if f.GetSignalled() == nil {
			continue
		}
		f.OccurredOn = "2025-02-01"
		day, _ = casework.ParseDay(f.GetOccurredOn())
		w.record(c)
		cases--
	}
	w.today.Store(int64(day))
	return w, day
}

// toldOfClocks gives what was told of clocks, in order.
func (w *world) toldOfClocks() []string {
	w.t.Helper()
	o := outbox.New(w.kept, "lodi")
	last, err := o.Last(w.t.Context())
	if err != nil {
		w.t.Fatal(err)
	}
	var out []string
	for n := outbox.Number(1); n <= last; n++ {
		m, err := o.At(w.t.Context(), n)
		if err != nil {
			w.t.Fatal(err)
		}
		if m.Notice.GetClock() != "" {
			out = append(out, fmt.Sprintf("%s %s %s", notice.Name(m.Notice.GetKind()), m.Notice.GetClock(), m.Notice.GetDay()))
		}
	}
	return out
}

func TestPeopleAreToldOfClocksOnTheDay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, day := opened(t, 1)
		stop := w.notify()
		var want []string
		for after := range casework.Day(14) {
			w.today.Store(int64(day + after))
			<-time.After(2 * time.Minute)
			switch after {
			case 3, 9:
				want = append(want, "clock-due T10 2025-02-11")
			case 11:
				want = append(want, "clock-overdue T10 2025-02-11")
			}
			if d := cmp.Diff(want, w.toldOfClocks()); d != "" {
				t.Errorf("after %d days (-want +got):\n%s", after, d)
			}
			if after%5 == 4 { // a restart in between changes nothing
				stop()
				stop = w.notify()
			}
		}
		stop()
	})
}

func TestDaysThatWereMissedAreMadeUpForOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, day := opened(t, 1)
		w.notify()
		<-time.After(2 * time.Minute)
		w.today.Store(int64(day + 30))
		<-time.After(2 * time.Minute)
		if d := cmp.Diff([]string{"clock-overdue T10 2025-02-11"}, w.toldOfClocks()); d != "" {
			t.Errorf("after a month (-want +got):\n%s", d)
		}
	})
}

func TestARoundOfClocksThatIsCutOffIsGoneOnWith(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, day := opened(t, 25)
		stop := w.notify()
		<-time.After(2 * time.Minute)
		stop()
		w.today.Store(int64(day + 3))
		kept := w.kept
		for range 4 {
			w.kept = &breaking{Log: kept, after: 2}
			stop = w.notify(func(c *notifier.Config) { c.AtOnce = 3 })
			<-time.After(2 * time.Minute)
			stop()
		}
		w.kept = kept
		w.notify(func(c *notifier.Config) { c.AtOnce = 3 })
		<-time.After(2 * time.Minute)
		var want []string
		for range 25 {
			want = append(want, "clock-due T10 2025-02-11")
		}
		if d := cmp.Diff(want, w.toldOfClocks()); d != "" {
			t.Errorf("told (-want +got):\n%s", d)
		}
	})
}

// breaking is a log that can be written a few times.
type breaking struct {
	outbox.Log

	after int
}

var errBroken = errors.New("the disk is full")

func (b *breaking) AppendAll(ctx context.Context, last eventlog.Expectation, entries []eventlog.Entry) (eventlog.Position, error) {
	if b.after--; b.after < 0 {
		return 0, errBroken
	}
	return b.Log.AppendAll(ctx, last, entries)
}
