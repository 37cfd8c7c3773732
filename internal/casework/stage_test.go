package casework_test

import (
	"testing"

	"percorsi/internal/casework"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

// step is one fact of a pathway and the stage it leads to.
type step struct {
	fact  *eventv1.Fact
	stage casework.Stage
}

// walk records the steps one after the other and looks at the stage after each.
func walk(t *testing.T, steps []step) {
	t.Helper()
	t.Helper()
	s := given(t)
	for i, step := range steps {
		if err := s.record(step.fact); err != nil {
			t.Fatalf("step %d: %v", i, err)
		}
		if got := s.c.Stage(); got != step.stage {
			t.Fatalf("step %d, %s: stage %s, want %s", i, step.fact.GetOccurredOn(), got, step.stage)
		}
	}
}

func TestTheStagesOfADI(t *testing.T) {
	bare := application()
	bare.PadSignedOn, bare.TransmittedOn = "", ""
	framework := opening(eventv1.Form_FORM_ANALYSIS_FRAMEWORK)
	framework.AssessmentId = id("framework")
	frameworkHealth := health(2)
	frameworkHealth.AssessmentId = id("framework")
	walk(t, []step{
		{on("2025-01-10", bare), casework.StageApplied},
		{on("2025-01-11", &eventv1.PadSigned{SignedOn: "2025-01-11"}), casework.StagePadSigned},
		{on("2025-01-14", &eventv1.CaseManagerAssigned{CaseManager: anna, Body: "ACSI"}), casework.StageAssigned},
		{takenOn("2025-01-15"), casework.StageAssigned},
		{summons("2025-01-20", "2025-01-30"), casework.StageSummoned},
		{firstMeeting("2025-01-30"), casework.StageMet},
		{on("2025-01-31", opening(eventv1.Form_FORM_PRELIMINARY_ANALYSIS)), casework.StageMet},
		{on("2025-02-05", &eventv1.PreliminaryAnalysisConcluded{
			AssessmentId: id("assessment"), Result: eventv1.AnalysisResult_ANALYSIS_RESULT_TEAM_AND_FRAMEWORK,
		}), casework.StageAnalysed},
		{on("2025-02-06", framework), casework.StageAnalysed},
		{on("2025-02-07", frameworkHealth), casework.StageAnalysed},
		{on("2025-02-10", &eventv1.AssessmentConcluded{AssessmentId: id("framework")}), casework.StageFramework},
		{on("2025-02-20", draft(eventv1.Measure_MEASURE_PAIS)), casework.StageFramework},
		{on("2025-02-21", signature(eventv1.Signer_SIGNER_BENEFICIARY)), casework.StageFramework},
		{on("2025-02-22", signature(eventv1.Signer_SIGNER_CASE_MANAGER)), casework.StagePactSigned},
		{on("2025-04-30", &eventv1.PeriodicMeetingHeld{PersonId: id("person")}), casework.StageMonitored},
		{on("2025-05-01", &eventv1.ProjectMonitored{ProjectId: id("project")}), casework.StageMonitored},
		{on("2025-06-01", &eventv1.Suspended{}), casework.StageMonitored},
		{on("2026-07-31", decided(eventv1.MeasureDecision_MEASURE_DECISION_EXPIRED)), casework.StageMeasureEnded},
		{on("2026-08-15", decided(eventv1.MeasureDecision_MEASURE_DECISION_RENEWED)), casework.StageMonitored},
		{on("2026-08-16", &eventv1.PadSigned{SignedOn: "2026-08-16"}), casework.StageAssigned},
		{summons("2026-09-01", "2026-09-10"), casework.StageSummoned},
		{firstMeeting("2026-09-10"), casework.StageMonitored},
		{on("2026-10-01", ours("")), casework.StageMonitored},
		{on("2026-10-01", theirs("")), casework.StageMonitored},
		{on("2026-10-31", closing(eventv1.ClosingReason_CLOSING_REASON_AUTONOMY)), casework.StageClosed},
	})
}

func TestAnApplicationThatWasTransmittedOrWaits(t *testing.T) {
	walk(t, []step{
		{on("2025-01-10", application()), casework.StageTransmitted},
		{on("2025-01-12", &eventv1.PutOnWaitingList{}), casework.StageWaiting},
		{on("2025-01-13", &eventv1.Refused{Reason: eventv1.RefusalReason_REFUSAL_REASON_DECLINED}), casework.StageRefused},
		{on("2025-01-14", &eventv1.Reopened{}), casework.StageTransmitted},
	})
}

func TestEveryEndOfTheMeasureIsAStage(t *testing.T) {
	ends := map[eventv1.MeasureDecision]bool{
		eventv1.MeasureDecision_MEASURE_DECISION_REJECTED: true, eventv1.MeasureDecision_MEASURE_DECISION_FORFEITED: true,
		eventv1.MeasureDecision_MEASURE_DECISION_REVOKED: true, eventv1.MeasureDecision_MEASURE_DECISION_EXPIRED: true,
		eventv1.MeasureDecision_MEASURE_DECISION_WAIVED: true, eventv1.MeasureDecision_MEASURE_DECISION_TRANSFERRED: true,
	}
	for n := range eventv1.MeasureDecision_name {
		d := eventv1.MeasureDecision(n)
		c := given(t, and(applied(), on("2025-02-01", decided(d)))...).c
		if got := c.Stage() == casework.StageMeasureEnded; got != ends[d] {
			t.Errorf("%s: ended %t, want %t", d, got, ends[d])
		}
	}
}

func TestTheStagesOfSELF(t *testing.T) {
	second := proposal(eventv1.PathKind_PATH_KIND_LABORATORY)
	second.PathId = id("second")
	walk(t, []step{
		{on("2025-01-10", signal(eventv1.Pathway_PATHWAY_SELF)), casework.StageSignalled},
		{firstMeeting("2025-01-12"), casework.StageMet},
		{on("2025-01-13", &eventv1.PutOnWaitingList{}), casework.StageWaiting},
		{takenOn("2025-01-15"), casework.StageInCharge},
		{on("2025-01-20", opening(eventv1.Form_FORM_COMPETENCE_BALANCE)), casework.StageInCharge},
		{on("2025-01-21", health(1)), casework.StageInCharge},
		{on("2025-01-22", &eventv1.AssessmentConcluded{AssessmentId: id("assessment")}), casework.StageAnalysed},
		{on("2025-01-25", draft(eventv1.Measure_MEASURE_SELF)), casework.StageProjectDrafted},
		{on("2025-02-01", proposal(eventv1.PathKind_PATH_KIND_TRAINING)), casework.StageProjectDrafted},
		{on("2025-02-10", &eventv1.PathStarted{PathId: id("path")}), casework.StagePathActive},
		{on("2025-05-31", &eventv1.PathConcluded{PathId: id("path"), Outcome: eventv1.Outcome_OUTCOME_POSITIVE}), casework.StageProjectDrafted},
		{on("2025-06-01", second), casework.StageProjectDrafted},
		{on("2025-06-05", &eventv1.PathStarted{PathId: id("second")}), casework.StagePathActive},
		{on("2025-07-05", &eventv1.PathInterrupted{PathId: id("second")}), casework.StageProjectDrafted},
		{on("2025-07-31", closing(eventv1.ClosingReason_CLOSING_REASON_EMPLOYED)), casework.StageClosed},
		{on("2026-01-31", &eventv1.PathFollowedUp{PathId: id("path"), Result: eventv1.FollowUpResult_FOLLOW_UP_RESULT_EMPLOYED}), casework.StageFollowedUp},
	})
}

func TestTheStagesOfADischargeAtHome(t *testing.T) {
	walk(t, []step{
		{on("2025-01-10", signal(eventv1.Pathway_PATHWAY_DISCHARGE)), casework.StageSignalled},
		{takenOn("2025-01-15"), casework.StageInCharge},
		{on("2025-02-01", report(eventv1.DischargeLine_DISCHARGE_LINE_HOME)), casework.StageReported},
		{on("2025-02-02", admission(true)), casework.StageAdmitted},
		{on("2025-02-03", &eventv1.MeetingCalled{MeetingId: id("uvm"), MeetingOn: "2025-02-04"}), casework.StageAdmitted},
		{on("2025-02-04", &eventv1.MeetingHeld{MeetingId: id("uvm")}), casework.StageAssessed},
		{on("2025-02-05", draft(eventv1.Measure_MEASURE_PAI)), casework.StageAssessed},
		{on("2025-02-06", signature(eventv1.Signer_SIGNER_BENEFICIARY)), casework.StageAssessed},
		{on("2025-02-06", signature(eventv1.Signer_SIGNER_CASE_MANAGER)), casework.StageProjectSigned},
		{on("2025-02-10", leaving("2025-02-10T10:00Z")), casework.StageDischarged},
		{on("2025-02-10", &eventv1.ProviderChosen{Provider: "COOP"}), casework.StageProviderChosen},
		{on("2025-02-11", &eventv1.FirstAccess{At: at("2025-02-11T09:00Z")}), casework.StageServiceActive},
		{on("2025-03-10", &eventv1.ProjectMonitored{ProjectId: id("project")}), casework.StageMonitored},
		{on("2025-04-10", &eventv1.ServiceConcluded{Outcome: eventv1.DischargeOutcome_DISCHARGE_OUTCOME_AUTONOMY}), casework.StageConcluded},
		{on("2025-04-11", ours("")), casework.StageConcluded},
		{on("2025-04-11", theirs("")), casework.StageConcluded},
		{on("2025-04-30", closing(eventv1.ClosingReason_CLOSING_REASON_AUTONOMY)), casework.StageClosed},
		{on("2025-08-11", &eventv1.SixMonthResult{Result: eventv1.Readmission_READMISSION_NOT_READMITTED}), casework.StageFollowedUp},
	})
}

func TestTheStagesOfADischargeWithoutAHome(t *testing.T) {
	walk(t, []step{
		{on("2025-01-10", signal(eventv1.Pathway_PATHWAY_DISCHARGE)), casework.StageSignalled},
		{takenOn("2025-01-15"), casework.StageInCharge},
		{on("2025-02-01", report(eventv1.DischargeLine_DISCHARGE_LINE_HOMELESS)), casework.StageReported},
		{on("2025-02-02", admission(true)), casework.StageAdmitted},
		{on("2025-02-05", &eventv1.BedAssigned{Bed: "BED-1"}), casework.StageBedAssigned},
		{on("2025-02-10", leaving("2025-02-10T10:00Z")), casework.StageDischarged},
		{on("2025-02-10", &eventv1.BedEntered{}), casework.StageBedEntered},
		{on("2025-02-11", &eventv1.MeetingCalled{MeetingId: id("team"), MeetingOn: "2025-02-20"}), casework.StageBedEntered},
		{on("2025-02-20", &eventv1.MeetingHeld{MeetingId: id("team")}), casework.StageTeamMet},
		{on("2025-02-21", draft(eventv1.Measure_MEASURE_GEA)), casework.StageTeamMet},
		{on("2025-02-25", signature(eventv1.Signer_SIGNER_BENEFICIARY)), casework.StageTeamMet},
		{on("2025-02-25", signature(eventv1.Signer_SIGNER_EDUCATOR)), casework.StageProjectSigned},
		{on("2025-03-25", &eventv1.ProjectMonitored{ProjectId: id("project")}), casework.StageMonitored},
		{on("2025-05-25", ours(id("project"))), casework.StageMonitored},
		{on("2025-05-25", theirs(id("project"))), casework.StageEvaluated},
		{on("2025-05-31", &eventv1.ServiceConcluded{Outcome: eventv1.DischargeOutcome_DISCHARGE_OUTCOME_HOUSING}), casework.StageConcluded},
		{on("2025-06-01", &eventv1.BedLeft{Destination: eventv1.HousingStatus_HOUSING_STATUS_RENT_LONG}), casework.StageBedLeft},
		{on("2025-06-02", closing(eventv1.ClosingReason_CLOSING_REASON_AUTONOMY)), casework.StageClosed},
	})
}

func TestTheStagesOfEveryOtherCase(t *testing.T) {
	walk(t, []step{
		{on("2025-01-10", signal(eventv1.Pathway_PATHWAY_GENERALE)), casework.StageSignalled},
		{on("2025-01-12", &eventv1.PutOnWaitingList{}), casework.StageWaiting},
		{takenOn("2025-01-15"), casework.StageInCharge},
		{on("2025-02-20", draft(eventv1.Measure_MEASURE_GENERALE)), casework.StageProjectDrafted},
		{on("2025-03-01", signature(eventv1.Signer_SIGNER_BENEFICIARY)), casework.StageProjectDrafted},
		{on("2025-03-01", signature(eventv1.Signer_SIGNER_EDUCATOR)), casework.StageProjectSigned},
		{on("2025-04-01", &eventv1.ProjectMonitored{ProjectId: id("project")}), casework.StageMonitored},
	})
}
