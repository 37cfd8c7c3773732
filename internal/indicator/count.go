package indicator

import (
	"percorsi/internal/casework"
)

// Count gives one figure from scratch, without a board that is kept: the newest
// states of all cases, the facts of the plan, and the day it stands at. The
// error is a *fault.Error for a period or indicator that the plan does not
// have.
func (p *Program) Count(indicator, period string, asOf casework.Day, cases []*casework.Case, facts PlanFacts) (Figure, error) {
	span, err := p.spans.find(period)
	if err != nil {
		return Figure{}, err
	}
	wanted, err := p.wanted([]string{indicator})
	if err != nil {
		return Figure{}, err
	}
	b := NewBoard(p, func() casework.Day { return asOf })
	b.SetPlanFacts(facts)
	b.fold(cases)
	return b.whole(wanted, span)[0], nil
}
