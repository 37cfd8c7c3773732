package casework_test

import (
	"testing"

	"percorsi/internal/casework"
	casefilev1 "percorsi/internal/gen/percorsi/casefile/v1"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

func TestWhatWasNeverDone(t *testing.T) {
	project := func(p casework.Project) []*casework.Project { p.ID = "p"; return []*casework.Project{&p} }
	said := func(voices ...eventv1.Voice) (out []*casework.Evaluation) {
		for _, v := range voices {
			out = append(out, &casework.Evaluation{Project: "p", Voice: v, Aspect: eventv1.Aspect_ASPECT_OVERALL})
		}
		return out
	}
	both := said(eventv1.Voice_VOICE_BENEFICIARY, eventv1.Voice_VOICE_OPERATORS)
	analysed := []*casework.Assessment{{
		Form: eventv1.Form_FORM_PRELIMINARY_ANALYSIS, OpenedOn: 1, ConcludedOn: 2, Result: eventv1.AnalysisResult_ANALYSIS_RESULT_SIMPLE_PACT,
	}}
	const never = casework.NeverSummoned
	for _, tt := range []struct {
		name string
		c    casework.Case
		want []casework.Lack
	}{
		{"a new case", casework.Case{Status: casework.Signalled}, []casework.Lack{never, casework.NeverMet}},
		{"a discharge, in which nobody is summoned", casework.Case{Status: casework.Signalled, Pathway: eventv1.Pathway_PATHWAY_DISCHARGE}, nil},
		{"one who was summoned", casework.Case{Status: casework.Waiting, SummonedOn: 1}, []casework.Lack{casework.NeverMet}},
		{"one who came without", casework.Case{Status: casework.Waiting, FirstMeetingOn: 1}, nil},
		{
			"a case in charge",
			casework.Case{Status: casework.InCharge, FirstMeetingOn: 1},
			[]casework.Lack{casework.NeverAssessed, casework.NeverConvened},
		},
		{
			"a case with an assessment that is open, and a team", casework.Case{
				Status: casework.Suspended, FirstMeetingOn: 1, Assessments: []*casework.Assessment{{OpenedOn: 1}}, Meetings: []*casework.Meeting{{}},
			}, []casework.Lack{casework.NeverAssessed},
		},
		{
			"what the analysis decided",
			casework.Case{Status: casework.InCharge, FirstMeetingOn: 1, Assessments: analysed, Meetings: []*casework.Meeting{{}}},
			[]casework.Lack{casework.LacksFollowing},
		},
		{
			"what the analysis decided, in a case that ended", casework.Case{Status: casework.Closed, Assessments: analysed}, nil,
		},
		{"a referral without an answer", casework.Case{
			Status: casework.Waiting, FirstMeetingOn: 1, Referrals: []*casework.Referral{{}},
		}, []casework.Lack{casework.LacksAnswer}},
		{"a referral that was answered", casework.Case{
			Status: casework.Waiting, FirstMeetingOn: 1, Referrals: []*casework.Referral{{Answer: eventv1.AnswerKind_ANSWER_KIND_REFUSED}},
		}, nil},
		{"a project that goes on", casework.Case{Status: casework.Waiting, FirstMeetingOn: 1, Projects: project(casework.Project{SignedOn: 1})}, nil},
		{
			"a project that ended, with one voice",
			casework.Case{
				Status: casework.Waiting, FirstMeetingOn: 1, Projects: project(casework.Project{SignedOn: 1, ConcludedOn: 2}), Evaluations: both[:1],
			},
			[]casework.Lack{casework.NeverEvaluated},
		},
		{"a project that ended, with both", casework.Case{
			Status: casework.Waiting, FirstMeetingOn: 1, Projects: project(casework.Project{SignedOn: 1, ConcludedOn: 2}), Evaluations: both,
		}, nil},
		{"a project that nobody signed", casework.Case{Status: casework.Closed, Projects: project(casework.Project{})}, nil},
		{"a closed case with a signed project", casework.Case{Status: casework.Closed, Projects: project(casework.Project{SignedOn: 1})}, []casework.Lack{casework.NeverEvaluated}},
		{"a case that was refused", casework.Case{Status: casework.Refused}, nil},
		{"a case that was entered in error", casework.Case{Status: casework.Voided}, nil},
	} {
		if got, want := tt.c.Lacks(), casework.LacksOf(tt.want...); got != want {
			t.Errorf("%s lacks %b, want %b", tt.name, got, want)
		}
	}
}

func TestASetHasAllOfAnother(t *testing.T) {
	some := casework.LacksOf(casework.NeverMet, casework.NeverConvened)
	if !some.Has(0) || !some.Has(casework.LacksOf(casework.NeverMet)) || some.Has(casework.LacksOf(casework.NeverMet, casework.NeverSummoned)) {
		t.Errorf("%b", some)
	}
}

// TestEveryLackOfTheAPIIsOneOfTheDomain keeps the two lists in step.
func TestEveryLackOfTheAPIIsOneOfTheDomain(t *testing.T) {
	if n := len(casefilev1.Lack_name) - 1; n != int(casework.LacksAnswer) {
		t.Errorf("the API knows %d, the domain %d", n, casework.LacksAnswer)
	}
	if casework.LacksOf(casework.Lack(casefilev1.Lack_LACK_TEAM)) != casework.LacksOf(casework.NeverConvened) {
		t.Error("they are numbered in two ways")
	}
}
