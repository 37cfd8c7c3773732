package indicator

import (
	"fmt"
	"math/big"

	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

// result is what a tally is worth. value is nil where none stands; reason and
// why say so.
type result struct {
	numerator, denominator int64
	known, unknown, failed int64
	value                  *big.Rat
	reason                 Reason
	why                    string
}

// measure says what the tally of one span is worth. before is that of the year
// before; only growth looks at it. registered says that something was ever
// recorded that could be counted. The numbers are given also where no value
// stands.
func (d *definition) measure(t, before *tally, registered bool) result {
	r := d.counted(t)
	d.evaluate(&r, t, before)
	switch {
	case d.GetSource() == eventv1.Source_SOURCE_ACTIVITIES && !registered:
		r.fail(NotRecorded, "no activity was ever recorded for %s", d.indicator)
	case d.GetSource() == eventv1.Source_SOURCE_SUPPLIED && t.supplied+t.hit+t.miss+t.unknown == 0:
		r.fail(NotSupplied, "no body supplied the figure for the period")
	}
	return r
}

// stand takes the value away where too little is known to show it.
func (d *definition) stand(r *result) {
	switch all := r.known + r.unknown; {
	case r.failed > 0:
		r.fail(DefinitionFailed, "the definition had no answer for %d units", r.failed)
	case r.unknown > 0 && r.known*100 < int64(d.GetCoverage())*all:
		r.fail(CoverageTooLow, "%d of %d known, at least %d %% needed", r.known, all, d.GetCoverage())
	}
}

func (r *result) fail(reason Reason, format string, args ...any) {
	r.value, r.reason, r.why = nil, reason, fmt.Sprintf(format, args...)
}

// counted tells how many units, or keys, are known and unknown. A distinct
// count is covered by units: of an unknown one the key may be what is missing.
func (d *definition) counted(t *tally) result {
	r := result{known: t.hit + t.miss, unknown: t.unknown, failed: t.failed}
	if d.countsKeys() {
		r.known, r.unknown = t.keysHit+t.keysMiss, t.keysUnknown
	}
	return r
}

// countsKeys says that each key is a hit, a miss or unknown.
func (d *definition) countsKeys() bool {
	return d.personal || d.GetAggregation() == eventv1.Aggregation_AGGREGATION_KEY_SHARE
}

// evaluate forms the value.
func (d *definition) evaluate(r *result, t, before *tally) {
	switch d.GetAggregation() {
	case eventv1.Aggregation_AGGREGATION_RATIO, eventv1.Aggregation_AGGREGATION_KEY_SHARE:
		r.divide(d.hits(t), r.known, 100)
	case eventv1.Aggregation_AGGREGATION_VALUE_RATIO:
		r.divide(t.sumHit, t.sumHit+t.sumMiss, 100)
	case eventv1.Aggregation_AGGREGATION_MEAN:
		n := t.hit
		if d.ownNumbers {
			n = r.known
		}
		r.divide(t.sumHit, n, 1)
		r.scale(d)
	case eventv1.Aggregation_AGGREGATION_GROWTH:
		d.growth(r, t, before)
	default:
		r.numerator = d.amount(t)
		r.value = new(big.Rat).SetInt64(r.numerator)
		r.scale(d)
	}
}

// divide forms a quotient, where there is something to divide by.
func (r *result) divide(a, b, times int64) {
	r.numerator, r.denominator = a, b
	if b != 0 {
		r.value = quotient(a, b, times)
		return
	}
	if r.unknown > 0 {
		r.fail(NoUnits, "%d units, and of none the deciding fact is recorded", r.unknown)
		return
	}
	r.fail(NoUnits, "there are no units to divide by")
}

// scale divides the value by the scale of the definition.
func (r *result) scale(d *definition) {
	if r.value != nil && d.GetScale() > 1 {
		r.value.Quo(r.value, new(big.Rat).SetInt64(int64(d.GetScale())))
	}
}

func (d *definition) growth(r *result, t, before *tally) {
	r.numerator, r.denominator = d.amount(t), d.amount(before)
	if r.denominator == 0 {
		r.fail(NoYearBefore, "nothing was counted in the year before")
		return
	}
	r.value = percent(r.numerator-r.denominator, r.denominator)
}

// hits gives the units, or keys, that are hits.
func (d *definition) hits(t *tally) int64 {
	if d.keyed {
		return t.keysHit
	}
	return t.hit
}

// amount gives what is counted where nothing is divided: the sum of the
// values, or the hits.
func (d *definition) amount(t *tally) int64 {
	if d.main.value != nil || (d.ownNumbers && d.GetAggregation() == eventv1.Aggregation_AGGREGATION_SUM) {
		return t.sumHit
	}
	return d.hits(t)
}
