package rpc

import (
	"strings"
	"testing"

	"google.golang.org/protobuf/reflect/protoreflect"

	_ "percorsi/internal/gen/percorsi/assessment/v1"
	_ "percorsi/internal/gen/percorsi/casefile/v1"
	_ "percorsi/internal/gen/percorsi/discharge/v1"
	_ "percorsi/internal/gen/percorsi/eventlog/v1"
	_ "percorsi/internal/gen/percorsi/indicator/v1"
	_ "percorsi/internal/gen/percorsi/intake/v1"
	_ "percorsi/internal/gen/percorsi/person/v1"
	_ "percorsi/internal/gen/percorsi/project/v1"
)

func TestEveryPatternOfTheAPIIsSaidInWords(t *testing.T) {
	seen := map[string]bool{}
	eachField(func(f protoreflect.FieldDescriptor) {
		rules := rulesOf(f)
		for _, pattern := range []string{rules.GetString().GetPattern(), rules.GetRepeated().GetItems().GetString().GetPattern()} {
			if pattern == "" {
				continue
			}
			seen[pattern] = true
			if _, ok := formats[pattern]; !ok {
				t.Errorf("%s has the pattern %s, which remedy.go does not explain", f.FullName(), pattern)
			}
		}
	})
	for pattern := range formats {
		if !seen[pattern] {
			t.Errorf("no field has the pattern %s any more", pattern)
		}
	}
}

// An enum field that takes any number would let a value of the future into the
// log.
func TestEveryEnumOfARequestTakesDefinedValuesOnly(t *testing.T) {
	eachField(func(f protoreflect.FieldDescriptor) {
		if f.Enum() == nil {
			return
		}
		rules := rulesOf(f)
		if !rules.GetEnum().GetDefinedOnly() && !rules.GetRepeated().GetItems().GetEnum().GetDefinedOnly() {
			t.Errorf("%s takes values that are not defined", f.FullName())
		}
	})
}

// Each request is filled with the worst values its fields can hold; whatever
// rules break, the words must be ours.
func TestNoBrokenRuleIsExplainedWithTheNameOfTheRule(t *testing.T) {
	r, err := requestsOfTheProgram()
	if err != nil {
		t.Fatal(err)
	}
	broken := 0
	for _, desc := range requestsOfTheAPI() {
		m := messageOf(t, desc)
		spoil(m, 0)
		err := r.rules.Validate(m.Interface())
		if err == nil {
			continue
		}
		broken++
		for _, v := range violations(desc, validationError(t, err)) {
			if strings.Contains(v.Do, "the rule ") || strings.Contains(v.Do, "of the API") || strings.Contains(v.Do, secret) {
				t.Errorf("%s, %s: %q", desc.Name(), v.Field, v.Do)
			}
		}
	}
	if broken < 75 {
		t.Errorf("only %d requests break a rule", broken)
	}
}
