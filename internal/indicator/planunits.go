package indicator

import (
	"reflect"

	"percorsi/internal/casework"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

// ofPlan gathers what the facts of the plan contribute.
func (e *evaluation) ofPlan(facts PlanFacts) {
	for at, d := range e.program.definitions {
		for _, s := range d.sides {
			switch s.unit {
			case eventv1.UnitOfCount_UNIT_OF_COUNT_ACTIVITY:
				e.activities(at, d, s, facts.Activities)
			case eventv1.UnitOfCount_UNIT_OF_COUNT_SUPPLIED:
				e.supplied(at, d, s, facts.Supplied)
			default:
			}
		}
	}
}

func (e *evaluation) activities(at int, d *definition, s *side, list []*Activity) {
	for n, a := range list {
		if s.all || a.Indicator == d.indicator {
			e.frame.SetStruct(placeCase, reflect.ValueOf(a))
			e.planUnit(at, d, s, int32(n), a.On, a.On)
		}
	}
}

func (e *evaluation) supplied(at int, d *definition, s *side, list []*Supplied) {
	for n, f := range list {
		if s.all || f.Indicator == d.indicator {
			e.frame.SetStruct(placeCase, reflect.ValueOf(f))
			e.planUnit(at, d, s, int32(n), f.From, f.To)
		}
	}
}

// planUnit adds what a fact of the plan contributes. Where the definition does
// not say what is counted, the fact counts in every span that holds its days.
func (e *evaluation) planUnit(at int, d *definition, s *side, place int32, from, to casework.Day) {
	if !s.unsaid() {
		e.unit(at, d, s, place, "")
		return
	}
	for n, span := range e.program.spans.list[:e.program.spansOf(d)] {
		if from < span.From || to > span.To {
			continue
		}
		e.frame.SetDay(placeFrom, span.From)
		e.frame.SetDay(placeTo, span.To)
		e.judge(contribution{definition: uint16(at), span: uint8(n), place: place}, d, s, nil, "")
	}
}

// registered tells, for each definition, whether anything was ever recorded
// that it could count: a register that nobody keeps is not a count of 0.
func (p *Program) registered(facts PlanFacts, contributed []contribution) []bool {
	out := make([]bool, len(p.definitions))
	for _, c := range contributed {
		out[c.definition] = true
	}
	named := map[string]bool{}
	for _, a := range facts.Activities {
		named[a.Indicator] = true
	}
	for at, d := range p.definitions {
		out[at] = out[at] || named[d.indicator]
	}
	return out
}
