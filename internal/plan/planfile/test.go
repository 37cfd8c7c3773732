package planfile

import (
	"fmt"
	"regexp"
	"strconv"

	"go.yaml.in/yaml/v3"

	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	indicatorv1 "percorsi/internal/gen/percorsi/indicator/v1"
)

// readTests reads all tests, and checks that what they name is there.
func (r *reader) readTests(s *Source) []*Test {
	var out []*Test
	for _, section := range r.tests {
		for _, n := range section.items(section.node) {
			out = append(out, section.test(n, s))
		}
	}
	return out
}

func (f file) test(n *yaml.Node, s *Source) *Test {
	t := &Test{File: f.name, Line: n.Line}
	for key, value := range f.pairs(n) {
		switch key.Value {
		case "indicator":
			t.Indicator = f.known(value, "indicator", func(id string) bool { return s.places[id] != Place{} })
		case "name":
			t.Name = f.text(value)
		case "period":
			t.Period = f.period(value)
		case "as_of":
			t.AsOf = f.day(value)
		case "given":
			t.Given = f.given(value, s)
		case "plan_facts":
			t.PlanFacts = f.planFacts(value, s)
		case "expect":
			t.Expect = f.expect(value)
		default:
			f.unknownKey(key, "indicator", "name", "period", "as_of", "given", "plan_facts", "expect")
		}
	}
	switch {
	case t.Indicator == "":
		f.wrong(n, "indicator is missing: say which one is tested")
	case t.Name == "":
		f.wrong(n, "name is missing: say in words what is tested")
	case t.Expect.Status == "":
		f.wrong(n, "expect.status is missing: say what the figure is")
	}
	return t
}

// known reads the name of something that must be there.
func (f file) known(n *yaml.Node, what string, there func(string) bool) string {
	name := f.text(n)
	if !there(name) {
		f.wrong(n, "there is no %s %s", what, name)
	}
	return name
}

func (f file) given(list *yaml.Node, s *Source) []string {
	var names []string
	for _, n := range f.items(list) {
		names = append(names, f.known(n, "fixture", func(name string) bool { return s.Fixtures[name] != nil }))
	}
	return names
}

var periodPattern = regexp.MustCompile(`^[0-9]{4}(-[0-9]{4})?$`)

func (f file) period(n *yaml.Node) string {
	p := f.text(n)
	if !periodPattern.MatchString(p) {
		f.wrong(n, "%s is not a period: write a year, or years as 2025-2027", p)
	}
	return p
}

func (f file) day(n *yaml.Node) string {
	d := f.text(n)
	if !isDay(d) {
		f.wrong(n, "%s is not a calendar day: write it as 2025-03-31", d)
	}
	return d
}

// planFacts reads activities and supplied figures. Each counts for an
// indicator of the plan.
func (f file) planFacts(list *yaml.Node, s *Source) []*eventv1.Fact {
	var facts []*eventv1.Fact
	for i, n := range f.items(list) {
		scope := fmt.Sprintf("%s/%d", f.place(n), i)
		fact := f.fact(n, func(name string) string { return idOf(scope, name) })
		facts = append(facts, fact)
		var id string
		switch what := fact.GetFact().(type) {
		case nil:
			continue
		case *eventv1.Fact_ActivityRecorded:
			id = what.ActivityRecorded.GetIndicator()
		case *eventv1.Fact_FigureSupplied:
			id = what.FigureSupplied.GetIndicator()
		default:
			f.wrong(n, "is not a fact of the plan: write it into a fixture")
			continue
		}
		if s.places[id] == (Place{}) {
			f.wrong(n, "there is no indicator %s", id)
		}
	}
	return facts
}

func (f file) expect(n *yaml.Node) Expect {
	var e Expect
	for key, value := range f.pairs(n) {
		switch key.Value {
		case "status":
			e.Status = f.known(value, "status", func(s string) bool { return indicatorv1.FigureStatus_value["FIGURE_STATUS_"+s] != 0 })
		case "numerator":
			e.Numerator = f.count(value)
		case "denominator":
			e.Denominator = f.count(value)
		case "unknown":
			e.Unknown = f.count(value)
		case "value":
			e.Value = f.number(value)
		case "reason":
			e.Reason = f.text(value)
		default:
			f.unknownKey(key, "status", "numerator", "denominator", "unknown", "value", "reason")
		}
	}
	return e
}

func (f file) count(n *yaml.Node) int64 {
	v, err := strconv.ParseInt(f.text(n), 10, 64)
	if err != nil {
		f.wrong(n, "%s is not a whole number", n.Value)
	}
	return v
}

func (f file) number(n *yaml.Node) *float64 {
	v, err := strconv.ParseFloat(f.text(n), 64)
	if err != nil {
		f.wrong(n, "%s is not a number", n.Value)
		return nil
	}
	return &v
}
