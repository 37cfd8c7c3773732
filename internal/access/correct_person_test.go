package access_test

import (
	"testing"

	"percorsi/internal/access"
	"percorsi/internal/fault"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

func TestWhoMayCorrectWhatOfAPerson(t *testing.T) {
	registered := &eventv1.Fact{Fact: &eventv1.Fact_PersonRegistered{}}
	changed := &eventv1.Fact{Fact: &eventv1.Fact_PersonDetailsChanged{}}
	linked := &eventv1.Fact{Fact: &eventv1.Fact_PersonLinked{}}
	unlinked := &eventv1.Fact{Fact: &eventv1.Fact_PersonUnlinked{}}
	apart := &eventv1.Fact{Fact: &eventv1.Fact_PersonsToldApart{}}
	signalled := &eventv1.Fact{Fact: &eventv1.Fact_Signalled{}}
	all := []*eventv1.Fact{registered, changed, linked, unlinked, apart}
	for _, c := range []struct {
		role  access.Role
		may   []*eventv1.Fact
		never []*eventv1.Fact
	}{
		{access.CaseManager, all, []*eventv1.Fact{signalled, {}, nil}},
		{access.Coordinator, all, []*eventv1.Fact{signalled}},
		{access.TeamMember, []*eventv1.Fact{registered, changed, apart}, []*eventv1.Fact{linked, unlinked}},
		{access.Planner, nil, all},
		{access.ReportingBody, nil, all},
		{access.Administrator, nil, all},
	} {
		caller := access.Caller{User: "op.1", Role: c.role, Body: "ACSI"}
		for _, f := range c.may {
			if err := access.MayCorrectPerson(caller, f); err != nil {
				t.Errorf("%s may not correct %T: %v", c.role, f.GetFact(), err)
			}
		}
		for _, f := range c.never {
			if err := access.MayCorrectPerson(caller, f); fault.KindOf(err) != fault.Denied {
				t.Errorf("%s corrects %T: %v", c.role, f.GetFact(), err)
			}
		}
	}
}
