package casework

import (
	"slices"

	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

// The rules of who is responsible for a case: the body that manages it and the
// case manager, how they change, and other bodies that are asked to join.

// Charge is a change of who is responsible: what is empty goes on as it was.
type Charge struct {
	From               Day
	Body               string
	Manager, ManagedBy string
}

// Tenure is who was responsible over some days.
type Tenure struct {
	// From and To are the first and the last day; To is zero for who is
	// responsible now.
	From, To Day
	// Body manages the case.
	Body string
	// Manager is the pseudonym of the case manager and ManagedBy the body of
	// theirs; empty while there was none.
	Manager, ManagedBy string
}

// Tenures gives who was responsible from the first day of the case on, oldest
// first. No day is in two of them; on a day of a change it is who took over.
func (c *Case) Tenures() []Tenure {
	var out []Tenure
	for _, charge := range c.Responsible {
		next := Tenure{From: charge.From}
		if n := len(out); n > 0 {
			last := out[n-1]
			next.Body, next.Manager, next.ManagedBy = last.Body, last.Manager, last.ManagedBy
		}
		if charge.Body != "" {
			next.Body = charge.Body
		}
		if charge.Manager != "" {
			next.Manager, next.ManagedBy = charge.Manager, charge.ManagedBy
		}
		out = follow(out, next)
	}
	return out
}

// follow adds a tenure to those before it.
func follow(list []Tenure, next Tenure) []Tenure {
	n := len(list)
	if n == 0 {
		return []Tenure{next}
	}
	last := &list[n-1]
	switch {
	case last.Body == next.Body && last.Manager == next.Manager && last.ManagedBy == next.ManagedBy:
		return list
	case last.From == next.From: // nobody had it for a day
		next.From = last.From
		return follow(list[:n-1], next)
	}
	last.To = next.From - 1
	return append(list, next)
}

// ResponsibleOn gives who was responsible on a day; ok is false before the case
// began.
func (c *Case) ResponsibleOn(d Day) (t Tenure, ok bool) {
	for _, one := range c.Tenures() {
		if one.From <= d {
			t, ok = one, true
		}
	}
	return t, ok
}

// charge notes who takes over on a day, which may lie before others that were
// recorded sooner.
func charge(c *Case, next *Charge) {
	c.Responsible = addByDay(c.Responsible, next, func(r *Charge) Day { return r.From })
	all := c.Tenures()
	now := all[len(all)-1]
	c.ManagingBody, c.CaseManager, c.CaseManagerBody = now.Body, now.Manager, now.ManagedBy
}

func caseManagerAssigned(f *eventv1.CaseManagerAssigned) rule {
	return rule{
		part:  PartManager,
		apply: func(c *Case, w when) { assign(c, w, "", f.GetCaseManager(), f.GetBody()) },
	}
}

// assign gives a case a manager, and another managing body unless that is
// empty.
func assign(c *Case, w when, managing, manager, body string) {
	charge(c, &Charge{From: w.on, Body: managing, Manager: manager, ManagedBy: body})
	c.Bodies = involve(c.Bodies, body)
	c.AssignedOn = earlier(c.AssignedOn, w.on)
}

func referred(f *eventv1.Referred) rule {
	return rule{
		part: partOf("referral", f.GetReferralId()), newID: &f.ReferralId, about: f.GetReferralId(),
		check: func(c *Case, _ when) error {
			if f.GetKind() == eventv1.ReferralKind_REFERRAL_KIND_HANDOVER {
				return first(handedTo(c, f), c.moving())
			}
			switch {
			case f.GetToUser() != "":
				return invalid("to_user", "belongs to a hand-over: leave it empty, the body chooses who answers")
			case f.GetToBody() == c.ManagingBody:
				return invalid("to_body", "manages the case already: a hand-over asks a colleague of the same body")
			case f.GetKind() == eventv1.ReferralKind_REFERRAL_KIND_TRANSFER:
				return c.moving()
			}
			return nil
		},
		apply: func(c *Case, w when) {
			c.Referrals = add(c.Referrals, &Referral{
				ID: f.GetReferralId(), Kind: f.GetKind(), ToBody: f.GetToBody(), ToUser: f.GetToUser(), SentOn: w.on,
			})
		},
	}
}

// handedTo says whom a case can be handed over to.
func handedTo(c *Case, f *eventv1.Referred) error {
	switch {
	case c.CaseManager == "":
		return notNow("the case has no case manager who could hand it over: assign one")
	case f.GetToBody() != c.ManagingBody:
		return invalid("to_body", "does not manage the case: a transfer asks another body")
	case f.GetToUser() == "":
		return invalid("to_user", "is missing: a hand-over names the colleague")
	case f.GetToUser() == c.CaseManager:
		return invalid("to_user", "is the case manager already")
	}
	return nil
}

// Moves tells whether it changes who is responsible, once it is accepted.
func (r *Referral) Moves() bool {
	return r.Kind == eventv1.ReferralKind_REFERRAL_KIND_TRANSFER || r.Kind == eventv1.ReferralKind_REFERRAL_KIND_HANDOVER
}

// moving says that nothing is open that would move the case.
func (c *Case) moving() error {
	i := slices.IndexFunc(c.Referrals, func(r *Referral) bool { return r.Moves() && r.Answer == 0 })
	if i < 0 {
		return nil
	}
	r := c.Referrals[i]
	to := r.ToBody
	if r.ToUser != "" {
		to = r.ToUser
	}
	return notNow("%s was asked on %s to take the case over and has not answered: wait for the answer, or take it back", to, r.SentOn)
}

func referralAnswered(f *eventv1.ReferralAnswered) rule {
	return rule{
		part: partOf("referral", f.GetReferralId()), about: f.GetReferralId(),
		check: func(c *Case, w when) error {
			r := c.Referral(f.GetReferralId())
			if r == nil {
				return invalid("referral_id", "there is no such referral in this case")
			}
			return first(answerable(r, f), notBefore(w, r.SentOn, "the day it was sent"))
		},
		apply: func(c *Case, w when) {
			i := c.referralAt(f.GetReferralId())
			if i < 0 {
				return
			}
			c.Referrals = edit(c.Referrals, i, func(r *Referral) {
				r.Answer, r.AnswerOn, r.Refusal = f.GetAnswer(), w.on, f.GetRefusal()
			})
			if f.GetAnswer() == eventv1.AnswerKind_ANSWER_KIND_ACCEPTED {
				accepted(c, w, c.Referrals[i], f.GetCaseManager())
			}
		},
	}
}

// answerable says whether a referral can have an answer.
func answerable(r *Referral, f *eventv1.ReferralAnswered) error {
	accepts := f.GetAnswer() == eventv1.AnswerKind_ANSWER_KIND_ACCEPTED
	switch {
	case r.Answer != 0:
		return notNow("the referral was answered on %s", r.AnswerOn)
	case f.GetRefusal() != 0 && f.GetAnswer() != eventv1.AnswerKind_ANSWER_KIND_REFUSED:
		return invalid("refusal", "is the reason of a refusal: leave it empty")
	case accepts && r.Kind == eventv1.ReferralKind_REFERRAL_KIND_TRANSFER && f.GetCaseManager() == "":
		return invalid("case_manager", "is missing: an accepted transfer names the new case manager")
	case accepts && r.Kind == eventv1.ReferralKind_REFERRAL_KIND_HANDOVER && f.GetCaseManager() != "" && f.GetCaseManager() != r.ToUser:
		return invalid("case_manager", "is not who was asked: leave it empty")
	}
	return nil
}

// accepted makes who was asked a part of the case, or responsible for it.
func accepted(c *Case, w when, r *Referral, manager string) {
	c.Bodies = involve(c.Bodies, r.ToBody)
	switch r.Kind {
	case eventv1.ReferralKind_REFERRAL_KIND_TRANSFER:
		assign(c, w, r.ToBody, manager, r.ToBody)
	case eventv1.ReferralKind_REFERRAL_KIND_HANDOVER:
		assign(c, w, "", r.ToUser, r.ToBody)
	default:
		return
	}
	c.Parts = c.withRevision(PartManager, w.at)
}

func (c *Case) referralAt(id string) int {
	return slices.IndexFunc(c.Referrals, func(r *Referral) bool { return r.ID == id })
}

// Referral gives a referral of the case; nil where there is none.
func (c *Case) Referral(id string) *Referral {
	if i := c.referralAt(id); i >= 0 {
		return c.Referrals[i]
	}
	return nil
}
