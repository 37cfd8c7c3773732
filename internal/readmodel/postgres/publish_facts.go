package postgres

import (
	"context"

	"percorsi/internal/casework"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	"percorsi/internal/indicator"
)

// ofFacts gives the evidence that stands in no case: activities and supplied
// figures. A board that has nothing else opens them.
func ofFacts(ctx context.Context, of *planEdition, day casework.Day) (*dossier, error) {
	facts, err := indicator.FactsOf(of.state)
	if err != nil {
		return nil, err
	}
	board := indicator.NewBoard(of.program, func() casework.Day { return day })
	board.SetPlanFacts(facts)
	d := &dossier{id: ofPlan}
	for _, i := range of.program.Plan().GetIndicators() {
		if !countsFacts(i.GetDefinition()) {
			continue
		}
		for _, period := range of.program.Periods() {
			if err := d.explain(ctx, board, i.GetIndicatorId(), period.Label); err != nil {
				return nil, err
			}
		}
	}
	d.digest = digestOf(d.rows)
	return d, nil
}

// countsFacts tells whether a definition, nil for none, looks at facts of the
// plan.
func countsFacts(d *eventv1.Definition) bool {
	ofPlan := func(u eventv1.UnitOfCount) bool {
		return u == eventv1.UnitOfCount_UNIT_OF_COUNT_ACTIVITY || u == eventv1.UnitOfCount_UNIT_OF_COUNT_SUPPLIED
	}
	return ofPlan(d.GetUnit()) || ofPlan(d.GetHitUnit())
}

// explain adds the rows of one indicator over one period. A figure that depends
// on another period too shows rows of that one, which have their turn.
func (d *dossier) explain(ctx context.Context, board *indicator.Board, id, period string) error {
	for page := (indicator.Page{Size: 1000}); ; {
		x, err := board.Explain(ctx, id, period, page)
		if err != nil {
			return err
		}
		for _, e := range x.Evidence {
			if e.Period == period {
				d.rows = append(d.rows, unit{Evidence: e})
			}
		}
		if page.After = x.Next; page.After == "" {
			return nil
		}
	}
}
