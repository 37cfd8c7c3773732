package rpc

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"

	"buf.build/go/protovalidate"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"

	"percorsi/internal/access"
	"percorsi/internal/fault"
)

// apiPrefix begins the name of every service of the API.
const apiPrefix = "percorsi."

// requests checks the shape of requests against the rules in the proto files.
// What a request means is for the service to judge.
type requests struct {
	rules  protovalidate.Validator
	shapes shapes
}

// newRequests compiles the rules of messages and of all they hold. Messages it
// was not given are refused later, so nothing is compiled, and no lock taken,
// while calls are served.
func newRequests(messages []protoreflect.MessageDescriptor) (*requests, error) {
	rules, err := protovalidate.New(
		protovalidate.WithMessageDescriptors(messages...),
		protovalidate.WithDisableLazy(),
	)
	if err != nil {
		return nil, fmt.Errorf("compile rules of requests: %w", err)
	}
	return &requests{rules: rules, shapes: shapesOf(messages)}, nil
}

// requestsOfTheProgram checks the requests of the API.
var requestsOfTheProgram = sync.OnceValues(func() (*requests, error) { return newRequests(requestsOfTheAPI()) })

// requestsOfTheAPI gives what the methods of the API take, of every service
// linked into the program.
func requestsOfTheAPI() []protoreflect.MessageDescriptor {
	var inputs []protoreflect.MessageDescriptor
	protoregistry.GlobalFiles.RangeFiles(func(file protoreflect.FileDescriptor) bool {
		if !strings.HasPrefix(string(file.Package()), apiPrefix) {
			return true
		}
		for i := range file.Services().Len() {
			methods := file.Services().Get(i).Methods()
			for j := range methods.Len() {
				inputs = append(inputs, methods.Get(j).Input())
			}
		}
		return true
	})
	return inputs
}

func (r *requests) unary(ctx context.Context, request any, info *grpc.UnaryServerInfo, next grpc.UnaryHandler) (any, error) {
	if !access.Open(info.FullMethod) {
		if err := r.check(request); err != nil {
			return nil, err
		}
	}
	return next(ctx, request)
}

func (r *requests) stream(srv any, ss grpc.ServerStream, info *grpc.StreamServerInfo, next grpc.StreamHandler) error {
	if access.Open(info.FullMethod) {
		return next(srv, ss)
	}
	return next(srv, &stream{ServerStream: ss, ctx: ss.Context(), check: r.check})
}

// check gives an Invalid fault with everything that is wrong with a request.
func (r *requests) check(request any) error {
	m, ok := request.(proto.Message)
	if !ok {
		return fmt.Errorf("check request: %T is not a message", request)
	}
	if err := r.shapes.unknown(m.ProtoReflect()); err != nil {
		return err
	}
	err := r.rules.Validate(m)
	if err == nil {
		return nil
	}
	broken, ok := errors.AsType[*protovalidate.ValidationError](err)
	if !ok {
		return fmt.Errorf("check request: %w", err)
	}
	return &fault.Error{Kind: fault.Invalid, Violations: violations(m.ProtoReflect().Descriptor(), broken)}
}

func violations(request protoreflect.MessageDescriptor, broken *protovalidate.ValidationError) []fault.Violation {
	found := make([]fault.Violation, len(broken.Violations))
	for i, v := range broken.Violations {
		found[i] = fault.Violation{Field: protovalidate.FieldPathString(v.Proto.GetField()), Do: remedy(request, v)}
	}
	return found
}
