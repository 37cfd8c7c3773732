package fact_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"percorsi/internal/fact"
	"percorsi/internal/fact/facttest"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

// someFacts are three facts of two kinds.
func someFacts() []*eventv1.Fact {
	return []*eventv1.Fact{
		{Fact: &eventv1.Fact_Resumed{Resumed: &eventv1.Resumed{}}},
		{Fact: &eventv1.Fact_NeedsRecorded{NeedsRecorded: &eventv1.NeedsRecorded{}}},
		{Fact: &eventv1.Fact_Resumed{Resumed: &eventv1.Resumed{}}},
	}
}

func TestHeadersNameEachKindOfFactOnceAndTheCommand(t *testing.T) {
	want := map[string]string{
		"Pz-Facts":   "resumed,needs_recorded",
		"Pz-Command": "0195e8a1-7bff-7c20-9a55-51d3c7e80f42",
	}
	if diff := cmp.Diff(want, fact.Headers(facttest.Commit(someFacts()...))); diff != "" {
		t.Errorf("headers (-want +got):\n%s", diff)
	}
}

func TestHeadersTakeNoWordsFromOutside(t *testing.T) {
	for _, id := range []string{"", "RSSMRA80A01E648X", "0195e8a1-7bff-7c20-9a55-51d3c7e80f42\r\nOther: header"} {
		commit := facttest.Commit(someFacts()...)
		commit.CommandId = id
		if diff := cmp.Diff(map[string]string{"Pz-Facts": "resumed,needs_recorded"}, fact.Headers(commit)); diff != "" {
			t.Errorf("headers of command id %q (-want +got):\n%s", id, diff)
		}
	}
}
