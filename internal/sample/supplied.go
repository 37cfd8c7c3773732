package sample

import (
	"math"
	"slices"

	"percorsi/internal/access"
	"percorsi/internal/casework"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	indicatorv1 "percorsi/internal/gen/percorsi/indicator/v1"
)

// suppliers are the bodies that count what the Ambito cannot, by objective.
var suppliers = map[string]string{
	"B2": aler, "DE1": statistics, "GI1": "UST-LODI", "GI2": "UST-LODI", "GI3": "UST-LODI",
	"J3": labs, "LI1": prefect, "LA1": "ETS-RETE-AGRI",
}

func (r *register) supplier() string {
	if body, ok := suppliers[r.of.GetObjectiveId()]; ok {
		return body
	}
	return udp
}

// supplies puts the figures of each year on the agenda, supplied once the year
// has passed; some bodies also supply the first half of a year, and the second
// half then.
func (r *register) supplies() {
	for from := r.from; from < r.to; from = from.AddMonths(12) {
		if r.stock() {
			r.supply(from, from.AddMonths(1)-1)
			continue
		}
		half, end := from.AddMonths(6), min(from.AddMonths(12)-1, r.to)
		if r.chance(45) {
			r.supply(from, half-1)
			r.supply(half, end)
			continue
		}
		r.supply(from, end)
	}
}

// supply puts one figure on the agenda, two to six weeks after the days that it
// covers.
func (r *register) supply(from, to casework.Day) {
	fact := &eventv1.FigureSupplied{
		Indicator: r.of.GetIndicatorId(), SuppliedBy: r.supplier(), From: from.String(), To: to.String(),
	}
	r.fill(fact, float64(to-from+1)/daysAYear)
	r.at(to+r.days(14, 45), func() {
		r.add(r.speaker(fact.GetSuppliedBy()), r.today, nil, &indicatorv1.SupplyFigureRequest{PlanId: r.plan.GetPlanId(), Fact: fact})
	})
}

// stock tells a figure of how many there are, which is taken once a year, from
// one of how many there were.
func (r *register) stock() bool {
	sums := r.of.GetDefinition().GetAggregation() == eventv1.Aggregation_AGGREGATION_SUM
	return sums && slices.Contains([]string{"people", "Comuni", "bodies"}, r.of.GetUnit())
}

// fill writes the numbers for a part of a year.
func (r *register) fill(fact *eventv1.FigureSupplied, years float64) {
	whole := r.number(24, 140)
	if r.supplier() == statistics && r.of.GetDimension() == eventv1.Dimension_DIMENSION_INPUT {
		whole *= 1600 // residents
	}
	switch r.of.GetDefinition().GetAggregation() {
	case eventv1.Aggregation_AGGREGATION_RATIO:
		fact.Denominator = int64(whole)
		fact.Numerator = min(int64(math.Round(r.aim()/100*float64(whole))), int64(whole))
	case eventv1.Aggregation_AGGREGATION_MEAN:
		fact.Denominator = int64(whole)
		fact.Numerator = int64(math.Round(r.aim() * float64(whole)))
	default:
		sum := r.aim()
		if !r.stock() {
			sum *= years
		}
		if r.of.GetDefinition().GetPeriod() == eventv1.PeriodKind_PERIOD_KIND_TRIENNIUM {
			sum /= 3
		}
		fact.Numerator = int64(math.Round(sum))
	}
}

// speaker is who supplies: the body itself, or the Ufficio di Piano for what
// came by mail.
func (r *register) speaker(body string) access.Caller {
	if body != udp && r.chance(60) {
		return reporter(body)
	}
	return planner()
}
