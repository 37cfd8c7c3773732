package server_test

import (
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"

	"github.com/google/uuid"

	"percorsi/internal/access"
	casefilev1 "percorsi/internal/gen/percorsi/casefile/v1"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	"percorsi/services/percorsi/server/servertest"
)

const (
	// watchedFacts is how many facts are recorded under a watcher.
	watchedFacts = 10_000
	// watchedWriters record them, one of them two with each commit.
	watchedWriters = 8
	// mostSeen is how many facts a connection lasts at most.
	mostSeen = 100
)

// TestAWatcherThatIsCutOffAgainAndAgainSeesEachFactOnce records facts on one
// case while the connection of its watcher is cut, who comes back with the token
// of the last fact seen.
func TestAWatcherThatIsCutOffAgainAndAgainSeesEachFactOnce(t *testing.T) {
	facts := watchedFacts
	if testing.Short() {
		facts /= 20
	}
	o := openOffice(t)
	j := o.open(t, toSELF(servertest.Register(t, o.manager, "Osserva")))
	o.get(t, o.manager, j.Case) // who watches from the beginning has seen the case
	var writers sync.WaitGroup
	each := facts / (watchedWriters + 1)
	for i := range watchedWriters - 1 {
		writers.Go(func() { callOften(t, o, i, j.Case, each) })
	}
	writers.Go(func() { settleOften(t, o, j.Case, each) })
	total := 2 + (watchedWriters-1)*each + 2*each - 1 // the first needs clash with none

	w := &watcher{t: t, o: o, file: j.Case, wire: servertest.NewWire(t, o.Addr())}
	dice := rand.New(rand.NewPCG(seeded(t), 0))
	for len(w.seen) < total && !t.Failed() {
		w.watch(min(1+dice.IntN(mostSeen), total-len(w.seen)))
	}
	writers.Wait()
	t.Logf("%d facts over %d connections", len(w.seen), w.connections)
	want := o.history(t, o.manager, j.Case)
	if len(want) != total || len(w.seen) != total {
		t.Fatalf("%d facts were recorded, %d seen, of %d", len(want), len(w.seen), total)
	}
	for i, e := range want {
		if got := w.seen[i]; got.GetPosition() != e.GetPosition() || got.GetIndex() != e.GetIndex() || got.GetType() != e.GetType() {
			t.Fatalf("fact %d of the history is %s, seen is %s", i, placed(e), placed(got))
		}
	}
}

func placed(e *casefilev1.HistoryEntry) string {
	return fmt.Sprintf("%s at %d.%d", e.GetType(), e.GetPosition(), e.GetIndex())
}

// watcher watches a case over a wire.
type watcher struct {
	t           *testing.T
	o           *office
	file        string
	wire        *servertest.Wire
	token       string
	seen        []*casefilev1.HistoryEntry
	connections int
}

// watch makes a connection, sees so many facts, and is cut off. What came before
// the cut and was not read yet is lost to the watcher.
func (w *watcher) watch(n int) {
	w.t.Helper()
	issuer := w.o.Issuer()
	conn := servertest.Connect(w.t, w.wire.Addr(), issuer, access.Caller{User: "op.1", Role: access.CaseManager, Body: body})
	defer func() { _ = conn.Close() }()
	w.connections++
	next := watchCase(w.t, conn, &casefilev1.WatchCaseRequest{CaseId: w.file, Resume: w.token})
	for range n {
		r, err := next()
		if err != nil {
			w.t.Errorf("resumed after %d facts with %q: %v", len(w.seen), w.token, err)
			return
		}
		w.seen, w.token = append(w.seen, r.GetEntry()), r.GetToken()
	}
	w.wire.Cut()
}

// callOften records attempts to reach a person.
func callOften(t *testing.T, o *office, i int, file string, n int) {
	conn := o.as(access.CaseManager, fmt.Sprintf("op.%d", 300+i), body)
	for range n {
		if _, err := servertest.Send(t, conn, &casefilev1.Command{
			CommandId: uuid.NewString(), CaseId: file, OccurredOn: "2025-02-02",
		}, &eventv1.ContactAttempted{Channel: eventv1.Channel_CHANNEL_PHONE}); err != nil {
			t.Errorf("record a call: %v", err)
			return
		}
	}
}

// settleOften records needs, each over those before: two facts with a commit.
func settleOften(t *testing.T, o *office, file string, n int) {
	conn := o.as(access.CaseManager, "op.399", body)
	var seen, current uint64
	for i := range n {
		command := &casefilev1.Command{CommandId: uuid.NewString(), CaseId: file, OccurredOn: "2025-02-02", Revision: current}
		if i > 0 {
			command.Choice = &casefilev1.ClashChoice{
				Kind: eventv1.ChoiceKind_CHOICE_KIND_MERGED, SeenRevision: seen, Reason: plain("sentita la famiglia"),
			}
		}
		answer, err := servertest.Send(t, conn, command, &eventv1.NeedsRecorded{Needs: []eventv1.Need{eventv1.Need(1 + i%10)}})
		if err != nil {
			t.Errorf("settle needs: %v", err)
			return
		}
		seen, current = current, answer.GetRevision()
	}
}
