package notifier

import (
	"context"
	"fmt"

	lru "github.com/hashicorp/golang-lru/v2"

	"percorsi/internal/casework"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	"percorsi/internal/readmodel"
)

// cases folds cases as they were at one commit and before it. It keeps those
// that were folded last, so that the next commit of a case costs the steps from
// there on, however long its history is. A correction is folded from the whole
// history, as everywhere.
//
// One belongs to one way through the log, in which positions rise: a log that was
// restored may have other commits at the same positions, and nothing of it is
// kept. States are shared with nobody who changes them, since nobody may.
type cases struct {
	past   readmodel.Past
	folded *lru.Cache[casework.CaseID, *casework.Case]
}

// newCases makes one that keeps so many cases, which must be more than none.
func newCases(past readmodel.Past, keep int) *cases {
	folded, err := lru.New[casework.CaseID, *casework.Case](keep)
	if err != nil {
		panic(err) // only for a size that is not positive
	}
	return &cases{past: past, folded: folded}
}

// step gives a case before and after a commit, which is the last of those of the
// case. before is nil where the commit opens it.
func (s *cases) step(ctx context.Context, id casework.CaseID, of []casework.Answered, commit *eventv1.Commit) (before, after *casework.Case, err error) {
	at := of[len(of)-1].Position
	before, missing := s.known(id, of[:len(of)-1])
	commits, err := s.past(ctx, missing)
	if err != nil {
		return nil, nil, fmt.Errorf("read a case up to position %d: %w", at, err)
	}
	for i, c := range commits {
		if before, err = s.evolve(ctx, before, missing[i], c); err != nil {
			return nil, nil, err
		}
	}
	if after, err = s.evolve(ctx, before, at, commit); err != nil {
		return nil, nil, err
	}
	s.folded.Add(id, after)
	return before, after, nil
}

// known gives what is kept of a case, and where those of its commits lie that
// come behind it: all where nothing is kept.
func (s *cases) known(id casework.CaseID, of []casework.Answered) (c *casework.Case, missing []casework.Position) {
	if kept, ok := s.folded.Get(id); ok {
		if i, ok := find(of, kept.Last); ok {
			c, of = kept, of[i+1:]
		}
	}
	for _, a := range of {
		missing = append(missing, a.Position)
	}
	return c, missing
}

func (s *cases) evolve(ctx context.Context, c *casework.Case, at casework.Position, commit *eventv1.Commit) (*casework.Case, error) {
	next, err := readmodel.EvolveCase(ctx, c, at, commit, s.past)
	if err != nil {
		return nil, fmt.Errorf("fold a case up to position %d: %w", at, err)
	}
	return next, nil
}
