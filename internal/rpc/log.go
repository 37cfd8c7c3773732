package rpc

import (
	"context"
	"log/slog"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/status"

	"percorsi/internal/access"
)

// callLog writes one line a call at debug level. It holds nothing of the
// request and not who called, only the role and the body: a log of processes
// is read by people who may not read cases.
type callLog struct{ logger *slog.Logger }

// heard is where a layer further in leaves the caller for the line.
type heard struct{ caller access.Caller }

type heardKey struct{}

// hear leaves the caller for the log, where one is written.
func hear(ctx context.Context, c access.Caller) {
	if h, ok := ctx.Value(heardKey{}).(*heard); ok {
		h.caller = c
	}
}

func (l *callLog) unary(ctx context.Context, request any, info *grpc.UnaryServerInfo, next grpc.UnaryHandler) (any, error) {
	if !l.logger.Enabled(ctx, slog.LevelDebug) {
		return next(ctx, request)
	}
	h, begun := &heard{}, time.Now()
	answer, err := next(context.WithValue(ctx, heardKey{}, h), request)
	l.line(ctx, info.FullMethod, h, begun, err)
	return answer, err
}

func (l *callLog) stream(srv any, ss grpc.ServerStream, info *grpc.StreamServerInfo, next grpc.StreamHandler) error {
	ctx := ss.Context()
	if !l.logger.Enabled(ctx, slog.LevelDebug) {
		return next(srv, ss)
	}
	h, begun := &heard{}, time.Now()
	err := next(srv, &stream{ServerStream: ss, ctx: context.WithValue(ctx, heardKey{}, h)})
	l.line(ctx, info.FullMethod, h, begun, err)
	return err
}

func (l *callLog) line(ctx context.Context, method string, h *heard, begun time.Time, err error) {
	l.logger.LogAttrs(ctx, slog.LevelDebug, "call",
		slog.String("method", method),
		slog.String("code", status.Code(err).String()),
		slog.Duration("took", time.Since(begun)),
		slog.String("role", string(h.caller.Role)),
		slog.String("body", h.caller.Body),
	)
}
