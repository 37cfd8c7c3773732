// Package servertest boots the real program for tests: log on disk, keys,
// services, on free ports.
package servertest

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"

	"percorsi/internal/access"
	"percorsi/internal/client"
	"percorsi/services/percorsi/server"
)

// Running is a server that runs. The test ends it.
type Running struct {
	*server.Server
	t      testing.TB
	issuer *access.Issuer
	ended  chan error // holds how it ended
	stop   func() error
}

// Start boots a server on a folder and waits until it serves. changes are made
// to its configuration, which has free ports.
func Start(t testing.TB, dir string, changes ...func(*server.Config)) *Running {
	t.Helper()
	r := Begin(t, dir, changes...)
	r.WaitReady()
	return r
}

// Begin boots a server and does not wait for it.
func Begin(t testing.TB, dir string, changes ...func(*server.Config)) *Running {
	t.Helper()
	s, err := Open(t, dir, changes...)
	if err != nil {
		t.Fatalf("open the server: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	r := &Running{Server: s, t: t, issuer: s.Issuer(), ended: make(chan error, 1)}
	go func() { r.ended <- s.Run(ctx) }()
	stopped := false
	r.stop = func() error {
		if stopped {
			return nil
		}
		stopped = true
		cancel()
		err := <-r.ended
		closing, done := context.WithTimeout(context.WithoutCancel(ctx), 30*time.Second)
		defer done()
		return errors.Join(err, s.Close(closing))
	}
	t.Cleanup(func() {
		if err := r.stop(); err != nil {
			t.Errorf("stop the server: %v", err)
		}
	})
	return r
}

// Open opens a server as Start does. Whoever gets one closes it.
func Open(t testing.TB, dir string, changes ...func(*server.Config)) (*server.Server, error) {
	t.Helper()
	cfg := server.Config{Data: dir, GRPC: "127.0.0.1:0", HTTP: "127.0.0.1:0", Logger: slog.New(slog.DiscardHandler)}
	for _, change := range changes {
		change(&cfg)
	}
	return server.Open(t.Context(), cfg)
}

// WaitReady waits until the server serves.
func (r *Running) WaitReady() {
	r.t.Helper()
	select {
	case <-r.Ready():
	case err := <-r.ended:
		r.ended <- err
		r.t.Fatalf("run the server: %v", err)
	}
}

// Stop ends the server before the test does, so that it can be started again.
func (r *Running) Stop() {
	r.t.Helper()
	if err := r.stop(); err != nil {
		r.t.Fatalf("stop the server: %v", err)
	}
}

// As connects as somebody.
func (r *Running) As(role access.Role, user, body string) *grpc.ClientConn {
	r.t.Helper()
	return Connect(r.t, r.Addr(), r.issuer, access.Caller{User: user, Role: role, Body: body})
}

// Connect connects to a server as somebody, with a token of an issuer that has
// the keys of the server.
func Connect(t testing.TB, addr string, issuer *access.Issuer, caller access.Caller) *grpc.ClientConn {
	t.Helper()
	token, err := issuer.Issue(caller, time.Hour)
	if err != nil {
		t.Fatalf("issue a token: %v", err)
	}
	conn, err := grpc.NewClient(addr,
		grpc.WithTransportCredentials(insecure.NewCredentials()), grpc.WithPerRPCCredentials(client.Bearer(token)))
	if err != nil {
		t.Fatalf("connect: %v", err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return conn
}
