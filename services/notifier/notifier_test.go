package notifier_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/testing/protocmp"

	"percorsi/internal/casework"
	"percorsi/internal/eventlog"
	"percorsi/internal/notice/outbox"
	"percorsi/services/notifier"
)

func TestEveryNoticeOfALogIsGivenInOrder(t *testing.T) {
	w := inMemory(t)
	w.begin()
	w.notify()
	w.record(district(1, 60)...)
	want := w.due(0)
	w.mustGive(want)
	if d := cmp.Diff(want, w.given(want[len(want)-1]), protocmp.Transform()); d != "" {
		t.Errorf("notices (-want +got):\n%s", d)
	}
}

// Who comes late makes the notices of the time when the facts were recorded,
// although the cases have gone on.
func TestANotifierThatIsFarBehindGivesTheSameNotices(t *testing.T) {
	w := inMemory(t)
	commits := district(2, 40)
	w.begin()
	w.record(commits...)
	if err := w.model.Wait(t.Context(), casework.Position(len(commits))); err != nil {
		t.Fatal(err)
	}
	w.notify()
	w.mustGive(w.due(0))
}

func TestANewOutboxOnAnOldLogBeginsAtItsEnd(t *testing.T) {
	w := inMemory(t)
	commits := district(3, 40)
	half := len(commits) / 2
	w.record(commits[:half]...)
	stop := w.notify()
	w.stands(casework.Position(half))
	w.record(commits[half:]...)
	want := w.due(casework.Position(half))
	w.mustGive(want)
	stop()
	w.notify() // finds an outbox that was used
	w.mustGive(want)
}

// stands waits until the outbox stands at a position.
func (w *world) stands(at casework.Position) {
	w.t.Helper()
	deadline := time.Now().Add(patience)
	for {
		s, err := outbox.New(w.kept, "lodi").Stand(w.t.Context())
		switch {
		case err != nil:
			w.t.Fatal(err)
		case s.Position == at:
			return
		case time.Now().After(deadline):
			w.t.Fatalf("the outbox stands at %d, want %d", s.Position, at)
		}
		<-time.After(5 * time.Millisecond)
	}
}

func TestANotifierGoesOnBehindTheLastNotice(t *testing.T) {
	w := inMemory(t)
	w.begin()
	commits := district(4, 60)
	for from := 0; from < len(commits); from += 250 {
		w.record(commits[from:min(from+250, len(commits))]...)
		stop := w.notify()
		w.mustGive(w.due(0))
		stop()
	}
}

func TestNoticesDoNotMoveTheLog(t *testing.T) {
	w := inMemory(t)
	w.begin()
	w.notify()
	commits := district(5, 20)
	w.record(commits...)
	w.mustGive(w.due(0))
	if last, err := w.log.Last(t.Context()); int(last) != len(commits) || err != nil {
		t.Errorf("the log ends at %d, %v, want %d", last, err, len(commits))
	}
}

// A log that was restored from a copy that was behind has other facts in the
// place of those it lost.
func TestALogThatLostItsEndIsFollowedFromThere(t *testing.T) {
	w := inMemory(t)
	commits := district(6, 40)
	w.record(commits[:100]...)
	w.beginAt(150)
	w.notify()
	w.stands(100)
	w.record(commits[100:]...)
	w.mustGive(w.due(100))
}

func TestTheOutboxNotesHowFarItWasWhereNobodyIsTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := inMemory(t)
		stop := w.notify()
		synctest.Wait()
		w.record(district(7, 1)[0]) // a signal
		<-time.After(59 * time.Minute)
		if s, err := outbox.New(w.kept, "lodi").Stand(t.Context()); s.Position != 0 || err != nil {
			t.Errorf("after 59 minutes %+v, %v", s, err)
		}
		<-time.After(2 * time.Minute)
		if s, err := outbox.New(w.kept, "lodi").Stand(t.Context()); s.Position != 1 || err != nil {
			t.Errorf("after 61 minutes %+v, %v", s, err)
		}
		<-time.After(5 * time.Hour)
		if s, err := outbox.New(w.kept, "lodi").Stand(t.Context()); s.Last != 2 || err != nil {
			t.Errorf("with nothing new %+v, %v", s, err)
		}
		stop()
	})
}

func TestALongWayWithoutANoticeIsNotedOnTheWay(t *testing.T) {
	w := inMemory(t)
	w.begin()
	w.notify(func(c *notifier.Config) { c.MarkEvery = 10 })
	for i := range 25 {
		w.store("plan.lodi", map[string]string{"Pz-Facts": "activity_recorded"}, []byte{byte(i)})
	}
	w.stands(21)
}

// A case that stopped is not known to have become what its next facts say.
func TestACaseThatStoppedTellsNobodyAndHoldsUpNobody(t *testing.T) {
	w := inMemory(t)
	w.begin()
	w.notify()
	commits := district(8, 30)
	stopped := eventlog.Stream(commits[0].GetStream())
	w.record(commits[:200]...)
	want := w.due(0)
	w.store(stopped, map[string]string{"Pz-Facts": "meeting_called"}, []byte("not a commit"))
	for _, c := range commits[200:] {
		if eventlog.Stream(c.GetStream()) != stopped {
			w.record(c)
		}
	}
	last := w.store(stopped, map[string]string{"Pz-Facts": "meeting_called"}, []byte("nor this"))
	all := w.due(0)
	if len(all) <= len(want) || last == 0 {
		t.Fatal("nobody else is told anything: the test shows nothing")
	}
	w.mustGive(all)
}

func TestWhileTheOutboxCannotBeWrittenNoticesWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := inMemory(t)
		w.begin()
		w.kept = &flaky{Log: w.kept}
		stop := w.notify()
		w.record(district(9, 10)...)
		w.mustGive(w.due(0))
		stop()
	})
}

// flaky is a log that cannot be written for a while, and whose first answer
// after that is lost.
type flaky struct {
	outbox.Log

	asked int
}

func (f *flaky) AppendAll(ctx context.Context, last eventlog.Expectation, entries []eventlog.Entry) (eventlog.Position, error) {
	f.asked++
	if f.asked <= 3 {
		return 0, eventlog.ErrUnavailable
	}
	at, err := f.Log.AppendAll(ctx, last, entries)
	if f.asked == 4 && err == nil {
		return 0, eventlog.ErrUnknownOutcome
	}
	return at, err
}
