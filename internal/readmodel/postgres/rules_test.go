package postgres_test

import (
	"bytes"
	"log/slog"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"

	"percorsi/internal/casework"
	"percorsi/internal/readmodel"
	"percorsi/internal/readmodel/postgres"
)

// leadWith leads once with rules, and gives what was said about it.
func leadWith(t *testing.T, p *pgxpool.Pool, rules []casework.ClockRule, approvals casework.Approvals) string {
	t.Helper()
	var said bytes.Buffer
	m := openWith(t, postgres.Config{
		Pool: p, Clocks: rules, Approvals: approvals, Today: needs(t).Today, Logger: slog.New(slog.NewTextHandler(&said, nil)),
	})
	if err := m.Lead(t.Context()); err != nil {
		t.Fatal(err)
	}
	closed(t, m)
	return said.String()
}

func TestOtherRulesOfClocksOrApprovalsAreSaidLoudly(t *testing.T) {
	t.Parallel()
	p := pool(t)
	rules, asked := needs(t).Clocks, needs(t).Approvals
	explained := slices.Clone(asked)
	explained[0].Source, explained[0].Note = "regulation", "Certain"
	changed := slices.Clone(asked)
	changed[0].ValidFrom = 20_000
	const warning = "the rules of clocks or approvals, or the way facts are folded into cases, have changed"
	if said := leadWith(t, p, rules[1:], nil); strings.Contains(said, warning) {
		t.Errorf("the first rules that ever counted are called others: %s", said)
	}
	if said := leadWith(t, p, rules, asked); strings.Contains(said, warning) {
		t.Errorf("rules before there is anything to count are called others: %s", said)
	}
	b := district(t, 2, 5)
	m := open(t, p, needs(t))
	b.tell(m, 0)
	closed(t, m)
	for _, tt := range []struct {
		name   string
		rules  []casework.ClockRule
		asked  casework.Approvals
		warned bool
	}{
		{"the same", rules, asked, false},
		{"the same, with their source", rules, explained, false},
		{"one clock less", rules[1:], asked, true},
		{"that again", rules[1:], asked, false},
		{"an approval that is asked for from another day on", rules[1:], changed, true},
		{"no approval", rules[1:], nil, true},
		{"none", nil, nil, true},
	} {
		if said := leadWith(t, p, tt.rules, tt.asked); strings.Contains(said, warning) != tt.warned {
			t.Errorf("rules, %s: said %q", tt.name, said)
		}
	}
}

// TestARebuildAsksForTheApprovalsOfNow is what the warning asks for.
func TestARebuildAsksForTheApprovalsOfNow(t *testing.T) {
	t.Parallel()
	p, b, n := pool(t), district(t, 2, 20), needs(t)
	old := openWith(t, postgres.Config{Pool: p, Clocks: n.Clocks, Today: n.Today})
	b.tell(old, 0)
	questions := []question{casesOf(readmodel.Everything(), readmodel.CaseFilter{Awaiting: true}, readmodel.Page{})}
	before := answer(t, old, questions[0])
	closed(t, old)
	m, want := open(t, p, n), inMemory(t)
	b.tell(want, 0)
	built, err := m.Rebuild(t.Context(), b, readmodel.RebuildOptions{}, nil)
	if err != nil || built.Total == 0 {
		t.Fatalf("%+v, %v: nothing is said of the rows that the rebuild put right", built, err)
	}
	agree(t, want, m, questions)
	if reflect.DeepEqual(before, answer(t, m, questions[0])) {
		t.Error("the same waits by other rules: nothing was tried")
	}
}

// TestARebuildCountsByTheRulesOfNow is what the warning asks for.
func TestARebuildCountsByTheRulesOfNow(t *testing.T) {
	t.Parallel()
	p, b, n := pool(t), district(t, 2, 20), needs(t)
	old := openWith(t, postgres.Config{Pool: p, Clocks: n.Clocks[:2], Approvals: n.Approvals, Today: n.Today})
	b.tell(old, 0)
	closed(t, old)
	m, want := open(t, p, n), inMemory(t)
	b.tell(want, 0)
	question := []question{clocksOf(readmodel.Everything(), readmodel.ClockFilter{}, readmodel.Page{})}
	built, err := m.Rebuild(t.Context(), b, readmodel.RebuildOptions{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	agree(t, want, m, question)
	for _, d := range built.Differences {
		if d.Table != "clocks" {
			t.Errorf("other rules changed %v", d)
		}
	}
	if built.Total == 0 {
		t.Error("nothing is said of the clocks that the rebuild put right")
	}
	closed(t, m)
	if said := leadWith(t, p, n.Clocks, n.Approvals); strings.Contains(said, "changed") {
		t.Errorf("after the rebuild: %s", said)
	}
}
