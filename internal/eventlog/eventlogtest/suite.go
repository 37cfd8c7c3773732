package eventlogtest

import (
	"context"
	"fmt"
	"iter"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"percorsi/internal/eventlog"
)

// patience bounds every wait of the suite: a log that takes longer is broken.
const patience = 30 * time.Second

// Log is what an implementation offers.
type Log interface {
	Append(ctx context.Context, e eventlog.Entry) (eventlog.Position, error)
	AppendAll(ctx context.Context, last eventlog.Expectation, entries []eventlog.Entry) (eventlog.Position, error)
	Read(ctx context.Context, after, upTo eventlog.Position) iter.Seq2[eventlog.Record, error]
	Follow(ctx context.Context, after eventlog.Position) iter.Seq2[eventlog.Record, error]
	At(ctx context.Context, p eventlog.Position) (eventlog.Record, error)
	Last(ctx context.Context) (eventlog.Position, error)
	LastOf(ctx context.Context, s eventlog.Stream) (eventlog.Position, error)
}

// Suite says how to get at the implementation under test.
type Suite struct {
	// Open makes a log without records, which ends with the test.
	Open func(t *testing.T) Log
	// Reopen ends a log that Open made, together with whatever it runs on,
	// and opens what it left behind. Nil if nothing is left behind.
	Reopen func(t *testing.T, l Log) Log
}

// Run runs the whole contract.
func Run(t *testing.T, s Suite) {
	t.Helper()
	for _, tt := range []struct {
		name string
		run  func(t *testing.T, l Log)
	}{
		{"an empty log has nothing", emptyLog},
		{"records come back in order, as they were written", roundTrip},
		{"only the right expectation is accepted", expectations},
		{"an entry that is not well formed is refused", malformed},
		{"an entry that is too large is refused", tooLarge},
		{"sixteen writers on one stream lose and double nothing", oneStream},
		{"sixty-four writers on many streams lose and double nothing", manyStreams},
		{"one stale writer among many is the only one refused", oneStale},
		{"entries that go together lie one behind the other", together},
		{"entries go together only where the log ends as expected", togetherConflict},
		{"of entries that go together none is stored if one is not well formed", togetherMalformed},
		{"of writers that go together and meet, one is stored at a time", togetherRace},
		{"a reader starts and stops where it was told", readRange},
		{"a reader that knows more than the log says so", tailIsMissing},
		{"a reader can stop at any record", readerStops},
		{"a follower sees what is appended while it waits", follow},
		{"a follower goes on in order while many write", followUnderLoad},
		{"what has a cancelled context does nothing", cancelled},
	} {
		t.Run(tt.name, func(t *testing.T) { tt.run(t, s.Open(t)) })
	}
	if s.Reopen != nil {
		t.Run("a log that is opened again has everything", func(t *testing.T) { reopen(t, s) })
	}
}

// bounded is the context of a test that must not hang.
func bounded(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	t.Cleanup(cancel)
	return ctx
}

func mustAppend(t *testing.T, l Log, e eventlog.Entry) eventlog.Position {
	t.Helper()
	p, err := l.Append(bounded(t), e)
	if err != nil {
		t.Fatalf("append to %s: %v", e.Stream, err)
	}
	return p
}

func mustLast(t *testing.T, l Log) eventlog.Position {
	t.Helper()
	p, err := l.Last(bounded(t))
	if err != nil {
		t.Fatalf("last position: %v", err)
	}
	return p
}

// fill appends n records over a few streams and gives them as they should be
// read. The log must be empty.
func fill(t *testing.T, l Log, n int) []eventlog.Record {
	t.Helper()
	var records []eventlog.Record
	last := map[eventlog.Stream]eventlog.Position{}
	for i := range n {
		s := eventlog.Stream(fmt.Sprintf("case.%d", i%3))
		e := eventlog.Entry{Stream: s, Expect: eventlog.ExpectLast(last[s]), Data: fmt.Appendf(nil, "record %d", i)}
		last[s] = mustAppend(t, l, e)
		records = append(records, eventlog.Record{Position: last[s], Stream: s, Data: e.Data})
	}
	return records
}

// diff compares records but for the time at which they were stored. Nil and
// empty are the same.
func diff(want, got []eventlog.Record) string {
	return cmp.Diff(want, got, recordOptions, cmpopts.IgnoreFields(eventlog.Record{}, "StoredAt"))
}
