package casework

import (
	"slices"

	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

// StepKind names something that must follow a preliminary analysis.
type StepKind int32

// What may follow. The numbers are those of the API.
const (
	// SendToEmploymentCentre sends a member to the Centro per l'Impiego.
	SendToEmploymentCentre StepKind = iota + 1
	// SignPact is a PaIS, signed.
	SignPact
	// CallTeam calls the equipe multidisciplinare of the poverty services.
	CallTeam
	// ConcludeFramework is the Quadro di analisi, concluded.
	ConcludeFramework
	// ReferToSpecialist asks a specialist service to join.
	ReferToSpecialist
)

// Step is something that must follow a preliminary analysis.
type Step struct {
	Kind StepKind
	// About is the member, for a step of each; else empty.
	About string
	Done  bool
	// On is the day it was done; zero where it was not.
	On Day
}

// Following gives what the newest preliminary analysis decided must follow, in
// the order in which it comes, with what was done of it since that analysis was
// opened (DM 72/2024). It is empty while no analysis is concluded: one that is
// under review decides nothing.
//
// It reminds. Where a team cannot be brought together the social worker goes on
// alone, so only one thing is refused: see measureFits.
func (c *Case) Following() []Step {
	a := c.analysis()
	if a == nil {
		return nil
	}
	switch a.Result {
	case eventv1.AnalysisResult_ANALYSIS_RESULT_EMPLOYMENT_CENTRE:
		return c.sending()
	case eventv1.AnalysisResult_ANALYSIS_RESULT_SIMPLE_PACT:
		return []Step{step(SignPact, c.pactSince(a.OpenedOn))}
	case eventv1.AnalysisResult_ANALYSIS_RESULT_TEAM_AND_FRAMEWORK:
		return []Step{
			step(CallTeam, c.teamSince(a.OpenedOn)),
			step(ConcludeFramework, c.frameworkSince(a.OpenedOn)),
			step(SignPact, c.pactSince(a.OpenedOn)),
		}
	case eventv1.AnalysisResult_ANALYSIS_RESULT_SPECIALIST_SERVICE:
		return []Step{step(ReferToSpecialist, c.referredSince(a.OpenedOn))}
	default:
		return nil
	}
}

// analysis gives the newest preliminary analysis that is concluded; nil for
// none.
func (c *Case) analysis() *Assessment {
	return c.newestConcluded(eventv1.Form_FORM_PRELIMINARY_ANALYSIS)
}

func step(kind StepKind, on Day) Step { return Step{Kind: kind, Done: on != 0, On: on} }

// sending asks for each member who is obliged to go to the CPI, whenever they
// went. While nobody is known to be obliged, it asks for anybody.
func (c *Case) sending() []Step {
	var steps []Step
	var anybody Day
	for _, m := range c.Household {
		anybody = earlier(anybody, m.SentOn)
		if m.Obligation == eventv1.Obligation_OBLIGATION_EMPLOYMENT_CENTRE {
			one := step(SendToEmploymentCentre, m.SentOn)
			one.About = m.Person
			steps = append(steps, one)
		}
	}
	if steps == nil {
		return []Step{step(SendToEmploymentCentre, anybody)}
	}
	return steps
}

// pactSince gives the day on which a PaIS was signed that was still in force on
// a day, or came later.
func (c *Case) pactSince(since Day) (on Day) {
	for _, p := range c.Projects {
		if p.Measure == eventv1.Measure_MEASURE_PAIS && (p.ConcludedOn == 0 || p.ConcludedOn >= since) {
			on = earlier(on, p.SignedOn)
		}
	}
	return on
}

func (c *Case) teamSince(since Day) (on Day) {
	for _, m := range c.Meetings {
		if m.Team == eventv1.TeamKind_TEAM_KIND_POVERTY && !m.Cancelled && m.CalledOn >= since {
			on = earlier(on, m.CalledOn)
		}
	}
	return on
}

func (c *Case) frameworkSince(since Day) (on Day) {
	for _, a := range c.Assessments {
		if a.Form == eventv1.Form_FORM_ANALYSIS_FRAMEWORK && a.ConcludedOn >= since {
			on = earlier(on, a.ConcludedOn)
		}
	}
	return on
}

// referredSince gives the day on which a body was asked to join that has not
// refused.
func (c *Case) referredSince(since Day) (on Day) {
	gone := []eventv1.AnswerKind{eventv1.AnswerKind_ANSWER_KIND_REFUSED, eventv1.AnswerKind_ANSWER_KIND_REVOKED}
	for _, r := range c.Referrals {
		if r.Kind == eventv1.ReferralKind_REFERRAL_KIND_REFERRAL && r.SentOn >= since && !slices.Contains(gone, r.Answer) {
			on = earlier(on, r.SentOn)
		}
	}
	return on
}

// analysed says that a PaIS may be drafted: it rests on a preliminary analysis
// (DM 72/2024), and where that asked for a team and a Quadro di analisi, on that
// one, which need not be concluded.
func analysed(c *Case) error {
	a := c.analysis()
	switch {
	case a == nil:
		return notNow("a PaIS rests on a preliminary analysis: conclude one first")
	case a.Result != eventv1.AnalysisResult_ANALYSIS_RESULT_TEAM_AND_FRAMEWORK:
		return nil
	}
	if slices.ContainsFunc(c.Assessments, func(f *Assessment) bool { return f.Form == eventv1.Form_FORM_ANALYSIS_FRAMEWORK }) {
		return nil
	}
	return notNow("the preliminary analysis of %s asks for a team and a Quadro di analisi: open that assessment first", a.ConcludedOn)
}
