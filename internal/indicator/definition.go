package indicator

import (
	"errors"
	"fmt"

	"percorsi/internal/fault"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	"percorsi/internal/indicator/expr"
)

// definition is a definition that was compiled.
type definition struct {
	*eventv1.Definition
	// indicator that has it.
	indicator string
	// main is what is counted; other is the far side of a key share, or nil.
	// sides is both.
	main, other *side
	sides       []*side
	// keyed says that keys, not units, are counted; personal that the key is
	// the person of the case.
	keyed, personal bool
	// ownNumbers says that supplied figures bring their own numbers.
	ownNumbers bool
	// perPeriod says that an expression names from or to; timed, that one
	// names as_of.
	perPeriod, timed bool
}

// side is one kind of unit that a definition looks at, with its expressions;
// those that are not given are nil.
type side struct {
	unit eventv1.UnitOfCount
	// always and often are the parts of `of`: what is the same for every
	// period, and what is not.
	always, often *expr.Expr[bool]
	hit, known    *expr.Expr[bool]
	value         *expr.Expr[int64]
	keys          *expr.Keys
	// all says that facts of the plan recorded for other indicators are
	// looked at too.
	all bool
	// far says that the units only lend their keys to the other side.
	far bool
}

// inCases tells whether the units stand inside cases.
func (s *side) inCases() bool {
	return s.unit != eventv1.UnitOfCount_UNIT_OF_COUNT_ACTIVITY && s.unit != eventv1.UnitOfCount_UNIT_OF_COUNT_SUPPLIED
}

// unsaid says that the definition leaves open what is counted.
func (s *side) unsaid() bool { return s.always == nil && s.often == nil }

// inCases tells whether all units stand inside cases, so that the figure can
// be split by what a case and its person have.
func (d *definition) inCases() bool {
	for _, s := range d.sides {
		if !s.inCases() {
			return false
		}
	}
	return true
}

// compiling gathers what is wrong with the definitions of a plan.
type compiling struct {
	envs       map[eventv1.UnitOfCount]*expr.Env
	violations []fault.Violation
}

// definition compiles the definition of one indicator.
func (c *compiling) definition(i *eventv1.Indicator) *definition {
	def := i.GetDefinition()
	part := partOf{compiling: c, indicator: i.GetIndicatorId(), env: c.envs[def.GetUnit()]}
	d := &definition{Definition: def, indicator: i.GetIndicatorId()}
	d.main = &side{unit: def.GetUnit()}
	d.main.always, d.main.often = part.split("of", def.GetOf())
	d.main.known = part.boolean("known", def.GetKnown())
	d.main.value = part.integer("value", def.GetValue())
	d.main.keys = part.keys("key", def.GetKey())
	d.sides = append(d.sides, d.main)
	if def.GetHitUnit() != 0 {
		far := partOf{compiling: c, indicator: i.GetIndicatorId(), env: c.envs[def.GetHitUnit()]}
		d.other = &side{unit: def.GetHitUnit(), far: true}
		d.other.always, d.other.often = far.split("hit", def.GetHit())
		d.other.keys = far.keys("hit_key", def.GetHitKey())
		d.sides = append(d.sides, d.other)
	} else {
		d.main.hit = part.boolean("hit", def.GetHit())
	}
	d.classify()
	part.sound(d)
	return d
}

// classify derives how the definition is evaluated and counted.
func (d *definition) classify() {
	a := d.GetAggregation()
	d.personal = d.GetUnit() == eventv1.UnitOfCount_UNIT_OF_COUNT_PERSON && d.main.keys == nil && d.main.value == nil
	d.keyed = d.personal || d.main.keys != nil
	d.ownNumbers = d.GetUnit() == eventv1.UnitOfCount_UNIT_OF_COUNT_SUPPLIED &&
		d.main.value == nil && a != eventv1.Aggregation_AGGREGATION_DISTINCT
	for _, s := range d.sides {
		d.perPeriod = d.perPeriod || s.mentions(variableFrom) || s.mentions(variableTo) || s.unsaid()
		d.timed = d.timed || s.mentions(variableAsOf)
		s.all = s.mentions("activity.indicator") || s.mentions("supplied.indicator")
	}
}

// mentions tells whether an expression of the side names something.
func (s *side) mentions(name string) bool {
	for _, e := range []*expr.Expr[bool]{s.always, s.often, s.hit, s.known} {
		if e != nil && e.Mentions(name) {
			return true
		}
	}
	return (s.value != nil && s.value.Mentions(name)) || (s.keys != nil && s.keys.Mentions(name))
}

// partOf compiles the parts of one definition in one environment.
type partOf struct {
	*compiling
	indicator string
	env       *expr.Env
}

// sound refuses what compiles and yet has no meaning.
func (c partOf) sound(d *definition) {
	if d.GetUnit() != eventv1.UnitOfCount_UNIT_OF_COUNT_PERSON || d.main.value == nil {
		return
	}
	c.refuse("unit", "a person is counted once, so what several cases say of one cannot be added up: count cases instead")
}

func (c partOf) boolean(name, source string) *expr.Expr[bool] {
	return compiled(c, name, source, c.env.Bool)
}

func (c partOf) integer(name, source string) *expr.Expr[int64] {
	return compiled(c, name, source, c.env.Int)
}

func (c partOf) keys(name, source string) *expr.Keys {
	return compiled(c, name, source, c.env.Keys)
}

// split compiles a condition in what is the same for every period and what is
// not.
func (c partOf) split(name, source string) (always, often *expr.Expr[bool]) {
	if source == "" {
		return nil, nil
	}
	always, often, err := c.env.Split(source, variableFrom, variableTo)
	c.note(name, err)
	return always, often
}

// compiled compiles one part; an empty one is nil.
func compiled[T any](c partOf, name, source string, compile func(string) (*T, error)) *T {
	if source == "" {
		return nil
	}
	e, err := compile(source)
	c.note(name, err)
	return e
}

// note notes what is wrong with a source.
func (c partOf) note(name string, err error) {
	if wrong, ok := errors.AsType[*expr.Error](err); ok {
		for _, p := range wrong.Problems {
			c.refuse(name, "%s", p)
		}
	}
}

func (c partOf) refuse(name, format string, args ...any) {
	c.violations = append(c.violations, fault.Violation{
		Field: fmt.Sprintf("indicators[%s].definition.%s", c.indicator, name),
		Do:    fmt.Sprintf(format, args...),
	})
}
