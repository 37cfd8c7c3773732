package access_test

import (
	"testing"

	"percorsi/internal/access"
	"percorsi/internal/casework"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

func TestWhoIsShownANotice(t *testing.T) {
	users, bodies := []string{"op.1", "op.9"}, []string{"CPS", "WARD", "SCHOOL"}
	for _, c := range []struct {
		sentence     string
		caller       access.Caller
		open, sealed bool
	}{
		{"who is named", staff(access.CaseManager, "op.1", "ACSI"), true, true},
		{"who is named and has left the team", staff(access.TeamMember, "op.9", "SERD"), true, true},
		{"who is named, as a planner", access.Caller{User: "op.1", Role: access.Planner}, true, true},
		{"a colleague of who is named", staff(access.CaseManager, "op.2", "ACSI"), false, false},
		{"the coordinator of who is named", staff(access.Coordinator, "op.3", "ACSI"), false, false},
		{"staff of a body that is named", staff(access.TeamMember, "op.4", "SCHOOL"), true, false},
		{"staff of a body that is named, whose referral was taken back", staff(access.CaseManager, "op.5", "CPS"), true, false},
		{"a ward that is named and reported the case", access.Caller{User: "ward.1", Role: access.ReportingBody, Body: "WARD"}, true, false},
		{"a school that is named and has no part in the case", access.Caller{User: "s.1", Role: access.ReportingBody, Body: "SCHOOL"}, false, false},
		{"another body", staff(access.Coordinator, "op.6", "ASSC"), false, false},
		{"a planner", access.Caller{User: "op.7", Role: access.Planner, Body: "UFFICIO-DI-PIANO"}, false, false},
		{"nobody", access.Caller{}, false, false},
	} {
		open, sealed := aCase(), aCase()
		sealed.Service = eventv1.Service_SERVICE_ANTI_VIOLENCE_CENTRE
		for k, want := range map[*casework.Case]bool{open: c.open, sealed: c.sealed} {
			if got := access.IsTold(c.caller, users, bodies, k); got != want {
				t.Errorf("%s, of a sealed case %t: %t", c.sentence, access.Sealed(k), got)
			}
		}
	}
	if access.IsTold(access.Caller{Role: access.CaseManager}, []string{""}, []string{""}, aCase()) {
		t.Error("a caller without a name and a body is told")
	}
}

// Who assigns the case manager of a sealed case and approves what waits in it
// must be told of both; nobody else of the body need know.
func TestOfASealedCaseTheCoordinatorsOfItsBodyAreTold(t *testing.T) {
	sealed := aCase()
	sealed.Service = eventv1.Service_SERVICE_ANTI_TRAFFICKING
	bodies := []string{"ACSI", "SCHOOL"}
	for sentence, c := range map[string]struct {
		caller access.Caller
		want   bool
	}{
		"a coordinator of the body that manages it":  {staff(access.Coordinator, "op.3", "ACSI"), true},
		"a case manager of the body that manages it": {staff(access.CaseManager, "op.2", "ACSI"), false},
		"a team member of the body that manages it":  {staff(access.TeamMember, "op.2", "ACSI"), false},
		"a planner of the body that manages it":      {access.Caller{User: "op.7", Role: access.Planner, Body: "ACSI"}, false},
		"a coordinator of a body that was called":    {staff(access.Coordinator, "op.8", "SCHOOL"), false},
		"a coordinator of a body that is not named":  {staff(access.Coordinator, "op.6", "ASSC"), false},
		"a coordinator of no body":                   {staff(access.Coordinator, "op.6", ""), false},
		"a reporting body, of the same name":         {reporter("ACSI"), false},
	} {
		got := access.IsTold(c.caller, nil, bodies, sealed)
		if got != c.want {
			t.Errorf("%s is told: %t", sentence, got)
		}
		if got && !access.Sees(c.caller, sealed) {
			t.Errorf("%s is told and does not see the case", sentence)
		}
	}
	sealed.ManagingBody = "ASSC" // it was transferred
	if access.IsTold(staff(access.Coordinator, "op.3", "ACSI"), nil, bodies, sealed) {
		t.Error("a coordinator of the body that managed it before is told")
	}
}
