package servertest

import (
	"bytes"
	"context"
	"fmt"
	"regexp"
	"slices"
	"testing"

	"percorsi/internal/casework/casetest"
	"percorsi/internal/eventlog"
	"percorsi/internal/eventlog/jetstream"
)

// District is what people record in one of many places that are alike: the same
// in each of them, of other cases and other persons. Create it with NewDistrict.
type District struct {
	entries []eventlog.Entry
	ids     [][]int // of each entry: where ids begin in its bytes
}

// places is how many places can be told apart: their ids begin with another
// pair of digits.
const places = 0xff

// telling finds the ids of a story. They begin with the same two digits, those
// of our time.
var telling = regexp.MustCompile(`01[0-9a-f]{6}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}`)

// NewDistrict makes up what is recorded of 200 cases, some 6,000 commits.
func NewDistrict(t testing.TB, seed uint64) *District {
	t.Helper()
	entries, err := Entries(casetest.District(seed, 200))
	if err != nil {
		t.Fatal(err)
	}
	d := &District{entries: entries, ids: make([][]int, len(entries))}
	for i, e := range entries {
		for _, at := range telling.FindAllIndex(e.Data, -1) {
			d.ids[i] = append(d.ids[i], at[0])
		}
	}
	return d
}

// Record appends n commits to a log, past the services, place after place.
func (d *District) Record(ctx context.Context, l *jetstream.Log, n int) error {
	for place := 1; n > 0; place++ {
		if place > places {
			return fmt.Errorf("there are only %d places of %d commits", places, len(d.entries))
		}
		now := min(n, len(d.entries))
		if err := Write(ctx, l, d.at(place, now)); err != nil {
			return err
		}
		n -= now
	}
	return nil
}

// at gives the first n commits of a place.
func (d *District) at(place, n int) []eventlog.Entry {
	digits := fmt.Appendf(nil, "%02x", place)
	out := slices.Clone(d.entries[:n])
	for i := range out {
		e := &out[i]
		e.Data = bytes.Clone(e.Data)
		for _, at := range d.ids[i] {
			copy(e.Data[at:], digits)
		}
		const name = len("case.")
		e.Stream = e.Stream[:name] + eventlog.Stream(digits) + e.Stream[name+len(digits):]
	}
	return out
}
