package fact_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	"percorsi/internal/fact/facttest"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

// factFields gives every field that can lie in a fact, by full name.
func factFields() map[protoreflect.FullName]protoreflect.FieldDescriptor {
	fields := map[protoreflect.FullName]protoreflect.FieldDescriptor{}
	var visit func(protoreflect.MessageDescriptor)
	visit = func(m protoreflect.MessageDescriptor) {
		for i := range m.Fields().Len() {
			fd := m.Fields().Get(i)
			if _, seen := fields[fd.FullName()]; seen {
				continue
			}
			fields[fd.FullName()] = fd
			if fd.Message() != nil {
				visit(fd.Message())
			}
		}
	}
	for _, kind := range facttest.Kinds() {
		visit(kind.Message())
	}
	return fields
}

func personal(fd protoreflect.FieldDescriptor) bool {
	is, _ := proto.GetExtension(fd.Options(), eventv1.E_Personal).(bool)
	return is
}

func owner(fd protoreflect.FieldDescriptor) string { return string(fd.Parent().Name()) }

// public are the messages of the plan, whose texts everybody may read.
var public = []string{"Plan", "Objective", "Indicator", "Definition"}

func TestNoFactHasRoomForFreeWordsOutsideAText(t *testing.T) {
	for name, fd := range factFields() {
		if fd.Kind() != protoreflect.StringKind || slices.Contains(public, owner(fd)) || owner(fd) == "Text" {
			continue
		}
		rule := facttest.StringRule(fd)
		if rule.GetUuid() {
			continue
		}
		if why := openPattern(rule.GetPattern()); why != "" {
			t.Errorf("%s: %s; give it a uuid rule, a pattern for codes, or make it a Text", name, why)
		}
	}
}

// openPattern says why a pattern would let words through; "" if it would not.
func openPattern(pattern string) string {
	if pattern == "" {
		return "it has no pattern"
	}
	if !strings.HasPrefix(pattern, "^") || !strings.HasSuffix(pattern, "$") || strings.Contains(pattern, "|") && !strings.Contains(pattern, "(") {
		return "its pattern is open at an end"
	}
	allowed := regexp.MustCompile(pattern)
	for _, words := range []string{"", "Mario Rossi", "is ill", "via Roma, 1", "mario@example.org", "+39 0371 123456", strings.Repeat("a", 100), strings.Repeat("A", 100)} {
		if allowed.MatchString(words) {
			return "its pattern lets " + words + " through"
		}
	}
	return ""
}

func TestEverythingWrittenAboutAPersonIsMarkedPersonal(t *testing.T) {
	// Keyed hashes: without the key of the deployment they say nothing.
	hashes := []string{"identifier_key", "search_keys"}
	for name, fd := range factFields() {
		text := fd.Message() != nil && fd.Message().Name() == "Text"
		sealed := fd.Kind() == protoreflect.BytesKind && owner(fd) != "Text" && !slices.Contains(hashes, string(fd.Name()))
		if (text || sealed) != personal(fd) {
			t.Errorf("%s: (personal) is %t, want %t", name, personal(fd), text || sealed)
		}
	}
}

func TestTheWordsOfPersonsAreInNoOtherMessage(t *testing.T) {
	for name, fd := range factFields() {
		if fd.IsMap() {
			t.Errorf("%s: a map; its entries have no order of their own, use a list", name)
		}
		if fd.Message() != nil && slices.Contains([]string{"Identity", "Demographics"}, string(fd.Message().Name())) {
			t.Errorf("%s: a %s lies open in a fact; keep it as sealed bytes", name, fd.Message().Name())
		}
	}
}
