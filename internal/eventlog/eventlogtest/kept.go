package eventlogtest

import (
	"context"
	"iter"

	"percorsi/internal/eventlog"
)

// Kept is a log, or a copy of one, that a test can damage. It is read like any
// other. Create it with Keep.
type Kept struct {
	records map[eventlog.Position]eventlog.Record
	last    eventlog.Position
	broken  error
	breaks  eventlog.Position
}

// Keep holds records, which begin at position 1.
func Keep(records []eventlog.Record) *Kept {
	k := &Kept{records: map[eventlog.Position]eventlog.Record{}, last: eventlog.Position(len(records))}
	for _, r := range records {
		k.records[r.Position] = r
	}
	return k
}

// Lose takes the records at some positions away. The log goes on behind them.
func (k *Kept) Lose(positions ...eventlog.Position) {
	for _, p := range positions {
		delete(k.records, p)
	}
}

// Cut takes away all that is behind a position, without a trace.
func (k *Kept) Cut(last eventlog.Position) { k.last = last }

// Change makes another record of the one at a position. The function must not
// write into its header and data.
func (k *Kept) Change(p eventlog.Position, change func(*eventlog.Record)) {
	r := k.records[p]
	change(&r)
	k.records[p] = r
}

// Break lets every Read fail where it would give the record at a position.
func (k *Kept) Break(p eventlog.Position, err error) { k.breaks, k.broken = p, err }

// Last gives the position of the last record.
func (k *Kept) Last(context.Context) (eventlog.Position, error) { return k.last, nil }

// Read gives records as a log does.
func (k *Kept) Read(_ context.Context, after, upTo eventlog.Position) iter.Seq2[eventlog.Record, error] {
	return func(yield func(eventlog.Record, error) bool) {
		if upTo == 0 {
			upTo = k.last
		}
		for p := after + 1; p <= upTo; p++ {
			if k.broken != nil && p == k.breaks {
				yield(eventlog.Record{}, k.broken)
				return
			}
			r, ok := k.records[p]
			if !ok || p > k.last {
				yield(eventlog.Record{}, &eventlog.Gap{Position: p})
				return
			}
			if !yield(r, nil) {
				return
			}
		}
	}
}
