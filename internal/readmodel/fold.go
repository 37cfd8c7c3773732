package readmodel

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/google/uuid"

	"percorsi/internal/casework"
	"percorsi/internal/correction"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	"percorsi/internal/indicator"
	"percorsi/internal/person"
	"percorsi/internal/plan"
)

// State is what a stream has come to: that of its kind is set, and nothing
// before its first commit.
type State struct {
	Case   *casework.Case
	Person *person.Record
	Plan   *plan.State
	// Program is what the plan that was published last compiles to. It is nil in
	// a state that was not folded from the publication on.
	Program *indicator.Program
}

// Past reads commits of a stream by their positions, in order. A fold asks for
// those of a case or a person once something in it is corrected.
type Past func(ctx context.Context, at []casework.Position) ([]*eventv1.Commit, error)

// ErrPast says that what a correction is about could not be read, such as while
// the log cannot be reached. It is no fault of the record: fold it again later.
var ErrPast = errors.New("the commits that a correction is about cannot be read")

// The reasons for which a stream stops, besides those of the domain.
var (
	errUnknownStream = errors.New("this version of percorsi does not know this kind of stream")
	errMisnamed      = errors.New("the case does not have the id of its stream")
	errOtherPlan     = errors.New("the plan does not have the id of its stream")
	errBadID         = errors.New("the stream does not end in a UUID in small letters")
)

// Evolve gives the state of a stream after one record more. An error stops the
// stream, with itself as the reason, unless it is ErrPast: then nothing is
// known yet. Every backend folds with it, so that all of them stop at the same
// records. past is asked where the record corrects another one.
func (s State) Evolve(ctx context.Context, d Delivery, past Past) (State, error) {
	if d.Err != nil {
		return s, d.Err
	}
	at := casework.Position(d.Record.Position)
	switch kind, id := Split(d.Record.Stream); kind {
	case CaseStream:
		return s.evolveCase(ctx, at, id, d, past)
	case PersonStream:
		next, err := EvolvePerson(ctx, s.Person, at, d.Commit, past)
		return State{Person: next}, err
	case PlanStream:
		return s.evolvePlan(at, id, d)
	default:
		return s, errUnknownStream
	}
}

func (s State) evolveCase(ctx context.Context, at casework.Position, name string, d Delivery, past Past) (State, error) {
	id, err := ParseID(name)
	if err != nil {
		return s, err
	}
	next, err := EvolveCase(ctx, s.Case, at, d.Commit, past)
	switch {
	case err != nil:
		return s, err
	case next.ID != id:
		return s, errMisnamed
	}
	return State{Case: next}, nil
}

// EvolveCase gives a case after one commit more, which may correct another one.
func EvolveCase(ctx context.Context, c *casework.Case, at casework.Position, commit *eventv1.Commit, past Past) (*casework.Case, error) {
	next, err := casework.Evolve(c, at, commit)
	if !errors.Is(err, casework.ErrNeedsHistory) {
		return next, err
	}
	history, err := CaseHistory(ctx, c, past)
	if err != nil {
		return nil, err
	}
	return casework.Refold(append(history, correction.Recorded{At: uint64(at), Commit: commit}))
}

// EvolvePerson gives a person after one commit more, which may correct another
// one.
func EvolvePerson(ctx context.Context, r *person.Record, at casework.Position, commit *eventv1.Commit, past Past) (*person.Record, error) {
	next, err := person.Evolve(r, person.Position(at), commit)
	if !errors.Is(err, person.ErrNeedsHistory) {
		return next, err
	}
	history, err := PersonHistory(ctx, r, past)
	if err != nil {
		return nil, err
	}
	return person.Refold(append(history, correction.Recorded{At: uint64(at), Commit: commit}))
}

// CaseHistory gives the commits of a case as far as it was folded; none for no
// case. The error is ErrPast, with its reason.
func CaseHistory(ctx context.Context, c *casework.Case, past Past) ([]correction.Recorded, error) {
	var had []casework.Position
	if c != nil {
		for _, a := range c.Commands {
			had = append(had, a.Position)
		}
	}
	return historyOf(ctx, had, past)
}

// PersonHistory gives the commits of a person as far as it was folded; none for
// nobody. The error is ErrPast, with its reason.
func PersonHistory(ctx context.Context, r *person.Record, past Past) ([]correction.Recorded, error) {
	var had []casework.Position
	if r != nil {
		for _, a := range r.Commands {
			had = append(had, casework.Position(a.Position))
		}
	}
	return historyOf(ctx, had, past)
}

// historyOf gives commits with their positions.
func historyOf(ctx context.Context, at []casework.Position, past Past) ([]correction.Recorded, error) {
	if len(at) == 0 {
		return nil, nil
	}
	if past == nil {
		return nil, ErrPast
	}
	commits, err := past(ctx, at)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrPast, err)
	}
	out := make([]correction.Recorded, len(commits))
	for i, commit := range commits {
		out[i] = correction.Recorded{At: uint64(at[i]), Commit: commit}
	}
	return out, nil
}

// evolvePlan stops a plan whose definitions this version cannot count.
func (s State) evolvePlan(at casework.Position, id string, d Delivery) (State, error) {
	next, err := plan.Evolve(s.Plan, uint64(at), d.Commit)
	switch {
	case err != nil:
		return s, err
	case next.Plan.GetPlanId() != id:
		return s, errOtherPlan
	}
	program := s.Program
	if s.Plan == nil || s.Plan.PublishedAt != next.PublishedAt {
		if program, err = indicator.Compile(next.Plan); err != nil {
			return s, err
		}
	}
	return State{Plan: next, Program: program}, nil
}

// Last gives the position of the newest commit in the state; 0 for none.
func (s State) Last() casework.Position {
	switch {
	case s.Case != nil:
		return s.Case.Last
	case s.Person != nil:
		return casework.Position(s.Person.Last)
	case s.Plan != nil:
		return casework.Position(s.Plan.Last)
	default:
		return 0
	}
}

// ParseID reads the id of a stream. An id that is not written as it is
// everywhere else would be a second name of the same thing.
func ParseID(s string) (uuid.UUID, error) {
	id, err := uuid.Parse(s)
	if err != nil || len(s) != len(uuid.Nil.String()) || s != strings.ToLower(s) {
		return uuid.UUID{}, errBadID
	}
	return id, nil
}
