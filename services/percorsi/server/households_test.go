package server_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/testing/protocmp"

	"percorsi/internal/access"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	personv1 "percorsi/internal/gen/percorsi/person/v1"
	"percorsi/services/percorsi/server/servertest"
)

// livingWith is a household of an applicant and others.
func livingWith(applicant string, others ...string) *eventv1.HouseholdRecorded {
	f := &eventv1.HouseholdRecorded{Members: []*eventv1.HouseholdMember{{PersonId: applicant, Relation: eventv1.Relation_RELATION_APPLICANT}}}
	for _, o := range others {
		f.Members = append(f.Members, &eventv1.HouseholdMember{PersonId: o, Relation: eventv1.Relation_RELATION_CHILD})
	}
	return f
}

func stay(person string, relation eventv1.Relation, from, to string) *personv1.Membership {
	return &personv1.Membership{PersonId: person, Relation: relation, From: from, To: to}
}

// TestHouseholdsTellWhoLivedTogetherWhen has a child move from one household to
// another, where it was registered once more.
func TestHouseholdsTellWhoLivedTogetherWhen(t *testing.T) { onBothBackends(t, livedTogether) }

func livedTogether(t *testing.T, o *office) {
	const applicant, child = eventv1.Relation_RELATION_APPLICANT, eventv1.Relation_RELATION_CHILD
	mother, father := servertest.Register(t, o.manager, "Casalini"), servertest.Register(t, o.manager, "Portoni")
	one, other := servertest.Register(t, o.manager, "Portonini"), servertest.Register(t, o.manager, "Portonini")
	first := o.open(t, toSELF(mother))
	first.Do("2025-02-01", livingWith(mother, one))
	first.Do("2025-03-01", livingWith(mother))
	second := o.open(t, toSELF(father))
	second.Do("2025-03-01", livingWith(father, other))
	atFirst := &personv1.Household{
		CaseId: first.Case, Pathway: eventv1.Pathway_PATHWAY_SELF, ManagingBody: body,
		Members: []*personv1.Membership{stay(mother, applicant, "2025-02-01", ""), stay(one, child, "2025-02-01", "2025-02-28")},
	}
	then := &personv1.Household{
		CaseId: second.Case, Pathway: eventv1.Pathway_PATHWAY_SELF, ManagingBody: body,
		Members: []*personv1.Membership{stay(father, applicant, "2025-03-01", ""), stay(other, child, "2025-03-01", "")},
	}
	shown := func(when, who string, want ...*personv1.Household) {
		t.Helper()
		got, err := peopleOf(o.manager).ListHouseholds(t.Context(), &personv1.ListHouseholdsRequest{PersonId: who, MinPosition: o.last(t)})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got.GetHouseholds(), protocmp.Transform()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", when, diff)
		}
	}
	shown("the mother", mother, atFirst)
	shown("the child, as registered first", one, atFirst)
	if _, err := peopleOf(o.manager).LinkPersons(t.Context(), &personv1.LinkPersonsRequest{
		CommandId: uuid.NewString(), PersonId: one, OtherId: other, OccurredOn: "2025-03-05", Basis: fromADocument,
	}); err != nil {
		t.Fatal(err)
	}
	shown("the child, as one", one, then, atFirst)
	shown("the child, as one, asked by the other", other, then, atFirst)
	c := o.get(t, o.manager, first.Case)
	if len(c.GetHousehold()) != 1 || c.GetHousehold()[0].GetFrom() != "2025-02-01" || len(c.GetFormerMembers()) != 1 || c.GetFormerMembers()[0].GetTo() != "2025-02-28" {
		t.Errorf("the case shows %v and, before, %v", c.GetHousehold(), c.GetFormerMembers())
	}
	abroad, err := peopleOf(o.As(access.CaseManager, "op.80", "ASSC")).ListHouseholds(t.Context(), &personv1.ListHouseholdsRequest{PersonId: mother})
	if err != nil || len(abroad.GetHouseholds()) != 0 {
		t.Errorf("a body that has no part in the case is shown %v, %v", abroad.GetHouseholds(), err)
	}
}

// TestWhoLeftTheHouseholdOfASealedCaseIsStillFoundByNobodyOutside keeps a child
// that left a shelter from being found through a search.
func TestWhoLeftTheHouseholdOfASealedCaseIsStillFoundByNobodyOutside(t *testing.T) {
	onBothBackends(t, leftAShelter)
}

func leftAShelter(t *testing.T, o *office) {
	inside := o.As(access.Coordinator, "op.90", "CAV-LODI")
	mother, child := servertest.Register(t, inside, "Nascondini"), servertest.Register(t, inside, "Nascondini")
	j := servertest.NewJourney(t, inside)
	j.Do("2025-01-15", &eventv1.Signalled{
		PersonId: mother, Pathway: eventv1.Pathway_PATHWAY_GENERALE, Area: eventv1.Area_AREA_MINORS,
		Service: eventv1.Service_SERVICE_ANTI_VIOLENCE_CENTRE, Comune: comune, ManagingBody: "CAV-LODI",
		SignalledByKind: eventv1.BodyKind_BODY_KIND_CITIZEN,
	})
	j.Do("2025-01-16", livingWith(mother, child))
	j.Do("2025-02-16", livingWith(mother))
	finds := func(conn grpc.ClientConnInterface) bool {
		found, err := peopleOf(conn).FindPersons(t.Context(), &personv1.FindPersonsRequest{Surname: "Nascondini", MinPosition: o.last(t)})
		if err != nil {
			t.Fatal(err)
		}
		return slices.ContainsFunc(found.GetPersons(), func(p *personv1.Person) bool { return p.GetPersonId() == child })
	}
	if finds(o.manager) || !finds(inside) {
		t.Errorf("found outside: %v, inside: %v", finds(o.manager), finds(inside))
	}
	_, err := peopleOf(o.manager).ListHouseholds(t.Context(), &personv1.ListHouseholdsRequest{PersonId: child})
	if status.Code(err) != codes.NotFound {
		t.Errorf("households, asked for outside: %v", err)
	}
	got, err := peopleOf(inside).ListHouseholds(t.Context(), &personv1.ListHouseholdsRequest{PersonId: child})
	if err != nil || len(got.GetHouseholds()) != 1 {
		t.Errorf("households, asked for inside: %v, %v", got, err)
	}
}
