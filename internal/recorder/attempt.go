package recorder

import (
	"context"

	"github.com/google/uuid"
	"google.golang.org/protobuf/proto"

	"percorsi/internal/access"
	"percorsi/internal/fault"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

// Digester makes the keyed digest by which a retry is recognised.
type Digester interface {
	Digest(parts ...[]byte) [16]byte
}

// NewAttempt makes the attempt of a caller to have a request recorded. Its
// stream is that which the command itself opens; set another one for a command
// on what is there. A retry is the same request by the same person.
func NewAttempt(d Digester, caller access.Caller, command string, request proto.Message) (Attempt, error) {
	id, err := uuid.Parse(command)
	if err != nil {
		return Attempt{}, fault.Field("command_id", "is not a UUID: give each command an id of its own")
	}
	data, err := proto.MarshalOptions{Deterministic: true}.Marshal(request)
	if err != nil {
		return Attempt{}, err
	}
	name := request.ProtoReflect().Descriptor().FullName()
	return Attempt{
		Stream:  id.String(),
		Command: id,
		Digest:  d.Digest([]byte(name), []byte(caller.User), data),
		Actor:   &eventv1.Actor{User: caller.User, Role: string(caller.Role), Body: caller.Body},
	}, nil
}

// Caller gives who calls. Without one nothing is recorded.
func Caller(ctx context.Context) (access.Caller, error) {
	c, ok := access.CallerFrom(ctx)
	if !ok {
		return c, fault.New(fault.Unauthenticated, "nobody is named as the caller: send a token")
	}
	return c, nil
}
