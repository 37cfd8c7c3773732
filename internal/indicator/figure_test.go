package indicator

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"percorsi/internal/casework"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

// numbers is what tests look at of a figure.
type numbers struct {
	status             Status
	num, den, unknown  int64
	value, achievement float64
	band               string
	reason             Reason
	text               string
}

func numbersOf(f Figure) numbers {
	n := numbers{
		status: f.Status, num: f.Numerator, den: f.Denominator, unknown: f.Unknown,
		value: -1, achievement: -1, band: f.Band, reason: f.Reason, text: f.ReasonText,
	}
	if f.Value != nil {
		n.value = *f.Value
	}
	if f.Achievement != nil {
		n.achievement = *f.Achievement
	}
	return n
}

// caseOf makes a case of a person, opened on a day.
func caseOf(tb testing.TB, n int, person, opened string) *casework.Case {
	tb.Helper()
	return &casework.Case{
		ID: uuid.NewSHA1(uuid.Nil, []byte{byte(n), byte(n >> 8)}), Person: person, Last: 1,
		OpenedOn: day(tb, opened), Pathway: eventv1.Pathway_PATHWAY_SELF, Comune: fmt.Sprintf("09803%d", n%3),
	}
}

// opened is the year a case was opened in.
const opened = "within(case.opened_on, from, to)"

func TestFiguresOfCases(t *testing.T) {
	path := func(host string, started string, cents ...int64) *casework.Path {
		p := &casework.Path{ID: "path-" + host, Host: host, StartedOn: day(t, started)}
		for _, c := range cents {
			p.Payments = append(p.Payments, &casework.Payment{On: day(t, started), Cents: c})
		}
		return p
	}
	// Four cases of three persons: one of 2025 with a manager, one without,
	// one of 2026 with, and one of 2026 whose contact nobody recorded.
	a, b := caseOf(t, 1, "ada", "2025-03-01"), caseOf(t, 2, "bea", "2025-12-31")
	c, d := caseOf(t, 3, "ada", "2026-01-01"), caseOf(t, 4, "carlo", "2026-07-01")
	a.CaseManager, c.CaseManager = "m1", "m2"
	a.SummonedOn, b.SummonedOn, c.SummonedOn = a.OpenedOn, b.OpenedOn, c.OpenedOn
	a.Paths = []*casework.Path{path("ACME", "2025-04-01", 40_000, 30_000), path("BAR", "2025-05-01")}
	b.Paths = []*casework.Path{path("ACME", "2026-02-01", 50_050)}
	b.Pathway = eventv1.Pathway_PATHWAY_ADI
	a.Evaluations = []*casework.Evaluation{{HasScore: true, Score: 8}, {HasScore: true, Score: 7}, {Missing: 1}}

	for name, x := range map[string]struct {
		definition *eventv1.Definition
		target     float64
		direction  eventv1.Direction
		period     string
		asOf       string
		want       numbers
	}{
		"a ratio of the whole plan": {
			definition: &eventv1.Definition{Aggregation: ratio, Of: opened, Hit: "case.case_manager != ''"},
			target:     100,
			want:       numbers{status: Measured, num: 2, den: 4, value: 50, achievement: 50, band: "sufficiente"},
		},
		"a ratio of one year": {
			definition: &eventv1.Definition{Aggregation: ratio, Of: opened, Hit: "case.case_manager != ''"},
			target:     60, period: "2026",
			want: numbers{status: Measured, num: 1, den: 2, value: 50, achievement: 83.33, band: "buono"},
		},
		"what is not recorded is unknown and never a miss": {
			definition: &eventv1.Definition{Aggregation: ratio, Of: opened, Known: "case.summoned_on != 0", Hit: "case.case_manager != ''", Coverage: 75},
			target:     50,
			want:       numbers{status: Measured, num: 2, den: 3, unknown: 1, value: 66.67, achievement: 133.33, band: "ottimo"},
		},
		"too little is known": {
			definition: &eventv1.Definition{Aggregation: ratio, Of: opened, Known: "case.summoned_on != 0", Hit: "case.case_manager != ''", Coverage: 76},
			want: numbers{
				status: NotMeasurable, num: 2, den: 3, unknown: 1, value: -1, achievement: -1,
				reason: CoverageTooLow, text: "3 of 4 known, at least 76 % needed",
			},
		},
		"nothing to divide by": {
			definition: &eventv1.Definition{Aggregation: ratio, Of: "case.pathway == Pathway.DISCHARGE", Hit: "true"},
			want:       numbers{status: NotMeasurable, value: -1, achievement: -1, reason: NoUnits, text: "there are no units to divide by"},
		},
		"units of which nothing is known": {
			definition: &eventv1.Definition{Aggregation: ratio, Of: opened, Known: "false", Hit: "true"},
			want: numbers{
				status: NotMeasurable, unknown: 4, value: -1, achievement: -1,
				reason: NoUnits, text: "4 units, and of none the deciding fact is recorded",
			},
		},
		"a period that has not begun": {
			definition: &eventv1.Definition{Aggregation: count, Of: opened},
			period:     "2027", asOf: "2026-12-31",
			want: numbers{status: NotDue, value: -1, achievement: -1, text: "the period has not begun"},
		},
		"a count without a target": {
			definition: &eventv1.Definition{Aggregation: count, Of: opened},
			want:       numbers{status: NoTarget, num: 4, value: 4, achievement: -1},
		},
		"a count of no cases is a measured 0": {
			definition: &eventv1.Definition{Aggregation: count, Of: "false"},
			target:     10,
			want:       numbers{status: Measured, band: "nullo"},
		},
		"a ceiling": {
			definition: &eventv1.Definition{Aggregation: count, Of: opened},
			target:     3, direction: eventv1.Direction_DIRECTION_DECREASE,
			want: numbers{status: Measured, num: 4, value: 4, achievement: 75, band: "sufficiente"},
		},
		"a person is counted once however many cases": {
			definition: &eventv1.Definition{Aggregation: count, Unit: unitPerson, Of: opened},
			want:       numbers{status: NoTarget, num: 3, value: 3, achievement: -1},
		},
		"a person is a hit if one case is": {
			definition: &eventv1.Definition{Aggregation: ratio, Unit: unitPerson, Of: opened, Hit: "case.opened_on < 20200"},
			want:       numbers{status: NoTarget, num: 1, den: 3, value: 33.33, achievement: -1},
		},
		"a person with an unknown and a missed case is unknown": {
			definition: &eventv1.Definition{Aggregation: ratio, Unit: unitPerson, Of: opened, Known: "case.opened_on < 20454", Hit: "false"},
			want:       numbers{status: NoTarget, num: 0, den: 1, unknown: 2, value: 0, achievement: -1},
		},
		"only cases of the pathways": {
			definition: &eventv1.Definition{Aggregation: count, Of: opened, Pathways: []eventv1.Pathway{eventv1.Pathway_PATHWAY_ADI}},
			want:       numbers{status: NoTarget, num: 1, value: 1, achievement: -1},
		},
		"different hosts": {
			definition: &eventv1.Definition{Aggregation: distinct, Unit: unitPath, Of: "within(path.started_on, from, to)", Key: "path.host"},
			want:       numbers{status: NoTarget, num: 2, value: 2, achievement: -1},
		},
		"different bodies of lists": {
			definition: &eventv1.Definition{Aggregation: distinct, Of: opened, Key: "case.paths.map(p, p.host)"},
			want:       numbers{status: NoTarget, num: 2, value: 2, achievement: -1},
		},
		"an unknown key lowers the coverage of a distinct count": {
			definition: &eventv1.Definition{Aggregation: distinct, Unit: unitPath, Of: "true", Known: "path.host != 'BAR'", Key: "path.host"},
			want:       numbers{status: NoTarget, num: 1, unknown: 1, value: 1, achievement: -1},
		},
		"cents shown as euro": {
			definition: &eventv1.Definition{
				Aggregation: sum, Unit: unitPath, Of: "within(path.started_on, from, to)",
				Value: "sum(path.payments.map(p, p.cents))", Scale: 100,
			},
			want: numbers{status: NoTarget, num: 120_050, value: 1200.5, achievement: -1},
		},
		"a mean over the units that have a value": {
			definition: &eventv1.Definition{Aggregation: mean, Unit: unitEvaluation, Of: "true", Known: "evaluation.has_score", Value: "evaluation.score"},
			target:     7.5,
			want:       numbers{status: Measured, num: 15, den: 2, unknown: 1, value: 7.5, achievement: 100, band: "ottimo"},
		},
		"a share of values": {
			definition: &eventv1.Definition{
				Aggregation: valueRatio, Unit: unitPath, Of: "true", Hit: "path.host == 'ACME' && path.started_on < 20300",
				Value: "sum(path.payments.map(p, p.cents))",
			},
			want: numbers{status: NoTarget, num: 70_000, den: 120_050, value: 58.31, achievement: -1},
		},
		"a share of keys": {
			definition: &eventv1.Definition{
				Aggregation: keyShare, Unit: unitPath, Of: "true", Key: "path.host", Hit: "size(path.payments) > 0",
			},
			want: numbers{status: NoTarget, num: 1, den: 2, value: 50, achievement: -1},
		},
		"the mean of the years that have begun": {
			definition: &eventv1.Definition{Aggregation: count, Of: "overlaps(case.opened_on, case.closed_on, from, to)", Period: meanOfYears},
			target:     4, asOf: "2026-06-01",
			want: numbers{status: Measured, num: 6, den: 2, value: 3, achievement: 75, band: "sufficiente"},
		},
		"a year of a mean": {
			definition: &eventv1.Definition{Aggregation: count, Of: "overlaps(case.opened_on, case.closed_on, from, to)", Period: meanOfYears},
			target:     4, period: "2026",
			want: numbers{status: Measured, num: 4, value: 4, achievement: 100, band: "ottimo"},
		},
		"the mean of yearly percentages": {
			definition: &eventv1.Definition{Aggregation: ratio, Of: opened, Hit: "case.pathway == Pathway.ADI", Period: meanOfYears},
			asOf:       "2027-12-31",
			want:       numbers{status: NoTarget, num: 1, den: 4, value: 25, achievement: -1},
		},
		"a yearly target of the whole plan is that of the newest year begun": {
			definition: &eventv1.Definition{Aggregation: count, Of: "case.opened_on < 20200 && within(case.opened_on, from, to)", Period: eachYear},
			asOf:       "2025-12-31",
			want:       numbers{status: NoTarget, num: 1, value: 1, achievement: -1},
		},
		"growth on the year before": {
			definition: &eventv1.Definition{Aggregation: growth, Of: "overlaps(case.opened_on, case.closed_on, from, to)"},
			asOf:       "2026-06-01",
			want:       numbers{status: NoTarget, num: 4, den: 2, value: 100, achievement: -1},
		},
		"growth on a year before the plan without cases": {
			definition: &eventv1.Definition{Aggregation: growth, Of: opened},
			period:     "2025",
			want: numbers{
				status: NotMeasurable, num: 2, value: -1, achievement: -1,
				reason: NoYearBefore, text: "nothing was counted in the year before",
			},
		},
		"growth of a sum": {
			definition: &eventv1.Definition{
				Aggregation: growth, Unit: unitPath, Of: "within(path.started_on, from, to)", Value: "sum(path.payments.map(p, p.cents))",
			},
			period: "2026",
			want:   numbers{status: NoTarget, num: 50_050, den: 70_000, value: -28.5, achievement: -1},
		},
		"growth of keys": {
			definition: &eventv1.Definition{Aggregation: growth, Unit: unitPath, Of: "within(path.started_on, from, to)", Key: "path.host"},
			period:     "2026",
			want:       numbers{status: NoTarget, num: 1, den: 2, value: -50, achievement: -1},
		},
		"a definition without answer": {
			definition: &eventv1.Definition{Aggregation: ratio, Of: opened, Hit: "case.paths[0].host == 'ACME'"},
			want: numbers{
				status: NotMeasurable, num: 2, den: 2, value: -1, achievement: -1,
				reason: DefinitionFailed, text: "the definition had no answer for 2 units",
			},
		},
		"a unit of which it cannot be told whether it is counted": {
			definition: &eventv1.Definition{Aggregation: count, Of: "case.pathway == Pathway.SELF && case.paths[0].started_on >= from"},
			want: numbers{
				status: NotMeasurable, num: 1, value: -1, achievement: -1,
				reason: DefinitionFailed, text: "the definition had no answer for 2 units",
			},
		},
		"a unit that another condition leaves out needs no answer": {
			definition: &eventv1.Definition{Aggregation: count, Of: "case.paths[0].host != '' && within(case.opened_on, from, to) && size(case.paths) > 0"},
			want:       numbers{status: NoTarget, num: 2, value: 2, achievement: -1},
		},
	} {
		t.Run(name, func(t *testing.T) {
			i := define("A1.OUT.1", x.definition)
			if x.target != 0 {
				i = withTarget(i, x.target)
			}
			i.Direction = x.direction
			asOf := x.asOf
			if asOf == "" {
				asOf = "2027-12-31"
			}
			board := boardOf(t, compile(t, i), asOf, a, b, c, d)
			got := numbersOf(figureAt(t, board, "A1.OUT.1", x.period))
			if diff := cmp.Diff(x.want, got, cmp.AllowUnexported(numbers{})); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestASharedIndicatorIsCountedWithTheOtherOne(t *testing.T) {
	own := withTarget(define("A1.OUT.1", &eventv1.Definition{Aggregation: count, Of: opened, Version: 4, Note: "read so"}), 4)
	shared := withTarget(define("H2.OUT.1", &eventv1.Definition{}), 2)
	shared.Definition, shared.SharedWith, shared.Label = nil, "A1.OUT.1", "the same under H2"
	board := boardOf(t, compile(t, own, shared), "2025-12-31", caseOf(t, 1, "ada", "2025-01-01"))

	f := figureAt(t, board, "H2.OUT.1", "2025")
	if f.Indicator != "H2.OUT.1" || f.Label != "the same under H2" || f.DefinitionVersion != 4 || f.Note != "read so" || f.PlanVersion != 3 {
		t.Errorf("got %+v", f)
	}
	if *f.Value != 1 || *f.Achievement != 50 || *figureAt(t, board, "A1.OUT.1", "2025").Achievement != 25 {
		t.Errorf("each has its own target: got %+v", numbersOf(f))
	}
	if f.From.String() != "2025-01-01" || f.To.String() != "2025-12-31" || f.AsOf.String() != "2025-12-31" {
		t.Errorf("got the days %s to %s as of %s", f.From, f.To, f.AsOf)
	}
}

func TestCoverageIsKnownOverAllUnits(t *testing.T) {
	known, unknown := caseOf(t, 1, "ada", "2025-01-01"), caseOf(t, 2, "bea", "2025-01-01")
	known.SummonedOn = known.OpenedOn
	board := boardOf(t, compile(t,
		define("A1.OUT.1", &eventv1.Definition{Aggregation: ratio, Of: opened, Known: "case.summoned_on != 0", Hit: "true"}),
		define("A1.OUT.2", &eventv1.Definition{Aggregation: count, Of: "false"}),
	), "2025-12-31", known, unknown, caseOf(t, 3, "carlo", "2025-01-01"))
	if f := figureAt(t, board, "A1.OUT.1", ""); f.Coverage == nil || *f.Coverage != 33.33 {
		t.Errorf("got %v", f.Coverage)
	}
	if f := figureAt(t, board, "A1.OUT.2", ""); f.Coverage != nil {
		t.Errorf("without units: got %v", *f.Coverage)
	}
}

func TestCoverageOfADistinctCountIsThatOfItsUnits(t *testing.T) {
	many, none := caseOf(t, 1, "ada", "2025-01-01"), caseOf(t, 2, "bea", "2025-01-01")
	many.Bodies = []string{"ACSI", "ASST", "CAV"}
	board := boardOf(t, compile(t, define("A1.OUT.1", &eventv1.Definition{
		Aggregation: distinct, Of: opened, Known: "has(case.bodies)", Key: "case.bodies",
	})), "2025-12-31", many, none)
	f := figureAt(t, board, "A1.OUT.1", "")
	if f.Numerator != 3 || f.Unknown != 1 || *f.Coverage != 50 {
		t.Errorf("got %d keys, %d unknown, coverage %v", f.Numerator, f.Unknown, *f.Coverage)
	}
}

func TestAPeriodBeginsOnItsFirstDay(t *testing.T) {
	program := compile(t,
		define("A1.OUT.1", &eventv1.Definition{Aggregation: count, Of: opened, Period: eachYear}),
		define("A1.OUT.2", &eventv1.Definition{Aggregation: count, Of: opened, Period: meanOfYears}),
	)
	a, b := caseOf(t, 1, "ada", "2025-01-01"), caseOf(t, 2, "bea", "2025-02-01")
	before, on := boardOf(t, program, "2025-12-31", a, b), boardOf(t, program, "2026-01-01", a, b)
	if f := figureAt(t, before, "A1.OUT.1", ""); *f.Value != 2 || f.To.String() != "2025-12-31" {
		t.Errorf("the day before 2026 begins: %v up to %s", *f.Value, f.To)
	}
	if f := figureAt(t, on, "A1.OUT.1", ""); *f.Value != 0 || f.To.String() != "2026-12-31" {
		t.Errorf("the day 2026 begins: %v up to %s", *f.Value, f.To)
	}
	if f := figureAt(t, on, "A1.OUT.2", ""); *f.Value != 1 || f.Denominator != 2 {
		t.Errorf("the mean of two years: %v of %d", *f.Value, f.Denominator)
	}
	if f := figureAt(t, before, "A1.OUT.1", "2026"); f.Status != NotDue {
		t.Errorf("2026 on the day before: %s", f.Status)
	}
	if f := figureAt(t, on, "A1.OUT.1", "2026"); f.Status != NoTarget {
		t.Errorf("2026 on its first day: %s", f.Status)
	}
	if f := figureAt(t, boardOf(t, program, "2024-12-31", a), "A1.OUT.1", ""); f.Status != NotDue {
		t.Errorf("the plan on the day before: %s", f.Status)
	}
}

func TestAQueryForWhatThePlanDoesNotHaveIsRefused(t *testing.T) {
	board := boardOf(t, compile(t, define("A1.OUT.1", &eventv1.Definition{Aggregation: count, Of: opened})), "2025-12-31")
	for _, q := range []Query{{Period: "2024"}, {Period: "2025-2026"}, {Indicators: []string{"A1.OUT.1", "A1.OUT.9"}}} {
		if _, err := board.Figures(t.Context(), q); len(violations(err)) != 1 {
			t.Errorf("%+v: got %v", q, err)
		}
	}
	if _, err := board.Figures(t.Context(), Query{Period: "1999"}); err.Error() !=
		"period: is not a period of the plan: give one of 2025, 2026, 2027, 2025-2027" {
		t.Errorf("got %v", err)
	}
}
