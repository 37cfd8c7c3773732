package server_test

import (
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"percorsi/internal/access"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	personv1 "percorsi/internal/gen/percorsi/person/v1"
	"percorsi/services/percorsi/server/servertest"
)

// TestTwoWhoChangeThePersonAreShownBothVersions as those who change a case are.
func TestTwoWhoChangeThePersonAreShownBothVersions(t *testing.T) {
	o := openOffice(t)
	id := servertest.Register(t, o.manager, "Parenzan")
	known, err := personv1.NewPersonServiceClient(o.manager).GetPerson(t.Context(), &personv1.GetPersonRequest{PersonId: id, MinPosition: o.last(t)})
	if err != nil {
		t.Fatal(err)
	}
	seen := known.GetPerson().GetRevision()
	change := func(conn grpc.ClientConnInterface, day, address string, phones ...string) (*personv1.PersonRecorded, error) {
		return personv1.NewPersonServiceClient(conn).ChangeDetails(t.Context(), &personv1.ChangeDetailsRequest{
			CommandId: uuid.NewString(), PersonId: id, Revision: seen, OccurredOn: day,
			Identity:     &eventv1.Identity{Surname: "Parenzan", Name: "Persona", Address: address, Phones: phones},
			Demographics: &eventv1.Demographics{BirthYear: 1958, Sex: eventv1.Sex_SEX_FEMALE},
		})
	}
	theirs, err := change(o.as(access.CaseManager, "op.8", body), "2025-02-01", "Via dei Tigli 1")
	if err != nil {
		t.Fatal(err)
	}
	_, err = change(o.manager, "2025-02-02", "Via dei Tigli 11", "0371 000000")
	clash := clashOf(err)
	if clash == nil {
		t.Fatalf("got %v, want a clash", err)
	}
	if clash.GetPart() != "details" || clash.GetSeenRevision() != seen || clash.GetCurrentRevision() != theirs.GetRevision() {
		t.Errorf("the clash is about %s, %d and %d", clash.GetPart(), clash.GetSeenRevision(), clash.GetCurrentRevision())
	}
	if n := len(clash.GetTheirs()); n != 1 || clash.GetTheirs()[0].GetUser() != "op.8" || clash.GetTheirs()[0].GetPosition() != theirs.GetPosition() {
		t.Errorf("theirs: %v", clash.GetTheirs())
	}
	got := map[string][]string{}
	for _, f := range clash.GetFields() {
		got[f.GetField()] = []string{f.GetBase().GetStringValue(), f.GetTheirs().GetStringValue(), f.GetMine().GetStringValue()}
	}
	want := map[string][]string{
		"occurred_on":      {"2025-01-02", "2025-02-01", "2025-02-02"},
		"identity.address": {"", "Via dei Tigli 1", "Via dei Tigli 11"},
		"identity.phones":  {"", "", ""}, // a list
	}
	if diff := gocmp.Diff(want, got); diff != "" {
		t.Errorf("fields: base, theirs, mine (-want +got):\n%s", diff)
	}
	if _, err := change(o.administrator, "2025-02-02", "Via dei Tigli 11"); status.Code(err) != codes.PermissionDenied {
		t.Errorf("the administrator is shown %v", err)
	}
}
