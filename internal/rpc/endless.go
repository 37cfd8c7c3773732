package rpc

import (
	"context"
	"sync"

	"google.golang.org/grpc"
)

// endless ends the calls that never end by themselves once the server is about
// to stop. Without it everybody who watches would hold up the stop for as long
// as calls under way may take.
type endless struct {
	methods map[string]bool

	mu    sync.Mutex
	ended bool
	calls map[*stream]context.CancelFunc
}

func newEndless(methods []string) *endless {
	e := &endless{methods: make(map[string]bool, len(methods)), calls: make(map[*stream]context.CancelFunc)}
	for _, m := range methods {
		e.methods[m] = true
	}
	return e
}

func (e *endless) unary(ctx context.Context, request any, _ *grpc.UnaryServerInfo, next grpc.UnaryHandler) (any, error) {
	return next(ctx, request)
}

// stream lets a call go on until it is ended. That its own context ended and
// not that of the caller is how faults.status knows that the server stops.
func (e *endless) stream(srv any, ss grpc.ServerStream, info *grpc.StreamServerInfo, next grpc.StreamHandler) error {
	if !e.methods[info.FullMethod] {
		return next(srv, ss)
	}
	ctx, cancel := context.WithCancel(ss.Context())
	defer cancel()
	call := &stream{ServerStream: ss, ctx: ctx}
	if !e.begin(call, cancel) {
		return context.Canceled
	}
	defer e.done(call)
	return next(srv, call)
}

func (e *endless) begin(call *stream, cancel context.CancelFunc) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.ended {
		return false
	}
	e.calls[call] = cancel
	return true
}

func (e *endless) done(call *stream) {
	e.mu.Lock()
	defer e.mu.Unlock()
	delete(e.calls, call)
}

// end ends them all, and those to come.
func (e *endless) end() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.ended = true
	for _, cancel := range e.calls {
		cancel()
	}
}
