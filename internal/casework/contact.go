package casework

import (
	"slices"

	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

// The rules of what surrounds a case: its needs and home, contacts, and meetings
// with the service.

func needsRecorded(f *eventv1.NeedsRecorded) rule {
	return rule{
		part: PartNeeds, early: true,
		apply: func(c *Case, w when) {
			if latest(&c.NeedsOn, w.on) {
				c.Needs = f.GetNeeds()
			}
		},
	}
}

func housingRecorded(f *eventv1.HousingRecorded) rule {
	return rule{
		part: PartHousing, early: true, after: true,
		apply: func(c *Case, w when) {
			c.Housing = addByDay(c.Housing, &Housing{Status: f.GetStatus(), On: w.on}, func(h *Housing) Day { return h.On })
		},
	}
}

func contactAttempted(f *eventv1.ContactAttempted) rule {
	return rule{
		part: PartContacts, adds: true,
		check: func(*Case, when) error {
			if f.GetReached() && f.GetWrongContact() {
				return invalid("wrong_contact", "contradicts reached: give one of them")
			}
			return nil
		},
		apply: func(c *Case, w when) {
			c.Contacts = add(c.Contacts, &Contact{On: w.on, Channel: f.GetChannel(), Reached: f.GetReached()})
		},
	}
}

func summoned(f *eventv1.Summoned) rule {
	return rule{
		part: PartContacts, adds: true,
		check: func(_ *Case, w when) error {
			d, err := dayField("meeting_on", f.GetMeetingOn())
			if err == nil && d < w.on {
				return invalid("meeting_on", "is before the summons: check both dates")
			}
			return err
		},
		apply: func(c *Case, w when) { c.SummonedOn = max(c.SummonedOn, w.on) },
	}
}

func summonsMissed(f *eventv1.SummonsMissed) rule {
	about := ""
	if f.GetJustified() {
		about = AboutJustified
	}
	return rule{
		part: PartContacts, adds: true, about: about,
		check: func(c *Case, w when) error {
			if !c.summonedBy(w.on) {
				return notNow("nobody was summoned by %s: record the summons first", w.on)
			}
			return nil
		},
		apply: func(*Case, when) {},
	}
}

var kindSummoned = kindNamed("summoned")

// summonedBy tells whether the person had been summoned by a day. A later
// summons does not hide an earlier one.
func (c *Case) summonedBy(d Day) bool {
	return slices.ContainsFunc(c.Timeline, func(m Moment) bool { return m.Kind == kindSummoned && m.Day <= d })
}

// AboutJustified marks a missed summons with a giustificato motivo in the
// timeline, since only that one resets the 120 days.
const AboutJustified = "justified"

func firstMeetingHeld(f *eventv1.FirstMeetingHeld) rule {
	return rule{
		part: "first-meeting",
		check: func(c *Case, w when) error {
			renewed := c.PadSignedOn > c.FirstMeetingOn
			if c.FirstMeetingOn != 0 && !renewed {
				return notNow("the first meeting was held on %s already: record a periodic meeting", c.FirstMeetingOn)
			}
			if f.GetMode() == eventv1.MeetingMode_MEETING_MODE_SUMMONED && !c.summonedBy(w.on) {
				return invalid("mode", "nobody was summoned by then: record the summons first, or say that the person came spontaneously")
			}
			if c.FirstMeetingOn != 0 {
				return notBefore(w, c.PadSignedOn, "the renewed PAD")
			}
			return nil
		},
		apply: func(c *Case, w when) { c.FirstMeetingOn = w.on },
	}
}

// inHousehold says that a person belongs to the case.
func inHousehold(c *Case, person string) error {
	if person == c.Person || c.member(person) >= 0 {
		return nil
	}
	return invalid("person_id", "is not a member of this household: record the household first")
}

func periodicMeetingHeld(f *eventv1.PeriodicMeetingHeld) rule {
	return rule{
		part: PartContacts, adds: true, about: f.GetPersonId(),
		check: func(c *Case, w when) error {
			if c.FirstMeetingOn == 0 {
				return notNow("there was no first meeting yet: record that one")
			}
			return first(inHousehold(c, f.GetPersonId()), notBefore(w, c.FirstMeetingOn, "the first meeting"))
		},
		apply: func(*Case, when) {},
	}
}

func sentToEmploymentCentre(f *eventv1.SentToEmploymentCentre) rule {
	return rule{
		part: partOf("employment", f.GetPersonId()), about: f.GetPersonId(),
		check: func(c *Case, _ when) error {
			if c.member(f.GetPersonId()) < 0 {
				return invalid("person_id", "is not a member of the household: record the household first")
			}
			return only(c, "the Centro per l'Impiego", eventv1.Pathway_PATHWAY_ADI)
		},
		apply: func(c *Case, w when) {
			if i := c.member(f.GetPersonId()); i >= 0 {
				c.Household = edit(c.Household, i, func(m *Member) { m.SentOn = w.on })
			}
		},
	}
}

func servicePactSigned(f *eventv1.ServicePactSigned) rule {
	return rule{
		part: partOf("employment", f.GetPersonId()), about: f.GetPersonId(),
		check: func(c *Case, w when) error {
			i := c.member(f.GetPersonId())
			if i < 0 || c.Household[i].SentOn == 0 {
				return invalid("person_id", "was not sent to the Centro per l'Impiego: record that first")
			}
			return notBefore(w, c.Household[i].SentOn, "the day the member was sent")
		},
		apply: func(c *Case, w when) {
			if i := c.member(f.GetPersonId()); i >= 0 {
				c.Household = edit(c.Household, i, func(m *Member) { m.PactOn = w.on })
			}
		},
	}
}
