package eventlogtest

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"

	"percorsi/internal/eventlog"
)

func emptyLog(t *testing.T, l Log) {
	ctx := bounded(t)
	if p := mustLast(t, l); p != 0 {
		t.Errorf("last position of an empty log: %d", p)
	}
	if p, err := l.LastOf(ctx, "case.1"); p != 0 || err != nil {
		t.Errorf("last position of an empty stream: %d, %v", p, err)
	}
	for _, p := range []eventlog.Position{0, 1, 1 << 40} {
		if _, err := l.At(ctx, p); !errors.Is(err, eventlog.ErrNotFound) {
			t.Errorf("record at %d: %v, want ErrNotFound", p, err)
		}
	}
	if records, err := Collect(l.Read(ctx, 0, 0)); len(records) != 0 || err != nil {
		t.Errorf("read of an empty log: %v, %v", records, err)
	}
}

func roundTrip(t *testing.T, l Log) {
	entries := []eventlog.Entry{
		{Stream: "case.1", Expect: eventlog.ExpectEmpty(), Data: []byte("plain")},
		{Stream: "person.1", Expect: eventlog.ExpectEmpty(), Data: nil},
		{Stream: "plan.Lodi-2025.v2", Expect: eventlog.ExpectEmpty(), Data: []byte{0, 1, 254, 255, '\r', '\n'}},
		{
			Stream: "case.1", Expect: eventlog.ExpectLast(1), Data: []byte("with headers"),
			Header: map[string]string{"Kind": "intake", "kind": "other letters, other key", "facts": "a,b; c:d", "empty": "", "text": "perché no"},
		},
		{Stream: "case.1", Expect: eventlog.ExpectLast(4), Header: map[string]string{"only": "a header"}},
		{Stream: "case.2", Expect: eventlog.ExpectEmpty(), Data: []byte(strings.Repeat("large ", 100_000))},
	}
	began := time.Now()
	var want []eventlog.Record
	for i, e := range entries {
		p := mustAppend(t, l, e)
		if p != eventlog.Position(i+1) {
			t.Fatalf("entry %d got position %d", i, p)
		}
		want = append(want, eventlog.Record{Position: p, Stream: e.Stream, Header: e.Header, Data: e.Data})
	}
	got, err := Collect(l.Read(bounded(t), 0, 0))
	if err != nil {
		t.Fatal(err)
	}
	if d := diff(want, got); d != "" {
		t.Fatalf("read (-want +got):\n%s", d)
	}
	for _, r := range got {
		single, err := l.At(bounded(t), r.Position)
		if err != nil {
			t.Fatal(err)
		}
		if d := diff([]eventlog.Record{r}, []eventlog.Record{single}); d != "" {
			t.Errorf("record %d alone (-read +at):\n%s", r.Position, d)
		}
		if !single.StoredAt.Equal(r.StoredAt) {
			t.Errorf("record %d was stored at %v and at %v", r.Position, r.StoredAt, single.StoredAt)
		}
		if r.StoredAt.Before(began.Add(-time.Minute)) || r.StoredAt.After(time.Now().Add(time.Minute)) {
			t.Errorf("record %d was stored at %v", r.Position, r.StoredAt)
		}
	}
	for s, want := range map[eventlog.Stream]eventlog.Position{"case.1": 5, "person.1": 2, "case.2": 6, "case": 0} {
		if p, err := l.LastOf(bounded(t), s); p != want || err != nil {
			t.Errorf("last of %s: %d, %v, want %d", s, p, err, want)
		}
	}
}

func expectations(t *testing.T, l Log) {
	first := mustAppend(t, l, eventlog.Entry{Stream: "case.1", Expect: eventlog.ExpectEmpty()})
	other := mustAppend(t, l, eventlog.Entry{Stream: "case.2", Expect: eventlog.ExpectEmpty()})
	second := mustAppend(t, l, eventlog.Entry{Stream: "case.1", Expect: eventlog.ExpectLast(first)})
	for _, tt := range []struct {
		name   string
		stream eventlog.Stream
		expect eventlog.Expectation
		last   eventlog.Position
	}{
		{"stale", "case.1", eventlog.ExpectLast(first), second},
		{"empty although it is not", "case.1", eventlog.ExpectEmpty(), second},
		{"the position of another stream", "case.1", eventlog.ExpectLast(other), second},
		{"ahead of the stream", "case.1", eventlog.ExpectLast(second + 1), second},
		{"not empty although it is", "case.3", eventlog.ExpectLast(first), 0},
	} {
		_, err := l.Append(bounded(t), eventlog.Entry{Stream: tt.stream, Expect: tt.expect})
		c, ok := errors.AsType[*eventlog.Conflict](err)
		if !ok || !errors.Is(err, eventlog.ErrConflict) {
			t.Errorf("%s: %v, want a conflict", tt.name, err)
			continue
		}
		expected, _ := tt.expect.Last()
		if c.Stream != tt.stream || c.Expected != expected || c.Last != tt.last {
			t.Errorf("%s: %+v, want stream %s, expected %d, last %d", tt.name, c, tt.stream, expected, tt.last)
		}
	}
	if p := mustLast(t, l); p != second {
		t.Errorf("the refused appends moved the log to %d", p)
	}
	mustAppend(t, l, eventlog.Entry{Stream: "case.3", Expect: eventlog.ExpectLast(0)})
}

func malformed(t *testing.T, l Log) {
	for want, e := range map[error]eventlog.Entry{
		eventlog.ErrNoExpectation: {Stream: "case.1"},
		eventlog.ErrInvalidStream: {Stream: "case.*", Expect: eventlog.ExpectEmpty()},
		eventlog.ErrInvalidHeader: {Stream: "case.1", Expect: eventlog.ExpectEmpty(), Header: map[string]string{"Nats-Rollup": "all"}},
	} {
		if _, err := l.Append(bounded(t), e); !errors.Is(err, want) {
			t.Errorf("append: %v, want %v", err, want)
		}
	}
	if _, err := l.LastOf(bounded(t), ">"); !errors.Is(err, eventlog.ErrInvalidStream) {
		t.Errorf("last of a wildcard: %v", err)
	}
	if p := mustLast(t, l); p != 0 {
		t.Errorf("the refused appends moved the log to %d", p)
	}
}

func tooLarge(t *testing.T, l Log) {
	first := mustAppend(t, l, eventlog.Entry{Stream: "case.1", Expect: eventlog.ExpectEmpty()})
	for _, size := range []int{eventlog.MaxEntry + 1, 10 << 20} {
		e := eventlog.Entry{Stream: "case.1", Expect: eventlog.ExpectLast(first), Data: make([]byte, size)}
		if _, err := l.Append(bounded(t), e); !errors.Is(err, eventlog.ErrTooLarge) {
			t.Errorf("append of %d bytes: %v, want ErrTooLarge", size, err)
		}
		if p := mustLast(t, l); p != first {
			t.Errorf("the refused append moved the log to %d", p)
		}
	}
	largest := eventlog.Record{Stream: "case.1", Data: bytes.Repeat([]byte{0xff}, eventlog.MaxEntry)}
	largest.Position = mustAppend(t, l, eventlog.Entry{Stream: largest.Stream, Expect: eventlog.ExpectLast(first), Data: largest.Data})
	if p := mustLast(t, l); p != largest.Position {
		t.Errorf("last position %d, want %d", p, largest.Position)
	}
	at, err := l.At(bounded(t), largest.Position)
	if d := diff([]eventlog.Record{largest}, []eventlog.Record{at}); d != "" || err != nil {
		t.Errorf("the largest record at its position: differs: %v, %v", d != "", err)
	}
	read, err := Collect(l.Read(bounded(t), first, 0))
	if d := diff([]eventlog.Record{largest}, read); d != "" || err != nil {
		t.Errorf("the largest record as read: differs: %v, %v", d != "", err)
	}
}

func reopen(t *testing.T, s Suite) {
	l := s.Open(t)
	want := fill(t, l, 50)
	l = s.Reopen(t, l)
	got, err := Collect(l.Read(bounded(t), 0, 0))
	if err != nil {
		t.Fatal(err)
	}
	if d := diff(want, got); d != "" {
		t.Fatalf("after reopening (-want +got):\n%s", d)
	}
	if _, err := l.Append(bounded(t), eventlog.Entry{Stream: "case.0", Expect: eventlog.ExpectEmpty()}); !errors.Is(err, eventlog.ErrConflict) {
		t.Errorf("a stale append after reopening: %v", err)
	}
	if p := mustAppend(t, l, eventlog.Entry{Stream: "case.9", Expect: eventlog.ExpectEmpty()}); p != 51 {
		t.Errorf("the next position after reopening is %d, want 51", p)
	}
}
