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

// branches gives the conditions under which a scope sees a row, none of which
// overlap: what a body manages is found by one index and what else is seen by
// another, so each is a question of its own.
func (w *where) branches(by readmodel.Scope) []string {
	if by.All {
		return []string{"true"}
	}
	s := access.SightOf(by.Caller)
	var out []string
	if s.Open {
		out = append(out, "not sealed")
	}
	managed := ""
	if s.Body != "" {
		body := w.arg(plain(s.Body))
		out = append(out, "managing_body = "+body)
		managed = " and managing_body <> " + body
	}
	if len(s.Readers) > 0 {
		readers := make([]string, len(s.Readers))
		for i, r := range s.Readers {
			readers[i] = plain(r)
		}
		out = append(out, "readers && "+w.arg(readers)+managed)
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
	w.is("person_id", f.Person)
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

// counted gives the sum of the rows in each branch, as SQL.
func (w *where) counted(from string, branches []string) string {
	parts := make([]string, len(branches))
	for i, b := range branches {
		parts[i] = "(select count(*) from " + from + " where " + w.and(b) + ")"
	}
	return strings.Join(parts, " + ")
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
