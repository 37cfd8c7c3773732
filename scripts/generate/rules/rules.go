package rules

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"google.golang.org/protobuf/reflect/protoreflect"
)

// Finding is one place that breaks a rule, with what to do about it.
type Finding struct {
	File string
	Line int // counted from 1
	Do   string
}

// String gives the finding as file:line: what to do.
func (f Finding) String() string { return fmt.Sprintf("%s:%d: %s", f.File, f.Line, f.Do) }

// Check gives every breach in the files, sorted by file and line:
//   - a service, rpc, message, field, enum, enum value or extension has a
//     comment, before it or at the end of its line;
//   - a field's name is in lower_snake_case;
//   - the zero value of an enum ends in _UNSPECIFIED, so that an absent value
//     is never mistaken for a choice.
//
// The files have to be compiled with their comments.
func Check(files []protoreflect.FileDescriptor) []Finding {
	c := &checker{}
	for _, file := range files {
		c.services(file.Services())
		c.enums(file.Enums())
		c.messages(file.Messages())
		c.extensions(file.Extensions())
	}
	slices.SortStableFunc(c.findings, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line))
	})
	return c.findings
}

var lowerSnake = regexp.MustCompile(`^[a-z][a-z0-9]*(_[a-z0-9]+)*$`)

type checker struct{ findings []Finding }

func (c *checker) services(services protoreflect.ServiceDescriptors) {
	for i := range services.Len() {
		service := services.Get(i)
		c.comment(service, "service")
		for j := range service.Methods().Len() {
			c.comment(service.Methods().Get(j), "rpc")
		}
	}
}

func (c *checker) messages(messages protoreflect.MessageDescriptors) {
	for i := range messages.Len() {
		message := messages.Get(i)
		if message.IsMapEntry() {
			continue // the compiler wrote it
		}
		c.comment(message, "message")
		for j := range message.Fields().Len() {
			c.field(message.Fields().Get(j))
		}
		c.extensions(message.Extensions())
		c.enums(message.Enums())
		c.messages(message.Messages())
	}
}

func (c *checker) field(field protoreflect.FieldDescriptor) {
	c.comment(field, "field")
	if !lowerSnake.MatchString(string(field.Name())) {
		c.report(field, "field %s: write the name in lower_snake_case", field.FullName())
	}
}

func (c *checker) extensions(extensions protoreflect.ExtensionDescriptors) {
	for i := range extensions.Len() {
		c.field(extensions.Get(i))
	}
}

func (c *checker) enums(enums protoreflect.EnumDescriptors) {
	for i := range enums.Len() {
		enum := enums.Get(i)
		c.comment(enum, "enum")
		for j := range enum.Values().Len() {
			value := enum.Values().Get(j)
			c.comment(value, "enum value")
			if value.Number() == 0 && !strings.HasSuffix(string(value.Name()), "_UNSPECIFIED") {
				c.report(value, "enum value %s is 0: name it so that it ends in _UNSPECIFIED", value.FullName())
			}
		}
	}
}

func (c *checker) comment(d protoreflect.Descriptor, kind string) {
	at := d.ParentFile().SourceLocations().ByDescriptor(d)
	if strings.TrimSpace(at.LeadingComments) == "" && strings.TrimSpace(at.TrailingComments) == "" {
		c.report(d, "%s %s has no comment: say what it is", kind, d.FullName())
	}
}

func (c *checker) report(d protoreflect.Descriptor, format string, args ...any) {
	c.findings = append(c.findings, Finding{
		File: d.ParentFile().Path(),
		Line: d.ParentFile().SourceLocations().ByDescriptor(d).StartLine + 1,
		Do:   fmt.Sprintf(format, args...),
	})
}
