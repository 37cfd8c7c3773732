package indicator

import (
	"context"
	"maps"
	"runtime"
	"slices"
	"strings"
	"sync"
)

// grouped is a case in its group.
type grouped struct {
	*held
	group string
	// alone says that the person has no other case.
	alone bool
}

// split gives, for each indicator, the figure of each group that has units in
// the period. A person or key counts in every group it has units in.
//
// The groups are found under the lock and counted without it, so a split over
// many cases keeps nobody waiting.
func (b *Board) split(ctx context.Context, wanted []int, period int, by By) ([]Figure, error) {
	b.state.RLock()
	seen, cases := b.copied(), b.group(by, b.program.spans.list[period])
	figures := map[int]Figure{}
	for _, at := range wanted {
		if !b.program.splits(at) {
			figures[at] = b.figure(at, period)
		}
	}
	b.state.RUnlock()

	s, err := b.program.countGroups(ctx, wanted, cases)
	if err != nil {
		return nil, err
	}
	var out []Figure
	for _, at := range wanted {
		if f, whole := figures[at]; whole {
			out = append(out, f)
			continue
		}
		out = append(out, s.figures(&seen, at, period)...)
	}
	return out, nil
}

// splits tells whether the figure of an indicator can be split by what cases
// and persons have.
func (p *Program) splits(at int) bool {
	return p.definitions[p.places[at]].inCases()
}

// group puts every case in its group; state must be held.
func (b *Board) group(by By, span Span) []grouped {
	out := make([]grouped, len(b.seen.cases))
	for i, h := range b.seen.cases {
		out[i] = grouped{
			held: h, group: by.group(h.c, b.attributes[h.c.Person], span),
			alone: b.casesOf[h.key] == 1,
		}
	}
	return out
}

// splitting holds the tallies of each group, by definition and span.
type splitting struct {
	program *Program
	// parts share the definitions out; each is counted by one goroutine.
	parts []map[string][]*tally
}

// countGroups adds up the contributions of each group.
func (p *Program) countGroups(ctx context.Context, wanted []int, cases []grouped) (*splitting, error) {
	s := &splitting{program: p, parts: make([]map[string][]*tally, runtime.GOMAXPROCS(0))}
	asked := make([]bool, len(p.definitions))
	for _, at := range wanted {
		if p.splits(at) {
			asked[p.places[at]] = true
		}
	}
	var wg sync.WaitGroup
	for n := range s.parts {
		s.parts[n] = map[string][]*tally{}
		mine := slices.Clone(asked)
		for place := range mine {
			mine[place] = mine[place] && place%len(s.parts) == n
		}
		wg.Go(func() { s.count(ctx, s.parts[n], mine, cases) })
	}
	wg.Wait()
	return s, ctx.Err()
}

// count adds up the definitions of one part, until ctx ends.
func (s *splitting) count(ctx context.Context, groups map[string][]*tally, mine []bool, cases []grouped) {
	for n := range cases {
		if n%checkEvery == 0 && ctx.Err() != nil {
			return
		}
		g := &cases[n]
		row, ok := groups[g.group]
		if !ok {
			row = make([]*tally, s.program.cells())
			groups[g.group] = row
		}
		for i := range g.contributions {
			if c := &g.contributions[i]; mine[c.definition] {
				s.add(row, c, g.alone)
			}
		}
	}
}

func (s *splitting) add(row []*tally, c *contribution, alone bool) {
	at := s.program.cell(int(c.definition), int(c.span))
	t := row[at]
	if t == nil {
		t = &tally{}
		row[at] = t
	}
	if alone && s.program.definitions[c.definition].personal {
		t.addOnly(c)
		return
	}
	t.add(c, 1)
}

// figures gives the figures of an indicator, by group; what is not available
// comes last.
func (s *splitting) figures(seen *view, at, period int) []Figure {
	place := s.program.places[at]
	groups := s.parts[place%len(s.parts)]
	asked := s.program.spansAsked(s.program.definitions[place], period, seen.day)
	var out []Figure
	for _, group := range slices.SortedFunc(maps.Keys(groups), lastNotAvailable) {
		row := groups[group]
		if !slices.ContainsFunc(asked.spans, func(span int) bool { return row[s.program.cell(place, span)] != nil }) {
			continue
		}
		f := seen.figure(at, period, func(span int) *tally {
			if t := row[s.program.cell(place, span)]; t != nil {
				return t
			}
			return &tally{}
		})
		f.Group = group
		out = append(out, f)
	}
	return out
}

func lastNotAvailable(a, b string) int {
	switch {
	case a == b:
		return 0
	case a == NotAvailable:
		return 1
	case b == NotAvailable:
		return -1
	default:
		return strings.Compare(a, b)
	}
}
