package indicator

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/google/uuid"

	"percorsi/internal/casework"
	"percorsi/internal/fault"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

// Page says which rows of a list are asked for.
type Page struct {
	// After is the Next of the page before; empty for the first.
	After string
	// Size is the most rows of the page; 0 means 100.
	Size int
}

const defaultPageSize = 100

// Explanation opens a figure. Figure and rows were read at one moment, and the
// numbers of all rows add up to the figure:
//
//   - where units are counted, the rows of each verdict are the units of it;
//   - where persons or shares of keys are counted, the keys are: a key is a HIT
//     if one of its rows is, else UNKNOWN if one is, else a MISS;
//   - a DISTINCT is the different keys of the HIT rows;
//   - a SUM or MEAN adds up the values of the HIT rows, a VALUE_RATIO divides
//     them by those of HIT and MISS rows;
//   - of supplied figures numerators and denominators are added up.
type Explanation struct {
	Figure Figure
	// Definition that counted; it must not be changed.
	Definition *eventv1.Definition
	// Evidence is the rows of the page, by period, then facts of the plan
	// before cases, and cases by id.
	Evidence []Evidence
	// Next is where the next page goes on; empty at the end.
	Next string
	// Total is how many rows there are.
	Total int
}

// Explain opens the figure of one indicator over a period. It sees every Touch
// that returned before the call. The error is a *fault.Error for a period,
// indicator or page that there is not, or that of ctx.
func (b *Board) Explain(ctx context.Context, indicator, period string, page Page) (Explanation, error) {
	span, err := b.program.spans.find(period)
	if err != nil {
		return Explanation{}, err
	}
	at, ok := b.program.indicators[indicator]
	if !ok {
		return Explanation{}, fault.Field("indicator_id", "is not an indicator of plan %s: check its id", b.program.plan.GetPlanId())
	}
	after, err := parseCursor(page.After)
	if err != nil {
		return Explanation{}, err
	}
	if err := b.settle(ctx); err != nil {
		return Explanation{}, err
	}
	b.state.RLock()
	out, seen := Explanation{Figure: b.figure(at, span)}, b.copied()
	b.state.RUnlock()
	place := b.program.places[at]
	out.Definition = b.program.definitions[place].Definition
	rows, err := seen.rows(ctx, place, span)
	if err != nil {
		return Explanation{}, err
	}
	out.page(&seen, rows, after, cmp.Or(page.Size, defaultPageSize))
	return out, nil
}

// row is where one contribution stands: in a case, or among the facts of the
// plan where c is nil.
type row struct {
	cursor
	c  *casework.Case
	of *contribution
	// verdict of the key, where it takes the place of that of the unit.
	verdict Verdict
}

// checkEvery is how many cases are walked between two looks at the context.
const checkEvery = 4096

// rows gives the contributions behind a figure, in order.
func (v *view) rows(ctx context.Context, place, period int) ([]row, error) {
	listed := v.listed(place, period)
	var out []row
	collect := func(c *casework.Case, id casework.CaseID, list []contribution) {
		for i := range list {
			if of := &list[i]; listed[of.span] {
				out = append(out, row{cursor: cursor{span: int(of.span), id: id, index: i}, c: c, of: of})
			}
		}
	}
	collect(nil, casework.CaseID{}, ofDefinition(v.ofPlan, place))
	for n, h := range v.cases {
		if n%checkEvery == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		collect(h.c, h.c.ID, h.of(place))
	}
	if v.program.definitions[place].other != nil {
		out = paired(out)
	}
	slices.SortFunc(out, func(x, y row) int { return x.compare(y.cursor) })
	return out, nil
}

// listed tells which spans are behind a figure.
func (v *view) listed(place, period int) []bool {
	d := v.program.definitions[place]
	out := make([]bool, len(v.program.spans.list))
	for _, span := range v.program.spansAsked(d, period, v.day).spans {
		out[span] = true
		if d.GetAggregation() == eventv1.Aggregation_AGGREGATION_GROWTH {
			out[v.program.spans.before(span)] = true
		}
	}
	return out
}

// paired brings the two sides of a key share together: a unit whose key has a
// hit on the far side is a hit, and a unit of the far side whose key nobody
// asks for is left out.
func paired(rows []row) []row {
	tallies := map[int]*tally{}
	for _, r := range rows {
		if tallies[r.span] == nil {
			tallies[r.span] = &tally{}
		}
		tallies[r.span].add(r.of, 1)
	}
	out := rows[:0]
	for _, r := range rows {
		if !r.of.failed() {
			r.verdict = tallies[r.span].keys[r.of.key].verdict()
			if r.of.verdict == far && r.verdict != Hit {
				continue
			}
		}
		out = append(out, r)
	}
	return out
}

// open makes the evidence of a row.
func (v *view) open(r row) Evidence {
	e := v.program.evidence(r.of, r.c, v.facts)
	if r.verdict != 0 {
		e.Verdict = r.verdict
	}
	return e
}

func (x *Explanation) page(seen *view, rows []row, after cursor, size int) {
	x.Total = len(rows)
	first := 0
	if after.index >= 0 {
		first, _ = slices.BinarySearchFunc(rows, after, func(r row, c cursor) int {
			// What stands at the cursor was on the page before.
			return cmp.Or(r.compare(c), -1)
		})
	}
	for _, r := range rows[first:min(first+size, len(rows))] {
		x.Evidence = append(x.Evidence, seen.open(r))
	}
	if first+size < len(rows) {
		x.Next = rows[first+size-1].String()
	}
}

// cursor is the place of a row. It stays where it is when other rows come or
// go.
type cursor struct {
	span  int
	id    casework.CaseID
	index int
}

func (c cursor) String() string { return fmt.Sprintf("%d.%d.%s", c.span, c.index, c.id) }

func (c cursor) compare(other cursor) int {
	return cmp.Or(
		cmp.Compare(c.span, other.span),
		bytes.Compare(c.id[:], other.id[:]),
		cmp.Compare(c.index, other.index),
	)
}

// parseCursor reads the token of a page. That of the first page has an index
// below 0.
func parseCursor(s string) (cursor, error) {
	if s == "" {
		return cursor{index: -1}, nil
	}
	var (
		c  cursor
		id string
	)
	_, err := fmt.Sscanf(s, "%d.%d.%s", &c.span, &c.index, &id)
	if err == nil {
		c.id, err = uuid.Parse(id)
	}
	if err != nil || c.index < 0 {
		return cursor{}, fault.Field("page_token", "is not one of this list: begin at the first page")
	}
	return c, nil
}
