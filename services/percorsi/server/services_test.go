package server_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/status"

	"percorsi/internal/access"
	casefilev1 "percorsi/internal/gen/percorsi/casefile/v1"
	indicatorv1 "percorsi/internal/gen/percorsi/indicator/v1"
	"percorsi/services/percorsi/server"
	"percorsi/services/percorsi/server/servertest"
)

func TestAListOfServicesIsRead(t *testing.T) {
	for list, want := range map[string][]server.Service{
		"intake":                               {server.Intake},
		"intake,assessment":                    {server.Intake, server.Assessment},
		" person , projector":                  {server.Person, server.Projector},
		server.JoinServices(server.Services()): server.Services(),
	} {
		got, err := server.ParseServices(list)
		if err != nil {
			t.Errorf("%q: %v", list, err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%q (-want +got):\n%s", list, diff)
		}
	}
}

func TestAServiceThatDoesNotExistIsRefusedWithAListOfThoseThatDo(t *testing.T) {
	const all = "intake,assessment,project,discharge,correction,casefile,person,indicator,eventlog,projector,notifier"
	for _, list := range []string{"", "intake,", "intakes", "Intake", "intake;person"} {
		if _, err := server.ParseServices(list); err == nil || !strings.Contains(err.Error(), all) {
			t.Errorf("%q: %v, want an error that lists %s", list, err, all)
		}
	}
	if _, err := servertest.Open(t, t.TempDir(), func(c *server.Config) { c.Services = []server.Service{"intakes"} }); err == nil || !strings.Contains(err.Error(), all) {
		t.Errorf("opened with a service that does not exist: %v", err)
	}
}

// TestAProcessServesWhatItIsToldAndNothingElse whatever that is, it is healthy
// and answers who asks for its health.
func TestAProcessServesWhatItIsToldAndNothingElse(t *testing.T) {
	r := servertest.Start(t, t.TempDir(), func(c *server.Config) { c.Services = []server.Service{server.CaseFile, server.Projector} })
	planner := r.As(access.Planner, "op.4", "")
	if _, err := casefilev1.NewCaseFileServiceClient(planner).ListCases(t.Context(), &casefilev1.ListCasesRequest{}); err != nil {
		t.Errorf("what it serves: %v", err)
	}
	if _, err := indicatorv1.NewIndicatorServiceClient(planner).GetPlan(t.Context(), &indicatorv1.GetPlanRequest{}); status.Code(err) != codes.Unimplemented {
		t.Errorf("what it does not serve: %v, want Unimplemented", err)
	}
	health := grpc_health_v1.NewHealthClient(planner)
	for service, want := range map[string]codes.Code{"": codes.OK, "percorsi.casefile.v1.CaseFileService": codes.OK, "percorsi.indicator.v1.IndicatorService": codes.NotFound} {
		answer, err := health.Check(t.Context(), &grpc_health_v1.HealthCheckRequest{Service: service})
		if status.Code(err) != want || err == nil && answer.GetStatus() != grpc_health_v1.HealthCheckResponse_SERVING {
			t.Errorf("the health of %q: %v, %v", service, answer, err)
		}
	}
	if last, err := r.Log().Last(t.Context()); err != nil || last != 0 {
		t.Errorf("it serves no plans and published one: the log ends at %d, %v", last, err)
	}
}
