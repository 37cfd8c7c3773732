package indicator

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/testing/protocmp"

	"percorsi/internal/fault"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

func violations(err error) []fault.Violation {
	e, ok := errors.AsType[*fault.Error](err)
	if !ok || e.Kind != fault.Invalid {
		return nil
	}
	return e.Violations
}

func TestADefinitionThatDoesNotCompileIsRefusedWithItsPlace(t *testing.T) {
	for name, c := range map[string]struct {
		definition *eventv1.Definition
		field, do  string
	}{
		"a field that does not exist": {
			&eventv1.Definition{Aggregation: ratio, Of: "true", Hit: "case.case_manager != '' &&\n  case.managed_by == ''"},
			"hit", "2:7: undefined field 'managed_by'",
		},
		"a vocabulary that does not exist": {
			&eventv1.Definition{Aggregation: count, Of: "case.pathway == Path.ADI"},
			"of", "1:17: undeclared reference to 'Path'",
		},
		"an answer of another type": {
			&eventv1.Definition{Aggregation: count, Of: "case.comune"},
			"of", "1:1: must answer with bool, and answers with string",
		},
		"a value that is no number": {
			&eventv1.Definition{Aggregation: sum, Of: "true", Value: "case.comune"},
			"value", "1:1: must answer with int, and answers with string",
		},
		"a key that is no text": {
			&eventv1.Definition{Aggregation: distinct, Of: "true", Key: "case.needs"},
			"key", "1:1: must answer with string or list(string), and answers with list(int)",
		},
		"a unit that is not there": {
			&eventv1.Definition{Aggregation: count, Unit: unitProject, Of: "path.host != ''"},
			"of", "1:1: undeclared reference to 'path'",
		},
		"a case behind an activity": {
			&eventv1.Definition{Aggregation: count, Unit: unitActivity, Source: fromActivities, Of: "case.comune != ''"},
			"of", "1:1: undeclared reference to 'case'",
		},
		"two vocabularies compared": {
			&eventv1.Definition{Aggregation: count, Of: "case.service == Pathway.SELF"},
			"of", "1:14: a value of Service is compared with one of Pathway",
		},
		"an unknown fact of the far side": {
			&eventv1.Definition{
				Aggregation: keyShare, Unit: unitActivity, Source: fromActivities, Key: "activity.bodies",
				HitUnit: unitPath, Hit: "path.hosted", HitKey: "path.host",
			},
			"hit", "1:5: undefined field 'hosted'",
		},
		"values of persons added up": {
			&eventv1.Definition{Aggregation: sum, Unit: unitPerson, Of: "true", Value: "1"},
			"unit", "a person is counted once, so what several cases say of one cannot be added up: count cases instead",
		},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Compile(planOf(define("A1.OUT.1", c.definition)))
			found := violations(err)
			if len(found) != 1 {
				t.Fatalf("got %v, want one violation", err)
			}
			if want := "indicators[A1.OUT.1].definition." + c.field; found[0].Field != want {
				t.Errorf("field %s, want %s", found[0].Field, want)
			}
			if !strings.HasPrefix(found[0].Do, c.do) {
				t.Errorf("got  %s\nwant %s", found[0].Do, c.do)
			}
		})
	}
}

func TestEveryWrongDefinitionIsNamedAtOnce(t *testing.T) {
	_, err := Compile(planOf(
		define("A1.OUT.1", &eventv1.Definition{Aggregation: ratio, Of: "case.a", Hit: "case.b && case.c"}),
		define("A1.OUT.2", &eventv1.Definition{Aggregation: count, Of: "true"}),
		define("A1.OUT.3", &eventv1.Definition{Aggregation: count, Of: "case.d"}),
	))
	var fields []string
	for _, v := range violations(err) {
		fields = append(fields, v.Field)
	}
	want := "indicators[A1.OUT.1].definition.of indicators[A1.OUT.1].definition.hit " +
		"indicators[A1.OUT.1].definition.hit indicators[A1.OUT.3].definition.of"
	if got := strings.Join(fields, " "); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestAPlanThatDoesNotHoldTogetherIsRefused(t *testing.T) {
	p := planOf(define("A1.OUT.1", &eventv1.Definition{Aggregation: ratio, Of: "true"}))
	if found := violations(compileError(p)); len(found) == 0 || found[0].Field != "plan.indicators[0].definition.hit" {
		t.Errorf("a ratio without a hit: got %v", found)
	}
	p = planOf(define("A1.OUT.1", &eventv1.Definition{Aggregation: count, Of: "true"}))
	p.To = "2095-12-31"
	if found := violations(compileError(p)); len(found) != 1 || found[0].Field != "to" {
		t.Errorf("a plan of 70 years: got %v", found)
	}
}

func compileError(p *eventv1.Plan) error {
	_, err := Compile(p)
	return err
}

func TestAPlanIsCompiledOnceAndMayChangeAfterwards(t *testing.T) {
	source := planOf(define("A1.OUT.1", &eventv1.Definition{Aggregation: count, Of: "case.comune == '098031'"}))
	first, err := Compile(source)
	if err != nil {
		t.Fatal(err)
	}
	same := proto.CloneOf(source)
	source.Indicators[0].Definition.Of = "true"
	again, err := Compile(same)
	if err != nil || again != first {
		t.Errorf("an equal plan gave another program, %v", err)
	}
	if d := cmp.Diff(same, first.Plan(), protocmp.Transform()); d != "" {
		t.Errorf("the plan of the program changed (-want +got):\n%s", d)
	}
	if other, err := Compile(source); err != nil || other == first {
		t.Errorf("another plan gave the same program, %v", err)
	}
}

func TestEveryVocabularyCanBeNamed(t *testing.T) {
	for _, of := range []string{
		"case.pathway == Pathway.ADI", "case.service == Service.SEVERE_MARGINALITY",
		"case.outcome == Outcome.POSITIVE", "case.status == Status.IN_CHARGE",
		"case.supports.exists(s, s.kind == SupportKind.ORIENTATION)",
		"case.discharge.six_month == Readmission.NOT_READMITTED",
		"case.closing_reason == ClosingReason.UNSPECIFIED",
	} {
		if err := compileError(planOf(define("A1.OUT.1", &eventv1.Definition{Aggregation: count, Of: of}))); err != nil {
			t.Errorf("%s: %v", of, err)
		}
	}
}

func TestPeriodsAreTheYearsAndTheWholePlan(t *testing.T) {
	p := compile(t, define("A1.OUT.1", &eventv1.Definition{Aggregation: count, Of: "true"}))
	var got []string
	for _, s := range p.Periods() {
		got = append(got, s.Label+" "+s.From.String()+" "+s.To.String())
	}
	want := "2025 2025-01-01 2025-12-31|2026 2026-01-01 2026-12-31|2027 2027-01-01 2027-12-31|2025-2027 2025-01-01 2027-12-31"
	if strings.Join(got, "|") != want {
		t.Errorf("got %v", got)
	}
}

func TestYearsOfAPlanEndWithThePlan(t *testing.T) {
	source := planOf(define("A1.OUT.1", &eventv1.Definition{Aggregation: count, Of: "true"}))
	source.From, source.To = "2024-07-01", "2025-06-30"
	p, err := Compile(source)
	if err != nil {
		t.Fatal(err)
	}
	first, second := p.Periods()[0], p.Periods()[1]
	if first.From.String() != "2024-07-01" || first.To.String() != "2024-12-31" || second.To.String() != "2025-06-30" {
		t.Errorf("got %v and %v", first, second)
	}
}
