package rpc

import (
	"context"
	"time"

	"google.golang.org/grpc"
)

// deadline bounds unary calls whose callers forgot to. A stream such as
// WatchCase has no natural end and gets none.
type deadline struct{ timeout time.Duration }

func (d deadline) unary(ctx context.Context, request any, _ *grpc.UnaryServerInfo, next grpc.UnaryHandler) (any, error) {
	if _, stated := ctx.Deadline(); stated {
		return next(ctx, request)
	}
	ctx, cancel := context.WithTimeout(ctx, d.timeout)
	defer cancel()
	return next(ctx, request)
}

func (deadline) stream(srv any, ss grpc.ServerStream, _ *grpc.StreamServerInfo, next grpc.StreamHandler) error {
	return next(srv, ss)
}
