package casefile

import (
	"percorsi/internal/casework"
	casefilev1 "percorsi/internal/gen/percorsi/casefile/v1"
)

// approval shows how far an approval is. rule is the one that asks for it; nil
// where none does.
func (v view) approval(c *casework.Case, of casework.Approvable, id string, a casework.Approval, rule *casework.ApprovalRule) *casefilev1.Approval {
	out := &casefilev1.Approval{
		ApprovedOn: a.On.String(), ApprovedBy: a.By, LapsedOn: a.LapsedOn.String(), Authors: a.Authors,
		SentBackOn: a.SentBackOn.String(), SentBackBy: a.SentBackBy, Reason: v.words(c.Person, a.Reason),
	}
	if rule != nil {
		out.AskedBy = rule.Source
	}
	for _, w := range c.Awaiting(v.approvals) {
		if w.Of == of && w.ID == id {
			out.WaitsSince = w.Since.String()
		}
	}
	return out
}

// awaited shows what waits for its approval.
func awaited(w casework.Waits) (out []*casefilev1.Awaited) {
	for _, one := range []struct {
		of    casefilev1.Approvable
		since casework.Day
	}{
		{casefilev1.Approvable_APPROVABLE_ASSESSMENT, w.Assessment},
		{casefilev1.Approvable_APPROVABLE_PROJECT, w.Project},
		{casefilev1.Approvable_APPROVABLE_CLOSURE, w.Closure},
	} {
		if one.since != 0 {
			out = append(out, &casefilev1.Awaited{Of: one.of, Since: one.since.String()})
		}
	}
	return out
}

// closure shows the closure that was proposed, which is asked to be approved by
// the rule of the day it was proposed.
func (v view) closure(c *casework.Case) *casefilev1.Closure {
	p := c.Closure
	if p == nil {
		return nil
	}
	return &casefilev1.Closure{
		Outcome: p.Outcome, Reason: p.Reason, ProposedOn: p.ProposedOn.String(),
		Approval: v.approval(c, casework.ApprovableClosure, "", p.Approval, v.approvals.OfClosure(c, p.ProposedOn)),
	}
}
