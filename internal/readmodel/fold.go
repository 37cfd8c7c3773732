package readmodel

import (
	"errors"
	"strings"

	"github.com/google/uuid"

	"percorsi/internal/casework"
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
}

// The reasons for which a stream stops, besides those of the domain.
var (
	errUnknownStream = errors.New("this version of percorsi does not know this kind of stream")
	errMisnamed      = errors.New("the case does not have the id of its stream")
	errOtherPlan     = errors.New("the plan does not have the id of its stream")
	errBadID         = errors.New("the stream does not end in a UUID in small letters")
)

// Evolve gives the state of a stream after one record more. An error stops the
// stream, with itself as the reason. Every backend folds with it, so that all
// of them stop at the same records.
func (s State) Evolve(d Delivery) (State, error) {
	if d.Err != nil {
		return s, d.Err
	}
	at := casework.Position(d.Record.Position)
	switch kind, id := Split(d.Record.Stream); kind {
	case CaseStream:
		return s.evolveCase(at, id, d)
	case PersonStream:
		next, err := person.Evolve(s.Person, person.Position(at), d.Commit)
		return State{Person: next}, err
	case PlanStream:
		return s.evolvePlan(at, id, d)
	default:
		return s, errUnknownStream
	}
}

func (s State) evolveCase(at casework.Position, name string, d Delivery) (State, error) {
	id, err := ParseID(name)
	if err != nil {
		return s, err
	}
	next, err := casework.Evolve(s.Case, at, d.Commit)
	switch {
	case err != nil:
		return s, err
	case next.ID != id:
		return s, errMisnamed
	}
	return State{Case: next}, nil
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
	if s.Plan == nil || s.Plan.PublishedAt != next.PublishedAt {
		if _, err := indicator.Compile(next.Plan); err != nil {
			return s, err
		}
	}
	return State{Plan: next}, nil
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
