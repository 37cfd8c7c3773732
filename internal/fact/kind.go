package fact

import (
	"fmt"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

// oneof is the place of what happened in the envelope of a fact.
var oneof = (*eventv1.Fact)(nil).ProtoReflect().Descriptor().Oneofs().ByName("fact")

// kinds leads from the Go type of a fact to its field in the oneof. It is
// made once and never changed.
var kinds = kindsOf(oneof)

func kindsOf(oneof protoreflect.OneofDescriptor) map[protoreflect.MessageType]protoreflect.FieldDescriptor {
	envelope := (*eventv1.Fact)(nil).ProtoReflect().Type()
	table := make(map[protoreflect.MessageType]protoreflect.FieldDescriptor, oneof.Fields().Len())
	for i := range oneof.Fields().Len() {
		kind := oneof.Fields().Get(i)
		table[envelope.New().NewField(kind).Message().Type()] = kind
	}
	return table
}

// Wrap puts what happened into an envelope, with the day it was true (written
// as 2025-03-31, not checked here). The envelope shares the message. It is an
// error if msg is nil or is not one of the facts.
func Wrap(msg proto.Message, occurredOn string) (*eventv1.Fact, error) {
	if msg == nil || !msg.ProtoReflect().IsValid() {
		return nil, fmt.Errorf("wrap fact: there is no message")
	}
	m := msg.ProtoReflect()
	kind, ok := kinds[m.Type()]
	if !ok {
		return nil, fmt.Errorf("wrap fact: %s is not a fact", m.Descriptor().FullName())
	}
	f := &eventv1.Fact{OccurredOn: occurredOn}
	f.ProtoReflect().Set(kind, protoreflect.ValueOfMessage(m))
	return f, nil
}

// Unwrap gives what happened, shared with the envelope; nil for an envelope
// without content.
func Unwrap(f *eventv1.Fact) proto.Message {
	kind := kindOf(f)
	if kind == nil {
		return nil
	}
	return f.ProtoReflect().Get(kind).Message().Interface()
}

// Kind gives the number of the fact in the oneof; 0 for an envelope without
// content.
func Kind(f *eventv1.Fact) int32 {
	kind := kindOf(f)
	if kind == nil {
		return 0
	}
	return int32(kind.Number())
}

// Name gives the name of the fact, such as first_meeting_held; empty for an
// envelope without content.
func Name(f *eventv1.Fact) string {
	kind := kindOf(f)
	if kind == nil {
		return ""
	}
	return string(kind.Name())
}

// kindOf gives the field of the oneof that is set, or nil.
func kindOf(f *eventv1.Fact) protoreflect.FieldDescriptor {
	return f.ProtoReflect().WhichOneof(oneof)
}
