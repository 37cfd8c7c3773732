package indicator

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"percorsi/internal/casework"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

// recount adds up the evidence of a figure as the documentation of Explanation
// says, knowing nothing of tallies.
func recount(x Explanation, mean bool) (num, den, unknown, failed int64) {
	d := x.Definition
	periods := map[string][]Evidence{}
	for _, e := range x.Evidence {
		periods[e.Period] = append(periods[e.Period], e)
	}
	switch {
	case d.GetAggregation() == growth:
		this, before := x.Figure.From.Year(), x.Figure.From.Year()-1
		num, _, unknown, failed = recountSpan(d, periods[fmt.Sprint(this)])
		den, _, _, _ = recountSpan(d, periods[fmt.Sprint(before)])
		return num, den, unknown, failed
	case mean && x.Figure.From.Year() != x.Figure.To.Year():
		for year := x.Figure.From.Year(); year <= x.Figure.AsOf.Year() && year <= x.Figure.To.Year(); year++ {
			n, of, u, f := recountSpan(d, periods[fmt.Sprint(year)])
			num, den, unknown, failed = num+n, den+of, unknown+u, failed+f
			if d.GetAggregation() == count && x.Figure.Reason != NotRecorded {
				den++
			}
		}
		return num, den, unknown, failed
	default:
		return recountSpan(d, x.Evidence)
	}
}

func recountSpan(d *eventv1.Definition, rows []Evidence) (num, den, unknown, failed int64) {
	units := map[Verdict]int64{}
	values := map[Verdict]int64{}
	keys := map[string]Verdict{}
	hitKeys := map[string]bool{}
	seen := map[string]bool{}
	for _, e := range rows {
		verdict := e.Verdict
		if verdict == far {
			verdict = Hit
		}
		if unit := fmt.Sprint(e.CaseID, e.UnitID, verdict); !seen[unit] {
			seen[unit] = true
			units[verdict]++
			values[verdict] += e.Value
		}
		rank := map[Verdict]int{0: 0, Miss: 1, Unknown: 2, Hit: 3}
		if rank[verdict] > rank[keys[e.Key]] {
			keys[e.Key] = verdict
		}
		if verdict == Hit && e.Key != "" {
			hitKeys[e.Key] = true
		}
	}
	byKey := map[Verdict]int64{}
	for _, v := range keys {
		byKey[v]++
	}
	failed = units[Failed]
	person := d.GetUnit() == unitPerson
	if person || d.GetAggregation() == keyShare {
		units = byKey
	}
	unknown = units[Unknown]
	if d.GetUnit() == unitSupplied {
		for _, e := range rows {
			num, den = num+e.Value, den+e.Denominator
		}
		if d.GetAggregation() == growth {
			den = 0
		}
		return num, den, 0, failed
	}
	switch a := d.GetAggregation(); {
	case a == ratio || a == keyShare:
		return units[Hit], units[Hit] + units[Miss], unknown, failed
	case a == valueRatio:
		return values[Hit], values[Hit] + values[Miss], unknown, failed
	case a == mean:
		return values[Hit], units[Hit], unknown, failed
	case a == sum || (a == growth && d.GetValue() != ""):
		return values[Hit], 0, unknown, failed
	case a == distinct || (a == growth && d.GetKey() != ""):
		return int64(len(hitKeys)), 0, unknown, failed
	default:
		return units[Hit], 0, unknown, failed
	}
}

func TestTheEvidenceAddsUpToTheFigure(t *testing.T) {
	program := everyKind(t)
	ctx := t.Context()
	rapid.Check(t, func(t *rapid.T) {
		h := newHistory(rapid.Uint64().Draw(t, "seed"))
		asOf := casework.Day(20_200 + rapid.IntRange(0, 900).Draw(t, "as of"))
		board := NewBoard(program, func() casework.Day { return asOf })
		board.SetPlanFacts(anyFacts(program, h.pick))
		for range rapid.IntRange(0, 25).Draw(t, "states") {
			board.Touch(h.next())
		}
		for _, i := range program.plan.GetIndicators() {
			for _, period := range []string{"", "2025", "2026"} {
				x, err := board.Explain(ctx, i.GetIndicatorId(), period, Page{Size: 100_000})
				if err != nil {
					t.Fatal(err)
				}
				f := x.Figure
				if f.Status == NotDue {
					if x.Total != 0 {
						t.Fatalf("%s %s is not due and has %d units", f.Indicator, period, x.Total)
					}
					continue
				}
				num, den, unknown, failed := recount(x, i.GetDefinition().GetPeriod() == meanOfYears)
				if got, want := [4]int64{num, den, unknown, failed}, [4]int64{f.Numerator, f.Denominator, f.Unknown, f.Failed}; got != want {
					t.Fatalf("%s %s: the evidence gives %v, the figure is %v: %v", f.Indicator, period, got, want, x.Evidence)
				}
			}
		}
	})
}

func TestPagesOfEvidenceLeaveNothingOut(t *testing.T) {
	board := boardOf(t, everyKind(t), "2026-12-31")
	h := newHistory(3)
	for range 100 {
		board.Touch(h.next())
	}
	for _, i := range board.program.plan.GetIndicators() {
		whole, err := board.Explain(t.Context(), i.GetIndicatorId(), "", Page{Size: 100_000})
		if err != nil {
			t.Fatal(err)
		}
		if whole.Total != len(whole.Evidence) || whole.Next != "" {
			t.Fatalf("%s: %d rows of %d, next %q", i.GetIndicatorId(), len(whole.Evidence), whole.Total, whole.Next)
		}
		var paged []Evidence
		for page := (Page{Size: 3}); ; {
			x, err := board.Explain(t.Context(), i.GetIndicatorId(), "", page)
			if err != nil {
				t.Fatal(err)
			}
			paged = append(paged, x.Evidence...)
			if page.After = x.Next; page.After == "" {
				break
			}
		}
		if diff := cmp.Diff(whole.Evidence, paged); diff != "" {
			t.Errorf("%s: %s", i.GetIndicatorId(), diff)
		}
	}
}

func TestEvidenceNamesTheUnits(t *testing.T) {
	c := caseOf(t, 1, "ada", "2025-03-01")
	c.Paths = []*casework.Path{
		{ID: "p1", Host: "ACME", StartedOn: c.OpenedOn, Certificate: true},
		{ID: "p2", Host: "BAR", StartedOn: c.OpenedOn},
		{ID: "p3", StartedOn: c.OpenedOn + 1000},
	}
	c.Evaluations = []*casework.Evaluation{{On: c.OpenedOn}, {On: c.OpenedOn, HasScore: true, Score: 9}}
	board := boardOf(t, compile(t,
		define("A1.OUT.1", &eventv1.Definition{Aggregation: ratio, Unit: unitPath, Of: "within(path.started_on, from, to)", Hit: "path.certificate"}),
		define("A1.OUT.2", &eventv1.Definition{Aggregation: mean, Unit: unitEvaluation, Of: "true", Known: "evaluation.has_score", Value: "evaluation.score"}),
		define("A1.OUT.3", &eventv1.Definition{Aggregation: distinct, Of: opened, Key: "case.paths.map(p, p.host)"}),
		define("A1.OUT.4", &eventv1.Definition{Aggregation: count, Unit: unitPath, Of: "case.meetings[0].cancelled"}),
		define("A1.OUT.5", &eventv1.Definition{
			Aggregation: keyShare, Unit: unitActivity, Source: fromActivities, Key: "activity.bodies",
			HitUnit: unitPath, Hit: "true", HitKey: "path.host",
		}),
		define("A1.OUT.6", &eventv1.Definition{Aggregation: ratio, Unit: unitSupplied, Source: fromSupplied}),
	), "2027-12-31", c)
	board.SetPlanFacts(PlanFacts{
		Activities: []*Activity{{ID: "a1", Indicator: "A1.OUT.5", On: c.OpenedOn, Bodies: []string{"ACME", "NEW"}}},
		Supplied:   []*Supplied{{ID: "s1", Indicator: "A1.OUT.6", From: c.OpenedOn, To: c.OpenedOn, Numerator: 2, Denominator: 5}},
	})
	for id, want := range map[string][]Evidence{
		"A1.OUT.1": {
			{Period: "2025", CaseID: c.ID, UnitID: "p1", Verdict: Hit},
			{Period: "2025", CaseID: c.ID, UnitID: "p2", Verdict: Miss},
		},
		"A1.OUT.2": {
			{Period: "2025", CaseID: c.ID, UnitID: "1", Verdict: Unknown},
			{Period: "2025", CaseID: c.ID, UnitID: "2", Verdict: Hit, Value: 9},
		},
		"A1.OUT.3": {
			{Period: "2025", CaseID: c.ID, Verdict: Hit, Key: "ACME"},
			{Period: "2025", CaseID: c.ID, Verdict: Hit, Key: "BAR"},
		},
		"A1.OUT.4": {
			{Period: "2025", CaseID: c.ID, UnitID: "p1", Verdict: Failed, Failure: "1:14: index outside the list"},
			{Period: "2025", CaseID: c.ID, UnitID: "p2", Verdict: Failed, Failure: "1:14: index outside the list"},
			{Period: "2025", CaseID: c.ID, UnitID: "p3", Verdict: Failed, Failure: "1:14: index outside the list"},
		},
		"A1.OUT.5": {
			{Period: "2025", UnitID: "a1", Verdict: Hit, Key: "ACME"},
			{Period: "2025", UnitID: "a1", Verdict: Miss, Key: "NEW"},
			{Period: "2025", CaseID: c.ID, UnitID: "p1", Verdict: Hit, Key: "ACME"},
		},
		"A1.OUT.6": {{Period: "2025", UnitID: "s1", Verdict: Hit, Value: 2, Denominator: 5}},
	} {
		x, err := board.Explain(t.Context(), id, "2025", Page{})
		if err != nil {
			t.Fatal(err)
		}
		for i := range want {
			want[i].Indicator = id
		}
		if diff := cmp.Diff(want, x.Evidence); diff != "" {
			t.Errorf("%s: %s", id, diff)
		}
	}
}

func TestContributionsOfOneCaseAreThoseOfTheBoard(t *testing.T) {
	program := everyKind(t)
	h := newHistory(11)
	c, _ := h.next()
	board := boardOf(t, program, "2027-12-31", c)
	byFigure := map[string]int{}
	for _, e := range program.Contributions(c, c.Person, day(t, "2027-12-31")) {
		byFigure[e.Indicator+" "+e.Period]++
	}
	for _, id := range []string{"A1.OUT.1", "A1.OUT.6", "A1.OUT.8", "A1.OUT.9", "A1.OUT.11", "A1.OUT.19"} {
		for _, period := range []string{"2025", "2026", "2027", "2025-2027"} {
			x, err := board.Explain(t.Context(), id, period, Page{})
			if err != nil {
				t.Fatal(err)
			}
			if x.Total != byFigure[id+" "+period] {
				t.Errorf("%s %s: the board has %d, the case %d", id, period, x.Total, byFigure[id+" "+period])
			}
		}
	}
}

func TestAFigureThatCannotBeOpenedIsRefused(t *testing.T) {
	undefined := withTarget(define("A1.OUT.2", &eventv1.Definition{}), 3)
	undefined.Definition, undefined.SharedWith = nil, "A1.OUT.1"
	board := boardOf(t, compile(t, define("A1.OUT.1", &eventv1.Definition{Aggregation: count, Of: opened}), undefined), "2025-12-31")
	for name, ask := range map[string][3]string{
		"indicator": {"A1.OUT.7", "", ""}, "period": {"A1.OUT.1", "2031", ""},
		"page": {"A1.OUT.1", "", "next"}, "page of nothing": {"A1.OUT.1", "", "0.-1.00000000-0000-0000-0000-000000000000"},
	} {
		if _, err := board.Explain(t.Context(), ask[0], ask[1], Page{After: ask[2]}); len(violations(err)) != 1 {
			t.Errorf("%s: got %v", name, err)
		}
	}
}
