package recorder

import (
	"context"
	"time"

	"github.com/google/uuid"

	"percorsi/internal/casework"
	"percorsi/internal/eventlog"
	"percorsi/internal/fault"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	"percorsi/internal/person"
	"percorsi/internal/plan"
	"percorsi/internal/readmodel"
)

// PersonModel is where a recorder of people finds a person.
type PersonModel interface {
	Person(ctx context.Context, id string) (*person.Record, error)
	Wait(ctx context.Context, p casework.Position) error
}

// People records the commands of people.
type People = Recorder[*person.Record]

// NewPeople makes a recorder of people. past reads what a correction is about.
func NewPeople(log Log, model PersonModel, past readmodel.Past, now func() time.Time) *People {
	return New(Aggregate[*person.Record]{
		Prefix: "person",
		Load: func(ctx context.Context, id string) (*person.Record, error) {
			return orNone(model.Person(ctx, id))
		},
		Evolve: func(ctx context.Context, r *person.Record, at eventlog.Position, c *eventv1.Commit) (*person.Record, error) {
			return readmodel.EvolvePerson(ctx, r, casework.Position(at), c, past)
		},
		Last: func(r *person.Record) eventlog.Position {
			if r == nil {
				return 0
			}
			return eventlog.Position(r.Last)
		},
		Answer: func(r *person.Record, command uuid.UUID) ([16]byte, eventlog.Position, bool) {
			a, ok := r.Answer(command)
			return a.Digest, eventlog.Position(a.Position), ok
		},
		Reached: reached(model),
	}, log, now)
}

// PlanModel is where a recorder of plans finds a plan.
type PlanModel interface {
	Plan(ctx context.Context, id string) (*plan.State, error)
	Wait(ctx context.Context, p casework.Position) error
}

// Plans records the commands of plans.
type Plans = Recorder[*plan.State]

// NewPlans makes a recorder of plans.
func NewPlans(log Log, model PlanModel, now func() time.Time) *Plans {
	return New(Aggregate[*plan.State]{
		Prefix: "plan",
		Load: func(ctx context.Context, id string) (*plan.State, error) {
			return orNone(model.Plan(ctx, id))
		},
		Evolve: func(_ context.Context, s *plan.State, at eventlog.Position, c *eventv1.Commit) (*plan.State, error) {
			return plan.Evolve(s, uint64(at), c)
		},
		Last: func(s *plan.State) eventlog.Position {
			if s == nil {
				return 0
			}
			return eventlog.Position(s.Last)
		},
		Answer: func(s *plan.State, command uuid.UUID) ([16]byte, eventlog.Position, bool) {
			a, ok := s.Answer(command)
			return a.Digest, eventlog.Position(a.Position), ok
		},
		Reached: reached(model),
	}, log, now)
}

// orNone turns "there is none" into the zero state.
func orNone[S any](s S, err error) (S, error) {
	if err != nil && fault.KindOf(err) == fault.NotFound {
		var none S
		return none, nil
	}
	return s, err
}

// reached waits for a position of the read model.
func reached(model interface {
	Wait(ctx context.Context, p casework.Position) error
},
) func(context.Context, eventlog.Position) error {
	return func(ctx context.Context, p eventlog.Position) error { return model.Wait(ctx, casework.Position(p)) }
}
