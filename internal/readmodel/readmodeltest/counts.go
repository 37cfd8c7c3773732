package readmodeltest

import (
	"testing"

	"github.com/google/uuid"

	"percorsi/internal/access"
	"percorsi/internal/casework"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	"percorsi/internal/readmodel"
)

func (s *suite) counts() map[string]func(*testing.T) {
	return map[string]func(*testing.T){
		"a list is counted as far as it is asked to be":      s.listsCounted,
		"a work list is counted as far as it is asked to be": s.workListsCounted,
		"lists are counted to a thousand":                    s.countedToAThousand,
	}
}

// bounds gives how far n matches are counted in tests: to less, to all of them,
// and to more.
func bounds(n int) []int { return []int{1, max(1, n-1), max(1, n), n + 1} }

// counted checks what a page says of how many match.
func counted(t *testing.T, what string, p readmodel.Page, n, total int, more bool) {
	t.Helper()
	if want, over := p.Counted(n); total != want || more != over {
		t.Errorf("%s, %d matches counted to %d: %d, more %v", what, n, p.Bound(), total, more)
	}
}

// eyes gives the scope of the program, the empty one, and those of callers who see
// one thing or another in a district.
func eyes(b *book) []readmodel.Scope {
	out := []readmodel.Scope{readmodel.Everything(), {}}
	for _, c := range callers(b, 1) {
		out = append(out, readmodel.SeenBy(c))
	}
	return out
}

func (s *suite) listsCounted(t *testing.T) {
	b, m := s.district(), s.model(t)
	b.tell(t, m)
	like := b.states[b.opened[0]]
	for _, by := range eyes(b) {
		for _, f := range []readmodel.CaseFilter{{}, {Pathway: like.Pathway}, {ManagingBody: like.ManagingBody}, {CaseManager: like.CaseManager}, {Person: like.Person}, {Comune: "000000"}, {Awaiting: true}, {Approver: "op-001"}} {
			n := len(b.newestFirst(func(c *casework.Case) bool { return by.Sees(c) && f.Matches(c, nil, Approvals()) }))
			for _, bound := range bounds(n) {
				for p := (readmodel.Page{Size: 1 + n/3, CountTo: bound}); ; {
					page, err := m.Cases(t.Context(), by, f, p)
					if err != nil {
						t.Fatal(err)
					}
					counted(t, "list", p, n, page.Total, page.MoreThanTotal)
					if p.Token = page.Next; p.Token == "" {
						break
					}
				}
			}
		}
	}
}

func (s *suite) workListsCounted(t *testing.T) {
	b, m := s.district(), s.model(t)
	b.tell(t, m)
	like := s.agenda(b, everyOne)[5]
	for _, by := range eyes(b) {
		for _, f := range []readmodel.ClockFilter{{}, {Name: like.Clock.Name}, {ManagingBody: like.Case.ManagingBody}, {CaseManager: like.Case.CaseManager}, {Member: like.Case.CaseManager}, {Body: like.Case.ManagingBody}, {Person: like.Case.Person}, {DueBy: like.Clock.DueOn}, {DueFrom: like.Clock.DueOn}, {Name: "T0"}, {Awaiting: true}, {Approver: "op-001"}} {
			n := len(s.agenda(b, func(c *casework.Case, k casework.Clock) bool { return by.Sees(c) && f.Matches(c, k, nil, Approvals()) }))
			for _, bound := range bounds(n) {
				for p := (readmodel.Page{Size: 1 + n/3, CountTo: bound}); ; {
					page, err := m.Clocks(t.Context(), by, f, p)
					if err != nil {
						t.Fatal(err)
					}
					counted(t, "work list", p, n, page.Total, page.MoreThanTotal)
					if p.Token = page.Next; p.Token == "" {
						break
					}
				}
			}
		}
	}
}

// applied makes the commit that opens a case of ADI, which has one T120.
func applied(t *testing.T, person string) *eventv1.Commit {
	t.Helper()
	c := commit(t, "", "2025-02-01", &eventv1.Applied{
		PersonId: person, Comune: "098031", ManagingBody: "ACSI", PadSignedOn: "2025-02-01",
	})
	c.Stream = readmodel.CaseStream + "." + c.GetCommandId()
	return c
}

// countedToAThousand counts cases and clocks up to the bound that pages have of
// themselves, and one beyond it.
func (s *suite) countedToAThousand(t *testing.T) {
	b, m := newBook(), s.model(t)
	by := readmodel.SeenBy(access.Caller{User: "op-999", Role: access.Coordinator, Body: "ACSI"})
	for _, n := range []int{readmodel.CountedTo - 1, readmodel.CountedTo, readmodel.CountedTo + 1} {
		for len(b.opened) < n {
			b.write(t, applied(t, uuid.NewString()))
		}
		b.tell(t, m)
		for _, scope := range []readmodel.Scope{readmodel.Everything(), by} {
			cases, err := m.Cases(t.Context(), scope, readmodel.CaseFilter{}, readmodel.Page{})
			if err != nil {
				t.Fatal(err)
			}
			counted(t, "list", readmodel.Page{}, n, cases.Total, cases.MoreThanTotal)
			clocks, err := m.Clocks(t.Context(), scope, readmodel.ClockFilter{Name: "T120"}, readmodel.Page{})
			if err != nil {
				t.Fatal(err)
			}
			counted(t, "work list", readmodel.Page{}, n, clocks.Total, clocks.MoreThanTotal)
		}
	}
}
