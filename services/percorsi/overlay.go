package main

import "google.golang.org/protobuf/reflect/protoreflect"

// overlay puts the fields that are given over those of a fact. A list that is
// given takes the place of the whole list.
func overlay(fact, given protoreflect.Message) {
	given.Range(func(fd protoreflect.FieldDescriptor, v protoreflect.Value) bool {
		fact.Set(fd, v)
		return true
	})
}

// plainWords turns the words of a fact, which are shown as strings, into what a
// request has in their place.
func plainWords(m protoreflect.MessageDescriptor, fields map[string]any) {
	for name, value := range fields {
		fd := m.Fields().ByName(protoreflect.Name(name))
		if fd == nil || fd.Message() == nil {
			continue
		}
		switch v := value.(type) {
		case string:
			if fd.Message().Name() == "Text" {
				fields[name] = map[string]any{"plain": v}
			}
		case map[string]any:
			plainWords(fd.Message(), v)
		case []any:
			for _, one := range v {
				if inner, ok := one.(map[string]any); ok {
					plainWords(fd.Message(), inner)
				}
			}
		}
	}
}
