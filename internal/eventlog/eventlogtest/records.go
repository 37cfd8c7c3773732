package eventlogtest

import (
	"bytes"
	"fmt"
	"iter"
	"maps"
	"math/rand/v2"
	"time"

	"github.com/google/go-cmp/cmp"

	"percorsi/internal/eventlog"
)

// Records makes n records from position 1 on as a log may hold them: several
// streams, headers of every allowed form and none, no data, bytes of every
// value and now and then some that a batch cannot take many of, times to the
// nanosecond that are not in order. The same n gives the same records.
func Records(n int) []eventlog.Record {
	dice := rand.New(rand.NewPCG(1, 2))
	records := make([]eventlog.Record, n)
	for i := range records {
		records[i] = eventlog.Record{
			Position: eventlog.Position(i + 1),
			Stream:   eventlog.Stream([...]string{"case.", "person.", "plan.Lodi-"}[dice.IntN(3)] + fmt.Sprint(dice.IntN(1+n/3))),
			Header:   someHeader(dice),
			Data:     someData(dice),
			StoredAt: time.Unix(1_780_000_000+dice.Int64N(1000), dice.Int64N(1e9)).UTC(),
		}
	}
	return records
}

func someHeader(dice *rand.Rand) map[string]string {
	if dice.IntN(5) == 0 {
		return nil
	}
	return map[string]string{
		"Pz-Facts": "resumed,needs_recorded",
		"pz-facts": `other letters, other key: {"<>&'\"} perché no`,
		"empty":    "",
		"n":        fmt.Sprint(dice.Uint64()),
	}
}

func someData(dice *rand.Rand) []byte {
	size := dice.IntN(600)
	switch dice.IntN(100) {
	case 0:
		return nil
	case 1:
		size = 100 << 10
	}
	data := make([]byte, size)
	for i := range data {
		data[i] = byte(dice.Uint32())
	}
	return data
}

// Sequence gives records as a log reads them.
func Sequence(records []eventlog.Record) iter.Seq2[eventlog.Record, error] {
	return func(yield func(eventlog.Record, error) bool) {
		for _, r := range records {
			if !yield(r, nil) {
				return
			}
		}
	}
}

// Collect reads until the sequence ends, and gives what it read and the error
// in which it ended.
func Collect(seq iter.Seq2[eventlog.Record, error]) (records []eventlog.Record, err error) {
	for r, err := range seq {
		if err != nil {
			return records, err
		}
		records = append(records, r)
	}
	return records, nil
}

// Diff compares records wholly, with the times at which they were stored; it
// is empty if they are the same. Nil and empty are the same.
func Diff(want, got []eventlog.Record) string {
	return cmp.Diff(want, got, recordOptions...)
}

// recordOptions make nil and empty the same.
var recordOptions = cmp.Options{
	cmp.FilterValues(func(a, b []eventlog.Record) bool { return len(a)+len(b) == 0 }, cmp.Ignore()),
	cmp.Comparer(bytes.Equal),
	cmp.Comparer(maps.Equal[map[string]string, map[string]string]),
}
