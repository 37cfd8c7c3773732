package sample

import (
	"percorsi/internal/access"
	"percorsi/internal/casework"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	"percorsi/internal/person"
)

// adult age, and the age from which ADI asks for no meetings.
const (
	adult = 18
	elder = 60
)

// household is who lives together, the applicant first.
type household struct {
	home    person.Comune
	members []*eventv1.HouseholdMember
	people  []*someone
}

var (
	applicants = profile{
		ages:   []weighted[[2]int]{{55, [2]int{60, 84}}, {25, [2]int{45, 59}}, {20, [2]int{22, 44}}},
		female: 56, foreign: 16, uncoded: 0.5,
	}
	partners = profile{ages: []weighted[[2]int]{{1, [2]int{28, 58}}}, female: 50, foreign: 18, uncoded: 1}
	children = profile{ages: []weighted[[2]int]{{70, [2]int{1, 17}}, {30, [2]int{18, 30}}}, female: 49, foreign: 18, uncoded: 1}
)

// household makes up an ADI household: more than half with somebody over 60,
// most of one or two people.
func (s *script) household() household {
	h := household{home: weigh(s, s.comuni)}
	h.add(s, applicants, eventv1.Relation_RELATION_APPLICANT)
	young := h.people[0].age(s.today) < elder
	if s.chance(30) || young && s.chance(25) {
		h.add(s, partners, eventv1.Relation_RELATION_PARTNER)
	}
	for young && len(h.people) < 5 && s.chance(45) {
		h.add(s, children, eventv1.Relation_RELATION_CHILD)
	}
	return h
}

func (h *household) add(s *script, of profile, relation eventv1.Relation) {
	p := s.encounter(of, h.home)
	h.people = append(h.people, p)
	h.members = append(h.members, &eventv1.HouseholdMember{
		Relation: relation, Obligation: s.obligation(p.age(s.today)),
	})
}

// obligation follows age, disability and care (DM 13.12.2023, art. 8 and 9):
// minors have none.
func (s *script) obligation(age int) eventv1.Obligation {
	switch {
	case age < adult:
		return eventv1.Obligation_OBLIGATION_UNSPECIFIED
	case age >= elder, s.chance(30):
		return eventv1.Obligation_OBLIGATION_EXEMPT
	case s.chance(60):
		return eventv1.Obligation_OBLIGATION_EMPLOYMENT_CENTRE
	default:
		return eventv1.Obligation_OBLIGATION_SOCIAL_SERVICES
	}
}

// register records everybody in the household.
func (h *household) register(s *script, by access.Caller) {
	for i, p := range h.people {
		s.register(by, p)
		h.members[i].PersonId = p.ref
	}
}

// obliged gives the members with an obligation.
func (h *household) obliged(o eventv1.Obligation) []string {
	var out []string
	for _, m := range h.members {
		if m.GetObligation() == o {
			out = append(out, m.GetPersonId())
		}
	}
	return out
}

// partners gives who lives with the applicant as spouse or partner.
func (h *household) partners() []string {
	var out []string
	for _, m := range h.members {
		if m.GetRelation() == eventv1.Relation_RELATION_PARTNER {
			out = append(out, m.GetPersonId())
		}
	}
	return out
}

// pad is where the 120 days of a household start.
type pad struct {
	applied, signed, transmitted casework.Day
}

func (s *script) pad() pad {
	applied := s.today
	signed := applied + s.days(1, 20)
	return pad{applied: applied, signed: signed, transmitted: signed + s.days(4, 18)}
}

// moveOut lets now and then somebody leave the household who has no obligation
// in the measure.
func (a *adi) moveOut() {
	draw, members := a.s.aside(), a.household.members
	last := len(members) - 1
	free := members[last].GetObligation() == eventv1.Obligation_OBLIGATION_UNSPECIFIED
	if last == 0 || !free || !draw.chance(30) {
		return
	}
	a.s.at(a.s.today+draw.days(60, 300), func() {
		if !a.ended {
			a.note(a.by, &eventv1.HouseholdRecorded{Members: members[:last]})
		}
	})
}
