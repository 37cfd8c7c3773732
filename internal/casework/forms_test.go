package casework_test

import (
	"testing"

	"percorsi/internal/casework"
	"percorsi/internal/fault"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

func TestForms(t *testing.T) { decide(t, formDecisions()) }

// paper is a rulebook with one form, a scale of two items and one of a score.
func paper() casework.Rulebook {
	values := []int64{0, 5, 10}
	return casework.Rulebook{Forms: casework.Forms{
		Forms: []casework.FormVersion{{
			Form: eventv1.Form_FORM_MULTIDIMENSIONAL, Version: "2", ValidFrom: day("2025-01-01"), ValidTo: day("2025-12-31"),
			Domains:  []eventv1.Domain{eventv1.Domain_DOMAIN_HEALTH, eventv1.Domain_DOMAIN_NETWORK},
			Required: []eventv1.Domain{eventv1.Domain_DOMAIN_NETWORK},
		}},
		Scales: []casework.Scale{
			{
				ID: "STEPS", Version: "1", Domains: []eventv1.Domain{eventv1.Domain_DOMAIN_HEALTH}, Most: 20,
				Items: []casework.ItemRule{{Code: "UP", Values: values}, {Code: "DOWN", Values: values}},
			},
			{ID: "RISK", Version: "1", Domains: []eventv1.Domain{eventv1.Domain_DOMAIN_HEALTH}, Least: 1, Most: 40},
		},
	}}
}

func formDecisions() []decision {
	begun := and(generaleInCharge(), on("2025-02-01", &eventv1.AssessmentOpened{
		AssessmentId: id("assessment"), Form: eventv1.Form_FORM_MULTIDIMENSIONAL, FormVersion: "2",
	}))
	begin := func(begun, version string, form eventv1.Form) *eventv1.Fact {
		return on(begun, &eventv1.AssessmentOpened{Form: form, FormVersion: version})
	}
	finds := func(domain eventv1.Domain, scale string, score int64, items ...*eventv1.ScaleItem) *eventv1.Fact {
		f := &eventv1.DomainAssessed{
			AssessmentId: id("assessment"), Domain: domain, Profession: eventv1.Profession_PROFESSION_NURSE,
			Scale: scale, Score: score, Items: items,
		}
		if scale != "" {
			f.ScaleVersion = "1"
		}
		return on("2025-02-05", f)
	}
	item := func(code string, score int64) *eventv1.ScaleItem { return &eventv1.ScaleItem{Code: code, Score: score} }
	const healthy, network = eventv1.Domain_DOMAIN_HEALTH, eventv1.Domain_DOMAIN_NETWORK
	old := finds(healthy, "STEPS", 15, item("UP", 10), item("DOWN", 5))
	old.GetDomainAssessed().ScaleVersion = "0"
	found := func(c *casework.Case) (any, any) { return len(c.Assessments[0].Domains), 1 }
	conclude := on("2025-02-10", &eventv1.AssessmentConcluded{AssessmentId: id("assessment")})
	all := []decision{
		{
			name:  "an assessment is begun with a form that is in use",
			given: generaleInCharge(), when: begin("2025-02-01", "2", eventv1.Form_FORM_MULTIDIMENSIONAL),
			then: func(c *casework.Case) (any, any) { return c.Assessments[0].FormVersion, "2" },
		},
		{
			name:  "a version that nobody knows is not begun with",
			given: generaleInCharge(), when: begin("2025-02-01", "3", eventv1.Form_FORM_MULTIDIMENSIONAL),
			kind: fault.Invalid, field: "fact.form_version",
		},
		{
			name:  "nor one that was given up",
			given: generaleInCharge(), when: begin("2026-01-01", "2", eventv1.Form_FORM_MULTIDIMENSIONAL),
			kind: fault.Invalid, field: "fact.form_version",
		},
		{
			name:  "nor a form that is not in use here",
			given: generaleInCharge(), when: begin("2025-02-01", "2", eventv1.Form_FORM_MARGINALITY),
			kind: fault.Invalid, field: "fact.form",
		},
		{
			name:  "every answer of a scale is kept with the score",
			given: begun, when: finds(healthy, "STEPS", 15, item("UP", 10), item("DOWN", 5)),
			then: func(c *casework.Case) (any, any) {
				d := c.Assessments[0].Domains[0]
				return []any{d.Scale, d.ScaleVersion, d.Score, d.Items, d.By, c.Assessments[0].Participants()},
					[]any{"STEPS", "1", int64(15), []*eventv1.ScaleItem{item("UP", 10), item("DOWN", 5)}, anna, []string{anna}}
			},
		},
		{name: "a judgement needs no scale", given: begun, when: finds(healthy, "", 0), then: found},
		{name: "a scale may be recorded by its score alone", given: begun, when: finds(healthy, "RISK", 40), then: found},
		{
			name:  "a domain that is not on the form is not assessed",
			given: begun, when: finds(eventv1.Domain_DOMAIN_JUSTICE, "", 0),
			kind: fault.Invalid, field: "fact.domain",
		},
		{
			name:  "a scale that nobody knows is not used",
			given: begun, when: finds(healthy, "STAIRS", 15),
			kind: fault.Invalid, field: "fact.scale",
		},
		{
			name:  "nor one in a version that is not in use",
			given: begun, when: old,
			kind: fault.Invalid, field: "fact.scale_version",
		},
		{
			name:  "a scale measures its own domains only",
			given: begun, when: finds(network, "RISK", 10),
			kind: fault.Invalid, field: "fact.scale",
		},
		{
			name:  "a score is never without its answers",
			given: begun, when: finds(healthy, "STEPS", 15, item("UP", 10)),
			kind: fault.Invalid, field: "fact.items",
		},
		{
			name:  "an answer belongs to an item of the scale",
			given: begun, when: finds(healthy, "STEPS", 15, item("UP", 10), item("ASIDE", 5)),
			kind: fault.Invalid, field: "fact.items[1].code",
		},
		{
			name:  "an item is answered once",
			given: begun, when: finds(healthy, "STEPS", 15, item("UP", 10), item("UP", 5)),
			kind: fault.Invalid, field: "fact.items[1].code",
		},
		{
			name:  "an answer has a value that the item allows",
			given: begun, when: finds(healthy, "STEPS", 17, item("UP", 10), item("DOWN", 7)),
			kind: fault.Invalid, field: "fact.items[1].score",
		},
		{
			name:  "a score is the sum of its answers",
			given: begun, when: finds(healthy, "STEPS", 20, item("UP", 10), item("DOWN", 5)),
			kind: fault.Invalid, field: "fact.score",
		},
		{
			name:  "a score stays within its scale",
			given: begun, when: finds(healthy, "RISK", 41),
			kind: fault.Invalid, field: "fact.score",
		},
		{
			name:  "a scale that is recorded by its score has no answers",
			given: begun, when: finds(healthy, "RISK", 10, item("UP", 10)),
			kind: fault.Invalid, field: "fact.items",
		},
		{
			name:  "a form is not concluded without what it requires",
			given: and(begun, finds(healthy, "RISK", 10)), when: conclude,
			kind: fault.NotNow,
		},
		{
			name:  "a form that has all it requires is concluded",
			given: and(begun, finds(network, "", 0)), when: conclude,
			then: func(c *casework.Case) (any, any) { return c.Assessments[0].ConcludedOn, day("2025-02-10") },
		},
		{
			name: "what was begun with a form of other days is concluded all the same",
			given: and(generaleInCharge(), on("2025-01-20", &eventv1.AssessmentOpened{
				AssessmentId: id("assessment"), Form: eventv1.Form_FORM_MULTIDIMENSIONAL, FormVersion: "1",
			}), finds(healthy, "", 0)), when: conclude,
			then: func(c *casework.Case) (any, any) { return c.Assessments[0].ConcludedOn, day("2025-02-10") },
		},
	}
	for i := range all {
		all[i].under = paper()
	}
	return all
}
