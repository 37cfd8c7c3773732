package memory

import (
	"context"

	"percorsi/internal/readmodel"
)

// TeamFigures counts the meetings of teams in the cases that are seen.
func (m *Model) TeamFigures(ctx context.Context, by readmodel.Scope, f readmodel.TeamFilter) (readmodel.TeamFigures, error) {
	seen, s, err := m.seenBy(ctx, by)
	if err != nil {
		return readmodel.TeamFigures{}, err
	}
	var t readmodel.TeamTally
	for slot := seen.last(s.cases.rows); slot >= 0; slot = seen.last(slot) {
		t.Add(s.cases.at(slot), f)
	}
	return readmodel.TeamFigures{Rows: t.Figures(), Position: s.position}, nil
}
