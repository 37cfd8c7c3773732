package eventlogtest

import (
	"context"
	"errors"
	"iter"
	"testing"

	"percorsi/internal/eventlog"
)

func readRange(t *testing.T, l Log) {
	const n = 20
	all := fill(t, l, n)
	for _, tt := range []struct{ after, upTo, first, last eventlog.Position }{
		{0, 0, 1, n},
		{0, n, 1, n},
		{7, 0, 8, n},
		{7, 9, 8, 9},
		{7, 8, 8, 8},
		{n - 1, 0, n, n},
		{n, 0, 1, 0},
		{n, n, 1, 0},
		{9, 7, 1, 0},
	} {
		got, err := Collect(l.Read(bounded(t), tt.after, tt.upTo))
		if err != nil {
			t.Errorf("read after %d up to %d: %v", tt.after, tt.upTo, err)
		}
		if d := diff(all[tt.first-1:tt.last], got); d != "" {
			t.Errorf("read after %d up to %d (-want +got):\n%s", tt.after, tt.upTo, d)
		}
	}
}

// tailIsMissing: a caller who has seen a position that the log does not have
// must learn that the log has lost something.
func tailIsMissing(t *testing.T, l Log) {
	const n = 5
	all := fill(t, l, n)
	for _, tt := range []struct {
		name string
		seq  func(ctx context.Context) iter.Seq2[eventlog.Record, error]
		want []eventlog.Record
	}{
		{"read up to", func(ctx context.Context) iter.Seq2[eventlog.Record, error] { return l.Read(ctx, 2, n+2) }, all[2:]},
		{"read after", func(ctx context.Context) iter.Seq2[eventlog.Record, error] { return l.Read(ctx, n+1, 0) }, nil},
		{"read after and up to", func(ctx context.Context) iter.Seq2[eventlog.Record, error] { return l.Read(ctx, n+1, n) }, nil},
		{"follow after", func(ctx context.Context) iter.Seq2[eventlog.Record, error] { return l.Follow(ctx, n+1) }, nil},
	} {
		got, err := Collect(tt.seq(bounded(t)))
		if gap, ok := errors.AsType[*eventlog.Gap](err); !ok || gap.Position != n+1 || !errors.Is(err, eventlog.ErrGap) {
			t.Errorf("%s: %v, want a gap at %d", tt.name, err, n+1)
		}
		if d := diff(tt.want, got); d != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, d)
		}
	}
}

func readerStops(t *testing.T, l Log) {
	const n = 10
	fill(t, l, n)
	for stop := range eventlog.Position(n) {
		for r, err := range l.Read(bounded(t), 0, 0) {
			if err != nil {
				t.Fatal(err)
			}
			if r.Position > stop {
				break
			}
		}
	}
	for r, err := range l.Follow(bounded(t), 0) {
		if err != nil {
			t.Fatal(err)
		}
		if r.Position == n {
			break
		}
	}
}

func follow(t *testing.T, l Log) {
	const before, during = 5, 20
	all := fill(t, l, before)
	ctx, stop := context.WithCancel(bounded(t))
	defer stop()
	seen := eventlog.Position(2)
	for r, err := range l.Follow(ctx, seen) {
		if err != nil {
			if !errors.Is(err, context.Canceled) {
				t.Fatalf("follow ended with %v, want context.Canceled", err)
			}
			break
		}
		if r.Position != seen+1 {
			t.Fatalf("record %d came after record %d", r.Position, seen)
		}
		seen = r.Position
		if d := diff(all[seen-1:seen], []eventlog.Record{r}); d != "" {
			t.Fatalf("record %d (-want +got):\n%s", seen, d)
		}
		switch {
		case seen < before:
		case seen < before+during:
			next := eventlog.Record{Stream: "person.1", Data: []byte{byte(seen)}}
			last, err := l.LastOf(ctx, next.Stream)
			if err != nil {
				t.Fatal(err)
			}
			next.Position = mustAppend(t, l, eventlog.Entry{Stream: next.Stream, Expect: eventlog.ExpectLast(last), Data: next.Data}) //nolint:contextcheck // the append has a deadline of its own
			all = append(all, next)
		default:
			stop()
		}
	}
	if seen != before+during {
		t.Errorf("follow ended at %d, want %d", seen, before+during)
	}
}

// followUnderLoad compares what a follower sees while many write with what is
// read afterwards.
func followUnderLoad(t *testing.T, l Log) {
	const writers, each = 40, 20
	ctx := bounded(t)
	followed := make(chan []eventlog.Record, 1)
	go func() {
		var records []eventlog.Record
		for r, err := range l.Follow(ctx, 0) {
			if err != nil {
				t.Errorf("follow: %v", err)
				break
			}
			if records = append(records, r); len(records) == writers*each {
				break
			}
		}
		followed <- records
	}()
	writeMany(ctx, t, l, writers, each)
	got := <-followed
	want, err := Collect(l.Read(ctx, 0, 0))
	if err != nil {
		t.Fatal(err)
	}
	if d := diff(want, got); d != "" {
		t.Errorf("(-read afterwards +followed):\n%s", d)
	}
}

func cancelled(t *testing.T, l Log) {
	fill(t, l, 3)
	ctx, cancel := context.WithCancel(bounded(t))
	cancel()
	check := func(what string, err error) {
		t.Helper()
		if !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v, want context.Canceled", what, err)
		}
	}
	_, err := l.Append(ctx, eventlog.Entry{Stream: "case.9", Expect: eventlog.ExpectEmpty()})
	check("append", err)
	if errors.Is(err, eventlog.ErrUnknownOutcome) {
		t.Errorf("append: %v, although nothing was sent", err)
	}
	_, err = l.At(ctx, 1)
	check("at", err)
	_, err = l.Last(ctx)
	check("last", err)
	_, err = l.LastOf(ctx, "case.1")
	check("last of", err)
	_, err = Collect(l.Read(ctx, 0, 0))
	check("read", err)
	_, err = Collect(l.Follow(ctx, 0))
	check("follow", err)

	ctx, cancel = context.WithCancel(bounded(t))
	defer cancel()
	for r, err := range l.Read(ctx, 0, 0) {
		if r.Position == 1 {
			cancel()
			continue
		}
		check("read that is cancelled on its way", err)
	}
	if p := mustLast(t, l); p != 3 {
		t.Errorf("last position %d, want 3", p)
	}
}
