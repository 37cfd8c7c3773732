// Package indicator owns the figures of a plan: it compiles the definitions of
// the indicators, tells what each recorded case counts as, adds it up, keeps
// the figures live (Board), and opens every figure into the units behind it.
// It reads states of cases and knows neither the log nor any store, so the
// live board, a rebuild and a replay are the same code.
//
// # Definitions
//
// A definition is read against one unit of count at a time, once for each year
// of the plan and once for the whole of it. The expressions are CEL, with what
// package expr lists. `case` is there for every unit inside a case; a project,
// path, meeting, support or evaluation is there under its own name; `activity`
// and `supplied` are alone. `from` and `to` are the first and last day of the
// period, `as_of` the day the figures stand at.
//
//   - of: what is counted. It may be empty for an activity (then it happened in
//     the period) and for a supplied figure (then its days lie in the period).
//   - known: is the fact that decides the hit recorded? Where it is not, the
//     unit is UNKNOWN: it is shown and lowers the coverage, and it is never a
//     miss.
//   - hit: HIT or MISS among the known ones. Without a hit every known unit is
//     a HIT.
//   - key: what a DISTINCT or a KEY_SHARE counts, a text or a list of texts. An
//     empty text is no key.
//   - value: a whole number, for SUM, MEAN and VALUE_RATIO. It is read for known
//     units only.
//
// A PERSON is the person of the case, once however many cases: a HIT if one of
// the cases is a HIT; else UNKNOWN if one is unknown; else a MISS. Keys of a
// KEY_SHARE follow the same rule.
//
// An activity, or a supplied figure, counts for the indicator that it names;
// only where an expression itself asks for activity.indicator (or
// supplied.indicator) are all of them looked at. A supplied figure brings its
// own numbers: a RATIO divides their sums, a COUNT or SUM adds the numerators,
// a MEAN divides numerators by denominators. Package plan sees to it that the
// figures of one body never cover the same day twice.
//
// # Aggregations
//
//	RATIO        100 x hits / known units
//	COUNT        hits
//	DISTINCT     different keys of the hits
//	SUM          values of the hits
//	MEAN         values of the hits / hits
//	VALUE_RATIO  100 x values of the hits / values of the known units
//	KEY_SHARE    100 x keys that are hits / known keys. With hit_unit the other
//	             side is units of that kind: a key is a hit if it is the hit_key
//	             of one for which hit is true
//	GROWTH       100 x (count - count of the year before) / count of the year
//	             before; of the different keys where there is a key, of the sum
//	             where there is a value
//
// # Periods
//
// Asked for one year, every figure is that of the year. Asked for the whole
// plan it depends on the stretch the target speaks of: TRIENNIUM is counted
// over the whole plan; MEAN_OF_YEARS is the mean over the years that have
// begun; YEAR, and every GROWTH, is the newest year that has begun, because the
// target must hold for each year and the newest is the one that can still be
// acted on. Numbers of a mean of years are those of its years added up; where
// nothing is divided the denominator is the number of years.
//
// # What a figure says when no value stands
//
// See Reason. An activity count is a measured 0 only if the register is kept:
// where nothing was ever recorded for the indicator it is NOT_RECORDED. A
// count of cases is a measured 0, because cases are where the service works.
package indicator
