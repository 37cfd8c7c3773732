package rpc

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/reflect/protoreflect"

	"percorsi/internal/fault"
)

// shapes holds, for every message that a request can hold, the fields that
// hold messages again: all that a search for unknown fields has to look at.
type shapes map[protoreflect.MessageDescriptor][]protoreflect.FieldDescriptor

func shapesOf(messages []protoreflect.MessageDescriptor) shapes {
	s := shapes{}
	for _, m := range messages {
		s.add(m)
	}
	return s
}

func (s shapes) add(m protoreflect.MessageDescriptor) {
	if _, known := s[m]; known {
		return
	}
	nested := messageFields(m)
	s[m] = nested
	for _, f := range nested {
		s.add(elementOf(f))
	}
}

// messageFields gives the fields of a message that hold messages, alone, in a
// list or as values of a map.
func messageFields(m protoreflect.MessageDescriptor) []protoreflect.FieldDescriptor {
	var nested []protoreflect.FieldDescriptor
	for i := range m.Fields().Len() {
		if f := m.Fields().Get(i); elementOf(f) != nil {
			nested = append(nested, f)
		}
	}
	return nested
}

func elementOf(f protoreflect.FieldDescriptor) protoreflect.MessageDescriptor {
	if f.IsMap() {
		return f.MapValue().Message()
	}
	return f.Message()
}

// stray is a field that this server does not know, and the way to it from the
// inside out.
type stray struct {
	number  protowire.Number
	message protoreflect.FullName
	way     []string
}

// unknown gives an Invalid fault if a field of a message, however deep, is not
// in the schema of this server. A client built from a newer one would
// otherwise see its data accepted and lost.
func (s shapes) unknown(m protoreflect.Message) error {
	if isDamage(m.GetUnknown()) {
		return fault.New(fault.Invalid, "the request is not the message that this method takes: build the client from the proto files of this server, and send text as UTF-8")
	}
	found := s.find(m)
	if found == nil {
		return nil
	}
	slices.Reverse(found.way)
	text := fmt.Sprintf("unknown field number %d in %s: build the client from the proto files of this server, or update the server", found.number, found.message)
	return &fault.Error{
		Kind:       fault.Invalid,
		Message:    text,
		Violations: []fault.Violation{{Field: strings.Join(found.way, "."), Do: text}},
	}
}

func (s shapes) find(m protoreflect.Message) *stray {
	desc := m.Descriptor()
	if raw := m.GetUnknown(); len(raw) > 0 {
		number, _, _ := protowire.ConsumeTag(raw)
		return &stray{number: number, message: desc.FullName()}
	}
	for _, f := range s[desc] {
		if !m.Has(f) {
			continue
		}
		if found := s.findIn(f, m.Get(f)); found != nil {
			return found
		}
	}
	return nil
}

func (s shapes) findIn(f protoreflect.FieldDescriptor, v protoreflect.Value) *stray {
	name := string(f.Name())
	switch {
	case f.IsList():
		for i := range v.List().Len() {
			if found := s.find(v.List().Get(i).Message()); found != nil {
				return found.under(name + "[" + strconv.Itoa(i) + "]")
			}
		}
	case f.IsMap():
		var found *stray
		v.Map().Range(func(_ protoreflect.MapKey, value protoreflect.Value) bool {
			found = s.find(value.Message())
			return found == nil
		})
		return found.under(name) // not the key: it is the caller's data
	default:
		return s.find(v.Message()).under(name)
	}
	return nil
}

// under adds a step of the way; nothing found stays nothing.
func (f *stray) under(step string) *stray {
	if f != nil {
		f.way = append(f.way, step)
	}
	return f
}
