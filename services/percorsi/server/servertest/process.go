package servertest

import (
	"bufio"
	"context"
	"encoding/json"
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

// ordersOfProcess tells a child process what to serve. Whoever starts one sets
// it.
const ordersOfProcess = "PERCORSI_TEST_SERVER"

// orders are the parts of a configuration that a child process is told.
type orders struct {
	Data, NATS, Keys, Postgres string
	Services                   []server.Service
}

// Main runs the tests of a package whose tests start processes. A child process
// serves instead, until it is killed or its parent is gone.
func Main(m *testing.M) {
	given := os.Getenv(ordersOfProcess)
	if given == "" {
		os.Exit(m.Run())
	}
	if err := serve(given); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// serve is the child: it tells its addresses on stdout, that of HTTP as soon as
// it is bound and that of the API once it serves.
func serve(given string) error {
	var o orders
	if err := json.Unmarshal([]byte(given), &o); err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin) // ends with the parent
		cancel()
	}()
	s, err := server.Open(ctx, server.Config{
		Data: o.Data, NATS: o.NATS, Keys: o.Keys, Postgres: o.Postgres, Services: o.Services,
		GRPC: "127.0.0.1:0", HTTP: "127.0.0.1:0",
		Logger: slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError})),
	})
	if err != nil {
		return err
	}
	_, _ = io.WriteString(os.Stdout, s.HTTPAddr()+"\n") // a parent that is gone needs no address
	go func() {
		select {
		case <-s.Ready():
			_, _ = io.WriteString(os.Stdout, s.Addr()+"\n")
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
	http   string // empty until it was asked for
	addr   string
	ended  bool
}

// StartProcess starts a server on a folder and does not wait for it. changes
// are made to its configuration; what is not data, such as a clock, is not
// taken over.
func StartProcess(t testing.TB, dir string, changes ...func(*server.Config)) *Process {
	t.Helper()
	cfg := server.Config{Data: dir}
	for _, change := range changes {
		change(&cfg)
	}
	given, err := json.Marshal(orders{Data: cfg.Data, NATS: cfg.NATS, Keys: cfg.Keys, Postgres: cfg.Postgres, Services: cfg.Services})
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), ordersOfProcess+"="+string(given))
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

// HTTPAddr waits until the process has opened everything, and gives where its
// health checks are, which answer before it serves.
func (p *Process) HTTPAddr() string {
	p.t.Helper()
	if p.http == "" {
		p.http = p.line()
	}
	return p.http
}

// Addr waits until the process serves and gives its address.
func (p *Process) Addr() string {
	p.t.Helper()
	p.HTTPAddr()
	if p.addr == "" {
		p.addr = p.line()
	}
	return p.addr
}

func (p *Process) line() string {
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

// Signal sends the process a signal.
func (p *Process) Signal(s os.Signal) {
	p.t.Helper()
	if err := p.cmd.Process.Signal(s); err != nil {
		p.t.Fatalf("send %s to a server: %v", s, err)
	}
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
