package person

import (
	"cmp"
	"errors"
	"slices"

	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

// BondKind is what was said of two registrations.
type BondKind int

const (
	// NoBond is the zero value: nothing was said, or nothing that stands. What was
	// voided leaves a bond with a revision.
	NoBond BondKind = iota
	// Linked registrations are of one person.
	Linked
	// Unlinked registrations were linked, which was an error.
	Unlinked
	// ToldApart registrations look alike and are of two persons.
	ToldApart
)

// Bond is what was said last of a person and another one.
//
// # Decision: a link is a fact of its own, and nothing is merged
//
// Context. Two registrations turn out to be of one person, and now and then,
// a year later, of two again. What was merged cannot be taken apart: nobody
// knows any more which case was whose.
//
// Decision. A link lies in the stream of the smaller of the two pseudonyms, so
// that both ways to say it meet in one place. No other stream learns of it:
// registrations and cases stay as they are, and who reads takes together what
// is linked ([Groups]). Unlinked, all is as if it had never been linked, but
// for the two facts that say so.
//
// Cost. Whoever asks for a person has to ask for the group.
type Bond struct {
	// Other is the larger pseudonym.
	Other string
	Kind  BondKind
	// Basis of a link; zero otherwise.
	Basis eventv1.LinkBasis
	// On is the day it was found out, as 2025-03-31.
	On string
	// User said it, for Body.
	User, Body string
	// Reason is sealed; nil without one.
	Reason *eventv1.Text
	// Revision is what has to be stated to say something else.
	Revision Revision
}

// BondOf gives what was said last of two persons, in whichever order they come;
// the zero Bond if nothing was.
func BondOf(a, b *Record) Bond {
	if a.ID > b.ID {
		a, b = b, a
	}
	return a.bond(b.ID)
}

// bond gives the bond with somebody whose pseudonym is larger.
func (r *Record) bond(other string) Bond {
	if i, ok := r.findBond(other); ok {
		return r.Bonds[i]
	}
	return Bond{}
}

func (r *Record) findBond(other string) (int, bool) {
	return slices.BinarySearchFunc(r.Bonds, other, func(b Bond, id string) int { return cmp.Compare(b.Other, id) })
}

// bind puts a bond in the place of the one before. The list is made anew: the
// record before has the old one.
func (r *Record) bind(b Bond) error {
	if b.Other <= r.ID {
		return errors.New("a link lies in the stream of the smaller pseudonym")
	}
	i, known := r.findBond(b.Other)
	next := slices.Clone(r.Bonds)
	if known {
		next[i] = b
	} else {
		next = slices.Insert(next, i, b)
	}
	r.Bonds = next
	return nil
}

// SaidOf gives the other one of whom a fact of a person says something; empty for
// a fact about the person alone.
func SaidOf(f *eventv1.Fact) string {
	b, _ := bondIn(f)
	return b.Other
}

// bondIn reads what a fact says of two persons.
func bondIn(f *eventv1.Fact) (Bond, bool) {
	switch x := f.GetFact().(type) {
	case *eventv1.Fact_PersonLinked:
		p := x.PersonLinked
		return Bond{Other: p.GetOther(), Kind: Linked, Basis: p.GetBasis(), On: f.GetOccurredOn(), Reason: p.GetReason()}, true
	case *eventv1.Fact_PersonUnlinked:
		p := x.PersonUnlinked
		return Bond{Other: p.GetOther(), Kind: Unlinked, On: f.GetOccurredOn(), Reason: p.GetReason()}, true
	case *eventv1.Fact_PersonsToldApart:
		p := x.PersonsToldApart
		return Bond{Other: p.GetOther(), Kind: ToldApart, On: f.GetOccurredOn(), Reason: p.GetReason()}, true
	default:
		return Bond{}, false
	}
}
