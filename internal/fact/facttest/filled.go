package facttest

import (
	"bytes"
	"fmt"
	"regexp"

	"buf.build/gen/go/bufbuild/protovalidate/protocolbuffers/go/buf/validate"
	"github.com/google/uuid"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/known/timestamppb"

	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

// Kinds gives the field of each kind of fact, in the order of the schema.
func Kinds() []protoreflect.FieldDescriptor {
	fields := (*eventv1.Fact)(nil).ProtoReflect().Descriptor().Oneofs().ByName("fact").Fields()
	kinds := make([]protoreflect.FieldDescriptor, fields.Len())
	for i := range kinds {
		kinds[i] = fields.Get(i)
	}
	return kinds
}

// Filled gives a fact of a kind with every field set to something its rules
// allow, as it lies in the log: what is personal is sealed in form, though no
// key opens it. The same schema gives the same fact. It panics for a string
// whose rule allows none of the samples; add one then.
func Filled(kind protoreflect.FieldDescriptor) *eventv1.Fact {
	f := &eventv1.Fact{OccurredOn: "2025-03-31"}
	fill(f.ProtoReflect().Mutable(kind).Message())
	return f
}

// Commit gives a filled commit of the facts.
func Commit(facts ...*eventv1.Fact) *eventv1.Commit {
	return &eventv1.Commit{
		CommitId:      "0195e8a1-7c00-7a31-8f4e-2b1f6a9c0d11",
		CommandId:     "0195e8a1-7bff-7c20-9a55-51d3c7e80f42",
		CommandDigest: bytes.Repeat([]byte{0xd1}, 16),
		Stream:        "case.0195e8a0-1111-7222-8333-444455556666",
		RecordedAt:    &timestamppb.Timestamp{Seconds: 1743422400, Nanos: 250_000_000},
		Actor:         &eventv1.Actor{User: "op-017", Role: "case-manager", Body: "COMUNE-LODI"},
		Facts:         facts,
	}
}

func fill(m protoreflect.Message) {
	fields := m.Descriptor().Fields()
	for i := range fields.Len() {
		fd := fields.Get(i)
		switch {
		case fd.IsList():
			list := m.Mutable(fd).List()
			for n := range 2 {
				list.Append(filledValue(fd, list.NewElement(), n))
			}
		case fd.Message() != nil:
			filledValue(fd, m.Mutable(fd), 0)
		default: // of a oneof the last stays: for a Text, the sealed form
			m.Set(fd, filledValue(fd, m.NewField(fd), 0))
		}
	}
}

// filledValue gives the nth value for a field or an item of a list.
func filledValue(fd protoreflect.FieldDescriptor, empty protoreflect.Value, n int) protoreflect.Value {
	switch fd.Kind() {
	case protoreflect.MessageKind:
		fillMessage(empty.Message())
		return empty
	case protoreflect.EnumKind:
		return protoreflect.ValueOfEnum(fd.Enum().Values().Get(n + 1).Number())
	case protoreflect.StringKind:
		return protoreflect.ValueOfString(sample(fd, n))
	case protoreflect.BytesKind:
		return protoreflect.ValueOfBytes(sealedInForm(fd, n))
	case protoreflect.BoolKind:
		return protoreflect.ValueOfBool(true)
	case protoreflect.Int32Kind:
		return protoreflect.ValueOfInt32(1)
	case protoreflect.Int64Kind:
		return protoreflect.ValueOfInt64(1)
	case protoreflect.DoubleKind:
		return protoreflect.ValueOfFloat64(12.5)
	default:
		panic(fmt.Sprintf("%s: no sample of kind %s", fd.FullName(), fd.Kind()))
	}
}

func fillMessage(m protoreflect.Message) {
	if f, ok := m.Interface().(*eventv1.Fact); ok { // inside one that corrects another
		f.OccurredOn = "2025-03-31"
		f.Fact = &eventv1.Fact_ContactAttempted{ContactAttempted: &eventv1.ContactAttempted{}}
		fill(f.GetContactAttempted().ProtoReflect())
		return
	}
	if at, ok := m.Interface().(*timestamppb.Timestamp); ok {
		proto.Merge(at, &timestamppb.Timestamp{Seconds: 1743415200, Nanos: 500_000_000})
		return
	}
	fill(m)
}

// sealedInForm has the version and the length of a sealed value.
func sealedInForm(fd protoreflect.FieldDescriptor, n int) []byte {
	return append([]byte{1}, bytes.Repeat([]byte{byte(0xe0 + int(fd.Number()) + n)}, 31)...)
}

// samples are strings of each form the rules know. The forms of codes come
// first, as they allow some of the others too.
var samples = [][]string{
	{"COMUNE-LODI", "ASST-LODI", "CARITAS-LODI"},
	{"op-017", "op-042", "op-101"},
	{"0195e8a2-5a00-7d10-b6c1-7e8f90a1b2c3", "0195e8a2-5a01-7e20-8d42-0f1e2d3c4b5a", "0195e8a2-5a02-7f30-9e53-1a2b3c4d5e6f"},
	{"2025-03-31", "2025-04-30", "2025-05-31"},
	{"2025-03", "2025-04", "2025-05"},
	{"098031", "098062", "015191"},
	{"A1.OUT.1", "DE3.IMP.1", "B2.PRO.10"},
	{"A1", "B2", "DE3"},
	{"goal_set", "needs_recorded", "budget_set"},
	{"needs", "first-meeting", "project/0195e8a2-5a00-7d10-b6c1-7e8f90a1b2c3/budget"},
}

// sample gives the nth value of a string: one its rule allows, or the name of
// the field where the rule allows words. Neighbours in a message differ, so
// that none can be taken for the other.
func sample(fd protoreflect.FieldDescriptor, n int) string {
	rule := StringRule(fd)
	if !rule.GetUuid() && !rule.HasPattern() {
		return fmt.Sprintf("%s %d", fd.Name(), n+1)
	}
	for _, form := range samples {
		if allows(rule, form[0]) {
			return form[(int(fd.Number())+n)%len(form)]
		}
	}
	panic(fmt.Sprintf("%s: no sample fits its rule", fd.FullName()))
}

func allows(rule *validate.StringRules, s string) bool {
	if rule.GetUuid() {
		return uuid.Validate(s) == nil
	}
	return regexp.MustCompile(rule.GetPattern()).MatchString(s)
}

// StringRule gives the rule of a string field, or of the items of a list of
// strings; nil where there is none.
func StringRule(fd protoreflect.FieldDescriptor) *validate.StringRules {
	rules, _ := proto.GetExtension(fd.Options(), validate.E_Field).(*validate.FieldRules)
	if fd.IsList() {
		rules = rules.GetRepeated().GetItems()
	}
	return rules.GetString()
}
