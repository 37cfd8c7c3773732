package rpc

import (
	"errors"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	spb "google.golang.org/genproto/googleapis/rpc/status"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/anypb"

	"percorsi/internal/fault"
)

const (
	// maxViolations keeps a list of a hundred wrong members readable.
	maxViolations = 20
	// maxDetailBytes bounds what travels in the trailer of an answer, which
	// clients and proxies cut off: an error without its details is worth more
	// than none.
	maxDetailBytes = 32 << 10
)

// Detailed is an error that has something to show beside its text, such as
// both versions of a part that two people changed. It becomes a detail of the
// status, wherever it stands in the chain of wrapped errors.
type Detailed interface {
	error
	// Details gives the messages; they must hold nothing that the caller may
	// not read.
	Details() []proto.Message
}

// WithDetails gives err with something to show. It wraps err, so its kind
// stays.
func WithDetails(err error, details ...proto.Message) error {
	return &detailedError{error: err, details: details}
}

type detailedError struct {
	error
	details []proto.Message
}

var _ Detailed = (*detailedError)(nil)

func (d *detailedError) Details() []proto.Message { return d.details }
func (d *detailedError) Unwrap() error            { return d.error }

// withDetails makes the status of a fault with the violations of the fault and
// the details of the error that carried it.
func withDetails(code codes.Code, text string, known *fault.Error, err error) error {
	s := &spb.Status{Code: int32(code), Message: text}
	room := maxDetailBytes
	if len(known.Violations) > 0 {
		room = attach(s, badRequest(known.Violations), room)
	}
	if d, ok := errors.AsType[Detailed](err); ok {
		for _, m := range d.Details() {
			room = attach(s, m, room)
		}
	}
	return status.ErrorProto(s)
}

// attach adds a detail if there is room, and gives the room left.
func attach(s *spb.Status, detail proto.Message, room int) int {
	packed, err := anypb.New(detail)
	if err != nil || len(packed.GetValue()) > room {
		return room
	}
	s.Details = append(s.Details, packed)
	return room - len(packed.GetValue())
}

func badRequest(violations []fault.Violation) *errdetails.BadRequest {
	b := &errdetails.BadRequest{}
	for _, v := range violations[:min(len(violations), maxViolations)] {
		b.FieldViolations = append(b.FieldViolations, &errdetails.BadRequest_FieldViolation{Field: v.Field, Description: v.Do})
	}
	return b
}
