package deftest

import (
	"fmt"
	"strings"

	"percorsi/internal/casework"
	"percorsi/internal/indicator"
	"percorsi/internal/plan/planfile"
)

// Failure is a test whose figure is another one.
type Failure struct {
	Test   *planfile.Test
	Figure indicator.Figure
	// Differences says, for each thing that differs, what it is and what it
	// should be.
	Differences []string
}

// String gives the place of the test, its name and the differences, such as
// A1.tests.yaml:12: A1.OUT.1, assigned in time: numerator is 1, not 2.
func (f Failure) String() string {
	return fmt.Sprintf("%s:%d: %s, %s: %s", f.Test.File, f.Test.Line, f.Test.Indicator, f.Test.Name,
		strings.Join(f.Differences, "; "))
}

// Run compiles the plan, runs every test and gives those that fail, in the
// order of the files. The error is that of indicator.Compile, or says which
// test could not be run.
//
// A test stands at its as_of, or else at the last day of its period: facts that
// happened later are not there, as in a replay. A fixture given again is another
// case of another person.
func Run(source *planfile.Source) ([]Failure, error) {
	program, err := indicator.Compile(source.Plan)
	if err != nil {
		return nil, err
	}
	var failed []Failure
	for _, test := range source.Tests {
		figure, err := figureOf(program, source, test)
		if err != nil {
			return nil, fmt.Errorf("%s:%d: %s, %s: %w", test.File, test.Line, test.Indicator, test.Name, err)
		}
		if differences := compare(test.Expect, figure); len(differences) > 0 {
			failed = append(failed, Failure{Test: test, Figure: figure, Differences: differences})
		}
	}
	return failed, nil
}

// figureOf gives the figure of a test.
func figureOf(program *indicator.Program, source *planfile.Source, test *planfile.Test) (indicator.Figure, error) {
	asOf, err := asOfDay(program, test)
	if err != nil {
		return indicator.Figure{}, err
	}
	cases, err := casesOf(source, test, asOf)
	if err != nil {
		return indicator.Figure{}, err
	}
	facts, err := planFacts(source.Plan, test.PlanFacts, asOf)
	if err != nil {
		return indicator.Figure{}, err
	}
	return program.Count(test.Indicator, test.Period, asOf, cases, facts)
}

// casesOf folds the fixtures that a test names.
func casesOf(source *planfile.Source, test *planfile.Test, asOf casework.Day) ([]*casework.Case, error) {
	var cases []*casework.Case
	given := map[string]int{}
	for _, name := range test.Given {
		fixture, ok := source.Fixtures[name]
		if !ok {
			return nil, fmt.Errorf("there is no fixture %s", name)
		}
		c, err := caseOf(fixture, given[name], asOf)
		if err != nil {
			return nil, fmt.Errorf("fixture %s: %w", name, err)
		}
		given[name]++
		if c != nil {
			cases = append(cases, c)
		}
	}
	return cases, nil
}

// asOfDay gives the day a test stands at.
func asOfDay(program *indicator.Program, test *planfile.Test) (casework.Day, error) {
	if test.AsOf != "" {
		return casework.ParseDay(test.AsOf)
	}
	periods := program.Periods()
	for _, span := range periods {
		if span.Label == test.Period {
			return span.To, nil
		}
	}
	return periods[len(periods)-1].To, nil
}

// compare says what of a figure differs from what is expected.
func compare(want planfile.Expect, got indicator.Figure) []string {
	var out []string
	differ := func(what string, got, want any) {
		if got != want {
			out = append(out, fmt.Sprintf("%s is %v, not %v", what, got, want))
		}
	}
	differ("status", string(got.Status), want.Status)
	differ("numerator", got.Numerator, want.Numerator)
	differ("denominator", got.Denominator, want.Denominator)
	differ("unknown", got.Unknown, want.Unknown)
	if want.Value != nil {
		differ("value", shown(got.Value), shown(want.Value))
	}
	if want.Reason != "" {
		differ("reason", string(got.Reason), want.Reason)
	}
	if len(out) > 0 && got.ReasonText != "" {
		out = append(out, got.ReasonText)
	}
	return out
}

func shown(v *float64) string {
	if v == nil {
		return "not there"
	}
	return fmt.Sprintf("%.2f", *v)
}
