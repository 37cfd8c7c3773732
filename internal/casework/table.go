package casework

import (
	"fmt"

	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

// ruleOf finds the rule of a fact. A fact that has none, because it is newer
// than this program or belongs to another stream, is an error.
func ruleOf(f *eventv1.Fact) (rule, error) {
	switch f := f.GetFact().(type) {
	case *eventv1.Fact_Signalled:
		return signalled(f.Signalled), nil
	case *eventv1.Fact_Applied:
		return applied(f.Applied), nil
	case *eventv1.Fact_PadSigned:
		return padSigned(f.PadSigned), nil
	case *eventv1.Fact_MeasureDecided:
		return measureDecided(f.MeasureDecided), nil
	case *eventv1.Fact_HouseholdRecorded:
		return householdRecorded(f.HouseholdRecorded), nil
	case *eventv1.Fact_NeedsRecorded:
		return needsRecorded(f.NeedsRecorded), nil
	case *eventv1.Fact_HousingRecorded:
		return housingRecorded(f.HousingRecorded), nil
	case *eventv1.Fact_EligibilityAssessed:
		return eligibilityAssessed(f.EligibilityAssessed), nil
	case *eventv1.Fact_TakenInCharge:
		return takenInCharge(f.TakenInCharge), nil
	case *eventv1.Fact_Refused:
		return refused(f.Refused), nil
	case *eventv1.Fact_PutOnWaitingList:
		return putOnWaitingList(f.PutOnWaitingList), nil
	case *eventv1.Fact_CaseManagerAssigned:
		return caseManagerAssigned(f.CaseManagerAssigned), nil
	case *eventv1.Fact_ContactAttempted:
		return contactAttempted(f.ContactAttempted), nil
	case *eventv1.Fact_Summoned:
		return summoned(f.Summoned), nil
	case *eventv1.Fact_SummonsMissed:
		return summonsMissed(f.SummonsMissed), nil
	case *eventv1.Fact_FirstMeetingHeld:
		return firstMeetingHeld(f.FirstMeetingHeld), nil
	case *eventv1.Fact_PeriodicMeetingHeld:
		return periodicMeetingHeld(f.PeriodicMeetingHeld), nil
	case *eventv1.Fact_SentToEmploymentCentre:
		return sentToEmploymentCentre(f.SentToEmploymentCentre), nil
	case *eventv1.Fact_ServicePactSigned:
		return servicePactSigned(f.ServicePactSigned), nil
	case *eventv1.Fact_Referred:
		return referred(f.Referred), nil
	case *eventv1.Fact_ReferralAnswered:
		return referralAnswered(f.ReferralAnswered), nil
	case *eventv1.Fact_Suspended:
		return suspended(f.Suspended), nil
	case *eventv1.Fact_Resumed:
		return resumed(f.Resumed), nil
	case *eventv1.Fact_Closed:
		return closed(f.Closed), nil
	case *eventv1.Fact_Reopened:
		return reopened(f.Reopened), nil
	case *eventv1.Fact_ClosureProposed:
		return closureProposed(f.ClosureProposed), nil
	case *eventv1.Fact_ClosureApproved:
		return closureApproved(f.ClosureApproved), nil
	case *eventv1.Fact_ClosureSentBack:
		return closureSentBack(f.ClosureSentBack), nil
	case *eventv1.Fact_AssessmentOpened:
		return assessmentOpened(f.AssessmentOpened), nil
	case *eventv1.Fact_PreliminaryAnalysisConcluded:
		return preliminaryAnalysisConcluded(f.PreliminaryAnalysisConcluded), nil
	case *eventv1.Fact_DomainAssessed:
		return domainAssessed(f.DomainAssessed), nil
	case *eventv1.Fact_StrengthRecorded:
		return strengthRecorded(f.StrengthRecorded), nil
	case *eventv1.Fact_AssessmentConcluded:
		return assessmentConcluded(f.AssessmentConcluded), nil
	case *eventv1.Fact_AssessmentReviewed:
		return assessmentReviewed(f.AssessmentReviewed), nil
	case *eventv1.Fact_AssessmentApproved:
		return assessmentApproved(f.AssessmentApproved), nil
	case *eventv1.Fact_AssessmentSentBack:
		return assessmentSentBack(f.AssessmentSentBack), nil
	case *eventv1.Fact_TeamMemberAdded:
		return teamMemberAdded(f.TeamMemberAdded), nil
	case *eventv1.Fact_TeamMemberRemoved:
		return teamMemberRemoved(f.TeamMemberRemoved), nil
	case *eventv1.Fact_MeetingCalled:
		return meetingCalled(f.MeetingCalled), nil
	case *eventv1.Fact_MeetingHeld:
		return meetingHeld(f.MeetingHeld), nil
	case *eventv1.Fact_MeetingCancelled:
		return meetingCancelled(f.MeetingCancelled), nil
	case *eventv1.Fact_FollowUpSettled:
		return followUpSettled(f.FollowUpSettled), nil
	case *eventv1.Fact_AttendanceConfirmed:
		return attendanceConfirmed(f.AttendanceConfirmed), nil
	case *eventv1.Fact_ProjectDrafted:
		return projectDrafted(f.ProjectDrafted), nil
	case *eventv1.Fact_GoalSet:
		return goalSet(f.GoalSet), nil
	case *eventv1.Fact_GoalReached:
		return goalReached(f.GoalReached), nil
	case *eventv1.Fact_GoalDropped:
		return goalDropped(f.GoalDropped), nil
	case *eventv1.Fact_SupportArranged:
		return supportArranged(f.SupportArranged), nil
	case *eventv1.Fact_SupportStarted:
		return supportStarted(f.SupportStarted), nil
	case *eventv1.Fact_SupportDelivered:
		return supportDelivered(f.SupportDelivered), nil
	case *eventv1.Fact_SupportStopped:
		return supportStopped(f.SupportStopped), nil
	case *eventv1.Fact_CommitmentAgreed:
		return commitmentAgreed(f.CommitmentAgreed), nil
	case *eventv1.Fact_CommitmentChecked:
		return commitmentChecked(f.CommitmentChecked), nil
	case *eventv1.Fact_BudgetSet:
		return budgetSet(f.BudgetSet), nil
	case *eventv1.Fact_ProjectSigned:
		return projectSigned(f.ProjectSigned), nil
	case *eventv1.Fact_SignatureRefused:
		return signatureRefused(f.SignatureRefused), nil
	case *eventv1.Fact_ProjectRevised:
		return projectRevised(f.ProjectRevised), nil
	case *eventv1.Fact_MonitoringPlanned:
		return monitoringPlanned(f.MonitoringPlanned), nil
	case *eventv1.Fact_ProjectMonitored:
		return projectMonitored(f.ProjectMonitored), nil
	case *eventv1.Fact_BeneficiaryEvaluated:
		return beneficiaryEvaluated(f.BeneficiaryEvaluated), nil
	case *eventv1.Fact_OperatorsEvaluated:
		return operatorsEvaluated(f.OperatorsEvaluated), nil
	case *eventv1.Fact_EvaluationNotCarriedOut:
		return evaluationNotCarriedOut(f.EvaluationNotCarriedOut), nil
	case *eventv1.Fact_ProjectConcluded:
		return projectConcluded(f.ProjectConcluded), nil
	case *eventv1.Fact_ProjectSubmitted:
		return projectSubmitted(f.ProjectSubmitted), nil
	case *eventv1.Fact_ProjectApproved:
		return projectApproved(f.ProjectApproved), nil
	case *eventv1.Fact_ProjectSentBack:
		return projectSentBack(f.ProjectSentBack), nil
	case *eventv1.Fact_PathProposed:
		return pathProposed(f.PathProposed), nil
	case *eventv1.Fact_PathAgreementSigned:
		return pathAgreementSigned(f.PathAgreementSigned), nil
	case *eventv1.Fact_PathStarted:
		return pathStarted(f.PathStarted), nil
	case *eventv1.Fact_PathExtended:
		return pathExtended(f.PathExtended), nil
	case *eventv1.Fact_PathSuspended:
		return pathSuspended(f.PathSuspended), nil
	case *eventv1.Fact_PathResumed:
		return pathResumed(f.PathResumed), nil
	case *eventv1.Fact_PathInterrupted:
		return pathInterrupted(f.PathInterrupted), nil
	case *eventv1.Fact_PathAttended:
		return pathAttended(f.PathAttended), nil
	case *eventv1.Fact_PathPaid:
		return pathPaid(f.PathPaid), nil
	case *eventv1.Fact_PathConcluded:
		return pathConcluded(f.PathConcluded), nil
	case *eventv1.Fact_PathFollowedUp:
		return pathFollowedUp(f.PathFollowedUp), nil
	case *eventv1.Fact_DischargeReported:
		return dischargeReported(f.DischargeReported), nil
	case *eventv1.Fact_AdmissibilityAssessed:
		return admissibilityAssessed(f.AdmissibilityAssessed), nil
	case *eventv1.Fact_Discharged:
		return discharged(f.Discharged), nil
	case *eventv1.Fact_ProviderChosen:
		return providerChosen(f.ProviderChosen), nil
	case *eventv1.Fact_FirstAccess:
		return firstAccess(f.FirstAccess), nil
	case *eventv1.Fact_AccessDelivered:
		return accessDelivered(f.AccessDelivered), nil
	case *eventv1.Fact_BedAssigned:
		return bedAssigned(f.BedAssigned), nil
	case *eventv1.Fact_BedEntered:
		return bedEntered(f.BedEntered), nil
	case *eventv1.Fact_BedLeft:
		return bedLeft(f.BedLeft), nil
	case *eventv1.Fact_ServiceConcluded:
		return serviceConcluded(f.ServiceConcluded), nil
	case *eventv1.Fact_SixMonthResult:
		return sixMonthResult(f.SixMonthResult), nil
	case *eventv1.Fact_ClashSettled:
		return clashSettled(f.ClashSettled), nil
	default:
		return rule{}, fmt.Errorf("a case knows no fact of type %T", f)
	}
}
