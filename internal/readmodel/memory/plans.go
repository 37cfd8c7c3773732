package memory

import (
	"context"

	"percorsi/internal/casework"
	"percorsi/internal/fault"
	"percorsi/internal/indicator"
	"percorsi/internal/plan"
	"percorsi/internal/readmodel"
)

func (m *Model) evolvePlan(ctx context.Context, at casework.Position, id string, d readmodel.Delivery) error {
	var old *plan.State
	if s, err := m.boards.State(id); err == nil && id != "" {
		old = s
	}
	s, err := readmodel.State{Plan: old}.Evolve(ctx, d, m.past)
	if err != nil {
		return err
	}
	if err := m.boards.Plan(s.Plan, s.Program, m.cases.all); err != nil {
		return err
	}
	m.publish(at, func() {})
	return nil
}

// Plan gives a plan as it was last published.
func (m *Model) Plan(ctx context.Context, id string) (*plan.State, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	s, err := m.boards.State(id)
	return s, m.ofPlan(id, err)
}

// Figures gives figures of a plan.
func (m *Model) Figures(ctx context.Context, id string, q indicator.Query) ([]indicator.Figure, error) {
	f, err := m.boards.Figures(ctx, id, q)
	return f, m.ofPlan(id, err)
}

// Explain opens one figure.
func (m *Model) Explain(ctx context.Context, id, figure, period string, p indicator.Page) (indicator.Explanation, error) {
	x, err := m.boards.Explain(ctx, id, figure, period, p)
	return x, m.ofPlan(id, err)
}

// ofPlan gives the error of a question about a plan: that a plan of which
// nothing could be folded is not there has its reason.
func (m *Model) ofPlan(id string, err error) error {
	if err == nil || id == "" || fault.KindOf(err) != fault.NotFound {
		return err
	}
	m.mu.RLock()
	defer m.mu.RUnlock()
	if q, ok := m.stopped.find(planStream(id)); ok {
		return q.Err()
	}
	return err
}
