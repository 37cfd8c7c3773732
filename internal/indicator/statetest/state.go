package statetest

import (
	"fmt"
	"reflect"

	"github.com/google/uuid"
	"google.golang.org/protobuf/reflect/protoreflect"

	"percorsi/internal/casework"
)

// Pick chooses a number from 0 to n-1; n is at least 1. A source that always
// chooses 0 gives the emptiest state.
type Pick func(n int) int

// Days are picked from the years around the plan of 2025-2027, and one in four
// is not given.
const (
	firstDay = casework.Day(19_600) // 30 August 2023
	someDays = 1_900
)

var (
	dayType = reflect.TypeFor[casework.Day]()
	idType  = reflect.TypeFor[uuid.UUID]()
)

// Case makes a state of the case of an id, for one of a few persons.
func Case(id casework.CaseID, pick Pick) *casework.Case {
	c := &casework.Case{}
	fill(reflect.ValueOf(c).Elem(), pick, 3)
	c.ID = id
	c.Person = fmt.Sprintf("person-%d", pick(8))
	c.Last = casework.Position(1 + pick(1000))
	name(c)
	return c
}

// name gives every unit an id of its own in the case.
func name(c *casework.Case) {
	for i, p := range c.Projects {
		p.ID = fmt.Sprintf("project-%d", i)
	}
	for i, p := range c.Paths {
		p.ID = fmt.Sprintf("path-%d", i)
	}
	for i, m := range c.Meetings {
		m.ID = fmt.Sprintf("meeting-%d", i)
	}
	for i, s := range c.Supports {
		s.ID = fmt.Sprintf("support-%d", i)
	}
}

// Fill makes the fields that definitions can name arbitrary. v points to a
// struct.
func Fill(v any, pick Pick) { fill(reflect.ValueOf(v).Elem(), pick, 3) }

// fill sets every field with a cel tag. Lists hold fewer than most elements.
func fill(v reflect.Value, pick Pick, most int) {
	for i := range v.NumField() {
		if _, tagged := v.Type().Field(i).Tag.Lookup("cel"); tagged {
			set(v.Field(i), pick, most)
		}
	}
}

func set(v reflect.Value, pick Pick, most int) {
	switch {
	case v.Type() == dayType:
		if pick(4) > 0 {
			v.SetInt(int64(firstDay) + int64(pick(someDays)))
		}
		return
	case v.Type() == idType:
		return
	}
	switch v.Kind() {
	case reflect.Bool:
		v.SetBool(pick(2) == 1)
	case reflect.Int32, reflect.Int64:
		v.SetInt(int64(pick(values(v))))
	case reflect.String:
		v.SetString([]string{"", "A", "B", "C"}[pick(4)])
	case reflect.Slice:
		setList(v, pick, most)
	case reflect.Pointer:
		if pick(3) > 0 {
			v.Set(reflect.New(v.Type().Elem()))
			fill(v.Elem(), pick, most)
		}
	default:
	}
}

// values tells how many values a number can take: all of a vocabulary, few of
// anything else.
func values(v reflect.Value) int {
	if e, ok := reflect.TypeAssert[protoreflect.Enum](v); ok {
		return e.Descriptor().Values().Len()
	}
	return 7
}

func setList(v reflect.Value, pick Pick, most int) {
	n := pick(most + 1)
	if n == 0 {
		return
	}
	v.Set(reflect.MakeSlice(v.Type(), n, n))
	for i := range n {
		elem := v.Index(i)
		if elem.Kind() == reflect.Pointer {
			elem.Set(reflect.New(elem.Type().Elem()))
			fill(elem.Elem(), pick, most-1)
			continue
		}
		set(elem, pick, most-1)
	}
}
