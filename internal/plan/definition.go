package plan

import (
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

// use is whether a part of a definition is needed, may be given, or would be
// ignored.
type use int

const (
	ignored use = iota
	allowed
	needed
)

// parts is what an aggregation does with the expressions.
type parts struct{ of, hit, key, value use }

// partsOf gives the parts of a definition. A supplied figure brings its own
// numbers, and an activity counts in the period in which it took place unless
// `of` says otherwise.
func partsOf(d *eventv1.Definition) parts {
	if d.GetUnit() == eventv1.UnitOfCount_UNIT_OF_COUNT_SUPPLIED {
		return parts{of: allowed}
	}
	p := parts{of: needed}
	if d.GetUnit() == eventv1.UnitOfCount_UNIT_OF_COUNT_ACTIVITY {
		p.of = allowed
	}
	switch d.GetAggregation() {
	case eventv1.Aggregation_AGGREGATION_RATIO:
		p.hit = needed
	case eventv1.Aggregation_AGGREGATION_COUNT:
		p.hit = allowed
	case eventv1.Aggregation_AGGREGATION_DISTINCT:
		p.key = needed
	case eventv1.Aggregation_AGGREGATION_SUM, eventv1.Aggregation_AGGREGATION_MEAN:
		p.value = needed
	case eventv1.Aggregation_AGGREGATION_GROWTH:
		p.key, p.value = allowed, allowed
	case eventv1.Aggregation_AGGREGATION_KEY_SHARE:
		p.hit, p.key = needed, needed
	case eventv1.Aggregation_AGGREGATION_VALUE_RATIO:
		p.hit, p.value = needed, needed
	default:
	}
	return p
}

// definition checks that a definition has what its aggregation needs, nothing
// that it would ignore, and a unit that its source has.
func (p *problems) definition(field, id string, d *eventv1.Definition) {
	if d.GetVersion() < 1 {
		p.add(field+".version", "of %s is %d: versions count from 1", id, d.GetVersion())
	}
	p.given(field+".unit", id, d.GetUnit() != 0)
	p.given(field+".aggregation", id, d.GetAggregation() != 0)
	p.given(field+".period", id, d.GetPeriod() != 0)
	p.given(field+".source", id, d.GetSource() != 0)
	p.expressions(field, id, d)
	p.unit(field, id, d)
	if c := d.GetCoverage(); c < 0 || c > 100 {
		p.add(field+".coverage", "of %s is %d: it is a percentage", id, c)
	}
	if d.GetScale() < 0 {
		p.add(field+".scale", "of %s is negative", id)
	}
}

func (p *problems) given(field, id string, ok bool) {
	if !ok {
		p.add(field, "of %s is missing", id)
	}
}

func (p *problems) expressions(field, id string, d *eventv1.Definition) {
	may := partsOf(d)
	for _, e := range []struct {
		name, text string
		use        use
	}{{"of", d.GetOf(), may.of}, {"hit", d.GetHit(), may.hit}, {"key", d.GetKey(), may.key}, {"value", d.GetValue(), may.value}} {
		switch {
		case e.use == needed && e.text == "":
			p.add(field+"."+e.name, "of %s is missing: %s of %s needs it", id, d.GetAggregation(), d.GetUnit())
		case e.use == ignored && e.text != "":
			p.add(field+"."+e.name, "of %s would be ignored: %s of %s has no use for it", id, d.GetAggregation(), d.GetUnit())
		}
	}
	share := d.GetAggregation() == eventv1.Aggregation_AGGREGATION_KEY_SHARE
	switch other := d.GetHitUnit() != 0; {
	case other != (d.GetHitKey() != ""):
		p.add(field+".hit_unit", "of %s needs hit_key, and hit_key needs hit_unit", id)
	case other && !share:
		p.add(field+".hit_unit", "of %s would be ignored: only a key share has another side", id)
	}
}

// unit checks that the source has the units. A key share of cases may count
// activities on one of its sides.
func (p *problems) unit(field, id string, d *eventv1.Definition) {
	if d.GetUnit() == 0 || d.GetSource() == 0 {
		return
	}
	from := sourceOf(d.GetUnit())
	mixed := d.GetHitUnit() != 0 && sourceOf(d.GetHitUnit()) == d.GetSource()
	if from != d.GetSource() && !mixed {
		p.add(field+".unit", "of %s is %s, which %s does not have", id, d.GetUnit(), d.GetSource())
	}
	if from != eventv1.Source_SOURCE_CASES && !mixed && len(d.GetPathways()) > 0 {
		p.add(field+".pathways", "of %s would be ignored: only cases follow a pathway", id)
	}
}

// sourceOf gives the source that has a unit.
func sourceOf(u eventv1.UnitOfCount) eventv1.Source {
	switch u {
	case eventv1.UnitOfCount_UNIT_OF_COUNT_ACTIVITY:
		return eventv1.Source_SOURCE_ACTIVITIES
	case eventv1.UnitOfCount_UNIT_OF_COUNT_SUPPLIED:
		return eventv1.Source_SOURCE_SUPPLIED
	default:
		return eventv1.Source_SOURCE_CASES
	}
}
