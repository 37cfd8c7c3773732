package readmodel

import "percorsi/internal/fault"

// What every backend answers where there is nothing to answer about.

// NoSuchPerson is for a pseudonym that nobody was registered under.
func NoSuchPerson() error {
	return fault.New(fault.NotFound, "there is no such person: check person_id, or register the person first")
}

// NoSuchPlan is for an id under which no plan was published.
func NoSuchPlan() error {
	return fault.New(fault.NotFound, "there is no such plan: check plan_id, or publish the plan first")
}

// NoPlan is for a log without any plan.
func NoPlan() error {
	return fault.New(fault.NotFound, "there is no plan yet: publish one first")
}

// WhichPlan is for a question about the only plan where there are several.
func WhichPlan() error {
	return fault.Field("plan_id", "is missing: there are several plans, say which one")
}
