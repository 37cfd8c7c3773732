package access_test

import (
	"testing"

	"percorsi/internal/access"
	"percorsi/internal/fault"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

func TestWhoMayCorrectWhatInAPlan(t *testing.T) {
	planner := access.Caller{User: "op.1", Role: access.Planner, Body: "UFFICIO-DI-PIANO"}
	reporter := access.Caller{User: "op.2", Role: access.ReportingBody, Body: "ASST-LODI"}
	activity := &eventv1.Fact{Fact: &eventv1.Fact_ActivityRecorded{ActivityRecorded: &eventv1.ActivityRecorded{}}}
	figure := func(by string) *eventv1.Fact {
		return &eventv1.Fact{Fact: &eventv1.Fact_FigureSupplied{FigureSupplied: &eventv1.FigureSupplied{SuppliedBy: by}}}
	}
	for name, c := range map[string]struct {
		caller access.Caller
		fact   *eventv1.Fact
		may    bool
	}{
		"a planner corrects an activity":                       {planner, activity, true},
		"a planner corrects what a body supplied":              {planner, figure("ASST-LODI"), true},
		"a reporting body corrects its figure":                 {reporter, figure("ASST-LODI"), true},
		"a reporting body does not correct another's figure":   {reporter, figure("ACSI"), false},
		"a reporting body does not correct what planners note": {reporter, activity, false},
	} {
		t.Run(name, func(t *testing.T) {
			err := access.MayCorrectPlan(c.caller, c.fact)
			if c.may != (err == nil) || !c.may && fault.KindOf(err) != fault.Denied {
				t.Errorf("got %v", err)
			}
		})
	}
}
