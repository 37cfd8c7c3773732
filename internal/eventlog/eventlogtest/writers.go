package eventlogtest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"percorsi/internal/eventlog"
)

// oneStream lets writers fight for one stream: each retries on every conflict
// from the position that the conflict names.
func oneStream(t *testing.T, l Log) {
	const writers, each = 16, 10
	ctx := bounded(t)
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			last := eventlog.Position(0)
			for n := range each {
				p, err := insist(ctx, l, "case.1", last, fmt.Sprintf("%d/%d", w, n))
				if err != nil {
					t.Errorf("writer %d: %v", w, err)
					return
				}
				last = p
			}
		})
	}
	wg.Wait()
	records, err := Collect(l.Read(ctx, 0, 0))
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]int{}
	next := map[int]int{}
	for _, r := range records {
		seen[string(r.Data)]++
		var w, n int
		if _, err := fmt.Sscanf(string(r.Data), "%d/%d", &w, &n); err != nil {
			t.Fatal(err)
		}
		if n != next[w] {
			t.Errorf("writer %d: entry %d comes after entry %d", w, n, next[w]-1)
		}
		next[w] = n + 1
	}
	if len(records) != writers*each || len(seen) != writers*each {
		t.Errorf("%d records of %d entries, want %d of each", len(records), len(seen), writers*each)
	}
}

// insist appends until no conflict is left.
func insist(ctx context.Context, l Log, s eventlog.Stream, last eventlog.Position, data string) (eventlog.Position, error) {
	for {
		p, err := l.Append(ctx, eventlog.Entry{Stream: s, Expect: eventlog.ExpectLast(last), Data: []byte(data)})
		c, conflict := errors.AsType[*eventlog.Conflict](err)
		if !conflict {
			return p, err
		}
		if c.Last < last {
			return 0, fmt.Errorf("a conflict at %d names the earlier position %d", last, c.Last)
		}
		last = c.Last
	}
}

// manyStreams lets each writer have streams of its own, so that nothing may
// conflict, and compares what each was told with what is there.
func manyStreams(t *testing.T, l Log) {
	const writers, each = 64, 30
	want := writeMany(bounded(t), t, l, writers, each)
	if len(want) != writers*each {
		t.Fatalf("%d positions for %d entries: some were given twice", len(want), writers*each)
	}
	records, err := Collect(l.Read(bounded(t), 0, 0))
	if err != nil {
		t.Fatal(err)
	}
	got := map[eventlog.Position]string{}
	for i, r := range records {
		if r.Position != eventlog.Position(i+1) {
			t.Fatalf("record %d has position %d", i+1, r.Position)
		}
		got[r.Position] = string(r.Data)
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("positions told and found (-told +found):\n%s", d)
	}
}

// writeMany gives the data of each position as the writers were told it.
func writeMany(ctx context.Context, t *testing.T, l Log, writers, each int) map[eventlog.Position]string {
	t.Helper()
	told := map[eventlog.Position]string{}
	var mu sync.Mutex
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			last := [3]eventlog.Position{}
			for n := range each {
				s := n % len(last)
				data := fmt.Sprintf("%d/%d/%d", w, s, n)
				p, err := l.Append(ctx, eventlog.Entry{
					Stream: eventlog.Stream(fmt.Sprintf("case.%d-%d", w, s)),
					Expect: eventlog.ExpectLast(last[s]),
					Header: map[string]string{"n": data},
					Data:   []byte(data),
				})
				if err != nil {
					t.Errorf("writer %d: %v", w, err)
					return
				}
				last[s] = p
				mu.Lock()
				told[p] = data
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	return told
}

// oneStale lets most writers be right and a few be wrong, all at once.
func oneStale(t *testing.T, l Log) {
	const writers, rounds = 48, 10
	ctx := bounded(t)
	taken := mustAppend(t, l, eventlog.Entry{Stream: "case.taken", Expect: eventlog.ExpectEmpty()})
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			stale := w%16 == 7
			last := eventlog.Position(0)
			for range rounds {
				e := eventlog.Entry{Stream: eventlog.Stream(fmt.Sprintf("case.%d", w)), Expect: eventlog.ExpectLast(last)}
				if stale {
					e.Stream = "case.taken"
				}
				p, err := l.Append(ctx, e)
				if got := errors.Is(err, eventlog.ErrConflict); got != stale || (err != nil) != stale {
					t.Errorf("writer %d (stale: %v): %v", w, stale, err)
					return
				}
				last = p
			}
		})
	}
	wg.Wait()
	const right = writers - writers/16
	if got, want := mustLast(t, l), taken+right*rounds; got != want {
		t.Errorf("last position %d, want %d", got, want)
	}
}
