package readmodeltest

import (
	"testing"

	"github.com/google/uuid"

	"percorsi/internal/casework"
	"percorsi/internal/eventlog"
	"percorsi/internal/fault"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	"percorsi/internal/indicator"
	"percorsi/internal/plan"
	"percorsi/internal/readmodel"
)

func (s *suite) plans() map[string]func(*testing.T) {
	return map[string]func(*testing.T){
		"a plan is what was published and recorded for it":         s.planIsItsFacts,
		"a plan that nobody published is not found":                s.noSuchPlan,
		"the only plan needs no name":                              s.onlyPlan,
		"figures count what was recorded, before and after":        s.figures,
		"figures follow the newest version of the plan":            s.newVersion,
		"a figure opens into its units":                            s.explain,
		"figures are split by what is known of the person":         s.split,
		"activities count from the moment the model covers them":   s.activities,
		"a plan that does not compile stops, and the rest goes on": s.brokenPlan,
	}
}

// planID is the plan of the tests.
const planID = "LODI-2025-2027"

// figure is the indicator that counts cases, opened those that activities
// count.
const (
	figureCases    = "A1.OUT.1"
	figureMeetings = "A1.OUT.2"
)

// published makes the publication of a version of the plan. Cases are counted
// that meet an expression.
func published(t *testing.T, id string, version int32, of string) *eventv1.Commit {
	t.Helper()
	define := func(id string, d *eventv1.Definition) *eventv1.Indicator {
		d.Version, d.Period = version, eventv1.PeriodKind_PERIOD_KIND_TRIENNIUM
		return &eventv1.Indicator{
			IndicatorId: id, ObjectiveId: "A1", Label: id, Dimension: eventv1.Dimension_DIMENSION_OUTPUT, Definition: d,
		}
	}
	return commit(t, planStream(id), "2025-01-01", &eventv1.PlanPublished{Plan: &eventv1.Plan{
		PlanId: id, Version: version, From: "2025-01-01", To: "2027-12-31",
		Objectives: []*eventv1.Objective{{ObjectiveId: "A1", Area: eventv1.Area_AREA_POVERTY, Title: "Poverty"}},
		Indicators: []*eventv1.Indicator{
			define(figureCases, &eventv1.Definition{
				Unit: eventv1.UnitOfCount_UNIT_OF_COUNT_CASE, Aggregation: eventv1.Aggregation_AGGREGATION_COUNT,
				Source: eventv1.Source_SOURCE_CASES, Of: of,
			}),
			define(figureMeetings, &eventv1.Definition{
				Unit: eventv1.UnitOfCount_UNIT_OF_COUNT_ACTIVITY, Aggregation: eventv1.Aggregation_AGGREGATION_SUM,
				Source: eventv1.Source_SOURCE_ACTIVITIES, Value: "activity.quantity",
			}),
		},
	}})
}

func planStream(id string) eventlog.Stream {
	return eventlog.Stream(readmodel.PlanStream + "." + id)
}

const everyCase = "case.opened_on != 0"

func activity(t *testing.T, quantity int64) *eventv1.Commit {
	t.Helper()
	return commit(t, planStream(planID), "2025-03-01", &eventv1.ActivityRecorded{
		ActivityId: uuid.NewString(), Kind: eventv1.ActivityKind_ACTIVITY_KIND_MEETING, Indicator: figureMeetings, Quantity: quantity,
	})
}

// value asks for one figure as a whole.
func value(t *testing.T, m readmodel.Model, indicatorID string) float64 {
	t.Helper()
	f, err := m.Figures(t.Context(), planID, indicator.Query{Indicators: []string{indicatorID}})
	if err != nil {
		t.Fatal(err)
	}
	if len(f) != 1 || f[0].Value == nil {
		t.Fatalf("figures: %+v", f)
	}
	return *f[0].Value
}

func (s *suite) planIsItsFacts(t *testing.T) {
	b, m := newBook(), s.model(t)
	var want *plan.State
	for _, c := range []*eventv1.Commit{
		published(t, planID, 1, everyCase), activity(t, 2), published(t, planID, 2, everyCase), activity(t, 3),
	} {
		at := b.write(t, c)
		b.tell(t, m)
		var err error
		if want, err = plan.Evolve(want, uint64(at), c); err != nil {
			t.Fatal(err)
		}
		got, err := m.Plan(t.Context(), planID)
		if err != nil {
			t.Fatal(err)
		}
		equal(t, "plan", want.Plan, got.Plan)
		equal(t, "activities", want.Activities, got.Activities)
		equal(t, "commands", want.Commands, got.Commands)
		if got.Last != want.Last || got.PublishedAt != want.PublishedAt {
			t.Errorf("published at %d, last %d; want %d, %d", got.PublishedAt, got.Last, want.PublishedAt, want.Last)
		}
	}
}

func (s *suite) noSuchPlan(t *testing.T) {
	m := s.model(t)
	for _, id := range []string{planID, ""} {
		_, err := m.Plan(t.Context(), id)
		kind(t, "plan", err, fault.NotFound)
		_, err = m.Figures(t.Context(), id, indicator.Query{})
		kind(t, "figures", err, fault.NotFound)
		_, err = m.Explain(t.Context(), id, figureCases, "", indicator.Page{})
		kind(t, "explanation", err, fault.NotFound)
	}
}

func (s *suite) onlyPlan(t *testing.T) {
	b, m := newBook(), s.model(t)
	b.write(t, published(t, planID, 1, everyCase))
	b.tell(t, m)
	if got, err := m.Plan(t.Context(), ""); err != nil || got.Plan.GetPlanId() != planID {
		t.Errorf("the only plan: %v, %v", got, err)
	}
	b.write(t, published(t, "CREMA-2025-2027", 1, everyCase))
	b.tell(t, m)
	_, err := m.Plan(t.Context(), "")
	kind(t, "one of two plans", err, fault.Invalid)
}

// counted gives what figureCases has to be.
func (b *book) counted(match func(*casework.Case) bool) float64 {
	return float64(len(b.newestFirst(func(c *casework.Case) bool { return c.Status != casework.Voided && match(c) })))
}

func always(*casework.Case) bool { return true }

func (s *suite) figures(t *testing.T) {
	whole, m := s.district(), s.model(t)
	b := newBook()
	for i, r := range whole.records {
		if i == len(whole.records)/2 {
			b.write(t, published(t, planID, 1, everyCase))
		}
		b.write(t, readmodel.Decode(r).Commit)
		if i >= len(whole.records)/2 && i%40 == 0 {
			b.tell(t, m)
			if got := value(t, m, figureCases); got != b.counted(always) {
				t.Errorf("at %d: %v cases, want %v", b.last(), got, b.counted(always))
			}
		}
	}
}

func (s *suite) newVersion(t *testing.T) {
	b, m := s.district(), s.model(t)
	b.write(t, published(t, planID, 1, everyCase))
	b.write(t, activity(t, 2))
	b.tell(t, m)
	if got := value(t, m, figureCases); got != b.counted(always) {
		t.Errorf("first version: %v cases, want %v", got, b.counted(always))
	}
	b.write(t, published(t, planID, 2, "case.status == Status.CLOSED"))
	b.write(t, signal(t, uuid.NewString()))
	b.tell(t, m)
	want := b.counted(func(c *casework.Case) bool { return c.Status == casework.Closed })
	if got := value(t, m, figureCases); got != want {
		t.Errorf("second version: %v cases, want %v", got, want)
	}
	if got := value(t, m, figureMeetings); got != 2 {
		t.Errorf("an activity from before the second version: %v, want 2", got)
	}
}

func (s *suite) explain(t *testing.T) {
	b, m := s.district(), s.model(t)
	b.write(t, published(t, planID, 1, everyCase))
	b.tell(t, m)
	x, err := m.Explain(t.Context(), planID, figureCases, "", indicator.Page{Size: 500})
	if err != nil {
		t.Fatal(err)
	}
	got := make(map[casework.CaseID]bool)
	for _, e := range x.Evidence {
		got[e.CaseID] = true
	}
	for id := range b.states {
		if !got[id] {
			t.Errorf("case %s was counted and is not shown", id)
		}
	}
	if len(got) != len(b.states) || *x.Figure.Value != float64(len(got)) {
		t.Errorf("%d units behind %v", len(got), *x.Figure.Value)
	}
	_, err = m.Explain(t.Context(), planID, "A9.OUT.9", "", indicator.Page{})
	kind(t, "an indicator that the plan does not have", err, fault.Invalid)
}

func (s *suite) split(t *testing.T) {
	b, m := newBook(), s.model(t)
	b.write(t, published(t, planID, 1, everyCase))
	known, late, erased := uuid.NewString(), uuid.NewString(), uuid.NewString()
	female := &eventv1.Demographics{BirthYear: 1980, Sex: eventv1.Sex_SEX_FEMALE}
	b.write(t, register(t, known, "", female))
	b.write(t, register(t, erased, "", nil))
	for _, p := range []string{known, late, erased} {
		b.write(t, signal(t, p))
	}
	b.tell(t, m)
	bySex := func() map[string]float64 {
		f, err := m.Figures(t.Context(), planID, indicator.Query{Indicators: []string{figureCases}, By: indicator.BySex})
		if err != nil {
			t.Fatal(err)
		}
		out := make(map[string]float64)
		for _, one := range f {
			out[one.Group] = *one.Value
		}
		return out
	}
	equal(t, "by sex", map[string]float64{"FEMALE": 1, indicator.NotAvailable: 2}, bySex())

	b.write(t, register(t, late, "", female))
	b.tell(t, m)
	equal(t, "by sex, once more is known", map[string]float64{"FEMALE": 2, indicator.NotAvailable: 1}, bySex())

	b.write(t, published(t, planID, 2, everyCase))
	b.tell(t, m)
	equal(t, "by sex, in the next version", map[string]float64{"FEMALE": 2, indicator.NotAvailable: 1}, bySex())
}

func (s *suite) activities(t *testing.T) {
	b, m := newBook(), s.model(t)
	b.write(t, published(t, planID, 1, everyCase))
	sum := 0.0
	for quantity := range int64(4) {
		b.write(t, activity(t, quantity+1))
		sum += float64(quantity + 1)
		b.tell(t, m)
		if got := value(t, m, figureMeetings); got != sum {
			t.Errorf("meetings: %v, want %v", got, sum)
		}
	}
}

func (s *suite) brokenPlan(t *testing.T) {
	b, m := newBook(), s.model(t)
	b.write(t, published(t, planID, 1, everyCase))
	at := b.write(t, published(t, planID, 2, "case.nothing"))
	opening := signal(t, uuid.NewString())
	b.write(t, opening)
	b.tell(t, m)
	if got := value(t, m, figureCases); got != 1 {
		t.Errorf("the version that stands counts %v cases, want 1", got)
	}
	q, stopped, err := m.QuarantineOf(t.Context(), planStream(planID))
	if err != nil || !stopped || q.At != at {
		t.Errorf("the stream of the plan: %+v, %v, %v", q, stopped, err)
	}
}
