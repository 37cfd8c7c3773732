package assessment

import (
	"context"

	assessmentv1 "percorsi/internal/gen/percorsi/assessment/v1"
	casefilev1 "percorsi/internal/gen/percorsi/casefile/v1"
	"percorsi/internal/recorder"
)

// Server serves AssessmentService.
type Server struct {
	assessmentv1.UnimplementedAssessmentServiceServer
	cases *recorder.Cases
}

// NewServer makes the service.
func NewServer(cases *recorder.Cases) *Server { return &Server{cases: cases} }

// OpenAssessment records the fact AssessmentOpened.
func (s *Server) OpenAssessment(ctx context.Context, r *assessmentv1.OpenAssessmentRequest) (*casefilev1.Recorded, error) {
	return s.cases.Record(ctx, r, r.GetCommand(), r.GetFact())
}

// ConcludePreliminaryAnalysis records the fact PreliminaryAnalysisConcluded.
func (s *Server) ConcludePreliminaryAnalysis(ctx context.Context, r *assessmentv1.ConcludePreliminaryAnalysisRequest) (*casefilev1.Recorded, error) {
	return s.cases.Record(ctx, r, r.GetCommand(), r.GetFact())
}

// AssessDomain records the fact DomainAssessed.
func (s *Server) AssessDomain(ctx context.Context, r *assessmentv1.AssessDomainRequest) (*casefilev1.Recorded, error) {
	return s.cases.Record(ctx, r, r.GetCommand(), r.GetFact())
}

// RecordStrength records the fact StrengthRecorded.
func (s *Server) RecordStrength(ctx context.Context, r *assessmentv1.RecordStrengthRequest) (*casefilev1.Recorded, error) {
	return s.cases.Record(ctx, r, r.GetCommand(), r.GetFact())
}

// ConcludeAssessment records the fact AssessmentConcluded.
func (s *Server) ConcludeAssessment(ctx context.Context, r *assessmentv1.ConcludeAssessmentRequest) (*casefilev1.Recorded, error) {
	return s.cases.Record(ctx, r, r.GetCommand(), r.GetFact())
}

// ReviewAssessment records the fact AssessmentReviewed.
func (s *Server) ReviewAssessment(ctx context.Context, r *assessmentv1.ReviewAssessmentRequest) (*casefilev1.Recorded, error) {
	return s.cases.Record(ctx, r, r.GetCommand(), r.GetFact())
}

// ApproveAssessment records the fact AssessmentApproved.
func (s *Server) ApproveAssessment(ctx context.Context, r *assessmentv1.ApproveAssessmentRequest) (*casefilev1.Recorded, error) {
	return s.cases.Record(ctx, r, r.GetCommand(), r.GetFact())
}

// SendBackAssessment records the fact AssessmentSentBack.
func (s *Server) SendBackAssessment(ctx context.Context, r *assessmentv1.SendBackAssessmentRequest) (*casefilev1.Recorded, error) {
	return s.cases.Record(ctx, r, r.GetCommand(), r.GetFact())
}

// AddTeamMember records the fact TeamMemberAdded.
func (s *Server) AddTeamMember(ctx context.Context, r *assessmentv1.AddTeamMemberRequest) (*casefilev1.Recorded, error) {
	return s.cases.Record(ctx, r, r.GetCommand(), r.GetFact())
}

// RemoveTeamMember records the fact TeamMemberRemoved.
func (s *Server) RemoveTeamMember(ctx context.Context, r *assessmentv1.RemoveTeamMemberRequest) (*casefilev1.Recorded, error) {
	return s.cases.Record(ctx, r, r.GetCommand(), r.GetFact())
}

// CallMeeting records the fact MeetingCalled.
func (s *Server) CallMeeting(ctx context.Context, r *assessmentv1.CallMeetingRequest) (*casefilev1.Recorded, error) {
	return s.cases.Record(ctx, r, r.GetCommand(), r.GetFact())
}

// HoldMeeting records the fact MeetingHeld.
func (s *Server) HoldMeeting(ctx context.Context, r *assessmentv1.HoldMeetingRequest) (*casefilev1.Recorded, error) {
	return s.cases.Record(ctx, r, r.GetCommand(), r.GetFact())
}

// CancelMeeting records the fact MeetingCancelled.
func (s *Server) CancelMeeting(ctx context.Context, r *assessmentv1.CancelMeetingRequest) (*casefilev1.Recorded, error) {
	return s.cases.Record(ctx, r, r.GetCommand(), r.GetFact())
}

// SettleFollowUp records the fact FollowUpSettled.
func (s *Server) SettleFollowUp(ctx context.Context, r *assessmentv1.SettleFollowUpRequest) (*casefilev1.Recorded, error) {
	return s.cases.Record(ctx, r, r.GetCommand(), r.GetFact())
}

// ConfirmAttendance records the fact AttendanceConfirmed.
func (s *Server) ConfirmAttendance(ctx context.Context, r *assessmentv1.ConfirmAttendanceRequest) (*casefilev1.Recorded, error) {
	return s.cases.Record(ctx, r, r.GetCommand(), r.GetFact())
}
