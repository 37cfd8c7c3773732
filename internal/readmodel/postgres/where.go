package postgres

import (
	"slices"
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
// needs one question only. hands have to see the row too.
func (w *where) branches(by readmodel.Scope, body, manager string, hands ...readmodel.Scope) []string {
	s := access.SightOf(by.Caller)
	managed := s.Body != "" && plain(s.Body) == plain(body)
	own := func(h readmodel.Scope) bool { return s.Covers(access.SightOf(h.Caller)) }
	if by.All || managed || s.SeesAllOf(manager) || slices.ContainsFunc(hands, own) {
		return w.within([]string{"true"}, hands)
	}
	var out []string
	if s.Open {
		out = append(out, "not sealed")
	}
	if s.Body != "" && body != "" { // another one
		s.Body = ""
	}
	out = append(out, w.sees(s)...)
	if len(out) == 0 {
		return []string{"false"}
	}
	return w.within(out, hands)
}

// sees gives the conditions under which a row is managed by the body of a sight,
// or has one of its readers and is not.
func (w *where) sees(s access.Sight) []string {
	var out []string
	others := ""
	if s.Body != "" {
		own := w.arg(plain(s.Body))
		out = append(out, "managing_body = "+own)
		others = " and managing_body <> " + own
	}
	if len(s.Readers) > 0 {
		out = append(out, "readers && "+w.arg(plainList(s.Readers))+others)
	}
	return out
}

// within narrows branches to what each of some scopes sees, so that still none
// overlap.
func (w *where) within(branches []string, hands []readmodel.Scope) []string {
	for _, h := range hands {
		var out []string
		for _, seen := range w.sees(access.SightOf(h.Caller)) {
			for _, b := range branches {
				out = append(out, seen+" and "+b)
			}
		}
		branches = out
	}
	return branches
}

// somethingWaits is the condition of the index cases_waiting.
const somethingWaits = "(assessment_waits_since is not null or project_waits_since is not null or closure_waits_since is not null)"

// ofCases adds what a filter of cases asks for.
func (w *where) ofCases(f readmodel.CaseFilter) {
	w.is("pathway", word(f.Pathway))
	w.is("area", word(f.Area))
	w.is("service", word(f.Service))
	w.is("status", word(casefilev1.CaseStatus(f.Status)))
	w.is("comune", f.Comune)
	w.is("managing_body", f.ManagingBody)
	w.is("case_manager", f.CaseManager)
	if f.Lacks != 0 {
		lacks := w.arg(int32(f.Lacks))
		w.add("lacks <> 0 and lacks & " + lacks + " = " + lacks)
	}
	if f.Awaiting || f.Approver != "" {
		w.add(somethingWaits)
	}
	if f.Approver != "" {
		w.add("not " + w.arg(plain(f.Approver)) + " = any(barred)")
	}
	if f.Person != "" {
		w.add("person_id = any(array(" + groupOf(w.arg(plain(f.Person))) + "))")
	}
}

// ofClocks adds what a filter of clocks asks for.
func (w *where) ofClocks(f readmodel.ClockFilter) {
	w.is("name", f.Name)
	w.is("case_manager", f.CaseManager)
	w.is("managing_body", f.ManagingBody)
	if f.Person != "" {
		w.add("case_id = any(array(select w.case_id from percorsi.case_people w where w.to_on is null and w.person_id = any(array(" + groupOf(w.arg(plain(f.Person))) + "))))")
	}
	if f.Member != "" {
		// One works on few cases: they are found first, or all that somebody else
		// sees would be walked in search of them.
		w.add("case_id = any(array(select w.case_id from percorsi.cases w where " +
			w.sees(access.SightOf(access.Caller{User: f.Member, Role: access.TeamMember}))[0] + "))")
	}
	if f.Awaiting || f.Approver != "" {
		w.add("case_waits")
	}
	if f.Approver != "" {
		w.add("not (select " + w.arg(plain(f.Approver)) + " = any(w.barred) from percorsi.cases w where w.case_id = clocks.case_id)")
	}
	if f.DueFrom != 0 {
		w.add("due_on >= " + w.arg(date(f.DueFrom)))
		w.add("due >= " + w.arg((f.DueFrom - casework.Day(2)).Time().Unix()))
	}
	if f.DueBy == 0 {
		return
	}
	w.add("due_on <= " + w.arg(date(f.DueBy)))
	// A clock counted in hours may be due a day before its due_on ends, so this
	// only bounds the walk along the index.
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
