package client_test

import (
	"strings"
	"testing"

	"google.golang.org/protobuf/proto"

	"percorsi/internal/client"
	"percorsi/internal/fact"
	"percorsi/internal/fact/facttest"
	casefilev1 "percorsi/internal/gen/percorsi/casefile/v1"
	personv1 "percorsi/internal/gen/percorsi/person/v1"
)

// firstOfOtherStreams is the number from which on facts belong to people and
// plans.
const firstOfOtherStreams = 200

func TestEveryFactOfACaseHasItsCall(t *testing.T) {
	calls, err := client.ReadRecordings()
	if err != nil {
		t.Fatal(err)
	}
	for _, kind := range facttest.Kinds() {
		content := fact.Unwrap(facttest.Filled(kind))
		method, request, err := calls.Ask(&casefilev1.Command{CommandId: "c"}, content)
		if kind.Number() >= firstOfOtherStreams || kind.Name() == "clash_settled" { // which a command has beside its fact
			if err == nil {
				t.Errorf("%s has the call of a case, %s", kind.Name(), method)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", kind.Name(), err)
			continue
		}
		if !strings.HasPrefix(method, "/percorsi.") {
			t.Errorf("%s is recorded by %q, want a method of the API", kind.Name(), method)
		}
		fields := request.ProtoReflect().Descriptor().Fields()
		if got := request.ProtoReflect().Get(fields.ByName("fact")).Message().Interface(); !proto.Equal(got, content) {
			t.Errorf("the request for %s holds another fact", kind.Name())
		}
	}
}

func TestWhatIsNoFactHasNoCall(t *testing.T) {
	calls, err := client.ReadRecordings()
	if err != nil {
		t.Fatal(err)
	}
	if method, _, err := calls.Ask(&casefilev1.Command{}, &personv1.Person{}); err == nil {
		t.Errorf("a person is recorded by %s", method)
	}
}
