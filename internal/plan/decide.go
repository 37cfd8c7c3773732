package plan

import (
	"time"

	"github.com/google/uuid"
	"google.golang.org/protobuf/proto"

	"percorsi/internal/fault"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

// Command asks to record one fact of the plan.
type Command struct {
	// ID is the caller's id of the command. What the command makes takes it.
	ID uuid.UUID
	// Fact to record, with the day it was true.
	Fact *eventv1.Fact
}

// Decide says which facts follow from a command on the plan as it is; s is nil
// where nothing of the plan is recorded. now is the moment of recording in the
// zone of the office. Every error is a *fault.Error; its violations name the
// fields as the API does.
func Decide(s *State, cmd Command, now time.Time) ([]*eventv1.Fact, error) {
	fact, err := made(s, cmd, now)
	if err != nil {
		return nil, err
	}
	return []*eventv1.Fact{fact}, nil
}

// made gives the fact of a command, with the id of what it makes.
func made(s *State, cmd Command, now time.Time) (*eventv1.Fact, error) {
	fact := identified(cmd.Fact, cmd.ID)
	if err := dated(fact, now); err != nil {
		return nil, err
	}
	var err error
	switch f := fact.GetFact().(type) {
	case *eventv1.Fact_PlanPublished:
		err = DecidePublish(s, f.PlanPublished.GetPlan())
	case *eventv1.Fact_ActivityRecorded:
		err = DecideActivity(s, f.ActivityRecorded)
	case *eventv1.Fact_FigureSupplied:
		err = DecideSupplied(s, f.FigureSupplied)
		if err == nil {
			err = ended(f.FigureSupplied, fact.GetOccurredOn())
		}
	default:
		err = fault.Field("fact", "is not a fact of a plan: publish a plan, record an activity or supply a figure")
	}
	return fact, err
}

// identified gives a copy of a fact in which what it makes has the id of its
// command.
func identified(f *eventv1.Fact, command uuid.UUID) *eventv1.Fact {
	f = proto.CloneOf(f)
	switch f := f.GetFact().(type) {
	case *eventv1.Fact_ActivityRecorded:
		f.ActivityRecorded.ActivityId = command.String()
	case *eventv1.Fact_FigureSupplied:
		f.FigureSupplied.FigureId = command.String()
	}
	return f
}

// dated checks the day of a fact against the day of now. A plan may be
// published before the day it holds from, all else only once it has happened.
func dated(f *eventv1.Fact, now time.Time) error {
	on := f.GetOccurredOn()
	if !isDay(on) {
		return fault.Field("occurred_on", "is not a calendar day: write it as 2025-03-31")
	}
	if f.GetPlanPublished() == nil && on > now.Format(time.DateOnly) {
		return fault.Field("occurred_on", "is in the future: a fact is recorded once it has happened")
	}
	return nil
}

// ended says that the days a figure covers had passed when it was supplied.
func ended(f *eventv1.FigureSupplied, on string) error {
	if f.GetTo() > on {
		return fault.Field("fact.to", "is after the day the figure was supplied: give the days it covers, once they have passed")
	}
	return nil
}

// isDay says that s is a calendar day as 2025-03-31. Days in this form compare
// as strings.
func isDay(s string) bool {
	_, err := time.Parse(time.DateOnly, s)
	return err == nil
}

// problems gathers what is wrong, so that a person mends it in one go.
type problems []fault.Violation

// add notes a problem of a field; what to do is in format.
func (p *problems) add(field, format string, args ...any) {
	*p = append(*p, fault.Field(field, format, args...).Violations...)
}

// err gives the problems as one error, nil where there is none.
func (p *problems) err() error {
	if len(*p) == 0 {
		return nil
	}
	return &fault.Error{Kind: fault.Invalid, Violations: *p}
}
