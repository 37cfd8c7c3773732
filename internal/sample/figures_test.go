package sample_test

import (
	"cmp"
	"slices"
	"testing"

	"percorsi/internal/access"
	"percorsi/internal/casework"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	"percorsi/internal/indicator"
	"percorsi/internal/sample"
)

// figures computes the plan's figures from what an office recorded.
func figures(t *testing.T, o *office) map[string]indicator.Figure {
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
	list, err := board.Figures(t.Context(), indicator.Query{})
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]indicator.Figure{}
	for _, f := range list {
		out[f.Indicator] = f
	}
	return out
}

// The shares that the plan states of the services as they were, and how far a
// district of this size may be from them.
var plausible = []struct {
	indicator   string
	least, most float64
}{
	{"A1.INP.1", 90, 99},  // 97 % assigned, less those of the last weeks
	{"A1.PRO.1", 52, 72},  // 63 % with a PaIS
	{"A1.PRO.2", 60, 92},  // not everybody comes to a meeting
	{"DE3.PRO.2", 78, 97}, // 72 hours, mostly kept
	{"DE3.IMP.1", 60, 88}, // 70 % not back in hospital
	{"H1.PRO.3", 36, 62},  // a kit for half
	{"H1.IMP.1", 32, 62},  // 37 to 60 % closed well
	{"H1.IMP.2", 45, 90},  // 63 % with a certificate
	{"GI1.INP.5", 15, 36}, // a quarter of the pupils: relations
	{"H2.IMP.2", 2, 40},   // few of the new bodies host already
}

func TestADistrictOf1500Cases(t *testing.T) {
	o := openOffice(t)
	sum := play(t, o, sample.Config{Seed: 4, Cases: 1500})
	shown := figures(t, o)

	t.Run("has about as many cases as were asked for", func(t *testing.T) {
		if n := len(o.cases); n < 1400 || n > 1600 {
			t.Errorf("%d cases", n)
		}
		total := 0
		for _, n := range sum.Cases {
			total += n
		}
		if total != len(o.cases) || sum.Persons != len(o.people) {
			t.Errorf("%d cases and %d people are summed up, %d and %d recorded", total, sum.Persons, len(o.cases), len(o.people))
		}
	})
	t.Run("gives every indicator that counts cases something to count", func(t *testing.T) {
		for _, i := range o.plan.Plan.GetIndicators() {
			f := shown[i.GetIndicatorId()]
			if i.GetDefinition().GetSource() == eventv1.Source_SOURCE_CASES && f.Numerator+f.Denominator+f.Unknown == 0 {
				t.Errorf("%s, %s: no units", f.Indicator, f.Label)
			}
			if f.Failed > 0 {
				t.Errorf("%s failed for %d units", f.Indicator, f.Failed)
			}
		}
	})
	t.Run("has shares that one believes", func(t *testing.T) {
		for _, want := range plausible {
			f := shown[want.indicator]
			if f.Value == nil || *f.Value < want.least || *f.Value > want.most {
				t.Errorf("%s, %s: %d of %d, %d unknown", f.Indicator, f.Label, f.Numerator, f.Denominator, f.Unknown)
			}
		}
	})
	t.Run("leaves some registers unkept and some figures unsupplied", func(t *testing.T) {
		reasons := map[indicator.Reason]int{}
		for _, f := range shown {
			reasons[f.Reason]++
		}
		for _, r := range []indicator.Reason{indicator.NotRecorded, indicator.NotSupplied, indicator.CoverageTooLow} {
			if reasons[r] == 0 {
				t.Errorf("no figure says %s", r)
			}
		}
		if measured := len(shown) - reasons[indicator.NotRecorded] - reasons[indicator.NotSupplied]; measured < len(shown)*3/4 {
			t.Errorf("only %d of %d have data", measured, len(shown))
		}
	})
	t.Run("has somebody over 60 in more than half of the ADI households", func(t *testing.T) {
		old, all := 0, 0
		for _, c := range o.cases {
			if c.Pathway != eventv1.Pathway_PATHWAY_ADI {
				continue
			}
			all++
			if slices.ContainsFunc(c.Household, func(m *casework.Member) bool {
				return c.OpenedOn.Year()-int(o.people[m.Person].GetBirthYear()) >= 60
			}) {
				old++
			}
		}
		if share := 100 * old / all; share < 50 || share > 68 {
			t.Errorf("%d of %d", old, all)
		}
	})
	t.Run("tells cases of a realistic length", func(t *testing.T) { lengths(t, o) })
	t.Run("records some facts late, after others that happened later", func(t *testing.T) { lateness(t, o) })
	t.Run("is played by every role that works on cases, each for its own body", func(t *testing.T) { roles(t, o) })
}

// lengths checks how many facts a case has that was closed.
func lengths(t *testing.T, o *office) {
	t.Helper()
	facts, cases := map[eventv1.Pathway]int{}, map[eventv1.Pathway]int{}
	for _, c := range o.cases {
		if c.Status == casework.Closed {
			facts[c.Pathway] += len(c.Timeline)
			cases[c.Pathway]++
		}
	}
	for pathway, want := range map[eventv1.Pathway][2]int{
		eventv1.Pathway_PATHWAY_ADI:       {20, 36},
		eventv1.Pathway_PATHWAY_SELF:      {20, 36},
		eventv1.Pathway_PATHWAY_DISCHARGE: {12, 22},
		eventv1.Pathway_PATHWAY_GENERALE:  {9, 20},
	} {
		if mean := facts[pathway] / max(cases[pathway], 1); mean < want[0] || mean > want[1] {
			t.Errorf("%s: %d facts in a closed case on the mean", pathway, mean)
		}
	}
}

func lateness(t *testing.T, o *office) {
	t.Helper()
	late, all := 0, 0
	for _, c := range o.cases {
		newest := casework.Day(0)
		for _, m := range c.Timeline {
			all++
			if m.Day < newest {
				late++
			}
			newest = max(newest, m.Day)
		}
	}
	if share := float64(late) / float64(all); share < 0.003 || share > 0.12 {
		t.Errorf("%d of %d facts", late, all)
	}
}

func roles(t *testing.T, o *office) {
	t.Helper()
	bodies := map[access.Role]map[string]bool{}
	for _, e := range o.log {
		if bodies[e.by.Role] == nil {
			bodies[e.by.Role] = map[string]bool{}
		}
		bodies[e.by.Role][e.by.Body] = true
	}
	for role, least := range map[access.Role]int{
		access.CaseManager: 10, access.TeamMember: 8, access.Coordinator: 3,
		access.ReportingBody: 40, access.Planner: 1,
	} {
		if len(bodies[role]) < least {
			t.Errorf("%s: %d bodies, want %d or more", role, len(bodies[role]), least)
		}
	}
	users := map[string]access.Caller{}
	for _, e := range o.log {
		by := users[e.by.User]
		if same := cmp.Or(by, e.by); same.Role != e.by.Role {
			t.Fatalf("%s acts as %s and as %s", e.by.User, by.Role, e.by.Role)
		}
		users[e.by.User] = e.by
	}
}
