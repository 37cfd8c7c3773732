package casework

import (
	"reflect"
	"slices"
)

// Item is one of the things that a version of a project is made of: a *Term,
// *Goal, *Commitment, *Support, *Budget or *Signature.
type Item interface {
	// key tells it from others of its kind in the same version.
	key() string
}

func (*Term) key() string         { return "" }
func (g *Goal) key() string       { return g.ID }
func (m *Commitment) key() string { return m.ID }
func (s *Support) key() string    { return s.ID }
func (b *Budget) key() string     { return enumName(b.Fund.String(), "FUND_") }
func (s *Signature) key() string {
	who := enumName(s.Signer.String(), "SIGNER_")
	if of := s.Person + s.User; of != "" {
		who += "/" + of
	}
	return who
}

// Change is something that two versions of a project say differently.
type Change struct {
	// ID is that of a goal, a commitment or a support; the fund of a budget; the
	// signer of a signature, with the pseudonym where it is known, as
	// beneficiary/<person>; empty for the term.
	ID string
	// Before is nil where the one version has none, After where the other has
	// none.
	Before, After Item
}

// Changes gives what two versions of a project say differently, in the order of
// what they are made of.
func Changes(a, b *ProjectVersion) []Change {
	out := compare(nil, []*Term{&a.Term}, []*Term{&b.Term})
	out = compare(out, a.Goals, b.Goals)
	out = compare(out, a.Commitments, b.Commitments)
	out = compare(out, a.Supports, b.Supports)
	out = compare(out, a.Budget, b.Budget)
	return compare(out, lastWords(a.Signatures), lastWords(b.Signatures))
}

// compare adds what two lists say differently.
func compare[T Item](out []Change, a, b []T) []Change {
	named := func(key string) func(T) bool { return func(v T) bool { return v.key() == key } }
	for _, before := range a {
		change := Change{ID: before.key(), Before: before}
		if i := slices.IndexFunc(b, named(before.key())); i >= 0 {
			if reflect.DeepEqual(before, b[i]) {
				continue
			}
			change.After = b[i]
		}
		out = append(out, change)
	}
	for _, after := range b {
		if !slices.ContainsFunc(a, named(after.key())) {
			out = append(out, Change{ID: after.key(), After: after})
		}
	}
	return out
}

// lastWords gives of each signer what was recorded last: somebody who refused
// may sign after all.
func lastWords(list []*Signature) []*Signature {
	var out []*Signature
	for i, s := range list {
		if !slices.ContainsFunc(list[i+1:], func(o *Signature) bool { return o.key() == s.key() }) {
			out = append(out, s)
		}
	}
	return out
}
