package casework

import (
	"slices"

	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

// Composition is a household as it was from a day on, until the next one.
type Composition struct {
	On      Day
	Members []*Member
}

// Membership is the time that somebody spent in the household, with the place
// and the obligation that they had last in it.
type Membership struct {
	Person     string
	Relation   eventv1.Relation
	Obligation eventv1.Obligation
	// From is the first day and To the last one; To is zero for who is in the
	// household now.
	From, To Day
}

// Memberships gives who was in the household when, in the order in which they
// came. Who left and came back is in it twice. Of the households recorded for one
// day the last one counts, as everywhere.
func (c *Case) Memberships() []Membership {
	var out []Membership
	in := make(map[string]int) // the place of those who are in the household
	for i, k := range c.Composition {
		if i+1 < len(c.Composition) && c.Composition[i+1].On == k.On {
			continue
		}
		for _, m := range k.Members {
			at, there := in[m.Person]
			if !there {
				at = len(out)
				out, in[m.Person] = append(out, Membership{Person: m.Person, From: k.On}), at
			}
			out[at].Relation, out[at].Obligation = m.Relation, m.Obligation
		}
		for person, at := range in {
			if !slices.ContainsFunc(k.Members, func(m *Member) bool { return m.Person == person }) {
				out[at].To = k.On - 1
				delete(in, person)
			}
		}
	}
	return out
}

func householdRecorded(f *eventv1.HouseholdRecorded) rule {
	return rule{
		part: PartHousehold, early: true,
		check: func(c *Case, _ when) error {
			seen := map[string]bool{}
			for _, m := range f.GetMembers() {
				if seen[m.GetPersonId()] {
					return invalid("members", "the same person is named twice")
				}
				seen[m.GetPersonId()] = true
			}
			if !seen[c.Person] {
				return invalid("members", "the person of the case is missing: the list is the whole household")
			}
			return nil
		},
		apply: func(c *Case, w when) {
			members := make([]*Member, 0, len(f.GetMembers()))
			for _, m := range f.GetMembers() {
				next := &Member{}
				if i := c.member(m.GetPersonId()); i >= 0 {
					*next = *c.Household[i]
				}
				next.Person, next.Relation, next.Obligation = m.GetPersonId(), m.GetRelation(), m.GetObligation()
				members = append(members, next)
			}
			recorded := &Composition{On: w.on, Members: members}
			c.Composition = addByDay(c.Composition, recorded, func(k *Composition) Day { return k.On })
			if latest(&c.HouseholdOn, w.on) {
				c.Household = members
			}
		},
	}
}

func (c *Case) member(person string) int {
	return slices.IndexFunc(c.Household, func(m *Member) bool { return m.Person == person })
}
