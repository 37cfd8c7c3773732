package intake

import (
	"context"

	"percorsi/internal/fault"
	casefilev1 "percorsi/internal/gen/percorsi/casefile/v1"
	intakev1 "percorsi/internal/gen/percorsi/intake/v1"
	"percorsi/internal/recorder"
)

// Server serves IntakeService.
type Server struct {
	intakev1.UnimplementedIntakeServiceServer
	cases  *recorder.Cases
	comuni Comuni
}

// Comuni tells whether an ISTAT code is that of a Comune of the Ambito.
type Comuni interface {
	Has(istat string) bool
}

// NewServer makes the service.
func NewServer(cases *recorder.Cases, comuni Comuni) *Server {
	return &Server{cases: cases, comuni: comuni}
}

// inAmbito says that a Comune belongs to the Ambito.
func (s *Server) inAmbito(istat string) error {
	if s.comuni.Has(istat) {
		return nil
	}
	return fault.Field("fact.comune", "is not the ISTAT code of a Comune of the Ambito")
}

// Signal records the fact Signalled.
func (s *Server) Signal(ctx context.Context, r *intakev1.SignalRequest) (*casefilev1.Recorded, error) {
	if err := s.inAmbito(r.GetFact().GetComune()); err != nil {
		return nil, err
	}
	return s.cases.Record(ctx, r, r.GetCommand(), r.GetFact())
}

// Apply records the fact Applied.
func (s *Server) Apply(ctx context.Context, r *intakev1.ApplyRequest) (*casefilev1.Recorded, error) {
	if err := s.inAmbito(r.GetFact().GetComune()); err != nil {
		return nil, err
	}
	return s.cases.Record(ctx, r, r.GetCommand(), r.GetFact())
}

// SignPad records the fact PadSigned.
func (s *Server) SignPad(ctx context.Context, r *intakev1.SignPadRequest) (*casefilev1.Recorded, error) {
	return s.cases.Record(ctx, r, r.GetCommand(), r.GetFact())
}

// RecordMeasureDecision records the fact MeasureDecided.
func (s *Server) RecordMeasureDecision(ctx context.Context, r *intakev1.RecordMeasureDecisionRequest) (*casefilev1.Recorded, error) {
	return s.cases.Record(ctx, r, r.GetCommand(), r.GetFact())
}

// RecordHousehold records the fact HouseholdRecorded.
func (s *Server) RecordHousehold(ctx context.Context, r *intakev1.RecordHouseholdRequest) (*casefilev1.Recorded, error) {
	return s.cases.Record(ctx, r, r.GetCommand(), r.GetFact())
}

// RecordNeeds records the fact NeedsRecorded.
func (s *Server) RecordNeeds(ctx context.Context, r *intakev1.RecordNeedsRequest) (*casefilev1.Recorded, error) {
	return s.cases.Record(ctx, r, r.GetCommand(), r.GetFact())
}

// RecordHousing records the fact HousingRecorded.
func (s *Server) RecordHousing(ctx context.Context, r *intakev1.RecordHousingRequest) (*casefilev1.Recorded, error) {
	return s.cases.Record(ctx, r, r.GetCommand(), r.GetFact())
}

// AssessEligibility records the fact EligibilityAssessed.
func (s *Server) AssessEligibility(ctx context.Context, r *intakev1.AssessEligibilityRequest) (*casefilev1.Recorded, error) {
	return s.cases.Record(ctx, r, r.GetCommand(), r.GetFact())
}

// TakeInCharge records the fact TakenInCharge.
func (s *Server) TakeInCharge(ctx context.Context, r *intakev1.TakeInChargeRequest) (*casefilev1.Recorded, error) {
	return s.cases.Record(ctx, r, r.GetCommand(), r.GetFact())
}

// Refuse records the fact Refused.
func (s *Server) Refuse(ctx context.Context, r *intakev1.RefuseRequest) (*casefilev1.Recorded, error) {
	return s.cases.Record(ctx, r, r.GetCommand(), r.GetFact())
}

// PutOnWaitingList records the fact PutOnWaitingList.
func (s *Server) PutOnWaitingList(ctx context.Context, r *intakev1.PutOnWaitingListRequest) (*casefilev1.Recorded, error) {
	return s.cases.Record(ctx, r, r.GetCommand(), r.GetFact())
}

// AssignCaseManager records the fact CaseManagerAssigned.
func (s *Server) AssignCaseManager(ctx context.Context, r *intakev1.AssignCaseManagerRequest) (*casefilev1.Recorded, error) {
	return s.cases.Record(ctx, r, r.GetCommand(), r.GetFact())
}

// AttemptContact records the fact ContactAttempted.
func (s *Server) AttemptContact(ctx context.Context, r *intakev1.AttemptContactRequest) (*casefilev1.Recorded, error) {
	return s.cases.Record(ctx, r, r.GetCommand(), r.GetFact())
}

// Summon records the fact Summoned.
func (s *Server) Summon(ctx context.Context, r *intakev1.SummonRequest) (*casefilev1.Recorded, error) {
	return s.cases.Record(ctx, r, r.GetCommand(), r.GetFact())
}

// RecordMissedSummons records the fact SummonsMissed.
func (s *Server) RecordMissedSummons(ctx context.Context, r *intakev1.RecordMissedSummonsRequest) (*casefilev1.Recorded, error) {
	return s.cases.Record(ctx, r, r.GetCommand(), r.GetFact())
}

// HoldFirstMeeting records the fact FirstMeetingHeld.
func (s *Server) HoldFirstMeeting(ctx context.Context, r *intakev1.HoldFirstMeetingRequest) (*casefilev1.Recorded, error) {
	return s.cases.Record(ctx, r, r.GetCommand(), r.GetFact())
}

// HoldPeriodicMeeting records the fact PeriodicMeetingHeld.
func (s *Server) HoldPeriodicMeeting(ctx context.Context, r *intakev1.HoldPeriodicMeetingRequest) (*casefilev1.Recorded, error) {
	return s.cases.Record(ctx, r, r.GetCommand(), r.GetFact())
}

// SendToEmploymentCentre records the fact SentToEmploymentCentre.
func (s *Server) SendToEmploymentCentre(ctx context.Context, r *intakev1.SendToEmploymentCentreRequest) (*casefilev1.Recorded, error) {
	return s.cases.Record(ctx, r, r.GetCommand(), r.GetFact())
}

// SignServicePact records the fact ServicePactSigned.
func (s *Server) SignServicePact(ctx context.Context, r *intakev1.SignServicePactRequest) (*casefilev1.Recorded, error) {
	return s.cases.Record(ctx, r, r.GetCommand(), r.GetFact())
}

// Refer records the fact Referred.
func (s *Server) Refer(ctx context.Context, r *intakev1.ReferRequest) (*casefilev1.Recorded, error) {
	return s.cases.Record(ctx, r, r.GetCommand(), r.GetFact())
}

// AnswerReferral records the fact ReferralAnswered.
func (s *Server) AnswerReferral(ctx context.Context, r *intakev1.AnswerReferralRequest) (*casefilev1.Recorded, error) {
	return s.cases.Record(ctx, r, r.GetCommand(), r.GetFact())
}

// Suspend records the fact Suspended.
func (s *Server) Suspend(ctx context.Context, r *intakev1.SuspendRequest) (*casefilev1.Recorded, error) {
	return s.cases.Record(ctx, r, r.GetCommand(), r.GetFact())
}

// Resume records the fact Resumed.
func (s *Server) Resume(ctx context.Context, r *intakev1.ResumeRequest) (*casefilev1.Recorded, error) {
	return s.cases.Record(ctx, r, r.GetCommand(), r.GetFact())
}

// Close records the fact Closed.
func (s *Server) Close(ctx context.Context, r *intakev1.CloseRequest) (*casefilev1.Recorded, error) {
	return s.cases.Record(ctx, r, r.GetCommand(), r.GetFact())
}

// Reopen records the fact Reopened.
func (s *Server) Reopen(ctx context.Context, r *intakev1.ReopenRequest) (*casefilev1.Recorded, error) {
	return s.cases.Record(ctx, r, r.GetCommand(), r.GetFact())
}

// ProposeClosure records the fact ClosureProposed.
func (s *Server) ProposeClosure(ctx context.Context, r *intakev1.ProposeClosureRequest) (*casefilev1.Recorded, error) {
	return s.cases.Record(ctx, r, r.GetCommand(), r.GetFact())
}

// ApproveClosure records the fact ClosureApproved.
func (s *Server) ApproveClosure(ctx context.Context, r *intakev1.ApproveClosureRequest) (*casefilev1.Recorded, error) {
	return s.cases.Record(ctx, r, r.GetCommand(), r.GetFact())
}

// SendBackClosure records the fact ClosureSentBack.
func (s *Server) SendBackClosure(ctx context.Context, r *intakev1.SendBackClosureRequest) (*casefilev1.Recorded, error) {
	return s.cases.Record(ctx, r, r.GetCommand(), r.GetFact())
}
