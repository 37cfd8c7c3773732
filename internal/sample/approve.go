package sample

import (
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

// approveAssessment has the coordinator approve what was concluded today. Now and
// then it is sent back first, and something is added.
func (f *file) approveAssessment(id string, add *eventv1.DomainAssessed) {
	if f.s.chance(20) {
		f.note(f.coordinator(), &eventv1.AssessmentSentBack{AssessmentId: id, Reason: f.s.words(onDecision)})
		f.note(f.colleague(), add)
		f.note(f.by, &eventv1.AssessmentConcluded{AssessmentId: id})
	}
	f.note(f.coordinator(), &eventv1.AssessmentApproved{AssessmentId: id})
}

// approveClosure has the coordinator approve how the case is to be closed, as some bodies
// want it. Nobody approves what they propose.
func (f *file) approveClosure(outcome eventv1.Outcome, reason eventv1.ClosingReason) {
	if f.sealed || f.by.User == f.coordinator().User || !f.s.chance(12) {
		return
	}
	propose := func() {
		f.note(f.by, &eventv1.ClosureProposed{Outcome: outcome, Reason: reason, Note: f.s.note(onEnding)})
	}
	propose()
	if f.s.chance(25) {
		f.note(f.coordinator(), &eventv1.ClosureSentBack{Reason: f.s.words(onDecision)})
		propose()
	}
	f.note(f.coordinator(), &eventv1.ClosureApproved{})
}

// approve has the coordinator approve a project before it is signed, as some bodies
// want it.
func (p *project) approve() {
	if p.approved || p.sealed || p.by.User == p.coordinator().User || !p.s.chance(10) {
		return
	}
	submit := func() { p.note(p.by, &eventv1.ProjectSubmitted{ProjectId: p.id.String()}) }
	submit()
	if p.s.chance(20) {
		p.note(p.coordinator(), &eventv1.ProjectSentBack{ProjectId: p.id.String(), Reason: p.s.words(onGoal)})
		submit()
	}
	p.note(p.coordinator(), &eventv1.ProjectApproved{ProjectId: p.id.String()})
	p.approved = true
}
