package indicator

import (
	"cmp"
	"reflect"

	"percorsi/internal/casework"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	"percorsi/internal/indicator/expr"
)

// evaluation reads units and gathers what they contribute. It is used again
// and again so that reading a case allocates nothing but its answer.
type evaluation struct {
	program *Program
	frame   expr.Frame
	keys    []string
	out     []contribution
}

// evaluate runs fn with an evaluation as of a day. What fn takes from it must
// be copied.
func (p *Program) evaluate(asOf casework.Day, fn func(*evaluation)) {
	e, ok := p.idle.Get().(*evaluation)
	if !ok {
		e = &evaluation{program: p}
	}
	e.out = e.out[:0]
	e.frame.SetDay(placeAsOf, asOf)
	fn(e)
	p.idle.Put(e)
}

// ofCase gathers what a case contributes: to every definition, or to those
// only that depend on the day. Its person is counted under a key. A case that
// was entered in error counts nowhere.
func (e *evaluation) ofCase(c *casework.Case, person string, onlyTimed bool) {
	if c.Status == casework.Voided {
		return
	}
	e.frame.SetStruct(placeCase, reflect.ValueOf(c))
	if person == "" {
		person = c.ID.String()
	}
	for _, r := range e.program.readingsOf(c.Pathway) {
		if onlyTimed && !r.definition.timed {
			continue
		}
		for n := range unitsOf(c, r.side.unit) {
			e.setUnit(c, r.side.unit, n)
			e.unit(r.at, r.definition, r.side, int32(n), person)
		}
	}
}

// unitsOf tells how many units of a kind a case holds.
func unitsOf(c *casework.Case, kind eventv1.UnitOfCount) int {
	switch kind {
	case eventv1.UnitOfCount_UNIT_OF_COUNT_PROJECT:
		return len(c.Projects)
	case eventv1.UnitOfCount_UNIT_OF_COUNT_PATH:
		return len(c.Paths)
	case eventv1.UnitOfCount_UNIT_OF_COUNT_MEETING:
		return len(c.Meetings)
	case eventv1.UnitOfCount_UNIT_OF_COUNT_SUPPORT:
		return len(c.Supports)
	case eventv1.UnitOfCount_UNIT_OF_COUNT_EVALUATION:
		return len(c.Evaluations)
	default:
		return 1
	}
}

// setUnit makes a unit of a case the one that expressions speak of.
func (e *evaluation) setUnit(c *casework.Case, kind eventv1.UnitOfCount, at int) {
	switch kind {
	case eventv1.UnitOfCount_UNIT_OF_COUNT_PROJECT:
		e.frame.SetStruct(placeUnit, reflect.ValueOf(c.Projects[at]))
	case eventv1.UnitOfCount_UNIT_OF_COUNT_PATH:
		e.frame.SetStruct(placeUnit, reflect.ValueOf(c.Paths[at]))
	case eventv1.UnitOfCount_UNIT_OF_COUNT_MEETING:
		e.frame.SetStruct(placeUnit, reflect.ValueOf(c.Meetings[at]))
	case eventv1.UnitOfCount_UNIT_OF_COUNT_SUPPORT:
		e.frame.SetStruct(placeUnit, reflect.ValueOf(c.Supports[at]))
	case eventv1.UnitOfCount_UNIT_OF_COUNT_EVALUATION:
		e.frame.SetStruct(placeUnit, reflect.ValueOf(c.Evaluations[at]))
	default:
	}
}

// unit adds what the unit in the frame contributes to one side of a
// definition, over every span that the definition is asked for. person is the
// key of a definition that counts persons.
func (e *evaluation) unit(at int, d *definition, s *side, place int32, person string) {
	counted, err := e.always(s)
	if err == nil && !counted {
		return
	}
	periods := e.program.spansOf(d)
	begin := len(e.out)
	for n, span := range e.program.spans.list[:periods] {
		if n > 0 && !d.perPeriod {
			break
		}
		e.frame.SetDay(placeFrom, span.From)
		e.frame.SetDay(placeTo, span.To)
		e.judge(contribution{definition: uint16(at), span: uint8(n), place: place}, d, s, err, person)
	}
	if d.perPeriod {
		return
	}
	// The answer is the same for every span.
	first := e.out[begin:]
	for n := 1; n < periods; n++ {
		for _, c := range first {
			c.span = uint8(n)
			e.out = append(e.out, c)
		}
	}
}

// spansOf tells how many spans a definition is asked for; only growth looks at
// the year before the plan.
func (p *Program) spansOf(d *definition) int {
	if d.GetAggregation() == eventv1.Aggregation_AGGREGATION_GROWTH {
		return len(p.spans.list)
	}
	return p.spans.years + 1
}

// always evaluates what is the same for every span.
func (e *evaluation) always(s *side) (bool, error) {
	if s.always == nil {
		return true, nil
	}
	return s.always.Eval(&e.frame)
}

// judge says what the unit in the frame counts as over the span in the frame.
// open is why there is no answer to what is the same for every span, if so.
func (e *evaluation) judge(c contribution, d *definition, s *side, open error, person string) {
	verdict, err := e.verdict(s, open)
	if err == nil && verdict == 0 {
		return
	}
	c.verdict = verdict
	if err == nil && s.value != nil && (verdict == Hit || verdict == Miss) {
		c.value, err = s.value.Eval(&e.frame)
	}
	e.keys = e.keys[:0]
	switch {
	case d.personal:
		e.keys = append(e.keys, person)
	case err == nil && s.keys != nil:
		e.keys, err = s.keys.Append(e.keys, &e.frame)
	}
	if err != nil {
		c.verdict, c.key, c.value = Failed, err.Error(), 0
		if s.far {
			c.verdict = farFailed
		}
		e.out = append(e.out, c)
		return
	}
	e.emit(c, d)
}

// verdict evaluates the rest of `of`, known and hit; 0 means that the unit is
// not counted. What is not counted needs no further answer.
func (e *evaluation) verdict(s *side, open error) (Verdict, error) {
	if s.often != nil {
		counted, err := s.often.Eval(&e.frame)
		if err == nil && !counted {
			return 0, nil
		}
		open = cmp.Or(open, err)
	}
	if open != nil {
		return 0, open
	}
	if s.far {
		return far, nil
	}
	if s.known != nil {
		if known, err := s.known.Eval(&e.frame); err != nil || !known {
			return Unknown, err
		}
	}
	if s.hit != nil {
		if hit, err := s.hit.Eval(&e.frame); err != nil || !hit {
			return Miss, err
		}
	}
	return Hit, nil
}

// emit adds the contribution, once for each key where keys are counted. An
// unknown unit of a distinct count is counted as a unit, because its key may be
// what is not known; any other unit without a key adds nothing.
func (e *evaluation) emit(c contribution, d *definition) {
	if c.verdict == Hit && d.other != nil {
		c.verdict = Miss
	}
	byUnit := !d.keyed || (c.verdict == Unknown && d.GetAggregation() != eventv1.Aggregation_AGGREGATION_KEY_SHARE && !d.personal)
	if byUnit {
		e.out = append(e.out, c)
		return
	}
	for i, key := range e.keys {
		c.key = key
		if i == 1 {
			c.place = ^c.place
		}
		e.out = append(e.out, c)
	}
}
