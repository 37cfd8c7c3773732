package planfile_test

import (
	"maps"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"google.golang.org/protobuf/testing/protocmp"
	"google.golang.org/protobuf/types/known/timestamppb"

	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	"percorsi/internal/plan/planfile"
)

// The files of a plan of two objectives.
const (
	planYAML = `plan_id: SMALL-2025
version: 1
from: 2025-01-01
to: 2027-12-31
objectives:
  - {objective_id: B1, area: HOUSING, title: Homes}
  - {objective_id: A1, area: POVERTY, title: Poverty, note: nothing is open}
`
	a1YAML = `indicators:
  - indicator_id: A1.OUT.1
    objective_id: A1
    dimension: OUTPUT
    label: Cases with a manager
    target: 62.5
    unit: "%"
    definition:
      version: 1
      source: CASES
      unit: CASE
      aggregation: RATIO
      period: TRIENNIUM
      pathways: [ADI, SELF]
      of: within(case.opened_on, from, to)
      hit: >-
        case.assigned_on
        != 0
`
	b1YAML = `indicators:
  - indicator_id: B1.OUT.2
    objective_id: B1
    dimension: OUTPUT
    label: Meetings
    definition: &sum {version: 1, source: ACTIVITIES, unit: ACTIVITY, aggregation: SUM, period: YEAR, value: activity.quantity}
  - indicator_id: B1.OUT.1
    objective_id: B1
    dimension: OUTPUT
    label: Other meetings
    direction: INCREASE
    definition: *sum
`
	fixturesYAML = `fixtures:
  - name: applied
    demographics: {birth_year: 1980, sex: FEMALE}
    facts:
      - occurred_on: 2025-01-10
        applied: {person_id: person, comune: "098031", managing_body: ACSI}
  - name: charged
    after: applied
    facts:
      - {occurred_on: 2025-02-01, taken_in_charge: {}}
      - {occurred_on: 2025-02-02, project_drafted: {project_id: pact, measure: PAIS, starts_on: 2025-02-02}}
      - {occurred_on: 2025-02-03, project_signed: {project_id: pact, signer: BENEFICIARY, mode: PAPER}}
  - name: again
    after: applied
    person_of: applied
  - name: home
    facts:
      - {occurred_on: 2025-03-05, discharged: {at: "2025-03-05T10:00:00+01:00"}}
`
	testsYAML = `tests:
  - indicator: A1.OUT.1
    name: nobody is assigned
    period: 2025
    as_of: 2026-03-31
    given: [applied, applied, charged]
    expect: {status: MEASURED, numerator: 0, denominator: 3, unknown: 1, value: 0}
  - indicator: B1.OUT.1
    name: nothing was recorded
    plan_facts:
      - occurred_on: 2025-03-01
        activity_recorded: {kind: MEETING, indicator: B1.OUT.2, quantity: 2}
    expect: {status: NOT_MEASURABLE, reason: NOT_RECORDED}
`
)

// files is the small plan, with some files replaced.
func files(replaced map[string]string) fstest.MapFS {
	out := fstest.MapFS{"notes.txt": {Data: []byte("not: [yaml")}}
	all := map[string]string{
		"plan.yaml": planYAML, "a1.yaml": a1YAML, "b1.yaml": b1YAML,
		"deep/down/fixtures.yaml": fixturesYAML, "tests.yaml": testsYAML,
	}
	maps.Copy(all, replaced)
	for name, text := range all {
		out[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return out
}

func read(t *testing.T) *planfile.Source {
	t.Helper()
	source, err := planfile.Read(files(nil))
	if err != nil {
		t.Fatal(err)
	}
	return source
}

func TestAPlanIsReadFromItsFilesInTheOrderOfItsObjectives(t *testing.T) {
	sum := &eventv1.Definition{
		Version: 1, Source: eventv1.Source_SOURCE_ACTIVITIES, Unit: eventv1.UnitOfCount_UNIT_OF_COUNT_ACTIVITY,
		Aggregation: eventv1.Aggregation_AGGREGATION_SUM, Period: eventv1.PeriodKind_PERIOD_KIND_YEAR, Value: "activity.quantity",
	}
	want := &eventv1.Plan{
		PlanId: "SMALL-2025", Version: 1, From: "2025-01-01", To: "2027-12-31",
		Objectives: []*eventv1.Objective{
			{ObjectiveId: "B1", Area: eventv1.Area_AREA_HOUSING, Title: "Homes"},
			{ObjectiveId: "A1", Area: eventv1.Area_AREA_POVERTY, Title: "Poverty", Note: "nothing is open"},
		},
		Indicators: []*eventv1.Indicator{
			{
				IndicatorId: "B1.OUT.2", ObjectiveId: "B1", Dimension: eventv1.Dimension_DIMENSION_OUTPUT,
				Label: "Meetings", Definition: sum,
			},
			{
				IndicatorId: "B1.OUT.1", ObjectiveId: "B1", Dimension: eventv1.Dimension_DIMENSION_OUTPUT,
				Label: "Other meetings", Direction: eventv1.Direction_DIRECTION_INCREASE, Definition: sum,
			},
			{
				IndicatorId: "A1.OUT.1", ObjectiveId: "A1", Dimension: eventv1.Dimension_DIMENSION_OUTPUT,
				Label: "Cases with a manager", Target: new(62.5), Unit: "%",
				Definition: &eventv1.Definition{
					Version: 1, Source: eventv1.Source_SOURCE_CASES, Unit: eventv1.UnitOfCount_UNIT_OF_COUNT_CASE,
					Aggregation: eventv1.Aggregation_AGGREGATION_RATIO, Period: eventv1.PeriodKind_PERIOD_KIND_TRIENNIUM,
					Pathways: []eventv1.Pathway{eventv1.Pathway_PATHWAY_ADI, eventv1.Pathway_PATHWAY_SELF},
					Of:       "within(case.opened_on, from, to)", Hit: "case.assigned_on != 0",
				},
			},
		},
	}
	if diff := cmp.Diff(want, read(t).Plan, protocmp.Transform()); diff != "" {
		t.Errorf("plan (-want +got):\n%s", diff)
	}
}

func TestAFixtureIsTheCaseOfOnePerson(t *testing.T) {
	fixtures := read(t).Fixtures
	applied, charged, again := fixtures["applied"], fixtures["charged"], fixtures["again"]
	if got := applied.Demographics.GetBirthYear(); got != 1980 || charged.Demographics.GetSex() != eventv1.Sex_SEX_FEMALE {
		t.Errorf("born in %d; the fixture that goes on has %v", got, charged.Demographics)
	}
	person := func(f *planfile.Fixture) string { return f.Facts[0].GetApplied().GetPersonId() }
	if person(applied) == person(charged) {
		t.Error("a fixture that goes on where another one ends is of the same person")
	}
	if person(applied) != person(again) {
		t.Error("person_of did not give the second case the same person")
	}
	if len(charged.Facts) != 4 || len(again.Facts) != 1 {
		t.Fatalf("%d and %d facts", len(charged.Facts), len(again.Facts))
	}
	drafted, signed := charged.Facts[2].GetProjectDrafted().GetProjectId(), charged.Facts[3].GetProjectSigned().GetProjectId()
	if drafted != signed || len(drafted) != 36 {
		t.Errorf("the project is drafted as %q and signed as %q", drafted, signed)
	}
	if diff := cmp.Diff(fixtures, read(t).Fixtures, protocmp.Transform()); diff != "" {
		t.Errorf("read again (-first +second):\n%s", diff)
	}
}

func TestAMomentIsReadWithItsZone(t *testing.T) {
	got := read(t).Fixtures["home"].Facts[0].GetDischarged().GetAt()
	if diff := cmp.Diff(&timestamppb.Timestamp{Seconds: 1741165200}, got, protocmp.Transform()); diff != "" {
		t.Errorf("moment (-want +got):\n%s", diff)
	}
}

func TestATestIsReadWithItsPlace(t *testing.T) {
	nought := 0.0
	want := []*planfile.Test{
		{
			Indicator: "A1.OUT.1", Name: "nobody is assigned", Period: "2025", AsOf: "2026-03-31",
			Given:  []string{"applied", "applied", "charged"},
			Expect: planfile.Expect{Status: "MEASURED", Denominator: 3, Unknown: 1, Value: &nought},
			File:   "tests.yaml", Line: 2,
		},
		{
			Indicator: "B1.OUT.1", Name: "nothing was recorded",
			Expect: planfile.Expect{Status: "NOT_MEASURABLE", Reason: "NOT_RECORDED"},
			File:   "tests.yaml", Line: 8,
		},
	}
	got := read(t).Tests
	if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(planfile.Test{}, "PlanFacts")); diff != "" {
		t.Errorf("tests (-want +got):\n%s", diff)
	}
	fact := &eventv1.Fact{
		OccurredOn: "2025-03-01",
		Fact: &eventv1.Fact_ActivityRecorded{ActivityRecorded: &eventv1.ActivityRecorded{
			Kind: eventv1.ActivityKind_ACTIVITY_KIND_MEETING, Indicator: "B1.OUT.2", Quantity: 2,
		}},
	}
	if diff := cmp.Diff([]*eventv1.Fact{fact}, got[1].PlanFacts, protocmp.Transform()); diff != "" {
		t.Errorf("facts of the plan (-want +got):\n%s", diff)
	}
}

func TestAnIndicatorIsFoundInItsFile(t *testing.T) {
	source := read(t)
	if got := source.Place("B1.OUT.1").String(); got != "b1.yaml:7" {
		t.Errorf("B1.OUT.1 is at %s", got)
	}
	if got := source.Place("B1.OUT.9"); got != (planfile.Place{}) {
		t.Errorf("an indicator that is not there is at %s", got)
	}
}

func TestOnlyTheFilesNamedAreRead(t *testing.T) {
	source, err := planfile.ReadFiles(files(map[string]string{"b1.yaml": "broken: [", "tests.yaml": "broken: ["}),
		"plan.yaml", "a1.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if len(source.Plan.GetIndicators()) != 1 || len(source.Fixtures) != 0 {
		t.Errorf("%d indicators and %d fixtures", len(source.Plan.GetIndicators()), len(source.Fixtures))
	}
	if _, err := planfile.ReadFiles(files(nil), "nowhere.yaml"); err == nil {
		t.Error("a file that is not there was read")
	}
}

func TestThePlanIsReadWithoutItsExamples(t *testing.T) {
	broken := map[string]string{"a1.tests.yaml": "broken: [", "fixtures/one.yaml": "broken: ["}
	p, err := planfile.ReadPlan(files(broken))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(read(t).Plan, p, protocmp.Transform()); diff != "" {
		t.Errorf("the plan (-with +without examples):\n%s", diff)
	}
	if _, err := planfile.ReadPlan(files(map[string]string{"b1.yaml": "broken: ["})); err == nil {
		t.Error("a plan that cannot be read was read")
	}
}
