package readmodeltest

import (
	"slices"
	"testing"

	"percorsi/internal/access"
	"percorsi/internal/casework"
	"percorsi/internal/readmodel"
)

func (s *suite) clocks() map[string]func(*testing.T) {
	return map[string]func(*testing.T){
		"the work list has every clock, the most urgent in front": s.everyClock,
		"the work list has the clocks that match":                 s.clockFilters,
		"the work list has the clocks that the caller sees":       s.clockScopes,
		"a clock that stops leaves the work list":                 s.clocksFollow,
		"pages of the work list stay in step":                     s.clockPages,
	}
}

// agenda gives the work list as it has to be.
func (s *suite) agenda(b *book, match func(*casework.Case, casework.Clock) bool) []readmodel.ClockRow {
	type placed struct {
		at  readmodel.Urgency
		row readmodel.ClockRow
	}
	var all []placed
	for _, c := range b.states {
		for i, k := range casework.Running(s.rules, c) {
			if match(c, k) {
				all = append(all, placed{
					at:  readmodel.UrgencyOf(readmodel.OpenedAt(c), k, i),
					row: readmodel.ClockRow{Case: readmodel.SummaryOf(c), Clock: k},
				})
			}
		}
	}
	slices.SortFunc(all, func(a, b placed) int { return a.at.Compare(b.at) })
	var out []readmodel.ClockRow
	for _, p := range all {
		out = append(out, p.row)
	}
	return out
}

func everyOne(*casework.Case, casework.Clock) bool { return true }

func (s *suite) everyClock(t *testing.T) {
	b, m := s.district(), s.model(t)
	b.tell(t, m)
	want := s.agenda(b, everyOne)
	if len(want) < 20 {
		t.Fatalf("the district has only %d clocks", len(want))
	}
	for _, size := range []int{1, 7, 500} {
		equalItems(t, want, items(t, m, readmodel.Everything(), readmodel.ClockFilter{}, size))
	}
}

func (s *suite) clockFilters(t *testing.T) {
	b, m := s.district(), s.model(t)
	b.tell(t, m)
	all := s.agenda(b, everyOne)
	for i := 0; i < len(all); i += 1 + len(all)/12 {
		row := all[i]
		for _, f := range []readmodel.ClockFilter{
			{Name: row.Clock.Name},
			{CaseManager: row.Case.CaseManager},
			{ManagingBody: row.Case.ManagingBody},
			{DueBy: row.Clock.DueOn},
			{DueBy: row.Clock.DueOn - 1},
			{Name: row.Clock.Name, ManagingBody: row.Case.ManagingBody, DueBy: row.Clock.DueOn},
			{Name: "T0"},
			{CaseManager: "nobody", DueBy: row.Clock.DueOn},
		} {
			equalItems(t, s.agenda(b, f.Matches), items(t, m, readmodel.Everything(), f, 5))
		}
	}
}

func (s *suite) clockScopes(t *testing.T) {
	b, m := s.district(), s.model(t)
	b.tell(t, m)
	for _, caller := range callers(b) {
		want := s.agenda(b, func(c *casework.Case, _ casework.Clock) bool { return access.Sees(caller, c) })
		equalItems(t, want, items(t, m, readmodel.SeenBy(caller), readmodel.ClockFilter{}, 9))
	}
}

func (s *suite) clocksFollow(t *testing.T) {
	whole, m := s.district(), s.model(t)
	b := newBook()
	for _, r := range whole.records {
		b.write(t, readmodel.Decode(r).Commit)
		if r.Position%15 == 0 || casework.Position(r.Position) == whole.last() {
			b.tell(t, m)
			equalItems(t, s.agenda(b, everyOne), items(t, m, readmodel.Everything(), readmodel.ClockFilter{}, 500))
		}
	}
}

// clockPages reads the work list page by page while cases go on: a clock that
// is the same before and after is on exactly one page.
func (s *suite) clockPages(t *testing.T) {
	b, m := s.district(), s.model(t)
	at := b.last() - 600
	if err := m.Apply(t.Context(), b.deliveries(1, at)); err != nil {
		t.Fatal(err)
	}
	place := func(r readmodel.ClockRow) readmodel.Urgency { return readmodel.UrgencyOf(r.Case.Opened, r.Clock, 0) }
	before := make(map[readmodel.Urgency]bool)
	for _, r := range items(t, m, readmodel.Everything(), readmodel.ClockFilter{}, 500) {
		before[place(r)] = true
	}
	shown := make(map[readmodel.Urgency]int)
	for p := (readmodel.Page{Size: 8}); ; {
		page, err := m.Clocks(t.Context(), readmodel.Everything(), readmodel.ClockFilter{}, p)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range page.Rows {
			shown[place(r)]++
		}
		if p.Token = page.Next; p.Token == "" {
			break
		}
		next := min(at+60, b.last())
		if err := m.Apply(t.Context(), b.deliveries(at+1, next)); err != nil {
			t.Fatal(err)
		}
		at = next
	}
	kept := 0
	for _, r := range items(t, m, readmodel.Everything(), readmodel.ClockFilter{}, 500) {
		if before[place(r)] {
			kept++
			if n := shown[place(r)]; n != 1 {
				t.Errorf("the clock %s, due on %s, was there all the time and shown %d times", r.Clock.Name, r.Clock.DueOn, n)
			}
		}
	}
	if kept == 0 || kept == len(before) {
		t.Errorf("%d of %d clocks stayed: nothing was tried", kept, len(before))
	}
}
