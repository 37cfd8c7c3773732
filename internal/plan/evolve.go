package plan

import (
	"errors"
	"fmt"
	"slices"

	"github.com/google/uuid"

	"percorsi/internal/correction"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

// Evolve gives the plan after one commit. s is nil before the first commit of
// the plan and is never changed. A commit that the state holds already changes
// nothing, so a delivery may come twice. A fact that is not known is an error,
// never skipped: the fold of the plan stops there.
func Evolve(s *State, at uint64, commit *eventv1.Commit) (*State, error) {
	if s == nil {
		s = &State{}
	}
	if at <= s.Last {
		return s, nil
	}
	next := s.grow(at)
	if correction.Corrects(commit) {
		return refold(append(next.Commits, correction.Recorded{At: at, Commit: commit}))
	}
	for _, f := range commit.GetFacts() {
		if err := next.fold(at, f); err != nil {
			return nil, fmt.Errorf("commit %d: %w", at, err)
		}
	}
	return next, next.note(at, commit)
}

// refold gives the plan after all of its commits, of which the newest corrects
// others. Every fact that stands is folded in the place where it, or what it
// replaces, was recorded: so activities and figures are those that a record
// without the errors would have given.
func refold(commits []correction.Recorded) (*State, error) {
	l, err := correction.Read(commits)
	if err != nil {
		return nil, err
	}
	s := (&State{}).grow(0)
	for e := range l.All() {
		if !e.Stands() {
			continue
		}
		if err := s.fold(e.At, e.Fact); err != nil {
			return nil, fmt.Errorf("commit %d, corrected: %w", e.At, err)
		}
	}
	for _, r := range commits {
		if err := s.note(r.At, r.Commit); err != nil {
			return nil, err
		}
	}
	s.room.taken.Store(s.Last)
	return s, nil
}

// note remembers a commit and the command that made it.
func (s *State) note(at uint64, commit *eventv1.Commit) error {
	command, err := uuid.Parse(commit.GetCommandId())
	if err != nil {
		return fmt.Errorf("commit %d: command id: %w", at, err)
	}
	answer := Answered{ID: command, Position: at}
	copy(answer.Digest[:], commit.GetCommandDigest())
	s.Commands = append(s.Commands, answer)
	s.Commits = append(s.Commits, correction.Recorded{At: at, Commit: commit})
	s.Last = at
	return nil
}

// errUnpublished is a history that cannot be one: it begins otherwise than
// with the publication of the plan.
var errUnpublished = errors.New("a plan begins with its publication")

// fold applies one fact to a copy whose lists may be appended to.
func (s *State) fold(at uint64, f *eventv1.Fact) error {
	published, ok := f.GetFact().(*eventv1.Fact_PlanPublished)
	if ok {
		s.Plan, s.PublishedAt = published.PlanPublished.GetPlan(), at
		return nil
	}
	if s.Plan == nil {
		return errUnpublished
	}
	switch fact := f.GetFact().(type) {
	case *eventv1.Fact_ActivityRecorded:
		s.Activities = append(s.Activities, &Activity{
			OccurredOn: f.GetOccurredOn(), Position: at, ActivityRecorded: fact.ActivityRecorded,
		})
	case *eventv1.Fact_FigureSupplied:
		s.supply(&Supplied{
			OccurredOn: f.GetOccurredOn(), Position: at, FigureSupplied: fact.FigureSupplied,
		})
	default:
		return fmt.Errorf("a plan knows no fact of type %T", fact)
	}
	return nil
}

// supply adds a figure, in the place of the one it replaces.
func (s *State) supply(next *Supplied) {
	for i, old := range s.Supplied {
		if replaces(next.FigureSupplied, old.FigureSupplied) {
			s.Supplied = slices.Concat(s.Supplied[:i], s.Supplied[i+1:], []*Supplied{next})
			return
		}
	}
	s.Supplied = append(s.Supplied, next)
}

// replaces says that a figure is about what another one was about.
func replaces(next, old *eventv1.FigureSupplied) bool {
	return sameSeries(next, old) && next.GetFrom() == old.GetFrom() && next.GetTo() == old.GetTo()
}

// sameSeries says that two figures come from one body for one indicator.
func sameSeries(a, b *eventv1.FigureSupplied) bool {
	return a.GetIndicator() == b.GetIndicator() && a.GetSuppliedBy() == b.GetSuppliedBy()
}
