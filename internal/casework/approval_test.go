package casework_test

import (
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"google.golang.org/protobuf/testing/protocmp"

	"percorsi/internal/casework"
	"percorsi/internal/casework/approvalfile"
	"percorsi/internal/correction"
	"percorsi/internal/fact"
	"percorsi/internal/fault"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

func TestApprovals(t *testing.T) { decide(t, approvalDecisions()) }

func TestClosuresThatAreApproved(t *testing.T) { decide(t, closureDecisions()) }

// strict is a regulation that asks for every approval there is.
func strict() casework.Rulebook {
	f, err := os.Open("approvalfile/testdata/all.yaml")
	if err != nil {
		panic(err)
	}
	defer func() { _ = f.Close() }()
	rules, err := approvalfile.Read(f)
	if err != nil {
		panic(err)
	}
	return casework.Rulebook{Approvals: rules}
}

func said(words string) *eventv1.Text {
	return &eventv1.Text{Form: &eventv1.Text_Plain{Plain: words}}
}

var (
	approveAssessment = &eventv1.AssessmentApproved{AssessmentId: id("assessment")}
	reviewAssessment  = &eventv1.AssessmentReviewed{AssessmentId: id("assessment")}
	conclude          = &eventv1.AssessmentConcluded{AssessmentId: id("assessment")}
)

// analysed has a preliminary analysis that anna concluded on 2025-02-15.
func analysed() facts {
	return and(adiInCharge(), firstMeeting("2025-02-10"), on("2025-02-12", opening(eventv1.Form_FORM_PRELIMINARY_ANALYSIS)),
		on("2025-02-15", &eventv1.PreliminaryAnalysisConcluded{
			AssessmentId: id("assessment"), Result: eventv1.AnalysisResult_ANALYSIS_RESULT_SIMPLE_PACT,
		}))
}

func approvalDecisions() []decision {
	back := &eventv1.AssessmentSentBack{AssessmentId: id("assessment"), Reason: said("manca la rete")}
	return []decision{
		{
			name:  "what is sent back is open again, and says why",
			given: assessed(), when: on("2025-02-12", back), by: bruno,
			then: func(c *casework.Case) (any, any) {
				a := c.Assessments[0]
				return []any{a.ConcludedOn, a.ConcludedBy, len(a.Domains), a.Approval}, []any{casework.Day(0), "", 1, casework.Approval{
					SentBackOn: day("2025-02-12"), SentBackBy: bruno, Reason: said("manca la rete"), Authors: []string{anna},
				}}
			},
		},
		{
			name:  "nothing is sent back without a word",
			given: assessed(), when: on("2025-02-12", &eventv1.AssessmentSentBack{AssessmentId: id("assessment")}), by: bruno,
			kind: fault.Invalid, field: "fact.reason",
		},
		{
			name:  "an open assessment is not sent back",
			given: assessing(), when: on("2025-02-12", back), by: bruno, kind: fault.NotNow,
		},
		{
			name:  "an assessment of another case is not sent back here",
			given: generaleInCharge(), when: on("2025-02-12", back), by: bruno, kind: fault.Invalid, field: "fact.assessment_id",
		},
		{
			name:  "an approval says who approved",
			given: assessed(), when: on("2025-02-12", approveAssessment), by: bruno,
			then: func(c *casework.Case) (any, any) {
				return c.Assessments[0].Approval, casework.Approval{On: day("2025-02-12"), By: bruno, Authors: []string{anna}}
			},
		},
		{
			name:  "a PaIS rests on an analysis that is approved, where a rule asks for that",
			given: analysed(), when: on("2025-02-20", draft(eventv1.Measure_MEASURE_PAIS)), under: strict(), kind: fault.NotNow,
		},
		{
			name:  "where none asks it rests on one that is concluded",
			given: analysed(), when: on("2025-02-20", draft(eventv1.Measure_MEASURE_PAIS)),
			then: func(c *casework.Case) (any, any) { return len(c.Projects), 1 },
		},
	}
}

func closureDecisions() []decision {
	propose := &eventv1.ClosureProposed{Outcome: eventv1.Outcome_OUTCOME_POSITIVE, Reason: eventv1.ClosingReason_CLOSING_REASON_AUTONOMY}
	proposed := and(generaleInCharge(), on("2025-06-01", propose))
	approve, back := &eventv1.ClosureApproved{}, &eventv1.ClosureSentBack{Reason: said("non ora")}
	shut := closing(eventv1.ClosingReason_CLOSING_REASON_AUTONOMY)
	return []decision{
		{
			name:  "a closure is proposed",
			given: generaleInCharge(), when: on("2025-06-01", propose),
			then: func(c *casework.Case) (any, any) {
				return c.Closure, &casework.Closure{
					Outcome: eventv1.Outcome_OUTCOME_POSITIVE, Reason: eventv1.ClosingReason_CLOSING_REASON_AUTONOMY,
					ProposedOn: day("2025-06-01"), Approval: casework.Approval{Authors: []string{anna}},
				}
			},
		},
		{
			name:  "what could not be closed is not proposed either",
			given: generale(), when: on("2025-06-01", propose), kind: fault.NotNow,
		},
		{
			name:  "a colleague approves what was proposed",
			given: proposed, when: on("2025-06-03", approve), by: bruno,
			then: func(c *casework.Case) (any, any) {
				return c.Closure.Approval, casework.Approval{On: day("2025-06-03"), By: bruno, Authors: []string{anna}}
			},
		},
		{
			name:  "who proposed it does not",
			given: proposed, when: on("2025-06-03", approve), kind: fault.NotNow,
		},
		{
			name:  "what nobody proposed is not approved",
			given: generaleInCharge(), when: on("2025-06-03", approve), by: bruno, kind: fault.NotNow,
		},
		{
			name:  "nothing is approved before it is proposed",
			given: proposed, when: on("2025-05-31", approve), by: bruno, kind: fault.Invalid, field: "command.occurred_on",
		},
		{
			name:  "a closure is sent back with a reason",
			given: proposed, when: on("2025-06-03", back), by: bruno,
			then: func(c *casework.Case) (any, any) {
				return c.Closure.Approval, casework.Approval{
					SentBackOn: day("2025-06-03"), SentBackBy: bruno, Reason: said("non ora"), Authors: []string{anna},
				}
			},
		},
		{
			name:  "never without one",
			given: proposed, when: on("2025-06-03", &eventv1.ClosureSentBack{}), by: bruno, kind: fault.Invalid, field: "fact.reason",
		},
		{
			name:  "what was sent back is proposed anew before it is approved",
			given: and(proposed, on("2025-06-03", back)), when: on("2025-06-04", approve), by: bruno, kind: fault.NotNow,
		},
		{
			name:  "and waits again then",
			given: and(proposed, on("2025-06-03", back), on("2025-06-05", propose)), when: on("2025-06-06", approve), by: bruno,
			then: func(c *casework.Case) (any, any) { return c.Closure.Approval.On, day("2025-06-06") },
		},
		{
			name:  "where a rule asks a case is not closed without",
			given: generaleInCharge(), when: on("2025-06-30", shut), under: strict(), kind: fault.NotNow,
		},
		{
			name:  "nor while the proposal waits",
			given: proposed, when: on("2025-06-30", shut), under: strict(), kind: fault.NotNow,
		},
		{
			name:  "the rule is asked of some cases only",
			given: selfInCharge(), when: on("2025-06-30", shut), under: strict(),
			then: func(c *casework.Case) (any, any) { return c.Status, casework.Closed },
		},
		{
			name:  "where none asks nobody waits for an answer",
			given: proposed, when: on("2025-06-30", shut),
			then: func(c *casework.Case) (any, any) { return c.Status, casework.Closed },
		},
		{
			name:  "a case that is opened again needs another approval",
			given: and(proposed, on("2025-06-30", shut)), when: on("2025-07-10", &eventv1.Reopened{}), under: strict(),
			then: func(c *casework.Case) (any, any) { return c.Closure, (*casework.Closure)(nil) },
		},
	}
}

// acts is a story in which several people record, under a regulation that asks
// for every approval.
type acts struct{ *record }

// actsOn begins a story with what anna records.
func actsOn(t *testing.T, begin facts) acts {
	t.Helper()
	a := acts{&record{t: t}}
	for _, f := range begin {
		a.do(anna, f)
	}
	return a
}

// try records what somebody did, or says why not.
func (a acts) try(by string, f *eventv1.Fact) error {
	a.t.Helper()
	cmd := casework.Command{ID: command(byte(len(a.history))).ID, Fact: f, User: by, Under: strict()}
	if made := madeBy(f); made != "" {
		cmd.ID = uuid.MustParse(made)
	}
	part, err := cmd.Part()
	if err != nil {
		a.t.Fatal(err)
	}
	if a.c != nil {
		cmd.Revision = a.c.Revision(part)
	}
	decided, err := casework.Decide(a.c, cmd, now)
	if err == nil {
		a.add(commitOf(cmd, decided...))
	}
	return err
}

func (a acts) do(by string, f *eventv1.Fact) {
	a.t.Helper()
	if err := a.try(by, f); err != nil {
		a.t.Fatalf("%s by %s on %s: %v", fact.Name(f), by, f.GetOccurredOn(), err)
	}
}

// not says that something is refused for now, with some words of why.
func (a acts) not(by string, f *eventv1.Fact, why string) {
	a.t.Helper()
	err := a.try(by, f)
	refused(a.t, err, fault.NotNow, "")
	if !strings.Contains(err.Error(), why) {
		a.t.Errorf("%s by %s: %v, want a word of %q", fact.Name(f), by, err, why)
	}
}

// amend corrects what the command at a position recorded.
func (a acts) amend(position int, by string, with *eventv1.Fact) {
	a.t.Helper()
	of := a.history[position-1].Commit
	ref, _ := correction.RefOf(of.GetCommandId(), 0)
	part, err := casework.PartOf(of.GetFacts()[0])
	if err != nil {
		a.t.Fatal(err)
	}
	cmd := casework.CorrectionCommand{ID: command(byte(len(a.history))).ID, On: "2026-12-31", User: by, Under: strict(), Asked: []casework.AskedCorrection{{
		Of: ref, Revision: a.c.Revision(part), Replacement: with, Reason: eventv1.CorrectionReason_CORRECTION_REASON_TYPING_ERROR,
	}}}
	facts, err := casework.DecideCorrections(a.c, a.history, cmd, now)
	if err != nil {
		a.t.Fatal(err)
	}
	a.add(commitOf(casework.Command{ID: cmd.ID, User: by}, facts...))
}

// position is that of the newest commit.
func (a acts) position() int { return len(a.history) }

func (a acts) approval() casework.Approval { return a.c.Assessments[0].Approval }

const (
	carla = "op-carla"
	dario = "op-dario"
)

func TestNobodyApprovesWhatTheyWroteAnyOf(t *testing.T) {
	a := actsOn(t, assessing())
	a.do(bruno, on("2025-02-05", health(3)))
	a.do(carla, on("2025-02-06", &eventv1.StrengthRecorded{AssessmentId: id("assessment"), Domain: eventv1.Domain_DOMAIN_NETWORK}))
	a.do(anna, on("2025-02-10", conclude))
	for _, author := range []string{anna, bruno, carla} {
		a.not(author, on("2025-02-12", approveAssessment), "ask a colleague")
	}
	a.do(dario, on("2025-02-12", approveAssessment))
	a.not(dario, on("2025-02-13", approveAssessment), "was approved on 2025-02-12")
}

func TestARoundThroughReviewLetsNoAuthorApprove(t *testing.T) {
	a := actsOn(t, assessed()) // by anna
	a.do(bruno, on("2025-02-11", reviewAssessment))
	a.do(bruno, on("2025-02-12", conclude))
	a.not(anna, on("2025-02-13", approveAssessment), "ask a colleague")
	a.not(bruno, on("2025-02-13", approveAssessment), "ask a colleague")
	a.do(carla, on("2025-02-13", &eventv1.AssessmentSentBack{AssessmentId: id("assessment"), Reason: said("manca la rete")}))
	a.do(carla, on("2025-02-14", conclude))
	for _, author := range []string{anna, bruno, carla} {
		a.not(author, on("2025-02-15", approveAssessment), "ask a colleague")
	}
	a.do(dario, on("2025-02-15", approveAssessment))
	if got := a.approval(); got.SentBackOn != 0 || got.Reason != nil {
		t.Errorf("an approved assessment was sent back on %s", got.SentBackOn)
	}
	// What was approved is done with: who changes it from now on writes it.
	a.do(carla, on("2025-03-01", reviewAssessment))
	a.do(carla, on("2025-03-02", conclude))
	a.not(carla, on("2025-03-03", approveAssessment), "ask a colleague")
	a.do(anna, on("2025-03-03", approveAssessment))
}

func TestACorrectionMakesTheApprovalFallOfWhatItIsIn(t *testing.T) {
	a := actsOn(t, assessing())
	a.do(anna, on("2025-02-05", health(3)))
	finding := a.position()
	a.do(anna, on("2025-02-06", &eventv1.ContactAttempted{Channel: eventv1.Channel_CHANNEL_PHONE}))
	elsewhere := a.position()
	a.do(anna, on("2025-02-10", conclude))
	a.do(bruno, on("2025-02-12", approveAssessment))
	approved, before := a.position(), a.c.Revision("assessment/"+casework.Part(id("assessment")))

	a.amend(elsewhere, carla, on("2025-02-06", &eventv1.ContactAttempted{Channel: eventv1.Channel_CHANNEL_LETTER}))
	if a.approval().On == 0 {
		t.Error("a correction of a contact makes the approval of an assessment fall")
	}
	a.amend(approved, carla, on("2025-02-13", approveAssessment))
	if got := a.approval(); got.On != day("2025-02-13") || a.c.Assessments[0].ApprovedOn != got.On {
		t.Errorf("approved on %s after its day was corrected", got.On)
	}
	a.amend(finding, carla, on("2025-02-05", health(1)))
	want := casework.Approval{LapsedOn: day("2026-12-31"), Authors: []string{anna, carla}}
	if diff := cmp.Diff(want, a.approval(), protocmp.Transform()); diff != "" {
		t.Errorf("the approval (-want +got):\n%s", diff)
	}
	if a.c.Assessments[0].ApprovedOn != 0 || a.c.Assessments[0].ConcludedOn == 0 {
		t.Error("the assessment is not concluded, or still approved")
	}
	if now := a.c.Revision("assessment/" + casework.Part(id("assessment"))); now <= before {
		t.Errorf("who approves need not have seen the correction: revision %d stays", now)
	}
	if got := a.c.Awaiting(nil); len(got) != 1 || got[0].Since != day("2026-12-31") {
		t.Errorf("%v waits, want the assessment since the day of the correction", got)
	}
	a.not(carla, on("2026-12-31", approveAssessment), "ask a colleague")
	a.do(bruno, on("2026-12-31", approveAssessment))

	// A correction of something else does not find the second approval wrong.
	a.amend(elsewhere, carla, on("2025-02-06", &eventv1.ContactAttempted{Channel: eventv1.Channel_CHANNEL_EMAIL}))
	if got := a.approval(); got.By != bruno || got.LapsedOn != 0 {
		t.Errorf("after it was approved again: %+v", got)
	}
}

func TestWhatIsApprovedDecidesWhatFollows(t *testing.T) {
	a := actsOn(t, analysed())
	pact := on("2025-02-20", draft(eventv1.Measure_MEASURE_PAIS))
	a.not(anna, pact, "regulation, art. 1")
	a.do(bruno, on("2025-02-18", approveAssessment))
	a.do(anna, pact)

	shut := func(reason eventv1.ClosingReason) *eventv1.Fact { return on("2025-06-30", closing(reason)) }
	const autonomy, moved = eventv1.ClosingReason_CLOSING_REASON_AUTONOMY, eventv1.ClosingReason_CLOSING_REASON_MOVED
	a.not(anna, shut(autonomy), "regulation, art. 3")
	a.do(anna, on("2025-06-25", &eventv1.ClosureProposed{Outcome: eventv1.Outcome_OUTCOME_POSITIVE, Reason: autonomy}))
	proposal := a.position()
	a.do(bruno, on("2025-06-26", &eventv1.ClosureApproved{}))
	a.not(anna, shut(moved), "another outcome or reason")
	early := a.try(anna, on("2025-06-25", closing(autonomy)))
	refused(t, early, fault.Invalid, "command.occurred_on")
	a.do(anna, shut(autonomy))

	// The proposal is corrected when all is done: the case stays closed, and the
	// approval is asked for again.
	a.amend(proposal, anna, on("2025-06-24", &eventv1.ClosureProposed{Outcome: eventv1.Outcome_OUTCOME_POSITIVE, Reason: autonomy}))
	if got := a.c.Awaiting(nil); a.c.Status != casework.Closed || len(got) != 1 || got[0].Of != casework.ApprovableClosure {
		t.Errorf("status %d, %v waits", a.c.Status, got)
	}
	a.do(bruno, on("2026-12-31", &eventv1.ClosureApproved{}))
	if got := a.c.Awaiting(nil); len(got) > 0 {
		t.Errorf("%v waits, want nothing", got)
	}
}

func TestAnAmendedProposalThatWasClosedByIsRefusedUntilBothAreRight(t *testing.T) {
	a := actsOn(t, generaleInCharge())
	a.do(anna, on("2025-06-25", &eventv1.ClosureProposed{Outcome: eventv1.Outcome_OUTCOME_POSITIVE, Reason: eventv1.ClosingReason_CLOSING_REASON_AUTONOMY}))
	a.do(bruno, on("2025-06-26", &eventv1.ClosureApproved{}))
	a.do(anna, on("2025-06-30", closing(eventv1.ClosingReason_CLOSING_REASON_AUTONOMY)))
	last := a.position() - 1
	ask := func(position int, with *eventv1.Fact) casework.AskedCorrection {
		ref, _ := correction.RefOf(a.history[position].Commit.GetCommandId(), 0)
		part, err := casework.PartOf(with)
		if err != nil {
			t.Fatal(err)
		}
		return casework.AskedCorrection{Of: ref, Revision: a.c.Revision(part), Replacement: with, Reason: eventv1.CorrectionReason_CORRECTION_REASON_TYPING_ERROR}
	}
	decide := func(asked ...casework.AskedCorrection) error {
		_, err := casework.DecideCorrections(a.c, a.history, casework.CorrectionCommand{
			ID: command(99).ID, On: "2026-12-31", User: carla, Under: strict(), Asked: asked,
		}, now)
		return err
	}
	moved := ask(last, on("2025-06-30", closing(eventv1.ClosingReason_CLOSING_REASON_MOVED)))
	proposal := ask(last-2, on("2025-06-25", &eventv1.ClosureProposed{Outcome: eventv1.Outcome_OUTCOME_POSITIVE, Reason: eventv1.ClosingReason_CLOSING_REASON_MOVED}))
	refused(t, decide(moved), fault.NotNow, "")
	refused(t, decide(proposal), fault.NotNow, "")
	if err := decide(proposal, moved); err != nil {
		t.Error(err)
	}
}

func TestWhatWaitsForItsApproval(t *testing.T) {
	rules := strict().Approvals
	for name, tt := range map[string]struct {
		given facts
		rules casework.Approvals
		want  []casework.Awaiting
	}{
		"an assessment that is concluded, of which a rule speaks": {
			analysed(), rules, []casework.Awaiting{{Of: casework.ApprovableAssessment, ID: id("assessment"), Since: day("2025-02-15"), Authors: []string{anna}}},
		},
		"not where none does":         {analysed(), nil, nil},
		"nor one of another form":     {assessed(), rules, nil},
		"nor while it is open":        {assessing(), rules, nil},
		"a closure that was proposed": {and(generaleInCharge(), on("2025-06-01", &eventv1.ClosureProposed{})), nil, []casework.Awaiting{{Of: casework.ApprovableClosure, Since: day("2025-06-01"), Authors: []string{anna}}}},
		"not once it was sent back": {
			and(generaleInCharge(), on("2025-06-01", &eventv1.ClosureProposed{}), on("2025-06-02", &eventv1.ClosureSentBack{Reason: said("no")})), nil, nil,
		},
		"nothing of assessments in a case that ended": {and(analysed(), on("2025-06-30", &eventv1.Closed{})), rules, nil},
		"an assessment that was sent back, once it is concluded again": {
			and(
				assessed(), on("2025-02-12", &eventv1.AssessmentSentBack{AssessmentId: id("assessment"), Reason: said("no")}),
				on("2025-02-14", conclude),
			),
			nil,
			[]casework.Awaiting{{Of: casework.ApprovableAssessment, ID: id("assessment"), Since: day("2025-02-14"), Authors: []string{anna}}},
		},
	} {
		if diff := cmp.Diff(tt.want, fold(t, tt.given...).Awaiting(tt.rules)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestARuleIsAskedOfWhatItDescribes(t *testing.T) {
	from, to := day("2025-02-15"), day("2025-02-15")
	c := fold(t, analysed()...)
	for name, tt := range map[string]struct {
		rule casework.ApprovalRule
		want bool
	}{
		"any assessment":        {casework.ApprovalRule{Of: casework.ApprovableAssessment}, true},
		"of another form":       {casework.ApprovalRule{Of: casework.ApprovableAssessment, Forms: []eventv1.Form{eventv1.Form_FORM_UVM}}, false},
		"of another pathway":    {casework.ApprovalRule{Of: casework.ApprovableAssessment, Pathways: []eventv1.Pathway{eventv1.Pathway_PATHWAY_SELF}}, false},
		"of another service":    {casework.ApprovalRule{Of: casework.ApprovableAssessment, Services: []eventv1.Service{eventv1.Service_SERVICE_SELF}}, false},
		"of another body":       {casework.ApprovalRule{Of: casework.ApprovableAssessment, Bodies: []string{"ELSEWHERE"}}, false},
		"of the body":           {casework.ApprovalRule{Of: casework.ApprovableAssessment, Bodies: []string{c.ManagingBody}}, true},
		"on its only day":       {casework.ApprovalRule{Of: casework.ApprovableAssessment, ValidFrom: from, ValidTo: to}, true},
		"from the day after on": {casework.ApprovalRule{Of: casework.ApprovableAssessment, ValidFrom: from + 1}, false},
		"up to the day before":  {casework.ApprovalRule{Of: casework.ApprovableAssessment, ValidTo: to - 1}, false},
		"a closure":             {casework.ApprovalRule{Of: casework.ApprovableClosure}, false},
	} {
		if got := (casework.Approvals{tt.rule}).OfAssessment(c, c.Assessments[0]) != nil; got != tt.want {
			t.Errorf("%s: %t", name, got)
		}
	}
}
