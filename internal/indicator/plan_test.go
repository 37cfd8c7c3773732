package indicator

import (
	"testing"

	"percorsi/internal/casework"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

// Short names of what definitions are made of.
const (
	ratio      = eventv1.Aggregation_AGGREGATION_RATIO
	count      = eventv1.Aggregation_AGGREGATION_COUNT
	distinct   = eventv1.Aggregation_AGGREGATION_DISTINCT
	sum        = eventv1.Aggregation_AGGREGATION_SUM
	mean       = eventv1.Aggregation_AGGREGATION_MEAN
	growth     = eventv1.Aggregation_AGGREGATION_GROWTH
	keyShare   = eventv1.Aggregation_AGGREGATION_KEY_SHARE
	valueRatio = eventv1.Aggregation_AGGREGATION_VALUE_RATIO

	unitCase       = eventv1.UnitOfCount_UNIT_OF_COUNT_CASE
	unitPerson     = eventv1.UnitOfCount_UNIT_OF_COUNT_PERSON
	unitProject    = eventv1.UnitOfCount_UNIT_OF_COUNT_PROJECT
	unitPath       = eventv1.UnitOfCount_UNIT_OF_COUNT_PATH
	unitMeeting    = eventv1.UnitOfCount_UNIT_OF_COUNT_MEETING
	unitSupport    = eventv1.UnitOfCount_UNIT_OF_COUNT_SUPPORT
	unitEvaluation = eventv1.UnitOfCount_UNIT_OF_COUNT_EVALUATION
	unitActivity   = eventv1.UnitOfCount_UNIT_OF_COUNT_ACTIVITY
	unitSupplied   = eventv1.UnitOfCount_UNIT_OF_COUNT_SUPPLIED

	triennium   = eventv1.PeriodKind_PERIOD_KIND_TRIENNIUM
	eachYear    = eventv1.PeriodKind_PERIOD_KIND_YEAR
	meanOfYears = eventv1.PeriodKind_PERIOD_KIND_MEAN_OF_YEARS

	fromCases      = eventv1.Source_SOURCE_CASES
	fromActivities = eventv1.Source_SOURCE_ACTIVITIES
	fromSupplied   = eventv1.Source_SOURCE_SUPPLIED
)

// define makes an indicator of objective A1 or H2 with a definition. What is
// not given is: of cases, over the whole plan.
func define(id string, d *eventv1.Definition) *eventv1.Indicator {
	d.Version = max(d.GetVersion(), 1)
	if d.GetUnit() == 0 {
		d.Unit = unitCase
	}
	if d.GetPeriod() == 0 {
		d.Period = triennium
	}
	if d.GetSource() == 0 {
		d.Source = fromCases
	}
	return &eventv1.Indicator{
		IndicatorId: id, ObjectiveId: id[:2], Label: id, Unit: "%", Definition: d,
		Dimension: map[string]eventv1.Dimension{
			"INP": eventv1.Dimension_DIMENSION_INPUT, "PRO": eventv1.Dimension_DIMENSION_PROCESS,
			"OUT": eventv1.Dimension_DIMENSION_OUTPUT, "IMP": eventv1.Dimension_DIMENSION_IMPACT,
		}[id[3:6]],
	}
}

func withTarget(i *eventv1.Indicator, target float64) *eventv1.Indicator {
	i.Target = new(target)
	return i
}

// planOf is a plan of the years 2025 to 2027.
func planOf(indicators ...*eventv1.Indicator) *eventv1.Plan {
	return &eventv1.Plan{
		PlanId: "LODI-2025-2027", Version: 3, From: "2025-01-01", To: "2027-12-31",
		Objectives: []*eventv1.Objective{
			{ObjectiveId: "A1", Area: eventv1.Area_AREA_POVERTY, Title: "Poverty"},
			{ObjectiveId: "H2", Area: eventv1.Area_AREA_WORK, Title: "Hosts"},
		},
		Indicators: indicators,
	}
}

func compile(tb testing.TB, indicators ...*eventv1.Indicator) *Program {
	tb.Helper()
	p, err := Compile(planOf(indicators...))
	if err != nil {
		tb.Fatal(err)
	}
	return p
}

func day(tb testing.TB, s string) casework.Day {
	tb.Helper()
	d, err := casework.ParseDay(s)
	if err != nil {
		tb.Fatal(err)
	}
	return d
}

// boardOf is a board that holds cases, as of a day.
func boardOf(tb testing.TB, p *Program, asOf string, cases ...*casework.Case) *Board {
	tb.Helper()
	d := day(tb, asOf)
	b := NewBoard(p, func() casework.Day { return d })
	for _, c := range cases {
		b.Touch(c, Attributes{})
	}
	return b
}

// figureAt asks a board for one figure.
func figureAt(tb testing.TB, b *Board, id, period string) Figure {
	tb.Helper()
	figures, err := b.Figures(tb.Context(), Query{Period: period, Indicators: []string{id}})
	if err != nil {
		tb.Fatal(err)
	}
	return figures[0]
}
