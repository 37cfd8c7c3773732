package person_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/google/uuid"
	"google.golang.org/protobuf/testing/protocmp"

	"percorsi/internal/fault"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	"percorsi/internal/person"
)

// larger is a pseudonym after that of the tests' person, smaller one before.
const (
	larger  = "9f3f0a1e-5d1b-4c39-9c53-0d6a8f1f6a01"
	largest = "af3f0a1e-5d1b-4c39-9c53-0d6a8f1f6a01"
	smaller = "1f3f0a1e-5d1b-4c39-9c53-0d6a8f1f6a01"
)

var words = &eventv1.Text{Form: &eventv1.Text_Sealed{Sealed: []byte("sealed words")}}

func link(other string, basis eventv1.LinkBasis) *eventv1.Fact {
	return &eventv1.Fact{OccurredOn: "2025-05-31", Fact: &eventv1.Fact_PersonLinked{
		PersonLinked: &eventv1.PersonLinked{Other: other, Basis: basis, Reason: words},
	}}
}

func unlinkOfLarger() *eventv1.Fact {
	return &eventv1.Fact{OccurredOn: "2026-05-31", Fact: &eventv1.Fact_PersonUnlinked{
		PersonUnlinked: &eventv1.PersonUnlinked{Other: larger, Reason: words},
	}}
}

func apart(other string) *eventv1.Fact {
	return &eventv1.Fact{OccurredOn: "2025-06-30", Fact: &eventv1.Fact_PersonsToldApart{
		PersonsToldApart: &eventv1.PersonsToldApart{Other: other},
	}}
}

const document = eventv1.LinkBasis_LINK_BASIS_DOCUMENT

// of gives the registration of a pseudonym, and what was said of it.
func of(t *testing.T, id string, said ...*eventv1.Fact) *person.Record {
	t.Helper()
	var r *person.Record
	for i, f := range append([]*eventv1.Fact{registration()}, said...) {
		c := commitOf(uuid.NewString(), f)
		c.Stream, c.Actor = "person."+id, &eventv1.Actor{User: "op-017", Body: "ACSI"}
		r = evolved(t, r, person.Position(10+i), c)
	}
	return r
}

func TestWhatWasSaidLastOfTwoIsTheirBondAndDetailsStayAsTheyWere(t *testing.T) {
	r := of(t, recorded, link(larger, document), apart(largest), unlinkOfLarger())
	want := []person.Bond{
		{Other: larger, Kind: person.Unlinked, On: "2026-05-31", User: "op-017", Body: "ACSI", Reason: words, Revision: 13},
		{Other: largest, Kind: person.ToldApart, On: "2025-06-30", User: "op-017", Body: "ACSI", Revision: 12},
	}
	if diff := cmp.Diff(want, r.Bonds, protocmp.Transform()); diff != "" {
		t.Errorf("bonds (-want +got):\n%s", diff)
	}
	if r.Revision != 10 || r.Last != 13 {
		t.Errorf("revision %d at %d, want that of the registration, 10, at 13", r.Revision, r.Last)
	}
	other := of(t, larger)
	if a, b := person.BondOf(r, other), person.BondOf(other, r); a.Revision != 13 || b.Revision != 13 {
		t.Errorf("from one side %+v, from the other %+v", a, b)
	}
}

func TestALinkThatWasUndoneLeavesThePersonThatWouldHaveBeen(t *testing.T) {
	without := of(t, recorded, change())
	with := of(t, recorded, link(larger, document), change(), unlinkOfLarger())
	ignore := cmpopts.IgnoreFields(person.Record{}, "Bonds", "Commands", "Last", "Revision")
	if diff := cmp.Diff(without, with, ignore); diff != "" {
		t.Errorf("(-never linked +unlinked):\n%s", diff)
	}
	var never, undone person.Groups
	never.Put(without)
	undone.Put(of(t, recorded, link(larger, document)))
	undone.Put(with)
	for _, id := range []string{recorded, larger} {
		if never.Of(id) != nil || undone.Of(id) != nil {
			t.Errorf("%s is in the group %v, and never linked in %v", id, undone.Of(id), never.Of(id))
		}
	}
}

func TestTheRecordBeforeALinkIsNotChanged(t *testing.T) {
	before := of(t, recorded, link(larger, document))
	c := commitOf(changeID, unlinkOfLarger())
	evolved(t, before, 20, c)
	if before.Bonds[0].Kind != person.Linked {
		t.Error("the record before has what came after")
	}
}

func TestALinkThatLiesInTheWrongPlaceStopsTheFold(t *testing.T) {
	for name, tt := range map[string]struct {
		before *person.Record
		fact   *eventv1.Fact
		says   string
	}{
		"with a smaller pseudonym":       {of(t, recorded), link(smaller, document), "smaller pseudonym"},
		"with oneself":                   {of(t, recorded), link(recorded, document), "smaller pseudonym"},
		"linked before the registration": {nil, link(larger, document), "begins with a registration"},
		"unlinked before it":             {nil, unlinkOfLarger(), "begins with a registration"},
		"told apart before it":           {nil, apart(larger), "begins with a registration"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := person.Evolve(tt.before, 20, commitOf(changeID, tt.fact))
			if err == nil || got != nil || !strings.Contains(err.Error(), tt.says) {
				t.Errorf("Evolve = %v, %v; want an error that says %q", got, err, tt.says)
			}
		})
	}
}

func TestWhatMayBeSaidOfTwo(t *testing.T) {
	const says, clash = eventv1.LinkBasis_LINK_BASIS_PERSON_SAYS, fault.Clash
	wordless := func(f *eventv1.Fact) *eventv1.Fact {
		f.GetPersonLinked().Reset()
		f.GetPersonLinked().Other, f.GetPersonLinked().Basis = larger, eventv1.LinkBasis_LINK_BASIS_OTHER
		return f
	}
	for _, tt := range []struct {
		name     string
		said     []*eventv1.Fact
		next     *eventv1.Fact
		revision person.Revision
		want     fault.Kind // 0 where it may be said
		text     string
	}{
		{"two who are new to each other are linked", nil, link(larger, says), 0, 0, ""},
		{"two who are new to each other are told apart", nil, apart(larger), 0, 0, ""},
		{"a link is undone", []*eventv1.Fact{link(larger, says)}, unlinkOfLarger(), 11, 0, ""},
		{"what was undone is linked again", []*eventv1.Fact{link(larger, says), unlinkOfLarger()}, link(larger, says), 12, 0, ""},
		{"what was undone is told apart", []*eventv1.Fact{link(larger, says), unlinkOfLarger()}, apart(larger), 12, 0, ""},
		{"a document links who was told apart", []*eventv1.Fact{apart(larger)}, link(larger, document), 11, 0, ""},

		{"somebody linked them in between", []*eventv1.Fact{link(larger, says)}, apart(larger), 0, clash, "revision 11"},
		{"a revision to come", nil, link(larger, says), 7, clash, "revision 0"},
		{"linked twice", []*eventv1.Fact{link(larger, says)}, link(larger, says), 11, fault.NotNow, "linked already"},
		{"told apart twice", []*eventv1.Fact{apart(larger)}, apart(larger), 11, fault.NotNow, "already"},
		{"linked, then told apart", []*eventv1.Fact{link(larger, says)}, apart(larger), 11, fault.NotNow, "unlink them first"},
		{"told apart, then linked by word of mouth", []*eventv1.Fact{apart(larger)}, link(larger, says), 11, fault.NotNow, "only a document"},
		{"a link that is not there", nil, unlinkOfLarger(), 0, fault.NotNow, "not linked"},
		{"a link that was undone", []*eventv1.Fact{link(larger, says), unlinkOfLarger()}, unlinkOfLarger(), 12, fault.NotNow, "not linked"},
		{"another basis, and no words", nil, wordless(link(larger, says)), 0, fault.Invalid, "reason"},
		{"no fact about two", nil, change(), 0, fault.Internal, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			one, other := of(t, recorded, tt.said...), of(t, larger)
			err := person.Decide(one, other, []*person.Record{one}, []*person.Record{other}, person.Saying{Fact: tt.next, Revision: tt.revision})
			expectFault(t, err, tt.want, tt.text)
		})
	}
}

func expectFault(t *testing.T, err error, want fault.Kind, text string) {
	t.Helper()
	switch {
	case want == 0 && text == "" && err == nil:
	case err == nil:
		t.Error("it may be said")
	case fault.KindOf(err) != want || !strings.Contains(err.Error(), text):
		t.Errorf("got %v, want kind %d and %q", err, want, text)
	case strings.Contains(err.Error(), larger), strings.Contains(err.Error(), largest):
		t.Errorf("%q names a pseudonym that the caller may not know", err)
	}
}

func TestAnUnlinkWithoutAReasonIsRefused(t *testing.T) {
	one, other := of(t, recorded, link(larger, document)), of(t, larger)
	f := unlinkOfLarger()
	f.GetPersonUnlinked().Reason = nil
	err := person.Decide(one, other, []*person.Record{one, other}, []*person.Record{one, other}, person.Saying{Fact: f, Revision: 11})
	expectFault(t, err, fault.Invalid, "reason")
}

func TestNobodyIsLinkedWithOneself(t *testing.T) {
	one := of(t, recorded)
	err := person.Decide(one, one, []*person.Record{one}, []*person.Record{one}, person.Saying{Fact: link(recorded, document)})
	expectFault(t, err, fault.Invalid, "other_id")
}

func TestALinkDoesNotJoinTwoOthersWhoWereToldApart(t *testing.T) {
	first, second, third := of(t, smaller, apart(largest)), of(t, larger), of(t, largest)
	me := of(t, recorded, link(largest, document))
	say := func(f *eventv1.Fact, ones, others []*person.Record) error {
		return person.Decide(first, second, ones, others, person.Saying{Fact: f})
	}
	// The other side is the largest too, through me.
	err := say(link(larger, document), []*person.Record{first}, []*person.Record{second, me, third})
	expectFault(t, err, fault.NotNow, "one of each side")
	expectFault(t, say(link(larger, document), []*person.Record{first}, []*person.Record{second}), 0, "")
}

func TestWhoIsOneThroughOthersIsNotToldApart(t *testing.T) {
	one, other := of(t, recorded), of(t, larger)
	group := []*person.Record{one, of(t, largest), other}
	err := person.Decide(one, other, group, group, person.Saying{Fact: apart(larger)})
	expectFault(t, err, fault.NotNow, "through others")
}
