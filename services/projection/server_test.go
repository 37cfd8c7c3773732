package projection_test

import (
	"context"
	"errors"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/status"
	"google.golang.org/grpc/test/bufconn"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/testing/protocmp"
	"google.golang.org/protobuf/types/known/durationpb"

	"percorsi/internal/access"
	"percorsi/internal/casework"
	"percorsi/internal/client"
	"percorsi/internal/eventlog"
	"percorsi/internal/eventlog/memlog"
	"percorsi/internal/fault"
	projectionv1 "percorsi/internal/gen/percorsi/projection/v1"
	"percorsi/internal/readmodel"
	"percorsi/internal/rpc"
	"percorsi/services/projection"
)

const caseID = "0190a1b2-7c3d-7e4f-8a5b-6c7d8e9f0a1b"

// tables is a read model that is kept, as far as a test says.
type tables struct {
	rebuild   func(context.Context, readmodel.RebuildOptions, func(readmodel.Progressing)) (readmodel.Rebuilt, error)
	reconcile func(context.Context, func(readmodel.Progressing)) (readmodel.Reconciled, error)
	repair    func(context.Context, casework.CaseID) (readmodel.Repaired, error)
	log       eventlog.Reader // what the last work was given
}

var _ projection.Tables = (*tables)(nil)

func (w *tables) Rebuild(ctx context.Context, log eventlog.Reader, o readmodel.RebuildOptions, report func(readmodel.Progressing)) (readmodel.Rebuilt, error) {
	w.log = log
	return w.rebuild(ctx, o, report)
}

func (w *tables) Reconcile(ctx context.Context, log eventlog.Reader, report func(readmodel.Progressing)) (readmodel.Reconciled, error) {
	w.log = log
	return w.reconcile(ctx, report)
}

func (w *tables) Repair(ctx context.Context, id casework.CaseID) (readmodel.Repaired, error) {
	return w.repair(ctx, id)
}

// serve boots the service behind the edge that it has in the program. Tokens
// are the words of roles.
func serve(t *testing.T, cfg projection.Config) func(access.Role) projectionv1.ProjectionServiceClient {
	t.Helper()
	server, err := rpc.NewServer(rpc.Config{Verify: func(token string) (access.Caller, error) {
		return access.Caller{User: "op.1", Role: access.Role(token), Body: "UFFICIO-DI-PIANO"}, nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	projectionv1.RegisterProjectionServiceServer(server, projection.NewServer(cfg))
	line := bufconn.Listen(1 << 20)
	go func() { _ = server.Serve(line) }()
	t.Cleanup(server.Stop)
	return func(role access.Role) projectionv1.ProjectionServiceClient {
		conn, err := grpc.NewClient("passthrough:///memory", grpc.WithTransportCredentials(insecure.NewCredentials()),
			grpc.WithPerRPCCredentials(client.Bearer(role)),
			grpc.WithContextDialer(func(ctx context.Context, _ string) (net.Conn, error) { return line.DialContext(ctx) }))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = conn.Close() })
		return projectionv1.NewProjectionServiceClient(conn)
	}
}

// kept serves tables.
func kept(t *testing.T, w *tables) projectionv1.ProjectionServiceClient {
	t.Helper()
	p, m := following(t, memlog.New(time.Now))
	return serve(t, projection.Config{Projector: p, Model: m, Tables: w, Log: memlog.New(time.Now)})(access.Administrator)
}

// all receives until the stream ends.
func all[T any](s grpc.ServerStreamingClient[T], err error) ([]*T, error) {
	var out []*T
	for {
		if err != nil {
			return out, err
		}
		var m *T
		if m, err = s.Recv(); errors.Is(err, io.EOF) {
			return out, nil
		}
		if err == nil {
			out = append(out, m)
		}
	}
}

func equal(t *testing.T, got, want proto.Message) {
	t.Helper()
	if diff := cmp.Diff(want, got, protocmp.Transform()); diff != "" {
		t.Errorf("(- want, + got):\n%s", diff)
	}
}

func TestARebuildTellsHowFarItIsAndWhatCameOfIt(t *testing.T) {
	told := make(chan struct{})
	w := &tables{rebuild: func(_ context.Context, o readmodel.RebuildOptions, report func(readmodel.Progressing)) (readmodel.Rebuilt, error) {
		report(readmodel.Progressing{Phase: "fold the log", Done: 250, Total: 1000, PerSecond: 50, Left: 15 * time.Second})
		<-told
		return readmodel.Rebuilt{
			Position: 1000, Facts: 1800, Cases: 90, Took: 20 * time.Second, PerSecond: 90, Resumed: !o.Afresh, Swapped: true,
			Total: 1, Differences: []readmodel.Difference{{Stream: "case." + caseID, What: "was not there"}},
		}, nil
	}}
	stream, err := kept(t, w).Rebuild(t.Context(), &projectionv1.RebuildRequest{})
	if err != nil {
		t.Fatal(err)
	}
	first, err := stream.Recv()
	if err != nil {
		t.Fatal(err)
	}
	equal(t, first.GetProgress(), &projectionv1.Progress{
		Phase: "fold the log", Done: 250, Total: 1000, PerSecond: 50, Left: durationpb.New(15 * time.Second),
	})
	close(told)
	rest, err := all(stream, nil)
	if err != nil {
		t.Fatal(err)
	}
	equal(t, rest[len(rest)-1].GetRebuilt(), &projectionv1.Rebuilt{
		Position: 1000, Facts: 1800, Cases: 90, Took: durationpb.New(20 * time.Second), PerSecond: 90, Resumed: true, Swapped: true,
		Total: 1, Differences: []*projectionv1.Difference{{Stream: "case." + caseID, What: "was not there"}},
	})
	if w.log == nil {
		t.Error("it was not given the log")
	}
}

func TestARebuildCanBeginAfresh(t *testing.T) {
	var afresh bool
	w := &tables{rebuild: func(_ context.Context, o readmodel.RebuildOptions, _ func(readmodel.Progressing)) (readmodel.Rebuilt, error) {
		afresh = o.Afresh
		return readmodel.Rebuilt{}, nil
	}}
	if _, err := all(kept(t, w).Rebuild(t.Context(), &projectionv1.RebuildRequest{Afresh: true})); err != nil || !afresh {
		t.Errorf("afresh %t, %v", afresh, err)
	}
}

func TestWhoHangsUpCancelsTheRebuild(t *testing.T) {
	begun, ended := make(chan struct{}), make(chan error, 1)
	w := &tables{rebuild: func(ctx context.Context, _ readmodel.RebuildOptions, report func(readmodel.Progressing)) (readmodel.Rebuilt, error) {
		report(readmodel.Progressing{Phase: "fold the log"})
		close(begun)
		<-ctx.Done()
		ended <- ctx.Err()
		return readmodel.Rebuilt{}, ctx.Err()
	}}
	c := kept(t, w)
	ctx, hangUp := context.WithCancel(t.Context())
	if _, err := c.Rebuild(ctx, &projectionv1.RebuildRequest{}); err != nil {
		t.Fatal(err)
	}
	<-begun
	during, err := c.GetStatus(t.Context(), &projectionv1.GetStatusRequest{})
	if err != nil || during.GetRebuilding().GetPhase() != "fold the log" {
		t.Errorf("the status meanwhile: %v, %v", during, err)
	}
	hangUp()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("it ended with %v", err)
	}
	for { // the slot is free as soon as the work has ended
		after, err := c.GetStatus(t.Context(), &projectionv1.GetStatusRequest{})
		if err != nil {
			t.Fatal(err)
		}
		if after.GetRebuilding() == nil {
			return
		}
	}
}

func TestASecondRebuildOfTheSameServerIsRefused(t *testing.T) {
	begun, goOn := make(chan struct{}), make(chan struct{})
	w := &tables{rebuild: func(context.Context, readmodel.RebuildOptions, func(readmodel.Progressing)) (readmodel.Rebuilt, error) {
		close(begun)
		<-goOn
		return readmodel.Rebuilt{}, nil
	}}
	c := kept(t, w)
	first, err := c.Rebuild(t.Context(), &projectionv1.RebuildRequest{})
	if err != nil {
		t.Fatal(err)
	}
	<-begun
	_, err = all(c.Rebuild(t.Context(), &projectionv1.RebuildRequest{}))
	if status.Code(err) != codes.FailedPrecondition || !strings.Contains(err.Error(), "projections status") {
		t.Errorf("%v", err)
	}
	close(goOn)
	if _, err := all(first, nil); err != nil {
		t.Error(err)
	}
}

func TestARebuildThatFailsSaysSoAndLetsTheNextOneBegin(t *testing.T) {
	fails := true
	w := &tables{rebuild: func(context.Context, readmodel.RebuildOptions, func(readmodel.Progressing)) (readmodel.Rebuilt, error) {
		if fails {
			return readmodel.Rebuilt{}, fault.New(fault.Unavailable, "the disk of the database is full")
		}
		return readmodel.Rebuilt{Position: 7}, nil
	}}
	c := kept(t, w)
	if _, err := all(c.Rebuild(t.Context(), &projectionv1.RebuildRequest{})); status.Code(err) != codes.Unavailable || !strings.Contains(err.Error(), "disk") {
		t.Errorf("%v", err)
	}
	fails = false
	if steps, err := all(c.Rebuild(t.Context(), &projectionv1.RebuildRequest{})); err != nil || steps[len(steps)-1].GetRebuilt().GetPosition() != 7 {
		t.Errorf("%v, %v", steps, err)
	}
}

func TestARebuildThatPanicsLetsTheNextOneBegin(t *testing.T) {
	panics := true
	w := &tables{rebuild: func(context.Context, readmodel.RebuildOptions, func(readmodel.Progressing)) (readmodel.Rebuilt, error) {
		if panics {
			panic("a mistake")
		}
		return readmodel.Rebuilt{Position: 7}, nil
	}}
	c := kept(t, w)
	if _, err := all(c.Rebuild(t.Context(), &projectionv1.RebuildRequest{})); status.Code(err) != codes.Internal {
		t.Errorf("%v", err)
	}
	panics = false
	if _, err := all(c.Rebuild(t.Context(), &projectionv1.RebuildRequest{})); err != nil {
		t.Error(err)
	}
}

func TestAComparisonTellsEveryDifferenceItNames(t *testing.T) {
	w := &tables{reconcile: func(_ context.Context, report func(readmodel.Progressing)) (readmodel.Reconciled, error) {
		report(readmodel.Progressing{Phase: "compare", Done: 1})
		return readmodel.Reconciled{
			Position: 1000, Cases: 90, Facts: 1800, Total: 102,
			Differences: []readmodel.Difference{{Stream: "case." + caseID, Table: "clocks", What: "a row is missing"}},
		}, nil
	}}
	steps, err := all(kept(t, w).Reconcile(t.Context(), &projectionv1.ReconcileRequest{}))
	if err != nil {
		t.Fatal(err)
	}
	equal(t, steps[len(steps)-1].GetReconciled(), &projectionv1.Reconciled{
		Position: 1000, Cases: 90, Facts: 1800, Total: 102,
		Differences: []*projectionv1.Difference{{Stream: "case." + caseID, Table: "clocks", What: "a row is missing"}},
	})
}

func TestACaseIsRepairedByItsID(t *testing.T) {
	var asked casework.CaseID
	w := &tables{repair: func(_ context.Context, id casework.CaseID) (readmodel.Repaired, error) {
		asked = id
		return readmodel.Repaired{Changed: true, Reason: "fact 3 is of a kind that is not known"}, nil
	}}
	got, err := kept(t, w).Repair(t.Context(), &projectionv1.RepairRequest{CaseId: caseID})
	if err != nil {
		t.Fatal(err)
	}
	equal(t, got, &projectionv1.RepairResponse{Changed: true, Reason: "fact 3 is of a kind that is not known"})
	if asked.String() != caseID {
		t.Errorf("%s was asked for", asked)
	}
	if _, err := kept(t, w).Repair(t.Context(), &projectionv1.RepairRequest{CaseId: "the first one"}); status.Code(err) != codes.InvalidArgument {
		t.Errorf("%v", err)
	}
}

func TestAReadModelInMemoryHasNothingToMend(t *testing.T) {
	p, m := following(t, memlog.New(time.Now))
	c := serve(t, projection.Config{Projector: p, Model: m})(access.Administrator)
	_, rebuild := all(c.Rebuild(t.Context(), &projectionv1.RebuildRequest{}))
	_, reconcile := all(c.Reconcile(t.Context(), &projectionv1.ReconcileRequest{}))
	_, repair := c.Repair(t.Context(), &projectionv1.RepairRequest{CaseId: caseID})
	for name, err := range map[string]error{"rebuild": rebuild, "reconcile": reconcile, "repair": repair} {
		if s := status.Convert(err); s.Code() != codes.FailedPrecondition || !strings.Contains(s.Message(), "in memory") || !strings.Contains(s.Message(), "every start") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestThePlannerLooksAndDoesNotTouch(t *testing.T) {
	p, m := following(t, memlog.New(time.Now))
	c := serve(t, projection.Config{Projector: p, Model: m, Tables: &tables{}})(access.Planner)
	if _, err := c.GetStatus(t.Context(), &projectionv1.GetStatusRequest{}); err != nil {
		t.Error(err)
	}
	_, rebuild := all(c.Rebuild(t.Context(), &projectionv1.RebuildRequest{}))
	_, reconcile := all(c.Reconcile(t.Context(), &projectionv1.ReconcileRequest{}))
	_, repair := c.Repair(t.Context(), &projectionv1.RepairRequest{CaseId: caseID})
	for name, err := range map[string]error{"rebuild": rebuild, "reconcile": reconcile, "repair": repair} {
		if status.Code(err) != codes.PermissionDenied {
			t.Errorf("%s: %v", name, err)
		}
	}
}
