package casework

import (
	"fmt"
	"slices"
	"strings"

	"google.golang.org/protobuf/reflect/protoreflect"

	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

// FactRef names the facts of one kind; with About, only those of them that the
// timeline marks so, such as a missed summons that was justified.
type FactRef struct {
	Kind  int32
	About string
}

// ParseFactRef reads a reference: the name of a fact of a case as the event
// schema has it, such as first_meeting_held; or with a mark, such as
// summons_missed/justified or measure_decided/revoked.
func ParseFactRef(s string) (FactRef, error) {
	name, mark, marked := strings.Cut(s, "/")
	kind := kindNamed(name)
	if kind == 0 || !ofCase(kind) {
		return FactRef{}, fmt.Errorf("a case has no fact %q", name)
	}
	if known := marksOf(name); marked && !slices.Contains(known, mark) {
		return FactRef{}, fmt.Errorf("the fact %s is not marked %q; its marks: %s", name, mark, strings.Join(known, ", "))
	}
	return FactRef{Kind: kind, About: mark}, nil
}

// Timed tells whether the facts state a moment, so that hours can be counted
// from them.
func (r FactRef) Timed() bool {
	return factFields().ByNumber(protoreflect.FieldNumber(r.Kind)).Message().Fields().ByName("at") != nil
}

// ofCase tells whether a kind of fact belongs to a case.
func ofCase(kind int32) bool {
	f := &eventv1.Fact{}
	f.ProtoReflect().Mutable(factFields().ByNumber(protoreflect.FieldNumber(kind)))
	_, err := ruleOf(f)
	return err == nil
}

// marksOf gives what the timeline tells apart among the facts of a kind.
func marksOf(name string) []string {
	switch name {
	case "summons_missed":
		return []string{AboutJustified}
	case "measure_decided":
		return marksOfEnum(decisionMark)
	case "meeting_held":
		return marksOfEnum(teamMark)
	default:
		return nil
	}
}

// marksOfEnum gives the marks of all values but the first, which says nothing.
func marksOfEnum[E interface {
	~int32
	Descriptor() protoreflect.EnumDescriptor
}](mark func(E) string,
) []string {
	var marks []string
	values := E(0).Descriptor().Values()
	for i := 1; i < values.Len(); i++ {
		marks = append(marks, mark(E(values.Get(i).Number())))
	}
	return marks
}

// decisionMark is how the timeline marks a decision of INPS: each kind of them
// starts or ends other clocks.
func decisionMark(d eventv1.MeasureDecision) string {
	return enumName(d.String(), "MEASURE_DECISION_")
}

// teamMark is how the timeline marks a meeting that was held: each kind of team
// has its own calendar.
func teamMark(k eventv1.TeamKind) string { return enumName(k.String(), "TEAM_KIND_") }

// factFields gives the kinds of facts there are.
func factFields() protoreflect.FieldDescriptors {
	return (*eventv1.Fact)(nil).ProtoReflect().Descriptor().Oneofs().ByName("fact").Fields()
}

// kindNamed gives the number of a kind of fact by its name, such as pad_signed;
// 0 for none.
func kindNamed(name string) int32 {
	field := factFields().ByName(protoreflect.Name(name))
	if field == nil {
		return 0
	}
	return int32(field.Number())
}

// in tells whether a moment is one that the references name. about is the
// member or thing a clock is for: what is about another one does not count.
func in(refs []FactRef, m *Moment, about string) bool {
	for i := range refs {
		if r := refs[i]; r.Kind == m.Kind && r.matches(m.About, about) {
			return true
		}
	}
	return false
}

func (r FactRef) matches(mark, about string) bool {
	if r.About != "" {
		return r.About == mark
	}
	return about == "" || mark == "" || mark == about
}
