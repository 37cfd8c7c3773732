package eventlogtest

import (
	"errors"
	"fmt"
	"sync"
	"testing"

	"percorsi/internal/eventlog"
)

// parcel makes n entries of one sender, of which two streams take turns.
func parcel(sender, n int) []eventlog.Entry {
	out := make([]eventlog.Entry, n)
	for i := range out {
		out[i] = eventlog.Entry{
			Stream: eventlog.Stream(fmt.Sprintf("case.%d", i%2)),
			Header: map[string]string{"sender": fmt.Sprint(sender), "nth": fmt.Sprint(i)},
			Data:   fmt.Appendf(nil, "%d of %d", i, n),
		}
	}
	return out
}

func together(t *testing.T, l Log) {
	at := eventlog.Position(0)
	var want []eventlog.Record
	for sender, n := range []int{1, 2, 128, 1} {
		entries := parcel(sender, n)
		last, err := l.AppendAll(bounded(t), eventlog.ExpectLast(at), entries)
		if err != nil || last != at+eventlog.Position(n) {
			t.Fatalf("%d entries behind %d: %d, %v", n, at, last, err)
		}
		for i, e := range entries {
			want = append(want, eventlog.Record{Position: at + eventlog.Position(i+1), Stream: e.Stream, Header: e.Header, Data: e.Data})
		}
		at = last
	}
	got, err := Collect(l.Read(bounded(t), 0, 0))
	if err != nil {
		t.Fatal(err)
	}
	if d := diff(want, got); d != "" {
		t.Errorf("read (-want +got):\n%s", d)
	}
	if last, err := l.AppendAll(bounded(t), eventlog.ExpectLast(at), nil); last != at || err != nil {
		t.Errorf("nothing behind %d: %d, %v", at, last, err)
	}
}

func togetherConflict(t *testing.T, l Log) {
	fill(t, l, 3)
	for _, expected := range []eventlog.Position{0, 2, 4} {
		for _, n := range []int{1, 5} {
			_, err := l.AppendAll(bounded(t), eventlog.ExpectLast(expected), parcel(0, n))
			c, ok := errors.AsType[*eventlog.Conflict](err)
			if !ok || c.Expected != expected || c.Last != 3 || c.Stream != "" {
				t.Errorf("%d entries behind %d: %v, want a conflict with 3", n, expected, err)
			}
		}
	}
	if _, err := l.AppendAll(bounded(t), eventlog.Expectation{}, parcel(0, 1)); !errors.Is(err, eventlog.ErrNoExpectation) {
		t.Errorf("without an expectation: %v", err)
	}
	if p := mustLast(t, l); p != 3 {
		t.Errorf("what was refused moved the log to %d", p)
	}
}

func togetherMalformed(t *testing.T, l Log) {
	for want, wrong := range map[error]eventlog.Entry{
		eventlog.ErrInvalidStream: {Stream: "case.*"},
		eventlog.ErrInvalidHeader: {Stream: "case.1", Header: map[string]string{"Nats-Expected-Last-Sequence": "0"}},
		eventlog.ErrTooLarge:      {Stream: "case.1", Data: make([]byte, eventlog.MaxEntry+1)},
	} {
		if _, err := l.AppendAll(bounded(t), eventlog.ExpectEmpty(), append(parcel(0, 3), wrong)); !errors.Is(err, want) {
			t.Errorf("append: %v, want %v", err, want)
		}
	}
	if p := mustLast(t, l); p != 0 {
		t.Errorf("what was refused moved the log to %d", p)
	}
}

// togetherRace lets writers meet: each gets through, and nothing of one lies
// between what belongs to another.
func togetherRace(t *testing.T, l Log) {
	const writers, each, n = 8, 5, 3
	var all sync.WaitGroup
	for w := range writers {
		all.Go(func() {
			for stored := 0; stored < each; {
				at, err := l.Last(bounded(t))
				if err == nil {
					_, err = l.AppendAll(bounded(t), eventlog.ExpectLast(at), parcel(w, n))
				}
				switch {
				case err == nil:
					stored++
				case !errors.Is(err, eventlog.ErrConflict):
					t.Error(err)
					return
				}
			}
		})
	}
	all.Wait()
	got, err := Collect(l.Read(bounded(t), 0, 0))
	if err != nil || len(got) != writers*each*n {
		t.Fatalf("%d records, %v", len(got), err)
	}
	for i, r := range got {
		first := got[i-i%n]
		if r.Header["sender"] != first.Header["sender"] || r.Header["nth"] != fmt.Sprint(i%n) {
			t.Errorf("record %d is the one %s of %s, in what %s sent", r.Position, r.Header["nth"], r.Header["sender"], first.Header["sender"])
		}
	}
}
