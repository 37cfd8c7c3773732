package jetstream_test

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"sync"
	"testing"
	"time"

	"percorsi/internal/eventlog"
	"percorsi/internal/eventlog/jetstream"
	"percorsi/internal/platform/embednats"
)

// The writer of the kill test is this test binary, run again with the
// directory and the number of the round in its environment.
const (
	envDir   = "EVENTLOG_WRITER_DIR"
	envRound = "EVENTLOG_WRITER_ROUND"
)

// killWriters are enough to make batches and entries alone alternate.
const killWriters = 48

func TestMain(m *testing.M) {
	if dir := os.Getenv(envDir); dir != "" {
		if err := writeUntilKilled(dir, os.Getenv(envRound)); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
	if dir := os.Getenv(envRestore); dir != "" {
		if err := restoreUntilKilled(dir); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// TestNothingAcknowledgedIsLostWhenTheProcessIsKilled kills a process that
// holds the log and its server at random moments, and compares what is there
// with what it had been told.
func TestNothingAcknowledgedIsLostWhenTheProcessIsKilled(t *testing.T) {
	dir := t.TempDir()
	told := map[eventlog.Position]ack{}
	for round := range 5 {
		for p, a := range killRound(t, dir, round) {
			if was, twice := told[p]; twice {
				t.Fatalf("round %d: position %d was given to %v and to %v", round, p, was, a)
			}
			told[p] = a
		}
		verifyKilled(t, dir, told)
	}
	t.Logf("%d acknowledged records over 5 kills", len(told))
}

// ack is one acknowledged append, as the writer prints it.
type ack struct {
	stream eventlog.Stream
	n      int
}

// payload is the content of the n-th record of a stream: whoever knows these
// two can tell whether a record is whole.
func payload(s eventlog.Stream, n int) []byte {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s/%d", s, n))
	return bytes.Repeat(sum[:], 1+int(sum[0])/8) // up to 1 KiB
}

// killRound runs one writer, kills it, and gives what it was told.
func killRound(t *testing.T, dir string, round int) map[eventlog.Position]ack {
	t.Helper()
	writer := exec.CommandContext(t.Context(), os.Args[0])
	writer.Env = append(os.Environ(), envDir+"="+dir, fmt.Sprintf("%s=%d", envRound, round))
	writer.Stderr = os.Stderr
	out, err := writer.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := writer.Start(); err != nil {
		t.Fatal(err)
	}
	acks := map[eventlog.Position]ack{}
	lines := bufio.NewScanner(out)
	var fuse *time.Timer
	for lines.Scan() {
		if fuse == nil { // it writes
			fuse = time.AfterFunc(time.Duration(100+rand.IntN(900))*time.Millisecond, func() {
				if err := writer.Process.Kill(); err != nil {
					t.Error(err)
				}
			})
		}
		var p eventlog.Position
		var a ack
		if _, err := fmt.Sscan(lines.Text(), &p, &a.stream, &a.n); err != nil {
			t.Fatalf("line %q: %v", lines.Text(), err)
		}
		acks[p] = a
	}
	if err := writer.Wait(); err == nil || fuse == nil {
		t.Fatalf("the writer ended by itself: %v", err)
	}
	return acks
}

// verifyKilled opens what a killed writer left and reads all of it.
func verifyKilled(t *testing.T, dir string, told map[eventlog.Position]ack) {
	t.Helper()
	n := open(t, embednats.Config{Dir: dir})
	defer n.stop(t)
	next := map[eventlog.Stream]int{}
	seen := eventlog.Position(0)
	for r, err := range n.Read(t.Context(), 0, 0) {
		if err != nil {
			t.Fatal(err)
		}
		if r.Position != seen+1 {
			t.Fatalf("record %d came after record %d", r.Position, seen)
		}
		seen = r.Position
		i := next[r.Stream]
		next[r.Stream]++
		if !bytes.Equal(r.Data, payload(r.Stream, i)) || r.Header["n"] != fmt.Sprint(i) {
			t.Fatalf("the record at %d is not record %d of %s", r.Position, i, r.Stream)
		}
		if a, ok := told[r.Position]; ok && (a.stream != r.Stream || a.n != i) {
			t.Fatalf("position %d was given to record %d of %s and holds record %d of %s", r.Position, a.n, a.stream, i, r.Stream)
		}
	}
	for p, a := range told {
		if p > seen {
			t.Errorf("record %d of %s was acknowledged at %d, and the log ends at %d", a.n, a.stream, p, seen)
		}
	}
}

// writeUntilKilled is the other process.
func writeUntilKilled(dir, round string) error {
	s, err := embednats.Start(embednats.Config{Dir: dir})
	if err != nil {
		return err
	}
	nc, err := s.Conn()
	if err != nil {
		return err
	}
	l, err := jetstream.Open(context.Background(), jetstream.Config{Conn: nc, Name: "PZ-LODI", Prefix: "pz.lodi"})
	if err != nil {
		return err
	}
	var out sync.Mutex
	failed := make(chan error)
	for w := range killWriters {
		go func() {
			stream := eventlog.Stream(fmt.Sprintf("case.%s-%d", round, w))
			last := eventlog.Position(0)
			for n := 0; ; n++ {
				p, err := l.Append(context.Background(), eventlog.Entry{
					Stream: stream,
					Expect: eventlog.ExpectLast(last),
					Header: map[string]string{"n": fmt.Sprint(n)},
					Data:   payload(stream, n),
				})
				if err != nil {
					failed <- err
					return
				}
				last = p
				out.Lock()
				fmt.Println(p, stream, n)
				out.Unlock()
			}
		}()
	}
	return <-failed
}
