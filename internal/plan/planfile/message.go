package planfile

import (
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/known/timestamppb"
)

// fill sets the fields of a message from a mapping. named turns the names that
// stand for UUIDs into UUIDs; nil leaves them as they are.
func (f file) fill(n *yaml.Node, m protoreflect.Message, named func(string) string) {
	fields := m.Descriptor().Fields()
	for key, value := range f.pairs(n) {
		field := fields.ByName(protoreflect.Name(key.Value))
		switch {
		case field == nil:
			f.unknownKey(key, fieldNames(fields)...)
		case taken(m, field):
			f.wrong(key, "%s stands beside another one: give one of them", key.Value)
		default:
			f.field(value, m, field, named)
		}
	}
}

// taken says that another field of the same oneof is set.
func taken(m protoreflect.Message, field protoreflect.FieldDescriptor) bool {
	one := field.ContainingOneof()
	return one != nil && !one.IsSynthetic() && m.WhichOneof(one) != nil
}

func fieldNames(fields protoreflect.FieldDescriptors) []string {
	names := make([]string, 0, fields.Len())
	for i := range fields.Len() {
		names = append(names, string(fields.Get(i).Name()))
	}
	return names
}

// field sets one field: a list, a message or a scalar.
func (f file) field(n *yaml.Node, m protoreflect.Message, field protoreflect.FieldDescriptor, named func(string) string) {
	switch {
	case field.IsList():
		list := m.Mutable(field).List()
		for _, e := range f.items(n) {
			f.element(e, list, field, named)
		}
	case field.Message() != nil:
		f.message(n, m.Mutable(field).Message(), named)
	default:
		if v := f.scalar(n, field, named); v.IsValid() {
			m.Set(field, v)
		}
	}
}

func (f file) element(n *yaml.Node, list protoreflect.List, field protoreflect.FieldDescriptor, named func(string) string) {
	if field.Message() != nil {
		f.message(n, list.AppendMutable().Message(), named)
		return
	}
	if v := f.scalar(n, field, named); v.IsValid() {
		list.Append(v)
	}
}

// message fills a message; a moment is written as 2025-03-31T10:00:00+02:00.
func (f file) message(n *yaml.Node, m protoreflect.Message, named func(string) string) {
	moment, ok := m.Interface().(*timestamppb.Timestamp)
	if !ok {
		f.fill(n, m, named)
		return
	}
	t, err := time.Parse(time.RFC3339, f.text(n))
	if err != nil {
		f.wrong(n, "%s is not a moment: write it as 2025-03-31T10:00:00+02:00", n.Value)
		return
	}
	moment.Seconds, moment.Nanos = t.Unix(), int32(t.Nanosecond())
}

// scalar reads one value; the invalid Value means that it was wrong.
func (f file) scalar(n *yaml.Node, field protoreflect.FieldDescriptor, named func(string) string) protoreflect.Value {
	s := f.text(n)
	if s == "" && n.ShortTag() != "!!str" {
		return protoreflect.Value{}
	}
	switch field.Kind() {
	case protoreflect.StringKind:
		return f.str(n, s, field, named)
	case protoreflect.EnumKind:
		return f.word(n, s, field.Enum())
	case protoreflect.BoolKind:
		return parsed(f, n, s, "true or false", readBool, protoreflect.ValueOfBool)
	case protoreflect.Int32Kind:
		return parsed(f, n, s, "a whole number", readInt32, protoreflect.ValueOfInt32)
	case protoreflect.Int64Kind:
		return parsed(f, n, s, "a whole number", readInt64, protoreflect.ValueOfInt64)
	case protoreflect.DoubleKind:
		return parsed(f, n, s, "a number", readDouble, protoreflect.ValueOfFloat64)
	default:
		f.wrong(n, "%s cannot be written in a file", field.Name())
		return protoreflect.Value{}
	}
}

// parsed reads a value and says what was wanted where it cannot be read.
func parsed[T any](f file, n *yaml.Node, s, want string, read func(string) (T, error), wrap func(T) protoreflect.Value) protoreflect.Value {
	v, err := read(s)
	if err != nil {
		f.wrong(n, "%s is not %s", s, want)
		return protoreflect.Value{}
	}
	return wrap(v)
}

func readBool(s string) (bool, error) {
	if s == "true" || s == "false" {
		return s == "true", nil
	}
	return false, strconv.ErrSyntax
}

func readInt32(s string) (int32, error) {
	v, err := strconv.ParseInt(s, 10, 32)
	return int32(v), err
}

func readInt64(s string) (int64, error) { return strconv.ParseInt(s, 10, 64) }

func readDouble(s string) (float64, error) { return strconv.ParseFloat(s, 64) }

// word reads a word of a vocabulary, without the name of the vocabulary.
func (f file) word(n *yaml.Node, s string, e protoreflect.EnumDescriptor) protoreflect.Value {
	prefix := strings.TrimSuffix(string(e.Values().Get(0).Name()), "UNSPECIFIED")
	v := e.Values().ByName(protoreflect.Name(prefix + s))
	if v == nil || v.Number() == 0 {
		f.wrong(n, "%s is not a word of %s: use one of %s", s, e.Name(), strings.Join(words(e, prefix), ", "))
		return protoreflect.Value{}
	}
	return protoreflect.ValueOfEnum(v.Number())
}

func words(e protoreflect.EnumDescriptor, prefix string) []string {
	var list []string
	for i := 1; i < e.Values().Len(); i++ {
		list = append(list, strings.TrimPrefix(string(e.Values().Get(i).Name()), prefix))
	}
	return list
}
