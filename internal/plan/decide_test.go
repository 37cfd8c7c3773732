package plan_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/testing/protocmp"

	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	"percorsi/internal/plan"
)

func decide(t *testing.T, s *plan.State, f *eventv1.Fact) ([]*eventv1.Fact, error) {
	t.Helper()
	return plan.Decide(s, plan.Command{ID: uuid.MustParse("0190a1b2-0000-7000-8000-000000000001"), Fact: f}, now())
}

func TestWhatACommandMakesTakesTheIDOfTheCommand(t *testing.T) {
	s := published(t)
	want := "0190a1b2-0000-7000-8000-000000000001"
	given := record(meeting(ofActivities))
	facts, err := decide(t, s, given)
	if err != nil {
		t.Fatal(err)
	}
	if got := facts[0].GetActivityRecorded().GetActivityId(); got != want {
		t.Errorf("the activity has the id %q", got)
	}
	if given.GetActivityRecorded().GetActivityId() != "" {
		t.Error("the fact of the command was changed")
	}
	facts, err = decide(t, s, supply(figure(ofCounts, 1, 0)))
	if err != nil {
		t.Fatal(err)
	}
	if got := facts[0].GetFigureSupplied().GetFigureId(); got != want {
		t.Errorf("the figure has the id %q", got)
	}
}

func TestAPublishedPlanIsRecordedAsItWasSent(t *testing.T) {
	facts, err := decide(t, nil, publish(small()))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]*eventv1.Fact{publish(small())}, facts, protocmp.Transform()); diff != "" {
		t.Errorf("facts (-want +got):\n%s", diff)
	}
}

func TestAFactIsRecordedOnceItHasHappened(t *testing.T) {
	on := func(day string, f *eventv1.Fact) *eventv1.Fact {
		f = proto.CloneOf(f)
		f.OccurredOn = day
		return f
	}
	activity, plain := record(meeting(ofActivities)), supply(figure(ofCounts, 1, 0))
	for name, test := range map[string]struct {
		state *plan.State
		fact  *eventv1.Fact
		want  []string
	}{
		"an activity of today":                    {published(t), on("2026-01-15", activity), nil},
		"an activity of tomorrow":                 {published(t), on("2026-01-16", activity), []string{"occurred_on"}},
		"an activity without a day":               {published(t), on("", activity), []string{"occurred_on"}},
		"an activity on a day that is none":       {published(t), on("2025-02-29", activity), []string{"occurred_on"}},
		"a plan that holds from next year":        {nil, on("2027-01-01", publish(small())), nil},
		"a figure supplied before its days ended": {published(t), on("2025-12-30", plain), []string{"fact.to"}},
		"a figure supplied as its days ended":     {published(t), on("2025-12-31", plain), nil},
		"a fact of a case": {
			published(t),
			&eventv1.Fact{OccurredOn: "2025-03-01", Fact: &eventv1.Fact_TakenInCharge{TakenInCharge: &eventv1.TakenInCharge{}}},
			[]string{"fact"},
		},
		"what the plan refuses": {published(t), record(meeting(ofCases)), []string{"fact.indicator"}},
		"a plan out of order":   {published(t), publish(small()), []string{"plan.version"}},
		"a plan without text":   {nil, publish(nil), []string{"plan"}},
	} {
		t.Run(name, func(t *testing.T) {
			facts, err := decide(t, test.state, test.fact)
			wantFields(t, err, test.want...)
			if (err == nil) != (len(facts) == 1) {
				t.Errorf("%d facts with the error %v", len(facts), err)
			}
		})
	}
}
