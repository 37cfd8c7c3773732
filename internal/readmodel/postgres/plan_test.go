package postgres_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"

	"percorsi/internal/access"
	"percorsi/internal/casework"
	platform "percorsi/internal/platform/postgres"
	"percorsi/internal/readmodel"
	"percorsi/internal/readmodel/postgres"
)

var writePlans = flag.Bool("plans", false, "write the plans of work lists to testdata/plans.txt")

// crowd fills the tables with 5,000 cases and 20,000 clocks, as a district of
// twelve bodies has them: the largest manages a quarter, one case in seven is
// worked on by another body too, one in fifty was reported by the hospital, and
// something waits for its approval in one of fifty-nine.
func crowd(t *testing.T, p *pgxpool.Pool) {
	t.Helper()
	exec(t, p, `
insert into percorsi.cases
select ('00000000-0000-0000-0000-' || lpad(to_hex(n), 12, '0'))::uuid, n, n + 100000, 20, 'ADI', 'POVERTY', 'POVERTY_TEAM',
	(array['SIGNALLED','IN_CHARGE','IN_CHARGE','CLOSED'])[1 + n % 4], 'pact', 'person-' || n, '0980' || (10 + n % 60), body, body, 'BODY', '',
	manager, body, date '2025-01-01' + n % 900, null, null, null, '', null, false, null, null, null, null, null, '', '', '', '',
	'{}', array[body], 0, 0, 0, n % 50 = 0,
	array['u:' || manager, 'u:op-' || (n * 7) % 240]
		|| case when n % 7 = 0 and other <> body then array['w:' || other] else '{}' end
		|| case when n % 50 = 1 then array['r:HOSPITAL'] else '{}' end,
	case when n % 90 = 5 then 16 when n % 3 = 0 then 8 else 0 end,
	case when n % 59 = 24 then date '2025-02-01' + n % 900 end, case when n % 118 = 83 then date '2025-02-01' + n % 900 end, null,
	case when n % 59 = 24 then array['op-' || n % 240, 'op-90' || n % 2] else '{}' end
from generate_series(1, 5000) n,
	lateral (select 'BODY-' || case when n % 4 = 0 then 0 else n % 12 end as body, 'BODY-' || (n / 7) % 12 as other, 'op-' || n % 240 as manager) x`)
	exec(t, p, `
insert into percorsi.clocks
select case_id, k, 'T' || 15 * (k + 1), 'label', 'law', '', opened_on, opened_on + 15 * (k + 1), null,
	extract(epoch from opened_on + 15 * (k + 1) + 1)::bigint, opened, managing_body, case_manager, sealed, readers,
	assessment_waits_since is not null or project_waits_since is not null
from percorsi.cases, generate_series(0, 3) k`)
	exec(t, p, "insert into percorsi.case_people (person_id, case_id, relation, obligation) select person_id, case_id, '', '' from percorsi.cases")
	exec(t, p, "vacuum analyze percorsi.cases, percorsi.clocks, percorsi.case_people")
}

// node is a step of a plan.
type node struct {
	Type    string  `json:"Node Type"`
	Table   string  `json:"Relation Name"`
	Index   string  `json:"Index Name"`
	Rows    float64 `json:"Actual Rows"`
	Removed float64 `json:"Rows Removed by Filter"`
	Loops   float64 `json:"Actual Loops"`
	Plans   []node  `json:"Plans"`
}

// steps gives the steps of a plan, those of the page and those of the count.
func (n node) steps() (page, count []node) {
	page = []node{n}
	for _, one := range n.Plans {
		p, c := one.steps()
		page, count = append(page, p...), append(count, c...)
	}
	if n.Type == "Aggregate" {
		return nil, append(page, count...)
	}
	return page, count
}

// looked gives how many rows of the tables of lists are looked at.
func looked(steps []node) (rows float64) {
	for _, s := range steps {
		if s.Table == "clocks" || s.Table == "cases" {
			rows += (s.Rows + s.Removed) * s.Loops
		}
	}
	return rows
}

// explain gives the plan by which a question is answered.
func explain(t *testing.T, p *pgxpool.Pool, query string, args []any) node {
	t.Helper()
	plans := value[string](t, p, "explain (analyze, format json) "+query, args...)
	var out []struct{ Plan node }
	if err := json.Unmarshal([]byte(plans), &out); err != nil || len(out) != 1 {
		t.Fatalf("%v: %s", err, plans)
	}
	return out[0].Plan
}

// asked is a question for a page, and how it has to be answered.
type asked struct {
	name  string
	query string
	args  []any
	// indexes that have to be used.
	indexes []string
	// read bounds the rows that are looked at for the page, and counted those
	// that are looked at for the total.
	read, counted float64
}

func clockQuestion(name string, by readmodel.Scope, f readmodel.ClockFilter, after readmodel.Urgency, read, counted float64, indexes ...string) asked {
	query, args := postgres.ClocksQuery(by, f, after, readmodel.Page{})
	return asked{name: name, query: query, args: args, indexes: indexes, read: read, counted: counted}
}

func caseQuestion(name string, by readmodel.Scope, f readmodel.CaseFilter, read, counted float64, indexes ...string) asked {
	query, args := postgres.CasesQuery(by, f, 4000, readmodel.Page{})
	return asked{name: name, query: query, args: args, indexes: indexes, read: read, counted: counted}
}

func pages() []asked {
	first := readmodel.Urgency{Due: math.MinInt64}
	later := readmodel.Urgency{Due: 1_780_000_000, Opened: 2500, Name: "T30"}
	coordinator := readmodel.SeenBy(access.Caller{User: "op-900", Role: access.Coordinator, Body: "BODY-0"})
	manager := readmodel.SeenBy(access.Caller{User: "op-19", Role: access.CaseManager, Body: "BODY-7"})
	planner := readmodel.SeenBy(access.Caller{User: "op-800", Role: access.Planner, Body: "UDP"})
	hospital := readmodel.SeenBy(access.Caller{User: "op-700", Role: access.ReportingBody, Body: "HOSPITAL"})
	stranger := readmodel.SeenBy(access.Caller{User: "op-701", Role: access.ReportingBody, Body: "NOBODY"})
	every := readmodel.ClockFilter{}
	return []asked{
		clockQuestion("work list of the largest body", coordinator, every, first, 300, 1_100, "clocks_of_body", "clocks_read_by"),
		clockQuestion("work list of the largest body, a later page", coordinator, every, later, 300, 1_100, "clocks_of_body", "clocks_read_by"),
		clockQuestion("work list of a small body", manager, every, first, 1_500, 1_100, "clocks_of_body"),
		clockQuestion("work list of a body that is asked for", coordinator, readmodel.ClockFilter{ManagingBody: "BODY-0"}, first, 300, 1_100, "clocks_of_body"),
		clockQuestion("work list of another body", manager, readmodel.ClockFilter{ManagingBody: "BODY-1"}, first, 500, 500, "clocks_of_body"),
		clockQuestion("work list of a body, the clocks of one name", manager, readmodel.ClockFilter{Name: "T30"}, first, 1_500, 1_100, "clocks_of_body", "clocks_of_name"),
		clockQuestion("what a case manager has to do", manager, readmodel.ClockFilter{CaseManager: "op-19"}, first, 150, 150, "clocks_of_manager"),
		clockQuestion("what another case manager has to do", coordinator, readmodel.ClockFilter{CaseManager: "op-19"}, first, 150, 150, "clocks_of_manager"),
		clockQuestion("work list of the planner", planner, every, first, 300, 1_100, "clocks_by_urgency"),
		clockQuestion("work list of the planner, a later page", planner, every, later, 300, 1_100, "clocks_by_urgency"),
		clockQuestion("work list of the planner, the clocks of one name", planner, readmodel.ClockFilter{Name: "T30"}, first, 300, 1_100, "clocks_of_name"),
		clockQuestion("work list of the hospital", hospital, every, first, 3_000, 1_000, "clocks_read_by"),
		clockQuestion("work list of the hospital, the clocks of one name", hospital, readmodel.ClockFilter{Name: "T30"}, first, 600, 600, "clocks_of_name"),
		clockQuestion("work list of the hospital, the clocks of one body", hospital, readmodel.ClockFilter{ManagingBody: "BODY-1"}, first, 500, 500, "clocks_of_body"),
		clockQuestion("work list of somebody who sees nothing", stranger, every, first, 10, 10, "clocks_read_by"),
		clockQuestion("work list of what the caller works on", manager, readmodel.ClockFilter{Member: "op-19"}, first, 500, 500, "cases_read_by", "clocks_pkey"),
		clockQuestion("work list of what a colleague works on", coordinator, readmodel.ClockFilter{Member: "op-19"}, first, 500, 500, "cases_read_by", "clocks_pkey"),
		clockQuestion("work list of what the own body works on", coordinator, readmodel.ClockFilter{Body: "BODY-0"}, first, 300, 1_100, "clocks_of_body", "clocks_read_by"),
		clockQuestion("work list of what another body works on", manager, readmodel.ClockFilter{Body: "BODY-1"}, first, 1_500, 1_500, "clocks_of_body"),
		clockQuestion("work list of what a body works on, to the planner", planner, readmodel.ClockFilter{Body: "BODY-1"}, first, 1_500, 1_100, "clocks_of_body", "clocks_read_by"),
		clockQuestion("work list of a person", coordinator, readmodel.ClockFilter{Person: "person-77"}, first, 20, 20, "clocks_pkey"),
		clockQuestion("what is due in some days", coordinator, readmodel.ClockFilter{DueFrom: casework.Day(20_120), DueBy: casework.Day(20_130)}, first, 500, 1_100, "clocks_of_body"),
		clockQuestion("what is due soon", coordinator, readmodel.ClockFilter{DueBy: casework.Day(20_120)}, first, 500, 500, "clocks_of_body"),
		caseQuestion("cases of the largest body", coordinator, readmodel.CaseFilter{}, 500, 1_100, "cases_of_body", "cases_read_by"),
		caseQuestion("cases of the hospital", hospital, readmodel.CaseFilter{}, 200, 200, "cases_read_by"),
		caseQuestion("cases of a case manager", manager, readmodel.CaseFilter{CaseManager: "op-19"}, 100, 100, "cases_of_manager"),
		caseQuestion("cases that somebody works on", manager, readmodel.CaseFilter{Member: "op-19"}, 200, 200, "cases_read_by"),
		caseQuestion("cases that another body works on", planner, readmodel.CaseFilter{Body: "BODY-1"}, 500, 600, "cases_of_body", "cases_read_by"),
		caseQuestion("cases of the largest body that were never evaluated", coordinator, readmodel.CaseFilter{Lacks: casework.LacksOf(casework.NeverEvaluated)}, 700, 700, "cases_lacking"),
		caseQuestion("cases that were never evaluated, to the planner", planner, readmodel.CaseFilter{Lacks: casework.LacksOf(casework.NeverEvaluated)}, 4_000, 4_000),
		caseQuestion("cases of the largest body that wait for an approval", coordinator, readmodel.CaseFilter{Awaiting: true}, 100, 100, "cases_waiting"),
		caseQuestion("cases of the largest body that wait for the caller's approval", coordinator, readmodel.CaseFilter{Approver: "op-900"}, 100, 100, "cases_waiting"),
		caseQuestion("cases of another body that wait for an approval", planner, readmodel.CaseFilter{Awaiting: true, ManagingBody: "BODY-1"}, 100, 100, "cases_waiting"),
		caseQuestion("cases that wait for an approval, to the planner", planner, readmodel.CaseFilter{Awaiting: true}, 150, 150, "cases_waiting"),
		clockQuestion("work list of the largest body, where something waits for an approval", coordinator, readmodel.ClockFilter{Awaiting: true}, first, 200, 200, "clocks_waiting_of_body"),
		clockQuestion("work list of the largest body, where something waits for the caller's approval", coordinator, readmodel.ClockFilter{Approver: "op-900"}, first, 300, 300, "clocks_waiting_of_body", "cases_pkey"),
		clockQuestion("work list of the planner, where something waits for an approval", planner, readmodel.ClockFilter{Awaiting: true}, first, 500, 500, "clocks_waiting"),
		caseQuestion("cases of a person", planner, readmodel.CaseFilter{Person: "person-77"}, 10, 10, "cases_of_person"),
	}
}

func TestListsAreReadThroughTheIndexesMeantForThem(t *testing.T) {
	t.Parallel()
	p := pool(t)
	crowd(t, p)
	for _, a := range pages() {
		t.Run(a.name, func(t *testing.T) {
			page, count := explain(t, p, a.query, a.args).steps()
			var used []string
			for _, s := range slices.Concat(page, count) {
				if s.Type == "Seq Scan" && s.Table != "progress" {
					t.Errorf("all of %s is read", s.Table)
				}
				used = append(used, s.Index)
			}
			for _, want := range a.indexes {
				if !slices.Contains(used, want) {
					t.Errorf("the index %s is not used, but %s", want, strings.Join(used, " "))
				}
			}
			if n := looked(page); n > a.read {
				t.Errorf("%.0f rows are looked at for a page of 51, want at most %.0f", n, a.read)
			}
			if n := looked(count); n > a.counted {
				t.Errorf("%.0f rows are looked at to count to 1,001, want at most %.0f", n, a.counted)
			}
		})
	}
	if *writePlans {
		write(t, p)
	}
}

// write writes the plans down, for people to read.
func write(t *testing.T, p *pgxpool.Pool) {
	t.Helper()
	var b strings.Builder
	fmt.Fprintln(&b, "How work lists are read from 5,000 cases with 20,000 clocks, in pages of 50.")
	fmt.Fprintln(&b, "Written by: go test -run MeantForThem ./internal/readmodel/postgres -plans")
	for _, a := range pages() {
		if !strings.HasPrefix(a.name, "work list") || strings.HasSuffix(a.name, "later page") {
			continue
		}
		steps := list[string](t, p, "explain (analyze, costs off, timing off, summary off) "+a.query, a.args...)
		fmt.Fprintf(&b, "\n%s\n\n    %s\n", a.name, strings.Join(steps, "\n    "))
	}
	if err := os.WriteFile(filepath.Join("testdata", "plans.txt"), []byte(b.String()), 0o644); err != nil {
		t.Fatal(err)
	}
}

// TestAPageIsPlannedForWhoAsks keeps one plan from being used for everybody.
func TestAPageIsPlannedForWhoAsks(t *testing.T) {
	t.Parallel()
	cfg, err := platform.Parse(pool(t).Config().ConnString())
	if err != nil {
		t.Fatal(err)
	}
	cfg.MaxConns = 1 // so that all questions come through one session
	p, err := pgxpool.NewWithConfig(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	m := open(t, p, needs(t))
	by := readmodel.SeenBy(access.Caller{User: "op-1", Role: access.Coordinator, Body: "ACSI"})
	for range 12 {
		if _, err := m.Clocks(t.Context(), by, readmodel.ClockFilter{}, readmodel.Page{}); err != nil {
			t.Fatal(err)
		}
		if _, err := m.Cases(t.Context(), by, readmodel.CaseFilter{}, readmodel.Page{}); err != nil {
			t.Fatal(err)
		}
	}
	for _, statement := range list[string](t, p, "select statement from pg_prepared_statements where generic_plans > 0 and statement like '%matches%' and statement not like '%pg_prepared%'") {
		t.Errorf("planned for everybody: %s", statement)
	}
}
