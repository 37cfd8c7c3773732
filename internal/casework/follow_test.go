package casework_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"percorsi/internal/casework"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

// analysedAs gives a household with a preliminary analysis opened on 2025-02-02
// and concluded on 2025-02-10.
func analysedAs(result eventv1.AnalysisResult) facts {
	return and(adiInCharge(), firstMeeting("2025-02-01"),
		on("2025-02-02", opening(eventv1.Form_FORM_PRELIMINARY_ANALYSIS)),
		on("2025-02-10", &eventv1.PreliminaryAnalysisConcluded{AssessmentId: id("assessment"), Result: result}))
}

func framework() *eventv1.AssessmentOpened {
	f := opening(eventv1.Form_FORM_ANALYSIS_FRAMEWORK)
	f.AssessmentId = id("framework")
	return f
}

// again gives another preliminary analysis, opened on 2026-02-01 and concluded
// on 2026-02-10.
func again(result eventv1.AnalysisResult) facts {
	f := opening(eventv1.Form_FORM_PRELIMINARY_ANALYSIS)
	f.AssessmentId = id("again")
	return facts{
		on("2026-02-01", f), on("2026-02-10", &eventv1.PreliminaryAnalysisConcluded{AssessmentId: id("again"), Result: result}),
	}
}

func TestWhatFollowsAPreliminaryAnalysis(t *testing.T) {
	const (
		centre     = eventv1.AnalysisResult_ANALYSIS_RESULT_EMPLOYMENT_CENTRE
		pact       = eventv1.AnalysisResult_ANALYSIS_RESULT_SIMPLE_PACT
		team       = eventv1.AnalysisResult_ANALYSIS_RESULT_TEAM_AND_FRAMEWORK
		specialist = eventv1.AnalysisResult_ANALYSIS_RESULT_SPECIALIST_SERVICE
		nothing    = eventv1.AnalysisResult_ANALYSIS_RESULT_NO_OBLIGATION
	)
	todo := func(k casework.StepKind) casework.Step { return casework.Step{Kind: k} }
	done := func(k casework.StepKind, d string) casework.Step {
		return casework.Step{Kind: k, Done: true, On: day(d)}
	}
	about := func(name string, s casework.Step) casework.Step {
		s.About = id(name)
		return s
	}
	obliged := on("2025-01-20", household(
		member("person", eventv1.Obligation_OBLIGATION_SOCIAL_SERVICES),
		member("partner", eventv1.Obligation_OBLIGATION_EMPLOYMENT_CENTRE),
		member("child", eventv1.Obligation_OBLIGATION_EMPLOYMENT_CENTRE)))
	sent := func(name string) *eventv1.Fact {
		return on("2025-02-05", &eventv1.SentToEmploymentCentre{PersonId: id(name)})
	}
	agreed := facts{
		on("2025-02-20", draft(eventv1.Measure_MEASURE_PAIS)), on("2025-03-01", signature(eventv1.Signer_SIGNER_BENEFICIARY)),
		on("2025-03-02", signature(eventv1.Signer_SIGNER_CASE_MANAGER)),
	}
	called := on("2025-02-11", &eventv1.MeetingCalled{
		MeetingId: id("meeting"), Team: eventv1.TeamKind_TEAM_KIND_POVERTY, MeetingOn: "2025-02-28",
		ProfessionsExpected: []eventv1.Profession{eventv1.Profession_PROFESSION_SOCIAL_WORKER},
	})
	asked := on("2025-02-11", &eventv1.Referred{
		ReferralId: id("referral"), Kind: eventv1.ReferralKind_REFERRAL_KIND_REFERRAL, ToBody: "SERD",
	})
	health := health(2)
	health.AssessmentId = id("framework")
	framed := facts{
		on("2025-02-12", framework()), on("2025-02-13", health),
		on("2025-02-14", &eventv1.AssessmentConcluded{AssessmentId: id("framework")}),
	}
	for _, tc := range []struct {
		name  string
		given facts
		want  []casework.Step
	}{
		{"nothing, while it is not concluded", and(adiInCharge(), on("2025-02-02", opening(eventv1.Form_FORM_PRELIMINARY_ANALYSIS))), nil},
		{"nothing, where it says so", analysedAs(nothing), nil},
		{"nothing, while it is under review", and(analysedAs(pact), on("2025-02-15", &eventv1.AssessmentReviewed{AssessmentId: id("assessment")})), nil},
		{"a PaIS", analysedAs(pact), []casework.Step{todo(casework.SignPact)}},
		{"a PaIS that is drafted is not signed", and(analysedAs(pact), agreed[:2]...), []casework.Step{todo(casework.SignPact)}},
		{"a PaIS that is signed", and(analysedAs(pact), agreed...), []casework.Step{done(casework.SignPact, "2025-03-02")}},
		{
			"each member who is obliged goes to the CPI", and(analysedAs(centre), obliged, sent("partner")),
			[]casework.Step{
				about("partner", done(casework.SendToEmploymentCentre, "2025-02-05")), about("child", todo(casework.SendToEmploymentCentre)),
			},
		},
		{"somebody goes to the CPI, while it is not known who", analysedAs(centre), []casework.Step{todo(casework.SendToEmploymentCentre)}},
		{
			"a team, a Quadro di analisi and a PaIS", analysedAs(team),
			[]casework.Step{todo(casework.CallTeam), todo(casework.ConcludeFramework), todo(casework.SignPact)},
		},
		{
			"the team and the Quadro are there", and(and(analysedAs(team), called), framed...),
			[]casework.Step{done(casework.CallTeam, "2025-02-11"), done(casework.ConcludeFramework, "2025-02-14"), todo(casework.SignPact)},
		},
		{
			"a team that was cancelled did not meet",
			and(analysedAs(team), called, on("2025-02-12", &eventv1.MeetingCancelled{MeetingId: id("meeting")})),
			[]casework.Step{todo(casework.CallTeam), todo(casework.ConcludeFramework), todo(casework.SignPact)},
		},
		{"a specialist service", and(analysedAs(specialist), asked), []casework.Step{done(casework.ReferToSpecialist, "2025-02-11")}},
		{
			"a specialist service that refused",
			and(analysedAs(specialist), asked, on("2025-02-20", &eventv1.ReferralAnswered{ReferralId: id("referral"), Answer: eventv1.AnswerKind_ANSWER_KIND_REFUSED})),
			[]casework.Step{todo(casework.ReferToSpecialist)},
		},
		{
			"the newest analysis decides, and what was done for an older one is not done again",
			and(and(analysedAs(team), called), and(framed, again(team)...)...),
			[]casework.Step{todo(casework.CallTeam), todo(casework.ConcludeFramework), todo(casework.SignPact)},
		},
		{"a PaIS that is in force goes on", and(and(analysedAs(pact), agreed...), again(pact)...), []casework.Step{done(casework.SignPact, "2025-03-02")}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, given(t, tc.given...).c.Following()); diff != "" {
				t.Errorf("what follows (-want +got):\n%s", diff)
			}
		})
	}
}
