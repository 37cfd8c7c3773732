package plan_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"percorsi/internal/fault"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	"percorsi/internal/plan"
)

// The indicators of the small plan that tests use.
const (
	ofCases      = "A1.OUT.1"
	ofActivities = "A1.OUT.3"
	ofBodies     = "A1.IMP.2"
	ofShares     = "A1.PRO.4"
	ofMeans      = "B1.IMP.2"
	ofCounts     = "B1.INP.2"
	shared       = "B1.OUT.1"
)

// small is a plan that holds together, new for each caller.
func small() *eventv1.Plan {
	count := func(source eventv1.Source, unit eventv1.UnitOfCount, a eventv1.Aggregation) *eventv1.Definition {
		return &eventv1.Definition{
			Version: 1, Source: source, Unit: unit, Aggregation: a, Period: eventv1.PeriodKind_PERIOD_KIND_TRIENNIUM,
		}
	}
	indicator := func(id string, d eventv1.Dimension, def *eventv1.Definition) *eventv1.Indicator {
		return &eventv1.Indicator{
			IndicatorId: id, ObjectiveId: id[:2], Dimension: d, Label: "label of " + id, Definition: def,
		}
	}
	cases := count(eventv1.Source_SOURCE_CASES, eventv1.UnitOfCount_UNIT_OF_COUNT_CASE, eventv1.Aggregation_AGGREGATION_RATIO)
	cases.Of, cases.Hit = "within(case.opened_on, from, to)", "case.assigned_on != 0"
	sum := count(eventv1.Source_SOURCE_ACTIVITIES, eventv1.UnitOfCount_UNIT_OF_COUNT_ACTIVITY, eventv1.Aggregation_AGGREGATION_SUM)
	sum.Value = "activity.quantity"
	bodies := count(eventv1.Source_SOURCE_ACTIVITIES, eventv1.UnitOfCount_UNIT_OF_COUNT_ACTIVITY, eventv1.Aggregation_AGGREGATION_DISTINCT)
	bodies.Key = "activity.bodies"
	supplied := func(a eventv1.Aggregation) *eventv1.Definition {
		return count(eventv1.Source_SOURCE_SUPPLIED, eventv1.UnitOfCount_UNIT_OF_COUNT_SUPPLIED, a)
	}
	same := indicator(shared, eventv1.Dimension_DIMENSION_OUTPUT, nil)
	same.SharedWith = ofCases
	return &eventv1.Plan{
		PlanId: "SMALL-2025", Version: 1, From: "2025-01-01", To: "2027-12-31",
		Objectives: []*eventv1.Objective{
			{ObjectiveId: "A1", Area: eventv1.Area_AREA_POVERTY, Title: "Poverty"},
			{ObjectiveId: "B1", Area: eventv1.Area_AREA_HOUSING, Title: "Homes"},
		},
		Indicators: []*eventv1.Indicator{
			indicator(ofShares, eventv1.Dimension_DIMENSION_PROCESS, supplied(eventv1.Aggregation_AGGREGATION_RATIO)),
			indicator(ofCases, eventv1.Dimension_DIMENSION_OUTPUT, cases),
			indicator(ofActivities, eventv1.Dimension_DIMENSION_OUTPUT, sum),
			indicator(ofBodies, eventv1.Dimension_DIMENSION_IMPACT, bodies),
			indicator(ofCounts, eventv1.Dimension_DIMENSION_INPUT, supplied(eventv1.Aggregation_AGGREGATION_SUM)),
			same,
			indicator(ofMeans, eventv1.Dimension_DIMENSION_IMPACT, supplied(eventv1.Aggregation_AGGREGATION_MEAN)),
		},
	}
}

// find gives an indicator of a plan; nil where there is none.
func find(p *eventv1.Plan, id string) *eventv1.Indicator {
	for _, i := range p.GetIndicators() {
		if i.GetIndicatorId() == id {
			return i
		}
	}
	return nil
}

func publish(p *eventv1.Plan) *eventv1.Fact {
	return &eventv1.Fact{
		OccurredOn: "2025-01-01",
		Fact:       &eventv1.Fact_PlanPublished{PlanPublished: &eventv1.PlanPublished{Plan: p}},
	}
}

func record(a *eventv1.ActivityRecorded) *eventv1.Fact {
	return &eventv1.Fact{OccurredOn: "2025-06-30", Fact: &eventv1.Fact_ActivityRecorded{ActivityRecorded: a}}
}

func supply(f *eventv1.FigureSupplied) *eventv1.Fact {
	return &eventv1.Fact{OccurredOn: "2025-12-31", Fact: &eventv1.Fact_FigureSupplied{FigureSupplied: f}}
}

// commit puts facts into an envelope with a command id of its own.
func commit(facts ...*eventv1.Fact) *eventv1.Commit {
	return &eventv1.Commit{CommandId: uuid.NewString(), Facts: facts}
}

// fold gives the plan after commits at positions 1, 2, ...
func fold(t *testing.T, commits ...*eventv1.Commit) *plan.State {
	t.Helper()
	var s *plan.State
	for i, c := range commits {
		next, err := plan.Evolve(s, uint64(i+1), c)
		if err != nil {
			t.Fatal(err)
		}
		s = next
	}
	return s
}

// published is the small plan once it is published.
func published(t *testing.T) *plan.State {
	t.Helper()
	return fold(t, commit(publish(small())))
}

// fields gives the fields of the violations of an error, none for nil.
func fields(t *testing.T, err error) []string {
	t.Helper()
	if err == nil {
		return nil
	}
	e, ok := errors.AsType[*fault.Error](err)
	if !ok {
		t.Fatalf("%v is not a *fault.Error", err)
	}
	var out []string
	for _, v := range e.Violations {
		out = append(out, v.Field)
	}
	return out
}

// wantFields says that an error names exactly these fields.
func wantFields(t *testing.T, err error, want ...string) {
	t.Helper()
	if diff := cmp.Diff(want, fields(t, err)); diff != "" {
		t.Errorf("fields of %v (-want +got):\n%s", err, diff)
	}
	if len(want) > 0 && fault.KindOf(err) != fault.Invalid {
		t.Errorf("the kind of %v is %d, not Invalid", err, fault.KindOf(err))
	}
}

// now is a moment after everything that tests record.
func now() time.Time { return time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC) }
