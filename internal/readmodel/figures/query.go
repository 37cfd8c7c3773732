package figures

import (
	"context"
	"maps"
	"slices"

	"percorsi/internal/indicator"
	"percorsi/internal/plan"
	"percorsi/internal/readmodel"
)

// IDs gives the ids of the plans, in order.
func (b *Boards) IDs() []string {
	b.mu.RLock()
	defer b.mu.RUnlock()
	return slices.Sorted(maps.Keys(b.plans))
}

// State gives a plan as it was last told of. The empty id stands for the only
// plan: the error is Invalid where there are several. A plan that is not there
// is NotFound.
func (b *Boards) State(id string) (*plan.State, error) {
	_, s, err := b.current(id)
	return s, err
}

// Program gives the publication of a plan that is counted, with errors as those
// of State.
func (b *Boards) Program(id string) (*indicator.Program, error) {
	p, _, err := b.current(id)
	if err != nil {
		return nil, err
	}
	return p.board.Program(), nil
}

// Figures gives figures of a plan. It sees everything that was told before the
// call. Errors are those of State and of indicator.Board.
func (b *Boards) Figures(ctx context.Context, id string, q indicator.Query) ([]indicator.Figure, error) {
	board, err := b.boardOf(id)
	if err != nil {
		return nil, err
	}
	return board.Figures(ctx, q)
}

// Explain opens one figure, with errors as those of Figures.
func (b *Boards) Explain(ctx context.Context, id, figure, period string, p indicator.Page) (indicator.Explanation, error) {
	board, err := b.boardOf(id)
	if err != nil {
		return indicator.Explanation{}, err
	}
	return board.Explain(ctx, figure, period, p)
}

// Settle counts what changed in the figures of every plan, by asking for them.
func (b *Boards) Settle(ctx context.Context) error {
	for _, id := range b.IDs() {
		if _, err := b.Figures(ctx, id, indicator.Query{}); err != nil {
			return err
		}
	}
	return nil
}

// boardOf gives the figures of a plan, which know what was recorded for it.
func (b *Boards) boardOf(id string) (*indicator.Board, error) {
	p, _, err := b.current(id)
	if err != nil {
		return nil, err
	}
	return p.board, b.tell(p)
}

// current gives a plan, or the only one, and its state.
func (b *Boards) current(id string) (*planned, *plan.State, error) {
	b.mu.RLock()
	defer b.mu.RUnlock()
	if id == "" {
		return b.only()
	}
	if p, ok := b.plans[id]; ok {
		return p, p.state, nil
	}
	return nil, nil, readmodel.NoSuchPlan()
}

// only is current without an id.
func (b *Boards) only() (*planned, *plan.State, error) {
	switch len(b.plans) {
	case 0:
		return nil, nil, readmodel.NoPlan()
	case 1:
		for _, p := range b.plans {
			return p, p.state, nil
		}
	}
	return nil, nil, readmodel.WhichPlan()
}

// tell gives a board the activities and supplied figures that are new.
func (b *Boards) tell(p *planned) error {
	p.telling.Lock()
	defer p.telling.Unlock()
	b.mu.RLock()
	s := p.state
	b.mu.RUnlock()
	if p.told == s {
		return nil
	}
	facts, err := indicator.FactsOf(s)
	if err != nil {
		return err
	}
	p.board.SetPlanFacts(facts)
	p.told = s
	return nil
}
