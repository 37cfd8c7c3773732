package server_test

import (
	"context"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/testing/protocmp"

	"percorsi/internal/access"
	casefilev1 "percorsi/internal/gen/percorsi/casefile/v1"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	"percorsi/services/percorsi/server"
	"percorsi/services/percorsi/server/servertest"
)

// readings is how often somebody records in one process and reads in another.
const readings = 500

// TestWhatOneProcessRecordsIsReadInAnotherAtOnce lets one process record, which
// has nothing to do with the read model, a second one write the read model, and
// a third one read it.
func TestWhatOneProcessRecordsIsReadInAnotherAtOnce(t *testing.T) {
	g := servertest.NewGroupOnPostgres(t)
	keeps := g.Start(server.Projector)
	records := g.Start(server.Intake, server.Assessment, server.Person)
	reads := officeOn(g.Start(server.CaseFile))

	desk := records.As(access.Coordinator, "op.3", body)
	j := servertest.NewJourney(t, desk)
	j.Do("2025-01-15", toSELF(servertest.Register(t, desk, "Moretti")))
	opened := j.Last.GetPosition()
	watched := watchAll(t, reads, j.Case, opened, 1+readings)
	j.Do("2025-02-01", &eventv1.TakenInCharge{})
	for i := range readings {
		j.Do("2025-02-02", &eventv1.NeedsRecorded{Needs: []eventv1.Need{eventv1.Need(1 + i%10)}})
		c := reads.wantShown(t, j)
		if got := c.GetNeeds(); len(got) != 1 || got[0] != eventv1.Need(1+i%10) {
			t.Fatalf("recorded at %d, change %d is read as %v", j.Last.GetPosition(), i+1, got)
		}
	}
	seen, ok := <-watched
	if !ok {
		t.Fatal("the watch ended early")
	}
	if diff := gocmp.Diff(reads.history(t, reads.coordinator, j.Case)[1:], seen, protocmp.Transform()); diff != "" {
		t.Errorf("watched otherwise than the history (-history +watched):\n%s", diff)
	}
	reconcile(t, keeps.As(access.Administrator, "op.5", "UFFICIO-DI-PIANO"))
}

// watchAll watches a case from a position on until it was told n facts, and
// hands them over.
func watchAll(t *testing.T, o *office, file string, after uint64, n int) <-chan []*casefilev1.HistoryEntry {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	stream, err := casefilev1.NewCaseFileServiceClient(o.coordinator).WatchCase(ctx, &casefilev1.WatchCaseRequest{CaseId: file, AfterPosition: after})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(cancel)
	out := make(chan []*casefilev1.HistoryEntry, 1)
	go func() {
		defer close(out)
		defer cancel()
		var seen []*casefilev1.HistoryEntry
		for len(seen) < n {
			r, err := stream.Recv()
			if err != nil {
				if ctx.Err() == nil {
					t.Errorf("watch the case: %v", err)
				}
				return
			}
			seen = append(seen, r.GetEntry())
		}
		out <- seen
	}()
	return out
}
