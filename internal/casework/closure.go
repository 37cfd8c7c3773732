package casework

import (
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

// The rules of closures that are approved: proposed, approved or sent back. Who
// closes then closes as it was approved.

// Closure is the closure of a case as it was proposed last.
type Closure struct {
	Outcome    eventv1.Outcome
	Reason     eventv1.ClosingReason
	ProposedOn Day
	Approval   Approval
}

// waits tells whether a proposal has no answer yet.
func (p *Closure) waits() bool { return p.Approval.On == 0 && p.Approval.SentBackOn == 0 }

func (c *Case) editClosure(change func(*Closure)) {
	if c.Closure != nil {
		next := *c.Closure
		change(&next)
		c.Closure = &next
	}
}

func closureProposed(f *eventv1.ClosureProposed) rule {
	return rule{
		part: PartClosure, over: PartClosure,
		check: func(c *Case, w when) error { return closable(c, w, f.GetReason()) },
		apply: func(c *Case, w when) {
			next := Closure{}
			if c.Closure != nil {
				next = *c.Closure
			}
			next.Outcome, next.Reason, next.ProposedOn = f.GetOutcome(), f.GetReason(), w.on
			next.Approval.SentBackOn, next.Approval.SentBackBy, next.Approval.Reason = 0, "", nil
			next.Approval.workAgain()
			next.Approval.wrote(w.user)
			c.Closure = &next
		},
	}
}

// proposedClosure says that a proposal has no answer yet.
func proposedClosure(c *Case, w when) error {
	p := c.Closure
	switch {
	case p == nil:
		return notNow("no closure is proposed: propose it first")
	case p.Approval.On != 0:
		return notNow("the closure was approved on %s", p.Approval.On)
	case p.Approval.SentBackOn != 0:
		return notNow("the closure was sent back on %s: propose it anew", p.Approval.SentBackOn)
	}
	return notBefore(w, p.ProposedOn, "the day it was proposed")
}

// closureApproved may follow the closure, where a correction made an earlier
// approval fall.
func closureApproved(*eventv1.ClosureApproved) rule {
	return rule{
		part: PartClosure, after: true,
		check: func(c *Case, w when) error {
			if err := proposedClosure(c, w); err != nil {
				return err
			}
			return c.Closure.Approval.byColleague(w, "the proposal")
		},
		apply: func(c *Case, w when) { c.editClosure(func(p *Closure) { p.Approval.give(w) }) },
	}
}

func closureSentBack(f *eventv1.ClosureSentBack) rule {
	return rule{
		part:  PartClosure,
		check: func(c *Case, w when) error { return first(why(f.GetReason()), proposedClosure(c, w)) },
		apply: func(c *Case, w when) { c.editClosure(func(p *Closure) { p.Approval.sendBack(w, f.GetReason()) }) },
	}
}

// closedAsApproved says that a case is closed as it was approved, where a rule
// asks for that.
func closedAsApproved(c *Case, w when, f *eventv1.Closed) error {
	r, p := w.book.Approvals.OfClosure(c, w.on), c.Closure
	switch {
	case r == nil:
		return nil
	case p == nil || p.Approval.On == 0:
		return notNow("%s asks that a colleague approve the closure: propose it, and have it approved", r.Source)
	case p.Outcome != f.GetOutcome() || p.Reason != f.GetReason():
		return notNow("%s asks that the closure be approved, and it was approved with another outcome or reason: close it so, or propose it anew", r.Source)
	}
	return notBefore(w, p.Approval.On, "the day the closure was approved")
}
