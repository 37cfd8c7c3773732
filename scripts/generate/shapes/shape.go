package shapes

import (
	"cmp"
	"fmt"
	"slices"
)

// Shape says what one number means.
type Shape struct {
	Owner  string // full name of the message, enum or extended message
	Number int32
	Name   string // of the field or enum value; the full name of an extension
	Kind   string // type, cardinality and what else binds the meaning
}

// String gives the shape as its line in the list.
func (s Shape) String() string {
	return fmt.Sprintf("%s %d %s %s", s.Owner, s.Number, s.Name, s.Kind)
}

// List is a set of shapes: sorted by owner and number, each number of an owner
// at most once.
type List []Shape

// key is what identifies a shape: a number has one meaning in its owner.
type key struct {
	owner  string
	number int32
}

func (s Shape) key() key { return key{s.Owner, s.Number} }

func compare(a, b Shape) int {
	return cmp.Or(cmp.Compare(a.Owner, b.Owner), cmp.Compare(a.Number, b.Number))
}

// find gives the shape of an owner's number.
func (l List) find(k key) (Shape, bool) {
	i, ok := slices.BinarySearchFunc(l, Shape{Owner: k.owner, Number: k.number}, compare)
	if !ok {
		return Shape{}, false
	}
	return l[i], true
}

// Extend gives the list with the shapes of now that it does not hold yet.
// Nothing is taken out: a number that was reserved stays, so that it is
// recognised should it come back with another meaning.
func (l List) Extend(now List) List {
	extended := slices.Clone(l)
	for _, s := range now {
		if _, ok := l.find(s.key()); !ok {
			extended = append(extended, s)
		}
	}
	slices.SortFunc(extended, compare)
	return extended
}
