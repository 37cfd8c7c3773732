package rpc

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"strings"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"percorsi/internal/fault"
)

// codeOf is the one table from kinds of fault to codes. It has no default
// case, so that a linter asks for a row for a new kind.
func codeOf(kind fault.Kind) codes.Code {
	switch kind {
	case fault.Invalid:
		return codes.InvalidArgument
	case fault.NotFound:
		return codes.NotFound
	case fault.Exists:
		return codes.AlreadyExists
	case fault.NotNow:
		return codes.FailedPrecondition
	case fault.Clash:
		return codes.Aborted
	case fault.Unauthenticated:
		return codes.Unauthenticated
	case fault.Denied:
		return codes.PermissionDenied
	case fault.Unavailable:
		return codes.Unavailable
	case fault.Internal:
	}
	return codes.Internal
}

// faults turns the errors of services into statuses and logs what a caller is
// not told.
type faults struct{ logger *slog.Logger }

func (f *faults) unary(ctx context.Context, request any, info *grpc.UnaryServerInfo, next grpc.UnaryHandler) (any, error) {
	answer, err := next(ctx, request)
	if err != nil {
		return nil, f.status(ctx, info.FullMethod, err)
	}
	return answer, nil
}

func (f *faults) stream(srv any, ss grpc.ServerStream, info *grpc.StreamServerInfo, next grpc.StreamHandler) error {
	if err := next(srv, ss); err != nil {
		return f.status(ss.Context(), info.FullMethod, err)
	}
	return nil
}

// status gives the status of an error. A fault of a kind goes by the table,
// an ended context by its own codes, a status made by gRPC stays; all else is
// internal.
func (f *faults) status(ctx context.Context, method string, err error) error {
	if known, ok := errors.AsType[*fault.Error](err); ok && codeOf(known.Kind) != codes.Internal {
		f.logUnavailable(ctx, method, known)
		return withDetails(codeOf(known.Kind), publicText(known), known, err)
	}
	if ended := contextStatus(ctx, err); ended != nil {
		return ended
	}
	if made, ok := errors.AsType[grpcError](err); ok && !hidden(made.GRPCStatus().Code()) {
		return made.GRPCStatus().Err()
	}
	return f.internal(ctx, method, err)
}

// grpcError is an error that gRPC made. Only its own text is for callers, not
// that of errors around it.
type grpcError interface {
	error
	GRPCStatus() *status.Status
}

// contextStatus gives the status of an error that comes from a context, else
// nil. A cancellation that is not the caller's is one of this process.
func contextStatus(ctx context.Context, err error) error {
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return status.Error(codes.DeadlineExceeded, "the time allowed was over before the answer: try again with more of it; a command under the same command_id is recorded once")
	case !errors.Is(err, context.Canceled):
		return nil
	case ctx.Err() == nil:
		return status.Error(codes.Unavailable, "the server is stopping: try again; a command under the same command_id is recorded once")
	default:
		return status.Error(codes.Canceled, "the caller ended the call: a command may have been recorded; send it again under the same command_id to know")
	}
}

// hidden tells the codes whose texts are not written for callers.
func hidden(code codes.Code) bool {
	return code == codes.OK || code == codes.Unknown || code == codes.Internal || code == codes.DataLoss
}

// internal logs an error under a new id and gives a status with only the id.
func (f *faults) internal(ctx context.Context, method string, err error) error {
	id := rand.Text()[:12]
	attrs := []slog.Attr{slog.String("id", id), slog.String("method", method), slog.Any("cause", err)}
	if p, ok := errors.AsType[*panicError](err); ok {
		attrs = append(attrs, slog.String("stack", string(p.stack)))
	}
	f.logger.LogAttrs(ctx, slog.LevelError, "call failed", attrs...)
	return status.Errorf(codes.Internal, "something failed here; it was logged under %s", id)
}

// logUnavailable logs what a service waits for: the caller can only try again,
// the operator can mend it.
func (f *faults) logUnavailable(ctx context.Context, method string, known *fault.Error) {
	if known.Kind != fault.Unavailable {
		return
	}
	f.logger.LogAttrs(ctx, slog.LevelWarn, "call could not be served", slog.String("method", method), slog.Any("cause", known))
}

// publicText is what a caller reads: the message, or else what is wrong with
// which field. The cause is never part of it.
func publicText(known *fault.Error) string {
	if known.Message != "" {
		return known.Message
	}
	var b strings.Builder
	for i, v := range known.Violations[:min(len(known.Violations), maxViolations)] {
		if i > 0 {
			b.WriteString("; ")
		}
		b.WriteString(v.Field + ": " + v.Do)
	}
	return b.String()
}
