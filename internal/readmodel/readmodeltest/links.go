package readmodeltest

import (
	"slices"
	"testing"

	"github.com/google/uuid"
	"google.golang.org/protobuf/proto"

	"percorsi/internal/casework"
	"percorsi/internal/fault"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	"percorsi/internal/indicator"
	"percorsi/internal/readmodel"
)

func (s *suite) links() map[string]func(*testing.T) {
	return map[string]func(*testing.T){
		"a person who is linked with nobody is alone":                     s.alone,
		"the group is everybody whom links lead to":                       s.groupIsWhomLinksLeadTo,
		"unlinked, everybody is as if there had never been a link":        s.unlinkedIsAsBefore,
		"the cases of a person are those of all registrations":            s.casesOfAGroup,
		"linked registrations are counted as one person":                  s.countedAsOne,
		"who was told apart is in no group":                               s.toldApart,
		"a link says what both say of it, whichever is asked for the two": s.bondOfBoth,
	}
}

// village registers people whose pseudonyms are in the order of a list, though
// they are registered in the opposite one.
func village(t *testing.T, b *book, n int) []string {
	t.Helper()
	ids := make([]string, n)
	for i := range ids {
		ids[i] = uuid.NewString()
	}
	slices.Sort(ids)
	for _, id := range slices.Backward(ids) {
		b.write(t, register(t, id, "", nil))
	}
	return ids
}

// said writes what is said of two of them, the smaller pseudonym first.
func said(t *testing.T, b *book, one string, content proto.Message) casework.Position {
	t.Helper()
	return b.write(t, commit(t, personStream(one), "2025-06-01", content))
}

func linked(other string) proto.Message {
	return &eventv1.PersonLinked{Other: other, Basis: eventv1.LinkBasis_LINK_BASIS_DOCUMENT}
}

func groupOf(t *testing.T, m readmodel.Model, id string) []string {
	t.Helper()
	group, err := m.Group(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return idsOf(group)
}

func (s *suite) alone(t *testing.T) {
	b, m := newBook(), s.model(t)
	ids := village(t, b, 2)
	b.tell(t, m)
	equal(t, "group", ids[:1], groupOf(t, m, ids[0]))
	_, err := m.Group(t.Context(), uuid.NewString())
	kind(t, "the group of nobody", err, fault.NotFound)
}

func (s *suite) groupIsWhomLinksLeadTo(t *testing.T) {
	b, m := newBook(), s.model(t)
	ids := village(t, b, 6)
	said(t, b, ids[0], linked(ids[3]))
	said(t, b, ids[1], linked(ids[3]))
	said(t, b, ids[1], linked(ids[4]))
	said(t, b, ids[2], linked(ids[5]))
	b.tell(t, m)
	for _, i := range []int{0, 1, 3, 4} {
		equal(t, "group, the first registered in front", []string{ids[4], ids[3], ids[1], ids[0]}, groupOf(t, m, ids[i]))
	}
	for _, i := range []int{2, 5} {
		equal(t, "the other group", []string{ids[5], ids[2]}, groupOf(t, m, ids[i]))
	}
}

func (s *suite) unlinkedIsAsBefore(t *testing.T) {
	b, m := newBook(), s.model(t)
	ids := village(t, b, 3)
	said(t, b, ids[0], linked(ids[1]))
	said(t, b, ids[1], linked(ids[2]))
	said(t, b, ids[0], linked(ids[2])) // around in a circle
	b.tell(t, m)
	all := []string{ids[2], ids[1], ids[0]}
	equal(t, "all three", all, groupOf(t, m, ids[0]))
	said(t, b, ids[0], &eventv1.PersonUnlinked{Other: ids[1]})
	b.tell(t, m)
	equal(t, "all three, through the third", all, groupOf(t, m, ids[0]))
	said(t, b, ids[0], &eventv1.PersonUnlinked{Other: ids[2]})
	b.tell(t, m)
	equal(t, "who is left alone", ids[:1], groupOf(t, m, ids[0]))
	equal(t, "the other two", all[:2], groupOf(t, m, ids[2]))
	said(t, b, ids[1], &eventv1.PersonUnlinked{Other: ids[2]})
	said(t, b, ids[0], linked(ids[1])) // and linked once more
	b.tell(t, m)
	equal(t, "linked once more", all[1:], groupOf(t, m, ids[0]))
	equal(t, "the third", ids[2:], groupOf(t, m, ids[2]))
}

func (s *suite) toldApart(t *testing.T) {
	b, m := newBook(), s.model(t)
	ids := village(t, b, 2)
	at := said(t, b, ids[0], &eventv1.PersonsToldApart{Other: ids[1]})
	b.tell(t, m)
	equal(t, "group", ids[:1], groupOf(t, m, ids[0]))
	r, err := m.Person(t.Context(), ids[0])
	if err != nil || len(r.Bonds) != 1 || casework.Position(r.Bonds[0].Revision) != at || casework.Position(r.Revision) >= at {
		t.Errorf("the person: %+v, %v", r, err)
	}
}

func (s *suite) bondOfBoth(t *testing.T) {
	b, m := newBook(), s.model(t)
	ids := village(t, b, 2)
	said(t, b, ids[0], linked(ids[1]))
	b.tell(t, m)
	group, err := m.Group(t.Context(), ids[1])
	if err != nil || len(group) != 2 {
		t.Fatalf("%v, %v", group, err)
	}
	bond := group[1].Bonds[0]
	if bond.Other != ids[1] || bond.On != "2025-06-01" || bond.User != "op-001" || bond.Basis != eventv1.LinkBasis_LINK_BASIS_DOCUMENT {
		t.Errorf("the bond: %+v", bond)
	}
}

func (s *suite) casesOfAGroup(t *testing.T) {
	b, m := newBook(), s.model(t)
	ids := village(t, b, 4)
	for _, i := range []int{0, 2, 1, 0, 3} {
		b.write(t, signal(t, ids[i]))
	}
	list := func(what, of string, people ...string) {
		t.Helper()
		b.tell(t, m)
		want := b.newestFirst(func(c *casework.Case) bool { return slices.Contains(people, c.Person) })
		for size := 1; size <= 5; size += 2 {
			equalRows(t, what, want, rows(t, m, readmodel.Everything(), readmodel.CaseFilter{Person: of}, size))
		}
	}
	list("one who is alone", ids[0], ids[0])
	said(t, b, ids[0], linked(ids[2]))
	said(t, b, ids[1], linked(ids[2]))
	list("linked", ids[0], ids[:3]...)
	list("linked, through another", ids[1], ids[:3]...)
	list("who is in no group", ids[3], ids[3])
	said(t, b, ids[0], &eventv1.PersonUnlinked{Other: ids[2]})
	list("unlinked", ids[0], ids[0])
	list("the others", ids[1], ids[1:3]...)
	// Who may see what is not decided by links.
	cases, err := m.CasesOf(t.Context(), ids[1])
	if err != nil || len(cases) != 1 {
		t.Errorf("the cases that decide on rights: %d, %v", len(cases), err)
	}
}

func (s *suite) countedAsOne(t *testing.T) {
	b, m := newBook(), s.model(t)
	plan := published(t, planID, 1, everyCase)
	plan.GetFacts()[0].GetPlanPublished().GetPlan().GetIndicators()[0].GetDefinition().Unit = eventv1.UnitOfCount_UNIT_OF_COUNT_PERSON
	b.write(t, plan)
	ids := village(t, b, 3)
	for _, id := range ids {
		b.write(t, signal(t, id))
	}
	persons := func(what string, want float64, keys ...string) {
		t.Helper()
		b.tell(t, m)
		if got := value(t, m, figureCases); got != want {
			t.Errorf("%s: %v persons, want %v", what, got, want)
		}
		x, err := m.Explain(t.Context(), planID, figureCases, "", indicator.Page{})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, e := range x.Evidence {
			got = append(got, e.Key)
		}
		slices.Sort(got)
		equal(t, what+", counted under", keys, got)
	}
	persons("before", 3, ids...)
	said(t, b, ids[0], linked(ids[1]))
	persons("linked", 2, ids[1], ids[1], ids[2])
	said(t, b, ids[1], linked(ids[2]))
	persons("all linked", 1, ids[2], ids[2], ids[2])
	said(t, b, ids[0], &eventv1.PersonUnlinked{Other: ids[1]})
	persons("one unlinked", 2, ids[0], ids[2], ids[2])
	said(t, b, ids[1], &eventv1.PersonUnlinked{Other: ids[2]})
	persons("as before", 3, ids...)
}
