package rpc

import (
	"context"

	"google.golang.org/grpc"
)

// stream is a server stream with a context of its own and a look at each
// request.
type stream struct {
	grpc.ServerStream
	ctx   context.Context //nolint:containedctx // a stream is how gRPC hands a context on
	check func(request any) error
}

// Context gives the context that the layers made.
func (s *stream) Context() context.Context { return s.ctx }

// RecvMsg receives a request and checks it before the service sees it.
func (s *stream) RecvMsg(into any) error {
	if err := s.ServerStream.RecvMsg(into); err != nil || s.check == nil {
		return err
	}
	return s.check(into)
}
