package readmodeltest

import (
	"slices"
	"testing"

	"percorsi/internal/access"
	"percorsi/internal/casework"
	"percorsi/internal/eventlog"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	"percorsi/internal/readmodel"
)

func (s *suite) clocks() map[string]func(*testing.T) {
	return map[string]func(*testing.T){
		"the work list has every clock, the most urgent in front": s.everyClock,
		"the work list has the clocks that match":                 s.clockFilters,
		"the work list has the clocks that the caller sees":       s.clockScopes,
		"the work list of a person has every registration":        s.clocksOfAGroup,
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
					row: readmodel.ClockRow{Case: summaryOf(c), Clock: k},
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

// clockFilters gives filters by what some clock has, and a few that none has.
func clockFilters(c *casework.Case, k casework.Clock) []readmodel.ClockFilter {
	out := []readmodel.ClockFilter{
		{Name: k.Name},
		{CaseManager: c.CaseManager},
		{ManagingBody: c.ManagingBody},
		{DueBy: k.DueOn},
		{DueBy: k.DueOn - 1},
		{DueFrom: k.DueOn},
		{DueFrom: k.DueOn + 1},
		{DueFrom: k.DueOn - 20, DueBy: k.DueOn},
		{Name: k.Name, ManagingBody: c.ManagingBody, DueBy: k.DueOn},
		{Person: c.Person},
		{Person: c.Person, DueFrom: k.DueOn},
		{Person: "nobody"},
		{Member: c.CaseManager},
		{Member: c.CaseManager, CaseManager: "nobody"},
		{Name: "T0"},
		{CaseManager: "nobody", DueBy: k.DueOn},
		{Awaiting: true},
		{Awaiting: true, Name: k.Name, ManagingBody: c.ManagingBody},
		{Approver: "op-001"},
		{Approver: c.CaseManager, Person: c.Person},
		{Approver: "nobody", DueBy: k.DueOn},
	}
	for _, m := range c.Household {
		out = append(out, readmodel.ClockFilter{Person: m.Person, Name: k.Name})
	}
	for _, m := range c.Team {
		out = append(out, readmodel.ClockFilter{Member: m.User}, readmodel.ClockFilter{Member: m.User, Body: m.Body, DueBy: k.DueOn})
	}
	for _, b := range c.Bodies {
		out = append(out, readmodel.ClockFilter{Body: b}, readmodel.ClockFilter{Body: b, ManagingBody: c.ManagingBody})
	}
	return out
}

func (s *suite) clockFilters(t *testing.T) {
	b, m := s.district(), s.model(t)
	b.tell(t, m)
	all := s.agenda(b, everyOne)
	for i := 0; i < len(all); i += 1 + len(all)/12 {
		row := all[i]
		for _, f := range clockFilters(b.states[row.Case.ID], row.Clock) {
			want := s.agenda(b, func(c *casework.Case, k casework.Clock) bool { return f.Matches(c, k, nil, Approvals()) })
			equalItems(t, want, items(t, m, readmodel.Everything(), f, 11))
		}
	}
}

func (s *suite) clockScopes(t *testing.T) {
	b, m := s.district(), s.model(t)
	b.tell(t, m)
	some := s.agenda(b, func(c *casework.Case, _ casework.Clock) bool { return len(c.Team) > 0 })[0]
	filters := append(clockFilters(b.states[some.Case.ID], some.Clock), readmodel.ClockFilter{})
	for _, caller := range callers(b, 2) {
		for _, f := range append(filters, readmodel.ClockFilter{Member: caller.User}, readmodel.ClockFilter{Body: caller.Body}) {
			want := s.agenda(b, func(c *casework.Case, k casework.Clock) bool {
				return access.Sees(caller, c) && f.Matches(c, k, nil, Approvals())
			})
			equalItems(t, want, items(t, m, readmodel.SeenBy(caller), f, 40))
		}
	}
}

// clocksOfAGroup asks for the clocks of somebody who is registered twice: one
// applied, and the other one is a member of another household.
func (s *suite) clocksOfAGroup(t *testing.T) {
	b, m := newBook(), s.model(t)
	ids := village(t, b, 3)
	own, others := applied(t, ids[0]), applied(t, ids[2])
	b.write(t, own)
	b.write(t, others)
	b.write(t, commit(t, eventlog.Stream(others.GetStream()), "2025-02-02", &eventv1.HouseholdRecorded{Members: []*eventv1.HouseholdMember{
		{PersonId: ids[2], Relation: eventv1.Relation_RELATION_APPLICANT}, {PersonId: ids[1], Relation: eventv1.Relation_RELATION_CHILD},
	}}))
	count := func(who string, want int) {
		t.Helper()
		b.tell(t, m)
		if got := items(t, m, readmodel.Everything(), readmodel.ClockFilter{Person: who, Name: "T120"}, 10); len(got) != want {
			t.Errorf("%d clocks, want %d", len(got), want)
		}
	}
	count(ids[0], 1)
	count(ids[1], 1)
	count(ids[2], 1)
	said(t, b, ids[0], linked(ids[1]))
	count(ids[0], 2)
	count(ids[1], 2)
	count(ids[2], 1)
	said(t, b, ids[0], &eventv1.PersonUnlinked{Other: ids[1]})
	count(ids[0], 1)
	b.write(t, commit(t, eventlog.Stream(others.GetStream()), "2025-03-02", &eventv1.HouseholdRecorded{Members: []*eventv1.HouseholdMember{
		{PersonId: ids[2], Relation: eventv1.Relation_RELATION_APPLICANT},
	}}))
	count(ids[1], 0)
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
