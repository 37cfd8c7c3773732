package postgres_test

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"

	"percorsi/internal/casework"
	"percorsi/internal/readmodel"
	"percorsi/internal/readmodel/postgres"
)

// leadWith leads once with rules, and gives what was said about it.
func leadWith(t *testing.T, p *pgxpool.Pool, rules []casework.ClockRule) string {
	t.Helper()
	var said bytes.Buffer
	m := openWith(t, postgres.Config{
		Pool: p, Clocks: rules, Today: needs(t).Today, Logger: slog.New(slog.NewTextHandler(&said, nil)),
	})
	if err := m.Lead(t.Context()); err != nil {
		t.Fatal(err)
	}
	closed(t, m)
	return said.String()
}

func TestOtherRulesOfTheClocksAreSaidLoudly(t *testing.T) {
	t.Parallel()
	p := pool(t)
	rules := needs(t).Clocks
	const warning = "the rules of the clocks, or the way facts are folded into cases, have changed"
	if said := leadWith(t, p, rules[1:]); strings.Contains(said, warning) {
		t.Errorf("the first rules that ever counted are called others: %s", said)
	}
	if said := leadWith(t, p, rules); strings.Contains(said, warning) {
		t.Errorf("rules before there is anything to count are called others: %s", said)
	}
	b := district(t, 2, 5)
	m := open(t, p, needs(t))
	b.tell(m, 0)
	closed(t, m)
	for _, tt := range []struct {
		name   string
		rules  []casework.ClockRule
		warned bool
	}{
		{"the same", rules, false},
		{"one less", rules[1:], true},
		{"that again", rules[1:], false},
		{"none", nil, true},
	} {
		if said := leadWith(t, p, tt.rules); strings.Contains(said, warning) != tt.warned {
			t.Errorf("rules, %s: said %q", tt.name, said)
		}
	}
}

// TestARebuildCountsByTheRulesOfNow is what the warning asks for.
func TestARebuildCountsByTheRulesOfNow(t *testing.T) {
	t.Parallel()
	p, b, n := pool(t), district(t, 2, 20), needs(t)
	old := openWith(t, postgres.Config{Pool: p, Clocks: n.Clocks[:2], Today: n.Today})
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
	if said := leadWith(t, p, n.Clocks); strings.Contains(said, "changed") {
		t.Errorf("after the rebuild: %s", said)
	}
}
