package deftest

import (
	"strings"
	"testing"
	"testing/fstest"

	plandata "percorsi/deploy/plan"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	"percorsi/internal/plan/planfile"
)

func TestThePlanThatIsShippedCountsAsItsTestsSay(t *testing.T) {
	source, err := planfile.Read(plandata.Lodi())
	if err != nil {
		t.Fatal(err)
	}
	failed, err := Run(source)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range failed {
		t.Error(f)
	}
	tested := map[string]bool{}
	for _, test := range source.Tests {
		tested[test.Indicator] = true
	}
	for _, i := range source.Plan.GetIndicators() {
		if i.GetDefinition().GetSource() == eventv1.Source_SOURCE_CASES && !tested[i.GetIndicatorId()] {
			t.Errorf("%s: %s is counted from cases and has no test", source.Place(i.GetIndicatorId()), i.GetIndicatorId())
		}
	}
}

// small is a plan of two indicators with the tests in its last part.
const small = `
plan_id: SMALL-2025
version: 1
from: 2025-01-01
to: 2026-12-31
objectives:
  - {objective_id: A1, area: POVERTY, title: Poverty}
indicators:
  - indicator_id: A1.OUT.1
    objective_id: A1
    dimension: OUTPUT
    label: Persons signalled
    target: 2
    definition:
      {version: 1, source: CASES, unit: PERSON, aggregation: RATIO, period: YEAR, of: "within(case.opened_on, from, to)", hit: case.in_charge_on != 0}
  - indicator_id: A1.OUT.2
    objective_id: A1
    dimension: OUTPUT
    label: Meetings
    definition:
      {version: 1, source: ACTIVITIES, unit: ACTIVITY, aggregation: COUNT, period: YEAR}
fixtures:
  - name: charged
    facts:
      - occurred_on: 2025-03-01
        signalled: {person_id: shared/ada, pathway: GENERALE, area: POVERTY, service: SEVERE_MARGINALITY, comune: "098031", managing_body: ACSI, signalled_by_kind: CITIZEN}
      - occurred_on: 2025-06-01
        taken_in_charge: {}
tests:
`

func readSmall(t *testing.T, tests string) *planfile.Source {
	t.Helper()
	source, err := planfile.Read(fstest.MapFS{"plan.yaml": {Data: []byte(small + tests)}})
	if err != nil {
		t.Fatal(err)
	}
	return source
}

func TestATestStandsAtItsDay(t *testing.T) {
	failed, err := Run(readSmall(t, `
  - {indicator: A1.OUT.1, name: before, period: 2025, as_of: 2025-02-28, given: [charged], expect: {status: NOT_MEASURABLE, reason: NO_UNITS}}
  - {indicator: A1.OUT.1, name: signalled, period: 2025, as_of: 2025-05-31, given: [charged], expect: {status: MEASURED, denominator: 1, value: 0}}
  - {indicator: A1.OUT.1, name: charged, period: 2025, as_of: 2025-06-01, given: [charged], expect: {status: MEASURED, numerator: 1, denominator: 1, value: 100}}
  - {indicator: A1.OUT.1, name: the end of the year, period: 2025, given: [charged], expect: {status: MEASURED, numerator: 1, denominator: 1, value: 100}}
  - {indicator: A1.OUT.1, name: the end of the plan, given: [charged], expect: {status: NOT_MEASURABLE, reason: NO_UNITS}}
  - indicator: A1.OUT.2
    name: the second meeting has not happened
    period: 2025
    as_of: 2025-02-28
    plan_facts:
      - {occurred_on: 2025-02-01, activity_recorded: {kind: MEETING, indicator: A1.OUT.2, quantity: 1}}
      - {occurred_on: 2025-03-01, activity_recorded: {kind: MEETING, indicator: A1.OUT.2, quantity: 1}}
    expect: {status: NO_TARGET, numerator: 1, value: 1}
`))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range failed {
		t.Error(f)
	}
}

func TestAFixtureGivenAgainIsAnotherPerson(t *testing.T) {
	failed, err := Run(readSmall(t, `
  - {indicator: A1.OUT.1, name: three, period: 2025, given: [charged, charged, charged], expect: {status: MEASURED, numerator: 3, denominator: 3, value: 100}}
`))
	if err != nil || len(failed) > 0 {
		t.Error(err, failed)
	}
}

func TestAFigureThatIsAnotherOneFails(t *testing.T) {
	failed, err := Run(readSmall(t, `
  - {indicator: A1.OUT.1, name: wrong, period: 2025, given: [charged], expect: {status: NO_TARGET, numerator: 2, denominator: 3, unknown: 1, value: 66.67, reason: NO_UNITS}}
  - {indicator: A1.OUT.1, name: right, period: 2025, given: [charged], expect: {status: MEASURED, numerator: 1, denominator: 1, value: 100}}
  - {indicator: A1.OUT.2, name: nobody keeps it, period: 2025, expect: {status: NO_TARGET, value: 0}}
`))
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"A1.OUT.1, wrong: status is MEASURED, not NO_TARGET; numerator is 1, not 2; denominator is 1, not 3; " +
			"unknown is 0, not 1; value is 100.00, not 66.67; reason is , not NO_UNITS",
		"A1.OUT.2, nobody keeps it: status is NOT_MEASURABLE, not NO_TARGET; value is not there, not 0.00; " +
			"no activity was ever recorded for A1.OUT.2",
	}
	if len(failed) != len(want) {
		t.Fatalf("got %v", failed)
	}
	for i, f := range failed {
		if !strings.HasPrefix(f.String(), "plan.yaml:") || !strings.HasSuffix(f.String(), want[i]) {
			t.Errorf("got  %s\nwant %s", f, want[i])
		}
	}
}

func TestAPlanThatDoesNotCompileHasNoFigures(t *testing.T) {
	source := readSmall(t, "  - {indicator: A1.OUT.1, name: any, expect: {status: MEASURED}}")
	source.Plan.Indicators[0].Definition.Hit = "case.nobody"
	if _, err := Run(source); err == nil || !strings.Contains(err.Error(), "indicators[A1.OUT.1].definition.hit: 1:5: undefined field 'nobody'") {
		t.Errorf("got %v", err)
	}
}
