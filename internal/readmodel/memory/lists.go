package memory

import (
	"context"

	"percorsi/internal/casework"
	"percorsi/internal/readmodel"
)

// Cases gives the cases that match, the one opened last in front.
func (m *Model) Cases(ctx context.Context, by readmodel.Scope, f readmodel.CaseFilter, p readmodel.Page) (readmodel.CasePage, error) {
	after, err := readmodel.ParsePlace(p.Token)
	if err != nil {
		return readmodel.CasePage{}, err
	}
	seen, s, err := m.seenBy(ctx, by)
	if err != nil {
		return readmodel.CasePage{}, err
	}
	from := s.cases.rows
	if after > 0 {
		from = s.cases.before(after)
	}
	out := &casePage{limit: p.Limit(), from: from, CasePage: readmodel.CasePage{Position: s.position}}
	switch {
	case f == (readmodel.CaseFilter{}):
		out.all(s, seen)
	case f.Person != "":
		out.some(s, seen, f, m.slotsOf(f.Person))
	default:
		out.matching(s, seen, f)
	}
	return out.CasePage, nil
}

// slotsOf gives the cases that a person is in, the oldest first.
func (m *Model) slotsOf(person string) []int {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return m.cases.of[person]
}

// casePage fills a page with the slots below from.
type casePage struct {
	readmodel.CasePage

	limit, from int
}

// row takes a case that matches, in the order of the list.
func (p *casePage) row(slot int, c *casework.Case) {
	p.Total++
	switch {
	case slot >= p.from || p.Next != "":
	case len(p.Rows) < p.limit:
		p.Rows = append(p.Rows, c)
	default:
		p.Next = readmodel.Place(readmodel.OpenedAt(p.Rows[len(p.Rows)-1]))
	}
}

// all takes every case that is seen; those beyond the page are only counted.
func (p *casePage) all(s *snapshot, seen *visible) {
	for slot := seen.last(p.from); slot >= 0 && p.Next == ""; slot = seen.last(slot) {
		p.row(slot, s.cases.at(slot))
	}
	p.Total = s.cases.rows
	if seen != nil {
		p.Total = seen.count
	}
}

// matching looks at every case that is seen.
func (p *casePage) matching(s *snapshot, seen *visible, f readmodel.CaseFilter) {
	for slot := seen.last(s.cases.rows); slot >= 0; slot = seen.last(slot) {
		if c := s.cases.at(slot); f.Matches(c) {
			p.row(slot, c)
		}
	}
}

// some looks at a few cases. There may be newer ones among them than the
// snapshot has.
func (p *casePage) some(s *snapshot, seen *visible, f readmodel.CaseFilter, slots []int) {
	for i := len(slots) - 1; i >= 0; i-- {
		slot := slots[i]
		if slot >= s.cases.rows || !seen.has(slot) {
			continue
		}
		if c := s.cases.at(slot); f.Matches(c) {
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
	seen, s, err := m.seenBy(ctx, by)
	if err != nil {
		return readmodel.ClockPage{}, err
	}
	out := readmodel.ClockPage{Position: s.position}
	var last readmodel.Urgency
	s.clocks.Ascend(func(k ticking) bool {
		if !seen.has(k.slot) || !k.matches(f) {
			return !k.beyond(f)
		}
		out.Total++
		switch {
		case out.Next != "" || continued && k.at.Compare(after) <= 0:
		case len(out.Rows) < p.Limit():
			out.Rows = append(out.Rows, readmodel.ClockRow{Case: s.cases.at(k.slot), Clock: *k.clock})
			last = k.at
		default:
			out.Next = last.Token()
		}
		return true
	})
	return out, nil
}
