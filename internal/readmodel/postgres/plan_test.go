package postgres_test

import (
	"encoding/json"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"

	"percorsi/internal/access"
	"percorsi/internal/readmodel"
	"percorsi/internal/readmodel/postgres"
)

// crowd fills the tables with 5,000 cases and 20,000 clocks, as a district of
// twelve bodies has them: the largest manages a quarter, a case has one or two
// bodies that work on it and a team of two, and one in ten was reported by the
// hospital.
func crowd(t *testing.T, p *pgxpool.Pool) {
	t.Helper()
	exec(t, p, `
insert into percorsi.cases
select ('00000000-0000-0000-0000-' || lpad(to_hex(n), 12, '0'))::uuid, n, n + 100000, 20, 'ADI', 'POVERTY', 'POVERTY_TEAM',
	(array['SIGNALLED','IN_CHARGE','IN_CHARGE','CLOSED'])[1 + n % 4], 'pact', 'person-' || n, '0980' || (10 + n % 60), body, body, 'BODY', '',
	manager, body, date '2025-01-01' + n % 900, null, null, null, '', null, false, null, null, null, null, null, '', '', '', '',
	'{}', array[body], 0, 0, 0, n % 50 = 0,
	array['u:' || manager, 'u:op-' || (n * 7) % 240, 'w:' || body]
		|| case when n % 8 = 0 then array['w:BODY-' || (n / 8) % 12] else '{}' end
		|| case when n % 50 = 1 then array['r:HOSPITAL'] else '{}' end
from generate_series(1, 5000) n,
	lateral (select 'BODY-' || case when n % 4 = 0 then 0 else n % 12 end as body, 'op-' || n % 240 as manager) x`)
	exec(t, p, `
insert into percorsi.clocks
select case_id, k, 'T' || 15 * (k + 1), 'label', 'law', '', opened_on, opened_on + 15 * (k + 1), null,
	extract(epoch from opened_on + 15 * (k + 1) + 1)::bigint, opened, managing_body, case_manager, sealed, readers
from percorsi.cases, generate_series(0, 3) k`)
	exec(t, p, "vacuum analyze percorsi.cases, percorsi.clocks")
}

// node is a step of a plan.
type node struct {
	Type  string  `json:"Node Type"`
	Table string  `json:"Relation Name"`
	Index string  `json:"Index Name"`
	Rows  float64 `json:"Actual Rows"`
	Loops float64 `json:"Actual Loops"`
	Plans []node  `json:"Plans"`
}

// explain gives the steps of the plan by which a question is answered.
func explain(t *testing.T, p *pgxpool.Pool, query string, args []any) []node {
	t.Helper()
	var out []byte
	if err := p.QueryRow(t.Context(), "explain (analyze, format json) "+query, args...).Scan(&out); err != nil {
		t.Fatal(err)
	}
	var plans []struct{ Plan node }
	if err := json.Unmarshal(out, &plans); err != nil || len(plans) != 1 {
		t.Fatalf("%v: %s", err, out)
	}
	return flat(plans[0].Plan)
}

func flat(n node) []node {
	all := []node{n}
	for _, one := range n.Plans {
		all = append(all, flat(one)...)
	}
	return all
}

func TestListsAreReadThroughTheIndexesMeantForThem(t *testing.T) {
	p := pool(t)
	crowd(t, p)
	first := readmodel.Urgency{Due: math.MinInt64}
	later := readmodel.Urgency{Due: 1_780_000_000, Opened: 2500, Name: "T30"}
	var (
		coordinator = readmodel.SeenBy(access.Caller{User: "op-900", Role: access.Coordinator, Body: "BODY-0"})
		small       = readmodel.SeenBy(access.Caller{User: "op-12", Role: access.CaseManager, Body: "BODY-7"})
		planner     = readmodel.SeenBy(access.Caller{User: "op-800", Role: access.Planner, Body: "UDP"})
		hospital    = readmodel.SeenBy(access.Caller{User: "op-700", Role: access.ReportingBody, Body: "HOSPITAL"})
	)
	clocks := func(by readmodel.Scope, f readmodel.ClockFilter, after readmodel.Urgency) func() (string, []any) {
		return func() (string, []any) { return postgres.ClocksQuery(by, f, after, 51) }
	}
	cases := func(by readmodel.Scope, f readmodel.CaseFilter) func() (string, []any) {
		return func() (string, []any) { return postgres.CasesQuery(by, f, 4000, 51) }
	}
	for _, tt := range []struct {
		name  string
		query func() (string, []any)
		index []string
		// read bounds the rows that are read of each table for the page.
		read float64
	}{
		{"work list of the largest body", clocks(coordinator, readmodel.ClockFilter{}, first), []string{"clocks_of_body", "clocks_read_by"}, 0},
		{"work list of the largest body, a later page", clocks(coordinator, readmodel.ClockFilter{}, later), []string{"clocks_of_body", "clocks_read_by"}, 0},
		{"work list of a small body", clocks(small, readmodel.ClockFilter{}, first), []string{"clocks_of_body", "clocks_read_by"}, 0},
		{"what a case manager has to do", clocks(small, readmodel.ClockFilter{CaseManager: "op-12"}, first), []string{"clocks_of_manager"}, 0},
		{"work list of the planner", clocks(planner, readmodel.ClockFilter{}, first), []string{"clocks_by_urgency"}, 0},
		{"work list of the planner, a later page", clocks(planner, readmodel.ClockFilter{}, later), []string{"clocks_by_urgency"}, 0},
		{"work list of the hospital", clocks(hospital, readmodel.ClockFilter{}, first), []string{"clocks_read_by"}, 0},
		{"what is due this week", clocks(coordinator, readmodel.ClockFilter{DueBy: 20_120}, first), []string{"clocks_of_body"}, 0},
		{"cases of the largest body", cases(coordinator, readmodel.CaseFilter{}), []string{"cases_of_body", "cases_read_by"}, 0},
		{"cases of the hospital", cases(hospital, readmodel.CaseFilter{}), []string{"cases_read_by"}, 0},
		{"cases of a case manager", cases(small, readmodel.CaseFilter{CaseManager: "op-12"}), []string{"cases_of_manager"}, 0},
		{"cases of a person", cases(planner, readmodel.CaseFilter{Person: "person-77"}), []string{"cases_of_person"}, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			query, args := tt.query()
			steps := explain(t, p, query, args)
			var used []string
			for _, s := range steps {
				t.Logf("%-20s %-10s %-20s %6.0f x %.0f", s.Type, s.Table, s.Index, s.Rows, s.Loops)
				if s.Type == "Seq Scan" && s.Table != "progress" {
					t.Errorf("all of %s is read", s.Table)
				}
				used = append(used, s.Index)
			}
			for _, want := range tt.index {
				if !slices.Contains(used, want) {
					t.Errorf("the index %s is not used, but %s", want, strings.Join(used, " "))
				}
			}
		})
	}
}
