package expr

import (
	"reflect"

	"percorsi/internal/casework"
)

const (
	maxStructs = 2
	maxDays    = 3
	// maxDepth is how many macros may stand inside one another.
	maxDepth = 4
)

// Frame holds what the variables of an expression stand for during one
// evaluation. The zero Frame is ready; it may be used again, by one goroutine
// at a time. A struct variable must be set before it is read.
type Frame struct {
	structs [maxStructs]reflect.Value
	days    [maxDays]int64
	locals  [maxDepth]item
}

// SetStruct gives the struct variable declared at place i its value: a pointer
// to a struct of the declared type, not nil.
func (f *Frame) SetStruct(i int, pointer reflect.Value) { f.structs[i] = pointer.Elem() }

// SetDay gives the day variable declared at place i its value.
func (f *Frame) SetDay(i int, d casework.Day) { f.days[i] = int64(d) }

// item is one element of a list, in the field of its kind. Flags are kept as
// the numbers 0 and 1.
type item struct {
	number int64
	text   string
	object reflect.Value
}

// list is a list of the state, or one that an expression made.
type list struct {
	state reflect.Value
	made  []item
}

func (l list) size() int {
	if l.state.IsValid() {
		return l.state.Len()
	}
	return len(l.made)
}

// at gives element i, read with load where the list is one of the state.
func (l list) at(i int, load func(reflect.Value) item) item {
	if l.state.IsValid() {
		return load(l.state.Index(i))
	}
	return l.made[i]
}
