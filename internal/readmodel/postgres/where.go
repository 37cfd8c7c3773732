package postgres

import (
	"strings"

	"percorsi/internal/access"
	"percorsi/internal/casework"
	casefilev1 "percorsi/internal/gen/percorsi/casefile/v1"
	"percorsi/internal/readmodel"
)

// where gathers the conditions of a question, with their parameters.
type where struct {
	args []any
	all  []string
}

// arg adds a parameter and gives its name.
func (w *where) arg(v any) string {
	w.args = append(w.args, v)
	return parameter(len(w.args))
}

func (w *where) add(condition string) { w.all = append(w.all, condition) }

// is adds that a column has a value, unless none is asked for.
func (w *where) is(column, value string) {
	if value != "" {
		w.add(column + " = " + w.arg(plain(value)))
	}
}

// and gives the conditions with one more, as SQL.
func (w *where) and(more ...string) string {
	return strings.Join(append(append([]string{"true"}, w.all...), more...), " and ")
}

// branches gives the conditions under which a scope sees a row that the filter
// asks for, none of which overlap: what a body manages is found by one index and
// what else is seen by another, so each is a question of its own. Who asks for
// the rows of one body, or of one case manager, sees all of them by that or
// needs one question only.
func (w *where) branches(by readmodel.Scope, body, manager string) []string {
	s := access.SightOf(by.Caller)
	managed := s.Body != "" && plain(s.Body) == plain(body)
	if by.All || managed || s.SeesAllOf(manager) {
		return []string{"true"}
	}
	var out []string
	if s.Open {
		out = append(out, "not sealed")
	}
	others := ""
	if s.Body != "" && body == "" {
		own := w.arg(plain(s.Body))
		out = append(out, "managing_body = "+own)
		others = " and managing_body <> " + own
	}
	if len(s.Readers) > 0 {
		out = append(out, "readers && "+w.arg(plainList(s.Readers))+others)
	}
	if len(out) == 0 {
		return []string{"false"}
	}
	return out
}

// ofCases adds what a filter of cases asks for.
func (w *where) ofCases(f readmodel.CaseFilter) {
	w.is("pathway", word(f.Pathway))
	w.is("area", word(f.Area))
	w.is("service", word(f.Service))
	w.is("status", word(casefilev1.CaseStatus(f.Status)))
	w.is("comune", f.Comune)
	w.is("managing_body", f.ManagingBody)
	w.is("case_manager", f.CaseManager)
	if f.Person != "" {
		w.add("person_id = any(array(" + groupOf(w.arg(plain(f.Person))) + "))")
	}
}

// ofClocks adds what a filter of clocks asks for.
func (w *where) ofClocks(f readmodel.ClockFilter) {
	w.is("name", f.Name)
	w.is("case_manager", f.CaseManager)
	w.is("managing_body", f.ManagingBody)
	if f.DueBy == 0 {
		return
	}
	w.add("due_on <= " + w.arg(date(f.DueBy)))
	// A clock counted in hours may be due a day before its due_on ends, so this
	// only ends the walk along the index.
	w.add("due <= " + w.arg((f.DueBy + casework.Day(2)).Time().Unix()))
}

// counted gives how many rows all branches have together, up to a limit, as
// SQL. Counting ends at the limit: a branch that reaches it leaves those after
// it unasked.
func (w *where) counted(from, order, limit string, branches []string) string {
	parts := make([]string, len(branches))
	for i, b := range branches {
		parts[i] = "(select 1 from " + from + " where " + w.and(b) + " order by " + order + " limit " + limit + ")"
	}
	some := parts[0]
	if len(parts) > 1 {
		some = strings.Join(parts, " union all ") + " limit " + limit
	}
	return "select count(*) from (" + some + ") found"
}

// rows gives the first rows of all branches together, as SQL. Each branch stops
// by itself, so that an index in the order of the list ends it early.
func (w *where) rows(columns, from, after, order, limit string, branches []string) string {
	parts := make([]string, len(branches))
	for i, b := range branches {
		parts[i] = "(select " + columns + " from " + from + " where " + w.and(b, after) + " order by " + order + " limit " + limit + ")"
	}
	if len(parts) == 1 {
		return parts[0]
	}
	return "select * from (" + strings.Join(parts, " union all ") + ") found order by " + order + " limit " + limit
}
