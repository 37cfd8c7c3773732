package access_test

import (
	"testing"

	"percorsi/internal/access"
	"percorsi/internal/casework"
	"percorsi/internal/fault"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

func TestWhoMayCorrectWhatInACase(t *testing.T) {
	const (
		closing   = "/percorsi.intake.v1.IntakeService/Close"
		contact   = "/percorsi.intake.v1.IntakeService/AttemptContact"
		approving = "/percorsi.assessment.v1.AssessmentService/ApproveAssessment"
		referring = "/percorsi.intake.v1.IntakeService/Refer"
		reporting = "/percorsi.discharge.v1.DischargeService/ReportDischarge"
	)
	by := func(c access.Caller) *eventv1.Actor {
		return &eventv1.Actor{User: c.User, Role: string(c.Role), Body: c.Body}
	}
	acsi := func(r access.Role) access.Caller { return staff(r, "op.1", "ACSI") }
	colleague, program := staff(access.CaseManager, "op.2", "ACSI"), access.Caller{User: "percorsi"}
	called := &eventv1.Fact{Fact: &eventv1.Fact_ContactAttempted{ContactAttempted: &eventv1.ContactAttempted{}}}
	approved := &eventv1.Fact{Fact: &eventv1.Fact_AssessmentApproved{AssessmentApproved: &eventv1.AssessmentApproved{}}}
	transfer := referral(eventv1.ReferralKind_REFERRAL_KIND_TRANSFER)
	for _, c := range []struct {
		sentence string
		caller   access.Caller
		on       *casework.Case
		method   string
		fact     *eventv1.Fact
		author   *eventv1.Actor
		want     fault.Kind
	}{
		{"a case manager corrects a colleague", acsi(access.CaseManager), aCase(), closing, closed, by(colleague), allowed},
		{"a case manager corrects what the program recorded", acsi(access.CaseManager), aCase(), contact, called, by(program), allowed},
		{"a case manager of elsewhere is told of no case", staff(access.CaseManager, "op.1", "ELSEWHERE"), aCase(), closing, closed, by(colleague), fault.NotFound},
		{"on no case there is nothing to correct", acsi(access.Coordinator), nil, closing, closed, by(colleague), fault.NotFound},
		{"a team member corrects the own fact", acsi(access.TeamMember), aCase(), contact, called, by(acsi(access.TeamMember)), allowed},
		{"a team member does not correct a colleague", acsi(access.TeamMember), aCase(), contact, called, by(colleague), fault.Denied},
		{"a team member does not correct what the role may not record", acsi(access.TeamMember), aCase(), closing, closed, by(acsi(access.TeamMember)), fault.Denied},
		{"a case manager does not correct an approval", acsi(access.CaseManager), aCase(), approving, approved, by(colleague), fault.Denied},
		{"a coordinator does", acsi(access.Coordinator), aCase(), approving, approved, by(colleague), allowed},
		{"a case manager does not correct a transfer", acsi(access.CaseManager), aCase(), referring, transfer, by(colleague), fault.Denied},
		{"a coordinator corrects a transfer", acsi(access.Coordinator), aCase(), referring, transfer, by(colleague), allowed},
		{"a ward corrects its own report", reporter("HOSPITAL"), aCase(), reporting, reportedBy("HOSPITAL"), by(reporter("HOSPITAL")), allowed},
		{"a ward does not correct the report of somebody else", reporter("HOSPITAL"), aCase(), reporting, reportedBy("HOSPITAL"), by(colleague), fault.Denied},
		{"a ward does not sign for another ward by correcting", reporter("HOSPITAL"), aCase(), reporting, reportedBy("WARD"), by(reporter("HOSPITAL")), fault.Denied},
		{"a planner corrects nothing", staff(access.Planner, "op.1", "ACSI"), aCase(), contact, called, by(colleague), fault.Denied},
	} {
		t.Run(c.sentence, func(t *testing.T) {
			err := access.MayCorrect(c.caller, c.on, c.method, c.fact, c.author)
			if c.want == allowed {
				if err != nil {
					t.Errorf("refused: %v", err)
				}
				return
			}
			if err == nil || fault.KindOf(err) != c.want {
				t.Errorf("got %v, want a refusal of kind %d", err, c.want)
			}
		})
	}
}
