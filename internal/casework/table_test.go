package casework_test

import (
	"testing"

	"google.golang.org/protobuf/reflect/protoreflect"

	"percorsi/internal/casework"
	"percorsi/internal/fact"
	"percorsi/internal/fact/facttest"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

// otherStreams is the first number of the facts of people and of the plan.
const otherStreams = 200

// settledKind is the kind of a choice.
var settledKind = (*eventv1.Fact)(nil).ProtoReflect().Descriptor().Fields().ByName("clash_settled")

// kindsOfCases gives every kind of fact that a case can hold.
func kindsOfCases() []protoreflect.FieldDescriptor {
	var kinds []protoreflect.FieldDescriptor
	for _, k := range facttest.Kinds() {
		if k.Number() < otherStreams {
			kinds = append(kinds, k)
		}
	}
	return kinds
}

func TestEveryFactOfACaseHasARule(t *testing.T) {
	for _, kind := range facttest.Kinds() {
		f := facttest.Filled(kind)
		part, err := casework.PartOf(f)
		switch ofCase := kind.Number() < otherStreams; {
		case ofCase && (err != nil || part == ""):
			t.Errorf("%s: part %q, %v", kind.Name(), part, err)
		case !ofCase && err == nil:
			t.Errorf("%s is no fact of a case and has a rule", kind.Name())
		}
	}
}

func TestEveryFactOfACaseFoldsAsTheSchemaAllowsIt(t *testing.T) {
	for _, kind := range kindsOfCases() {
		f := facttest.Filled(kind)
		begin := generaleInCharge()
		if kind.Name() == "signalled" || kind.Name() == "applied" {
			begin = nil
		}
		c := fold(t, append(begin, f)...)
		if got := c.Timeline[len(c.Timeline)-1].Kind; got != int32(kind.Number()) {
			t.Errorf("%s: the timeline ends with %d", kind.Name(), got)
		}
	}
}

// TestEveryFactOfACaseIsInTheTables keeps the tables of decisions whole: each
// kind is accepted somewhere and refused somewhere.
func TestEveryFactOfACaseIsInTheTables(t *testing.T) {
	accepted, refused := map[int32]bool{}, map[int32]bool{}
	for _, table := range [][]decision{
		intakeDecisions(), endDecisions(), surroundingDecisions(), contactDecisions(), referralDecisions(),
		assessmentDecisions(), analysisDecisions(), approvalDecisions(), submissionDecisions(), closureDecisions(),
		teamDecisions(), meetingDecisions(), followUpDecisions(), answerDecisions(),
		projectDecisions(), goalDecisions(), signatureDecisions(), versionDecisions(), calendarDecisions(), supportDecisions(), evaluationDecisions(),
		pathDecisions(), attendanceDecisions(),
		dischargeDecisions(), homeDecisions(), bedDecisions(), outcomeDecisions(),
	} {
		for _, d := range table {
			if d.then != nil {
				accepted[fact.Kind(d.when)] = true
			} else {
				refused[fact.Kind(d.when)] = true
			}
		}
	}
	for _, d := range choiceDecisions() { // their fact comes with another one
		if d.want != nil {
			accepted[int32(settledKind.Number())] = true
		} else {
			refused[int32(settledKind.Number())] = true
		}
	}
	for _, kind := range kindsOfCases() {
		if n := int32(kind.Number()); !accepted[n] || !refused[n] {
			t.Errorf("%s: accepted somewhere %t, refused somewhere %t", kind.Name(), accepted[n], refused[n])
		}
	}
}

func TestEveryPathwayBeginsAndEnds(t *testing.T) {
	begins := map[eventv1.Pathway]facts{
		eventv1.Pathway_PATHWAY_ADI:       adiInCharge(),
		eventv1.Pathway_PATHWAY_SELF:      selfInCharge(),
		eventv1.Pathway_PATHWAY_DISCHARGE: and(signalledTo(eventv1.Pathway_PATHWAY_DISCHARGE), takenOn("2025-01-15")),
		eventv1.Pathway_PATHWAY_GENERALE:  generaleInCharge(),
	}
	values := eventv1.Pathway(0).Descriptor().Values()
	for i := 1; i < values.Len(); i++ {
		p := eventv1.Pathway(values.Get(i).Number())
		begin, ok := begins[p]
		if !ok {
			t.Errorf("%s has no case in the tests", p)
			continue
		}
		s := given(t, and(begin, on("2025-12-31", closing(eventv1.ClosingReason_CLOSING_REASON_NOT_NEEDED)))...)
		if s.c.Pathway != p || s.c.Status != casework.Closed {
			t.Errorf("%s: pathway %s, status %d", p, s.c.Pathway, s.c.Status)
		}
	}
}
