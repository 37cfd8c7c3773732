package privacy

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/known/structpb"
	"google.golang.org/protobuf/types/known/timestamppb"

	"percorsi/internal/fact"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

// Erased stands in a rendered fact for what can no longer be opened.
const Erased = "(erased)"

// Render gives what happened as a reader sees it: the fields of the fact under
// their names in the schema, enum values by their full names, moments as RFC
// 3339 in UTC, whole numbers as numbers. Yes-or-no fields and numbers are
// always there, since no and 0 are answers; any other field only if it was
// given.
//
// Without words, everything personal is left out. With words, a Text is a
// string and a sealed message an object, opened with the key of the person
// the fact is about, or whom the Text names; without a key they are Erased.
// Keyed hashes are never shown. The error names a field that does not open
// although there is a key.
func (v *Vault) Render(f *eventv1.Fact, person string, words bool) (*structpb.Struct, error) {
	msg := fact.Unwrap(f)
	if msg == nil {
		return nil, errors.New("render fact: the fact has no content")
	}
	r := renderer{vault: v, person: person, words: words, zeros: true}
	object, err := r.message(msg.ProtoReflect())
	if err != nil {
		return nil, fmt.Errorf("render %s: %w", fact.Name(f), err)
	}
	return object, nil
}

type renderer struct {
	vault  *Vault
	person string
	words  bool
	zeros  bool // numbers that are 0 and answers that are no are shown
}

func (r renderer) message(m protoreflect.Message) (*structpb.Struct, error) {
	fields := m.Descriptor().Fields()
	object := &structpb.Struct{Fields: make(map[string]*structpb.Value, fields.Len())}
	for i := range fields.Len() {
		fd := fields.Get(i)
		if !r.shown(m, fd) {
			continue
		}
		value, err := r.field(m, fd)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", fd.Name(), err)
		}
		object.Fields[string(fd.Name())] = value
	}
	return object, nil
}

// shown tells whether a field stands in the rendered message. Every Text is
// marked personal; a test of package fact holds the schema to that.
func (r renderer) shown(m protoreflect.Message, fd protoreflect.FieldDescriptor) bool {
	if isPersonal(fd) {
		return r.words && m.Has(fd)
	}
	if m.Has(fd) {
		return fd.Kind() != protoreflect.BytesKind // what is not personal is a keyed hash
	}
	if fd.HasPresence() || fd.IsList() || !r.zeros {
		return false
	}
	switch fd.Kind() {
	case protoreflect.StringKind, protoreflect.EnumKind, protoreflect.BytesKind:
		return false
	default:
		return true
	}
}

func (r renderer) field(m protoreflect.Message, fd protoreflect.FieldDescriptor) (*structpb.Value, error) {
	v := m.Get(fd)
	if !fd.IsList() {
		return r.value(fd, v)
	}
	items := make([]*structpb.Value, v.List().Len())
	for i := range items {
		var err error
		if items[i], err = r.value(fd, v.List().Get(i)); err != nil {
			return nil, err
		}
	}
	return structpb.NewListValue(&structpb.ListValue{Values: items}), nil
}

func (r renderer) value(fd protoreflect.FieldDescriptor, v protoreflect.Value) (*structpb.Value, error) {
	switch fd.Kind() {
	case protoreflect.MessageKind:
		return r.inner(v.Message())
	case protoreflect.BytesKind:
		return r.sealed(fd, v.Bytes())
	case protoreflect.BoolKind:
		return structpb.NewBoolValue(v.Bool()), nil
	case protoreflect.StringKind:
		return stringValue(v.String()), nil
	case protoreflect.EnumKind:
		return enumValue(fd.Enum(), v.Enum()), nil
	case protoreflect.Int32Kind, protoreflect.Int64Kind:
		return structpb.NewNumberValue(float64(v.Int())), nil
	case protoreflect.DoubleKind:
		return structpb.NewNumberValue(v.Float()), nil
	default:
		return nil, fmt.Errorf("a field of kind %s cannot be rendered", fd.Kind())
	}
}

func (r renderer) inner(m protoreflect.Message) (*structpb.Value, error) {
	if t, ok := asText(m); ok {
		return r.text(t)
	}
	if at, ok := m.Interface().(*timestamppb.Timestamp); ok {
		return structpb.NewStringValue(at.AsTime().Format(time.RFC3339Nano)), nil
	}
	object, err := r.message(m)
	return structpb.NewStructValue(object), err
}

func (r renderer) text(t text) (*structpb.Value, error) {
	if !t.isSealed() {
		return stringValue(t.plain()), nil
	}
	plain, err := r.vault.Unseal(t.person(r.person), PurposeText, t.sealed())
	if errors.Is(err, ErrErased) {
		return structpb.NewStringValue(Erased), nil
	}
	return stringValue(string(plain)), err
}

// sealed opens a personal field of sealed bytes as the message it was.
func (r renderer) sealed(fd protoreflect.FieldDescriptor, box []byte) (*structpb.Value, error) {
	var m proto.Message
	var err error
	switch fd.Name() {
	case PurposeIdentity:
		m, err = r.vault.OpenIdentity(r.person, box)
	case PurposeDemographics:
		m, err = r.vault.OpenDemographics(r.person, box)
	default:
		return nil, errors.New("it is not known what was sealed here")
	}
	if errors.Is(err, ErrErased) {
		return structpb.NewStringValue(Erased), nil
	}
	if err != nil {
		return nil, err
	}
	r.zeros = false // of a person, 0 is what is not known
	return r.inner(m.ProtoReflect())
}

// enumValue gives the name of a value, or its number if it has none.
func enumValue(enum protoreflect.EnumDescriptor, number protoreflect.EnumNumber) *structpb.Value {
	if value := enum.Values().ByNumber(number); value != nil {
		return structpb.NewStringValue(string(value.Name()))
	}
	return structpb.NewNumberValue(float64(number))
}

// stringValue keeps a string that is not UTF-8 from making the whole answer
// unreadable.
func stringValue(s string) *structpb.Value {
	return structpb.NewStringValue(strings.ToValidUTF8(s, "\uFFFD"))
}
