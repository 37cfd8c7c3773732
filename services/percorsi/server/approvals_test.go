package server_test

import (
	"strings"
	"testing"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	casefilev1 "percorsi/internal/gen/percorsi/casefile/v1"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	"percorsi/services/percorsi/server/servertest"
)

const wordsOfReturn = "manca il parere della logopedista Segretissima"

// uvm is a discharge at home with an assessment of the UVM that the case manager
// concluded; it gives the journey, the assessment and the command of its finding.
func uvm(t *testing.T, o *office) (j *servertest.Journey, assessment, finding string) {
	t.Helper()
	j = servertest.NewJourney(t, o.manager)
	j.Do("2025-03-01", toDischarge(servertest.Register(t, o.manager, "Bonelli"), eventv1.Area_AREA_ELDERLY))
	j.As(o.coordinator).Do("2025-03-01", assigned())
	j.Do("2025-03-01", &eventv1.DischargeReported{
		Line: eventv1.DischargeLine_DISCHARGE_LINE_HOME, Source: eventv1.DischargeSource_DISCHARGE_SOURCE_WARD, ReportedBy: "COT-LODI",
	})
	j.Do("2025-03-02", &eventv1.AdmissibilityAssessed{Admissible: true})
	j.Do("2025-03-02", &eventv1.TakenInCharge{})
	assessment = j.Do("2025-03-03", &eventv1.AssessmentOpened{Form: eventv1.Form_FORM_UVM, FormVersion: "UVM-2024"})
	finding = j.As(o.member).Do("2025-03-03", network(assessment, 3))
	j.Do("2025-03-04", &eventv1.AssessmentConcluded{AssessmentId: assessment})
	return j, assessment, finding
}

func network(assessment string, level int64) *eventv1.DomainAssessed {
	return &eventv1.DomainAssessed{
		AssessmentId: assessment, Domain: eventv1.Domain_DOMAIN_NETWORK, NeedLevel: level,
		Profession: eventv1.Profession_PROFESSION_SOCIAL_WORKER,
	}
}

// sendBack sends an assessment back with words that nobody else may read, and
// has it concluded again.
func sendBack(t *testing.T, o *office) (j *servertest.Journey, assessment, finding string) {
	t.Helper()
	j, assessment, finding = uvm(t, o)
	j.As(o.coordinator).Do("2025-03-05", &eventv1.AssessmentSentBack{AssessmentId: assessment, Reason: plain(wordsOfReturn)})
	j.Do("2025-03-06", &eventv1.AssessmentConcluded{AssessmentId: assessment})
	return j, assessment, finding
}

func TestAnAssessmentOfTheUVMIsApprovedBeforeAPAIRestsOnIt(t *testing.T) {
	onBothBackends(t, func(t *testing.T, o *office) {
		j, assessment, finding := sendBack(t, o)
		approval := func() *casefilev1.Approval {
			return o.get(t, o.manager, j.Case).GetAssessments()[0].GetApproval()
		}
		got := approval()
		if got.GetSentBackOn() != "2025-03-05" || got.GetSentBackBy() != "op.3" || got.GetReason() != wordsOfReturn {
			t.Errorf("sent back: %v", got)
		}
		if got.GetWaitsSince() != "2025-03-06" || !strings.Contains(got.GetAskedBy(), "DE3") || len(got.GetAuthors()) != 2 {
			t.Errorf("waits: %v", got)
		}
		if words := o.get(t, o.planner, j.Case).GetAssessments()[0].GetApproval().GetReason(); words != "" {
			t.Errorf("a planner reads %q", words)
		}
		pai := &eventv1.ProjectDrafted{Measure: eventv1.Measure_MEASURE_PAI, StartsOn: "2025-03-07"}
		err := j.Try("2025-03-07", pai)
		if status.Code(err) != codes.FailedPrecondition || !strings.Contains(err.Error(), "DE3") {
			t.Errorf("a PAI before the approval: %v", err)
		}
		approve := &eventv1.AssessmentApproved{AssessmentId: assessment}
		if err := j.Try("2025-03-07", approve); status.Code(err) != codes.PermissionDenied {
			t.Errorf("a case manager approves: %v", err)
		}
		j.As(o.coordinator).Do("2025-03-07", approve)
		if got := approval(); got.GetApprovedOn() != "2025-03-07" || got.GetApprovedBy() != "op.3" || got.GetWaitsSince() != "" || got.GetReason() != "" {
			t.Errorf("approved: %v", got)
		}
		j.Do("2025-03-07", pai)

		revision := revisionOf(t, o, j.Case, "assessment/"+assessment+"/domain/network/judgement")
		corrected(t, o.manager, j.Case, amending(t, finding, revision, "2025-03-03", network(assessment, 1)))
		if got := approval(); got.GetApprovedOn() != "" || got.GetLapsedOn() != "2025-12-01" || got.GetWaitsSince() != "2025-12-01" {
			t.Errorf("after a finding was corrected: %v", got)
		}
		err = j.As(o.coordinator).Try("2025-12-01", approve)
		if clash := clashOf(err); len(clash.GetTheirs()) != 1 || clash.GetTheirs()[0].GetType() != "fact_amended" {
			t.Errorf("who has not seen the correction approves: %v, %v", err, clash)
		}
	})
}

func TestAVersionOfAProjectIsApprovedAndSaysByWhom(t *testing.T) {
	onBothBackends(t, func(t *testing.T, o *office) {
		j := o.open(t, toSELF(servertest.Register(t, o.manager, "Bonelli"))).As(o.manager)
		project := j.Do("2025-02-02", &eventv1.ProjectDrafted{Measure: eventv1.Measure_MEASURE_SELF, StartsOn: "2025-02-02"})
		j.Do("2025-02-03", &eventv1.ProjectSubmitted{ProjectId: project})
		shown := func() *casefilev1.Project { return o.get(t, o.manager, j.Case).GetProjects()[0] }
		if got := shown(); got.GetSubmittedOn() != "2025-02-03" || got.GetApproval().GetWaitsSince() != "2025-02-03" {
			t.Errorf("submitted: %v", got)
		}
		goal := &eventv1.GoalSet{ProjectId: project, General: true}
		if err := j.Try("2025-02-04", goal); status.Code(err) != codes.FailedPrecondition {
			t.Errorf("a goal in a project that waits: %v", err)
		}
		j.As(o.coordinator).Do("2025-02-05", &eventv1.ProjectApproved{ProjectId: project})
		if got := shown().GetApproval(); got.GetApprovedOn() != "2025-02-05" || got.GetApprovedBy() != "op.3" || got.GetWaitsSince() != "" {
			t.Errorf("approved: %v", got)
		}
		j.Do("2025-03-01", &eventv1.ProjectRevised{ProjectId: project})
		if got := shown(); got.GetApproval().GetApprovedOn() != "" || got.GetPast()[0].GetApprovedOn() != "2025-02-05" {
			t.Errorf("the next version: %v", got)
		}
	})
}

func TestAClosureIsApprovedByAColleague(t *testing.T) {
	o := openOffice(t)
	j := servertest.NewJourney(t, o.coordinator)
	j.Do("2025-01-15", toSELF(servertest.Register(t, o.manager, "Bonelli")))
	j.Do("2025-02-01", &eventv1.TakenInCharge{})
	j.Do("2025-06-01", &eventv1.ClosureProposed{
		Outcome: eventv1.Outcome_OUTCOME_POSITIVE, Reason: eventv1.ClosingReason_CLOSING_REASON_AUTONOMY,
	})
	if err := j.Try("2025-06-02", &eventv1.ClosureApproved{}); status.Code(err) != codes.FailedPrecondition {
		t.Errorf("the coordinator approves what they proposed: %v", err)
	}
	got := o.get(t, o.manager, j.Case).GetClosure()
	if got.GetProposedOn() != "2025-06-01" || got.GetApproval().GetWaitsSince() != "2025-06-01" || got.GetApproval().GetAskedBy() != "" {
		t.Errorf("proposed: %v", got)
	}
}

var wrongApprovals = []wrong{
	{"an assessment sent back without a word", func(d *desk) error {
		return d.sendOn(d.coordinator, d.mine, "2025-03-01", d.revision(d.mine, "assessment/"+d.mine.assessment),
			&eventv1.AssessmentSentBack{AssessmentId: d.mine.assessment, Reason: plain("")})
	}, codes.InvalidArgument, "fact.reason"},
	{"an assessment approved that is open", func(d *desk) error {
		return d.sendOn(d.coordinator, d.mine, "2025-03-01", d.revision(d.mine, "assessment/"+d.mine.assessment),
			&eventv1.AssessmentApproved{AssessmentId: d.mine.assessment})
	}, codes.FailedPrecondition, ""},
	{"a case manager who sends back", func(d *desk) error {
		return d.sendOn(d.manager, d.mine, "2025-03-01", 0, &eventv1.AssessmentSentBack{AssessmentId: d.mine.assessment, Reason: plain("no")})
	}, codes.PermissionDenied, ""},
	{"a project approved that nobody submitted", func(d *desk) error {
		return d.sendOn(d.coordinator, d.mine, "2025-03-01", d.revision(d.mine, "project/"+d.mine.project), &eventv1.ProjectApproved{ProjectId: d.mine.project})
	}, codes.FailedPrecondition, ""},
	{"a project sent back without a word", func(d *desk) error {
		return d.sendOn(d.coordinator, d.mine, "2025-03-01", d.revision(d.mine, "project/"+d.mine.project), &eventv1.ProjectSentBack{ProjectId: d.mine.project})
	}, codes.InvalidArgument, "fact.reason"},
	{"a team member who submits a project", func(d *desk) error {
		return d.sendOn(d.member, d.mine, "2025-03-01", 0, &eventv1.ProjectSubmitted{ProjectId: d.mine.project})
	}, codes.PermissionDenied, ""},
	{"a closure proposed with a path still open", func(d *desk) error {
		return d.sendOn(d.manager, d.mine, "2025-03-01", 0, &eventv1.ClosureProposed{
			Outcome: eventv1.Outcome_OUTCOME_POSITIVE, Reason: eventv1.ClosingReason_CLOSING_REASON_AUTONOMY,
		})
	}, codes.FailedPrecondition, ""},
	{"a closure approved that nobody proposed", func(d *desk) error {
		return d.send(d.mine, &eventv1.ClosureApproved{})
	}, codes.FailedPrecondition, ""},
	{"cases that wait for the approval of who approves nothing", func(d *desk) error {
		_, err := casefilev1.NewCaseFileServiceClient(d.manager).ListCases(d.t.Context(), &casefilev1.ListCasesRequest{AwaitsMyApproval: true})
		return err
	}, codes.PermissionDenied, ""},
	{"work that waits for the approval of who approves nothing", func(d *desk) error {
		_, err := casefilev1.NewCaseFileServiceClient(d.manager).ListClocks(d.t.Context(), &casefilev1.ListClocksRequest{AwaitsMyApproval: true})
		return err
	}, codes.PermissionDenied, ""},
	{"a watch of what waits for the approval of who approves nothing", worked(&casefilev1.ListClocksRequest{AwaitsMyApproval: true}), codes.PermissionDenied, ""},
	{"a closure sent back without a word", func(d *desk) error {
		return d.send(d.mine, &eventv1.ClosureSentBack{})
	}, codes.InvalidArgument, "fact.reason"},
	{"a closure sent back that nobody proposed", func(d *desk) error {
		return d.send(d.mine, &eventv1.ClosureSentBack{Reason: plain("no")})
	}, codes.FailedPrecondition, ""},
}
