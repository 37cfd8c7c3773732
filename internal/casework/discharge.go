package casework

import (
	"time"

	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

// The rules of the dimissioni protette: line A at home, line B for people
// without one.

// dischargeRule is the rule of a fact about the discharge once it is reported.
func dischargeRule(part Part, check func(d *Discharge, w when) error, change func(d *Discharge, w when)) rule {
	return rule{
		part: part,
		check: func(c *Case, w when) error {
			if c.Discharge == nil {
				return notNow("no discharge was reported in this case: report it first")
			}
			return first(notBefore(w, c.Discharge.ReportedOn, "the report of the discharge"), check(c.Discharge, w))
		},
		apply: func(c *Case, w when) {
			if c.Discharge == nil {
				return
			}
			next := *c.Discharge
			change(&next, w)
			c.Discharge = &next
			c.Bodies = involve(c.Bodies, next.Provider)
		},
	}
}

func dischargeReported(f *eventv1.DischargeReported) rule {
	return rule{
		part: PartDischarge,
		check: func(c *Case, _ when) error {
			_, err := dayField("expected_on", f.GetExpectedOn())
			return first(err, only(c, "a discharge", eventv1.Pathway_PATHWAY_DISCHARGE), once(c))
		},
		apply: func(c *Case, w when) {
			c.Discharge = &Discharge{
				Line: f.GetLine(), Source: f.GetSource(), ReportedBy: f.GetReportedBy(),
				ReportedOn: w.on, ExpectedOn: day(f.GetExpectedOn()),
			}
			c.Bodies = involve(c.Bodies, f.GetReportedBy())
		},
	}
}

func once(c *Case) error {
	if c.Discharge != nil {
		return notNow("a discharge was reported on %s: another one is another case", c.Discharge.ReportedOn)
	}
	return nil
}

func admissibilityAssessed(f *eventv1.AdmissibilityAssessed) rule {
	return dischargeRule(PartDischarge,
		func(d *Discharge, _ when) error {
			if d.DischargedAt != 0 {
				return notNow("the person has left hospital: admissibility comes before")
			}
			return nil
		},
		func(d *Discharge, w when) { d.Admitted, d.AdmittedOn = f.GetAdmissible(), w.on })
}

// admitted says that the person was admitted to the service of one line.
func admitted(d *Discharge, line eventv1.DischargeLine) error {
	switch {
	case line != 0 && d.Line != line:
		return notNow("this belongs to the other line of the dimissioni protette, %s", line)
	case !d.Admitted:
		return notNow("the person is not admitted to the service: assess admissibility first")
	}
	return nil
}

// moment checks a stated moment against now and against the day of the fact,
// which is that of the office: it may differ by one from the day in UTC.
func moment(w when, at time.Time) error {
	switch gap := DayOf(at.UTC()) - w.on; {
	case at.After(w.now):
		return invalid("at", "is in the future: a fact is recorded once it has happened")
	case gap < -1 || gap > 1:
		return invalid("at", "is not on the day given as occurred_on: check both")
	}
	return nil
}

func discharged(f *eventv1.Discharged) rule {
	at := f.GetAt().AsTime()
	r := dischargeRule(PartDischarge,
		func(d *Discharge, w when) error {
			if d.DischargedAt != 0 {
				return notNow("the discharge was recorded for %s", d.DischargedOn)
			}
			return first(moment(w, at), admitted(d, 0))
		},
		func(d *Discharge, w when) { d.DischargedAt, d.DischargedOn = at.Unix(), w.on })
	r.at = at.Unix()
	return r
}

func providerChosen(f *eventv1.ProviderChosen) rule {
	return dischargeRule(PartDischarge,
		func(d *Discharge, _ when) error { return admitted(d, eventv1.DischargeLine_DISCHARGE_LINE_HOME) },
		func(d *Discharge, w when) { d.Provider, d.ProviderOn = f.GetProvider(), w.on })
}

func firstAccess(f *eventv1.FirstAccess) rule {
	at := f.GetAt().AsTime()
	r := dischargeRule(PartDischarge,
		func(d *Discharge, w when) error {
			switch {
			case d.DischargedAt == 0:
				return notNow("the discharge is not recorded: record it first")
			case d.FirstAccessAt != 0:
				return notNow("the first access was on %s: record this one as an access", d.FirstAccessOn)
			case at.Unix() < d.DischargedAt:
				return invalid("at", "is before the discharge: check both moments")
			}
			return first(moment(w, at), admitted(d, eventv1.DischargeLine_DISCHARGE_LINE_HOME))
		},
		func(d *Discharge, w when) { d.FirstAccessAt, d.FirstAccessOn = at.Unix(), w.on })
	r.at = at.Unix()
	return r
}

func accessDelivered(f *eventv1.AccessDelivered) rule {
	r := dischargeRule(PartDelivery,
		func(d *Discharge, w when) error {
			if d.FirstAccessAt == 0 {
				return notNow("the first access is not recorded: record that one")
			}
			return notBefore(w, d.FirstAccessOn, "the first access")
		},
		func(d *Discharge, _ when) {
			if f.GetKind() == eventv1.AccessKind_ACCESS_KIND_NURSING {
				d.NursingMinutes += f.GetMinutes()
				return
			}
			d.HomeCareMinutes += f.GetMinutes()
		})
	r.adds = true
	return r
}

func bedAssigned(f *eventv1.BedAssigned) rule {
	return dischargeRule(PartDischarge,
		func(d *Discharge, _ when) error { return admitted(d, eventv1.DischargeLine_DISCHARGE_LINE_HOMELESS) },
		func(d *Discharge, w when) { d.Bed, d.BedAssignedOn = f.GetBed(), w.on })
}

func bedEntered(*eventv1.BedEntered) rule {
	return dischargeRule(PartDischarge,
		func(d *Discharge, w when) error {
			switch {
			case d.Bed == "":
				return notNow("no bed is assigned: assign one first")
			case d.BedEnteredOn != 0:
				return notNow("the bed was entered on %s", d.BedEnteredOn)
			}
			return notBefore(w, d.BedAssignedOn, "the day the bed was assigned")
		},
		func(d *Discharge, w when) { d.BedEnteredOn = w.on })
}

func bedLeft(f *eventv1.BedLeft) rule {
	return dischargeRule(PartDischarge,
		func(d *Discharge, w when) error {
			switch {
			case d.BedEnteredOn == 0:
				return notNow("the bed was not entered")
			case d.BedLeftOn != 0:
				return notNow("the bed was left on %s", d.BedLeftOn)
			}
			return notBefore(w, d.BedEnteredOn, "the day the bed was entered")
		},
		func(d *Discharge, w when) { d.BedLeftOn, d.Destination = w.on, f.GetDestination() })
}

func serviceConcluded(f *eventv1.ServiceConcluded) rule {
	return dischargeRule(PartDischarge,
		func(d *Discharge, w when) error {
			switch {
			case d.DischargedAt == 0:
				return notNow("the discharge is not recorded: the service has not begun")
			case d.ConcludedOn != 0:
				return notNow("the service was concluded on %s", d.ConcludedOn)
			}
			return notBefore(w, d.DischargedOn, "the discharge")
		},
		func(d *Discharge, w when) { d.ConcludedOn, d.Outcome = w.on, f.GetOutcome() })
}

// ReadmissionMonths is the window of DE3.IMP.1, in calendar months from the
// discharge. The plan does not say from when it counts; see the definition.
const ReadmissionMonths = 6

func sixMonthResult(f *eventv1.SixMonthResult) rule {
	r := dischargeRule("discharge/six-months",
		func(d *Discharge, w when) error {
			if d.DischargedAt == 0 {
				return notNow("the discharge is not recorded: record it first")
			}
			due := d.DischargedOn.AddMonths(ReadmissionMonths)
			if f.GetResult() == eventv1.Readmission_READMISSION_NOT_READMITTED && w.on < due {
				return invalid("result", "cannot be known before %s, six months after the discharge", due)
			}
			return notBefore(w, d.DischargedOn, "the discharge")
		},
		func(d *Discharge, w when) { d.SixMonth, d.SixMonthOn = f.GetResult(), w.on })
	r.after = true
	return r
}
