package rpc_test

import (
	"context"
	"log/slog"
	"testing"

	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"

	"percorsi/internal/access"
	casefilev1 "percorsi/internal/gen/percorsi/casefile/v1"
	intakev1 "percorsi/internal/gen/percorsi/intake/v1"
	"percorsi/internal/rpc"
)

func BenchmarkNewServer(b *testing.B) {
	for b.Loop() {
		if _, err := rpc.NewServer(rpc.Config{Verify: tokens}); err != nil {
			b.Fatal(err)
		}
	}
}

// The two benchmarks differ by what the edge costs a command.
func BenchmarkCommandThroughTheEdge(b *testing.B) {
	issuer, err := access.NewIssuer(b.TempDir())
	if err != nil {
		b.Fatal(err)
	}
	token, err := issuer.Issue(manager, access.MaxTTL)
	if err != nil {
		b.Fatal(err)
	}
	e := serve(b, rpc.Config{Verify: issuer.Verify, Logger: slog.New(slog.DiscardHandler)}, &caseFile{})
	commands(b, e.conn, token)
}

func BenchmarkCommandWithoutTheEdge(b *testing.B) {
	server := grpc.NewServer()
	intakev1.RegisterIntakeServiceServer(server, &silent{})
	commands(b, dial(b, server), "none")
}

type silent struct {
	intakev1.UnimplementedIntakeServiceServer
}

func (*silent) Signal(context.Context, *intakev1.SignalRequest) (*casefilev1.Recorded, error) {
	return &casefilev1.Recorded{}, nil
}

// commands sends the same command with 64 in flight.
func commands(b *testing.B, conn *grpc.ClientConn, token string) {
	b.Helper()
	client := intakev1.NewIntakeServiceClient(conn)
	ctx := metadata.AppendToOutgoingContext(b.Context(), "authorization", "Bearer "+token)
	b.SetParallelism(32)
	b.ReportAllocs()
	b.ResetTimer()
	b.RunParallel(func(p *testing.PB) {
		request := signal()
		for p.Next() {
			if _, err := client.Signal(ctx, request); err != nil {
				b.Error(err)
				return
			}
		}
	})
}
