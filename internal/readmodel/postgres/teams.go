package postgres

import (
	"context"
	"strings"

	"percorsi/internal/casework"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	"percorsi/internal/readmodel"
)

// TeamFigures counts the meetings of teams in the cases that are seen. It reads
// every meeting there is: figures are asked for now and then, not with each click.
func (m *Model) TeamFigures(ctx context.Context, by readmodel.Scope, f readmodel.TeamFilter) (readmodel.TeamFigures, error) {
	query, args := teamsQuery(by, f)
	rows, err := m.list(ctx, query, args)
	if err != nil {
		return readmodel.TeamFigures{}, unreachable(err)
	}
	defer rows.Close()
	out := readmodel.TeamFigures{}
	for rows.Next() {
		var (
			position int64
			year     *int
			team     *string
			r        readmodel.TeamFigure
		)
		if err := rows.Scan(&position, &year, &team, &r.Called, &r.Held, &r.Cancelled, &r.Expected, &r.Present, &r.Cases, &r.CasesOfBodies); err != nil {
			return readmodel.TeamFigures{}, err
		}
		out.Position = casework.Position(position)
		if year == nil || team == nil { // no meeting
			continue
		}
		r.Year, r.Team = *year, parseWord[eventv1.TeamKind](*team)
		out.Rows = append(out.Rows, r)
	}
	readmodel.SortTeamFigures(out.Rows)
	m.advance(out.Position)
	return out, unreachable(rows.Err())
}

func teamsQuery(by readmodel.Scope, f readmodel.TeamFilter) (string, []any) {
	const day = "coalesce(m.held_on, m.for_day)"
	w := &where{}
	w.is("m.team", word(f.Team))
	w.is("c.managing_body", f.ManagingBody)
	if f.From != 0 {
		w.add(day + " >= " + w.arg(date(f.From)))
	}
	if f.To != 0 {
		w.add(day + " <= " + w.arg(date(f.To)))
	}
	seen := "(" + strings.Join(w.branches(by, f.ManagingBody, ""), " or ") + ")"
	return `
select p.position, t.year, t.team, coalesce(t.called, 0), coalesce(t.held, 0), coalesce(t.cancelled, 0),
	coalesce(t.expected, 0), coalesce(t.present, 0), coalesce(t.cases, 0), coalesce(t.cases_of_bodies, 0)
from percorsi.progress p
left join (
	select extract(year from ` + day + `)::integer as year, m.team, count(*) as called, count(m.held_on) as held,
		count(*) filter (where m.cancelled) as cancelled,
		sum(cardinality(m.expected)) filter (where m.held_on is not null) as expected,
		sum(m.expected_present) filter (where m.held_on is not null) as present,
		count(distinct m.case_id) filter (where m.held_on is not null) as cases,
		count(distinct m.case_id) filter (where m.held_on is not null and cardinality(m.bodies_present) > 1) as cases_of_bodies
	from percorsi.meetings m
	join percorsi.cases c on c.case_id = m.case_id
	where ` + w.and(seen) + `
	group by 1, 2) t on true`, w.args
}
