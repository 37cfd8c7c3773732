package casework_test

import (
	"testing"

	"percorsi/internal/casework"
	"percorsi/internal/fault"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

func TestSupports(t *testing.T) { decide(t, supportDecisions()) }

func supportDecisions() []decision {
	arranging := func(change func(*eventv1.SupportArranged)) *eventv1.Fact {
		f := &eventv1.SupportArranged{
			SupportId: id("support"), Kind: eventv1.SupportKind_SUPPORT_KIND_TUTORING, Provider: "COOP",
			Quantity: 600, Unit: eventv1.Unit_UNIT_MINUTE, Fund: eventv1.Fund_FUND_FNPS,
		}
		change(f)
		return on("2025-03-01", f)
	}
	arrange := arranging(func(*eventv1.SupportArranged) {})
	start := &eventv1.SupportStarted{SupportId: id("support")}
	deliver := func(n int64) *eventv1.SupportDelivered {
		return &eventv1.SupportDelivered{SupportId: id("support"), Quantity: n}
	}
	stop := &eventv1.SupportStopped{SupportId: id("support"), Outcome: eventv1.Outcome_OUTCOME_POSITIVE}
	begun := and(generale(), arrange, on("2025-03-10", start))
	stopped := and(begun, on("2025-05-31", stop))
	return []decision{
		{
			name:  "a support stands on a case without a project, and the provider works on it",
			given: generale(), when: arrange,
			then: func(c *casework.Case) (any, any) {
				return []any{c.Supports, c.Bodies}, []any{
					[]*casework.Support{{
						ID: id("support"), Kind: eventv1.SupportKind_SUPPORT_KIND_TUTORING, Provider: "COOP", Unit: eventv1.Unit_UNIT_MINUTE,
						Fund: eventv1.Fund_FUND_FNPS, Quantity: 600, ArrangedOn: day("2025-03-01"),
					}},
					[]string{"ACSI", "CARITAS", "COOP"},
				}
			},
		},
		{
			name:  "a support stands in a project",
			given: drafted(), when: arranging(func(f *eventv1.SupportArranged) { f.ProjectId = id("project") }),
			then: func(c *casework.Case) (any, any) { return c.Supports[0].Project, id("project") },
		},
		{
			name:  "a support does not stand in a project that is not there",
			given: generale(), when: arranging(func(f *eventv1.SupportArranged) { f.ProjectId = id("project") }),
			kind: fault.Invalid, field: "fact.project_id",
		},
		{
			name:  "a quantity has a unit",
			given: generale(), when: arranging(func(f *eventv1.SupportArranged) { f.Unit = 0 }),
			kind: fault.Invalid, field: "fact.unit",
		},
		{
			name:  "a support begins",
			given: and(generale(), arrange), when: on("2025-03-10", start),
			then: func(c *casework.Case) (any, any) { return c.Supports[0].StartedOn, day("2025-03-10") },
		},
		{
			name:  "a support begins once",
			given: begun, when: on("2025-03-11", start), kind: fault.NotNow,
		},
		{
			name:  "a support does not begin before it was arranged",
			given: and(generale(), arrange), when: on("2025-02-28", start), kind: fault.Invalid, field: "command.occurred_on",
		},
		{
			name:  "deliveries are kept oldest first, also when one is recorded late",
			given: and(begun, on("2025-04-20", deliver(60))), when: on("2025-04-10", deliver(90)),
			then: func(c *casework.Case) (any, any) {
				return c.Supports[0].Deliveries, []*casework.Delivery{
					{On: day("2025-04-10"), Quantity: 90}, {On: day("2025-04-20"), Quantity: 60},
				}
			},
		},
		{
			name:  "a delivery before the end may be recorded after it",
			given: stopped, when: on("2025-05-30", deliver(60)),
			then: func(c *casework.Case) (any, any) { return len(c.Supports[0].Deliveries), 1 },
		},
		{
			name:  "a support that ended delivers no more",
			given: stopped, when: on("2025-06-01", deliver(60)), kind: fault.NotNow,
		},
		{
			name:  "a support delivers once it has begun",
			given: and(generale(), arrange), when: on("2025-04-10", deliver(60)), kind: fault.NotNow,
		},
		{
			name:  "a support delivers nothing before it began",
			given: begun, when: on("2025-03-09", deliver(60)), kind: fault.Invalid, field: "command.occurred_on",
		},
		{
			name:  "a support without a unit delivers no quantity",
			given: and(generale(), arranging(func(f *eventv1.SupportArranged) { f.Unit, f.Quantity = 0, 0 }), on("2025-03-10", start)),
			when:  on("2025-04-10", deliver(60)), kind: fault.NotNow,
		},
		{
			name:  "a support that is not there delivers nothing",
			given: generale(), when: on("2025-04-10", deliver(60)), kind: fault.Invalid, field: "fact.support_id",
		},
		{
			name:  "a support ends",
			given: begun, when: on("2025-05-31", stop),
			then: func(c *casework.Case) (any, any) {
				return []any{c.Supports[0].StoppedOn, c.Supports[0].Outcome}, []any{day("2025-05-31"), eventv1.Outcome_OUTCOME_POSITIVE}
			},
		},
		{
			name:  "a support that never began may end",
			given: and(generale(), arrange), when: on("2025-03-05", stop),
			then: func(c *casework.Case) (any, any) { return c.Supports[0].StoppedOn, day("2025-03-05") },
		},
		{
			name:  "a support ends once",
			given: stopped, when: on("2025-05-31", stop), kind: fault.NotNow,
		},
		{
			name:  "a support does not end before it began",
			given: begun, when: on("2025-03-09", stop), kind: fault.Invalid, field: "command.occurred_on",
		},
	}
}
