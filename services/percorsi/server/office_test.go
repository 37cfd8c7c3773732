package server_test

import (
	"context"
	"slices"
	"testing"

	"google.golang.org/grpc"
	"google.golang.org/protobuf/proto"

	"percorsi/internal/access"
	casefilev1 "percorsi/internal/gen/percorsi/casefile/v1"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	eventlogv1 "percorsi/internal/gen/percorsi/eventlog/v1"
	indicatorv1 "percorsi/internal/gen/percorsi/indicator/v1"
	projectionv1 "percorsi/internal/gen/percorsi/projection/v1"
	"percorsi/internal/testenv/postgres"
	"percorsi/services/percorsi/server"
	"percorsi/services/percorsi/server/servertest"
)

// The Comune and the body that the cases of these tests belong to.
const (
	comune = "098031"
	body   = "ACSI"
)

// office is a server that runs and the people who work with it, or with it and
// the others of its group.
type office struct {
	*servertest.Running
	as       connector
	patience int // see colleague

	manager, member, coordinator, planner, administrator grpc.ClientConnInterface
	// ward and provider are the reporting bodies of discharges.
	ward, provider grpc.ClientConnInterface
}

func openOffice(t *testing.T) *office {
	t.Helper()
	return officeOn(servertest.Start(t, t.TempDir()))
}

// onBothBackends runs a test in an office with its read model in memory, and in
// one with it in PostgreSQL, which must then say what the log says.
func onBothBackends(t *testing.T, test func(*testing.T, *office)) {
	t.Run("in memory", func(t *testing.T) { test(t, openOffice(t)) })
	t.Run("in PostgreSQL", func(t *testing.T) {
		database := postgres.Database(t)
		o := officeOn(servertest.Start(t, t.TempDir(), func(c *server.Config) { c.Postgres = database }))
		test(t, o)
		reconcile(t, o.administrator)
	})
}

// connector connects people: to one server, or to the servers of a group.
type connector func(role access.Role, user, body string) grpc.ClientConnInterface

func officeOn(r *servertest.Running) *office {
	return officeBy(r, func(role access.Role, user, body string) grpc.ClientConnInterface { return r.As(role, user, body) })
}

func officeBy(r *servertest.Running, as connector) *office {
	return &office{
		Running:       r,
		as:            as,
		manager:       as(access.CaseManager, "op.1", body),
		member:        as(access.TeamMember, "op.2", body),
		coordinator:   as(access.Coordinator, "op.3", body),
		planner:       as(access.Planner, "op.4", "UFFICIO-DI-PIANO"),
		administrator: as(access.Administrator, "op.5", "UFFICIO-DI-PIANO"),
		ward:          as(access.ReportingBody, "op.6", "COT-LODI"),
		provider:      as(access.ReportingBody, "op.7", "COOP-AURORA"),
	}
}

// last is the last position of the log.
func (o *office) last(t *testing.T) uint64 {
	t.Helper()
	p, err := o.Log().Last(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return uint64(p)
}

// count is what a figure counts.
type count struct{ Numerator, Denominator, Unknown int64 }

// figures gives all figures of 2025 that cover the whole log.
func (o *office) figures(t *testing.T) map[string]count {
	t.Helper()
	answer, err := indicatorv1.NewIndicatorServiceClient(o.planner).ListFigures(t.Context(),
		&indicatorv1.ListFiguresRequest{Period: "2025", MinPosition: o.last(t)})
	if err != nil {
		t.Fatalf("list the figures: %v", err)
	}
	out := map[string]count{}
	for _, f := range answer.GetFigures() {
		out[f.GetId()] = count{f.GetNumerator(), f.GetDenominator(), f.GetUnknown()}
	}
	return out
}

// moved gives the figures that changed, and by how much.
func moved(before, after map[string]count) map[string]count {
	out := map[string]count{}
	for id, now := range after {
		was := before[id]
		d := count{now.Numerator - was.Numerator, now.Denominator - was.Denominator, now.Unknown - was.Unknown}
		if d != (count{}) {
			out[id] = d
		}
	}
	return out
}

// get reads a case that covers the whole log.
func (o *office) get(t *testing.T, conn grpc.ClientConnInterface, id string) *casefilev1.Case {
	t.Helper()
	answer, err := casefilev1.NewCaseFileServiceClient(conn).GetCase(t.Context(),
		&casefilev1.GetCaseRequest{CaseId: id, MinPosition: o.last(t)})
	if err != nil {
		t.Fatalf("get the case: %v", err)
	}
	return answer.GetCase()
}

// history reads all facts of a case, page by page.
func (o *office) history(t *testing.T, conn grpc.ClientConnInterface, id string) []*casefilev1.HistoryEntry {
	t.Helper()
	entries, err := historyOf(t.Context(), conn, id, o.last(t))
	if err != nil {
		t.Fatalf("read the history: %v", err)
	}
	return entries
}

func historyOf(ctx context.Context, conn grpc.ClientConnInterface, id string, at uint64) ([]*casefilev1.HistoryEntry, error) {
	var out []*casefilev1.HistoryEntry
	r := &casefilev1.GetHistoryRequest{CaseId: id, MinPosition: at, PageSize: 500}
	for {
		page, err := casefilev1.NewCaseFileServiceClient(conn).GetHistory(ctx, r)
		if err != nil {
			return nil, err
		}
		out = append(out, page.GetEntries()...)
		if r.PageToken = page.GetNextPageToken(); r.GetPageToken() == "" {
			return out, nil
		}
	}
}

// verify reads the whole log and wants nothing wrong with it. It gives the last
// word on it.
func verify(t *testing.T, administrator grpc.ClientConnInterface) *eventlogv1.VerifyResponse {
	t.Helper()
	stream, err := eventlogv1.NewEventLogServiceClient(administrator).Verify(t.Context(), &eventlogv1.VerifyRequest{})
	if err != nil {
		t.Fatal(err)
	}
	for {
		word, err := stream.Recv()
		if err != nil {
			t.Fatalf("verify the log: %v", err)
		}
		if word.GetProblem() != "" {
			t.Errorf("the log has a problem: %s", word.GetProblem())
		}
		if !word.GetDone() {
			continue
		}
		if word.GetFacts() == 0 || word.GetPosition() != word.GetLast() {
			t.Errorf("the check did not read the log to its end: %v", word)
		}
		return word
	}
}

// reconcile compares the read model with the log and wants no difference. It
// gives what was compared.
func reconcile(t *testing.T, administrator grpc.ClientConnInterface) *projectionv1.Reconciled {
	t.Helper()
	stream, err := projectionv1.NewProjectionServiceClient(administrator).Reconcile(t.Context(), &projectionv1.ReconcileRequest{})
	if err != nil {
		t.Fatal(err)
	}
	for {
		step, err := stream.Recv()
		if err != nil {
			t.Fatalf("compare the read model with the log: %v", err)
		}
		done := step.GetReconciled()
		if done == nil {
			continue
		}
		if done.GetTotal() != 0 || done.GetPosition() == 0 {
			t.Errorf("the read model is not what the log says: %v", done)
		}
		return done
	}
}

// open begins a case of a person and takes it in charge.
func (o *office) open(t *testing.T, opening proto.Message) *servertest.Journey {
	t.Helper()
	j := servertest.NewJourney(t, o.coordinator)
	j.Do("2025-01-15", opening)
	j.Do("2025-02-01", &eventv1.TakenInCharge{})
	return j
}

// types gives the kinds of facts of a history in their order.
func types(entries []*casefilev1.HistoryEntry) []string {
	out := make([]string, 0, len(entries))
	for _, e := range entries {
		out = append(out, e.GetType())
	}
	return out
}

// sorted tells whether a history is in the order of the log.
func sorted(entries []*casefilev1.HistoryEntry) bool {
	return slices.IsSortedFunc(entries, func(a, b *casefilev1.HistoryEntry) int {
		if a.GetPosition() != b.GetPosition() {
			return int(a.GetPosition()) - int(b.GetPosition())
		}
		return int(a.GetIndex() - b.GetIndex())
	})
}
