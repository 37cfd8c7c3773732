package server_test

import (
	"slices"

	"google.golang.org/protobuf/reflect/protoreflect"
)

// places are the fields that say where in the log something is, and when it got
// there: they are those of one log only.
var places = []protoreflect.Name{"position", "revision", "recorded_at", "opened", "last", "next_page_token"}

// clearPlaces takes places out of a message and all in it.
func clearPlaces(m protoreflect.Message) {
	m.Range(func(fd protoreflect.FieldDescriptor, v protoreflect.Value) bool {
		switch {
		case slices.Contains(places, fd.Name()):
			m.Clear(fd)
		case fd.Message() == nil || fd.IsMap():
		case fd.IsList():
			for i := range v.List().Len() {
				clearPlaces(v.List().Get(i).Message())
			}
		default:
			clearPlaces(v.Message())
		}
		return true
	})
}
