package main

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	casefilev1 "percorsi/internal/gen/percorsi/casefile/v1"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

// pageCase is a case with one of each thing that a page shows.
var pageCase = &casefilev1.Case{
	Summary: &casefilev1.CaseSummary{
		CaseId: "c1", Pathway: eventv1.Pathway_PATHWAY_ADI, Status: casefilev1.CaseStatus_CASE_STATUS_IN_CHARGE, Stage: "PACT_SIGNED",
		ManagingBody: "ACSI", OpenedOn: "2025-01-15",
	},
	Clocks: []*casefilev1.Clock{
		{Name: "T120", DueOn: "2025-05-15", DaysLeft: -3, Label: "first meeting"},
		{Name: "T90", DueOn: "2025-05-18", Label: "look again", About: "p1"},
	},
	Household:     []*casefilev1.Member{{PersonId: "p1", Relation: eventv1.Relation_RELATION_PARTNER, From: "2025-01-15"}},
	FormerMembers: []*casefilev1.Member{{PersonId: "p2", Relation: eventv1.Relation_RELATION_CHILD, From: "2025-01-15", To: "2025-03-31"}},
	Team: []*casefilev1.TeamMember{{
		User: "op-1", Profession: eventv1.Profession_PROFESSION_NURSE, Body: "ASST-LODI", Role: eventv1.TeamRole_TEAM_ROLE_MEMBER, From: "2025-02-01",
	}},
	Meetings: []*casefilev1.Meeting{
		{
			MeetingId: "m1", MeetingOn: "2025-02-10", HeldOn: "2025-02-10", Team: eventv1.TeamKind_TEAM_KIND_UVM,
			ProfessionsExpected: []eventv1.Profession{eventv1.Profession_PROFESSION_NURSE, eventv1.Profession_PROFESSION_EDUCATOR},
			ProfessionsPresent:  []eventv1.Profession{eventv1.Profession_PROFESSION_NURSE},
			Answers:             []*casefilev1.Attendance{{Profession: eventv1.Profession_PROFESSION_EDUCATOR, Body: "ACSI", SaidOn: "2025-02-08"}},
			FollowUps: []*casefilev1.FollowUp{
				{User: "op-1", DueOn: "2025-02-28", What: "chiamare il medico"},
				{Body: "ACSI", Result: eventv1.Settlement_SETTLEMENT_DONE, SettledOn: "2025-02-20"},
			},
		},
		{MeetingId: "m2", MeetingOn: "2025-03-10", Team: eventv1.TeamKind_TEAM_KIND_UVM, Cancelled: true},
		{MeetingId: "m3", MeetingOn: "2025-04-10", ProfessionsExpected: []eventv1.Profession{eventv1.Profession_PROFESSION_NURSE}},
	},
	Referrals: []*casefilev1.Referral{
		{ReferralId: "r1", Kind: eventv1.ReferralKind_REFERRAL_KIND_HANDOVER, ToBody: "ACSI", ToUser: "op-2", SentOn: "2025-02-11"},
		{ReferralId: "r2", Kind: eventv1.ReferralKind_REFERRAL_KIND_TRANSFER, ToBody: "CAV", SentOn: "2025-02-12", Answer: eventv1.AnswerKind_ANSWER_KIND_REFUSED, AnswerOn: "2025-02-20"},
	},
	Assessments: []*casefilev1.Assessment{{
		AssessmentId: "a1", Form: eventv1.Form_FORM_UVM, FormVersion: "DM-72-2024", OpenedOn: "2025-02-01",
		Domains: []*casefilev1.DomainFinding{
			{Domain: eventv1.Domain_DOMAIN_HOUSING, NeedLevel: 2, AssessedOn: "2025-02-02", User: "op-1"},
			{Domain: eventv1.Domain_DOMAIN_HEALTH, Scale: "ADL", ScaleVersion: "1963", Score: 5, NeedLevel: 1, AssessedOn: "2025-02-03", User: "op-1"},
		},
		Approval:  &casefilev1.Approval{ApprovedOn: "2025-02-10", ApprovedBy: "op-9"},
		Strengths: []*casefilev1.Strength{{Domain: eventv1.Domain_DOMAIN_NETWORK, FoundOn: "2025-02-04", User: "op-2"}},
	}},
	Following: []*casefilev1.FollowingStep{
		{Kind: casefilev1.FollowingKind_FOLLOWING_KIND_TEAM, Done: true, DoneOn: "2025-02-01"}, {Kind: casefilev1.FollowingKind_FOLLOWING_KIND_PACT},
	},
	Projects: []*casefilev1.Project{{
		ProjectId: "j1", Measure: eventv1.Measure_MEASURE_PAIS, Version: 2, StartsOn: "2025-02-20", SignedOn: "2025-02-21",
		Goals:       []*casefilev1.Goal{{General: true, Wording: "una casa"}, {Domain: eventv1.Domain_DOMAIN_HOUSING, DueOn: "2025-06-30", ReachedOn: "2025-06-01"}},
		Commitments: []*casefilev1.Commitment{{By: eventv1.Voice_VOICE_BENEFICIARY}, {By: eventv1.Voice_VOICE_OPERATORS, Activation: eventv1.Activation_ACTIVATION_PARTLY}},
		Budget:      []*casefilev1.Budget{{Fund: eventv1.Fund_FUND_FNPS, AmountCents: 120005, Share: 100}},
		Calendar:    []*casefilev1.PlannedMonitoring{{PlannedOn: "2025-04-01", HeldOn: "2025-04-03"}, {PlannedOn: "2025-05-01"}},
		Signatures: []*casefilev1.Signature{
			{Signer: eventv1.Signer_SIGNER_CASE_MANAGER, SignedOn: "2025-05-02", Mode: eventv1.SignatureMode_SIGNATURE_MODE_PAPER, User: "op-1"},
			{Signer: eventv1.Signer_SIGNER_BENEFICIARY, SignedOn: "2025-05-02", Refused: true, Reason: eventv1.RefusedSignature_REFUSED_SIGNATURE_DISAGREES},
		},
		Past: []*casefilev1.ProjectVersion{{Number: 1, From: "2025-02-20", To: "2025-05-01", SignedOn: "2025-02-21", User: "op-1"}},
	}},
	Supports:  []*casefilev1.Support{{Kind: eventv1.SupportKind_SUPPORT_KIND_PSYCHOLOGICAL, Provider: "ASST-LODI", ArrangedOn: "2025-03-01", Delivered: 1, Quantity: 3, Unit: eventv1.Unit_UNIT_ACCESS}},
	Paths:     []*casefilev1.Path{{Kind: eventv1.PathKind_PATH_KIND_TRAINING, Host: "CFP-001", StartedOn: "2025-03-10", Outcome: 99}},
	Discharge: &casefilev1.Discharge{Line: eventv1.DischargeLine_DISCHARGE_LINE_HOME, ReportedOn: "2025-03-01", DischargedAt: timestamppb.New(time.Date(2025, 3, 4, 9, 30, 0, 0, time.UTC)), Minutes: 45},
	Closure: &casefilev1.Closure{
		ProposedOn: "2025-07-02", Outcome: eventv1.Outcome_OUTCOME_POSITIVE, Reason: eventv1.ClosingReason_CLOSING_REASON_EMPLOYED,
		Approval: &casefilev1.Approval{SentBackOn: "2025-07-03", SentBackBy: "op-9", Reason: "manca la valutazione"},
	},
	Evaluations: []*casefilev1.Evaluation{
		{EvaluatedOn: "2025-07-01", Voice: eventv1.Voice_VOICE_OPERATORS, Aspect: eventv1.Aspect_ASPECT_OVERALL, Judgement: eventv1.Judgement_JUDGEMENT_POSITIVE, Score: proto.Int64(7)},
		{EvaluatedOn: "2025-07-01", Voice: eventv1.Voice_VOICE_BENEFICIARY, Aspect: eventv1.Aspect_ASPECT_OVERALL, Missing: eventv1.MissingReason_MISSING_REASON_UNREACHABLE},
	},
	Parts: []*casefilev1.PartRevision{{Part: "intake", Revision: 7}},
}

const pageText = `case           c1
pathway        adi
status         in charge, pact signed
managing body  ACSI
opened         2025-01-15

due
  2025-05-15  overdue by 3  T120  first meeting
  2025-05-18  today         T90   look again  p1

follows from the preliminary analysis
  team  2025-02-01
  pact  not yet

household
  p1  partner  from 2025-01-15
  p2  child    from 2025-01-15, to 2025-03-31

team
  op-1  nurse  ASST-LODI  member  from 2025-02-01

meetings
  2025-02-10  uvm          held: nurse; missing: educator     m1
              educator     does not come, said 2025-02-08     ACSI
              follow-up 0  due 2025-02-28 chiamare il medico  op-1
              follow-up 1  done 2025-02-20                    ACSI
  2025-03-10  uvm          cancelled                          m2
  2025-04-10               called: nurse                      m3

referrals
  2025-02-11  handover to ACSI op-2  not answered        r1
  2025-02-12  transfer to CAV        refused 2025-02-20  r2

assessment a1
  uvm DM-72-2024  opened 2025-02-01
  approved        on 2025-02-10             op-9
  housing         need 2 of 4               2025-02-02 op-1
  health          ADL 1963: 5, need 1 of 4  2025-02-03 op-1
  network         strength                  2025-02-04 op-2

project j1
  pais, version 2                  from 2025-02-20, signed 2025-02-21
  general goal                                                         una casa
  goal                             due 2025-06-30, reached 2025-06-01  housing
  commitment of the beneficiary    nobody said how far it was kept
  commitment of the operators      partly
  budget                           1200.05 euro, 100 %  fnps
  monitoring                       planned 2025-04-01, held 2025-04-03
  monitoring                       planned 2025-05-01
  signature of the case manager    on 2025-05-02                                      paper op-1
  no signature of the beneficiary  on 2025-05-02                                      disagrees
  version 1                        from 2025-02-20, to 2025-05-01, signed 2025-02-21  op-1

supports
  psychological  ASST-LODI  arranged 2025-03-01  1 of 3 access

paths
  training  CFP-001  started 2025-03-10  99

discharge
  line        home
  reported    on 2025-03-01
  discharged  2025-03-04 09:30Z
  at home     45 minutes

closure
  proposed   on 2025-07-02  positive, employed
  sent back  on 2025-07-03  op-9 manca la valutazione

evaluations
  2025-07-01  operators    overall  positive, 7 of 10
  2025-07-01  beneficiary  overall  not carried out: unreachable

parts and their revisions
  intake  7
`

func TestTheFileOfACaseIsReadAsAPage(t *testing.T) {
	var out strings.Builder
	if err := printCase(&out, pageCase); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(pageText, out.String()); diff != "" {
		t.Errorf("the page (-want +got):\n%s", diff)
	}
}

func TestAnApprovalSaysWhatIsToBeDone(t *testing.T) {
	for want, a := range map[string]*casefilev1.Approval{
		"":                                   nil,
		"to approve since 2025-02-01 DGR 1":  {WaitsSince: "2025-02-01", AskedBy: "DGR 1"},
		"to approve again corrected on 2025": {WaitsSince: "2025", LapsedOn: "2025"},
		"approved on 2025-02-03 op-9":        {ApprovedOn: "2025-02-03", ApprovedBy: "op-9", AskedBy: "DGR 1"},
	} {
		var got string
		for _, line := range approvalOf(a) {
			got = strings.TrimSpace(fmt.Sprintln(line...))
		}
		if got != want {
			t.Errorf("%v is shown as %q, want %q", a, got, want)
		}
	}
}

func TestAPageThatCannotBeWrittenSaysSo(t *testing.T) {
	full := errors.New("no space left")
	if err := printCase(failing{full}, pageCase); !errors.Is(err, full) {
		t.Errorf("got %v, want %v", err, full)
	}
}

// failing is a place where nothing can be written.
type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }
