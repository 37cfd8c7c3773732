package notifier_test

import (
	"context"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"percorsi/internal/eventlog"
	"percorsi/internal/eventlog/jetstream"
	"percorsi/internal/fact"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	"percorsi/internal/notice/outbox"
	"percorsi/internal/platform/embednats"
	"percorsi/services/notifier"
)

// district of about 5,000 facts.
const manyCases = 165

// Two notifiers do the same work and are killed again and again, in the middle
// of whatever they do: their connections end, and with them the answers.
func TestTwoNotifiersThatAreKilledGiveEveryNoticeOnceAndInOrder(t *testing.T) {
	s, err := embednats.Start(embednats.Config{Dir: t.TempDir(), Unsynced: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Shutdown(context.WithoutCancel(t.Context())) })
	log, _ := open(t, s, jetstream.Names)
	kept, _ := open(t, s, outbox.Names)
	w := newWorld(t, log, kept)
	w.begin()

	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	commits := district(11, manyCases)
	recording := running(t, func(ctx context.Context) error { return recordAtOnce(ctx, log, commits) })
	ctx, end := context.WithCancel(t.Context())
	var kills sync.WaitGroup
	for i := range 2 {
		kills.Go(func() { w.killed(ctx, s, rand.New(rand.NewPCG(seed, uint64(i)))) })
	}
	recorded(t, w, len(commits))
	end()
	kills.Wait()
	recording()
	under, err := outbox.New(kept, "lodi").Last(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	w.notify() // whatever is left
	want := w.due(0)
	w.mustGive(want)
	t.Logf("%d commits, %d notices, %d messages while notifiers were killed", len(commits), len(want), under)
}

// recordAtOnce appends the commits of many cases at a time, those of each in
// their order.
func recordAtOnce(ctx context.Context, log *jetstream.Log, commits []*eventv1.Commit) error {
	streams := map[string][]*eventv1.Commit{}
	for _, c := range commits {
		streams[c.GetStream()] = append(streams[c.GetStream()], c)
	}
	all, ctx := errgroup.WithContext(ctx)
	all.SetLimit(32)
	for _, stream := range streams {
		all.Go(func() error {
			last := eventlog.Position(0)
			for _, c := range stream {
				data, err := fact.Encode(c)
				if err != nil {
					return err
				}
				if last, err = log.Append(ctx, eventlog.Entry{
					Stream: eventlog.Stream(c.GetStream()), Expect: eventlog.ExpectLast(last), Header: fact.Headers(c), Data: data,
				}); err != nil {
					return err
				}
			}
			return nil
		})
	}
	return all.Wait()
}

// recorded waits until a log is as long as it will be.
func recorded(t *testing.T, w *world, n int) {
	t.Helper()
	for r, err := range w.log.Follow(t.Context(), 0) {
		if err != nil {
			t.Fatal(err)
		}
		if int(r.Position) == n {
			return
		}
	}
}

// killed starts one notifier after the other, and kills each after a while.
func (w *world) killed(ctx context.Context, s *embednats.Server, dice *rand.Rand) {
	for ctx.Err() == nil {
		kept, kill := open(w.t, s, outbox.Names)
		stop := running(w.t, notifier.New(w.config(func(c *notifier.Config) { c.Outbox = outbox.New(kept, "lodi") })).Run)
		select {
		case <-time.After(time.Duration(1+dice.IntN(400)) * time.Millisecond):
		case <-ctx.Done():
		}
		kill()
		stop()
	}
}

// open opens a log on a server. kill cuts its connection, whatever is on its
// way.
func open(t *testing.T, s *embednats.Server, names func(string) (string, string)) (l *jetstream.Log, kill func()) {
	t.Helper()
	conn, err := s.Conn()
	if err != nil {
		t.Error(err)
		return nil, func() {}
	}
	name, prefix := names("lodi")
	if l, err = jetstream.Open(t.Context(), jetstream.Config{Conn: conn, Name: name, Prefix: prefix}); err != nil {
		t.Error(err)
	}
	return l, conn.Close
}
