package plan_test

import (
	"math"
	"testing"

	"google.golang.org/protobuf/proto"

	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	"percorsi/internal/plan"
)

func TestAPlanThatHoldsTogetherMayBePublished(t *testing.T) {
	if err := plan.DecidePublish(nil, small()); err != nil {
		t.Error(err)
	}
}

func TestAPlanIsRefusedWithTheFieldThatIsWrong(t *testing.T) {
	for name, test := range map[string]struct {
		change func(p *eventv1.Plan)
		want   []string
	}{
		"without an id": {func(p *eventv1.Plan) { p.PlanId = "" }, []string{"plan.plan_id"}},
		"a first version that is not 1": {
			func(p *eventv1.Plan) { p.Version = 2 }, []string{"plan.version"},
		},
		"a first day that is none": {
			func(p *eventv1.Plan) { p.From = "2025-02-30" }, []string{"plan.from"},
		},
		"a last day that is none":         {func(p *eventv1.Plan) { p.To = "" }, []string{"plan.to"}},
		"a last day before the first one": {func(p *eventv1.Plan) { p.To = "2024-12-31" }, []string{"plan.to"}},
		"without objectives and indicators": {
			func(p *eventv1.Plan) { p.Objectives, p.Indicators = nil, nil },
			[]string{"plan.objectives", "plan.indicators"},
		},
		"two objectives of one id": {
			func(p *eventv1.Plan) {
				p.Objectives = append(p.GetObjectives(), proto.CloneOf(p.GetObjectives()[0]))
			},
			[]string{"plan.objectives[2].objective_id"},
		},
		"an objective without area and title": {
			func(p *eventv1.Plan) { p.GetObjectives()[1].Area, p.GetObjectives()[1].Title = 0, "" },
			[]string{"plan.objectives[1].area", "plan.objectives[1].title"},
		},
		"two indicators of one id": {
			func(p *eventv1.Plan) {
				p.Indicators = append(p.GetIndicators(), proto.CloneOf(p.GetIndicators()[0]))
			},
			[]string{"plan.indicators[7].indicator_id"},
		},
		"an indicator of an objective that is not there": {
			func(p *eventv1.Plan) {
				i := find(p, ofCounts)
				i.IndicatorId, i.ObjectiveId = "C1.INP.2", "C1"
			},
			[]string{"plan.indicators[4].objective_id"},
		},
		"an indicator under an objective that its id denies": {
			func(p *eventv1.Plan) { find(p, ofCounts).ObjectiveId = "A1" },
			[]string{"plan.indicators[4].objective_id"},
		},
		"a dimension that the id denies": {
			func(p *eventv1.Plan) {
				find(p, ofCounts).Dimension = eventv1.Dimension_DIMENSION_IMPACT
			},
			[]string{"plan.indicators[4].dimension"},
		},
		"an id of another form": {
			func(p *eventv1.Plan) { find(p, ofCounts).IndicatorId = "B1.XYZ.2" },
			[]string{"plan.indicators[4].indicator_id"},
		},
		"an indicator without a label": {
			func(p *eventv1.Plan) { find(p, ofCounts).Label = "" }, []string{"plan.indicators[4].label"},
		},
		"a target and a baseline below nought": {
			func(p *eventv1.Plan) {
				i := find(p, ofCounts)
				i.Target, i.Baseline = new(-1.0), new(-0.5)
			},
			[]string{"plan.indicators[4].target", "plan.indicators[4].baseline"},
		},
		"a target that is no number": {
			func(p *eventv1.Plan) { find(p, ofCounts).Target = new(math.NaN()) },
			[]string{"plan.indicators[4].target"},
		},
		"an indicator that nothing counts": {
			func(p *eventv1.Plan) { find(p, ofCounts).Definition = nil },
			[]string{"plan.indicators[4].definition"},
		},
		"a definition beside the one it is shared with": {
			func(p *eventv1.Plan) {
				find(p, shared).Definition = proto.CloneOf(find(p, ofCases).GetDefinition())
			},
			[]string{"plan.indicators[5].definition"},
		},
		"shared with an indicator that is not there": {
			func(p *eventv1.Plan) { find(p, shared).SharedWith = "A1.OUT.9" },
			[]string{"plan.indicators[5].shared_with"},
		},
		"shared with an indicator that is itself shared": {
			func(p *eventv1.Plan) { find(p, shared).SharedWith = shared },
			[]string{"plan.indicators[5].shared_with"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			p := small()
			test.change(p)
			wantFields(t, plan.DecidePublish(nil, p), test.want...)
		})
	}
}

func TestNoPlanIsRefused(t *testing.T) {
	wantFields(t, plan.DecidePublish(nil, nil), "plan")
}

func TestAVersionFollowsTheOnePublishedLast(t *testing.T) {
	s := published(t)
	next := func(version int32, change func(p *eventv1.Plan)) *eventv1.Plan {
		p := small()
		p.Version = version
		change(p)
		return p
	}
	same := func(*eventv1.Plan) {}
	wantFields(t, plan.DecidePublish(s, next(2, same)))
	wantFields(t, plan.DecidePublish(s, next(1, same)), "plan.version")
	wantFields(t, plan.DecidePublish(s, next(3, same)), "plan.version")
	wantFields(t, plan.DecidePublish(s, next(2, func(p *eventv1.Plan) { p.PlanId = "OTHER-2025" })), "plan.plan_id")
}

func TestAChangedDefinitionHasANewVersion(t *testing.T) {
	s := published(t)
	next := func(change func(d *eventv1.Definition)) *eventv1.Plan {
		p := small()
		p.Version = 2
		change(find(p, ofCases).GetDefinition())
		return p
	}
	field := "plan.indicators[1].definition.version"
	wantFields(t, plan.DecidePublish(s, next(func(d *eventv1.Definition) { d.Hit = "case.in_charge_on != 0" })), field)
	wantFields(t, plan.DecidePublish(s, next(func(d *eventv1.Definition) { d.Note = "read in another way" })), field)
	wantFields(t, plan.DecidePublish(s, next(func(d *eventv1.Definition) {
		d.Hit, d.Version = "case.in_charge_on != 0", 2
	})))
	wantFields(t, plan.DecidePublish(s, next(func(d *eventv1.Definition) { d.Version = 0 })), field, field)
}

func TestALabelOrATargetMayChangeWithoutTouchingTheDefinition(t *testing.T) {
	p := small()
	p.Version = 2
	find(p, ofCases).Label, find(p, ofCases).Target = "another label", new(80.0)
	wantFields(t, plan.DecidePublish(published(t), p))
}

func TestDefinitionOfFollowsWhatIsShared(t *testing.T) {
	p := small()
	if got, want := plan.DefinitionOf(p, shared), find(p, ofCases).GetDefinition(); got != want || got == nil {
		t.Errorf("got %v, want the definition of %s", got, ofCases)
	}
	if got := plan.DefinitionOf(p, "A1.OUT.9"); got != nil {
		t.Errorf("an indicator that is not there has the definition %v", got)
	}
}
