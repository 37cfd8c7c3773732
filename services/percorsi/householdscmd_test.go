package main

import (
	"strings"
	"testing"

	"percorsi/internal/access"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	"percorsi/services/percorsi/server/servertest"
)

func TestTheCommandLineShowsHouseholds(t *testing.T) {
	dir := t.TempDir()
	r := servertest.Start(t, dir)
	conn := r.As(access.Coordinator, "op.5", operatorBody)
	applicant, child := servertest.Register(t, conn, "Provanucleo"), servertest.Register(t, conn, "Provanucleo")
	j := servertest.NewJourney(t, conn)
	j.Do("2025-01-15", &eventv1.Applied{PersonId: applicant, Comune: "098031", ManagingBody: operatorBody, PadSignedOn: "2025-01-15"})
	member := func(id string, r eventv1.Relation) *eventv1.HouseholdMember {
		return &eventv1.HouseholdMember{PersonId: id, Relation: r}
	}
	who := []*eventv1.HouseholdMember{member(applicant, eventv1.Relation_RELATION_APPLICANT), member(child, eventv1.Relation_RELATION_CHILD)}
	j.Do("2025-01-15", &eventv1.HouseholdRecorded{Members: who})
	j.Do("2025-03-01", &eventv1.HouseholdRecorded{Members: who[:1]})
	isShown(t, conn, j.Last.GetPosition())
	out, err := execute(t, "person", "households", child, "--data", dir, "--addr", r.Addr())
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		j.Case + " " + operatorBody + " " + applicant + " applicant unspecified 2025-01-15 today",
		j.Case + " " + operatorBody + " " + child + " child unspecified 2025-01-15 2025-02-28",
	} {
		if !strings.Contains(strings.Join(strings.Fields(out), " "), want) {
			t.Errorf("%s\nlacks %q", out, want)
		}
	}
}
