package postgres_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"percorsi/internal/testenv/postgres"
)

func startServer(t *testing.T, o postgres.Options) *postgres.Server {
	t.Helper()
	s, err := postgres.Start(t.Context(), o)
	skipWithoutBinaries(t, err)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Stop(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// skipWithoutBinaries ends a test that a server given by its URL does not help.
func skipWithoutBinaries(t *testing.T, err error) {
	t.Helper()
	if errors.Is(err, postgres.ErrMissing) {
		postgres.Database(t) // without any server it says so, and fails where it must
		t.Skip(err)
	}
}

func TestAServerHasItsSettings(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		options postgres.Options
		synced  string
	}{
		{postgres.Options{}, "off"},
		{postgres.Options{Durable: true}, "on"},
	} {
		conn := connect(t, startServer(t, c.options).URL())
		for name, want := range map[string]string{
			"fsync": c.synced, "full_page_writes": c.synced, "synchronous_commit": "on",
			"jit": "off", "TimeZone": "UTC", "server_encoding": "UTF8", "listen_addresses": "",
			"max_connections": "300", "shared_buffers": "256MB",
		} {
			if got := ask[string](t, conn, "select current_setting($1)", name); got != want {
				t.Errorf("%+v: %s is %q, want %q", c.options, name, got, want)
			}
		}
		if got := ask[string](t, conn, "select datcollate from pg_database where datname = 'template0'"); got != "C.UTF-8" {
			t.Errorf("%+v: text sorts by %s", c.options, got)
		}
	}
}

func TestAKilledServerComesBackWithWhatWasCommitted(t *testing.T) {
	t.Parallel()
	s := startServer(t, postgres.Options{})
	before := connect(t, s.URL())
	execute(t, before, "create table cases (id int)")
	for range 2 {
		if err := s.Kill(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := before.Ping(t.Context()); err == nil {
			t.Error("a connection outlived its server")
		}
		if err := s.Restart(t.Context()); err != nil {
			t.Fatal(err)
		}
		before = connect(t, s.URL())
		execute(t, before, "insert into cases values (1)")
	}
	if err := s.Restart(t.Context()); err == nil || !strings.Contains(err.Error(), "restart PostgreSQL: start the server") {
		t.Errorf("a server that runs was started again: %v", err)
	}
	if n := ask[int](t, before, "select count(*) from cases"); n != 2 {
		t.Errorf("%d cases after 2 crashes, want 2", n)
	}
}

func TestAStoppedServerLeavesNothing(t *testing.T) {
	t.Parallel()
	under := t.TempDir()
	if err := os.Chmod(filepath.Dir(under), 0o711); err != nil { // for the user the server runs as
		t.Fatal(err)
	}
	s := startServer(t, postgres.Options{Dir: under})
	if made, err := os.ReadDir(under); err != nil || len(made) != 1 {
		t.Fatalf("the data is not in the directory given: %v, %v", made, err)
	}
	for range 2 {
		if err := s.Stop(); err != nil {
			t.Error(err)
		}
	}
	if left, err := os.ReadDir(under); err != nil || len(left) != 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
	if _, err := os.Stat(dirOf(t, s.URL())); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("its socket is left behind: %v", err)
	}
	if err := s.Restart(t.Context()); err == nil {
		t.Error("a stopped server was started again")
	}
}

func TestADirectoryThatIsNotThereIsNamed(t *testing.T) {
	t.Parallel()
	missing := filepath.Join(t.TempDir(), "nowhere")
	s, err := postgres.Start(t.Context(), postgres.Options{Dir: missing})
	skipWithoutBinaries(t, err)
	if err == nil {
		t.Fatal(errors.Join(errors.New("started"), s.Stop()))
	}
	if !strings.Contains(err.Error(), missing) {
		t.Errorf("the error does not say where: %v", err)
	}
}

func TestNobodyWaitsForAStartThatIsCancelled(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if s, err := postgres.Start(ctx, postgres.Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, %v", s, err)
	}
}

// TestNoServerOutlivesAKilledProcess kills a process that has a server. The
// server and its keeper inherited the end of a pipe from it: when that is
// closed all of them are gone.
func TestNoServerOutlivesAKilledProcess(t *testing.T) {
	t.Parallel()
	alive, held, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = alive.Close() }) // read to its end by then
	cmd := again(t, "wait to be killed", "", "")
	cmd.ExtraFiles = []*os.File{held}
	if _, err := cmd.StdinPipe(); err != nil { // it ends with this process too
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(cmd.Start(), held.Close()); err != nil {
		t.Fatal(err)
	}
	dir := directoryTold(t, out)
	if _, err := os.Stat(filepath.Join(dir, "data", "postmaster.pid")); err != nil {
		t.Fatalf("no server runs: %v", err)
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err == nil {
		t.Fatal("the process ended before it was killed")
	}
	if _, err := io.ReadAll(alive); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(dir); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the server left its directory: %v", err)
	}
}

// told begins the line in which the process to be killed says where its server
// is.
const told = "the server is in "

func directoryTold(t *testing.T, out io.Reader) string {
	t.Helper()
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if dir, ok := strings.CutPrefix(lines.Text(), told); ok {
			return dir
		}
	}
	postgres.Database(t) // skips, if the process had no server either
	t.Fatal("the process ended without saying where its server is")
	return ""
}

func waitToBeKilled(t *testing.T) {
	url := postgres.Database(t)
	connect(t, url)
	fmt.Println(told + dirOf(t, url))
	if _, err := io.Copy(io.Discard, os.Stdin); err != nil {
		t.Error(err)
	}
}
