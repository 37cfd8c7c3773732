package casework_test

import (
	"testing"

	"percorsi/internal/casework"
	"percorsi/internal/fault"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

func TestEvaluations(t *testing.T) { decide(t, evaluationDecisions()) }

func evaluationDecisions() []decision {
	scored := theirs("")
	scored.Score = new(int64(0))
	another := theirs("")
	another.Score, another.Aspect = new(int64(7)), eventv1.Aspect_ASPECT_WELLBEING
	second := theirs("")
	second.Judgement = eventv1.Judgement_JUDGEMENT_NEGATIVE
	return []decision{
		{
			name:  "the beneficiary evaluates the whole case, with a score of nought",
			given: generaleInCharge(), when: on("2025-12-01", scored),
			then: func(c *casework.Case) (any, any) {
				return c.Evaluations, []*casework.Evaluation{{
					Voice: eventv1.Voice_VOICE_BENEFICIARY, Aspect: eventv1.Aspect_ASPECT_OVERALL,
					Judgement: eventv1.Judgement_JUDGEMENT_POSITIVE, On: day("2025-12-01"), HasScore: true,
				}}
			},
		},
		{
			name:  "a later evaluation of the same takes its place",
			given: and(generaleInCharge(), on("2025-12-01", scored)), when: on("2025-12-10", second),
			then: func(c *casework.Case) (any, any) {
				return c.Evaluations, []*casework.Evaluation{{
					Voice: eventv1.Voice_VOICE_BENEFICIARY, Aspect: eventv1.Aspect_ASPECT_OVERALL,
					Judgement: eventv1.Judgement_JUDGEMENT_NEGATIVE, On: day("2025-12-10"),
				}}
			},
		},
		{
			name:  "an evaluation takes the place of the reason for a missing one",
			given: and(generaleInCharge(), on("2025-12-01", missing(""))), when: on("2025-12-10", theirs("")),
			then: func(c *casework.Case) (any, any) {
				return []any{len(c.Evaluations), c.Evaluations[0].Missing}, []any{1, eventv1.MissingReason(0)}
			},
		},
		{
			name:  "a project and the whole case are evaluated apart",
			given: and(drafted(), on("2025-12-01", ours(""))), when: on("2025-12-10", ours(id("project"))),
			then: func(c *casework.Case) (any, any) { return len(c.Evaluations), 2 },
		},
		{
			name:  "an evaluation may follow the closure",
			given: closedGenerale(), when: on("2025-12-01", theirs("")),
			then: func(c *casework.Case) (any, any) { return len(c.Evaluations), 1 },
		},
		{
			name:  "a case that is not in charge is not evaluated",
			given: generale(), when: on("2025-12-01", theirs("")), kind: fault.NotNow,
		},
		{
			name:  "a project that is not there is not evaluated",
			given: generaleInCharge(), when: on("2025-12-01", ours(id("project"))), kind: fault.Invalid, field: "fact.project_id",
		},
		{
			name:  "a project is not evaluated before its draft",
			given: drafted(), when: on("2025-02-19", ours(id("project"))), kind: fault.Invalid, field: "command.occurred_on",
		},
		{
			name:  "the operators evaluate a project",
			given: drafted(), when: on("2025-12-01", ours(id("project"))),
			then: func(c *casework.Case) (any, any) {
				return []any{c.Evaluations[0].Project, c.Evaluations[0].Voice}, []any{id("project"), eventv1.Voice_VOICE_OPERATORS}
			},
		},
		{
			name:  "where one side gave a score the other gives one too",
			given: and(generaleInCharge(), on("2025-12-01", scored)), when: on("2025-12-02", ours("")), kind: fault.NotNow,
		},
		{
			name:  "where one side gave none the other gives none",
			given: and(generaleInCharge(), on("2025-12-01", ours(""))), when: on("2025-12-02", scored), kind: fault.NotNow,
		},
		{
			name:  "a side that was not asked leaves the scale open",
			given: and(generaleInCharge(), on("2025-12-01", ours(""))), when: on("2025-12-02", missing("")),
			then: func(c *casework.Case) (any, any) { return len(c.Evaluations), 2 },
		},
		{
			name:  "of another aspect the scale may be another",
			given: and(generaleInCharge(), on("2025-12-01", ours(""))), when: on("2025-12-02", another),
			then: func(c *casework.Case) (any, any) { return len(c.Evaluations), 2 },
		},
		{
			name:  "why an evaluation is missing is recorded",
			given: drafted(), when: on("2025-12-01", missing(id("project"))),
			then: func(c *casework.Case) (any, any) {
				return []any{c.Evaluations[0].Missing, c.Evaluations[0].Judgement},
					[]any{eventv1.MissingReason_MISSING_REASON_UNREACHABLE, eventv1.Judgement(0)}
			},
		},
		{
			name:  "of a project that is not there no evaluation is missing",
			given: generaleInCharge(), when: on("2025-12-01", missing(id("project"))), kind: fault.Invalid, field: "fact.project_id",
		},
	}
}
