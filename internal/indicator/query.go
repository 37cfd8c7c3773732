package indicator

import (
	"context"
	"fmt"
	"slices"

	"percorsi/internal/fault"
)

// Query says which figures are asked for.
type Query struct {
	// Period is a year of the plan, or its years such as 2025-2027; empty for
	// the whole plan.
	Period string
	// Indicators are ids; none for all.
	Indicators []string
	// By is what the figures are split by.
	By By
}

// Figures answers a query, in the order of the plan, split figures one after
// the other. It sees every Touch that returned before the call. The error is a
// *fault.Error for a period or indicator that the plan does not have, or that
// of ctx.
func (b *Board) Figures(ctx context.Context, q Query) ([]Figure, error) {
	period, err := b.program.spans.find(q.Period)
	if err != nil {
		return nil, err
	}
	wanted, err := b.program.wanted(q.Indicators)
	if err != nil {
		return nil, err
	}
	if err := b.settle(ctx); err != nil {
		return nil, err
	}
	switch q.By {
	case NotSplit:
		return b.whole(wanted, period), nil
	case ByYear:
		return b.byYear(wanted, period), nil
	default:
		return b.split(ctx, wanted, period, q.By)
	}
}

// wanted gives the places of indicators in the plan.
func (p *Program) wanted(ids []string) ([]int, error) {
	if len(ids) == 0 {
		out := make([]int, len(p.places))
		for at := range out {
			out[at] = at
		}
		return out, nil
	}
	out := make([]int, 0, len(ids))
	for i, id := range ids {
		at, ok := p.indicators[id]
		if !ok {
			return nil, fault.Field(fmt.Sprintf("indicator_ids[%d]", i), "is not an indicator of plan %s: check its id", p.plan.GetPlanId())
		}
		out = append(out, at)
	}
	return out, nil
}

// whole gives the figure of each indicator.
func (b *Board) whole(wanted []int, period int) []Figure {
	b.state.RLock()
	defer b.state.RUnlock()
	out := make([]Figure, 0, len(wanted))
	for _, at := range wanted {
		out = append(out, b.figure(at, period))
	}
	return out
}

// byYear gives, for each indicator, the figure of each year of the period.
func (b *Board) byYear(wanted []int, period int) []Figure {
	first, last := period, period
	if period == b.program.spans.whole() {
		first, last = 0, b.program.spans.years-1
	}
	b.state.RLock()
	defer b.state.RUnlock()
	var out []Figure
	for _, at := range wanted {
		for year := first; year <= last; year++ {
			f := b.figure(at, year)
			f.Group = b.program.spans.list[year].Label
			out = append(out, f)
		}
	}
	return out
}

// figure forms the figure of an indicator as a whole; state must be held.
func (b *Board) figure(at, period int) Figure {
	return b.seen.figure(at, period, func(span int) *tally {
		return &b.cells[b.program.cell(b.program.places[at], span)]
	})
}

// figure forms the figure of an indicator from tallies, of the whole or of a
// group.
func (v *view) figure(at, period int, of tallies) Figure {
	return v.program.figure(at, period, v.day, of, v.registered[v.program.places[at]])
}

// copied gives what the board holds, to be read without the lock; state must
// be held.
func (b *Board) copied() view {
	v := b.seen
	v.cases = slices.Clone(v.cases)
	return v
}
