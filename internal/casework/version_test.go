package casework_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/testing/protocmp"

	"percorsi/internal/casework"
	"percorsi/internal/fault"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

func TestVersions(t *testing.T) { decide(t, versionDecisions()) }

func goalNamed(name string) *eventv1.GoalSet {
	return &eventv1.GoalSet{ProjectId: id("project"), GoalId: id(name), Domain: eventv1.Domain_DOMAIN_WORK}
}

func versionDecisions() []decision {
	why := &eventv1.Text{Form: &eventv1.Text_Sealed{Sealed: []byte{1}}}
	revise := &eventv1.ProjectRevised{ProjectId: id("project"), EndsOn: "2026-06-30", Note: why}
	return []decision{
		{
			name:  "the version before is kept beside the new one, with its signatures",
			given: and(signed(), on("2025-04-01", goalNamed("goal"))), when: on("2025-09-01", revise), by: bruno,
			then: inProject(func(p *casework.Project) (any, any) {
				return p.Past, []*casework.ProjectVersion{{
					Number: 1, From: day("2025-02-20"), To: day("2025-09-01"), By: anna,
					Term:     casework.Term{StartsOn: day("2025-03-01"), EndsOn: day("2026-02-28")},
					Goals:    []*casework.Goal{{ID: id("goal"), Domain: eventv1.Domain_DOMAIN_WORK}},
					SignedOn: day("2025-03-02"),
					Signatures: []*casework.Signature{
						{Signer: eventv1.Signer_SIGNER_BENEFICIARY, On: day("2025-03-01"), Mode: eventv1.SignatureMode_SIGNATURE_MODE_PAPER},
						{Signer: eventv1.Signer_SIGNER_CASE_MANAGER, On: day("2025-03-02"), Mode: eventv1.SignatureMode_SIGNATURE_MODE_PAPER},
					},
				}}
			}),
		},
		{
			name:  "a new version says since when, by whom and why",
			given: signed(), when: on("2025-09-01", revise), by: bruno,
			then: inProject(func(p *casework.Project) (any, any) {
				return []any{p.Version, p.Since, p.By, p.Reason, len(p.Signatures)}, []any{int32(2), day("2025-09-01"), bruno, why, 0}
			}),
		},
		{
			name:  "a version does not begin before the one it follows",
			given: and(signed(), revised()), when: on("2025-08-31", revise),
			kind: fault.Invalid, field: "command.occurred_on",
		},
		{
			name:  "who writes into a project is one of its authors",
			given: signed(), when: on("2025-04-01", goalNamed("goal")), by: bruno,
			then: inProject(func(p *casework.Project) (any, any) { return p.Approval.Authors, []string{anna, bruno} }),
		},
		{
			name:  "so is who arranges a support in it",
			given: signed(), by: bruno,
			when: on("2025-04-01", &eventv1.SupportArranged{ProjectId: id("project"), Kind: eventv1.SupportKind_SUPPORT_KIND_TUTORING}),
			then: inProject(func(p *casework.Project) (any, any) { return p.Approval.Authors, []string{anna, bruno} }),
		},
		{
			name:  "who only signs it or says how it goes is not",
			given: and(signed(), on("2025-04-01", goalNamed("goal"))), by: bruno,
			when: on("2025-05-01", &eventv1.GoalReached{ProjectId: id("project"), GoalId: id("goal")}),
			then: inProject(func(p *casework.Project) (any, any) { return p.Approval.Authors, []string{anna} }),
		},
	}
}

// TestWhatTwoVersionsSayDifferently follows a project through two revisions.
func TestWhatTwoVersionsSayDifferently(t *testing.T) {
	budget := func(cents int64) *eventv1.BudgetSet {
		return &eventv1.BudgetSet{ProjectId: id("project"), Lines: []*eventv1.BudgetLine{
			{Fund: eventv1.Fund_FUND_FNA, AmountCents: cents, Share: 50}, {Fund: eventv1.Fund_FUND_COMUNE, AmountCents: cents, Share: 50},
		}}
	}
	s := given(t, and(signed(),
		on("2025-02-21", goalNamed("stays")),
		on("2025-02-21", goalNamed("ends")),
		on("2025-02-21", &eventv1.CommitmentAgreed{ProjectId: id("project"), CommitmentId: id("commitment"), By: eventv1.Voice_VOICE_BENEFICIARY}),
		on("2025-02-21", &eventv1.SupportArranged{ProjectId: id("project"), SupportId: id("support"), Kind: eventv1.SupportKind_SUPPORT_KIND_TUTORING}),
		on("2025-02-21", &eventv1.SupportArranged{SupportId: id("outside"), Kind: eventv1.SupportKind_SUPPORT_KIND_HOME_CARE}),
		on("2025-02-21", budget(100)),
		revised(),
		on("2025-09-01", budget(100)),
		on("2025-09-02", signature(eventv1.Signer_SIGNER_BENEFICIARY)),
		on("2025-09-10", &eventv1.GoalDropped{ProjectId: id("project"), GoalId: id("ends")}),
		on("2025-09-10", goalNamed("new")),
		on("2025-09-11", &eventv1.SupportStarted{SupportId: id("support")}),
		on("2025-09-11", &eventv1.SupportStarted{SupportId: id("outside")}),
		on("2025-10-01", &eventv1.ProjectRevised{ProjectId: id("project"), EndsOn: "2026-12-31"}),
		on("2025-10-02", budget(200)),
		on("2025-10-02", &eventv1.CommitmentChecked{
			ProjectId: id("project"), CommitmentId: id("commitment"), Activation: eventv1.Activation_ACTIVATION_KEPT, Says: eventv1.Voice_VOICE_OPERATORS,
		}),
	)...)
	versions := s.c.Versions(s.c.Projects[0])
	if len(versions) != 3 {
		t.Fatalf("%d versions", len(versions))
	}
	type change struct {
		id         string
		gone, made bool
	}
	told := func(a, b *casework.ProjectVersion) []change {
		var out []change
		for _, c := range casework.Changes(a, b) {
			out = append(out, change{c.ID, c.After == nil, c.Before == nil})
		}
		return out
	}
	for _, tc := range []struct {
		name string
		a, b int
		want []change
	}{
		{"a version and itself", 1, 1, nil},
		{"the first and the second", 0, 1, []change{
			{id: id("ends")}, {id: id("new"), made: true}, {id: id("support")}, {id: "beneficiary"}, {id: "case_manager", gone: true},
		}},
		{"the second and the first", 1, 0, []change{
			{id: id("ends")}, {id: id("new"), gone: true}, {id: id("support")}, {id: "beneficiary"}, {id: "case_manager", made: true},
		}},
		{"the second and the third", 1, 2, []change{
			{id: ""}, {id: id("commitment")}, {id: "fna"}, {id: "comune"}, {id: "beneficiary", gone: true},
		}},
	} {
		if diff := cmp.Diff(tc.want, told(versions[tc.a], versions[tc.b]), cmp.AllowUnexported(change{})); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tc.name, diff)
		}
	}
	before, after := casework.Changes(versions[1], versions[2])[0].Before, casework.Changes(versions[1], versions[2])[0].After
	want := []casework.Item{
		&casework.Term{StartsOn: day("2025-03-01"), EndsOn: day("2026-02-28")}, &casework.Term{StartsOn: day("2025-03-01"), EndsOn: day("2026-12-31")},
	}
	if diff := cmp.Diff(want, []casework.Item{before, after}, protocmp.Transform()); diff != "" {
		t.Errorf("the term (-want +got):\n%s", diff)
	}
}

// TestOfASignerTheLastWordIsCompared has somebody who refuses first.
func TestOfASignerTheLastWordIsCompared(t *testing.T) {
	beneficiary := eventv1.Signer_SIGNER_BENEFICIARY
	refusal := &casework.Signature{Signer: beneficiary, On: day("2025-03-01"), Refused: true}
	signed := &casework.Signature{Signer: beneficiary, On: day("2025-03-08")}
	partner := &casework.Signature{Signer: beneficiary, On: day("2025-03-09"), Person: "p"}
	got := casework.Changes(
		&casework.ProjectVersion{Signatures: []*casework.Signature{refusal, signed}},
		&casework.ProjectVersion{Signatures: []*casework.Signature{refusal, partner}},
	)
	want := []casework.Change{
		{ID: "beneficiary", Before: signed, After: refusal},
		{ID: "beneficiary/p", After: partner},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("changes (-want +got):\n%s", diff)
	}
}
