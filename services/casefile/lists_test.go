package casefile_test

import (
	"testing"

	"github.com/google/uuid"

	"percorsi/deploy/clocks"
	"percorsi/internal/access"
	"percorsi/internal/casework"
	"percorsi/internal/casework/casetest"
	"percorsi/internal/casework/clockfile"
	"percorsi/internal/eventlog"
	"percorsi/internal/fact"
	casefilev1 "percorsi/internal/gen/percorsi/casefile/v1"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	"percorsi/internal/readmodel"
	"percorsi/internal/readmodel/memory"
)

// opened folds n cases of ADI that were just opened, after those that are there.
func opened(t *testing.T, m *memory.Model, n int) {
	t.Helper()
	at, err := m.Position(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	c := casetest.Story(1, eventv1.Pathway_PATHWAY_ADI)[0]
	var batch []readmodel.Delivery
	for range n {
		c.CommandId, c.CommitId = uuid.NewString(), uuid.NewString()
		c.Stream = readmodel.CaseStream + "." + c.GetCommandId()
		data, err := fact.Encode(c)
		if err != nil {
			t.Fatal(err)
		}
		at++
		batch = append(batch, readmodel.Decode(eventlog.Record{
			Position: eventlog.Position(at), Stream: eventlog.Stream(c.GetStream()), Data: data, StoredAt: stoppedAt,
		}))
	}
	if err := m.Apply(t.Context(), batch); err != nil {
		t.Fatal(err)
	}
}

func TestListsSayThatMoreMatchThanAreCounted(t *testing.T) {
	rules, err := clockfile.Read(clocks.YAML())
	if err != nil {
		t.Fatal(err)
	}
	m := memory.New(memory.Config{Clocks: rules, Today: func() casework.Day { return 21_000 }})
	server := serve(m)
	ctx := access.WithCaller(t.Context(), access.Caller{User: "op.1", Role: access.Planner, Body: "UFFICIO-DI-PIANO"})
	for _, c := range []struct {
		opened int
		more   bool
	}{{readmodel.CountedTo, false}, {1, true}} {
		opened(t, m, c.opened)
		cases, err := server.ListCases(ctx, &casefilev1.ListCasesRequest{})
		if err != nil {
			t.Fatal(err)
		}
		if cases.GetTotal() != readmodel.CountedTo || cases.GetMoreThanTotal() != c.more {
			t.Errorf("cases: %d, more %v, want more %v", cases.GetTotal(), cases.GetMoreThanTotal(), c.more)
		}
		work, err := server.ListClocks(ctx, &casefilev1.ListClocksRequest{Clock: "T120"})
		if err != nil {
			t.Fatal(err)
		}
		if work.GetTotal() != readmodel.CountedTo || work.GetMoreThanTotal() != c.more {
			t.Errorf("work list: %d, more %v, want more %v", work.GetTotal(), work.GetMoreThanTotal(), c.more)
		}
	}
}
