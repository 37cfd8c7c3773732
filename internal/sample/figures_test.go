package sample_test

import (
	"testing"

	"percorsi/internal/casework"
	"percorsi/internal/indicator"
)

// figures computes the plan's figures from what an office recorded.
func figures(t *testing.T, o *office, period string) map[string]indicator.Figure {
	t.Helper()
	program, err := indicator.Compile(o.plan.Plan)
	if err != nil {
		t.Fatal(err)
	}
	board := indicator.NewBoard(program, func() casework.Day { return casework.DayOf(o.now) })
	for _, c := range o.cases {
		board.Touch(c, indicator.AttributesOf(o.people[c.Person]))
	}
	facts, err := indicator.FactsOf(o.plan)
	if err != nil {
		t.Fatal(err)
	}
	board.SetPlanFacts(facts)
	list, err := board.Figures(t.Context(), indicator.Query{Period: period})
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]indicator.Figure{}
	for _, f := range list {
		out[f.Indicator] = f
	}
	return out
}
