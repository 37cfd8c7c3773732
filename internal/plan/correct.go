package plan

import (
	"slices"
	"time"

	"percorsi/internal/correction"
	"percorsi/internal/fault"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

// DecideCorrections says which facts follow from a command that corrects. now is
// the moment of recording in the zone of the office. What is amended has to be
// right in its new form, as if it were recorded now. Every error is a
// *fault.Error; its violations name the fields as the API does.
func DecideCorrections(s *State, cmd correction.Command, now time.Time) ([]*eventv1.Fact, error) {
	if s == nil || s.Plan == nil {
		return nil, errNoPlan
	}
	l, err := s.Ledger()
	if err != nil {
		return nil, err
	}
	facts, err := cmd.Facts(l, now, "there is no such fact in this plan: take command_id and index from its records", mayCorrect)
	if err != nil {
		return nil, err
	}
	return facts, s.consistent(cmd, facts, now)
}

var errNoPlan = fault.New(fault.NotFound, "there is no such plan: publish it first")

// Ledger gives every fact of the plan, with what became of it.
func (s *State) Ledger() (*correction.Ledger, error) { return correction.Read(s.Commits) }

// mayCorrect says that a fact of a plan may be corrected, and gives what takes its
// place the ids that its recording gave.
func mayCorrect(e *correction.Entry, with *eventv1.Fact, _ string) (*eventv1.Fact, error) {
	switch {
	case e.Root().Recorded.GetPlanPublished() != nil:
		return nil, fault.New(fault.NotNow, "a plan is not corrected: publish its next version")
	case with == nil:
		return nil, nil
	}
	return identified(with, e.Command), nil
}

// consistent says that what stands after the corrections could have been
// recorded: an amended fact is decided on the plan without it, and no two
// figures of a body cover some of the same days.
func (s *State) consistent(cmd correction.Command, facts []*eventv1.Fact, now time.Time) error {
	for i, asked := range cmd.Asked {
		if asked.Replacement == nil {
			continue
		}
		others := slices.Clone(facts)
		others[i] = &eventv1.Fact{Fact: &eventv1.Fact_FactVoided{FactVoided: &eventv1.FactVoided{
			CommandId: asked.Of.Command.String(), Index: int64(asked.Of.Index),
		}}}
		without, err := s.with(cmd, others)
		if err != nil {
			return err
		}
		if _, err := made(without, Command{ID: asked.Of.Command, Fact: asked.Replacement}, now); err != nil {
			return correction.Amending(i, err)
		}
	}
	after, err := s.with(cmd, facts)
	if err != nil {
		return err
	}
	for i, f := range after.Supplied {
		for _, g := range after.Supplied[:i] {
			if sameSeries(f.FigureSupplied, g.FigureSupplied) && overlap(f.FigureSupplied, g.FigureSupplied) {
				return fault.New(fault.NotNow, "the figures of %s for %s to %s and for %s to %s would overlap: correct both in the same command",
					f.GetIndicator(), g.GetFrom(), g.GetTo(), f.GetFrom(), f.GetTo())
			}
		}
	}
	return nil
}

// with gives the plan after the facts of a command.
func (s *State) with(cmd correction.Command, facts []*eventv1.Fact) (*State, error) {
	return Evolve(s, s.Last+1, &eventv1.Commit{CommandId: cmd.ID.String(), Facts: facts})
}
