package outbox

import (
	"context"
	"fmt"

	"percorsi/internal/casework"
	"percorsi/internal/eventlog"
)

// Clocks tells up to which day everybody was told of clocks, 0 if never. given
// are the ids of the notices of clocks since then: of a round that did not end.
func (o *Outbox) Clocks(ctx context.Context) (day casework.Day, given map[string]bool, err error) {
	at, err := o.log.LastOf(ctx, clockMarks)
	if err != nil {
		return 0, nil, fmt.Errorf("ask for the newest round of clocks: %w", err)
	}
	if at != 0 {
		r, err := o.log.At(ctx, at)
		if err == nil {
			day, err = casework.ParseDay(r.Header[hdrClocks])
		}
		if err != nil {
			return 0, nil, fmt.Errorf("read the newest round of clocks: %w", err)
		}
	}
	given = map[string]bool{}
	for r, err := range o.log.Read(ctx, at, 0) {
		if err != nil {
			return 0, nil, fmt.Errorf("read the notices since %s: %w", day, err)
		}
		if r.Stream != marks && r.Stream != clockMarks && isClock(r) {
			given[r.Header[hdrID]] = true
		}
	}
	return day, given, nil
}

// isClock tells whether a message is about a clock.
func isClock(r eventlog.Record) bool {
	m, err := read(r)
	return err == nil && m.Notice.GetClock() != ""
}
