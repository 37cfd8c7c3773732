package shapes

import (
	"slices"
	"strings"

	"google.golang.org/protobuf/reflect/protoreflect"
)

// Schema is what a set of compiled files says now.
type Schema struct {
	shapes List
	// reserved knows, for each message and enum, what it reserves.
	reserved map[string]reserver
}

// reserver is what a message and an enum have in common here.
type reserver interface {
	reserves(number int32, name string) bool
}

// Of reads the schema of a package: its messages, enums and extensions, and
// whatever messages and enums of other packages they use, since those end up
// in the same bytes. Google's own types are taken as they are: they keep the
// same promise.
func Of(files []protoreflect.FileDescriptor, pkg protoreflect.FullName) Schema {
	r := &reader{pkg: pkg, schema: Schema{reserved: map[string]reserver{}}}
	for _, file := range files {
		if file.Package() == pkg {
			r.messages(file.Messages())
			r.enums(file.Enums())
			r.extensions(file.Extensions())
		}
	}
	slices.SortStableFunc(r.schema.shapes, compare)
	// Two names of one enum value count as the first of them.
	r.schema.shapes = slices.CompactFunc(r.schema.shapes, func(a, b Shape) bool { return a.key() == b.key() })
	return r.schema
}

// Shapes gives the shapes of the schema.
func (s Schema) Shapes() List { return s.shapes }

type reader struct {
	pkg    protoreflect.FullName
	schema Schema
}

func (r *reader) messages(messages protoreflect.MessageDescriptors) {
	for i := range messages.Len() {
		r.message(messages.Get(i))
	}
}

func (r *reader) message(m protoreflect.MessageDescriptor) {
	if !r.first(m, message{m}) {
		return
	}
	for i := range m.Fields().Len() {
		field := m.Fields().Get(i)
		r.used(field)
		if m.IsMapEntry() {
			continue // it is part of the shape of the map field
		}
		r.add(m, int32(field.Number()), field.Name(), fieldKind(field, r.pkg))
	}
	r.messages(m.Messages())
	r.enums(m.Enums())
	r.extensions(m.Extensions())
}

// used reads the type of a field.
func (r *reader) used(field protoreflect.FieldDescriptor) {
	if m := field.Message(); m != nil {
		r.message(m)
	}
	if e := field.Enum(); e != nil {
		r.enum(e)
	}
}

func (r *reader) enums(enums protoreflect.EnumDescriptors) {
	for i := range enums.Len() {
		r.enum(enums.Get(i))
	}
}

func (r *reader) enum(e protoreflect.EnumDescriptor) {
	if !r.first(e, enum{e}) {
		return
	}
	for i := range e.Values().Len() {
		value := e.Values().Get(i)
		r.add(e, int32(value.Number()), value.Name(), "value")
	}
}

func (r *reader) extensions(extensions protoreflect.ExtensionDescriptors) {
	for i := range extensions.Len() {
		x := extensions.Get(i)
		r.add(x.ContainingMessage(), int32(x.Number()), protoreflect.Name(x.FullName()), fieldKind(x, r.pkg))
		r.used(x)
	}
}

// first says whether a message or enum is to be read: once, and never one of
// Google's.
func (r *reader) first(d protoreflect.Descriptor, reserved reserver) bool {
	name := string(d.FullName())
	if _, known := r.schema.reserved[name]; known || strings.HasPrefix(name, "google.") {
		return false
	}
	r.schema.reserved[name] = reserved
	return true
}

func (r *reader) add(owner protoreflect.Descriptor, number int32, name protoreflect.Name, kind string) {
	r.schema.shapes = append(r.schema.shapes, Shape{
		Owner: string(owner.FullName()), Number: number, Name: string(name), Kind: kind,
	})
}

type message struct{ protoreflect.MessageDescriptor }

func (m message) reserves(number int32, name string) bool {
	return m.ReservedRanges().Has(protoreflect.FieldNumber(number)) && m.ReservedNames().Has(protoreflect.Name(name))
}

type enum struct{ protoreflect.EnumDescriptor }

func (e enum) reserves(number int32, name string) bool {
	return e.ReservedRanges().Has(protoreflect.EnumNumber(number)) && e.ReservedNames().Has(protoreflect.Name(name))
}
