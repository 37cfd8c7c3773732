package rpc_test

import (
	"bytes"
	"context"
	"log/slog"
	"net"
	"sync"
	"testing"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/grpc/test/bufconn"

	"percorsi/internal/access"
	"percorsi/internal/fault"
	casefilev1 "percorsi/internal/gen/percorsi/casefile/v1"
	intakev1 "percorsi/internal/gen/percorsi/intake/v1"
	"percorsi/internal/rpc"
)

const caseID = "0190a1b2-7c3d-7e4f-8a5b-6c7d8e9f0a1b"

var manager = access.Caller{User: "op.417", Role: access.CaseManager, Body: "ACSI"}

// caseFile is a service of the API that answers what a test wants.
type caseFile struct {
	casefilev1.UnimplementedCaseFileServiceServer
	get   func(context.Context, *casefilev1.GetCaseRequest) (*casefilev1.GetCaseResponse, error)
	watch func(*casefilev1.WatchCaseRequest, grpc.ServerStreamingServer[casefilev1.WatchCaseResponse]) error
}

func (c *caseFile) GetCase(ctx context.Context, r *casefilev1.GetCaseRequest) (*casefilev1.GetCaseResponse, error) {
	if c.get == nil {
		return &casefilev1.GetCaseResponse{Position: r.GetMinPosition()}, nil
	}
	return c.get(ctx, r)
}

func (c *caseFile) WatchCase(r *casefilev1.WatchCaseRequest, s grpc.ServerStreamingServer[casefilev1.WatchCaseResponse]) error {
	if c.watch == nil {
		return nil
	}
	return c.watch(r, s)
}

// intake counts the commands that reach it.
type intake struct {
	intakev1.UnimplementedIntakeServiceServer
	signals int
}

func (i *intake) Signal(context.Context, *intakev1.SignalRequest) (*casefilev1.Recorded, error) {
	i.signals++
	return &casefilev1.Recorded{}, nil
}

// edge is a running server with one client and what the server logged.
type edge struct {
	conn   *grpc.ClientConn
	cases  casefilev1.CaseFileServiceClient
	server *rpc.Server
	intake *intake
	log    *record
}

// tokens verifies the texts a test calls with: the word of a role is the token
// of a caller in that role.
func tokens(token string) (access.Caller, error) {
	role, err := access.ParseRole(token)
	if err != nil {
		return access.Caller{}, fault.New(fault.Unauthenticated, "no such token")
	}
	return access.Caller{User: manager.User, Role: role, Body: manager.Body}, nil
}

// serve boots a server with the test service on a line in memory.
func serve(tb testing.TB, cfg rpc.Config, service *caseFile) *edge {
	tb.Helper()
	log := &record{}
	if cfg.Verify == nil {
		cfg.Verify = tokens
	}
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.NewTextHandler(log, nil))
	}
	server, err := rpc.NewServer(cfg)
	if err != nil {
		tb.Fatal(err)
	}
	counted := &intake{}
	casefilev1.RegisterCaseFileServiceServer(server, service)
	intakev1.RegisterIntakeServiceServer(server, counted)
	conn := dial(tb, server.Server)
	return &edge{conn: conn, cases: casefilev1.NewCaseFileServiceClient(conn), server: server, intake: counted, log: log}
}

func dial(tb testing.TB, server *grpc.Server) *grpc.ClientConn {
	tb.Helper()
	line := bufconn.Listen(1 << 20)
	var served sync.WaitGroup
	served.Go(func() {
		if err := server.Serve(line); err != nil {
			tb.Errorf("serve: %v", err)
		}
	})
	conn, err := grpc.NewClient("passthrough:///test",
		grpc.WithContextDialer(func(ctx context.Context, _ string) (net.Conn, error) { return line.DialContext(ctx) }),
		grpc.WithTransportCredentials(insecure.NewCredentials()),
	)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := conn.Close(); err != nil {
			tb.Errorf("close: %v", err)
		}
		server.Stop()
		served.Wait()
	})
	return conn
}

// as gives a context that calls with the token of a role.
func as(t *testing.T, role access.Role) context.Context {
	t.Helper()
	return metadata.AppendToOutgoingContext(t.Context(), "authorization", "Bearer "+string(role))
}

// getCase calls the test service with a good request.
func (e *edge) getCase(ctx context.Context) error {
	_, err := e.cases.GetCase(ctx, &casefilev1.GetCaseRequest{CaseId: caseID})
	return err
}

// statusOf gives the status of an error and fails unless it has the code.
func statusOf(t *testing.T, err error, want codes.Code) *status.Status {
	t.Helper()
	s := status.Convert(err)
	if s.Code() != want {
		t.Fatalf("got %s %q, want %s", s.Code(), s.Message(), want)
	}
	return s
}

// record keeps what was logged.
type record struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (r *record) Write(p []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.text.Write(p)
}

func (r *record) String() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.text.String()
}
