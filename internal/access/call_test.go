package access_test

import (
	"strings"
	"testing"

	"percorsi/internal/access"
	"percorsi/internal/fault"
)

const closeCase = "/percorsi.intake.v1.IntakeService/Close"

func TestARoleThatMayNotCallIsToldWhoMay(t *testing.T) {
	err := access.MayCall(access.Caller{User: "op.1", Role: access.TeamMember, Body: "ACSI"}, closeCase)
	if fault.KindOf(err) != fault.Denied {
		t.Fatalf("got %v", err)
	}
	for _, word := range []string{"team-member", "Close", "case-manager", "coordinator"} {
		if !strings.Contains(err.Error(), word) {
			t.Errorf("%q does not say %q", err, word)
		}
	}
}

func TestWhoIsNotAuthenticatedMayCallNothing(t *testing.T) {
	for _, c := range []access.Caller{{}, {User: "op.1"}, {User: "op.1", Role: "Coordinator"}, {Role: "root"}} {
		if err := access.MayCall(c, closeCase); fault.KindOf(err) != fault.Denied {
			t.Errorf("%+v: got %v", c, err)
		}
	}
}

func TestAMethodWithoutARowIsDeniedToEveryRole(t *testing.T) {
	for _, method := range []string{
		"", "/", "Close", "percorsi.intake.v1.IntakeService/Close",
		"/percorsi.intake.v1.IntakeService", "/percorsi.intake.v1.IntakeService/",
		"/percorsi.intake.v1.IntakeService/close", "/percorsi.intake.v1.IntakeService/Close/",
		"/percorsi.project.v1.ProjectService/Close", "/percorsi.intake.v2.IntakeService/Close",
	} {
		for _, role := range access.Roles() {
			if err := access.MayCall(access.Caller{Role: role}, method); fault.KindOf(err) != fault.Denied {
				t.Errorf("%s, %q: got %v", role, method, err)
			}
		}
	}
}

func TestOnlyHealthAndReflectionNeedNoToken(t *testing.T) {
	for method, want := range map[string]bool{
		"/grpc.health.v1.Health/Check":                                      true,
		"/grpc.health.v1.Health/Watch":                                      true,
		"/grpc.reflection.v1.ServerReflection/ServerReflectionInfo":         true,
		"/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo":    true,
		"/percorsi.casefile.v1.CaseFileService/GetCase":                     false,
		"grpc.health.v1.Health/Check":                                       false,
		"/percorsi.casefile.v1.CaseFileService/grpc.health.v1.Health/Check": false,
	} {
		if got := access.Open(method); got != want {
			t.Errorf("%s: got %v", method, got)
		}
	}
}

func BenchmarkMayCall(b *testing.B) {
	c := access.Caller{User: "op.1", Role: access.CaseManager, Body: "ACSI"}
	for b.Loop() {
		if err := access.MayCall(c, closeCase); err != nil {
			b.Fatal(err)
		}
	}
}
