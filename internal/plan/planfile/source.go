package planfile

import (
	"fmt"

	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

// Source is what the files of a plan hold.
type Source struct {
	// Plan is the plan, whole, its indicators in the order of its objectives.
	Plan *eventv1.Plan
	// Fixtures are the cases that tests are built of, by name.
	Fixtures map[string]*Fixture
	// Tests are the examples beside the definitions, in the order of the files.
	Tests []*Test

	places map[string]Place
}

// Fixture is one case of one person. Each fact is one commit.
type Fixture struct {
	Name string
	// Demographics is nil where the fixture says nothing of the person.
	Demographics *eventv1.Demographics
	// Facts of the case in the order they were recorded.
	Facts []*eventv1.Fact
}

// Test says what one indicator is worth over some cases and facts of the plan.
type Test struct {
	// Indicator is the id of an indicator of the plan.
	Indicator string
	// Name says in words what is tested.
	Name string
	// Period is a year such as 2025, or years such as 2025-2027; empty for the
	// whole plan.
	Period string
	// AsOf is the day the figure is asked on, as 2025-12-31; empty for the last
	// day of the period.
	AsOf string
	// Given are names of fixtures. A name given twice is two cases of two
	// persons.
	Given []string
	// PlanFacts are activities and supplied figures.
	PlanFacts []*eventv1.Fact
	// Expect is the figure.
	Expect Expect
	// File and Line are where the test is written.
	File string
	Line int
}

// Expect is the figure that a test expects.
type Expect struct {
	// Status is that of the figure, such as MEASURED.
	Status string
	// Numerator and Denominator are counts; Unknown is the units of which the
	// deciding fact is not recorded.
	Numerator, Denominator, Unknown int64
	// Value is the value shown; nil where the test does not look at it.
	Value *float64
	// Reason is why no value stands, such as NO_UNITS; empty where the test
	// does not look at it.
	Reason string
}

// Place is where something is written.
type Place struct {
	File string
	Line int
}

// String gives the place as A1.yaml:12.
func (p Place) String() string { return fmt.Sprintf("%s:%d", p.File, p.Line) }

// Place gives where an indicator is written, for errors that are found later,
// such as an expression that does not compile. The zero Place means that the
// plan has no such indicator.
func (s *Source) Place(indicator string) Place { return s.places[indicator] }
