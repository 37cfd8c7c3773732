package main

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"google.golang.org/protobuf/types/known/timestamppb"

	casefilev1 "percorsi/internal/gen/percorsi/casefile/v1"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

func householdOf(c *casefilev1.Case) (lines [][]any) {
	for _, m := range slices.Concat(c.GetHousehold(), c.GetFormerMembers()) {
		lines = append(lines, []any{m.GetPersonId(), term(m.GetRelation()), days("from", m.GetFrom(), "to", m.GetTo()), term(m.GetObligation())})
	}
	return lines
}

func teamOf(c *casefilev1.Case) (lines [][]any) {
	for _, m := range c.GetTeam() {
		lines = append(lines, []any{
			m.GetUser(), term(m.GetProfession()), m.GetBody(), term(m.GetRole()), days("from", m.GetFrom(), "to", m.GetTo()),
		})
	}
	return lines
}

func meetingsOf(c *casefilev1.Case) (lines [][]any) {
	for _, m := range c.GetMeetings() {
		lines = append(lines, []any{m.GetMeetingOn(), term(m.GetTeam()), heldOrNot(m), m.GetMeetingId()})
		for _, a := range m.GetAnswers() {
			lines = append(lines, []any{"", term(a.GetProfession()), comesOrNot(a), strings.TrimSpace(a.GetBody() + " " + a.GetUser())})
		}
		for n, f := range m.GetFollowUps() {
			lines = append(lines, []any{"", fmt.Sprintf("follow-up %d", n), followUp(f), strings.TrimSpace(f.GetBody() + " " + f.GetUser())})
		}
	}
	return lines
}

func comesOrNot(a *casefilev1.Attendance) string {
	if a.GetComing() {
		return "comes, said " + a.GetSaidOn()
	}
	return "does not come, said " + a.GetSaidOn()
}

// followUp says what became of something that a meeting decided.
func followUp(f *casefilev1.FollowUp) string {
	state := days("due", f.GetDueOn())
	if f.GetSettledOn() != "" {
		state = term(f.GetResult()) + " " + f.GetSettledOn()
	}
	return strings.TrimSpace(state + " " + f.GetWhat())
}

// heldOrNot says what became of a meeting, and who was expected and did not come.
func heldOrNot(m *casefilev1.Meeting) string {
	expected, present := m.GetProfessionsExpected(), m.GetProfessionsPresent()
	switch {
	case m.GetCancelled():
		return "cancelled"
	case m.GetHeldOn() == "":
		return "called: " + professions(expected)
	}
	held := "held: " + professions(present)
	missing := slices.DeleteFunc(slices.Clone(expected), func(p eventv1.Profession) bool { return slices.Contains(present, p) })
	if len(missing) > 0 {
		held += "; missing: " + professions(missing)
	}
	return held
}

func professions(list []eventv1.Profession) string {
	terms := make([]string, len(list))
	for i, one := range list {
		terms[i] = term(one)
	}
	return strings.Join(terms, ", ")
}

func referralsOf(c *casefilev1.Case) (lines [][]any) {
	for _, r := range c.GetReferrals() {
		answer := "not answered"
		if r.GetAnswer() != 0 {
			answer = strings.TrimSpace(term(r.GetAnswer()) + " " + r.GetAnswerOn() + " " + term(r.GetRefusal()))
		}
		to := strings.TrimSpace(r.GetToBody() + " " + r.GetToUser())
		lines = append(lines, []any{r.GetSentOn(), term(r.GetKind()) + " to " + to, answer, r.GetReferralId()})
	}
	return lines
}

func assessmentOf(a *casefilev1.Assessment) [][]any {
	lines := [][]any{{strings.TrimSpace(term(a.GetForm()) + " " + a.GetFormVersion()), days("opened", a.GetOpenedOn(), "concluded", a.GetConcludedOn(), "approved", a.GetApprovedOn()), term(a.GetResult())}}
	lines = append(lines, approvalOf(a.GetApproval())...)
	for _, d := range a.GetDomains() {
		lines = append(lines, []any{term(d.GetDomain()), findingOf(d), d.GetAssessedOn() + " " + d.GetUser()})
	}
	for _, s := range a.GetStrengths() {
		lines = append(lines, []any{term(s.GetDomain()), "strength", s.GetFoundOn() + " " + s.GetUser()})
	}
	return lines
}

// closureOf is the closure that was proposed.
func closureOf(c *casefilev1.Closure) [][]any {
	if c == nil {
		return nil
	}
	return append([][]any{{"proposed", days("on", c.GetProposedOn()), term(c.GetOutcome()) + ", " + term(c.GetReason())}}, approvalOf(c.GetApproval())...)
}

// approvalOf says how far an approval is; nothing where nobody asks for one and
// none was given.
func approvalOf(a *casefilev1.Approval) [][]any {
	switch {
	case a.GetApprovedOn() != "":
		return [][]any{{"approved", days("on", a.GetApprovedOn()), a.GetApprovedBy()}}
	case a.GetLapsedOn() != "":
		return [][]any{{"to approve again", days("corrected on", a.GetLapsedOn()), a.GetAskedBy()}}
	case a.GetSentBackOn() != "":
		return [][]any{{"sent back", days("on", a.GetSentBackOn()), strings.TrimSpace(a.GetSentBackBy() + " " + a.GetReason())}}
	case a.GetWaitsSince() != "":
		return [][]any{{"to approve", days("since", a.GetWaitsSince()), a.GetAskedBy()}}
	default:
		return nil
	}
}

// findingOf says what was found: on a scale, or as a judgement of the need.
func findingOf(d *casefilev1.DomainFinding) string {
	need := fmt.Sprintf("need %d of 4", d.GetNeedLevel())
	if d.GetScale() == "" {
		return need
	}
	return fmt.Sprintf("%s %s: %d, %s", d.GetScale(), d.GetScaleVersion(), d.GetScore(), need)
}

func followingOf(c *casefilev1.Case) (lines [][]any) {
	for _, s := range c.GetFollowing() {
		lines = append(lines, []any{term(s.GetKind()), cmp.Or(s.GetDoneOn(), "not yet"), s.GetPersonId()})
	}
	return lines
}

func projectOf(p *casefilev1.Project) [][]any {
	lines := [][]any{{fmt.Sprintf("%s, version %d", term(p.GetMeasure()), p.GetVersion()), days("from", p.GetStartsOn(), "to", p.GetEndsOn(), "signed", p.GetSignedOn(), "concluded", p.GetConcludedOn()), term(p.GetOutcome())}}
	lines = append(lines, approvalOf(p.GetApproval())...)
	for _, g := range p.GetGoals() {
		what := "goal"
		if g.GetGeneral() {
			what = "general goal"
		}
		lines = append(lines, []any{
			what, days("due", g.GetDueOn(), "reached", g.GetReachedOn(), "dropped", g.GetDroppedOn()),
			strings.TrimSpace(term(g.GetDomain()) + " " + g.GetWording()),
		})
	}
	for _, k := range p.GetCommitments() {
		lines = append(lines, []any{"commitment of the " + term(k.GetBy()), cmp.Or(term(k.GetActivation()), "nobody said how far it was kept"), k.GetWording()})
	}
	for _, b := range p.GetBudget() {
		lines = append(lines, []any{"budget", fmt.Sprintf("%s, %d %%", euro(b.GetAmountCents()), b.GetShare()), term(b.GetFund())})
	}
	for _, m := range p.GetCalendar() {
		lines = append(lines, []any{"monitoring", days("planned", m.GetPlannedOn(), "held", m.GetHeldOn())})
	}
	for _, s := range p.GetSignatures() {
		lines = append(lines, signatureLine(s))
	}
	for _, v := range p.GetPast() {
		lines = append(lines, []any{fmt.Sprintf("version %d", v.GetNumber()), days("from", v.GetFrom(), "to", v.GetTo(), "signed", v.GetSignedOn()), v.GetUser()})
	}
	return lines
}

func signatureLine(s *casefilev1.Signature) []any {
	what, how := "signature of the ", term(s.GetMode())
	if s.GetRefused() {
		what, how = "no signature of the ", term(s.GetReason())
	}
	return []any{what + term(s.GetSigner()), days("on", s.GetSignedOn()), strings.TrimSpace(how + " " + s.GetPersonId() + s.GetUser())}
}

func supportsOf(c *casefilev1.Case) (lines [][]any) {
	for _, s := range c.GetSupports() {
		delivered := fmt.Sprintf("%d of %d %s", s.GetDelivered(), s.GetQuantity(), term(s.GetUnit()))
		lines = append(lines, []any{
			term(s.GetKind()), s.GetProvider(),
			days("arranged", s.GetArrangedOn(), "started", s.GetStartedOn(), "stopped", s.GetStoppedOn()), delivered,
		})
	}
	return lines
}

func pathsOf(c *casefilev1.Case) (lines [][]any) {
	for _, p := range c.GetPaths() {
		lines = append(lines, []any{
			term(p.GetKind()), p.GetHost(),
			days("proposed", p.GetProposedOn(), "started", p.GetStartedOn(), "ended", p.GetEndedOn()), term(p.GetOutcome()),
		})
	}
	return lines
}

func dischargeOf(d *casefilev1.Discharge) (lines [][]any) {
	if d == nil {
		return nil
	}
	row := func(name, value string) {
		if value != "" {
			lines = append(lines, []any{name, value})
		}
	}
	row("line", term(d.GetLine()))
	row("reported", days("on", d.GetReportedOn(), "expected", d.GetExpectedOn()))
	row("discharged", moment(d.GetDischargedAt()))
	row("provider", d.GetProvider())
	row("first access", moment(d.GetFirstAccessAt()))
	if d.GetMinutes() > 0 {
		row("at home", fmt.Sprintf("%d minutes", d.GetMinutes()))
	}
	row("bed", strings.TrimSpace(d.GetBed()+" "+days("from", d.GetBedEnteredOn(), "to", d.GetBedLeftOn())))
	row("concluded", strings.TrimSpace(d.GetConcludedOn()+" "+term(d.GetOutcome())))
	row("six months later", term(d.GetSixMonthResult()))
	return lines
}

// moment writes a moment in UTC, empty for one not known.
func moment(at *timestamppb.Timestamp) string {
	if at == nil {
		return ""
	}
	return at.AsTime().Format("2006-01-02 15:04Z")
}

func evaluationsOf(c *casefilev1.Case) (lines [][]any) {
	for _, e := range c.GetEvaluations() {
		said := term(e.GetJudgement())
		if e.GetMissing() != 0 {
			said = "not carried out: " + term(e.GetMissing())
		}
		if e.Score != nil {
			said += ", " + strconv.FormatInt(e.GetScore(), 10) + " of 10"
		}
		lines = append(lines, []any{e.GetEvaluatedOn(), term(e.GetVoice()), term(e.GetAspect()), said})
	}
	return lines
}

func partsOf(c *casefilev1.Case) (lines [][]any) {
	for _, p := range c.GetParts() {
		lines = append(lines, []any{p.GetPart(), p.GetRevision()})
	}
	return lines
}
