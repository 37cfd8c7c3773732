package casework_test

import (
	"testing"

	"percorsi/internal/casework"
	"percorsi/internal/fault"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

func TestAssessments(t *testing.T) { decide(t, assessmentDecisions()) }

func TestPreliminaryAnalyses(t *testing.T) { decide(t, analysisDecisions()) }

func assessmentDecisions() []decision {
	conclude := &eventv1.AssessmentConcluded{AssessmentId: id("assessment")}
	review := &eventv1.AssessmentReviewed{AssessmentId: id("assessment")}
	approve := &eventv1.AssessmentApproved{AssessmentId: id("assessment")}
	strength := &eventv1.StrengthRecorded{AssessmentId: id("assessment"), Domain: eventv1.Domain_DOMAIN_NETWORK}
	scaled := func(change func(*eventv1.DomainAssessed)) *eventv1.Fact {
		f := health(2)
		f.Scale, f.ScaleVersion, f.Score = "BARTHEL", "1", 80
		change(f)
		return on("2025-02-05", f)
	}
	return []decision{
		{
			name:  "an assessment is opened with a form and its version",
			given: generaleInCharge(), when: on("2025-02-01", opening(eventv1.Form_FORM_MULTIDIMENSIONAL)),
			then: func(c *casework.Case) (any, any) {
				return c.Assessments, []*casework.Assessment{{
					ID: id("assessment"), Form: eventv1.Form_FORM_MULTIDIMENSIONAL, FormVersion: "2024", OpenedOn: day("2025-02-01"),
					Approval: casework.Approval{Authors: []string{anna}},
				}}
			},
		},
		{
			name:  "the Kit di bilancio belongs to SELF",
			given: generaleInCharge(), when: on("2025-02-01", opening(eventv1.Form_FORM_COMPETENCE_BALANCE)), kind: fault.NotNow,
		},
		{
			name:  "SELF opens a Kit di bilancio",
			given: selfInCharge(), when: on("2025-02-01", opening(eventv1.Form_FORM_COMPETENCE_BALANCE)),
			then: func(c *casework.Case) (any, any) { return len(c.Assessments), 1 },
		},
		{
			name:  "SELF has no UVM",
			given: selfInCharge(), when: on("2025-02-01", opening(eventv1.Form_FORM_UVM)), kind: fault.NotNow,
		},
		{
			name:  "a domain is assessed on a scale",
			given: assessing(), when: scaled(func(*eventv1.DomainAssessed) {}),
			then: func(c *casework.Case) (any, any) {
				return c.Assessments[0].Domains, []*casework.DomainFinding{{
					Domain: eventv1.Domain_DOMAIN_HEALTH, Scale: "BARTHEL", ScaleVersion: "1", Score: 80, NeedLevel: 2,
					Profession: eventv1.Profession_PROFESSION_NURSE, By: anna, On: day("2025-02-05"),
				}}
			},
		},
		{
			name:  "a domain that is assessed again has the new finding only",
			given: and(assessing(), on("2025-02-05", health(3))), when: on("2025-02-06", health(1)),
			then: func(c *casework.Case) (any, any) {
				return []any{len(c.Assessments[0].Domains), c.Assessments[0].Domains[0].NeedLevel}, []any{1, int64(1)}
			},
		},
		{
			name:  "items belong to a scale",
			given: assessing(), when: scaled(func(f *eventv1.DomainAssessed) {
				f.Scale, f.Items = "", []*eventv1.ScaleItem{{Code: "A", Score: 1}}
			}),
			kind: fault.Invalid, field: "fact.scale",
		},
		{
			name:  "a scale has a version",
			given: assessing(), when: scaled(func(f *eventv1.DomainAssessed) { f.ScaleVersion = "" }),
			kind: fault.Invalid, field: "fact.scale_version",
		},
		{
			name:  "a domain belongs to an assessment of this case",
			given: generaleInCharge(), when: on("2025-02-05", health(1)), kind: fault.Invalid, field: "fact.assessment_id",
		},
		{
			name:  "a domain is not assessed before the assessment began",
			given: assessing(), when: on("2025-01-31", health(1)), kind: fault.Invalid, field: "command.occurred_on",
		},
		{
			name:  "a concluded assessment has no new domain",
			given: assessed(), when: on("2025-02-11", health(1)), kind: fault.NotNow,
		},
		{
			name:  "a strength is recorded",
			given: assessing(), when: on("2025-02-06", strength),
			then: func(c *casework.Case) (any, any) { return c.Timeline[len(c.Timeline)-1].About, id("assessment") },
		},
		{
			name:  "a concluded assessment has no new strength",
			given: assessed(), when: on("2025-02-11", strength), kind: fault.NotNow,
		},
		{
			name:  "an assessment is concluded by who records it",
			given: and(assessing(), on("2025-02-05", health(3))), when: on("2025-02-10", conclude), by: bruno,
			then: func(c *casework.Case) (any, any) {
				a := c.Assessments[0]
				return []any{a.ConcludedOn, a.ConcludedBy}, []any{day("2025-02-10"), bruno}
			},
		},
		{
			name:  "an assessment without a domain is not concluded",
			given: assessing(), when: on("2025-02-10", conclude), kind: fault.NotNow,
		},
		{
			name:  "an assessment is concluded once",
			given: assessed(), when: on("2025-02-11", conclude), kind: fault.NotNow,
		},
		{
			name:  "a concluded assessment is looked at again and is open",
			given: assessed(), when: on("2025-03-01", review),
			then: func(c *casework.Case) (any, any) {
				a := c.Assessments[0]
				return []any{a.ConcludedOn, a.ConcludedBy, len(a.Domains)}, []any{casework.Day(0), "", 1}
			},
		},
		{
			name:  "an open assessment is not looked at again",
			given: assessing(), when: on("2025-03-01", review), kind: fault.NotNow,
		},
		{
			name:  "an assessment is not looked at again before its conclusion",
			given: assessed(), when: on("2025-02-09", review), kind: fault.Invalid, field: "command.occurred_on",
		},
		{
			name:  "a colleague approves an assessment",
			given: assessed(), when: on("2025-02-12", approve), by: bruno,
			then: func(c *casework.Case) (any, any) { return c.Assessments[0].ApprovedOn, day("2025-02-12") },
		},
		{
			name:  "an open assessment is not approved",
			given: assessing(), when: on("2025-02-12", approve), by: bruno, kind: fault.NotNow,
		},
		{
			name:  "an assessment of another case is not approved here",
			given: generaleInCharge(), when: on("2025-02-12", approve), by: bruno, kind: fault.Invalid, field: "fact.assessment_id",
		},
	}
}

func TestAnAssessmentIsApprovedOnce(t *testing.T) {
	s := given(t, assessed()...)
	approve := func(by string) error {
		cmd := s.command(on("2025-02-12", &eventv1.AssessmentApproved{AssessmentId: id("assessment")}))
		cmd.User = by
		_, err := s.when(cmd)
		return err
	}
	if err := approve(bruno); err != nil {
		t.Fatal(err)
	}
	refused(t, approve("op-carla"), fault.NotNow, "")
}

func analysisDecisions() []decision {
	analysing := func(begin facts) facts {
		return and(begin, on("2025-02-12", opening(eventv1.Form_FORM_PRELIMINARY_ANALYSIS)))
	}
	conclude := &eventv1.PreliminaryAnalysisConcluded{
		AssessmentId: id("assessment"), Result: eventv1.AnalysisResult_ANALYSIS_RESULT_SIMPLE_PACT,
	}
	return []decision{
		{
			name:  "the preliminary analysis of a household that was met is concluded with its result",
			given: analysing(and(adiInCharge(), firstMeeting("2025-02-10"))), when: on("2025-02-15", conclude),
			then: func(c *casework.Case) (any, any) {
				a := c.Assessments[0]
				return []any{a.ConcludedOn, a.ConcludedBy, a.Result},
					[]any{day("2025-02-15"), anna, eventv1.AnalysisResult_ANALYSIS_RESULT_SIMPLE_PACT}
			},
		},
		{
			name:  "in ADI the preliminary analysis follows the first meeting",
			given: analysing(adiInCharge()), when: on("2025-02-15", conclude), kind: fault.NotNow,
		},
		{
			name:  "elsewhere it needs no first meeting",
			given: analysing(generaleInCharge()), when: on("2025-02-15", conclude),
			then: func(c *casework.Case) (any, any) { return c.Assessments[0].ConcludedOn, day("2025-02-15") },
		},
		{
			name:  "another form has no result of a preliminary analysis",
			given: assessing(), when: on("2025-02-15", conclude), kind: fault.Invalid, field: "fact.assessment_id",
		},
		{
			name:  "a preliminary analysis is not concluded without its result",
			given: analysing(generaleInCharge()), when: on("2025-02-15", &eventv1.AssessmentConcluded{AssessmentId: id("assessment")}),
			kind: fault.NotNow,
		},
	}
}
