package notifier_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"percorsi/internal/eventlog"
	"percorsi/internal/notice/outbox"
	"percorsi/services/notifier"
)

// syncing counts the batches, each of which syncs once.
type syncing struct {
	outbox.Log

	batches int
}

func (s *syncing) AppendAll(ctx context.Context, last eventlog.Expectation, entries []eventlog.Entry) (eventlog.Position, error) {
	s.batches++
	return s.Log.AppendAll(ctx, last, entries)
}

func TestABusyLogIsDisturbedOnceASecondAndAQuietOneAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := inMemory(t)
		w.begin()
		count := &syncing{Log: w.kept}
		w.kept = count
		commits := assigned(2002)
		w.record(commits[0])
		stop := running(t, notifier.New(notifier.Config{
			Log: w.log, Model: w.model, Past: w.past, Outbox: outbox.New(w.kept, "lodi"), Today: w.day,
		}).Run)
		<-time.After(10 * time.Second)
		w.record(commits[1])
		synctest.Wait()
		<-time.After(time.Millisecond)
		if count.batches != 2 { // the other is that of the clocks of the day
			t.Errorf("%d batches after what nobody had to wait for", count.batches)
		}
		for _, c := range commits[2:] { // 200 a second that tell, for ten seconds
			w.record(c)
			<-time.After(5 * time.Millisecond)
		}
		<-time.After(2 * time.Second)
		w.mustGive(w.due(0))
		if busy := count.batches - 2; busy < 10 || busy > 21 { // one a second, or one for every 200
			t.Errorf("%d batches in ten seconds", busy)
		}
		stop()
	})
}
