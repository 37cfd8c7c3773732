package memory

import (
	"context"
	"slices"

	"percorsi/internal/casework"
	"percorsi/internal/readmodel"
)

// Cases gives the cases that match, the one opened last in front.
func (m *Model) Cases(ctx context.Context, by readmodel.Scope, f readmodel.CaseFilter, p readmodel.Page) (readmodel.CasePage, error) {
	after, err := readmodel.ParsePlace(p.Token)
	if err != nil {
		return readmodel.CasePage{}, err
	}
	seen, s, err := m.seenBy(ctx, append(f.Hands(), by)...)
	if err != nil {
		return readmodel.CasePage{}, err
	}
	out := &casePage{asked: p, approvals: m.asked, from: s.cases.rows, CasePage: readmodel.CasePage{Position: s.position}}
	if after > 0 {
		out.from = s.cases.before(after)
	}
	want, ok := wanted(&m.words, f)
	switch {
	case !ok:
	case f == (readmodel.CaseFilter{}):
		out.all(s, seen)
	case f.Person != "":
		group := s.groups.Of(f.Person)
		out.some(s, seen, m.slotsOf(f.Person, group), func(c *casework.Case) bool { return f.Matches(c, group, m.asked) })
	default:
		out.matching(s, seen, &want)
	}
	out.Total, out.MoreThanTotal = p.Counted(out.matches)
	return out.CasePage, nil
}

// slotsOf gives the cases that a person is in, under any pseudonym of the
// group, the oldest first.
func (m *Model) slotsOf(person string, group []string) []int {
	m.mu.RLock()
	defer m.mu.RUnlock()
	if group == nil {
		return m.cases.of[person]
	}
	var out []int
	for _, p := range group {
		out = append(out, m.cases.of[p]...)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// casePage fills a page with the slots below from.
type casePage struct {
	readmodel.CasePage

	asked         readmodel.Page
	approvals     casework.Approvals
	from, matches int
}

// done tells whether nothing that follows would change the page.
func (p *casePage) done() bool { return p.Next != "" && p.matches > p.asked.Bound() }

// row takes a case that matches, in the order of the list.
func (p *casePage) row(slot int, c *casework.Case) {
	p.matches++
	switch {
	case slot >= p.from || p.Next != "":
	case len(p.Rows) < p.asked.Limit():
		p.Rows = append(p.Rows, readmodel.SummaryOf(c, p.approvals))
	default:
		p.Next = readmodel.Place(p.Rows[len(p.Rows)-1].Opened)
	}
}

// all takes every case that is seen; those beyond the page are only counted.
func (p *casePage) all(s *snapshot, seen *visible) {
	for slot := seen.last(p.from); slot >= 0 && p.Next == ""; slot = seen.last(slot) {
		p.row(slot, s.cases.at(slot))
	}
	p.matches = s.cases.rows
	if seen != nil {
		p.matches = seen.count
	}
}

// matching looks at the cases that are seen.
func (p *casePage) matching(s *snapshot, seen *visible, want *wish) {
	for slot := seen.last(s.cases.rows); slot >= 0 && !p.done(); slot = seen.last(slot) {
		if r := s.cases.row(slot); want.fits(&r.facet) {
			p.row(slot, r.state)
		}
	}
}

// some looks at a few cases. There may be newer ones among them than the
// snapshot has.
func (p *casePage) some(s *snapshot, seen *visible, slots []int, matches func(*casework.Case) bool) {
	for _, slot := range slices.Backward(slots) {
		if slot >= s.cases.rows || !seen.has(slot) {
			continue
		}
		if c := s.cases.at(slot); matches(c) {
			p.row(slot, c)
		}
	}
}

// Clocks gives the clocks that run, the most urgent in front.
func (m *Model) Clocks(ctx context.Context, by readmodel.Scope, f readmodel.ClockFilter, p readmodel.Page) (readmodel.ClockPage, error) {
	after, continued, err := readmodel.ParseUrgency(p.Token)
	if err != nil {
		return readmodel.ClockPage{}, err
	}
	seen, s, err := m.seenBy(ctx, append(f.Hands(), by)...)
	if err != nil {
		return readmodel.ClockPage{}, err
	}
	out := &clockPage{asked: p, approvals: m.asked, begun: !continued, ClockPage: readmodel.ClockPage{Position: s.position}}
	if continued {
		out.after = s.place(after)
	}
	want := newClockFilter(&m.words, f)
	switch {
	case want.none:
	case f.Person != "":
		out.some(s, seen, &want, m.clocksOf(s, f.Person))
	default:
		out.all(s, seen, &want)
	}
	out.Total, out.MoreThanTotal = p.Counted(out.matches)
	return out.ClockPage, nil
}

// clocksOf gives the clocks of the cases that a person is in, in the order of the
// list.
func (m *Model) clocksOf(s *snapshot, person string) []ticking {
	group := s.groups.Of(person)
	var out []ticking
	for _, slot := range m.slotsOf(person, group) {
		if slot < s.cases.rows && readmodel.Involves(s.cases.at(slot), person, group) {
			out = append(out, m.counting.agenda.running(slot, s.cases.row(slot))...)
		}
	}
	slices.SortFunc(out, ticking.compare)
	return out
}

// place gives the place of a clock in the list.
func (s *snapshot) place(u readmodel.Urgency) ticking {
	return ticking{
		due: u.Due, slot: int32(s.cases.before(u.Opened)), nth: int32(u.Nth),
		clock: &casework.Clock{Name: u.Name, About: u.About},
	}
}

// clockPage fills a page with the clocks after a place.
type clockPage struct {
	readmodel.ClockPage

	asked     readmodel.Page
	approvals casework.Approvals
	matches   int
	after     ticking
	// begun is set once the walk has passed after.
	begun bool
	last  ticking
}

// all walks the list from where it may match, since what comes before the page counts
// too, until the page is full and as many are counted as it asks for.
func (p *clockPage) all(s *snapshot, seen *visible, want *clockFilter) {
	s.clocks.AscendGreaterOrEqual(ticking{due: want.begin, slot: -1}, func(k ticking) bool {
		if !want.fits(&k) || !seen.has(int(k.slot)) || !want.awaits(s, &k) {
			return !want.beyond(&k)
		}
		p.take(s, k)
		return p.Next == "" || p.matches <= p.asked.Bound()
	})
}

// some looks at a few clocks, which are in the order of the list.
func (p *clockPage) some(s *snapshot, seen *visible, want *clockFilter, clocks []ticking) {
	for _, k := range clocks {
		if want.fits(&k) && seen.has(int(k.slot)) && want.awaits(s, &k) {
			p.take(s, k)
		}
	}
}

// take counts a clock that matches, and shows it if it is on the page.
func (p *clockPage) take(s *snapshot, k ticking) {
	p.matches++
	p.begun = p.begun || k.compare(p.after) > 0
	if p.begun && p.Next == "" {
		p.row(s, k)
	}
}

// row takes a clock that matches, in the order of the list.
func (p *clockPage) row(s *snapshot, k ticking) {
	if len(p.Rows) == p.asked.Limit() {
		opened := p.Rows[len(p.Rows)-1].Case.Opened
		p.Next = readmodel.UrgencyOf(opened, *p.last.clock, int(p.last.nth)).Token()
		return
	}
	p.Rows = append(p.Rows, readmodel.ClockRow{Case: readmodel.SummaryOf(s.cases.at(int(k.slot)), p.approvals), Clock: *k.clock})
	p.last = k
}
