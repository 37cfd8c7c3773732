package casework_test

import (
	"testing"

	"percorsi/internal/casework"
	"percorsi/internal/fault"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

func TestTheIntakeOfACase(t *testing.T) { decide(t, intakeDecisions()) }

func TestTheEndOfACase(t *testing.T) { decide(t, endDecisions()) }

func intakeDecisions() []decision {
	bySelf := func(change func(*eventv1.Signalled)) *eventv1.Fact {
		s := signal(eventv1.Pathway_PATHWAY_SELF)
		change(s)
		return on("2025-01-10", s)
	}
	byApplicant := func(change func(*eventv1.Applied)) *eventv1.Fact {
		a := application()
		change(a)
		return on("2025-01-10", a)
	}
	return []decision{
		{
			name: "a signal opens a case that nobody has decided on",
			when: on("2025-01-10", signal(eventv1.Pathway_PATHWAY_GENERALE)),
			then: func(c *casework.Case) (any, any) {
				return []any{c.Status, c.Pathway, c.Area, c.OpenedOn, c.Person, c.Comune, c.ManagingBody, c.Bodies},
					[]any{
						casework.Signalled, eventv1.Pathway_PATHWAY_GENERALE, eventv1.Area_AREA_POVERTY,
						day("2025-01-10"), id("person"), "098031", "ACSI",
						[]string{"ACSI", "CARITAS"},
					}
			},
		},
		{
			name: "a citizen signals without a body",
			when: bySelf(func(s *eventv1.Signalled) {
				s.SignalledBy, s.SignalledByKind = "", eventv1.BodyKind_BODY_KIND_CITIZEN
			}),
			then: func(c *casework.Case) (any, any) { return c.Bodies, []string{"ACSI"} },
		},
		{
			name: "a signal to ADI is refused, since a household applies",
			when: on("2025-01-10", signal(eventv1.Pathway_PATHWAY_ADI)),
			kind: fault.Invalid, field: "fact.pathway",
		},
		{
			name: "a signal to SELF names its flow",
			when: bySelf(func(s *eventv1.Signalled) { s.Flow = 0 }),
			kind: fault.Invalid, field: "fact.flow",
		},
		{
			name: "a flow belongs to SELF only",
			when: bySelf(func(s *eventv1.Signalled) { s.Pathway = eventv1.Pathway_PATHWAY_GENERALE }),
			kind: fault.Invalid, field: "fact.flow",
		},
		{
			name: "whoever signals is named, unless it is a citizen",
			when: bySelf(func(s *eventv1.Signalled) { s.SignalledBy = "" }),
			kind: fault.Invalid, field: "fact.signalled_by",
		},
		{
			name:  "a second signal under the id of a case is refused",
			given: generale(), when: on("2025-01-11", signal(eventv1.Pathway_PATHWAY_GENERALE)),
			kind: fault.Exists,
		},
		{
			name: "an application opens an ADI case of the poverty team",
			when: on("2025-01-10", application()),
			then: func(c *casework.Case) (any, any) {
				return []any{c.Pathway, c.Service, c.PadSignedOn, c.TransmittedOn}, []any{
					eventv1.Pathway_PATHWAY_ADI, eventv1.Service_SERVICE_POVERTY_TEAM, day("2025-01-10"), day("2025-01-12"),
				}
			},
		},
		{
			name: "an application is not transmitted before it is made",
			when: byApplicant(func(a *eventv1.Applied) { a.TransmittedOn = "2025-01-09" }),
			kind: fault.Invalid, field: "fact.transmitted_on",
		},
		{
			name: "a PAD is not signed in the future",
			when: byApplicant(func(a *eventv1.Applied) { a.PadSignedOn = "2027-01-01" }),
			kind: fault.Invalid, field: "fact.pad_signed_on",
		},
		{
			name: "a day that no calendar has is refused",
			when: byApplicant(func(a *eventv1.Applied) { a.PadSignedOn = "2025-02-30" }),
			kind: fault.Invalid, field: "fact.pad_signed_on",
		},
		{
			name:  "the PAD may be older than the case",
			given: facts{byApplicant(func(a *eventv1.Applied) { a.PadSignedOn = "" })},
			when:  on("2025-01-02", &eventv1.PadSigned{SignedOn: "2025-01-02"}),
			then:  func(c *casework.Case) (any, any) { return c.PadSignedOn, day("2025-01-02") },
		},
		{
			name:  "a renewal of the PAD takes its place",
			given: applied(), when: on("2025-06-02", &eventv1.PadSigned{SignedOn: "2025-06-02"}),
			then: func(c *casework.Case) (any, any) { return c.PadSignedOn, day("2025-06-02") },
		},
		{
			name:  "only an ADI case has a PAD",
			given: self(), when: on("2025-01-12", &eventv1.PadSigned{SignedOn: "2025-01-12"}),
			kind: fault.NotNow,
		},
		{
			name:  "a PAD signed tomorrow is not recorded today",
			given: applied(), when: on("2025-01-12", &eventv1.PadSigned{SignedOn: "2027-01-01"}),
			kind: fault.Invalid, field: "fact.signed_on",
		},
		{
			name:  "a decision of INPS is received",
			given: applied(), when: on("2025-02-01", decided(eventv1.MeasureDecision_MEASURE_DECISION_ACCEPTED)),
			then: func(c *casework.Case) (any, any) {
				return []any{c.Decision, c.AcceptedOn}, []any{eventv1.MeasureDecision_MEASURE_DECISION_ACCEPTED, day("2025-02-01")}
			},
		},
		{
			name: "a decision of INPS may follow the closure",
			given: and(adiInCharge(),
				on("2025-06-30", closing(eventv1.ClosingReason_CLOSING_REASON_NO_LONGER_ELIGIBLE))),
			when: on("2025-07-01", decided(eventv1.MeasureDecision_MEASURE_DECISION_REVOKED)),
			then: func(c *casework.Case) (any, any) {
				return c.Decision, eventv1.MeasureDecision_MEASURE_DECISION_REVOKED
			},
		},
		{
			name:  "INPS decides on ADI only",
			given: self(), when: on("2025-02-01", decided(eventv1.MeasureDecision_MEASURE_DECISION_ACCEPTED)),
			kind: fault.NotNow,
		},
		{
			name:  "eligibility is assessed",
			given: self(), when: on("2025-01-12", &eventv1.EligibilityAssessed{Eligible: true}),
			then: func(c *casework.Case) (any, any) {
				return []any{c.Eligible, c.EligibleOn}, []any{true, day("2025-01-12")}
			},
		},
		{
			name:  "eligibility is not assessed before the case began",
			given: self(), when: on("2025-01-09", &eventv1.EligibilityAssessed{Eligible: true}),
			kind: fault.Invalid, field: "command.occurred_on",
		},
		{
			name:  "a case is taken in charge",
			given: self(), when: takenOn("2025-01-15"),
			then: func(c *casework.Case) (any, any) {
				return []any{c.Status, c.InChargeOn}, []any{casework.InCharge, day("2025-01-15")}
			},
		},
		{
			name:  "a waiting case is taken in charge",
			given: and(self(), on("2025-01-12", &eventv1.PutOnWaitingList{})), when: takenOn("2025-01-15"),
			then: func(c *casework.Case) (any, any) { return c.Status, casework.InCharge },
		},
		{
			name:  "who is not eligible is not taken in charge",
			given: and(self(), on("2025-01-12", &eventv1.EligibilityAssessed{})), when: takenOn("2025-01-15"),
			kind: fault.NotNow,
		},
		{
			name:  "a case is taken in charge once",
			given: selfInCharge(), when: takenOn("2025-01-16"), kind: fault.NotNow,
		},
		{
			name:  "a case is refused with a reason",
			given: self(), when: on("2025-01-20", &eventv1.Refused{Reason: eventv1.RefusalReason_REFUSAL_REASON_NO_PLACES}),
			then: func(c *casework.Case) (any, any) {
				return []any{c.Status, c.ClosedOn, c.RefusalReason},
					[]any{casework.Refused, day("2025-01-20"), eventv1.RefusalReason_REFUSAL_REASON_NO_PLACES}
			},
		},
		{
			name:  "a case in charge is not refused any more",
			given: selfInCharge(), when: on("2025-01-20", &eventv1.Refused{Reason: eventv1.RefusalReason_REFUSAL_REASON_NO_PLACES}),
			kind: fault.NotNow,
		},
		{
			name:  "a case waits for a place",
			given: self(), when: on("2025-01-12", &eventv1.PutOnWaitingList{}),
			then: func(c *casework.Case) (any, any) { return c.Status, casework.Waiting },
		},
		{
			name:  "a case in charge does not wait",
			given: selfInCharge(), when: on("2025-01-20", &eventv1.PutOnWaitingList{}), kind: fault.NotNow,
		},
	}
}

func decided(d eventv1.MeasureDecision) *eventv1.MeasureDecided {
	return &eventv1.MeasureDecided{Decision: d}
}

func endDecisions() []decision {
	goals := closing(eventv1.ClosingReason_CLOSING_REASON_GOALS_REACHED)
	return []decision{
		{
			name:  "a case in charge is suspended",
			given: selfInCharge(), when: on("2025-02-01", &eventv1.Suspended{}),
			then: func(c *casework.Case) (any, any) { return c.Status, casework.Suspended },
		},
		{
			name:  "a case that nobody took in charge is not suspended",
			given: self(), when: on("2025-02-01", &eventv1.Suspended{}), kind: fault.NotNow,
		},
		{
			name:  "a suspended case goes on",
			given: and(selfInCharge(), on("2025-02-01", &eventv1.Suspended{})), when: on("2025-03-01", &eventv1.Resumed{}),
			then: func(c *casework.Case) (any, any) { return c.Status, casework.InCharge },
		},
		{
			name:  "a case that runs does not go on",
			given: selfInCharge(), when: on("2025-03-01", &eventv1.Resumed{}), kind: fault.NotNow,
		},
		{
			name:  "a case without a project is closed without evaluations",
			given: generaleInCharge(), when: on("2025-06-30", goals),
			then: func(c *casework.Case) (any, any) {
				return []any{c.Status, c.ClosedOn, c.Outcome, c.ClosingReason}, []any{
					casework.Closed, day("2025-06-30"), eventv1.Outcome_OUTCOME_POSITIVE,
					eventv1.ClosingReason_CLOSING_REASON_GOALS_REACHED,
				}
			},
		},
		{
			name:  "a suspended case is closed",
			given: and(generaleInCharge(), on("2025-02-01", &eventv1.Suspended{})), when: on("2025-06-30", goals),
			then: func(c *casework.Case) (any, any) { return c.Status, casework.Closed },
		},
		{
			name:  "a case that is not in charge is refused, not closed",
			given: generale(), when: on("2025-06-30", goals), kind: fault.NotNow,
		},
		{
			name:  "a case is closed once",
			given: closedGenerale(), when: on("2025-06-30", goals), kind: fault.NotNow,
		},
		{
			name:  "a case is not closed before it was taken in charge",
			given: generaleInCharge(), when: on("2025-01-14", goals), kind: fault.Invalid, field: "command.occurred_on",
		},
		{
			name:  "a duplicate is not closed before it was taken in charge either",
			given: generaleInCharge(), when: on("2025-01-14", closing(eventv1.ClosingReason_CLOSING_REASON_DUPLICATE)),
			kind: fault.Invalid, field: "command.occurred_on",
		},
		{
			name:  "a case with an open path is not closed",
			given: trained(), when: on("2025-06-30", goals), kind: fault.NotNow,
		},
		{
			name:  "a signed project asks for both evaluations",
			given: signed(), when: on("2025-12-31", goals), kind: fault.NotNow,
		},
		{
			name:  "the evaluation of the beneficiary alone is not enough",
			given: and(signed(), on("2025-12-01", theirs(""))), when: on("2025-12-31", goals), kind: fault.NotNow,
		},
		{
			name:  "the evaluation of the operators alone is not enough",
			given: and(signed(), on("2025-12-01", ours(""))), when: on("2025-12-31", goals), kind: fault.NotNow,
		},
		{
			name: "an evaluation of one aspect is not the overall one",
			given: and(signed(), on("2025-12-01", ours("")), on("2025-12-01", &eventv1.BeneficiaryEvaluated{
				Aspect: eventv1.Aspect_ASPECT_WELLBEING, Judgement: eventv1.Judgement_JUDGEMENT_POSITIVE,
			})),
			when: on("2025-12-31", goals), kind: fault.NotNow,
		},
		{
			name:  "an evaluation of another project does not count for this one",
			given: twoProjectsOneEvaluated(), when: on("2025-12-31", goals), kind: fault.NotNow,
		},
		{
			name:  "both evaluations of the project close the case",
			given: and(signed(), on("2025-12-01", theirs(id("project"))), on("2025-12-01", ours(id("project")))),
			when:  on("2025-12-31", goals),
			then:  func(c *casework.Case) (any, any) { return c.Status, casework.Closed },
		},
		{
			name:  "both evaluations of the whole case close it",
			given: and(signed(), on("2025-12-01", theirs("")), on("2025-12-01", ours(""))),
			when:  on("2025-12-31", goals),
			then:  func(c *casework.Case) (any, any) { return c.Status, casework.Closed },
		},
		{
			name:  "a reason takes the place of an evaluation that is missing",
			given: and(signed(), on("2025-12-01", ours("")), on("2025-12-01", missing(""))),
			when:  on("2025-12-31", goals),
			then:  func(c *casework.Case) (any, any) { return c.Status, casework.Closed },
		},
		{
			name:  "a project that nobody signed asks for no evaluation",
			given: drafted(), when: on("2025-12-31", goals),
			then: func(c *casework.Case) (any, any) { return c.Status, casework.Closed },
		},
		{
			name:  "a duplicate is closed without evaluations",
			given: signed(), when: on("2025-12-31", closing(eventv1.ClosingReason_CLOSING_REASON_DUPLICATE)),
			then: func(c *casework.Case) (any, any) { return c.Status, casework.Closed },
		},
		{
			name:  "a closed case is reopened and is in charge again",
			given: closedGenerale(), when: on("2025-07-15", &eventv1.Reopened{}),
			then: func(c *casework.Case) (any, any) {
				return []any{c.Status, c.ClosedOn, c.Outcome, c.ClosingReason},
					[]any{casework.InCharge, casework.Day(0), eventv1.Outcome(0), eventv1.ClosingReason(0)}
			},
		},
		{
			name:  "a refused case is reopened to be decided anew",
			given: refusedGenerale(), when: on("2025-07-15", &eventv1.Reopened{}),
			then: func(c *casework.Case) (any, any) {
				return []any{c.Status, c.RefusalReason}, []any{casework.Signalled, eventv1.RefusalReason(0)}
			},
		},
		{
			name:  "an open case is not reopened",
			given: generaleInCharge(), when: on("2025-07-15", &eventv1.Reopened{}), kind: fault.NotNow,
		},
		{
			name:  "a case is not reopened before it ended",
			given: closedGenerale(), when: on("2025-06-29", &eventv1.Reopened{}),
			kind: fault.Invalid, field: "command.occurred_on",
		},
	}
}

func theirs(project string) *eventv1.BeneficiaryEvaluated {
	return &eventv1.BeneficiaryEvaluated{
		ProjectId: project, Aspect: eventv1.Aspect_ASPECT_OVERALL, Judgement: eventv1.Judgement_JUDGEMENT_POSITIVE,
	}
}

func ours(project string) *eventv1.OperatorsEvaluated {
	return &eventv1.OperatorsEvaluated{
		ProjectId: project, Aspect: eventv1.Aspect_ASPECT_OVERALL, Judgement: eventv1.Judgement_JUDGEMENT_MIXED,
	}
}

func missing(project string) *eventv1.EvaluationNotCarriedOut {
	return &eventv1.EvaluationNotCarriedOut{
		ProjectId: project, Voice: eventv1.Voice_VOICE_BENEFICIARY, Reason: eventv1.MissingReason_MISSING_REASON_UNREACHABLE,
	}
}

// twoProjectsOneEvaluated has two signed projects, of which the first one was
// evaluated by both.
func twoProjectsOneEvaluated() facts {
	second := draft(eventv1.Measure_MEASURE_GEA)
	second.ProjectId = id("second")
	sign := func(by eventv1.Signer) *eventv1.ProjectSigned {
		s := signature(by)
		s.ProjectId = id("second")
		return s
	}
	return and(signed(), on("2025-03-01", second), on("2025-03-02", sign(eventv1.Signer_SIGNER_BENEFICIARY)),
		on("2025-03-02", sign(eventv1.Signer_SIGNER_EDUCATOR)),
		on("2025-12-01", theirs(id("project"))), on("2025-12-01", ours(id("project"))))
}
