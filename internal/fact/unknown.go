package fact

import (
	"errors"
	"fmt"

	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/reflect/protoreflect"

	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

// ErrUnknown says that a commit holds a number this version of the program
// has no meaning for. The version that wrote it can read it.
var ErrUnknown = errors.New("written by a newer version of percorsi: install that version to read it")

// check gives an error for a commit without facts and for a fact without
// content.
func check(commit *eventv1.Commit) error {
	if len(commit.GetFacts()) == 0 {
		return errors.New("the commit has no facts")
	}
	for i, f := range commit.GetFacts() {
		if kindOf(f) == nil {
			return fmt.Errorf("facts[%d]: the fact has no content", i)
		}
		if a := f.GetFactAmended(); a != nil && kindOf(a.GetReplacement()) == nil {
			return fmt.Errorf("facts[%d]: it amends a fact and has nothing in its place", i)
		}
	}
	return nil
}

// shape is a message as far as its bytes go. Every commit of the log is looked
// at on each replay; to go through the fields of the decoded message instead
// took twice as long as decoding it.
type shape struct {
	name protoreflect.Name
	// slots are by the number of the field; the zero slot is for a number that
	// the schema does not have.
	slots []slot
}

// slot is one field of a message.
type slot struct {
	field protoreflect.FieldDescriptor
	wire  protowire.Type
	// message is set for a field that holds messages.
	message *shape
	// words is set for a field that holds words of a vocabulary.
	words protoreflect.EnumValueDescriptors
}

// commitShape is made once and never changed.
var commitShape = shapeOf((*eventv1.Commit)(nil).ProtoReflect().Descriptor(), map[protoreflect.FullName]*shape{})

func shapeOf(m protoreflect.MessageDescriptor, made map[protoreflect.FullName]*shape) *shape {
	if s, ok := made[m.FullName()]; ok {
		return s
	}
	s := &shape{name: m.Name()}
	made[m.FullName()] = s
	for i := range m.Fields().Len() {
		fd := m.Fields().Get(i)
		if n := int(fd.Number()) + 1 - len(s.slots); n > 0 {
			s.slots = append(s.slots, make([]slot, n)...)
		}
		one := slot{field: fd, wire: wireOf(fd.Kind())}
		if fd.Message() != nil {
			one.message = shapeOf(fd.Message(), made)
		}
		if fd.Enum() != nil {
			one.words = fd.Enum().Values()
		}
		s.slots[fd.Number()] = one
	}
	return s
}

// wireOf gives the type in which a single value of a kind is written.
func wireOf(k protoreflect.Kind) protowire.Type {
	switch k {
	case protoreflect.StringKind, protoreflect.BytesKind, protoreflect.MessageKind:
		return protowire.BytesType
	case protoreflect.Fixed32Kind, protoreflect.Sfixed32Kind, protoreflect.FloatKind:
		return protowire.Fixed32Type
	case protoreflect.Fixed64Kind, protoreflect.Sfixed64Kind, protoreflect.DoubleKind:
		return protowire.Fixed64Type
	case protoreflect.GroupKind:
		return protowire.StartGroupType
	default:
		return protowire.VarintType
	}
}

// known gives an error if the bytes of a message, or of one inside it, have a
// field or a word of a vocabulary that the schema does not have. The bytes are
// those of a message that could be decoded.
func (s *shape) known(b []byte) error {
	for len(b) > 0 {
		number, wire, n := protowire.ConsumeTag(b)
		if n < 0 {
			return protowire.ParseError(n)
		}
		b = b[n:]
		n = protowire.ConsumeFieldValue(number, wire, b)
		if n < 0 {
			return protowire.ParseError(n)
		}
		if err := s.knownField(number, wire, b[:n]); err != nil {
			return err
		}
		b = b[n:]
	}
	return nil
}

func (s *shape) knownField(number protowire.Number, wire protowire.Type, value []byte) error {
	var one slot
	if int(number) < len(s.slots) {
		one = s.slots[number]
	}
	packed := wire == protowire.BytesType && one.wire != protowire.BytesType && one.field != nil && one.field.IsList()
	switch {
	case one.field == nil, wire != one.wire && !packed:
		return fmt.Errorf("number %d of %s: %w", number, s.name, ErrUnknown)
	case one.message != nil:
		inner, _ := protowire.ConsumeBytes(value)
		return one.message.known(inner)
	case one.words == nil:
		return nil
	case packed:
		value, _ = protowire.ConsumeBytes(value)
	}
	return one.knownWords(value)
}

// knownWords looks at words that are written one after the other.
func (s *slot) knownWords(b []byte) error {
	for len(b) > 0 {
		v, n := protowire.ConsumeVarint(b)
		if n < 0 {
			return protowire.ParseError(n)
		}
		word := protoreflect.EnumNumber(int32(v)) //nolint:gosec // as protobuf reads it
		if s.words.ByNumber(word) == nil {
			return fmt.Errorf("value %d of %s: %w", word, s.field.FullName(), ErrUnknown)
		}
		b = b[n:]
	}
	return nil
}
