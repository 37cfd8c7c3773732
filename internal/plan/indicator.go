package plan

import (
	"fmt"
	"strings"

	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

// dimensionOf gives the dimension that the middle of an id stands for.
func dimensionOf(code string) eventv1.Dimension {
	switch code {
	case "INP":
		return eventv1.Dimension_DIMENSION_INPUT
	case "PRO":
		return eventv1.Dimension_DIMENSION_PROCESS
	case "OUT":
		return eventv1.Dimension_DIMENSION_OUTPUT
	case "IMP":
		return eventv1.Dimension_DIMENSION_IMPACT
	default:
		return eventv1.Dimension_DIMENSION_UNSPECIFIED
	}
}

func (p *problems) indicators(plan *eventv1.Plan, objectives map[string]bool) {
	if len(plan.GetIndicators()) == 0 {
		p.add("plan.indicators", "is empty: a plan has at least one indicator")
	}
	seen := make(map[string]bool)
	for n, i := range plan.GetIndicators() {
		field := fmt.Sprintf("plan.indicators[%d]", n)
		id := i.GetIndicatorId()
		if seen[id] {
			p.add(field+".indicator_id", "%s is taken by another indicator", id)
		}
		seen[id] = true
		p.place(field, i, objectives)
		p.texts(field, i)
		p.counting(field, plan, i)
	}
}

// place checks that an id, its objective and its dimension say the same.
func (p *problems) place(field string, i *eventv1.Indicator, objectives map[string]bool) {
	id := i.GetIndicatorId()
	objective, rest, _ := strings.Cut(id, ".")
	code, _, _ := strings.Cut(rest, ".")
	dimension := dimensionOf(code)
	switch {
	case dimension == 0:
		p.add(field+".indicator_id", "%q is not an id such as A1.OUT.1", id)
		return
	case dimension != i.GetDimension():
		p.add(field+".dimension", "of %s does not match its id: give %s", id, dimension)
	}
	switch {
	case !objectives[i.GetObjectiveId()]:
		p.add(field+".objective_id", "of %s is %q: the plan has no such objective", id, i.GetObjectiveId())
	case objective != i.GetObjectiveId():
		p.add(field+".objective_id", "of %s is %s: its id belongs to %s", id, i.GetObjectiveId(), objective)
	}
}

func (p *problems) texts(field string, i *eventv1.Indicator) {
	id := i.GetIndicatorId()
	if i.GetLabel() == "" {
		p.add(field+".label", "of %s is missing", id)
	}
	if i.Target != nil && !(i.GetTarget() >= 0) {
		p.add(field+".target", "of %s is %v: a target is not negative", id, i.GetTarget())
	}
	if i.Baseline != nil && !(i.GetBaseline() >= 0) {
		p.add(field+".baseline", "of %s is %v: a baseline is not negative", id, i.GetBaseline())
	}
}

// counting checks that an indicator is counted in exactly one way: by its own
// definition, or by that of another indicator which has one.
func (p *problems) counting(field string, plan *eventv1.Plan, i *eventv1.Indicator) {
	id, shared := i.GetIndicatorId(), i.GetSharedWith()
	switch {
	case shared == "" && i.GetDefinition() == nil:
		p.add(field+".definition", "of %s is missing: say what the figure counts, or name shared_with", id)
	case shared == "":
		p.definition(field+".definition", id, i.GetDefinition())
	case i.GetDefinition() != nil:
		p.add(field+".definition", "of %s is given beside shared_with: keep one of them", id)
	case find(plan, shared) == nil:
		p.add(field+".shared_with", "of %s is %q: the plan has no such indicator", id, shared)
	case find(plan, shared).GetDefinition() == nil:
		p.add(field+".shared_with", "of %s is %s, which has no definition of its own", id, shared)
	}
}
