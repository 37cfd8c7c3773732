package plan_test

import (
	"testing"

	"percorsi/internal/fault"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	"percorsi/internal/plan"
)

// meeting is an activity that may be recorded, for an indicator.
func meeting(indicator string, bodies ...string) *eventv1.ActivityRecorded {
	return &eventv1.ActivityRecorded{
		Kind: eventv1.ActivityKind_ACTIVITY_KIND_MEETING, Indicator: indicator, Quantity: 1, Bodies: bodies,
	}
}

// figure is a supplied figure of 2025, for an indicator.
func figure(indicator string, numerator, denominator int64) *eventv1.FigureSupplied {
	return &eventv1.FigureSupplied{
		Indicator: indicator, SuppliedBy: "ACSI", From: "2025-01-01", To: "2025-12-31",
		Numerator: numerator, Denominator: denominator,
	}
}

func TestAnActivityCountsForAnIndicatorOfActivities(t *testing.T) {
	s := published(t)
	for name, test := range map[string]struct {
		activity *eventv1.ActivityRecorded
		want     []string
	}{
		"a meeting":                             {meeting(ofActivities), nil},
		"a meeting that names bodies":           {meeting(ofBodies, "CARITAS"), nil},
		"bodies are counted and none is named":  {meeting(ofBodies), []string{"fact.bodies"}},
		"counted from cases":                    {meeting(ofCases), []string{"fact.indicator"}},
		"supplied by a body":                    {meeting(ofShares), []string{"fact.indicator"}},
		"counted with another indicator":        {meeting(shared), []string{"fact.indicator"}},
		"no indicator of the plan":              {meeting("A1.OUT.9"), []string{"fact.indicator"}},
		"no kind and no quantity":               {&eventv1.ActivityRecorded{Indicator: ofActivities}, []string{"fact.kind", "fact.quantity"}},
		"a quantity below nought, bodies named": {&eventv1.ActivityRecorded{Indicator: ofBodies, Kind: 1, Quantity: -1, Bodies: []string{"ACLI"}}, []string{"fact.quantity"}},
	} {
		t.Run(name, func(t *testing.T) {
			wantFields(t, plan.DecideActivity(s, test.activity), test.want...)
		})
	}
}

func TestAFigureIsSuppliedAsItsIndicatorIsFormed(t *testing.T) {
	s := published(t)
	change := func(indicator string, numerator, denominator int64, change func(f *eventv1.FigureSupplied)) *eventv1.FigureSupplied {
		f := figure(indicator, numerator, denominator)
		change(f)
		return f
	}
	for name, test := range map[string]struct {
		figure *eventv1.FigureSupplied
		want   []string
	}{
		"a share":                       {figure(ofShares, 30, 40), nil},
		"the whole":                     {figure(ofShares, 40, 40), nil},
		"a share above the whole":       {figure(ofShares, 41, 40), []string{"fact.numerator"}},
		"a share of nothing":            {figure(ofShares, 0, 0), []string{"fact.denominator"}},
		"a mean above one":              {figure(ofMeans, 300, 40), nil},
		"a mean of nothing":             {figure(ofMeans, 300, 0), []string{"fact.denominator"}},
		"a count":                       {figure(ofCounts, 200, 0), nil},
		"a count out of something":      {figure(ofCounts, 200, 400), []string{"fact.denominator"}},
		"a count below nought":          {figure(ofCounts, -1, 0), []string{"fact.numerator"}},
		"counted from cases":            {figure(ofCases, 1, 2), []string{"fact.indicator"}},
		"counted from activities":       {figure(ofActivities, 1, 0), []string{"fact.indicator"}},
		"no indicator of the plan":      {figure("A1.OUT.9", 1, 0), []string{"fact.indicator"}},
		"nobody supplied it":            {change(ofCounts, 1, 0, func(f *eventv1.FigureSupplied) { f.SuppliedBy = "" }), []string{"fact.supplied_by"}},
		"a first day that is none":      {change(ofCounts, 1, 0, func(f *eventv1.FigureSupplied) { f.From = "2025-13-01" }), []string{"fact.from"}},
		"a last day that is none":       {change(ofCounts, 1, 0, func(f *eventv1.FigureSupplied) { f.To = "" }), []string{"fact.to"}},
		"days in the wrong order":       {change(ofCounts, 1, 0, func(f *eventv1.FigureSupplied) { f.To = "2024-12-31" }), []string{"fact.to"}},
		"days before the plan":          {change(ofCounts, 1, 0, func(f *eventv1.FigureSupplied) { f.From, f.To = "2024-01-01", "2024-12-31" }), []string{"fact.from"}},
		"days after the plan":           {change(ofCounts, 1, 0, func(f *eventv1.FigureSupplied) { f.From, f.To = "2028-01-01", "2028-12-31" }), []string{"fact.from"}},
		"a year that is not calendar":   {change(ofCounts, 1, 0, func(f *eventv1.FigureSupplied) { f.From, f.To = "2024-09-01", "2025-08-31" }), nil},
		"one day, the last of the plan": {change(ofCounts, 1, 0, func(f *eventv1.FigureSupplied) { f.From, f.To = "2027-12-31", "2027-12-31" }), nil},
	} {
		t.Run(name, func(t *testing.T) {
			wantFields(t, plan.DecideSupplied(s, test.figure), test.want...)
		})
	}
}

func TestADayIsSuppliedOnceByEachBody(t *testing.T) {
	s := fold(t, commit(publish(small())), commit(supply(figure(ofCounts, 200, 0))))
	again := func(change func(f *eventv1.FigureSupplied)) error {
		f := figure(ofCounts, 210, 0)
		change(f)
		return plan.DecideSupplied(s, f)
	}
	wantFields(t, again(func(*eventv1.FigureSupplied) {}))
	wantFields(t, again(func(f *eventv1.FigureSupplied) { f.From, f.To = "2025-12-31", "2026-12-31" }), "fact.from")
	wantFields(t, again(func(f *eventv1.FigureSupplied) { f.From, f.To = "2025-03-01", "2025-03-31" }), "fact.from")
	wantFields(t, again(func(f *eventv1.FigureSupplied) { f.From, f.To = "2026-01-01", "2026-12-31" }))
	wantFields(t, again(func(f *eventv1.FigureSupplied) { f.From, f.SuppliedBy = "2025-02-01", "ASSC" }))
}

func TestNothingIsRecordedForAPlanThatIsNotPublished(t *testing.T) {
	for name, err := range map[string]error{
		"activity": plan.DecideActivity(nil, meeting(ofActivities)),
		"figure":   plan.DecideSupplied(&plan.State{}, figure(ofCounts, 1, 0)),
	} {
		if fault.KindOf(err) != fault.NotFound {
			t.Errorf("%s: %v is not NotFound", name, err)
		}
	}
}
