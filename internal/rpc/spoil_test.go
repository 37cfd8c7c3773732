package rpc

import (
	"errors"
	"strings"
	"testing"

	"buf.build/gen/go/bufbuild/protovalidate/protocolbuffers/go/buf/validate"
	"buf.build/go/protovalidate"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
)

const secret = "RSSMRA80A01H501U"

// maxSpoilDepth ends the walk through messages that hold themselves.
const maxSpoilDepth = 6

// spoil sets every field of a message to a value that breaks its rules: text
// that is long and no code, numbers out of range, enums of the future.
func spoil(m protoreflect.Message, depth int) {
	for i := range m.Descriptor().Fields().Len() {
		f := m.Descriptor().Fields().Get(i)
		switch {
		case depth == maxSpoilDepth, f.IsMap(), rulesOf(f).GetRequired() && depth > 0 && i%2 == 0:
		case f.IsList():
			list := m.Mutable(f).List()
			for range 2 {
				list.Append(spoiled(f, list.NewElement(), depth))
			}
		default:
			m.Set(f, spoiled(f, m.NewField(f), depth))
		}
	}
}

func spoiled(f protoreflect.FieldDescriptor, blank protoreflect.Value, depth int) protoreflect.Value {
	switch f.Kind() {
	case protoreflect.MessageKind:
		spoil(blank.Message(), depth+1)
		return blank
	case protoreflect.StringKind:
		return protoreflect.ValueOfString(strings.Repeat(secret+" ", 600))
	case protoreflect.EnumKind:
		return protoreflect.ValueOfEnum(9999)
	case protoreflect.Int32Kind:
		return protoreflect.ValueOfInt32(-1)
	case protoreflect.Int64Kind:
		return protoreflect.ValueOfInt64(1 << 60)
	case protoreflect.BytesKind:
		return protoreflect.ValueOfBytes([]byte(secret))
	default:
		return blank
	}
}

// eachField visits every field of every request, and of all they hold.
func eachField(visit func(protoreflect.FieldDescriptor)) {
	for m := range shapesOf(requestsOfTheAPI()) {
		for i := range m.Fields().Len() {
			visit(m.Fields().Get(i))
		}
	}
}

func rulesOf(f protoreflect.FieldDescriptor) *validate.FieldRules {
	rules, _ := proto.GetExtension(f.Options(), validate.E_Field).(*validate.FieldRules)
	return rules
}

func messageOf(t *testing.T, desc protoreflect.MessageDescriptor) protoreflect.Message {
	t.Helper()
	kind, err := protoregistry.GlobalTypes.FindMessageByName(desc.FullName())
	if err != nil {
		t.Fatal(err)
	}
	return kind.New()
}

func validationError(t *testing.T, err error) *protovalidate.ValidationError {
	t.Helper()
	broken, ok := errors.AsType[*protovalidate.ValidationError](err)
	if !ok {
		t.Fatalf("the rules cannot be checked: %v", err)
	}
	return broken
}
