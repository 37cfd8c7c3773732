package rpc

import (
	"strings"

	"buf.build/gen/go/bufbuild/protovalidate/protocolbuffers/go/buf/validate"
	"buf.build/go/protovalidate"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// formats says in words what the patterns of the proto files ask for.
var formats = map[string]string{
	`^[0-9]{4}-[0-9]{2}-[0-9]{2}$`:                       "write the day as 2025-03-31",
	`^[0-9]{4}-(0[1-9]|1[0-2])$`:                         "write the month as 2025-03",
	`^[0-9]{4}(-[0-9]{4})?$`:                             "write a year as 2025, or years as 2025-2027",
	`^[0-9]{6}$`:                                         "write the six digits of the ISTAT code of the Comune, such as 098031",
	`^[A-Z0-9][A-Z0-9-]{1,39}$`:                          "write the code of the body: 2 to 40 capital letters, digits and hyphens, such as ACSI",
	`^[A-Z0-9][A-Z0-9._/-]{0,39}$`:                       "write the code: up to 40 capital letters, digits, dots, slashes and hyphens, such as DET/2025-117",
	`^[a-z0-9][a-z0-9.-]{1,39}$`:                         "write the pseudonym: 2 to 40 small letters, digits, dots and hyphens, such as op.417",
	`^[a-z][a-z-]{1,19}(/[a-z0-9._-]{1,48}){0,4}$`:       "write the part as the case shows it, such as needs",
	`^[a-z][a-z_]{2,39}$`:                                "write the kind of fact as the history names it, such as needs_recorded",
	`^[A-Z]{1,2}[0-9]$`:                                  "write the id of the objective, such as A1",
	`^[A-Z]{1,2}[0-9][.](INP|PRO|OUT|IMP)[.][0-9]{1,2}$`: "write the id of the indicator, such as A1.OUT.3",
}

// remedy says what to do about a broken rule. The value is never in it: it may
// be personal, and the text goes into logs and screenshots.
func remedy(request protoreflect.MessageDescriptor, v *protovalidate.Violation) string {
	rule := v.Proto.GetRuleId()
	switch rule {
	case "required":
		return "give it; nothing can be recorded without"
	case "string.uuid", "string.uuid_empty":
		return "give a UUID, such as 0190a1b2-7c3d-7e4f-8a5b-6c7d8e9f0a1b"
	case "string.pattern":
		return format(v.RuleValue)
	case "string.max_len":
		return "write at most " + v.RuleValue.String() + " characters"
	case "string.min_len":
		return "write at least " + v.RuleValue.String() + " characters"
	case "enum.defined_only", "enum.not_in":
		return choose(fieldAt(request, v.Proto.GetField().GetElements()))
	case "repeated.min_items":
		return "give at least " + v.RuleValue.String()
	case "repeated.max_items":
		return "give at most " + v.RuleValue.String()
	case "bool.const":
		return "say " + v.RuleValue.String() + ", or leave it out"
	case "repeated.unique":
		return "give each one once"
	}
	if isNumber(rule) {
		return "give a number that is " + strings.TrimPrefix(v.Proto.GetMessage(), "must be ")
	}
	return "make it fit the rule " + rule + " of the proto file"
}

func format(pattern protoreflect.Value) string {
	if text, ok := formats[pattern.String()]; ok {
		return text
	}
	return "write it in the form " + pattern.String()
}

// choose names the values of an enum by the enum: the list is in the API.
func choose(f protoreflect.FieldDescriptor) string {
	if f == nil || f.Enum() == nil {
		return "choose one of the values of the API"
	}
	values := f.Enum().Values()
	return "choose a value of " + string(f.Enum().FullName()) + ", such as " + string(values.Get(values.Len()-1).Name())
}

// fieldAt follows a path from a request. The violation of an item of a list
// does not name its field in another way.
func fieldAt(m protoreflect.MessageDescriptor, path []*validate.FieldPathElement) protoreflect.FieldDescriptor {
	var f protoreflect.FieldDescriptor
	for _, step := range path {
		if m == nil {
			return nil
		}
		if f = m.Fields().ByNumber(protoreflect.FieldNumber(step.GetFieldNumber())); f == nil {
			return nil
		}
		m = elementOf(f)
	}
	return f
}

func isNumber(rule string) bool {
	kind, _, _ := strings.Cut(rule, ".")
	return kind == "int32" || kind == "int64" || kind == "uint64" || kind == "double"
}
