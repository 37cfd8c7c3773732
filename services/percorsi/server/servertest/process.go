package servertest

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"percorsi/internal/access"
	"percorsi/services/percorsi/server"
)

// folderOfProcess names the data folder to a child process. Whoever starts one
// sets it.
const folderOfProcess = "PERCORSI_TEST_SERVER_DATA"

// Main runs the tests of a package whose tests start processes. A child process
// serves instead, until it is killed or its parent is gone.
func Main(m *testing.M) {
	dir := os.Getenv(folderOfProcess)
	if dir == "" {
		os.Exit(m.Run())
	}
	if err := serve(dir); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// serve is the child: it tells its address on stdout once it serves.
func serve(dir string) error {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin) // ends with the parent
		cancel()
	}()
	s, err := server.Open(ctx, server.Config{
		Data: dir, GRPC: "127.0.0.1:0", HTTP: "127.0.0.1:0",
		Logger: slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError})),
	})
	if err != nil {
		return err
	}
	go func() {
		select {
		case <-s.Ready():
			_, _ = io.WriteString(os.Stdout, s.Addr()+"\n") // a parent that is gone needs no address
		case <-ctx.Done():
		}
	}()
	return s.Run(ctx)
}

// Process is a server in a process of its own, which can be killed.
type Process struct {
	t      testing.TB
	cmd    *exec.Cmd
	stdout *bufio.Reader
	ended  bool
}

// StartProcess starts a server on a folder and does not wait for it.
func StartProcess(t testing.TB, dir string) *Process {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), folderOfProcess+"="+dir)
	cmd.Stderr = os.Stderr
	if _, err := cmd.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatalf("start a server: %v", err)
	}
	p := &Process{t: t, cmd: cmd, stdout: bufio.NewReader(stdout)}
	t.Cleanup(p.Kill)
	return p
}

// Addr waits until the process serves and gives its address.
func (p *Process) Addr() string {
	p.t.Helper()
	line, err := p.stdout.ReadString('\n')
	if err != nil {
		p.t.Fatalf("the server did not begin to serve: %v", err)
	}
	return strings.TrimSpace(line)
}

// Kill ends the process at once, as a lost power supply would, and waits until
// it is gone.
func (p *Process) Kill() {
	if p.ended {
		return
	}
	p.ended = true
	_ = p.cmd.Process.Kill() // SIGKILL
	_ = p.cmd.Wait()         // says that it was killed
}

// Issuer makes tokens for the servers on a folder.
func Issuer(t testing.TB, dir string) *access.Issuer {
	t.Helper()
	issuer, err := access.NewIssuer(filepath.Join(dir, server.KeysFolder))
	if err != nil {
		t.Fatalf("open the keys: %v", err)
	}
	return issuer
}
