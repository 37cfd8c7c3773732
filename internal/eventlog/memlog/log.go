package memlog

import (
	"bytes"
	"context"
	"iter"
	"maps"
	"sync"
	"time"

	"percorsi/internal/eventlog"
)

// Log is a log in memory. Create it with New. It is safe for concurrent use.
type Log struct {
	now func() time.Time

	mu      sync.Mutex
	records []eventlog.Record // the record at position p is records[p-1]
	last    map[eventlog.Stream]eventlog.Position
	grown   chan struct{} // closed and replaced by each append
}

// New makes an empty log whose records are stamped with now.
func New(now func() time.Time) *Log {
	return &Log{
		now:   now,
		last:  map[eventlog.Stream]eventlog.Position{},
		grown: make(chan struct{}),
	}
}

// Append stores one entry if its expectation holds, and gives its position.
// The error is a *eventlog.Conflict if it does not hold, one of Validate's if
// the entry is not well formed, or the error of ctx.
func (l *Log) Append(ctx context.Context, e eventlog.Entry) (eventlog.Position, error) {
	if err := e.Validate(); err != nil {
		return 0, err
	}
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	expected, err := e.Expect.Last()
	if err != nil {
		return 0, err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if last := l.last[e.Stream]; last != expected {
		return 0, &eventlog.Conflict{Stream: e.Stream, Expected: expected, Last: last}
	}
	l.store(e)
	return eventlog.Position(len(l.records)), nil
}

// AppendAll stores entries one behind the other, all of them or none, if last is
// the last position of the whole log, and gives the position of the last one.
// The error is a *eventlog.Conflict if it is not, one of Validate's if an entry
// is not well formed, or the error of ctx.
func (l *Log) AppendAll(ctx context.Context, last eventlog.Expectation, entries []eventlog.Entry) (eventlog.Position, error) {
	expected, err := last.Last()
	if err != nil {
		return 0, err
	}
	for _, e := range entries {
		e.Expect = last
		if err := e.Validate(); err != nil {
			return 0, err
		}
	}
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if at := eventlog.Position(len(l.records)); at != expected {
		return 0, &eventlog.Conflict{Expected: expected, Last: at}
	}
	l.store(entries...)
	return eventlog.Position(len(l.records)), nil
}

// store adds entries and wakes who follows. The lock is held.
func (l *Log) store(entries ...eventlog.Entry) {
	for _, e := range entries {
		p := eventlog.Position(len(l.records) + 1)
		l.records = append(l.records, eventlog.Record{
			Position: p,
			Stream:   e.Stream,
			Header:   maps.Clone(e.Header),
			Data:     bytes.Clone(e.Data),
			StoredAt: l.now(),
		})
		l.last[e.Stream] = p
	}
	close(l.grown)
	l.grown = make(chan struct{})
}

// Read gives the records after a position, in order, up to and with upTo; 0
// stands for the last one at the time of the call. It ends after the first
// error: a *eventlog.Gap if the log ends before upTo or before after, or the
// error of ctx.
func (l *Log) Read(ctx context.Context, after, upTo eventlog.Position) iter.Seq2[eventlog.Record, error] {
	return func(yield func(eventlog.Record, error) bool) {
		if err := ctx.Err(); err != nil {
			yield(eventlog.Record{}, err)
			return
		}
		l.mu.Lock()
		records := l.records
		l.mu.Unlock()
		last := eventlog.Position(len(records))
		if upTo == 0 {
			upTo = last
		}
		for p := after; p < min(upTo, last); p++ {
			if err := ctx.Err(); err != nil {
				yield(eventlog.Record{}, err)
				return
			}
			if !yield(records[p], nil) {
				return
			}
		}
		if max(after, upTo) > last {
			yield(eventlog.Record{}, &eventlog.Gap{Position: last + 1})
		}
	}
}

// Follow gives the records after a position, in order, and then each new one
// as it is stored. It ends with an error: the error of ctx, or a
// *eventlog.Gap if the log ends before after.
func (l *Log) Follow(ctx context.Context, after eventlog.Position) iter.Seq2[eventlog.Record, error] {
	return func(yield func(eventlog.Record, error) bool) {
		for {
			l.mu.Lock()
			last, grown := eventlog.Position(len(l.records)), l.grown
			l.mu.Unlock()
			if err := ctx.Err(); err != nil {
				yield(eventlog.Record{}, err)
				return
			}
			for r, err := range l.Read(ctx, after, last) {
				if !yield(r, err) || err != nil {
					return
				}
				after = r.Position
			}
			select {
			case <-grown:
			case <-ctx.Done():
			}
		}
	}
}

// At gives the record at a position, or eventlog.ErrNotFound.
func (l *Log) At(ctx context.Context, p eventlog.Position) (eventlog.Record, error) {
	if err := ctx.Err(); err != nil {
		return eventlog.Record{}, err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if p == 0 || p > eventlog.Position(len(l.records)) {
		return eventlog.Record{}, eventlog.ErrNotFound
	}
	return l.records[p-1], nil
}

// Last gives the position of the last record, 0 for an empty log.
func (l *Log) Last(ctx context.Context) (eventlog.Position, error) {
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	return eventlog.Position(len(l.records)), nil
}

// LastOf gives the position of the last record of one stream, 0 if it has
// none.
func (l *Log) LastOf(ctx context.Context, s eventlog.Stream) (eventlog.Position, error) {
	if err := s.Validate(); err != nil {
		return 0, err
	}
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.last[s], nil
}
