package fact

import (
	"fmt"

	"google.golang.org/protobuf/proto"

	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

// lift turns what an earlier version wrote into the shape that is written
// now. It may change the message it gets, or answer with one of another kind;
// the day in the envelope stays. It has to leave the newest shape as it is.
type lift func(old proto.Message) proto.Message

// liftTable has the lift of each kind whose shape has changed, by the number
// of the kind.
type liftTable map[int32]lift

// lifts is the one place where older shapes are known. The fold, the read
// models and the indicators see the newest shape only, so a field that is
// replaced is marked deprecated in the schema, copied to its successor by the
// lift of its kind, and read nowhere else. No shape has changed so far.
var lifts = liftTable{}

// apply gives the fact in its newest shape.
// One that amends another has that one inside.
func (t liftTable) apply(f *eventv1.Fact) (*eventv1.Fact, error) {
	if a := f.GetFactAmended(); a != nil {
		newest, err := t.apply(a.GetReplacement())
		if err != nil {
			return nil, fmt.Errorf("in the place of what is amended: %w", err)
		}
		a.Replacement = newest
	}
	lift, changed := t[Kind(f)]
	if !changed {
		return f, nil
	}
	newest, err := Wrap(lift(Unwrap(f)), f.GetOccurredOn())
	if err != nil {
		return nil, fmt.Errorf("lift %s: %w", Name(f), err)
	}
	return newest, nil
}
