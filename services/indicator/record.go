package indicator

import (
	"context"
	"time"

	"github.com/google/uuid"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	"percorsi/internal/access"
	"percorsi/internal/casework"
	"percorsi/internal/fact"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	indicatorv1 "percorsi/internal/gen/percorsi/indicator/v1"
	"percorsi/internal/indicator"
	"percorsi/internal/plan"
	"percorsi/internal/readmodel"
	"percorsi/internal/recorder"
)

// Model is what the service asks of a read model.
type Model interface {
	readmodel.Plans
	Case(ctx context.Context, id casework.CaseID) (*casework.Case, error)
	CasesOf(ctx context.Context, person string) ([]*casework.Case, error)
	Figures(ctx context.Context, planID string, q indicator.Query) ([]indicator.Figure, error)
	Explain(ctx context.Context, planID, figure, period string, p indicator.Page) (indicator.Explanation, error)
	Position(ctx context.Context) (casework.Position, error)
	Wait(ctx context.Context, p casework.Position) error
}

// Server serves IndicatorService.
type Server struct {
	indicatorv1.UnimplementedIndicatorServiceServer
	plans   *recorder.Plans
	model   Model
	history History
	digest  recorder.Digester
	zone    *time.Location
}

// NewServer makes the service. zone is that of the office.
func NewServer(plans *recorder.Plans, model Model, h History, d recorder.Digester, zone *time.Location) *Server {
	return &Server{plans: plans, model: model, history: h, digest: d, zone: zone}
}

// PublishPlan records the fact PlanPublished, once every definition compiles.
func (s *Server) PublishPlan(ctx context.Context, r *indicatorv1.PublishPlanRequest) (*indicatorv1.PlanRecorded, error) {
	if _, err := indicator.Compile(r.GetPlan()); err != nil {
		return nil, err
	}
	content := &eventv1.PlanPublished{Plan: r.GetPlan()}
	return s.record(ctx, r.GetPlan().GetPlanId(), r.GetCommandId(), r.GetOccurredOn(), r, content)
}

// RecordActivity records the fact ActivityRecorded.
func (s *Server) RecordActivity(ctx context.Context, r *indicatorv1.RecordActivityRequest) (*indicatorv1.PlanRecorded, error) {
	id, err := s.planID(ctx, r.GetPlanId())
	if err != nil {
		return nil, err
	}
	return s.record(ctx, id, r.GetCommandId(), r.GetOccurredOn(), r, r.GetFact())
}

// SupplyFigure records the fact FigureSupplied. A reporting body supplies its
// own figures only.
func (s *Server) SupplyFigure(ctx context.Context, r *indicatorv1.SupplyFigureRequest) (*indicatorv1.PlanRecorded, error) {
	caller, err := recorder.Caller(ctx)
	if err != nil {
		return nil, err
	}
	if err := access.MaySpeakFor(caller, r.GetFact().GetSuppliedBy()); err != nil {
		return nil, err
	}
	id, err := s.planID(ctx, r.GetPlanId())
	if err != nil {
		return nil, err
	}
	return s.record(ctx, id, r.GetCommandId(), r.GetOccurredOn(), r, r.GetFact())
}

// planID gives the plan that is meant where none is named: the only one.
func (s *Server) planID(ctx context.Context, given string) (string, error) {
	if given != "" {
		return given, nil
	}
	p, err := s.model.Plan(ctx, "")
	if err != nil {
		return "", err
	}
	return p.Plan.GetPlanId(), nil
}

func (s *Server) record(ctx context.Context, planID, command, day string, request, content proto.Message) (*indicatorv1.PlanRecorded, error) {
	f, err := fact.Wrap(content, day)
	if err != nil {
		return nil, err
	}
	return s.attempt(ctx, planID, command, request, func(p *plan.State, id uuid.UUID, now time.Time) ([]*eventv1.Fact, error) {
		return plan.Decide(p, plan.Command{ID: id, Fact: f}, now)
	})
}

// attempt decides and records a command of a plan. decide is given the id of the
// command and the moment in the zone of the office.
func (s *Server) attempt(
	ctx context.Context, planID, command string, request proto.Message,
	decide func(p *plan.State, id uuid.UUID, now time.Time) ([]*eventv1.Fact, error),
) (*indicatorv1.PlanRecorded, error) {
	caller, err := recorder.Caller(ctx)
	if err != nil {
		return nil, err
	}
	a, err := recorder.NewAttempt(s.digest, caller, command, request)
	if err != nil {
		return nil, err
	}
	a.Stream = planID
	out, err := s.plans.Record(ctx, a, func(p *plan.State, now time.Time) ([]*eventv1.Fact, error) {
		return decide(p, a.Command, now.In(s.zone))
	})
	if err != nil {
		return nil, err
	}
	return &indicatorv1.PlanRecorded{
		PlanId: planID, Id: a.Command.String(), Position: uint64(out.Position), RecordedAt: timestamppb.New(out.RecordedAt),
	}, nil
}
