package planfile

import (
	"errors"
	"time"

	"buf.build/gen/go/bufbuild/protovalidate/protocolbuffers/go/buf/validate"
	"buf.build/go/protovalidate"
	"go.yaml.in/yaml/v3"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// dayPattern is how the schema marks a field that holds a calendar day.
const dayPattern = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"

// textRules gives the rules that the schema has for a text; nil where it has
// none.
func textRules(field protoreflect.FieldDescriptor) *validate.StringRules {
	rules, ok := proto.GetExtension(field.Options(), validate.E_Field).(*validate.FieldRules)
	if !ok {
		return nil
	}
	if field.IsList() {
		rules = rules.GetRepeated().GetItems()
	}
	return rules.GetString()
}

// str reads a text: the name of something, a calendar day, or plain words.
func (f file) str(n *yaml.Node, s string, field protoreflect.FieldDescriptor, named func(string) string) protoreflect.Value {
	rules := textRules(field)
	switch {
	case rules.GetUuid() && named != nil:
		s = named(s)
	case rules.GetPattern() == dayPattern && !isDay(s):
		f.wrong(n, "%s is not a calendar day: write it as 2025-03-31", s)
		return protoreflect.Value{}
	}
	return protoreflect.ValueOfString(s)
}

func isDay(s string) bool {
	_, err := time.Parse(time.DateOnly, s)
	return err == nil
}

// checked fills a message and, where that went well, checks it against the
// rules of its schema.
func (f file) checked(n *yaml.Node, m proto.Message, named func(string) string) {
	before := len(f.errs)
	f.fill(n, m.ProtoReflect(), named)
	if len(f.errs) == before {
		f.obeys(n, m)
	}
}

// obeys checks a message against the rules of its schema, and notes what is
// wrong at the node it was read from.
func (f file) obeys(n *yaml.Node, m proto.Message) {
	err := protovalidate.Validate(m)
	if invalid, ok := errors.AsType[*protovalidate.ValidationError](err); ok {
		for _, v := range invalid.Violations {
			f.wrong(n, "%s: %s", protovalidate.FieldPathString(v.Proto.GetField()), v.Proto.GetMessage())
		}
		return
	}
	if err != nil {
		f.wrong(n, "cannot be checked: %s", err)
	}
}
