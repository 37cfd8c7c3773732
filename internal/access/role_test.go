package access_test

import (
	"strings"
	"testing"

	"percorsi/internal/access"
	"percorsi/internal/fault"
)

func TestTheWordOfARoleIsRead(t *testing.T) {
	for _, role := range access.Roles() {
		if got, err := access.ParseRole(string(role)); err != nil || got != role {
			t.Errorf("%s: got %q, %v", role, got, err)
		}
	}
}

func TestAnUnknownRoleIsToldTheKnownOnes(t *testing.T) {
	for _, word := range []string{"", "root", "Planner", "planner "} {
		_, err := access.ParseRole(word)
		if fault.KindOf(err) != fault.Invalid || !strings.Contains(err.Error(), "reporting-body") {
			t.Errorf("%q: got %v", word, err)
		}
	}
}

func TestAContextCarriesWhoCalls(t *testing.T) {
	if c, ok := access.CallerFrom(t.Context()); ok {
		t.Errorf("got %+v", c)
	}
	if c, ok := access.CallerFrom(access.WithCaller(t.Context(), anna)); !ok || c != anna {
		t.Errorf("got %+v, %v", c, ok)
	}
}
