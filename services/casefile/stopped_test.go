package casefile_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"google.golang.org/protobuf/proto"

	"percorsi/internal/access"
	"percorsi/internal/casework"
	"percorsi/internal/casework/casetest"
	"percorsi/internal/eventlog"
	"percorsi/internal/fact"
	"percorsi/internal/fault"
	casefilev1 "percorsi/internal/gen/percorsi/casefile/v1"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	"percorsi/internal/readmodel"
	"percorsi/internal/readmodel/memory"
	"percorsi/services/casefile"
)

var stoppedAt = time.Date(2026, 3, 1, 10, 30, 0, 0, time.UTC)

// fold folds a case, and then a commit of it that nobody can read.
func fold(t *testing.T, m *memory.Model, commits []*eventv1.Commit, poison bool) {
	t.Helper()
	var batch []readmodel.Delivery
	add := func(data []byte) {
		batch = append(batch, readmodel.Decode(eventlog.Record{
			Position: eventlog.Position(len(batch) + 1), Stream: eventlog.Stream(commits[0].GetStream()), Data: data, StoredAt: stoppedAt,
		}))
	}
	for _, c := range commits {
		data, err := fact.Encode(c)
		if err != nil {
			t.Fatal(err)
		}
		add(data)
	}
	if poison {
		add([]byte{0xff})
	}
	if err := m.Apply(t.Context(), batch); err != nil {
		t.Fatal(err)
	}
}

// oneCase gives the commits of one case of a district, and its id.
func oneCase(t *testing.T, seed uint64) (string, []*eventv1.Commit) {
	t.Helper()
	all := casetest.District(seed, 10)
	i := slices.IndexFunc(all, func(c *eventv1.Commit) bool { return strings.HasPrefix(c.GetStream(), readmodel.CaseStream+".") })
	stream := all[i].GetStream()
	var commits []*eventv1.Commit
	for _, c := range all {
		if c.GetStream() == stream {
			commits = append(commits, c)
		}
	}
	return strings.TrimPrefix(stream, readmodel.CaseStream+"."), commits
}

func serve(m *memory.Model) *casefile.Server {
	return casefile.NewServer(casefile.Config{Model: m, Today: func() casework.Day { return 21_000 }})
}

func newModel() *memory.Model {
	return memory.New(memory.Config{Today: func() casework.Day { return 21_000 }})
}

func TestACaseThatStoppedSaysSoAndIsShownAsItWasBefore(t *testing.T) {
	id, commits := oneCase(t, 3)
	before, after := newModel(), newModel()
	fold(t, before, commits, false)
	fold(t, after, commits, true)
	planner := access.WithCaller(t.Context(), access.Caller{User: "op.1", Role: access.Planner, Body: "UFFICIO-DI-PIANO"})
	want, err := serve(before).GetCase(planner, &casefilev1.GetCaseRequest{CaseId: id})
	if err != nil || want.GetCase().GetStopped() != nil {
		t.Fatalf("before: %v, %v", want.GetCase().GetStopped(), err)
	}
	got, err := serve(after).GetCase(planner, &casefilev1.GetCaseRequest{CaseId: id})
	if err != nil {
		t.Fatal(err)
	}
	stopped := got.GetCase().GetStopped()
	if int(stopped.GetPosition()) != len(commits)+1 || !stopped.GetSince().AsTime().Equal(stoppedAt) ||
		!strings.Contains(stopped.GetNote(), "ask the administrator") {
		t.Errorf("%v", stopped)
	}
	q, _, err := after.QuarantineOf(t.Context(), eventlog.Stream(commits[0].GetStream()))
	if err != nil || q.Reason == "" || strings.Contains(stopped.String(), q.Reason) {
		t.Errorf("the reason is for the operator: %q in %v, %v", q.Reason, stopped, err)
	}
	got.Case.Stopped = nil
	if !proto.Equal(got.GetCase(), want.GetCase()) {
		t.Error("it is not shown as it was before")
	}
}

func TestWhoSeesOnlyTheOutlineIsToldTooThatACaseStopped(t *testing.T) {
	for seed := range uint64(30) {
		id, commits := oneCase(t, seed)
		m := newModel()
		fold(t, m, commits, true)
		state, err := m.Case(t.Context(), uuid.MustParse(id))
		if err != nil {
			t.Fatal(err)
		}
		for _, body := range append(slices.Clone(state.Bodies), state.SignalledBy) {
			caller := access.Caller{User: "op.2", Role: access.ReportingBody, Body: body}
			if body == "" || !access.Sees(caller, state) || access.ReadsFile(caller, state) {
				continue
			}
			got, err := serve(m).GetCase(access.WithCaller(t.Context(), caller), &casefilev1.GetCaseRequest{CaseId: id})
			if err != nil || got.GetCase().GetStopped() == nil {
				t.Errorf("%s: %v, %v", body, got.GetCase().GetStopped(), err)
			}
			return
		}
	}
	t.Fatal("no body sees the outline of any of these cases")
}

// deaf is a model whose database does not answer about quarantine.
type deaf struct{ *memory.Model }

func (deaf) QuarantineOf(context.Context, eventlog.Stream) (readmodel.Quarantine, bool, error) {
	return readmodel.Quarantine{}, false, fault.New(fault.Unavailable, "nothing can be read at the moment")
}

func TestACaseIsNotShownAsWholeWhereThatIsNotKnown(t *testing.T) {
	id, commits := oneCase(t, 3)
	m := newModel()
	fold(t, m, commits, false)
	planner := access.WithCaller(t.Context(), access.Caller{User: "op.1", Role: access.Planner, Body: "UFFICIO-DI-PIANO"})
	s := casefile.NewServer(casefile.Config{Model: deaf{m}, Today: func() casework.Day { return 21_000 }})
	if _, err := s.GetCase(planner, &casefilev1.GetCaseRequest{CaseId: id}); fault.KindOf(err) != fault.Unavailable || err == nil {
		t.Errorf("%v", err)
	}
}
