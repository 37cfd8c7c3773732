package rpc

import (
	"cmp"
	"context"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/keepalive"
)

const (
	// defaultMessageBytes holds the whole plan several times over; what a case
	// manager sends has a few hundred bytes.
	defaultMessageBytes = 1 << 20
	// maxHeaderBytes is far more than a token needs; gRPC would take 16 MiB
	// from a caller who is not even known.
	maxHeaderBytes = 64 << 10
	defaultTimeout = 10 * time.Second
	// silence is how long a line may say nothing before it is asked, and then
	// how long it may take to answer.
	silence = 5 * time.Second
	// streamWorkers are goroutines that stay and keep the stack that a call
	// grows on its way through the layers. A new goroutine for each call
	// copied stacks a tenth of its time: with 64 commands in flight on two
	// cores, workers took a fifth off the processor time of a command (92 to
	// 70 microseconds, client included). Calls beyond their number get a
	// goroutine of their own, so open streams block nobody. A shared write
	// buffer gained nothing and is left out.
	streamWorkers = 128
)

// layer is one step on the way in and out of a call.
type layer interface {
	unary(context.Context, any, *grpc.UnaryServerInfo, grpc.UnaryHandler) (any, error)
	stream(any, grpc.ServerStream, *grpc.StreamServerInfo, grpc.StreamHandler) error
}

// options sets up gRPC with the layers, the outermost first.
func options(cfg Config, layers []layer) []grpc.ServerOption {
	unary := make([]grpc.UnaryServerInterceptor, len(layers))
	stream := make([]grpc.StreamServerInterceptor, len(layers))
	for i, l := range layers {
		unary[i], stream[i] = l.unary, l.stream
	}
	return []grpc.ServerOption{
		grpc.ChainUnaryInterceptor(unary...),
		grpc.ChainStreamInterceptor(stream...),
		grpc.ForceServerCodecV2(newCodec()),
		grpc.NumStreamWorkers(streamWorkers),
		grpc.MaxRecvMsgSize(cmp.Or(cfg.MaxMessageBytes, defaultMessageBytes)),
		grpc.MaxHeaderListSize(maxHeaderBytes),
		// A laptop that was closed leaves its calls open, and gRPC would notice
		// after two hours; colleagues are to see within seconds that nobody is
		// at work on the case any more. A line that says nothing is asked after
		// 5 seconds, which are 17 bytes, and given up 5 seconds later.
		grpc.KeepaliveParams(keepalive.ServerParameters{Time: silence, Timeout: silence}),
		grpc.KeepaliveEnforcementPolicy(keepalive.EnforcementPolicy{MinTime: 20 * time.Second, PermitWithoutStream: true}),
	}
}
