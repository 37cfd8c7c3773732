package indicator

import (
	"fmt"

	"percorsi/internal/casework"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	"percorsi/internal/plan"
)

// Activity is what the plan counts and no case holds. The names in the cel
// tags are those that definitions use.
type Activity struct {
	ID string `cel:"id"`
	// On is the day it took place.
	On   casework.Day         `cel:"on"`
	Kind eventv1.ActivityKind `cel:"kind"`
	// Indicator it was recorded for, such as A1.OUT.3.
	Indicator    string   `cel:"indicator"`
	Quantity     int64    `cel:"quantity"`
	Participants int64    `cel:"participants"`
	Bodies       []string `cel:"bodies"`
	Document     string   `cel:"document"`
}

// Supplied is a figure that a body counts itself.
type Supplied struct {
	ID string `cel:"id"`
	// On is the day it was supplied.
	On         casework.Day `cel:"on"`
	Indicator  string       `cel:"indicator"`
	SuppliedBy string       `cel:"supplied_by"`
	// From and To are the first and the last day it covers.
	From        casework.Day `cel:"from"`
	To          casework.Day `cel:"to"`
	Numerator   int64        `cel:"numerator"`
	Denominator int64        `cel:"denominator"`
	Document    string       `cel:"document"`
}

// PlanFacts is what is recorded about the plan itself. It is shared and never
// changed.
type PlanFacts struct {
	Activities []*Activity
	Supplied   []*Supplied
}

// FactsOf reads the facts of a plan. It fails for a day that is none, which a
// recorded fact never holds.
func FactsOf(s *plan.State) (PlanFacts, error) {
	var out PlanFacts
	for _, a := range s.Activities {
		activity, err := newActivity(a)
		if err != nil {
			return PlanFacts{}, fmt.Errorf("activity at position %d: %w", a.Position, err)
		}
		out.Activities = append(out.Activities, activity)
	}
	for _, f := range s.Supplied {
		supplied, err := newSupplied(f)
		if err != nil {
			return PlanFacts{}, fmt.Errorf("supplied figure at position %d: %w", f.Position, err)
		}
		out.Supplied = append(out.Supplied, supplied)
	}
	return out, nil
}

func newActivity(a *plan.Activity) (*Activity, error) {
	on, err := casework.ParseDay(a.OccurredOn)
	if err != nil {
		return nil, err
	}
	return &Activity{
		ID: a.GetActivityId(), On: on, Kind: a.GetKind(), Indicator: a.GetIndicator(),
		Quantity: a.GetQuantity(), Participants: a.GetParticipants(),
		Bodies: a.GetBodies(), Document: a.GetDocument(),
	}, nil
}

func newSupplied(f *plan.Supplied) (*Supplied, error) {
	days := make([]casework.Day, 3)
	for i, s := range []string{f.OccurredOn, f.GetFrom(), f.GetTo()} {
		d, err := casework.ParseDay(s)
		if err != nil {
			return nil, err
		}
		days[i] = d
	}
	return &Supplied{
		ID: f.GetFigureId(), On: days[0], Indicator: f.GetIndicator(), SuppliedBy: f.GetSuppliedBy(),
		From: days[1], To: days[2], Numerator: f.GetNumerator(), Denominator: f.GetDenominator(),
		Document: f.GetDocument(),
	}, nil
}
