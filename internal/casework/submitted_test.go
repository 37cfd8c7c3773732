package casework_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/testing/protocmp"

	"percorsi/internal/casework"
	"percorsi/internal/fault"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

func TestSubmissions(t *testing.T) { decide(t, submissionDecisions()) }

var (
	submitProject  = &eventv1.ProjectSubmitted{ProjectId: id("project")}
	approveProject = &eventv1.ProjectApproved{ProjectId: id("project")}
	returnProject  = &eventv1.ProjectSentBack{ProjectId: id("project"), Reason: said("troppi obiettivi")}
)

// submitted has a project that waits since 2025-02-22.
func submitted() facts { return and(drafted(), on("2025-02-22", submitProject)) }

func submissionDecisions() []decision {
	stands := inProject(func(p *casework.Project) (any, any) {
		return []any{p.SubmittedOn, p.ApprovedOn, p.Approval}, []any{
			day("2025-02-22"), day("2025-02-24"), casework.Approval{On: day("2025-02-24"), By: bruno, Authors: []string{anna}},
		}
	})
	returned := inProject(func(p *casework.Project) (any, any) {
		return []any{p.SubmittedOn, p.Approval}, []any{casework.Day(0), casework.Approval{
			SentBackOn: day("2025-02-24"), SentBackBy: bruno, Reason: said("troppi obiettivi"), Authors: []string{anna},
		}}
	})
	return []decision{
		{
			name:  "a version is submitted by one of its authors",
			given: drafted(), when: on("2025-02-22", submitProject), by: bruno,
			then: inProject(func(p *casework.Project) (any, any) {
				return []any{p.SubmittedOn, p.Approval.Authors}, []any{day("2025-02-22"), []string{anna, bruno}}
			}),
		},
		{
			name:  "once",
			given: submitted(), when: on("2025-02-23", submitProject), kind: fault.NotNow,
		},
		{
			name:  "not before it was made",
			given: and(signed(), revised()), when: on("2025-08-31", submitProject), kind: fault.Invalid, field: "command.occurred_on",
		},
		{
			name:  "a project of another case is not submitted here",
			given: generaleInCharge(), when: on("2025-02-22", submitProject), kind: fault.Invalid, field: "fact.project_id",
		},
		{
			name:  "what waits is not written into",
			given: submitted(), when: on("2025-02-23", goalNamed("goal")), kind: fault.NotNow,
		},
		{
			name:  "nor does it get a new version",
			given: submitted(), when: on("2025-02-23", &eventv1.ProjectRevised{ProjectId: id("project")}), kind: fault.NotNow,
		},
		{
			name:  "the work on it goes on",
			given: submitted(), when: on("2025-02-23", &eventv1.ProjectMonitored{ProjectId: id("project")}),
			then: inProject(func(p *casework.Project) (any, any) { return len(p.Monitored), 1 }),
		},
		{
			name:  "a colleague approves it",
			given: submitted(), when: on("2025-02-24", approveProject), by: bruno, then: stands,
		},
		{
			name:  "who wrote it does not",
			given: submitted(), when: on("2025-02-24", approveProject), kind: fault.NotNow,
		},
		{
			name:  "a draft is not approved",
			given: drafted(), when: on("2025-02-24", approveProject), by: bruno, kind: fault.NotNow,
		},
		{
			name:  "it is not approved before it was submitted",
			given: submitted(), when: on("2025-02-21", approveProject), by: bruno, kind: fault.Invalid, field: "command.occurred_on",
		},
		{
			name:  "what is sent back is a draft again, and says why",
			given: submitted(), when: on("2025-02-24", returnProject), by: bruno, then: returned,
		},
		{
			name:  "nothing is sent back without a word",
			given: submitted(), when: on("2025-02-24", &eventv1.ProjectSentBack{ProjectId: id("project")}), by: bruno,
			kind: fault.Invalid, field: "fact.reason",
		},
		{
			name:  "a draft is not sent back",
			given: drafted(), when: on("2025-02-24", returnProject), by: bruno, kind: fault.NotNow,
		},
		{
			name:  "where a rule asks nothing is signed that is not approved",
			given: submitted(), when: on("2025-03-01", signature(eventv1.Signer_SIGNER_BENEFICIARY)), under: strict(), kind: fault.NotNow,
		},
		{
			name:  "a refusal to sign needs no approval",
			given: submitted(), under: strict(),
			when: on("2025-03-01", &eventv1.SignatureRefused{ProjectId: id("project"), Signer: eventv1.Signer_SIGNER_BENEFICIARY}),
			then: inProject(func(p *casework.Project) (any, any) { return p.Refusals(), 1 }),
		},
		{
			name:  "where none asks a draft is signed",
			given: drafted(), when: on("2025-03-01", signature(eventv1.Signer_SIGNER_BENEFICIARY)),
			then: inProject(func(p *casework.Project) (any, any) { return len(p.Signers), 1 }),
		},
	}
}

func TestEachVersionOfAProjectIsApprovedBeforeItIsSigned(t *testing.T) {
	a := actsOn(t, drafted())
	a.do(bruno, on("2025-02-21", goalNamed("goal")))
	a.not(anna, on("2025-03-01", signature(eventv1.Signer_SIGNER_BENEFICIARY)), "regulation, art. 2")
	a.do(anna, on("2025-02-22", submitProject))
	a.not(bruno, on("2025-02-23", approveProject), "ask a colleague")
	a.do(carla, on("2025-02-23", returnProject))
	a.do(anna, on("2025-02-24", submitProject))
	a.do(carla, on("2025-02-25", approveProject))
	refused(t, a.try(anna, on("2025-02-24", signature(eventv1.Signer_SIGNER_BENEFICIARY))), fault.Invalid, "command.occurred_on")
	a.do(anna, on("2025-03-01", signature(eventv1.Signer_SIGNER_BENEFICIARY)))

	a.do(carla, on("2025-06-01", &eventv1.ProjectRevised{ProjectId: id("project")}))
	if v := a.c.Projects[0].Past[0]; v.ApprovedOn != day("2025-02-25") {
		t.Errorf("the version before was approved on %s", v.ApprovedOn)
	}
	a.not(anna, on("2025-06-02", signature(eventv1.Signer_SIGNER_BENEFICIARY)), "regulation, art. 2")
	a.do(anna, on("2025-05-31", signature(eventv1.Signer_SIGNER_CASE_MANAGER))) // of the version before, recorded late
	a.do(carla, on("2025-06-02", submitProject))
	a.not(carla, on("2025-06-03", approveProject), "ask a colleague")
	a.do(bruno, on("2025-06-03", approveProject)) // who wrote of the version before
	a.do(anna, on("2025-06-03", signature(eventv1.Signer_SIGNER_BENEFICIARY)))
}

func TestAnAuthorWhoseVersionWasNeverApprovedDoesNotApproveTheNext(t *testing.T) {
	a := actsOn(t, drafted()) // by anna
	a.do(bruno, on("2025-02-22", &eventv1.ProjectRevised{ProjectId: id("project")}))
	a.do(bruno, on("2025-02-23", submitProject))
	a.not(anna, on("2025-02-24", approveProject), "ask a colleague")
}

func TestAChangeAndACorrectionMakeTheApprovalOfAProjectFall(t *testing.T) {
	a := actsOn(t, drafted())
	a.do(anna, on("2025-02-21", goalNamed("goal")))
	goal := a.position()
	a.do(anna, on("2025-02-22", submitProject))
	a.do(bruno, on("2025-02-23", approveProject))
	a.do(carla, on("2025-02-24", &eventv1.SupportArranged{ProjectId: id("project"), Kind: eventv1.SupportKind_SUPPORT_KIND_TUTORING}))
	support := a.position()
	p := a.c.Projects[0]
	want := casework.Approval{LapsedOn: day("2025-02-24"), Authors: []string{anna, carla}}
	if diff := cmp.Diff(want, p.Approval, protocmp.Transform()); diff != "" || p.SubmittedOn != 0 || p.ApprovedOn != 0 {
		t.Errorf("submitted on %s; the approval (-want +got):\n%s", p.SubmittedOn, diff)
	}
	if got := a.c.Awaiting(nil); len(got) > 0 {
		t.Errorf("a draft waits: %v", got)
	}
	a.do(carla, on("2025-02-25", submitProject))
	a.do(bruno, on("2025-02-26", approveProject))
	for _, position := range []int{goal, support} {
		with := on("2025-02-21", goalNamed("goal"))
		if position == support {
			with = on("2025-02-24", &eventv1.SupportArranged{ProjectId: id("project"), Kind: eventv1.SupportKind_SUPPORT_KIND_PSYCHOLOGICAL})
		}
		if g := with.GetGoalSet(); g != nil {
			g.Domain = eventv1.Domain_DOMAIN_HOUSING
		}
		a.amend(position, carla, with)
		got := a.c.Awaiting(nil)
		if len(got) != 1 || got[0].Of != casework.ApprovableProject || got[0].Since != day("2026-12-31") {
			t.Errorf("%v waits, want the project since the correction", got)
		}
		if at := casework.Revision(a.position()); a.c.Revision("project/"+casework.Part(id("project"))) != at {
			t.Error("who approves need not have seen the correction")
		}
		a.do(bruno, on("2026-12-31", approveProject))
	}
}

func TestWhatIsDoneWithAProjectLeavesItsApproval(t *testing.T) {
	a := actsOn(t, drafted())
	a.do(anna, on("2025-02-21", goalNamed("goal")))
	a.do(anna, on("2025-02-22", submitProject))
	a.do(bruno, on("2025-02-23", approveProject))
	a.do(anna, on("2025-03-01", signature(eventv1.Signer_SIGNER_BENEFICIARY)))
	a.do(anna, on("2025-04-01", &eventv1.ProjectMonitored{ProjectId: id("project")}))
	a.do(anna, on("2025-05-01", &eventv1.GoalReached{ProjectId: id("project"), GoalId: id("goal")}))
	reached := a.position()
	a.amend(reached, carla, on("2025-05-02", &eventv1.GoalReached{ProjectId: id("project"), GoalId: id("goal")}))
	if p := a.c.Projects[0]; p.ApprovedOn != day("2025-02-23") {
		t.Errorf("approved on %s, want what colleagues approved", p.ApprovedOn)
	}
}
