package person

import (
	"strings"

	"percorsi/internal/fault"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

// Saying is what somebody wants to say of two persons.
type Saying struct {
	// Fact is a PersonLinked, a PersonUnlinked or a PersonsToldApart.
	Fact *eventv1.Fact
	// Revision is that of the bond before, as the caller last saw it.
	Revision Revision
}

// Decide says whether something may be said of two registered persons, whose
// groups are those that they are in now, each with the person itself. The error
// is a *fault.Error: Invalid for what can never be said, Clash where somebody
// said something else in between, NotNow where what was said before stands in
// the way.
func Decide(one, other *Record, ones, others []*Record, s Saying) error {
	if one.ID == other.ID {
		return fault.Field("other_id", "is the same person: name two")
	}
	next, ok := bondIn(s.Fact)
	if !ok {
		return fault.New(fault.Internal, "no fact about two persons")
	}
	before := BondOf(one, other)
	switch {
	case before.Revision == s.Revision:
	case before.Revision == 0:
		return fault.New(fault.Clash, "nothing was said of these two yet: send yours with revision 0")
	case before.Kind == NoBond:
		return fault.New(fault.Clash, "what was said of these two was voided in between: send yours with revision %d", before.Revision)
	default:
		return fault.New(fault.Clash,
			"something was said of these two in between, %s on %s: look at it, then send yours with revision %d",
			before.Kind.words(), before.On, before.Revision)
	}
	switch next.Kind {
	case Linked:
		return mayLink(before, next, apartAmong(one, other, ones, others))
	case Unlinked:
		return mayUnlink(before, next)
	case ToldApart:
		return mayTellApart(before, ones, other)
	case NoBond:
	}
	return fault.New(fault.Internal, "no fact about two persons")
}

// mayLink looks at what was said of the two, and at two others, if there are
// any, who were told apart and would be of one person then.
func mayLink(before, next Bond, apart []*Record) error {
	switch {
	case before.Kind == Linked:
		return fault.New(fault.NotNow, "they are linked already, since %s", before.On)
	case next.Basis == eventv1.LinkBasis_LINK_BASIS_OTHER && wordless(next.Reason):
		return fault.Field("reason", "is asked for where the basis is OTHER: say what shows that they are one")
	case before.Kind == ToldApart && !proves(next.Basis):
		return fault.New(fault.NotNow,
			"they were told apart on %s: only a document, or a code that took the place of the other, links them all the same", before.On)
	case apart != nil:
		return fault.New(fault.NotNow, "one of each side were told apart on %s and would be of one person then: look at those first",
			BondOf(apart[0], apart[1]).On)
	}
	return nil
}

// apartAmong finds one of each group who were told apart, besides the two
// themselves; nil for none.
func apartAmong(one, other *Record, ones, others []*Record) []*Record {
	for _, a := range ones {
		for _, b := range others {
			if a.ID != b.ID && (a.ID != one.ID || b.ID != other.ID) && BondOf(a, b).Kind == ToldApart {
				return []*Record{a, b}
			}
		}
	}
	return nil
}

// proves tells what is enough against somebody who has looked before.
func proves(b eventv1.LinkBasis) bool {
	return b == eventv1.LinkBasis_LINK_BASIS_DOCUMENT || b == eventv1.LinkBasis_LINK_BASIS_CODE_REPLACED
}

func mayUnlink(before, next Bond) error {
	switch {
	case before.Kind != Linked:
		return fault.New(fault.NotNow, "they are not linked with each other: if they are one through others, unlink the link that is wrong")
	case wordless(next.Reason):
		return fault.Field("reason", "is asked for: say why the link was an error")
	}
	return nil
}

func mayTellApart(before Bond, ones []*Record, other *Record) error {
	switch before.Kind {
	case ToldApart:
		return fault.New(fault.NotNow, "they were told apart already, on %s", before.On)
	case Linked:
		return fault.New(fault.NotNow, "they are linked since %s: unlink them first", before.On)
	case NoBond, Unlinked:
	}
	for _, a := range ones {
		if a.ID == other.ID {
			return fault.New(fault.NotNow, "they are one person through others, to whom both are linked: unlink the link that is wrong first")
		}
	}
	return nil
}

// wordless tells whether nothing was written.
func wordless(t *eventv1.Text) bool {
	return strings.TrimSpace(t.GetPlain()) == "" && len(t.GetSealed()) == 0
}

func (k BondKind) words() string {
	switch k {
	case Linked:
		return "that they are one"
	case Unlinked:
		return "that they are not one after all"
	case ToldApart:
		return "that they are two"
	case NoBond:
	}
	return "nothing"
}
