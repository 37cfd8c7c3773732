package shapes

import (
	"slices"
	"strconv"
	"strings"

	"google.golang.org/protobuf/reflect/protoreflect"
)

// fieldKind gives everything that old bytes depend on beside number and name:
// "repeated a.B", "map<string,a.B>", "string oneof=form", "bytes (a.personal)".
func fieldKind(field protoreflect.FieldDescriptor, pkg protoreflect.FullName) string {
	words := []string{typeName(field)}
	switch {
	case field.IsList():
		words = []string{"repeated", typeName(field)}
	case field.HasOptionalKeyword():
		words = []string{"optional", typeName(field)}
	}
	if one := field.ContainingOneof(); one != nil && !one.IsSynthetic() {
		words = append(words, "oneof="+string(one.Name()))
	}
	return strings.Join(append(words, ownOptions(field, pkg)...), " ")
}

func typeName(field protoreflect.FieldDescriptor) string {
	switch {
	case field.IsMap():
		return "map<" + typeName(field.MapKey()) + "," + typeName(field.MapValue()) + ">"
	case field.Message() != nil:
		return string(field.Message().FullName())
	case field.Enum() != nil:
		return string(field.Enum().FullName())
	default:
		return field.Kind().String()
	}
}

// ownOptions names the options of the package itself that are set on a field.
// They say how its bytes are to be understood (sealed or plain, say), so they
// are part of the shape; validation rules are not: they may change.
func ownOptions(field protoreflect.FieldDescriptor, pkg protoreflect.FullName) []string {
	var names []string
	field.Options().ProtoReflect().Range(func(option protoreflect.FieldDescriptor, v protoreflect.Value) bool {
		if !option.IsExtension() || option.ParentFile().Package() != pkg {
			return true
		}
		name := "(" + string(option.FullName()) + ")"
		if option.Kind() != protoreflect.BoolKind || !v.Bool() {
			name += "=" + strconv.Quote(v.String())
		}
		names = append(names, name)
		return true
	})
	slices.Sort(names)
	return names
}
