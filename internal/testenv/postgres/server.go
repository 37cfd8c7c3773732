package postgres

import (
	"bufio"
	"bytes"
	"context"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
)

// ErrMissing is answered by Start on a machine without the binaries of a
// PostgreSQL server.
var ErrMissing = errors.New("there is no PostgreSQL server on this machine: install one (Debian: apt-get install postgresql) or give the URL of one in " + Variable)

// keeper is the program that runs a server and stops it when its input closes.
//
//go:embed server.sh
var keeper string

// Options says what a server is for. The zero value is one for tests.
type Options struct {
	// Durable makes it sync like one in production. Without it a write is
	// acknowledged before it is on disk.
	Durable bool
	// Dir is an existing directory below which the data is kept, and removed
	// from at the end; empty stands for the one of temporary files. Run by
	// root, the server is another user, who must be able to enter it.
	Dir string
}

// Server is a running server of its own, which nobody else knows of. Create it
// with Start. Its methods may be called from several goroutines.
type Server struct {
	url string
	cmd *exec.Cmd

	mu      sync.Mutex // one word and its answer at a time
	words   io.WriteCloser
	answers *bufio.Reader
	said    *bytes.Buffer // what went to standard error, to be read once it has ended
}

// Start makes an empty server and waits until it takes connections. The caller
// calls Stop; if the process ends first, the server ends with it. The context
// bounds the start only. On a machine without PostgreSQL the error is
// ErrMissing.
func Start(ctx context.Context, o Options) (*Server, error) {
	return start(ctx, keeper, o, nil)
}

// start runs a keeper; as, which may be nil, changes how it is run.
func start(ctx context.Context, script string, o Options, as func(*exec.Cmd)) (*Server, error) {
	s, err := launch(ctx, script, o, as)
	if err != nil {
		return nil, fmt.Errorf("start PostgreSQL: %w", err)
	}
	answer, err := s.answer(ctx)
	if err != nil {
		return nil, fmt.Errorf("start PostgreSQL: %w", errors.Join(err, s.Stop()))
	}
	url, ready := strings.CutPrefix(answer, "ready ")
	switch {
	case ready:
		s.url = url
		return s, nil
	case answer == "missing":
		return nil, errors.Join(ErrMissing, s.Stop())
	default:
		_ = s.Stop() // it failed, as the answer says
		return nil, fmt.Errorf("start PostgreSQL: %s", strings.TrimPrefix(answer, "failed: "))
	}
}

func launch(ctx context.Context, script string, o Options, as func(*exec.Cmd)) (*Server, error) {
	mode := "fast"
	if o.Durable {
		mode = "durable"
	}
	args := []string{"-c", script, "server.sh", mode}
	if o.Dir != "" {
		dir, err := filepath.Abs(o.Dir)
		if err != nil {
			return nil, err
		}
		args = append(args, dir)
	}
	// Not killed with the context: it has a server to stop and files to remove.
	cmd := exec.CommandContext(context.WithoutCancel(ctx), "sh", args...)
	detach(cmd)
	if as != nil {
		as(cmd)
	}
	s := &Server{cmd: cmd, said: &bytes.Buffer{}}
	cmd.Stderr = s.said
	words, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	answers, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	s.words, s.answers = words, bufio.NewReader(answers)
	return s, cmd.Start()
}

// URL is where the server is reached, by its superuser and without a password.
// It names the database postgres. It stays the same until Stop.
func (s *Server) URL() string { return s.url }

// Kill cuts all connections and stops the server at once, as a crash of its
// processes does. What was committed is there again after Restart.
func (s *Server) Kill(ctx context.Context) error {
	if err := s.tell(ctx, "kill"); err != nil {
		return fmt.Errorf("kill PostgreSQL: %w", err)
	}
	return nil
}

// Restart starts the server that Kill stopped, with the same data and URL, and
// waits until it takes connections.
func (s *Server) Restart(ctx context.Context) error {
	if err := s.tell(ctx, "start"); err != nil {
		return fmt.Errorf("restart PostgreSQL: %w", err)
	}
	return nil
}

// Stop ends the server, cutting its connections, removes its data and waits
// until both are done. Stopping again does nothing.
func (s *Server) Stop() error {
	_ = s.words.Close() // perhaps it is closed; what counts is how the keeper ends
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.cmd.ProcessState != nil {
		return nil
	}
	_, drained := io.Copy(io.Discard, s.answers)
	if err := errors.Join(drained, s.cmd.Wait()); err != nil {
		return fmt.Errorf("stop PostgreSQL: %w: %s", err, bytes.TrimSpace(s.said.Bytes()))
	}
	return nil
}

// tell says a word to the keeper and waits until it is done.
func (s *Server) tell(ctx context.Context, word string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, err := io.WriteString(s.words, word+"\n"); err != nil {
		return err
	}
	answer, err := s.answer(ctx)
	if err != nil {
		return err
	}
	if answer != "done" {
		return errors.New(strings.TrimPrefix(answer, "failed: "))
	}
	return nil
}

// answer reads a line. If the context ends first, so does the server: nobody
// would know what state it is in.
func (s *Server) answer(ctx context.Context) (string, error) {
	stop := context.AfterFunc(ctx, func() { _ = s.words.Close() })
	line, err := s.answers.ReadString('\n')
	if inTime := stop(); !inTime {
		return "", context.Cause(ctx)
	}
	if err != nil {
		return "", fmt.Errorf("read what its keeper answers: %w", err)
	}
	return strings.TrimSuffix(line, "\n"), nil
}
