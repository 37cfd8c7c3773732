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

// ambito is whose log the servers of tests keep: the one of the program.
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

// writers is how many streams Write goes on with at a time: enough for the log
// to store entries of several together.
const writers = 128

// Write appends commits to a log, past the services: those of a stream in their
// order, and many streams at a time. It gives the first error.
func Write(ctx context.Context, l *jetstream.Log, commits []*eventv1.Commit) error {
	streams := map[string][]*eventv1.Commit{}
	var order []string // those that begin first are written first
	for _, c := range commits {
		if streams[c.GetStream()] == nil {
			order = append(order, c.GetStream())
		}
		streams[c.GetStream()] = append(streams[c.GetStream()], c)
	}
	all, ctx := errgroup.WithContext(ctx)
	all.SetLimit(writers)
	for _, s := range order {
		all.Go(func() error { return writeStream(ctx, l, eventlog.Stream(s), streams[s]) })
	}
	return all.Wait()
}

func writeStream(ctx context.Context, l *jetstream.Log, s eventlog.Stream, commits []*eventv1.Commit) error {
	var last eventlog.Position
	for _, c := range commits {
		data, err := fact.Encode(c)
		if err != nil {
			return err
		}
		last, err = l.Append(ctx, eventlog.Entry{Stream: s, Expect: eventlog.ExpectLast(last), Header: fact.Headers(c), Data: data})
		if err != nil {
			return err
		}
	}
	return nil
}
