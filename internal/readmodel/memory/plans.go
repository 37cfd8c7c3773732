package memory

import (
	"context"
	"errors"
	"slices"
	"sync"

	"percorsi/internal/casework"
	"percorsi/internal/fault"
	"percorsi/internal/indicator"
	"percorsi/internal/plan"
	"percorsi/internal/readmodel"
)

// planned is one publication of a plan, with its figures. A publication that
// follows has figures of its own.
type planned struct {
	board *indicator.Board
	// state is guarded by the mu of the model.
	state *plan.State

	// telling guards told: the state whose activities and supplied figures the
	// board has.
	telling sync.Mutex
	told    *plan.State
}

// errOtherPlan says that a stream holds the plan of another.
var errOtherPlan = errors.New("the plan does not have the id of its stream")

func (m *Model) evolvePlan(at casework.Position, id string, d readmodel.Delivery) error {
	current := m.plans[id]
	var old *plan.State
	if current != nil {
		old = current.state
	}
	next, err := plan.Evolve(old, uint64(at), d.Commit)
	switch {
	case err != nil:
		return err
	case next.Plan.GetPlanId() != id:
		return errOtherPlan
	}
	if old == nil || old.PublishedAt != next.PublishedAt {
		if current, err = m.planned(next); err != nil {
			return err
		}
	}
	m.publish(at, func() {
		m.plans[id] = current
		current.state = next
	})
	m.boards = m.boards[:0]
	for _, p := range m.plans {
		m.boards = append(m.boards, p)
	}
	return nil
}

// planned makes the figures of a publication from all that was folded so far.
func (m *Model) planned(s *plan.State) (*planned, error) {
	program, err := indicator.Compile(s.Plan)
	if err != nil {
		return nil, err
	}
	p := &planned{board: indicator.NewBoard(program, m.today)}
	for slot := range m.cases.table.rows {
		c := m.cases.table.at(slot)
		p.board.Touch(c, m.people.attributes[c.Person])
	}
	return p, nil
}

// Plan gives a plan as it was last published.
func (m *Model) Plan(ctx context.Context, id string) (*plan.State, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	_, s, err := m.findPlan(id)
	return s, err
}

// findPlan gives a plan, or the only one, and its state.
func (m *Model) findPlan(id string) (*planned, *plan.State, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	if id == "" {
		return m.onlyPlan()
	}
	if p, ok := m.plans[id]; ok {
		return p, p.state, nil
	}
	if q, ok := m.stopped.find(planStream(id)); ok {
		return nil, nil, q.Err()
	}
	return nil, nil, fault.New(fault.NotFound, "there is no such plan: check plan_id, or publish the plan first")
}

// onlyPlan is findPlan without an id.
func (m *Model) onlyPlan() (*planned, *plan.State, error) {
	switch len(m.plans) {
	case 0:
		return nil, nil, fault.New(fault.NotFound, "there is no plan yet: publish one first")
	case 1:
		for _, p := range m.plans {
			return p, p.state, nil
		}
	}
	return nil, nil, fault.Field("plan_id", "is missing: there are several plans, say which one")
}

// Figures gives figures of a plan.
func (m *Model) Figures(ctx context.Context, id string, q indicator.Query) ([]indicator.Figure, error) {
	b, err := m.boardOf(id)
	if err != nil {
		return nil, err
	}
	return b.Figures(ctx, q)
}

// Explain opens one figure.
func (m *Model) Explain(ctx context.Context, id, figure, period string, p indicator.Page) (indicator.Explanation, error) {
	b, err := m.boardOf(id)
	if err != nil {
		return indicator.Explanation{}, err
	}
	return b.Explain(ctx, figure, period, p)
}

// boardOf gives the figures of a plan, which know what was recorded for it.
func (m *Model) boardOf(id string) (*indicator.Board, error) {
	p, _, err := m.findPlan(id)
	if err != nil {
		return nil, err
	}
	return p.board, m.tell(p)
}

// tell gives a board the activities and supplied figures that are new.
func (m *Model) tell(p *planned) error {
	p.telling.Lock()
	defer p.telling.Unlock()
	m.mu.RLock()
	s := p.state
	m.mu.RUnlock()
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

// settleFigures counts what changed in the figures of every plan, by asking
// for them.
func (m *Model) settleFigures(ctx context.Context) error {
	m.mu.RLock()
	ids := make([]string, 0, len(m.plans))
	for id := range m.plans {
		ids = append(ids, id)
	}
	m.mu.RUnlock()
	slices.Sort(ids)
	for _, id := range ids {
		if _, err := m.Figures(ctx, id, indicator.Query{}); err != nil {
			return err
		}
	}
	return nil
}
