package postgres

import (
	"context"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"percorsi/internal/casework"
	"percorsi/internal/eventlog"
	"percorsi/internal/indicator"
	"percorsi/internal/plan"
	"percorsi/internal/readmodel"
)

// Plan gives a plan as it was last published, with what was recorded for it.
func (m *Model) Plan(ctx context.Context, id string) (*plan.State, error) {
	if id == "" {
		only, err := m.onlyPlan(ctx)
		if err != nil {
			return nil, err
		}
		id = only
	}
	state, stopped, err := m.read(ctx, planQuery, plain(id), eventlog.Stream(readmodel.PlanStream+"."+plain(id)))
	switch {
	case err != nil:
		return nil, err
	case state.Plan != nil:
		return state.Plan, nil
	case stopped != 0:
		return nil, readmodel.Quarantine{At: stopped}.Err()
	default:
		return nil, readmodel.NoSuchPlan()
	}
}

// onlyPlan gives the id of the only plan. Plans never go, so the question about
// it can follow.
func (m *Model) onlyPlan(ctx context.Context) (string, error) {
	rows, err := m.pool.Query(ctx, "select plan_id from percorsi.plans limit 2")
	if err != nil {
		return "", unreachable(err)
	}
	ids, err := pgx.CollectRows(rows, pgx.RowTo[string])
	switch {
	case err != nil:
		return "", unreachable(err)
	case len(ids) == 0:
		return "", readmodel.NoPlan()
	case len(ids) > 1:
		return "", readmodel.WhichPlan()
	}
	return ids[0], nil
}

// Figures gives figures of a plan.
func (m *Model) Figures(ctx context.Context, id string, q indicator.Query) ([]indicator.Figure, error) {
	return m.figures.figures(ctx, m.at(), id, q)
}

// Explain opens one figure.
func (m *Model) Explain(ctx context.Context, id, figure, period string, p indicator.Page) (indicator.Explanation, error) {
	return m.figures.explain(ctx, m.at(), id, figure, period, p)
}

// Settle counts the figures, and publishes them from time to time if this
// process leads.
func (m *Model) Settle(ctx context.Context) error {
	leads := m.leads()
	if m.bare && !leads {
		return nil
	}
	if err := m.figures.settle(ctx, m.at()); err != nil || !leads {
		return err
	}
	m.published.Lock()
	defer m.published.Unlock()
	return m.pool.AcquireFunc(ctx, func(c *pgxpool.Conn) error { return m.publisher.publish(ctx, c.Conn()) })
}

func (m *Model) leads() bool {
	m.leading.Lock()
	defer m.leading.Unlock()
	return m.lead != nil
}

func (m *Model) at() casework.Position { return casework.Position(m.reached.Load()) }
