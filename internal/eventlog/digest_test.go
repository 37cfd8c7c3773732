package eventlog_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"percorsi/internal/eventlog"
	"percorsi/internal/eventlog/eventlogtest"
)

func digest(records []eventlog.Record) string {
	d := eventlog.NewDigest()
	for _, r := range records {
		d.Add(r)
	}
	return d.String()
}

func TestADigestCoversEverythingOfEveryRecord(t *testing.T) {
	want := digest(eventlogtest.Records(20))
	if again := digest(eventlogtest.Records(20)); again != want {
		t.Fatalf("the same records give %s and %s", want, again)
	}
	seen := map[string]string{want: "no change"}
	for name, change := range map[string]func([]eventlog.Record) []eventlog.Record{
		"a record less":       func(r []eventlog.Record) []eventlog.Record { return r[:19] },
		"two records swapped": func(r []eventlog.Record) []eventlog.Record { r[3], r[4] = r[4], r[3]; return r },
		"a position":          func(r []eventlog.Record) []eventlog.Record { r[7].Position++; return r },
		"a stream":            func(r []eventlog.Record) []eventlog.Record { r[7].Stream += "x"; return r },
		"a nanosecond":        func(r []eventlog.Record) []eventlog.Record { r[7].StoredAt = r[7].StoredAt.Add(1); return r },
		"a byte":              func(r []eventlog.Record) []eventlog.Record { r[7].Data = append([]byte{0}, r[7].Data...); return r },
		"a header":            func(r []eventlog.Record) []eventlog.Record { r[7].Header = map[string]string{"a": "bc"}; return r },
		"another header":      func(r []eventlog.Record) []eventlog.Record { r[7].Header = map[string]string{"ab": "c"}; return r },
	} {
		got := digest(change(slices.Clone(eventlogtest.Records(20))))
		if other, twice := seen[got]; twice {
			t.Errorf("%s gives the same digest as %s", name, other)
		}
		seen[got] = name
	}
}

// The form is kept for ever: digests are written down and compared years
// later.
func TestTheFormOfADigestNeverChanges(t *testing.T) {
	records := []eventlog.Record{
		{Position: 1, Stream: "case.1", Header: map[string]string{"Pz-Facts": "perché", "Pz-Command": "c"}, Data: []byte{0, 1}, StoredAt: time.Unix(0, 1_750_000_000_123_456_789)},
		{Position: 2, Stream: "plan.x", StoredAt: time.Unix(1_750_000_001, 0)},
	}
	if got, want := digest(records), "77b9a8af6f42a37d39299fdebd19fdbeba63d57b17e5e3bdc645341b198db916"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

func TestADigestLetsErrorsThrough(t *testing.T) {
	lost := errors.New("lost")
	d := eventlog.NewDigest()
	got, err := eventlogtest.Collect(d.Through(func(yield func(eventlog.Record, error) bool) {
		if yield(eventlogtest.Records(1)[0], nil) {
			yield(eventlog.Record{}, lost)
		}
	}))
	if !errors.Is(err, lost) || len(got) != 1 || d.Count() != 1 || d.String() != digest(got) {
		t.Errorf("%v after %d records, %d counted", err, len(got), d.Count())
	}
}
