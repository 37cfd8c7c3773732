package indicator

import (
	"math/big"

	"percorsi/internal/casework"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

// asked is how a period is answered for one definition: the spans that are
// counted, and whether their mean is the answer.
type asked struct {
	spans []int
	mean  bool
	// shown is the span whose days the figure shows.
	shown int
}

// spansAsked tells which spans answer for a period (see the documentation of
// the package); none where the period has not begun.
func (p *Program) spansAsked(d *definition, period int, asOf casework.Day) asked {
	s := p.spans
	if s.list[period].From > asOf {
		return asked{shown: period}
	}
	if period != s.whole() {
		return asked{spans: []int{period}, shown: period}
	}
	newest := s.begun(asOf) - 1
	switch kind := d.GetPeriod(); {
	case kind == eventv1.PeriodKind_PERIOD_KIND_YEAR, d.GetAggregation() == eventv1.Aggregation_AGGREGATION_GROWTH:
		period = newest
	case kind == eventv1.PeriodKind_PERIOD_KIND_MEAN_OF_YEARS:
		years := make([]int, newest+1)
		for i := range years {
			years[i] = i
		}
		return asked{spans: years, mean: true, shown: period}
	}
	return asked{spans: []int{period}, shown: period}
}

// tallies gives the tally of a span of one definition.
type tallies func(span int) *tally

// answer says what a definition is worth over what was asked.
func (p *Program) answer(d *definition, a asked, of tallies, registered bool) result {
	results := make([]result, 0, len(a.spans))
	for _, span := range a.spans {
		before := &tally{}
		if d.GetAggregation() == eventv1.Aggregation_AGGREGATION_GROWTH {
			before = of(p.spans.before(span))
		}
		results = append(results, d.measure(of(span), before, registered))
	}
	r := results[0]
	if a.mean {
		r = d.mean(results)
	}
	d.stand(&r)
	return r
}

// mean gives the mean over the years that have a value; a year without units
// or supplied figures has none. The numbers of all years are added up; where
// nothing is divided the denominator is how many years have a value.
func (d *definition) mean(years []result) result {
	var out result
	sum, n := new(big.Rat), int64(0)
	for _, y := range years {
		out.numerator += y.numerator
		out.denominator += y.denominator
		out.known += y.known
		out.unknown += y.unknown
		out.failed += y.failed
		if y.value == nil {
			out.reason, out.why = y.reason, y.why
			continue
		}
		sum.Add(sum, y.value)
		n++
	}
	if n == 0 {
		return out
	}
	if !d.divides() {
		out.denominator = n
	}
	out.value = sum.Quo(sum, new(big.Rat).SetInt64(n))
	out.reason, out.why = "", ""
	return out
}

// divides tells whether a year of the definition has a denominator.
func (d *definition) divides() bool {
	switch d.GetAggregation() {
	case eventv1.Aggregation_AGGREGATION_COUNT,
		eventv1.Aggregation_AGGREGATION_DISTINCT,
		eventv1.Aggregation_AGGREGATION_SUM:
		return false
	default:
		return true
	}
}

// blank is a figure with all that does not depend on what was counted.
func (p *Program) blank(at, span int, asOf casework.Day) Figure {
	i, d := p.plan.GetIndicators()[at], p.definitions[p.places[at]]
	f := Figure{
		Indicator: i.GetIndicatorId(), Dimension: i.GetDimension(), Label: i.GetLabel(), Unit: i.GetUnit(),
		PlanVersion: p.plan.GetVersion(), AsOf: asOf,
		From: p.spans.list[span].From, To: p.spans.list[span].To,
		DefinitionVersion: d.GetVersion(), Note: d.GetNote(),
	}
	if i.Target != nil {
		target := i.GetTarget()
		f.Target = &target
	}
	return f
}

// figure forms the figure of the indicator at a place of the plan.
func (p *Program) figure(at, period int, asOf casework.Day, of tallies, registered bool) Figure {
	d := p.definitions[p.places[at]]
	a := p.spansAsked(d, period, asOf)
	f := p.blank(at, a.shown, asOf)
	if len(a.spans) == 0 {
		f.Status = NotDue
		f.ReasonText = "the period has not begun"
		return f
	}
	r := p.answer(d, a, of, registered)
	f.Numerator, f.Denominator, f.Unknown, f.Failed = r.numerator, r.denominator, r.unknown, r.failed
	if all := r.known + r.unknown; all > 0 && !d.ownNumbers {
		coverage := rounded(percent(r.known, all))
		f.Coverage = &coverage
	}
	if r.value == nil {
		f.Status, f.Reason, f.ReasonText = NotMeasurable, r.reason, r.why
		return f
	}
	f.setValue(r.value, p.plan.GetIndicators()[at].GetDirection() == eventv1.Direction_DIRECTION_DECREASE)
	return f
}

// setValue sets the value and what follows from it.
func (f *Figure) setValue(v *big.Rat, ceiling bool) {
	shown := rounded(v)
	f.Value = &shown
	if f.Target == nil {
		f.Status = NoTarget
		return
	}
	f.Status = Measured
	reached := rounded(achievement(v, exact(*f.Target), ceiling))
	f.Achievement, f.Band = &reached, band(reached)
}
