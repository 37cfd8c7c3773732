package plandata_test

import (
	"bufio"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	"percorsi/internal/plan"
)

// promise is what the plan states of an indicator, in the order of the plan.
type promise struct {
	id               string
	cases            bool
	target, baseline string
	direction        eventv1.Direction
}

// promises reads what the Piano di Zona, section 5.3, states of its
// indicators: whether recorded cases can answer, target, baseline and trend.
func promises(t *testing.T) []promise {
	t.Helper()
	f, err := os.Open("testdata/indicators.tsv")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	var out []promise
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		cells := strings.Split(lines.Text(), "\t")
		if len(cells) != 5 {
			t.Fatalf("%q has %d cells", lines.Text(), len(cells))
		}
		if cells[0] == "id" {
			continue
		}
		p := promise{id: cells[0], cases: cells[1] == "cases", target: cells[2], baseline: cells[3]}
		if cells[4] == "increase" {
			p.direction = eventv1.Direction_DIRECTION_INCREASE
		}
		out = append(out, p)
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return out
}

func TestTheShippedPlanPromisesWhatThePlanOfLodiDoes(t *testing.T) {
	shown := func(given bool, v float64) string {
		if !given {
			return ""
		}
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	p := lodi(t).Plan
	var got []promise
	for _, i := range p.GetIndicators() {
		d := plan.DefinitionOf(p, i.GetIndicatorId())
		got = append(got, promise{
			id: i.GetIndicatorId(), cases: d.GetSource() == eventv1.Source_SOURCE_CASES,
			target: shown(i.Target != nil, i.GetTarget()), baseline: shown(i.Baseline != nil, i.GetBaseline()), direction: i.GetDirection(),
		})
	}
	want := promises(t)
	for n := range want {
		if want[n].id == "DE3.PRO.2" {
			// The plan gives a limit of 72 hours; the figure is the share within it.
			want[n].target = "100"
		}
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(promise{})); diff != "" {
		t.Errorf("indicators (-plan of Lodi +shipped):\n%s", diff)
	}
}

func TestTheShippedPlanHas296IndicatorsOf19Objectives(t *testing.T) {
	p := lodi(t).Plan
	dimensions := make(map[eventv1.Dimension]int)
	for _, i := range p.GetIndicators() {
		dimensions[i.GetDimension()]++
	}
	want := map[eventv1.Dimension]int{
		eventv1.Dimension_DIMENSION_INPUT:   92,
		eventv1.Dimension_DIMENSION_PROCESS: 80,
		eventv1.Dimension_DIMENSION_OUTPUT:  73,
		eventv1.Dimension_DIMENSION_IMPACT:  51,
	}
	if diff := cmp.Diff(want, dimensions); diff != "" {
		t.Errorf("dimensions (-want +got):\n%s", diff)
	}
	if len(p.GetIndicators()) != 296 || len(p.GetObjectives()) != 19 {
		t.Errorf("%d indicators of %d objectives", len(p.GetIndicators()), len(p.GetObjectives()))
	}
	if p.GetPlanId() != "LODI-2025-2027" || p.GetVersion() != 1 || p.GetFrom() != "2025-01-01" || p.GetTo() != "2027-12-31" {
		t.Errorf("plan %s version %d from %s to %s", p.GetPlanId(), p.GetVersion(), p.GetFrom(), p.GetTo())
	}
}

func TestTheShippedPlanMayBePublished(t *testing.T) {
	if err := plan.DecidePublish(nil, lodi(t).Plan); err != nil {
		t.Error(err)
	}
}

func TestLabelsAreShortAndTellIndicatorsOfAnObjectiveApart(t *testing.T) {
	seen := make(map[string]string)
	for _, i := range lodi(t).Plan.GetIndicators() {
		if n := len([]rune(i.GetLabel())); n > 80 {
			t.Errorf("the label of %s has %d characters", i.GetIndicatorId(), n)
		}
		key := i.GetObjectiveId() + " " + i.GetLabel()
		if other := seen[key]; other != "" {
			t.Errorf("%s and %s are both labelled %q", other, i.GetIndicatorId(), i.GetLabel())
		}
		seen[key] = i.GetIndicatorId()
		if i.GetUnit() == "" {
			t.Errorf("%s has no unit", i.GetIndicatorId())
		}
	}
}

func TestEveryIndicatorHasAnExample(t *testing.T) {
	tested := make(map[string]int)
	for _, test := range lodi(t).Tests {
		tested[test.Indicator]++
	}
	for _, p := range promises(t) {
		if tested[p.id] == 0 {
			t.Errorf("%s has no example", p.id)
		}
	}
}

func TestAShareThatCanBeUnknownIsTestedWithSomethingUnknown(t *testing.T) {
	source := lodi(t)
	unknown := make(map[string]bool)
	for _, test := range source.Tests {
		unknown[test.Indicator] = unknown[test.Indicator] || test.Expect.Unknown > 0
	}
	for _, i := range source.Plan.GetIndicators() {
		if d := i.GetDefinition(); d.GetKnown() != "" && !unknown[i.GetIndicatorId()] {
			t.Errorf("%s: no example of %s has anything unknown", source.Place(i.GetIndicatorId()), i.GetIndicatorId())
		}
		if d := i.GetDefinition(); (d.GetKnown() != "") != (d.GetCoverage() > 0) {
			t.Errorf("%s: %s asks for a coverage of %d %%", source.Place(i.GetIndicatorId()), i.GetIndicatorId(), d.GetCoverage())
		}
	}
}

func TestEveryFixtureIsUsed(t *testing.T) {
	source := lodi(t)
	used := make(map[string]bool)
	for _, test := range source.Tests {
		for _, name := range test.Given {
			used[name] = true
		}
	}
	var idle []string
	for name := range source.Fixtures {
		if !used[name] {
			idle = append(idle, name)
		}
	}
	slices.Sort(idle)
	if len(idle) > 0 {
		t.Errorf("no example uses %v", idle)
	}
}

func TestExamplesOfAnIndicatorHaveNamesOfTheirOwn(t *testing.T) {
	seen := make(map[string]bool)
	for _, test := range lodi(t).Tests {
		key := test.Indicator + " " + test.Name
		if seen[key] {
			t.Errorf("%s:%d: another example of %s has this name", test.File, test.Line, test.Indicator)
		}
		seen[key] = true
	}
}

func TestWhatThePlanLeavesOpenIsSaid(t *testing.T) {
	p := lodi(t).Plan
	for id, word := range map[string]string{
		"DE3.PRO.2":  "72 hours",
		"DE3.IMP.1":  "Six calendar months",
		"H1.OUT.1":   "at least one day of the year",
		"J1.IMP.2":   "circular",
		"B3.OUT.11":  "no value",
		"B3.OUT.12":  "without a value",
		"GI1.OUT.2":  "no value",
		"A2.INP.1":   "four years",
		"DE3.PRO.1":  "125 projects",
		"DE1.OUT.1":  "without a case",
		"LI1.IMP.1":  "0 to 10",
		"GI1.PRO.3":  "without a value",
		"H1.INP.3":   "273",
		"A2.IMP.3":   "unknown, not negative",
		"GI4.OUT.2":  "sealed",
		"A2.INP.4":   "Caritas",
		"H1.INP.5":   "which period",
		"DE1.PRO.10": "no value",
	} {
		if note := plan.DefinitionOf(p, id).GetNote(); !strings.Contains(note, word) {
			t.Errorf("the note of %s does not speak of %q: %s", id, word, note)
		}
	}
	for _, id := range []string{"A2", "B2", "B3", "DE3", "H1", "J1", "LI1"} {
		if noteOf(p, id) == "" {
			t.Errorf("objective %s has no note", id)
		}
	}
}

func noteOf(p *eventv1.Plan, objective string) string {
	for _, o := range p.GetObjectives() {
		if o.GetObjectiveId() == objective {
			return o.GetNote()
		}
	}
	return ""
}
