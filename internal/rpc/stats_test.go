package rpc_test

import (
	"context"

	"google.golang.org/grpc/stats"
)

// endings tells how the server ended a call, which its caller, having gone,
// cannot see.
type endings struct{ ended chan<- error }

func (*endings) TagRPC(ctx context.Context, _ *stats.RPCTagInfo) context.Context   { return ctx }
func (*endings) TagConn(ctx context.Context, _ *stats.ConnTagInfo) context.Context { return ctx }
func (*endings) HandleConn(context.Context, stats.ConnStats)                       {}

func (e *endings) HandleRPC(_ context.Context, s stats.RPCStats) {
	if end, ok := s.(*stats.End); ok {
		e.ended <- end.Error
	}
}
