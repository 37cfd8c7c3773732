package readmodeltest

import (
	"slices"
	"testing"

	"github.com/google/uuid"

	"percorsi/internal/access"
	"percorsi/internal/casework"
	"percorsi/internal/eventlog"
	"percorsi/internal/fault"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	"percorsi/internal/readmodel"
)

func (s *suite) cases() map[string]func(*testing.T) {
	return map[string]func(*testing.T){
		"a case is what its facts make of it":             s.caseIsItsFacts,
		"a case leads to its place in the log":            s.caseLeadsToTheLog,
		"a case that nobody opened is not found":          s.noSuchCase,
		"an empty model has empty lists":                  s.emptyLists,
		"a list has the cases that match":                 s.filters,
		"a list has the cases that the caller sees":       s.scopes,
		"a scope follows what happens":                    s.scopeFollows,
		"the zero scope sees nothing":                     s.zeroScope,
		"pages stay in step while others write":           s.pagesWhileWriting,
		"a page of no size has fifty rows":                s.defaultPage,
		"a token that no page gave is refused":            s.badToken,
		"the cases of a person are those he or she is in": s.casesOfPerson,
		"who leaves the household is still in the case":   s.casesOfPersonWhoLeft,
		"an answer says at which position it was read":    s.listPosition,
	}
}

func (s *suite) caseIsItsFacts(t *testing.T) {
	b, m := s.district(), s.model(t)
	b.tell(t, m)
	for id, want := range b.states {
		got, err := m.Case(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		equal(t, "case", want, got)
	}
}

func (s *suite) caseLeadsToTheLog(t *testing.T) {
	b, m := s.district(), s.model(t)
	b.tell(t, m)
	for id := range b.states {
		c, err := m.Case(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		var want, got []casework.Position
		for _, r := range b.records {
			if r.Stream == stream(id) {
				want = append(want, casework.Position(r.Position))
			}
		}
		for _, a := range c.Commands {
			got = append(got, a.Position)
		}
		equal(t, "positions of the history", want, got)
	}
}

func (s *suite) noSuchCase(t *testing.T) {
	m := s.model(t)
	_, err := m.Case(t.Context(), uuid.New())
	kind(t, "a case that nobody opened", err, fault.NotFound)
	if err.Error() != access.NoSuchCase().Error() {
		t.Errorf("it is told apart from one that is not seen: %v", err)
	}
}

func (s *suite) emptyLists(t *testing.T) {
	m := s.model(t)
	page, err := m.Cases(t.Context(), readmodel.Everything(), readmodel.CaseFilter{}, readmodel.Page{})
	if err != nil || len(page.Rows) != 0 || page.Total != 0 || page.Next != "" {
		t.Errorf("cases: %+v, %v", page, err)
	}
	clocks, err := m.Clocks(t.Context(), readmodel.Everything(), readmodel.ClockFilter{}, readmodel.Page{})
	if err != nil || len(clocks.Rows) != 0 || clocks.Total != 0 || clocks.Next != "" {
		t.Errorf("clocks: %+v, %v", clocks, err)
	}
}

// caseFilters gives filters by what some case has, and a few that none has.
func caseFilters(c *casework.Case) []readmodel.CaseFilter {
	return []readmodel.CaseFilter{
		{},
		{Pathway: c.Pathway},
		{Area: c.Area},
		{Service: c.Service},
		{Status: c.Status},
		{Comune: c.Comune},
		{ManagingBody: c.ManagingBody},
		{CaseManager: c.CaseManager},
		{Person: c.Person},
		{Pathway: c.Pathway, Status: c.Status, ManagingBody: c.ManagingBody},
		{Person: c.Person, Comune: c.Comune, Status: casework.Refused},
		{Comune: "000000"},
		{Person: uuid.NewString()},
		{CaseManager: "nobody"},
		{Member: c.CaseManager},
		{Member: "nobody", Body: c.ManagingBody},
		{Body: c.ManagingBody, Status: c.Status},
		{Lacks: c.Lacks()},
		{Lacks: casework.LacksOf(casework.NeverConvened), ManagingBody: c.ManagingBody},
		{Lacks: casework.LacksOf(casework.NeverMet, casework.NeverAssessed)},
		{Body: c.Bodies[len(c.Bodies)-1], ManagingBody: c.ManagingBody},
		{Awaiting: true},
		{Awaiting: true, ManagingBody: c.ManagingBody, Pathway: c.Pathway},
		{Awaiting: true, Person: c.Person},
		{Approver: c.CaseManager},
		{Approver: "op-001", Status: c.Status},
		{Approver: "nobody", Person: c.Person},
	}
}

func (s *suite) filters(t *testing.T) {
	b, m := s.district(), s.model(t)
	b.tell(t, m)
	for _, id := range b.opened[:10] {
		for i, f := range caseFilters(b.states[id]) {
			equalRows(t, "list", b.newestFirst(func(c *casework.Case) bool { return f.Matches(c, nil, Approvals()) }), rows(t, m, readmodel.Everything(), f, 1+i*3))
		}
	}
}

// callers gives callers of every role who see something in a district, by what so
// many cases have, and some who see nothing.
func callers(b *book, cases int) []access.Caller {
	out := []access.Caller{{User: "op-999", Role: access.CaseManager, Body: "NOBODY"}, {Role: access.CaseManager}}
	for _, id := range b.opened[:cases] {
		c := b.states[id]
		for _, role := range access.Roles() {
			out = append(out,
				access.Caller{User: "op-999", Role: role, Body: c.ManagingBody},
				access.Caller{User: c.CaseManager, Role: role, Body: "NOBODY"},
				access.Caller{User: "op-003", Role: role, Body: c.SignalledBy})
		}
	}
	return out
}

func (s *suite) scopes(t *testing.T) {
	b, m := s.district(), s.model(t)
	b.tell(t, m)
	for _, caller := range callers(b, 2) {
		scope := readmodel.SeenBy(caller)
		for _, f := range caseFilters(b.states[b.opened[0]]) {
			want := b.newestFirst(func(c *casework.Case) bool { return access.Sees(caller, c) && f.Matches(c, nil, Approvals()) })
			equalRows(t, "list", want, rows(t, m, scope, f, 7))
		}
	}
}

func (s *suite) scopeFollows(t *testing.T) {
	b, m := newBook(), s.model(t)
	opening := signal(t, uuid.NewString())
	b.write(t, opening)
	b.tell(t, m)
	stranger := readmodel.SeenBy(access.Caller{User: "op-007", Role: access.TeamMember, Body: "COOP-A"})
	if got := rows(t, m, stranger, readmodel.CaseFilter{}, 10); len(got) != 0 {
		t.Fatal("a stranger sees the case")
	}
	added := commit(t, "", "2025-02-02", &eventv1.TeamMemberAdded{
		MemberId: uuid.NewString(), User: "op-007", Body: "COOP-A", Profession: eventv1.Profession_PROFESSION_SOCIAL_WORKER,
	})
	added.Stream = opening.GetStream()
	b.write(t, added)
	b.tell(t, m)
	if got := rows(t, m, stranger, readmodel.CaseFilter{}, 10); len(got) != 1 {
		t.Error("who has joined the team does not see the case")
	}
}

func (s *suite) zeroScope(t *testing.T) {
	b, m := s.district(), s.model(t)
	b.tell(t, m)
	if got := rows(t, m, readmodel.Scope{}, readmodel.CaseFilter{}, 10); len(got) != 0 {
		t.Errorf("it sees %d cases", len(got))
	}
	if got := items(t, m, readmodel.Scope{}, readmodel.ClockFilter{}, 10); len(got) != 0 {
		t.Errorf("it sees %d clocks", len(got))
	}
}

func (s *suite) pagesWhileWriting(t *testing.T) {
	b, m := s.district(), s.model(t)
	half := b.last() / 2
	if err := m.Apply(t.Context(), b.deliveries(1, half)); err != nil {
		t.Fatal(err)
	}
	first, err := m.Cases(t.Context(), readmodel.Everything(), readmodel.CaseFilter{}, readmodel.Page{Size: 500})
	if err != nil {
		t.Fatal(err)
	}
	var want, got []uuid.UUID
	for _, c := range first.Rows {
		want = append(want, c.ID)
	}
	at := half
	for p := (readmodel.Page{Size: 3}); ; {
		page, err := m.Cases(t.Context(), readmodel.Everything(), readmodel.CaseFilter{}, p)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range page.Rows {
			got = append(got, c.ID)
		}
		if p.Token = page.Next; p.Token == "" {
			break
		}
		next := min(at+40, b.last())
		if err := m.Apply(t.Context(), b.deliveries(at+1, next)); err != nil {
			t.Fatal(err)
		}
		at = next
	}
	equal(t, "the cases that were there at the first page, one by one", want, got)
}

func (s *suite) defaultPage(t *testing.T) {
	b, m := newBook(), s.model(t)
	for range 51 {
		b.write(t, signal(t, uuid.NewString()))
	}
	b.tell(t, m)
	page, err := m.Cases(t.Context(), readmodel.Everything(), readmodel.CaseFilter{}, readmodel.Page{})
	if err != nil || len(page.Rows) != 50 || page.Total != 51 || page.Next == "" {
		t.Errorf("%d rows of %d, next %q, %v", len(page.Rows), page.Total, page.Next, err)
	}
}

func (s *suite) badToken(t *testing.T) {
	b, m := s.district(), s.model(t)
	b.tell(t, m)
	for _, token := range []string{"!", "AA", "_____________w", "gA"} {
		p := readmodel.Page{Token: token}
		_, err := m.Cases(t.Context(), readmodel.Everything(), readmodel.CaseFilter{}, p)
		kind(t, "list of cases, token "+token, err, fault.Invalid)
		_, err = m.Clocks(t.Context(), readmodel.Everything(), readmodel.ClockFilter{}, p)
		kind(t, "work list, token "+token, err, fault.Invalid)
		_, err = m.Quarantined(t.Context(), p)
		kind(t, "quarantine, token "+token, err, fault.Invalid)
	}
}

// isIn tells whether a person is in a case.
func isIn(person string) func(*casework.Case) bool {
	return func(c *casework.Case) bool {
		return c.Person == person ||
			slices.ContainsFunc(c.Memberships(), func(m casework.Membership) bool { return m.Person == person })
	}
}

func (s *suite) casesOfPerson(t *testing.T) {
	b, m := s.district(), s.model(t)
	b.tell(t, m)
	several := 0
	for _, c := range b.states {
		persons := []string{c.Person}
		for _, member := range c.Household {
			persons = append(persons, member.Person)
		}
		for _, p := range persons {
			got, err := m.CasesOf(t.Context(), p)
			if err != nil {
				t.Fatal(err)
			}
			equalStates(t, "cases of a person", b.newestFirst(isIn(p)), got)
			if len(got) > 1 {
				several++
			}
		}
	}
	if several == 0 {
		t.Error("nobody in the district has two cases")
	}
}

func (s *suite) casesOfPersonWhoLeft(t *testing.T) {
	b, m := newBook(), s.model(t)
	applicant, child, stranger := uuid.NewString(), uuid.NewString(), uuid.NewString()
	opening := applied(t, applicant)
	b.write(t, opening)
	live := func(on string, who ...string) {
		f := &eventv1.HouseholdRecorded{}
		for _, p := range who {
			f.Members = append(f.Members, &eventv1.HouseholdMember{PersonId: p, Relation: eventv1.Relation_RELATION_APPLICANT})
		}
		b.write(t, commit(t, eventlog.Stream(opening.GetStream()), on, f))
		b.tell(t, m)
	}
	check := func(when, who string, cases int, due bool) {
		t.Helper()
		got, err := m.CasesOf(t.Context(), who)
		if err != nil || len(got) != cases {
			t.Errorf("%s: in %d cases, want %d, %v", when, len(got), cases, err)
		}
		if found := items(t, m, readmodel.Everything(), readmodel.ClockFilter{Person: who}, 10); len(found) > 0 != due {
			t.Errorf("%s: the work list has %d clocks", when, len(found))
		}
	}
	live("2025-02-02", applicant, child)
	check("in the household", child, 1, true)
	live("2025-03-02", applicant, stranger)
	check("a stranger by mistake", stranger, 1, true)
	live("2025-03-02", applicant)
	check("a stranger who was never there", stranger, 0, false)
	check("a child who left", child, 1, false)
	check("the applicant", applicant, 1, true)
}

func (s *suite) listPosition(t *testing.T) {
	b, m := s.district(), s.model(t)
	for at := casework.Position(0); at < b.last(); {
		next := min(at+50, b.last())
		if err := m.Apply(t.Context(), b.deliveries(at+1, next)); err != nil {
			t.Fatal(err)
		}
		at = next
		cases, err := m.Cases(t.Context(), readmodel.Everything(), readmodel.CaseFilter{}, readmodel.Page{})
		if err != nil || cases.Position != at {
			t.Errorf("cases: position %d, want %d, %v", cases.Position, at, err)
		}
		clocks, err := m.Clocks(t.Context(), readmodel.Everything(), readmodel.ClockFilter{}, readmodel.Page{})
		if err != nil || clocks.Position != at {
			t.Errorf("clocks: position %d, want %d, %v", clocks.Position, at, err)
		}
	}
}
