package casework

import (
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

// The rules of the intake: from the signal or the application to the decision
// of the service, and to the closure of the case.

func signalled(f *eventv1.Signalled) rule {
	return rule{
		part: PartIntake, opens: true, about: f.GetPersonId(),
		check: func(*Case, when) error {
			switch {
			case f.GetPathway() == eventv1.Pathway_PATHWAY_ADI:
				return invalid("pathway", "an ADI case begins with an application: use Apply")
			case f.GetPathway() == eventv1.Pathway_PATHWAY_SELF && f.GetFlow() == 0:
				return invalid("flow", "is missing: SELF counts its cases by flow")
			case f.GetPathway() != eventv1.Pathway_PATHWAY_SELF && f.GetFlow() != 0:
				return invalid("flow", "belongs to SELF only: leave it out")
			case f.GetSignalledBy() == "" && f.GetSignalledByKind() != eventv1.BodyKind_BODY_KIND_CITIZEN:
				return invalid("signalled_by", "is missing: name the body, or say that a citizen signalled")
			}
			return nil
		},
		apply: func(c *Case, w when) {
			c.Pathway, c.Area, c.Service = f.GetPathway(), f.GetArea(), f.GetService()
			c.SignalledBy, c.SignalledByKind, c.Flow = f.GetSignalledBy(), f.GetSignalledByKind(), f.GetFlow()
			if c.Needs = f.GetNeeds(); len(c.Needs) > 0 {
				c.NeedsOn = w.on
			}
			begin(c, w, f.GetPersonId(), f.GetComune(), f.GetManagingBody())
			c.Bodies = involve(c.Bodies, f.GetSignalledBy())
		},
	}
}

func applied(f *eventv1.Applied) rule {
	return rule{
		part: PartIntake, opens: true, about: f.GetPersonId(),
		check: func(_ *Case, w when) error {
			_, err1 := pastField(w, "pad_signed_on", f.GetPadSignedOn())
			transmitted, err2 := pastField(w, "transmitted_on", f.GetTransmittedOn())
			if err := first(err1, err2); err != nil {
				return err
			}
			if transmitted != 0 && transmitted < w.on {
				return invalid("transmitted_on", "is before the application: check both dates")
			}
			return nil
		},
		apply: func(c *Case, w when) {
			c.Pathway, c.Area = eventv1.Pathway_PATHWAY_ADI, eventv1.Area_AREA_POVERTY
			c.Service = eventv1.Service_SERVICE_POVERTY_TEAM
			c.PadSignedOn, c.TransmittedOn = day(f.GetPadSignedOn()), day(f.GetTransmittedOn())
			begin(c, w, f.GetPersonId(), f.GetComune(), f.GetManagingBody())
		},
	}
}

func begin(c *Case, w when, person, comune, body string) {
	c.Status, c.OpenedOn = Signalled, w.on
	c.Person, c.Comune = person, comune
	charge(c, &Charge{From: w.on, Body: body})
	c.Bodies = involve(nil, body)
}

func padSigned(f *eventv1.PadSigned) rule {
	return rule{
		part: "pad", early: true,
		check: func(c *Case, w when) error {
			_, err := pastField(w, "signed_on", f.GetSignedOn())
			return first(only(c, "the patto di attivazione digitale", eventv1.Pathway_PATHWAY_ADI), err)
		},
		apply: func(c *Case, _ when) { c.PadSignedOn = max(c.PadSignedOn, day(f.GetSignedOn())) },
	}
}

func measureDecided(f *eventv1.MeasureDecided) rule {
	return rule{
		part: "measure", early: true, after: true, about: decisionMark(f.GetDecision()),
		check: func(c *Case, _ when) error {
			return only(c, "a decision of INPS on the measure", eventv1.Pathway_PATHWAY_ADI)
		},
		apply: func(c *Case, w when) {
			if latest(&c.DecidedOn, w.on) {
				c.Decision = f.GetDecision()
			}
			if f.GetDecision() == eventv1.MeasureDecision_MEASURE_DECISION_ACCEPTED {
				c.AcceptedOn = max(c.AcceptedOn, w.on)
			}
		},
	}
}

func eligibilityAssessed(f *eventv1.EligibilityAssessed) rule {
	return rule{
		part: PartIntake,
		apply: func(c *Case, w when) {
			if latest(&c.EligibleOn, w.on) {
				c.Eligible = f.GetEligible()
			}
		},
	}
}

// undecided says that nobody has decided on the case yet.
func undecided(c *Case, what string) error {
	if c.Status == Signalled || c.Status == Waiting {
		return nil
	}
	return notNow("%s: the service has already decided on this case", what)
}

func takenInCharge(*eventv1.TakenInCharge) rule {
	return rule{
		part: PartIntake,
		check: func(c *Case, _ when) error {
			if c.EligibleOn != 0 && !c.Eligible {
				return notNow("the person was found not eligible: assess eligibility again, or refuse the case")
			}
			return undecided(c, "the case cannot be taken in charge")
		},
		apply: func(c *Case, w when) { c.Status, c.InChargeOn = InCharge, w.on },
	}
}

func refused(f *eventv1.Refused) rule {
	return rule{
		part:  PartIntake,
		check: func(c *Case, _ when) error { return undecided(c, "the case cannot be refused") },
		apply: func(c *Case, w when) {
			c.Status, c.ClosedOn, c.RefusalReason = Refused, w.on, f.GetReason()
		},
	}
}

func putOnWaitingList(*eventv1.PutOnWaitingList) rule {
	return rule{
		part:  PartIntake,
		check: func(c *Case, _ when) error { return undecided(c, "the case cannot wait") },
		apply: func(c *Case, _ when) { c.Status = Waiting },
	}
}

func suspended(*eventv1.Suspended) rule {
	return rule{
		part: PartIntake,
		check: func(c *Case, _ when) error {
			if c.Status != InCharge {
				return notNow("only a case in charge can be suspended")
			}
			return nil
		},
		apply: func(c *Case, _ when) { c.Status = Suspended },
	}
}

func resumed(*eventv1.Resumed) rule {
	return rule{
		part: PartIntake,
		check: func(c *Case, _ when) error {
			if c.Status != Suspended {
				return notNow("the case is not suspended")
			}
			return nil
		},
		apply: func(c *Case, _ when) { c.Status = InCharge },
	}
}

func closed(f *eventv1.Closed) rule {
	return rule{
		part: PartIntake,
		check: func(c *Case, w when) error {
			return first(closable(c, w, f.GetReason()), closedAsApproved(c, w, f))
		},
		apply: func(c *Case, w when) {
			c.Status, c.ClosedOn = Closed, w.on
			c.Outcome, c.ClosingReason = f.GetOutcome(), f.GetReason()
		},
	}
}

// closable says that nothing is left open. A signed project asks for both
// evaluations, or a typed reason for the missing one, so that no figure is "non
// rilevabile" later.
func closable(c *Case, w when, reason eventv1.ClosingReason) error {
	if c.Status != InCharge && c.Status != Suspended {
		return notNow("only a case in charge can be closed: refuse it, or take it in charge first")
	}
	if err := notBefore(w, c.InChargeOn, "the day it was taken in charge"); err != nil {
		return err
	}
	for _, p := range c.Paths {
		if p.StartedOn != 0 && p.EndedOn == 0 {
			return notNow("a path is still open: conclude or interrupt it first")
		}
	}
	if reason == eventv1.ClosingReason_CLOSING_REASON_DUPLICATE {
		return nil
	}
	for _, p := range c.Projects {
		if err := c.evaluatedByBoth(p); err != nil {
			return err
		}
	}
	return nil
}

func reopened(*eventv1.Reopened) rule {
	return rule{
		part: PartIntake, after: true,
		check: func(c *Case, w when) error {
			if c.Status != Closed && c.Status != Refused {
				return notNow("the case is open")
			}
			return notBefore(w, c.ClosedOn, "the day it ended")
		},
		apply: func(c *Case, _ when) {
			c.Status = InCharge
			if c.InChargeOn == 0 {
				c.Status = Signalled
			}
			c.ClosedOn, c.Outcome, c.ClosingReason, c.RefusalReason = 0, 0, 0, 0
			c.Closure = nil // what was approved is done with
		},
	}
}
