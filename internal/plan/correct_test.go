package plan_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/google/uuid"
	"google.golang.org/protobuf/proto"
	"pgregory.net/rapid"

	"percorsi/internal/correction"
	"percorsi/internal/fault"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	"percorsi/internal/plan"
)

const typing = eventv1.CorrectionReason_CORRECTION_REASON_TYPING_ERROR

// wrong names the first fact of a commit as one to correct, seen at a position.
func wrong(c *eventv1.Commit, seen uint64, with *eventv1.Fact) correction.Asked {
	of := correction.Ref{Command: uuid.MustParse(c.GetCommandId())}
	return correction.Asked{Of: of, Seen: seen, Replacement: with, Reason: typing}
}

// correct decides a command that corrects.
func correct(s *plan.State, asked ...correction.Asked) ([]*eventv1.Fact, error) {
	return plan.DecideCorrections(s, correction.Command{ID: uuid.New(), On: "2026-01-10", Asked: asked}, now())
}

// corrected gives the plan once a command that corrects is recorded, and its
// commit.
func corrected(t *testing.T, s *plan.State, asked ...correction.Asked) (*plan.State, *eventv1.Commit) {
	t.Helper()
	facts, err := correct(s, asked...)
	if err != nil {
		t.Fatal(err)
	}
	c := commit(facts...)
	next, err := plan.Evolve(s, s.Last+1, c)
	if err != nil {
		t.Fatal(err)
	}
	return next, c
}

func TestAPlanCorrectedIsThatWhichWasNeverWrong(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		list := commits().Draw(t, "commits")
		slip := rapid.IntRange(0, len(list)-1).Draw(t, "slip")
		right := proto.CloneOf(record(meeting(ofActivities, "CAV")))
		right.GetActivityRecorded().Quantity = rapid.Int64Range(1, 9).Draw(t, "right")
		mistake := commit(record(meeting(ofActivities)))
		void := rapid.Bool().Draw(t, "void")

		correctly, wrongly := (*plan.State)(nil), (*plan.State)(nil)
		for i, c := range list {
			correctly, wrongly = foldFrom(t, correctly, 2*i+1, []*eventv1.Commit{c}), foldFrom(t, wrongly, 2*i+1, []*eventv1.Commit{c})
			if i != slip {
				continue
			}
			wrongly = foldFrom(t, wrongly, 2*i+2, []*eventv1.Commit{mistake})
			if !void {
				f := proto.CloneOf(right)
				f.GetActivityRecorded().ActivityId = mistake.GetCommandId()
				correctly = foldFrom(t, correctly, 2*i+2, []*eventv1.Commit{commit(f)})
			}
		}
		with := right
		if void {
			with = nil
		}
		facts, err := correct(wrongly, wrong(mistake, uint64(2*slip+2), with))
		if err != nil {
			t.Fatal(err)
		}
		got := foldFrom(t, wrongly, 2*len(list)+2, []*eventv1.Commit{commit(facts...)})
		if diff := same(correctly, got, cmpopts.IgnoreFields(plan.State{}, "Plan", "Commands", "Last")); diff != "" {
			t.Errorf("state (-never wrong +corrected):\n%s", diff)
		}
	})
}

func TestAFigureThatIsVoidedGivesWayToTheOneItReplaced(t *testing.T) {
	first, second := commit(supply(figure(ofCounts, 7, 0))), commit(supply(figure(ofCounts, 70, 0)))
	s := fold(t, commit(publish(small())), first, second)
	voided, by := corrected(t, s, wrong(second, 3, nil))
	if got := voided.Supplied; len(got) != 1 || got[0].GetNumerator() != 7 || got[0].Position != 2 {
		t.Errorf("figures %v, want the first one of position 2", got)
	}
	again, _ := corrected(t, voided, wrong(by, 4, nil))
	if got := again.Supplied; len(got) != 1 || got[0].GetNumerator() != 70 {
		t.Errorf("figures %v, want the second one again", got)
	}
}

func TestACorrectionKeepsTheIDOfWhatWasMade(t *testing.T) {
	c := commit(record(meeting(ofActivities)))
	s := fold(t, commit(publish(small())), c)
	next, _ := corrected(t, s, wrong(c, 2, record(meeting(ofBodies, "CAV"))))
	if got := next.Activities[0]; got.GetActivityId() != c.GetCommandId() || got.GetIndicator() != ofBodies || got.Position != 2 {
		t.Errorf("activity %v at position %d", got, got.Position)
	}
	if got := s.Activities[0].GetIndicator(); got != ofActivities {
		t.Errorf("the state before counts it for %s now", got)
	}
}

func TestAPlanIsNotCorrectedIntoWhatCouldNotBe(t *testing.T) {
	publication := commit(publish(small()))
	activity := commit(record(meeting(ofActivities)))
	early, late := commit(supply(figure(ofCounts, 1, 0))), figure(ofCounts, 2, 0)
	late.From, late.To = "2024-07-01", "2024-12-31"
	early.GetFacts()[0].GetFigureSupplied().FigureId = early.GetCommandId()
	other := commit(supply(late))
	s := fold(t, publication, activity, early, other)
	undone, voiding := corrected(t, s, wrong(early, 3, nil))
	long := figure(ofCounts, 3, 0)
	long.From = "2024-12-01"
	future := record(meeting(ofActivities))
	future.OccurredOn = "2027-01-01"
	unknown := record(meeting("A9.OUT.9"))
	for name, test := range map[string]struct {
		on    *plan.State
		asked []correction.Asked
		kind  fault.Kind
		want  string
	}{
		"no plan":                {nil, []correction.Asked{wrong(activity, 2, nil)}, fault.NotFound, "publish it first"},
		"no such fact":           {s, []correction.Asked{wrong(commit(), 2, nil)}, fault.Invalid, "corrections[0].command_id"},
		"the plan itself":        {s, []correction.Asked{wrong(publication, 1, nil)}, fault.NotNow, "publish its next version"},
		"seen before another":    {undone, []correction.Asked{wrong(early, 3, nil)}, fault.Clash, "at position 5"},
		"voided twice":           {undone, []correction.Asked{wrong(early, 5, nil)}, fault.NotNow, "voided already"},
		"amended while voided":   {undone, []correction.Asked{wrong(early, 5, supply(figure(ofCounts, 9, 0)))}, fault.NotNow, "void that one first"},
		"an amended correction":  {undone, []correction.Asked{wrong(voiding, 5, supply(figure(ofCounts, 9, 0)))}, fault.Invalid, "corrections[0].amend"},
		"another kind":           {s, []correction.Asked{wrong(activity, 2, supply(figure(ofCounts, 9, 0)))}, fault.Invalid, "corrections[0].amend.fact"},
		"the same":               {s, []correction.Asked{wrong(early, 3, early.GetFacts()[0])}, fault.Invalid, "says what the fact says"},
		"twice in one command":   {s, []correction.Asked{wrong(activity, 2, nil), wrong(activity, 2, nil)}, fault.Invalid, "corrections[1].command_id"},
		"a day to come":          {s, []correction.Asked{wrong(activity, 2, future)}, fault.Invalid, "corrections[0].amend.occurred_on"},
		"an unknown indicator":   {s, []correction.Asked{wrong(activity, 2, unknown)}, fault.Invalid, "corrections[0].amend.fact.indicator"},
		"days of another figure": {s, []correction.Asked{wrong(early, 3, supply(long))}, fault.Invalid, "corrections[0].amend.fact.from"},
	} {
		t.Run(name, func(t *testing.T) {
			facts, err := correct(test.on, test.asked...)
			if err == nil {
				t.Fatalf("it became %v", facts)
			}
			if fault.KindOf(err) != test.kind || !strings.Contains(err.Error(), test.want) {
				t.Errorf("%v of kind %d, want %q of kind %d", err, fault.KindOf(err), test.want, test.kind)
			}
		})
	}
}

func TestFiguresThatTradeTheirDaysAreCorrectedTogether(t *testing.T) {
	first, second := figure(ofCounts, 1, 0), figure(ofCounts, 2, 0)
	first.From, first.To = "2025-01-01", "2025-06-30"
	second.From, second.To = "2025-07-01", "2025-12-31"
	a, b := commit(supply(first)), commit(supply(second))
	s := fold(t, commit(publish(small())), a, b)
	longer, shorter := proto.CloneOf(first), proto.CloneOf(second)
	longer.To, shorter.From = "2025-07-31", "2025-08-01"
	if _, err := correct(s, wrong(a, 2, supply(longer))); fault.KindOf(err) != fault.Invalid {
		t.Errorf("one alone: %v", err)
	}
	next, _ := corrected(t, s, wrong(a, 2, supply(longer)), wrong(b, 3, supply(shorter)))
	if len(next.Supplied) != 2 || next.Supplied[0].GetTo() != "2025-07-31" || next.Supplied[1].GetFrom() != "2025-08-01" {
		t.Errorf("figures %v", next.Supplied)
	}
	for _, on := range []string{"", "2026-02-01"} {
		cmd := correction.Command{ID: uuid.New(), On: on, Asked: []correction.Asked{wrong(a, 2, nil)}}
		_, err := plan.DecideCorrections(s, cmd, now())
		wantFields(t, err, "occurred_on")
	}
}
