package jetstream_test

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"testing"
	"time"

	"percorsi/internal/eventlog"
	"percorsi/internal/eventlog/eventlogtest"
	"percorsi/internal/eventlog/jetstream"
	"percorsi/internal/platform/embednats"
)

// envRestore makes the test binary restore a log into a directory.
const envRestore = "EVENTLOG_RESTORE_DIR"

// killedRecords are enough for several batches between two kills.
const killedRecords = 8_000

// TestARestoreThatIsKilledGoesOnUntilTheLogIsWhole kills a process that
// restores a log, again and again, a moment after it has got further.
func TestARestoreThatIsKilledGoesOnUntilTheLogIsWhole(t *testing.T) {
	dir := t.TempDir()
	kills := 0
	for killRestore(t, dir) {
		if kills++; kills == 3 {
			break
		}
	}
	if kills == 0 {
		t.Error("the restore was over before it could be killed")
	}
	restore := exec.CommandContext(t.Context(), os.Args[0])
	restore.Env = append(os.Environ(), envRestore+"="+dir)
	if out, err := restore.CombinedOutput(); err != nil {
		t.Fatalf("the last restore: %v\n%s", err, out)
	}
	n := open(t, embednats.Config{Dir: dir})
	holds(t, n.Log, eventlogtest.Records(killedRecords))
	t.Logf("%d kills", kills)
}

// killRestore runs a restore and kills it after it has come further. It reports
// whether it was killed in time.
func killRestore(t *testing.T, dir string) bool {
	t.Helper()
	restore := exec.CommandContext(t.Context(), os.Args[0])
	restore.Env = append(os.Environ(), envRestore+"="+dir)
	restore.Stderr = os.Stderr
	out, err := restore.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := restore.Start(); err != nil {
		t.Fatal(err)
	}
	var fuse *time.Timer
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if fuse == nil {
			fuse = time.AfterFunc(time.Duration(rand.IntN(100))*time.Millisecond, func() { _ = restore.Process.Kill() })
		}
	}
	return restore.Wait() != nil
}

// restoreUntilKilled is the other process. It prints how far it is.
func restoreUntilKilled(dir string) error {
	s, err := embednats.Start(embednats.Config{Dir: dir})
	if err != nil {
		return err
	}
	conn, err := s.Conn()
	if err != nil {
		return err
	}
	cfg := jetstream.Config{Conn: conn, Name: "PZ-LODI", Prefix: "pz.lodi"}
	records := eventlogtest.Sequence(eventlogtest.Records(killedRecords))
	if _, err := jetstream.Restore(context.Background(), cfg, records, func(p eventlog.Position) { fmt.Println(p) }); err != nil {
		return err
	}
	return s.Shutdown(context.Background())
}
