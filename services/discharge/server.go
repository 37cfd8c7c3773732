package discharge

import (
	"context"

	casefilev1 "percorsi/internal/gen/percorsi/casefile/v1"
	dischargev1 "percorsi/internal/gen/percorsi/discharge/v1"
	"percorsi/internal/recorder"
)

// Server serves DischargeService.
type Server struct {
	dischargev1.UnimplementedDischargeServiceServer
	cases *recorder.Cases
}

// NewServer makes the service.
func NewServer(cases *recorder.Cases) *Server { return &Server{cases: cases} }

// ReportDischarge records the fact DischargeReported.
func (s *Server) ReportDischarge(ctx context.Context, r *dischargev1.ReportDischargeRequest) (*casefilev1.Recorded, error) {
	return s.cases.Record(ctx, r, r.GetCommand(), r.GetFact())
}

// AssessAdmissibility records the fact AdmissibilityAssessed.
func (s *Server) AssessAdmissibility(ctx context.Context, r *dischargev1.AssessAdmissibilityRequest) (*casefilev1.Recorded, error) {
	return s.cases.Record(ctx, r, r.GetCommand(), r.GetFact())
}

// RecordDischarge records the fact Discharged.
func (s *Server) RecordDischarge(ctx context.Context, r *dischargev1.RecordDischargeRequest) (*casefilev1.Recorded, error) {
	return s.cases.Record(ctx, r, r.GetCommand(), r.GetFact())
}

// ChooseProvider records the fact ProviderChosen.
func (s *Server) ChooseProvider(ctx context.Context, r *dischargev1.ChooseProviderRequest) (*casefilev1.Recorded, error) {
	return s.cases.Record(ctx, r, r.GetCommand(), r.GetFact())
}

// RecordFirstAccess records the fact FirstAccess.
func (s *Server) RecordFirstAccess(ctx context.Context, r *dischargev1.RecordFirstAccessRequest) (*casefilev1.Recorded, error) {
	return s.cases.Record(ctx, r, r.GetCommand(), r.GetFact())
}

// DeliverAccess records the fact AccessDelivered.
func (s *Server) DeliverAccess(ctx context.Context, r *dischargev1.DeliverAccessRequest) (*casefilev1.Recorded, error) {
	return s.cases.Record(ctx, r, r.GetCommand(), r.GetFact())
}

// AssignBed records the fact BedAssigned.
func (s *Server) AssignBed(ctx context.Context, r *dischargev1.AssignBedRequest) (*casefilev1.Recorded, error) {
	return s.cases.Record(ctx, r, r.GetCommand(), r.GetFact())
}

// EnterBed records the fact BedEntered.
func (s *Server) EnterBed(ctx context.Context, r *dischargev1.EnterBedRequest) (*casefilev1.Recorded, error) {
	return s.cases.Record(ctx, r, r.GetCommand(), r.GetFact())
}

// LeaveBed records the fact BedLeft.
func (s *Server) LeaveBed(ctx context.Context, r *dischargev1.LeaveBedRequest) (*casefilev1.Recorded, error) {
	return s.cases.Record(ctx, r, r.GetCommand(), r.GetFact())
}

// ConcludeService records the fact ServiceConcluded.
func (s *Server) ConcludeService(ctx context.Context, r *dischargev1.ConcludeServiceRequest) (*casefilev1.Recorded, error) {
	return s.cases.Record(ctx, r, r.GetCommand(), r.GetFact())
}

// RecordSixMonthResult records the fact SixMonthResult.
func (s *Server) RecordSixMonthResult(ctx context.Context, r *dischargev1.RecordSixMonthResultRequest) (*casefilev1.Recorded, error) {
	return s.cases.Record(ctx, r, r.GetCommand(), r.GetFact())
}
