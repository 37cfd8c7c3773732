package postgres

import (
	"strconv"
	"strings"
	"testing"

	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"

	"percorsi/internal/casework"
	casefilev1 "percorsi/internal/gen/percorsi/casefile/v1"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

func TestAWordIsReadAsTheValueItWasWrittenOf(t *testing.T) {
	readBack[eventv1.Pathway](t)
	readBack[eventv1.Area](t)
	readBack[eventv1.Service](t)
	readBack[casefilev1.CaseStatus](t)
}

// readBack tries every value of an enumeration, and one that is not known yet.
func readBack[W enum](t *testing.T) {
	t.Helper()
	values := W(0).Descriptor().Values()
	known := []W{999, -1}
	for i := range values.Len() {
		known = append(known, W(values.Get(i).Number()))
	}
	for _, v := range known {
		if got := parseWord[W](word(v)); got != v {
			t.Errorf("%s %d is written as %q, which is read as %d", v.Descriptor().Name(), v.Number(), word(v), got.Number())
		}
	}
}

func TestWordsAreThoseOfTheAPIWithoutTheirPrefix(t *testing.T) {
	for _, one := range []struct {
		of   protoreflect.Enum
		want string
	}{
		{eventv1.Pathway_PATHWAY_UNSPECIFIED, ""},
		{eventv1.Pathway_PATHWAY_SELF, "SELF"},
		{eventv1.Service_SERVICE_PROTECTED_DISCHARGE, "PROTECTED_DISCHARGE"},
		{casefilev1.CaseStatus(casework.InCharge), "IN_CHARGE"},
		{eventv1.Pathway(77), "77"},
	} {
		if got := word(one.of); got != one.want {
			t.Errorf("%v is %q, want %q", one.of, got, one.want)
		}
	}
	if got := parseWord[eventv1.Pathway]("NOT_A_PATHWAY"); got != 0 {
		t.Errorf("a word of another vocabulary is read as %v", got)
	}
}

// TestNoWordIsTakenForANumberOrForAnother covers every enumeration of the log,
// since any of them may get a column.
func TestNoWordIsTakenForANumberOrForAnother(t *testing.T) {
	seen := 0
	protoregistry.GlobalTypes.RangeEnums(func(e protoreflect.EnumType) bool {
		if !strings.HasPrefix(string(e.Descriptor().FullName()), "percorsi.") {
			return true
		}
		seen++
		words := make(map[string]bool)
		for i := range e.Descriptor().Values().Len() {
			v := e.Descriptor().Values().Get(i)
			w := word(e.New(v.Number()))
			if _, err := strconv.Atoi(w); err == nil || words[w] || (w == "") != (v.Number() == 0) {
				t.Errorf("%s is written as %q", v.FullName(), w)
			}
			words[w] = true
		}
		return true
	})
	if seen < 10 {
		t.Errorf("only %d enumerations were tried", seen)
	}
}
