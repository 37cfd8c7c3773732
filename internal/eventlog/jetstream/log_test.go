package jetstream_test

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"percorsi/internal/eventlog"
	"percorsi/internal/eventlog/eventlogtest"
	"percorsi/internal/eventlog/jetstream"
	"percorsi/internal/platform/embednats"
)

// node is a log on an embedded server of its own.
type node struct {
	*jetstream.Log

	dir    string
	server *embednats.Server
}

// open starts a server on a directory and opens the log on it.
func open(tb testing.TB, cfg embednats.Config) *node {
	tb.Helper()
	s, err := embednats.Start(cfg)
	if err != nil {
		tb.Fatal(err)
	}
	n := &node{dir: cfg.Dir, server: s}
	tb.Cleanup(func() { n.stop(tb) })
	conn, err := s.Conn()
	if err != nil {
		tb.Fatal(err)
	}
	reads, err := s.Conn()
	if err != nil {
		tb.Fatal(err)
	}
	n.Log, err = jetstream.Open(tb.Context(), jetstream.Config{Conn: conn, ReadConn: reads, Name: "PZ-LODI", Prefix: "pz.lodi"})
	if err != nil {
		tb.Fatal(err)
	}
	return n
}

func (n *node) stop(tb testing.TB) {
	tb.Helper()
	if n.Log != nil {
		n.Close()
	}
	if err := n.server.Shutdown(context.WithoutCancel(tb.Context())); err != nil {
		tb.Error(err)
	}
}

func TestTheLogInJetStreamKeepsTheContract(t *testing.T) {
	eventlogtest.Run(t, eventlogtest.Suite{
		Open: func(t *testing.T) eventlogtest.Log {
			return open(t, embednats.Config{Dir: t.TempDir()})
		},
		Reopen: func(t *testing.T, l eventlogtest.Log) eventlogtest.Log {
			old, ok := l.(*node)
			if !ok {
				t.Fatalf("not a log of this suite: %T", l)
			}
			old.stop(t)
			return open(t, embednats.Config{Dir: old.dir})
		},
	})
}

// race64 lets 64 writers append to streams of their own, each so many times.
func race64(tb testing.TB, l *jetstream.Log, each int) {
	tb.Helper()
	var wg sync.WaitGroup
	for w := range 64 {
		wg.Go(func() {
			last := eventlog.Position(0)
			for range each {
				p, err := l.Append(tb.Context(), eventlog.Entry{
					Stream: eventlog.Stream(fmt.Sprintf("case.%d", w)),
					Expect: eventlog.ExpectLast(last),
				})
				if err != nil {
					tb.Error(err)
					return
				}
				last = p
			}
		})
	}
	wg.Wait()
}
