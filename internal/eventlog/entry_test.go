package eventlog_test

import (
	"errors"
	"strings"
	"testing"

	"percorsi/internal/eventlog"
	"percorsi/internal/fault"
)

func TestStreamNamesHoldNothingThatCouldBeAWildcard(t *testing.T) {
	for _, tt := range []struct {
		name  string
		valid bool
	}{
		{"case.0190a1b2-7c3d-7e4f-8a5b-112233445566", true},
		{"plan.Lodi-2025-2027", true},
		{"x", true},
		{strings.Repeat("a", 128), true},
		{"", false},
		{strings.Repeat("a", 129), false},
		{".case", false},
		{"case.", false},
		{"case..1", false},
		{"case.*", false},
		{"case.>", false},
		{"case.a b", false},
		{"case.a_b", false},
		{"case.à", false},
		{"case.a\r\n", false},
	} {
		err := eventlog.Stream(tt.name).Validate()
		if got := err == nil; got != tt.valid {
			t.Errorf("stream %q: valid = %v (%v), want %v", tt.name, got, err, tt.valid)
		}
		if err != nil && !errors.Is(err, eventlog.ErrInvalidStream) {
			t.Errorf("stream %q: error %v is not ErrInvalidStream", tt.name, err)
		}
	}
}

func TestTheZeroExpectationIsInvalid(t *testing.T) {
	var zero eventlog.Expectation
	if _, err := zero.Last(); !errors.Is(err, eventlog.ErrNoExpectation) {
		t.Errorf("zero expectation: %v, want ErrNoExpectation", err)
	}
	if p, err := eventlog.ExpectEmpty().Last(); p != 0 || err != nil {
		t.Errorf("ExpectEmpty: %d, %v", p, err)
	}
	if p, err := eventlog.ExpectLast(7).Last(); p != 7 || err != nil {
		t.Errorf("ExpectLast(7): %d, %v", p, err)
	}
}

func TestAnEntryIsCheckedBeforeItIsSent(t *testing.T) {
	entry := func(change func(*eventlog.Entry)) eventlog.Entry {
		e := eventlog.Entry{Stream: "case.1", Expect: eventlog.ExpectEmpty(), Data: []byte("x")}
		change(&e)
		return e
	}
	header := func(k, v string) eventlog.Entry {
		return entry(func(e *eventlog.Entry) { e.Header = map[string]string{k: v} })
	}
	for _, tt := range []struct {
		name  string
		entry eventlog.Entry
		want  error
	}{
		{"a small entry", entry(func(*eventlog.Entry) {}), nil},
		{"no data", entry(func(e *eventlog.Entry) { e.Data = nil }), nil},
		{"a header", header("Kind", "intake, 1; àèì"), nil},
		{"an empty value", header("kind_of-it", ""), nil},
		{"no stream", entry(func(e *eventlog.Entry) { e.Stream = "" }), eventlog.ErrInvalidStream},
		{"no expectation", entry(func(e *eventlog.Entry) { e.Expect = eventlog.Expectation{} }), eventlog.ErrNoExpectation},
		{"the largest data", entry(func(e *eventlog.Entry) { e.Data = make([]byte, eventlog.MaxEntry) }), nil},
		{"data one byte too large", entry(func(e *eventlog.Entry) { e.Data = make([]byte, eventlog.MaxEntry+1) }), eventlog.ErrTooLarge},
		{"header too large", header("k", strings.Repeat("v", eventlog.MaxHeader)), eventlog.ErrTooLarge},
		{"an empty key", header("", "v"), eventlog.ErrInvalidHeader},
		{"a key with a colon", header("a:b", "v"), eventlog.ErrInvalidHeader},
		{"a reserved key", header("Nats-Expected-Last-Subject-Sequence", "0"), eventlog.ErrInvalidHeader},
		{"a reserved key in other letters", header("nATS-Batch-Id", "0"), eventlog.ErrInvalidHeader},
		{"a key of the log itself", header("Log-Stored-At", "2026-01-01T00:00:00Z"), eventlog.ErrInvalidHeader},
		{"a key of the log in other letters", header("lOG-x", ""), eventlog.ErrInvalidHeader},
		{"a key that only resembles one of the log", header("Logbook", "x"), nil},
		{"a value that is not text", header("k", "\xff"), eventlog.ErrInvalidHeader},
		{"a key of the protocol", header("Status", "408"), eventlog.ErrInvalidHeader},
		{"a value that breaks the line", header("k", "v\r\nNats-Msg-Id: 1"), eventlog.ErrInvalidHeader},
		{"a value that would be trimmed", header("k", " v"), eventlog.ErrInvalidHeader},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if err := tt.entry.Validate(); !errors.Is(err, tt.want) || (err == nil) != (tt.want == nil) {
				t.Errorf("Validate() = %v, want %v", err, tt.want)
			}
		})
	}
}

func TestEveryErrorHasTheKindThatACallerMeets(t *testing.T) {
	for _, tt := range []struct {
		err  error
		is   error
		kind fault.Kind
	}{
		{&eventlog.Conflict{Stream: "case.1", Expected: 1, Last: 2}, eventlog.ErrConflict, fault.Clash},
		{&eventlog.Gap{Position: 3}, eventlog.ErrGap, fault.Internal},
		{eventlog.ErrUnknownOutcome, eventlog.ErrUnknownOutcome, fault.Unavailable},
		{eventlog.ErrUnavailable, eventlog.ErrUnavailable, fault.Unavailable},
		{eventlog.ErrTooLarge, eventlog.ErrTooLarge, fault.Invalid},
		{eventlog.ErrNotFound, eventlog.ErrNotFound, fault.NotFound},
		{eventlog.ErrNoExpectation, eventlog.ErrNoExpectation, fault.Internal},
	} {
		if !errors.Is(tt.err, tt.is) {
			t.Errorf("%v is not %v", tt.err, tt.is)
		}
		if got := fault.KindOf(tt.err); got != tt.kind {
			t.Errorf("%v: kind %v, want %v", tt.err, got, tt.kind)
		}
	}
	if errors.Is(eventlog.ErrUnknownOutcome, eventlog.ErrUnavailable) {
		t.Error("an unknown outcome must not pass for an entry that was not stored")
	}
}
