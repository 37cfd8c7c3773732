package postgres

import (
	"context"
	"math"
	"slices"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"

	"percorsi/internal/casework"
	casefilev1 "percorsi/internal/gen/percorsi/casefile/v1"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	"percorsi/internal/readmodel"
)

// summaryColumns are what scanSummary reads, in its order.
const summaryColumns = "c.case_id, c.opened, c.last, c.pathway, c.area, c.service, c.status, c.stage, " +
	"c.person_id, c.comune, c.managing_body, c.case_manager, c.opened_on, c.closed_on, " +
	"c.assessment_waits_since, c.project_waits_since, c.closure_waits_since"

// summaryRow is the columns of a summary, null where the list has no row.
type summaryRow struct {
	id                                    *uuid16
	opened, last                          *int64
	pathway, area, service, status, stage *string
	person, comune, body, manager         *string
	openedOn, closedOn                    pgtype.Date
	assessment, project, closure          pgtype.Date
}

func (r *summaryRow) into() []any {
	return []any{
		&r.id, &r.opened, &r.last, &r.pathway, &r.area, &r.service, &r.status, &r.stage,
		&r.person, &r.comune, &r.body, &r.manager, &r.openedOn, &r.closedOn,
		&r.assessment, &r.project, &r.closure,
	}
}

// summary gives what the columns say; ok is false where there is no row.
func (r *summaryRow) summary() (s readmodel.Summary, ok bool) {
	if r.id == nil {
		return s, false
	}
	return readmodel.Summary{
		ID: uuid.UUID(*r.id), Opened: casework.Position(*r.opened), Last: casework.Position(*r.last),
		Pathway: parseWord[eventv1.Pathway](*r.pathway), Area: parseWord[eventv1.Area](*r.area),
		Service: parseWord[eventv1.Service](*r.service),
		Status:  casework.Status(parseWord[casefilev1.CaseStatus](*r.status)), Stage: casework.Stage(*r.stage),
		Person: *r.person, Comune: *r.comune, ManagingBody: *r.body, CaseManager: *r.manager,
		OpenedOn: dayOf(r.openedOn), ClosedOn: dayOf(r.closedOn),
		Waits: casework.Waits{Assessment: dayOf(r.assessment), Project: dayOf(r.project), Closure: dayOf(r.closure)},
	}, true
}

// list asks for a page. The plan is made for the values of each question: which
// index is best depends on who asks, and one plan for all reads far too much
// for those who see little.
func (m *Model) list(ctx context.Context, query string, args []any) (pgx.Rows, error) {
	return m.pool.Query(ctx, query, slices.Concat([]any{pgx.QueryExecModeCacheDescribe}, args)...) //nolint:rowserrcheck // the caller reads them
}

// Cases gives the cases that match, the one opened last in front.
func (m *Model) Cases(ctx context.Context, by readmodel.Scope, f readmodel.CaseFilter, p readmodel.Page) (readmodel.CasePage, error) {
	after, err := readmodel.ParsePlace(p.Token)
	if err != nil {
		return readmodel.CasePage{}, err
	}
	query, args := casesQuery(by, f, after, p)
	rows, err := m.list(ctx, query, args)
	if err != nil {
		return readmodel.CasePage{}, unreachable(err)
	}
	defer rows.Close()
	out := readmodel.CasePage{}
	for rows.Next() {
		var (
			position int64
			matches  int
			r        summaryRow
		)
		if err := rows.Scan(append([]any{&position, &matches}, r.into()...)...); err != nil {
			return readmodel.CasePage{}, err
		}
		out.Position = casework.Position(position)
		out.Total, out.MoreThanTotal = p.Counted(matches)
		s, ok := r.summary()
		switch {
		case !ok:
		case len(out.Rows) == p.Limit():
			out.Next = readmodel.Place(out.Rows[len(out.Rows)-1].Opened)
		default:
			out.Rows = append(out.Rows, s)
		}
	}
	m.advance(out.Position)
	return out, unreachable(rows.Err())
}

func casesQuery(by readmodel.Scope, f readmodel.CaseFilter, after casework.Position, p readmodel.Page) (string, []any) {
	if after == 0 {
		after = math.MaxInt64
	}
	w := &where{}
	w.ofCases(f)
	branches := w.branches(by, f.ManagingBody, f.CaseManager, f.Hands()...)
	from := w.arg(int64(after))
	return "select p.position, t.matches, " + summaryColumns + `
from percorsi.progress p
cross join (` + w.counted("percorsi.cases", "opened desc", w.arg(p.Bound()+1), branches) + `) t (matches)
left join lateral (` + w.rows("*", "percorsi.cases", "opened < "+from, "opened desc", w.arg(p.Limit()+1), branches) + `) c on true
order by c.opened desc`, w.args
}

// Clocks gives the clocks that run, the most urgent in front.
func (m *Model) Clocks(ctx context.Context, by readmodel.Scope, f readmodel.ClockFilter, p readmodel.Page) (readmodel.ClockPage, error) {
	after, continued, err := readmodel.ParseUrgency(p.Token)
	if err != nil {
		return readmodel.ClockPage{}, err
	}
	if !continued {
		after = readmodel.Urgency{Due: math.MinInt64}
	}
	query, args := clocksQuery(by, f, after, p)
	rows, err := m.list(ctx, query, args)
	if err != nil {
		return readmodel.ClockPage{}, unreachable(err)
	}
	defer rows.Close()
	page := &clockPage{asked: p}
	for rows.Next() {
		if err := page.take(rows); err != nil {
			return readmodel.ClockPage{}, err
		}
	}
	m.advance(page.Position)
	return page.ClockPage, unreachable(rows.Err())
}

func clocksQuery(by readmodel.Scope, f readmodel.ClockFilter, after readmodel.Urgency, p readmodel.Page) (string, []any) {
	const order = "due, opened, name, about, nth"
	w := &where{}
	w.ofClocks(f)
	branches := w.branches(by, f.ManagingBody, f.CaseManager, f.Hands()...)
	from := "(" + order + ") > (" + w.arg(after.Due) + "::bigint, " + w.arg(int64(after.Opened)) + "::bigint, " +
		w.arg(named(after.Name)) + "::text, " + w.arg(named(after.About)) + "::text, " + w.arg(min(after.Nth, math.MaxInt16)) + "::smallint)"
	return "select p.position, t.matches, k.nth, k.name, k.label, k.source, k.about, k.started_on, k.due_on, k.due_at, " + summaryColumns + `
from percorsi.progress p
cross join (` + w.counted("percorsi.clocks", order, w.arg(p.Bound()+1), branches) + `) t (matches)
left join lateral (` + w.rows("*", "percorsi.clocks", from, order, w.arg(p.Limit()+1), branches) + `) k on true
left join percorsi.cases c on c.case_id = k.case_id
order by k.due, k.opened, k.name, k.about, k.nth`, w.args
}

// named gives a text of a token, which may have been made up.
func named(s string) string { return plain(strings.ToValidUTF8(s, "")) }

// clockPage fills a page of the work list.
type clockPage struct {
	readmodel.ClockPage

	asked readmodel.Page
	last  readmodel.Urgency
}

func (p *clockPage) take(rows pgx.Rows) error {
	var (
		position                   int64
		matches                    int
		nth                        *int16
		name, label, source, about *string
		startedOn, dueOn           pgtype.Date
		dueAt                      pgtype.Timestamptz
		of                         summaryRow
	)
	if err := rows.Scan(append([]any{
		&position, &matches, &nth, &name, &label, &source, &about, &startedOn, &dueOn, &dueAt,
	}, of.into()...)...); err != nil {
		return err
	}
	p.Position = casework.Position(position)
	p.Total, p.MoreThanTotal = p.asked.Counted(matches)
	s, ok := of.summary()
	switch {
	case !ok:
		return nil
	case len(p.Rows) == p.asked.Limit():
		p.Next = p.last.Token()
		return nil
	}
	k := casework.Clock{
		Name: *name, Label: *label, Source: *source, About: *about, StartedOn: dayOf(startedOn), DueOn: dayOf(dueOn),
	}
	if dueAt.Valid {
		k.DueAt = dueAt.Time.Unix()
	}
	p.Rows = append(p.Rows, readmodel.ClockRow{Case: s, Clock: k})
	p.last = readmodel.UrgencyOf(s.Opened, k, int(*nth))
	return nil
}
