package facttest

import (
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/known/timestamppb"
	"pgregory.net/rapid"

	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

// Facts generates facts of every kind, each field filled or left out, with
// values the schema knows, whether or not its rules allow them. Words are
// plain, as they are on the way in.
func Facts() *rapid.Generator[*eventv1.Fact] {
	return rapid.Custom(func(t *rapid.T) *eventv1.Fact {
		f := &eventv1.Fact{OccurredOn: rapid.String().Draw(t, "occurred_on")}
		kind := rapid.SampledFrom(Kinds()).Draw(t, "kind")
		draw(t, f.ProtoReflect().Mutable(kind).Message())
		return f
	})
}

func draw(t *rapid.T, m protoreflect.Message) {
	if text, ok := m.Interface().(*eventv1.Text); ok {
		text.Form = &eventv1.Text_Plain{Plain: rapid.StringN(0, 40, -1).Draw(t, "words")}
		return
	}
	if at, ok := m.Interface().(*timestamppb.Timestamp); ok {
		proto.Merge(at, &timestamppb.Timestamp{Seconds: rapid.Int64Range(0, 4e9).Draw(t, "seconds")})
		return
	}
	if f, ok := m.Interface().(*eventv1.Fact); ok { // inside one that corrects another
		inner := &eventv1.ContactAttempted{}
		f.OccurredOn, f.Fact = rapid.String().Draw(t, "occurred_on"), &eventv1.Fact_ContactAttempted{ContactAttempted: inner}
		draw(t, inner.ProtoReflect())
		return
	}
	if a, ok := m.Interface().(*eventv1.FactAmended); ok { // never without what takes the place
		a.Replacement = &eventv1.Fact{}
		draw(t, a.GetReplacement().ProtoReflect())
	}
	for i := range m.Descriptor().Fields().Len() {
		fd := m.Descriptor().Fields().Get(i)
		if rapid.Bool().Draw(t, "has "+string(fd.Name())) {
			drawField(t, m, fd)
		}
	}
}

func drawField(t *rapid.T, m protoreflect.Message, fd protoreflect.FieldDescriptor) {
	switch {
	case fd.IsList():
		list := m.Mutable(fd).List()
		for range rapid.IntRange(0, 3).Draw(t, "length") {
			list.Append(drawValue(t, fd, list.NewElement()))
		}
	case fd.Message() != nil:
		draw(t, m.Mutable(fd).Message())
	default:
		m.Set(fd, drawValue(t, fd, m.NewField(fd)))
	}
}

func drawValue(t *rapid.T, fd protoreflect.FieldDescriptor, empty protoreflect.Value) protoreflect.Value {
	name := string(fd.Name())
	switch fd.Kind() {
	case protoreflect.MessageKind:
		draw(t, empty.Message())
		return empty
	case protoreflect.EnumKind:
		values := fd.Enum().Values()
		return protoreflect.ValueOfEnum(values.Get(rapid.IntRange(0, values.Len()-1).Draw(t, name)).Number())
	case protoreflect.StringKind:
		return protoreflect.ValueOfString(rapid.String().Draw(t, name))
	case protoreflect.BytesKind:
		return protoreflect.ValueOfBytes(rapid.SliceOf(rapid.Byte()).Draw(t, name))
	case protoreflect.BoolKind:
		return protoreflect.ValueOfBool(rapid.Bool().Draw(t, name))
	case protoreflect.Int32Kind:
		return protoreflect.ValueOfInt32(rapid.Int32().Draw(t, name))
	case protoreflect.Int64Kind:
		return protoreflect.ValueOfInt64(rapid.Int64().Draw(t, name))
	default:
		return protoreflect.ValueOfFloat64(rapid.Float64Range(-1e9, 1e9).Draw(t, name))
	}
}
