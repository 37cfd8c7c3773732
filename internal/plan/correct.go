package plan

import (
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"percorsi/internal/correction"
	"percorsi/internal/fault"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

// CorrectionCommand asks to correct activities and supplied figures, all of them
// or none.
type CorrectionCommand struct {
	// ID is the caller's id of the command.
	ID uuid.UUID
	// On is the day of the correction, as 2025-03-31.
	On    string
	Asked []AskedCorrection
}

// AskedCorrection is one fact of a plan that is to be corrected.
type AskedCorrection struct {
	Of correction.Ref
	// Seen is the position of what the caller last saw recorded about it: the
	// fact, or its newest correction.
	Seen uint64
	// Replacement is the fact as it should have been; nil voids the fact.
	Replacement *eventv1.Fact
	Reason      eventv1.CorrectionReason
}

// DecideCorrections says which facts follow from a command that corrects. now is
// the moment of recording in the zone of the office. What is amended has to be
// right in its new form, as if it were recorded now. Every error is a
// *fault.Error; its violations name the fields as the API does.
func DecideCorrections(s *State, cmd CorrectionCommand, now time.Time) ([]*eventv1.Fact, error) {
	if s == nil || s.Plan == nil {
		return nil, errNoPlan
	}
	switch {
	case !isDay(cmd.On):
		return nil, fault.Field("occurred_on", "is not a calendar day: write it as 2025-03-31")
	case cmd.On > now.Format(time.DateOnly):
		return nil, fault.Field("occurred_on", "is in the future: give the day of the correction")
	}
	l, err := s.Ledger()
	if err != nil {
		return nil, err
	}
	var facts []*eventv1.Fact
	for i, asked := range cmd.Asked {
		f, err := decide(l, cmd, i, now)
		if err != nil {
			return nil, err
		}
		if slices.ContainsFunc(cmd.Asked[:i], func(a AskedCorrection) bool { return a.Of == asked.Of }) {
			return nil, wrong(i, "command_id", "is corrected twice here: correct a fact once")
		}
		facts = append(facts, f)
	}
	return facts, s.consistent(cmd, facts, now)
}

var errNoPlan = fault.New(fault.NotFound, "there is no such plan: publish it first")

// Ledger gives every fact of the plan, with what became of it.
func (s *State) Ledger() (*correction.Ledger, error) { return correction.Read(s.Commits) }

// decide gives the fact that corrects the ith one.
func decide(l *correction.Ledger, cmd CorrectionCommand, i int, now time.Time) (*eventv1.Fact, error) {
	asked := cmd.Asked[i]
	e := l.Find(asked.Of)
	switch {
	case e == nil:
		return nil, wrong(i, "command_id", "there is no such fact in this plan: take command_id and index from its records")
	case e.Root().Recorded.GetPlanPublished() != nil:
		return nil, fault.New(fault.NotNow, "a plan is not corrected: publish its next version")
	case asked.Seen != e.Newest():
		return nil, fault.New(fault.Clash, "somebody corrected this in between, at position %d: look at it again, and say seen %d if it is still wrong", e.Newest(), e.Newest())
	}
	why := correction.Why{On: cmd.On, Reason: asked.Reason}
	if asked.Replacement == nil {
		return correction.Void(e, why)
	}
	field := fmt.Sprintf("corrections[%d].amend", i)
	if err := correction.Amendable(e, asked.Replacement, field); err != nil {
		return nil, err
	}
	if err := dated(asked.Replacement, now); err != nil {
		return nil, correction.Amending(i, err)
	}
	return correction.Amend(e, identified(asked.Replacement, e.Command), field, why)
}

// consistent says that what stands after the corrections could have been
// recorded: an amended fact is decided on the plan without it, and no two
// figures of a body cover some of the same days.
func (s *State) consistent(cmd CorrectionCommand, facts []*eventv1.Fact, now time.Time) error {
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
func (s *State) with(cmd CorrectionCommand, facts []*eventv1.Fact) (*State, error) {
	return Evolve(s, s.Last+1, &eventv1.Commit{CommandId: cmd.ID.String(), Facts: facts})
}

// wrong makes the error of a field of one of the corrections.
func wrong(i int, field, format string, args ...any) error {
	return fault.Field(fmt.Sprintf("corrections[%d].%s", i, field), format, args...)
}
