package rpc

import (
	"context"
	"strings"

	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"

	"percorsi/internal/access"
	"percorsi/internal/fault"
)

const scheme = "Bearer "

// admission lets a call in: it has a token that verifies, and the role in the
// token may call the method. Health and reflection need neither.
type admission struct {
	verify func(token string) (access.Caller, error)
}

func (a *admission) unary(ctx context.Context, request any, info *grpc.UnaryServerInfo, next grpc.UnaryHandler) (any, error) {
	ctx, err := a.admit(ctx, info.FullMethod)
	if err != nil {
		return nil, err
	}
	return next(ctx, request)
}

func (a *admission) stream(srv any, ss grpc.ServerStream, info *grpc.StreamServerInfo, next grpc.StreamHandler) error {
	ctx, err := a.admit(ss.Context(), info.FullMethod)
	if err != nil {
		return err
	}
	return next(srv, &stream{ServerStream: ss, ctx: ctx})
}

// admit gives a context that carries the caller.
func (a *admission) admit(ctx context.Context, method string) (context.Context, error) {
	if access.Open(method) {
		return ctx, nil
	}
	token, err := tokenOf(ctx)
	if err != nil {
		return nil, err
	}
	caller, err := a.verify(token)
	if err != nil {
		return nil, err
	}
	hear(ctx, caller)
	if err := access.MayCall(caller, method); err != nil {
		return nil, err
	}
	return access.WithCaller(ctx, caller), nil
}

// tokenOf gives the token that came with a call. Of two nobody could say who
// calls, so there must be one.
func tokenOf(ctx context.Context) (string, error) {
	sent := metadata.ValueFromIncomingContext(ctx, "authorization")
	if len(sent) != 1 || len(sent[0]) <= len(scheme) || !strings.EqualFold(sent[0][:len(scheme)], scheme) {
		return "", fault.New(fault.Unauthenticated, `no token came with the call: send one "authorization: Bearer" and the text that percorsi token prints`)
	}
	return strings.TrimSpace(sent[0][len(scheme):]), nil
}
