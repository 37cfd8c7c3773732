package servertest

import (
	"context"
	"testing"

	"golang.org/x/sync/errgroup"

	"percorsi/internal/eventlog"
	"percorsi/internal/eventlog/jetstream"
	"percorsi/internal/fact"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

// ambito is whose log the servers of tests keep: that of the program.
const ambito = "lodi"

// OpenLog opens the log on a NATS server, beside the servers of the program.
func OpenLog(t testing.TB, nats string) *jetstream.Log {
	t.Helper()
	conn, err := jetstream.Connect(nats)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(conn.Close)
	name, prefix := jetstream.Names(ambito)
	l, err := jetstream.Open(t.Context(), jetstream.Config{Conn: conn, Name: name, Prefix: prefix})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(l.Close)
	return l
}

// Entries gives commits as a log stores them. What is expected of their streams
// is left to Write.
func Entries(commits []*eventv1.Commit) ([]eventlog.Entry, error) {
	out := make([]eventlog.Entry, 0, len(commits))
	for _, c := range commits {
		data, err := fact.Encode(c)
		if err != nil {
			return nil, err
		}
		out = append(out, eventlog.Entry{Stream: eventlog.Stream(c.GetStream()), Header: fact.Headers(c), Data: data})
	}
	return out, nil
}

// writers is how many streams Write goes on with at a time: enough for the log
// to store entries of several together.
const writers = 128

// Write appends entries to a log, past the services: those of a stream in their
// order, and many streams at a time. The streams must be new. It gives the
// first error.
func Write(ctx context.Context, l *jetstream.Log, entries []eventlog.Entry) error {
	streams := map[eventlog.Stream][]eventlog.Entry{}
	var order []eventlog.Stream // those that begin first are written first
	for _, e := range entries {
		if streams[e.Stream] == nil {
			order = append(order, e.Stream)
		}
		streams[e.Stream] = append(streams[e.Stream], e)
	}
	all, ctx := errgroup.WithContext(ctx)
	all.SetLimit(writers)
	for _, s := range order {
		all.Go(func() error { return writeStream(ctx, l, streams[s]) })
	}
	return all.Wait()
}

func writeStream(ctx context.Context, l *jetstream.Log, entries []eventlog.Entry) error {
	var last eventlog.Position
	for _, e := range entries {
		var err error
		e.Expect = eventlog.ExpectLast(last)
		if last, err = l.Append(ctx, e); err != nil {
			return err
		}
	}
	return nil
}
