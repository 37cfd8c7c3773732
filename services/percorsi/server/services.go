package server

import (
	"context"
	"time"

	"github.com/google/uuid"

	plandata "percorsi/deploy/plan"
	"percorsi/internal/access"
	"percorsi/internal/fault"
	assessmentv1 "percorsi/internal/gen/percorsi/assessment/v1"
	casefilev1 "percorsi/internal/gen/percorsi/casefile/v1"
	dischargev1 "percorsi/internal/gen/percorsi/discharge/v1"
	eventlogv1 "percorsi/internal/gen/percorsi/eventlog/v1"
	indicatorv1 "percorsi/internal/gen/percorsi/indicator/v1"
	intakev1 "percorsi/internal/gen/percorsi/intake/v1"
	personv1 "percorsi/internal/gen/percorsi/person/v1"
	projectv1 "percorsi/internal/gen/percorsi/project/v1"
	"percorsi/internal/history"
	"percorsi/internal/plan/planfile"
	"percorsi/internal/readmodel"
	"percorsi/internal/recorder"
	"percorsi/internal/rpc"
	"percorsi/services/assessment"
	"percorsi/services/casefile"
	"percorsi/services/discharge"
	"percorsi/services/eventlog"
	"percorsi/services/indicator"
	"percorsi/services/intake"
	"percorsi/services/person"
	"percorsi/services/project"
)

// services is what the program itself calls of the services it serves.
type services struct {
	indicator *indicator.Server
}

// openServices makes every service and registers it.
func (s *Server) openServices(context.Context) (err error) {
	if s.rpc, err = rpc.NewServer(rpc.Config{Verify: s.issuer.Verify, Logger: s.cfg.Logger}); err != nil {
		return err
	}
	log, now, zone := s.store.log, s.cfg.Now, s.cfg.Zone
	cases := recorder.NewCases(log, s.model, s.vault, now, zone)
	people := recorder.NewPeople(log, s.model, now)
	plans := recorder.NewPlans(log, s.model, now)
	facts := history.NewReader(log, s.vault)

	s.services.indicator = indicator.NewServer(plans, s.model, facts, s.vault, zone)
	intakev1.RegisterIntakeServiceServer(s.rpc, intake.NewServer(cases, s.comuni))
	assessmentv1.RegisterAssessmentServiceServer(s.rpc, assessment.NewServer(cases))
	projectv1.RegisterProjectServiceServer(s.rpc, project.NewServer(cases))
	dischargev1.RegisterDischargeServiceServer(s.rpc, discharge.NewServer(cases))
	casefilev1.RegisterCaseFileServiceServer(s.rpc, casefile.NewServer(s.model, facts, s.vault, s.clocks, s.today))
	personv1.RegisterPersonServiceServer(s.rpc, person.NewServer(people, s.model, s.vault, s.comuni, s.today, zone))
	indicatorv1.RegisterIndicatorServiceServer(s.rpc, s.services.indicator)
	eventlogv1.RegisterEventLogServiceServer(s.rpc, eventlog.NewServer(log, s.model, s.vault))
	return nil
}

// program is who publishes the plan that the program ships.
var program = access.Caller{User: "percorsi", Role: access.Administrator, Body: "UFFICIO-DI-PIANO"}

// publishShippedPlan publishes the plan of the Ambito on a log without a plan.
func (s *Server) publishShippedPlan(ctx context.Context) error {
	if _, err := s.model.Plan(ctx, ""); fault.KindOf(err) != fault.NotFound || err == nil {
		return nil // there are plans
	}
	source, err := planfile.Read(plandata.Lodi())
	if err != nil {
		return err
	}
	recorded, err := s.services.indicator.PublishPlan(access.WithCaller(ctx, program), &indicatorv1.PublishPlanRequest{
		CommandId:  uuid.NewString(),
		OccurredOn: s.cfg.Now().In(s.cfg.Zone).Format(time.DateOnly),
		Plan:       source.Plan,
	})
	if err != nil {
		return err
	}
	_, err = readmodel.Reach(ctx, s.model, recorded.GetPosition())
	return err
}
