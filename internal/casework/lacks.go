package casework

import (
	"slices"

	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

// Lack is something that was never done in a case, or that somebody waits for.
type Lack int32

// What a case may lack. The numbers are those of the API.
const (
	// NeverSummoned: nobody was summoned to an open case, or came without.
	NeverSummoned Lack = iota + 1
	// NeverMet: there was no first meeting in an open case.
	NeverMet
	// NeverAssessed: no assessment was concluded in a case in charge.
	NeverAssessed
	// NeverConvened: no team was called in a case in charge.
	NeverConvened
	// NeverEvaluated: a signed project ended and one of the two did not say how
	// it went, without a reason why not.
	NeverEvaluated
	// LacksFollowing: what the preliminary analysis decided was not all done.
	LacksFollowing
	// LacksAnswer: a referral, transfer or hand-over was not answered.
	LacksAnswer
	lastLack = LacksAnswer
)

// Lacks is a set of what cases lack. Its bits are in databases and stay as they
// are.
type Lacks uint16

// LacksOf gives the set of some.
func LacksOf(list ...Lack) (all Lacks) {
	for _, l := range list {
		all |= 1 << (l - 1)
	}
	return all
}

// Has tells whether a set has all of another one.
func (l Lacks) Has(o Lacks) bool { return l&o == o }

// Lacks gives everything that the case lacks.
func (c *Case) Lacks() Lacks {
	var all Lacks
	for l := NeverSummoned; l <= lastLack; l++ {
		if c.lacks(l) {
			all |= LacksOf(l)
		}
	}
	return all
}

func (c *Case) lacks(l Lack) bool {
	open := c.Status == Signalled || c.Status == Waiting || c.Status == InCharge || c.Status == Suspended
	working := c.Status == InCharge || c.Status == Suspended
	// Who leaves hospital is visited, or enters a bed, and is not summoned.
	comes := open && c.Pathway != eventv1.Pathway_PATHWAY_DISCHARGE
	switch l {
	case NeverSummoned:
		return comes && c.SummonedOn == 0 && c.FirstMeetingOn == 0
	case NeverMet:
		return comes && c.FirstMeetingOn == 0
	case NeverAssessed:
		return working && !slices.ContainsFunc(c.Assessments, func(a *Assessment) bool { return a.ConcludedOn != 0 })
	case NeverConvened:
		return working && len(c.Meetings) == 0
	case NeverEvaluated:
		return slices.ContainsFunc(c.Projects, c.unevaluated)
	case LacksFollowing:
		return open && slices.ContainsFunc(c.Following(), func(s Step) bool { return !s.Done })
	case LacksAnswer:
		return open && slices.ContainsFunc(c.Referrals, func(r *Referral) bool { return r.Answer == 0 })
	default:
		return false
	}
}

// unevaluated tells whether a signed project ended without the two evaluations.
func (c *Case) unevaluated(p *Project) bool {
	ended := p.ConcludedOn != 0 || c.Status == Closed
	return p.SignedOn != 0 && ended &&
		(!c.evaluated(p.ID, eventv1.Voice_VOICE_BENEFICIARY) || !c.evaluated(p.ID, eventv1.Voice_VOICE_OPERATORS))
}
