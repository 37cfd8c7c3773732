package server

import (
	"context"
	"time"

	"github.com/google/uuid"

	plandata "percorsi/deploy/plan"
	"percorsi/internal/access"
	"percorsi/internal/casework"
	"percorsi/internal/fault"
	assessmentv1 "percorsi/internal/gen/percorsi/assessment/v1"
	casefilev1 "percorsi/internal/gen/percorsi/casefile/v1"
	correctionv1 "percorsi/internal/gen/percorsi/correction/v1"
	dischargev1 "percorsi/internal/gen/percorsi/discharge/v1"
	eventlogv1 "percorsi/internal/gen/percorsi/eventlog/v1"
	indicatorv1 "percorsi/internal/gen/percorsi/indicator/v1"
	intakev1 "percorsi/internal/gen/percorsi/intake/v1"
	noticev1 "percorsi/internal/gen/percorsi/notice/v1"
	personv1 "percorsi/internal/gen/percorsi/person/v1"
	projectv1 "percorsi/internal/gen/percorsi/project/v1"
	projectionv1 "percorsi/internal/gen/percorsi/projection/v1"
	"percorsi/internal/history"
	"percorsi/internal/plan/planfile"
	"percorsi/internal/presence"
	"percorsi/internal/recorder"
	"percorsi/internal/rpc"
	"percorsi/services/assessment"
	"percorsi/services/casefile"
	"percorsi/services/correction"
	"percorsi/services/discharge"
	"percorsi/services/eventlog"
	"percorsi/services/indicator"
	"percorsi/services/intake"
	"percorsi/services/notice"
	"percorsi/services/person"
	"percorsi/services/project"
	"percorsi/services/projection"
)

// services is what the program itself calls of the services it serves.
type services struct {
	indicator *indicator.Server
}

// openServices makes the services and registers those that this process
// serves.
func (s *Server) openServices(context.Context) (err error) {
	if s.rpc, err = rpc.NewServer(rpc.Config{Verify: s.issuer.Verify, Logger: s.cfg.Logger, Endless: endless()}); err != nil {
		return err
	}
	s.presence = presence.NewBoard(s.store.whispers(s.cfg.Ambito), time.Now)
	log, now, zone := s.store.log, s.cfg.Now, s.cfg.Zone
	cases := recorder.NewCases(log, s.model, s.vault, now, zone, s.book)
	facts := history.NewReader(log, s.vault)
	people := recorder.NewPeople(log, s.model, facts.Commits, now)
	plans := recorder.NewPlans(log, s.model, now)

	s.services.indicator = indicator.NewServer(plans, s.model, facts, s.vault, zone)
	for name, register := range map[Service]func(){
		Intake:     func() { intakev1.RegisterIntakeServiceServer(s.rpc, intake.NewServer(cases, s.comuni)) },
		Assessment: func() { assessmentv1.RegisterAssessmentServiceServer(s.rpc, assessment.NewServer(cases)) },
		Project:    func() { projectv1.RegisterProjectServiceServer(s.rpc, project.NewServer(cases)) },
		Discharge:  func() { dischargev1.RegisterDischargeServiceServer(s.rpc, discharge.NewServer(cases)) },
		Correction: func() {
			correctionv1.RegisterCorrectionServiceServer(s.rpc, correction.NewServer(cases, s.comuni))
		},
		CaseFile: func() {
			casefilev1.RegisterCaseFileServiceServer(s.rpc, casefile.NewServer(casefile.Config{
				Model: s.model, History: facts, Vault: s.vault, Presence: s.presence, Clocks: s.clocks, Approvals: s.book.Approvals, Today: s.today,
			}))
		},
		Person: func() {
			personv1.RegisterPersonServiceServer(s.rpc, person.NewServer(people, s.model, facts, s.vault, s.comuni, s.today, zone))
		},
		Indicator: func() { indicatorv1.RegisterIndicatorServiceServer(s.rpc, s.services.indicator) },
		EventLog: func() {
			eventlogv1.RegisterEventLogServiceServer(s.rpc, eventlog.NewServer(log, s.model.copied(), s.model, s.vault))
		},
		Notifier: func() { noticev1.RegisterNoticeServiceServer(s.rpc, notice.NewServer(s.notices.inbox, s.model)) },
		Projector: func() {
			projectionv1.RegisterProjectionServiceServer(s.rpc, projection.NewServer(projection.Config{
				Projector: s.projector, Model: s.model, Tables: s.model.kept(), Log: log, Logger: s.cfg.Logger,
			}))
		},
	} {
		if s.cfg.Serves(name) {
			register()
		}
	}
	return nil
}

// endless are the calls that last as long as their callers want.
func endless() []string {
	return []string{
		casefilev1.CaseFileService_WatchCase_FullMethodName,
		casefilev1.CaseFileService_WatchWorklist_FullMethodName,
		casefilev1.CaseFileService_Attend_FullMethodName,
		noticev1.NoticeService_WatchNotices_FullMethodName,
	}
}

// program is who publishes the plan that the program ships.
var program = access.Caller{User: "percorsi", Role: access.Administrator, Body: "UFFICIO-DI-PIANO"}

// publishShippedPlan publishes the plan of the Ambito on a log without a plan,
// where this process serves plans. Of several that start together one
// publishes.
func (s *Server) publishShippedPlan(ctx context.Context) error {
	if !s.cfg.Serves(Indicator) || s.hasPlan(ctx) {
		return nil
	}
	shipped, err := planfile.ReadPlan(plandata.Lodi())
	if err != nil {
		return err
	}
	recorded, err := s.services.indicator.PublishPlan(access.WithCaller(ctx, program), &indicatorv1.PublishPlanRequest{
		CommandId:  uuid.NewString(),
		OccurredOn: s.cfg.Now().In(s.cfg.Zone).Format(time.DateOnly),
		Plan:       shipped,
	})
	switch {
	case err != nil && s.hasPlan(ctx): // another process was faster
		return nil
	case err != nil:
		return err
	}
	return s.model.Wait(ctx, casework.Position(recorded.GetPosition()))
}

// hasPlan tells whether a plan was published.
func (s *Server) hasPlan(ctx context.Context) bool {
	_, err := s.model.Plan(ctx, "")
	return err == nil || fault.KindOf(err) != fault.NotFound // there may be several
}
