package fact_test

import (
	"testing"

	"percorsi/internal/fact"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

func TestAWordIsReadWithoutItsPrefix(t *testing.T) {
	if w, ok := fact.Word[eventv1.Pathway]("SELF"); !ok || w != eventv1.Pathway_PATHWAY_SELF {
		t.Errorf("SELF is %s, %t", w, ok)
	}
	for _, s := range []string{"", "UNSPECIFIED", "PATHWAY_SELF", "self", "FORM_UVM"} {
		if w, ok := fact.Word[eventv1.Pathway](s); ok {
			t.Errorf("%q is read as %s", s, w)
		}
	}
}
