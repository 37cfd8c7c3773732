package plan

import (
	"percorsi/internal/fault"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

// DecideActivity says whether an activity may be recorded: the plan has the
// indicator, and its figure is counted from activities.
func DecideActivity(s *State, a *eventv1.ActivityRecorded) error {
	d, err := counted(s, a.GetIndicator(), eventv1.Source_SOURCE_ACTIVITIES)
	if err != nil {
		return err
	}
	var p problems
	if a.GetKind() == 0 {
		p.add("fact.kind", "is missing: say what kind of activity took place")
	}
	if a.GetQuantity() <= 0 {
		p.add("fact.quantity", "is missing: write 1 for one activity")
	}
	if named := distinctBodies(d); named && len(a.GetBodies()) == 0 {
		p.add("fact.bodies", "is missing: %s counts bodies, so name those that took part", a.GetIndicator())
	}
	return p.err()
}

func distinctBodies(d *eventv1.Definition) bool {
	a := d.GetAggregation()
	return a == eventv1.Aggregation_AGGREGATION_DISTINCT || a == eventv1.Aggregation_AGGREGATION_KEY_SHARE
}

// DecideSupplied says whether a body may supply a figure: the plan has the
// indicator, its figure is supplied, the days are in order and inside the plan,
// no other figure of the body covers some of the same days, and the numbers fit
// the way the figure is formed.
func DecideSupplied(s *State, f *eventv1.FigureSupplied) error {
	d, err := counted(s, f.GetIndicator(), eventv1.Source_SOURCE_SUPPLIED)
	if err != nil {
		return err
	}
	var p problems
	if f.GetSuppliedBy() == "" {
		p.add("fact.supplied_by", "is missing: name the body that counts")
	}
	p.days(s, f)
	p.numbers(d, f)
	return p.err()
}

// counted finds the definition of an indicator and says that its figure comes
// from the source.
func counted(s *State, indicator string, source eventv1.Source) (*eventv1.Definition, error) {
	if s == nil || s.Plan == nil {
		return nil, fault.New(fault.NotFound, "there is no such plan: publish it first")
	}
	i := s.Indicator(indicator)
	if i == nil {
		return nil, fault.Field("fact.indicator", "is not an indicator of plan %s: check its id", s.Plan.GetPlanId())
	}
	if i.GetSharedWith() != "" {
		return nil, fault.Field("fact.indicator", "is counted with %s: record it there", i.GetSharedWith())
	}
	d := i.GetDefinition()
	switch {
	case d.GetSource() == source:
		return d, nil
	case d.GetSource() == eventv1.Source_SOURCE_ACTIVITIES:
		return nil, fault.Field("fact.indicator", "is counted from activities: record an activity instead of a figure")
	case d.GetSource() == eventv1.Source_SOURCE_SUPPLIED:
		return nil, fault.Field("fact.indicator", "is supplied by the body that counts: supply a figure instead of an activity")
	default:
		return nil, fault.Field("fact.indicator", "is counted from the recorded cases: nothing is added by hand")
	}
}

// days checks the days that a figure covers.
func (p *problems) days(s *State, f *eventv1.FigureSupplied) {
	for _, d := range []struct{ field, day string }{{"fact.from", f.GetFrom()}, {"fact.to", f.GetTo()}} {
		if !isDay(d.day) {
			p.add(d.field, "is not a calendar day: write it as 2025-03-31")
			return
		}
	}
	switch {
	case f.GetTo() < f.GetFrom():
		p.add("fact.to", "is before from: check both dates")
	case f.GetTo() < s.Plan.GetFrom() || f.GetFrom() > s.Plan.GetTo():
		p.add("fact.from", "lies outside the plan, %s to %s: check the dates", s.Plan.GetFrom(), s.Plan.GetTo())
	}
	for _, old := range s.Supplied {
		if overlap(f, old.FigureSupplied) && sameSeries(f, old.FigureSupplied) && !replaces(f, old.FigureSupplied) {
			p.add("fact.from", "overlaps the figure supplied for %s to %s: give other days, or exactly those to replace it",
				old.GetFrom(), old.GetTo())
		}
	}
}

// overlap says that two figures cover some of the same days.
func overlap(a, b *eventv1.FigureSupplied) bool {
	return a.GetFrom() <= b.GetTo() && b.GetFrom() <= a.GetTo()
}

// numbers checks numerator and denominator: a quotient needs both, a share in
// order; a count has no denominator.
func (p *problems) numbers(d *eventv1.Definition, f *eventv1.FigureSupplied) {
	if f.GetNumerator() < 0 {
		p.add("fact.numerator", "is negative: give what was counted")
	}
	share := d.GetAggregation() == eventv1.Aggregation_AGGREGATION_RATIO
	divides := share || d.GetAggregation() == eventv1.Aggregation_AGGREGATION_MEAN
	switch {
	case !divides && f.GetDenominator() != 0:
		p.add("fact.denominator", "does not belong to a count: leave it out")
	case divides && f.GetDenominator() <= 0:
		p.add("fact.denominator", "is missing: %s is a quotient, so say out of how many", f.GetIndicator())
	case share && f.GetNumerator() > f.GetDenominator():
		p.add("fact.numerator", "is greater than the denominator: a share is at most the whole")
	}
}
