package jetstream_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	natsjs "github.com/nats-io/nats.go/jetstream"

	"percorsi/internal/eventlog"
	"percorsi/internal/eventlog/eventlogtest"
	"percorsi/internal/eventlog/jetstream"
)

// external starts a server outside of the log's reach, on a port of its own.
// Port -1 stands for any.
func external(t *testing.T, dir string, port int) *server.Server {
	t.Helper()
	s, err := server.NewServer(&server.Options{
		Host: "127.0.0.1", Port: port,
		NoSigs: true, NoLog: true, JetStream: true, StoreDir: dir, SyncAlways: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	s.Start()
	if !s.ReadyForConnections(30 * time.Second) {
		t.Fatal("the server does not come up")
	}
	t.Cleanup(func() { halt(s) })
	return s
}

func halt(s *server.Server) {
	s.Shutdown()
	s.WaitForShutdown()
}

// port is a free one for a server that is to come back on it. It lies below those
// that systems give away by themselves: nobody takes it in between.
func port(t *testing.T) int {
	t.Helper()
	listening := net.ListenConfig{}
	for range 100 {
		at := 20_000 + rand.IntN(10_000)
		l, err := listening.Listen(t.Context(), "tcp", fmt.Sprintf("127.0.0.1:%d", at))
		if err != nil {
			continue
		}
		if err := l.Close(); err != nil {
			t.Fatal(err)
		}
		return at
	}
	t.Fatal("no port is free")
	return 0
}

func openExternal(t *testing.T, s *server.Server) *jetstream.Log {
	t.Helper()
	l, err := connect(t, s, jetstream.Config{Name: "PZ-LODI", Prefix: "pz.lodi"})
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// connect opens a log on a server with connections of its own.
func connect(t *testing.T, s *server.Server, cfg jetstream.Config) (*jetstream.Log, error) {
	t.Helper()
	var err error
	for _, nc := range []**nats.Conn{&cfg.Conn, &cfg.ReadConn} {
		if *nc, err = jetstream.Connect(s.ClientURL()); err != nil {
			return nil, err
		}
		t.Cleanup((*nc).Close)
	}
	cfg.Logger = slog.New(slog.DiscardHandler)
	return jetstream.Open(t.Context(), cfg)
}

func TestAFollowerSurvivesTheRestartOfTheServer(t *testing.T) {
	dir := t.TempDir()
	at := port(t)
	s := external(t, dir, at)
	l := openExternal(t, s)
	race64(t, l, 2)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	seen := eventlog.Position(0)
	for r, err := range l.Follow(ctx, 0) {
		if err != nil {
			t.Fatal(err)
		}
		if r.Position != seen+1 {
			t.Fatalf("record %d came after record %d", r.Position, seen)
		}
		seen = r.Position
		if seen == 128 {
			halt(s)
			external(t, dir, at)
			appendAgain(ctx, t, l, "case.after")
		}
		if seen == 129 {
			break
		}
	}
}

// appendAgain appends to a new stream until the log can be reached.
func appendAgain(ctx context.Context, t *testing.T, l *jetstream.Log, s eventlog.Stream) {
	t.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		_, err := l.Append(ctx, eventlog.Entry{Stream: s, Expect: eventlog.ExpectEmpty()})
		switch {
		case err == nil:
			return
		case !errors.Is(err, eventlog.ErrUnavailable):
			t.Fatalf("append: %v, want ErrUnavailable until the server is back", err)
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			t.Fatal(ctx.Err())
		}
	}
}

func TestAFollowerNoticesThatTheLogLostItsTail(t *testing.T) {
	dir, copied := t.TempDir(), t.TempDir()
	at := port(t)
	s := external(t, dir, at)
	l := openExternal(t, s)
	race64(t, l, 1)
	halt(s)
	if err := os.CopyFS(copied, os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	s = external(t, dir, at)
	appendAgain(t.Context(), t, l, "case.lost")

	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	var ended error
	for r, err := range l.Follow(ctx, 0) {
		if ended = err; err == nil && r.Position == 65 {
			halt(s)
			external(t, copied, at)
			// A new record takes the place of the lost one.
			appendAgain(ctx, t, l, "case.other")
			appendAgain(ctx, t, l, "case.further")
		}
		if r.Position > 65 {
			t.Fatalf("record %d was handed over as if nothing had happened", r.Position)
		}
	}
	if gap, ok := errors.AsType[*eventlog.Gap](ended); !ok || gap.Position != 65 {
		t.Errorf("follow ended with %v, want a gap at 65", ended)
	}
}

func TestAnAppendWithoutAnAnswerMayBeStored(t *testing.T) {
	nc, err := jetstream.Connect(external(t, t.TempDir(), -1).ClientURL())
	if err != nil {
		t.Fatal(err)
	}
	defer nc.Close()
	js, err := natsjs.New(nc)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := js.CreateStream(t.Context(), natsjs.StreamConfig{Name: "MUTE", Subjects: []string{"pz.mute.>"}, NoAck: true}); err != nil {
		t.Fatal(err)
	}
	l := jetstream.OpenUnchecked(js, "MUTE", "pz.mute")
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	_, err = l.Append(ctx, eventlog.Entry{Stream: "case.1", Expect: eventlog.ExpectEmpty()})
	if !errors.Is(err, eventlog.ErrUnknownOutcome) || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("append: %v, want an unknown outcome", err)
	}
	if last, err := l.LastOf(t.Context(), "case.1"); last != 1 || err != nil {
		t.Errorf("the entry is at %d, %v: it was stored", last, err)
	}
}

func TestAnExternalServerLeavesDoubts(t *testing.T) {
	doubts, err := openExternal(t, external(t, t.TempDir(), -1)).Doubts(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	all := strings.Join(doubts, "\n")
	for _, want := range []string{"sync_interval: always", "1 replica"} {
		if !strings.Contains(all, want) {
			t.Errorf("doubts %q do not speak of %q", all, want)
		}
	}
}

func TestAConnectionThatCannotBeMadeIsAnError(t *testing.T) {
	s := external(t, t.TempDir(), -1)
	url := s.ClientURL()
	halt(s)
	if _, err := jetstream.Connect(url); err == nil {
		t.Error("connected to a server that is stopped")
	}
}

// The contract on three servers with three replicas: positions of batches and
// the reading of a leader are other code in the server there.
func TestAClusterKeepsTheContract(t *testing.T) {
	if testing.Short() {
		t.Skip("an election and many syncs on three servers take a while")
	}
	servers := cluster(t, 3)
	logs := 0
	eventlogtest.Run(t, eventlogtest.Suite{
		Open: func(t *testing.T) eventlogtest.Log {
			logs++
			cfg := jetstream.Config{Name: fmt.Sprintf("L%d", logs), Prefix: fmt.Sprintf("pz.l%d", logs), Replicas: 3}
			return openOnCluster(t, servers[logs%3], cfg)
		},
	})
}
