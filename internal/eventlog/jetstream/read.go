package jetstream

import (
	"context"
	"errors"
	"iter"

	"percorsi/internal/eventlog"
)

// Read gives the records after a position, in order, up to and with upTo; 0
// stands for the last one at the time of the call. It survives the loss of the
// connection. It ends after the first error: a *eventlog.Gap if a record is
// missing or the log ends before upTo or before after, the error of ctx, or
// eventlog.ErrUnavailable if the connection was closed.
func (l *Log) Read(ctx context.Context, after, upTo eventlog.Position) iter.Seq2[eventlog.Record, error] {
	return func(yield func(eventlog.Record, error) bool) {
		last, err := l.reach(ctx, max(after, upTo))
		if err != nil && !errors.Is(err, eventlog.ErrGap) {
			yield(eventlog.Record{}, err)
			return
		}
		if upTo == 0 || upTo > last {
			upTo = last
		}
		if after < upTo {
			t := &tail{log: l, at: after, end: upTo, yield: yield}
			if !t.run(ctx) {
				return
			}
		}
		if err != nil { // the log ends too early
			yield(eventlog.Record{}, err)
		}
	}
}

// Follow gives the records after a position, in order, and then each new one
// as soon as it is on disk. It survives the loss of the connection. It ends
// with an error: that of ctx, a *eventlog.Gap if a record is missing or the
// log ends before after, or eventlog.ErrUnavailable if the connection was
// closed.
func (l *Log) Follow(ctx context.Context, after eventlog.Position) iter.Seq2[eventlog.Record, error] {
	return func(yield func(eventlog.Record, error) bool) {
		t := &tail{log: l, at: after, yield: yield}
		t.run(ctx)
	}
}
