package indicator

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"percorsi/internal/access"
	"percorsi/internal/correction"
	"percorsi/internal/fact"
	"percorsi/internal/fault"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	indicatorv1 "percorsi/internal/gen/percorsi/indicator/v1"
	"percorsi/internal/plan"
	"percorsi/internal/recorder"
)

// CorrectPlanRecords amends or voids activities and supplied figures.
func (s *Server) CorrectPlanRecords(ctx context.Context, r *indicatorv1.CorrectPlanRecordsRequest) (*indicatorv1.PlanRecorded, error) {
	caller, err := recorder.Caller(ctx)
	if err != nil {
		return nil, err
	}
	id, err := s.planID(ctx, r.GetPlanId())
	if err != nil {
		return nil, err
	}
	cmd := correction.Command{On: r.GetOccurredOn()}
	for i, one := range r.GetCorrections() {
		asked, err := ask(i, one)
		if err != nil {
			return nil, err
		}
		cmd.Asked = append(cmd.Asked, asked)
	}
	return s.attempt(ctx, id, r.GetCommandId(), r, func(p *plan.State, command uuid.UUID, now time.Time) ([]*eventv1.Fact, error) {
		if err := mayCorrect(caller, p, cmd); err != nil {
			return nil, err
		}
		cmd.ID = command
		return plan.DecideCorrections(p, cmd, now)
	})
}

// ask reads one correction of a request.
func ask(i int, one *indicatorv1.PlanRecordCorrection) (correction.Asked, error) {
	ref, ok := correction.RefOf(one.GetCommandId(), int(one.GetIndex()))
	switch {
	case !ok:
		return correction.Asked{}, fault.Field(fmt.Sprintf("corrections[%d].command_id", i), "is not a UUID")
	case one.GetAmend() != nil && fact.Name(one.GetAmend()) == "":
		return correction.Asked{}, fault.Field(fmt.Sprintf("corrections[%d].amend", i), "is empty: give what should have been recorded")
	}
	return correction.Asked{Of: ref, Seen: one.GetSeen(), Replacement: one.GetAmend(), Reason: one.GetReason()}, nil
}

// mayCorrect says that the caller may correct what is there, into what is asked.
func mayCorrect(c access.Caller, p *plan.State, cmd correction.Command) error {
	ledger, err := p.Ledger()
	if err != nil {
		return err
	}
	for _, asked := range cmd.Asked {
		e := ledger.Find(asked.Of)
		if e == nil {
			continue // which the decision says better
		}
		for _, f := range []*eventv1.Fact{e.Root().Recorded, e.Root().Fact, asked.Replacement} {
			if f == nil {
				continue
			}
			if err := access.MayCorrectPlan(c, f); err != nil {
				return err
			}
		}
	}
	return nil
}
