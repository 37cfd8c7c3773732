package project

import (
	"context"

	casefilev1 "percorsi/internal/gen/percorsi/casefile/v1"
	projectv1 "percorsi/internal/gen/percorsi/project/v1"
	"percorsi/internal/recorder"
)

// Server serves ProjectService.
type Server struct {
	projectv1.UnimplementedProjectServiceServer
	cases *recorder.Cases
}

// NewServer makes the service.
func NewServer(cases *recorder.Cases) *Server { return &Server{cases: cases} }

// DraftProject records the fact ProjectDrafted.
func (s *Server) DraftProject(ctx context.Context, r *projectv1.DraftProjectRequest) (*casefilev1.Recorded, error) {
	return s.cases.Record(ctx, r, r.GetCommand(), r.GetFact())
}

// SetGoal records the fact GoalSet.
func (s *Server) SetGoal(ctx context.Context, r *projectv1.SetGoalRequest) (*casefilev1.Recorded, error) {
	return s.cases.Record(ctx, r, r.GetCommand(), r.GetFact())
}

// ReachGoal records the fact GoalReached.
func (s *Server) ReachGoal(ctx context.Context, r *projectv1.ReachGoalRequest) (*casefilev1.Recorded, error) {
	return s.cases.Record(ctx, r, r.GetCommand(), r.GetFact())
}

// DropGoal records the fact GoalDropped.
func (s *Server) DropGoal(ctx context.Context, r *projectv1.DropGoalRequest) (*casefilev1.Recorded, error) {
	return s.cases.Record(ctx, r, r.GetCommand(), r.GetFact())
}

// ArrangeSupport records the fact SupportArranged.
func (s *Server) ArrangeSupport(ctx context.Context, r *projectv1.ArrangeSupportRequest) (*casefilev1.Recorded, error) {
	return s.cases.Record(ctx, r, r.GetCommand(), r.GetFact())
}

// StartSupport records the fact SupportStarted.
func (s *Server) StartSupport(ctx context.Context, r *projectv1.StartSupportRequest) (*casefilev1.Recorded, error) {
	return s.cases.Record(ctx, r, r.GetCommand(), r.GetFact())
}

// DeliverSupport records the fact SupportDelivered.
func (s *Server) DeliverSupport(ctx context.Context, r *projectv1.DeliverSupportRequest) (*casefilev1.Recorded, error) {
	return s.cases.Record(ctx, r, r.GetCommand(), r.GetFact())
}

// StopSupport records the fact SupportStopped.
func (s *Server) StopSupport(ctx context.Context, r *projectv1.StopSupportRequest) (*casefilev1.Recorded, error) {
	return s.cases.Record(ctx, r, r.GetCommand(), r.GetFact())
}

// AgreeCommitment records the fact CommitmentAgreed.
func (s *Server) AgreeCommitment(ctx context.Context, r *projectv1.AgreeCommitmentRequest) (*casefilev1.Recorded, error) {
	return s.cases.Record(ctx, r, r.GetCommand(), r.GetFact())
}

// CheckCommitment records the fact CommitmentChecked.
func (s *Server) CheckCommitment(ctx context.Context, r *projectv1.CheckCommitmentRequest) (*casefilev1.Recorded, error) {
	return s.cases.Record(ctx, r, r.GetCommand(), r.GetFact())
}

// SetBudget records the fact BudgetSet.
func (s *Server) SetBudget(ctx context.Context, r *projectv1.SetBudgetRequest) (*casefilev1.Recorded, error) {
	return s.cases.Record(ctx, r, r.GetCommand(), r.GetFact())
}

// SignProject records the fact ProjectSigned.
func (s *Server) SignProject(ctx context.Context, r *projectv1.SignProjectRequest) (*casefilev1.Recorded, error) {
	return s.cases.Record(ctx, r, r.GetCommand(), r.GetFact())
}

// RefuseSignature records the fact SignatureRefused.
func (s *Server) RefuseSignature(ctx context.Context, r *projectv1.RefuseSignatureRequest) (*casefilev1.Recorded, error) {
	return s.cases.Record(ctx, r, r.GetCommand(), r.GetFact())
}

// ReviseProject records the fact ProjectRevised.
func (s *Server) ReviseProject(ctx context.Context, r *projectv1.ReviseProjectRequest) (*casefilev1.Recorded, error) {
	return s.cases.Record(ctx, r, r.GetCommand(), r.GetFact())
}

// PlanMonitoring records the fact MonitoringPlanned.
func (s *Server) PlanMonitoring(ctx context.Context, r *projectv1.PlanMonitoringRequest) (*casefilev1.Recorded, error) {
	return s.cases.Record(ctx, r, r.GetCommand(), r.GetFact())
}

// MonitorProject records the fact ProjectMonitored.
func (s *Server) MonitorProject(ctx context.Context, r *projectv1.MonitorProjectRequest) (*casefilev1.Recorded, error) {
	return s.cases.Record(ctx, r, r.GetCommand(), r.GetFact())
}

// RecordBeneficiaryEvaluation records the fact BeneficiaryEvaluated.
func (s *Server) RecordBeneficiaryEvaluation(ctx context.Context, r *projectv1.RecordBeneficiaryEvaluationRequest) (*casefilev1.Recorded, error) {
	return s.cases.Record(ctx, r, r.GetCommand(), r.GetFact())
}

// RecordOperatorsEvaluation records the fact OperatorsEvaluated.
func (s *Server) RecordOperatorsEvaluation(ctx context.Context, r *projectv1.RecordOperatorsEvaluationRequest) (*casefilev1.Recorded, error) {
	return s.cases.Record(ctx, r, r.GetCommand(), r.GetFact())
}

// RecordMissingEvaluation records the fact EvaluationNotCarriedOut.
func (s *Server) RecordMissingEvaluation(ctx context.Context, r *projectv1.RecordMissingEvaluationRequest) (*casefilev1.Recorded, error) {
	return s.cases.Record(ctx, r, r.GetCommand(), r.GetFact())
}

// ConcludeProject records the fact ProjectConcluded.
func (s *Server) ConcludeProject(ctx context.Context, r *projectv1.ConcludeProjectRequest) (*casefilev1.Recorded, error) {
	return s.cases.Record(ctx, r, r.GetCommand(), r.GetFact())
}

// SubmitProject records the fact ProjectSubmitted.
func (s *Server) SubmitProject(ctx context.Context, r *projectv1.SubmitProjectRequest) (*casefilev1.Recorded, error) {
	return s.cases.Record(ctx, r, r.GetCommand(), r.GetFact())
}

// ApproveProject records the fact ProjectApproved.
func (s *Server) ApproveProject(ctx context.Context, r *projectv1.ApproveProjectRequest) (*casefilev1.Recorded, error) {
	return s.cases.Record(ctx, r, r.GetCommand(), r.GetFact())
}

// SendBackProject records the fact ProjectSentBack.
func (s *Server) SendBackProject(ctx context.Context, r *projectv1.SendBackProjectRequest) (*casefilev1.Recorded, error) {
	return s.cases.Record(ctx, r, r.GetCommand(), r.GetFact())
}

// ProposePath records the fact PathProposed.
func (s *Server) ProposePath(ctx context.Context, r *projectv1.ProposePathRequest) (*casefilev1.Recorded, error) {
	return s.cases.Record(ctx, r, r.GetCommand(), r.GetFact())
}

// SignPathAgreement records the fact PathAgreementSigned.
func (s *Server) SignPathAgreement(ctx context.Context, r *projectv1.SignPathAgreementRequest) (*casefilev1.Recorded, error) {
	return s.cases.Record(ctx, r, r.GetCommand(), r.GetFact())
}

// StartPath records the fact PathStarted.
func (s *Server) StartPath(ctx context.Context, r *projectv1.StartPathRequest) (*casefilev1.Recorded, error) {
	return s.cases.Record(ctx, r, r.GetCommand(), r.GetFact())
}

// ExtendPath records the fact PathExtended.
func (s *Server) ExtendPath(ctx context.Context, r *projectv1.ExtendPathRequest) (*casefilev1.Recorded, error) {
	return s.cases.Record(ctx, r, r.GetCommand(), r.GetFact())
}

// SuspendPath records the fact PathSuspended.
func (s *Server) SuspendPath(ctx context.Context, r *projectv1.SuspendPathRequest) (*casefilev1.Recorded, error) {
	return s.cases.Record(ctx, r, r.GetCommand(), r.GetFact())
}

// ResumePath records the fact PathResumed.
func (s *Server) ResumePath(ctx context.Context, r *projectv1.ResumePathRequest) (*casefilev1.Recorded, error) {
	return s.cases.Record(ctx, r, r.GetCommand(), r.GetFact())
}

// InterruptPath records the fact PathInterrupted.
func (s *Server) InterruptPath(ctx context.Context, r *projectv1.InterruptPathRequest) (*casefilev1.Recorded, error) {
	return s.cases.Record(ctx, r, r.GetCommand(), r.GetFact())
}

// RecordAttendance records the fact PathAttended.
func (s *Server) RecordAttendance(ctx context.Context, r *projectv1.RecordAttendanceRequest) (*casefilev1.Recorded, error) {
	return s.cases.Record(ctx, r, r.GetCommand(), r.GetFact())
}

// RecordPayment records the fact PathPaid.
func (s *Server) RecordPayment(ctx context.Context, r *projectv1.RecordPaymentRequest) (*casefilev1.Recorded, error) {
	return s.cases.Record(ctx, r, r.GetCommand(), r.GetFact())
}

// ConcludePath records the fact PathConcluded.
func (s *Server) ConcludePath(ctx context.Context, r *projectv1.ConcludePathRequest) (*casefilev1.Recorded, error) {
	return s.cases.Record(ctx, r, r.GetCommand(), r.GetFact())
}

// FollowUpPath records the fact PathFollowedUp.
func (s *Server) FollowUpPath(ctx context.Context, r *projectv1.FollowUpPathRequest) (*casefilev1.Recorded, error) {
	return s.cases.Record(ctx, r, r.GetCommand(), r.GetFact())
}
