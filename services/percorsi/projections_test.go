package main

import (
	"bytes"
	"context"
	"errors"
	"net"
	"os"
	"strings"
	"testing"
	"time"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/timestamppb"

	"percorsi/internal/access"
	"percorsi/internal/casework"
	"percorsi/internal/eventlog"
	casefilev1 "percorsi/internal/gen/percorsi/casefile/v1"
	projectionv1 "percorsi/internal/gen/percorsi/projection/v1"
	"percorsi/internal/readmodel"
	"percorsi/internal/rpc"
	"percorsi/services/projection"
	"percorsi/services/projector"
)

// script is a read model that does what a test says, behind the service of the
// program.
type script struct {
	status    projector.Status
	stopped   []readmodel.Quarantine
	rebuild   func(context.Context, func(readmodel.Progressing)) (readmodel.Rebuilt, error)
	reconcile readmodel.Reconciled
	repair    readmodel.Repaired
	afresh    bool
	repaired  casework.CaseID
	heard     heard
}

// heard is what a command says on the side, as far as somebody listens.
type heard struct{ words chan string }

func (h heard) Write(p []byte) (int, error) {
	select {
	case h.words <- string(p):
	default:
	}
	return len(p), nil
}

func (s *script) Status(context.Context) (projector.Status, error) { return s.status, nil }

func (s *script) Quarantined(context.Context, readmodel.Page) (readmodel.QuarantinePage, error) {
	return readmodel.QuarantinePage{Rows: s.stopped, Total: len(s.stopped)}, nil
}

func (s *script) Rebuild(ctx context.Context, _ eventlog.Reader, o readmodel.RebuildOptions, report func(readmodel.Progressing)) (readmodel.Rebuilt, error) {
	s.afresh = o.Afresh
	return s.rebuild(ctx, report)
}

func (s *script) Reconcile(context.Context, eventlog.Reader, func(readmodel.Progressing)) (readmodel.Reconciled, error) {
	return s.reconcile, nil
}

func (s *script) Repair(_ context.Context, id casework.CaseID) (readmodel.Repaired, error) {
	s.repaired = id
	return s.repair, nil
}

// play serves a script and gives what runs commands against it.
func play(t *testing.T, s *script, memory bool) func(ctx context.Context, args ...string) (out string, err error) {
	t.Helper()
	server, err := rpc.NewServer(rpc.Config{Verify: func(string) (access.Caller, error) {
		return access.Caller{User: "op.1", Role: access.Administrator, Body: operatorBody}, nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	cfg := projection.Config{Projector: s, Model: s, Tables: s}
	if memory {
		cfg.Tables = nil
	}
	projectionv1.RegisterProjectionServiceServer(server, projection.NewServer(cfg))
	var lc net.ListenConfig
	l, err := lc.Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go func() { _ = server.Serve(l) }()
	t.Cleanup(server.Stop)
	return func(ctx context.Context, args ...string) (string, error) {
		var out bytes.Buffer
		root := newRoot()
		root.SetOut(&out)
		root.SetErr(s.heard)
		root.SetArgs(append([]string{"--addr", l.Addr().String(), "--token", "a.b.c", "projections"}, args...))
		err := root.ExecuteContext(ctx)
		return out.String(), err
	}
}

func contains(t *testing.T, text string, wants ...string) {
	t.Helper()
	for _, want := range wants {
		if !strings.Contains(text, want) {
			t.Errorf("it does not say %q:\n%s", want, text)
		}
	}
}

func TestProjectionsStatusIsForPeopleAndForScripts(t *testing.T) {
	s := &script{
		status: projector.Status{
			Health: projector.Late, Leading: true, Position: 988, Last: 1000, Lag: 12, Behind: 7 * time.Second, Rate: 52.5, Facts: 4000, Quarantined: 1,
			Err: &eventlog.Gap{Position: 989},
		},
		stopped: []readmodel.Quarantine{{
			Stream: "case.0190a1b2-7c3d-7e4f-8a5b-6c7d8e9f0a1b", At: 44, Since: time.Now().Add(-time.Hour), Reason: "a fact of no kind", Waiting: 3,
		}},
	}
	do := play(t, s, false)
	out, err := do(t.Context(), "status")
	if err != nil {
		t.Fatal(err)
	}
	contains(t, out, "PostgreSQL; this server writes it", "late", "988 of 1000", "12 commits, the oldest 7s old", "52.5 facts a second",
		"no record at position 989", "1 stream\n", "case.0190a1b2-7c3d-7e4f-8a5b-6c7d8e9f0a1b", "(1h0m", "3 commits", "a fact of no kind")
	out, err = do(t.Context(), "status", "--json")
	var got projectionv1.GetStatusResponse
	if err != nil || protojson.Unmarshal([]byte(out), &got) != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if got.GetLag() != 12 || got.GetHealth() != projectionv1.Health_HEALTH_LATE || got.GetBehind().AsDuration() != 7*time.Second || len(got.GetStopped()) != 1 {
		t.Errorf("%v", &got)
	}
}

func TestEveryHealthIsPutIntoWords(t *testing.T) {
	for value := range projectionv1.Health_name {
		if h := projectionv1.Health(value); h != projectionv1.Health_HEALTH_UNSPECIFIED && healthWords[h] == "" {
			t.Errorf("%s has no words", h)
		}
	}
}

func TestTheStatusOfAModelInStepIsShort(t *testing.T) {
	var out strings.Builder
	s := &projectionv1.GetStatusResponse{Backend: projectionv1.Backend_BACKEND_MEMORY, Health: projectionv1.Health_HEALTH_LIVE, Position: 7, Last: 7}
	if err := printStatus(&out, s, time.Now()); err != nil {
		t.Fatal(err)
	}
	contains(t, out.String(), "in the memory of this server", "in step", "7 of 7", "nothing", "0 streams")
	for _, not := range []string{"trouble", "rebuild", "REASON"} {
		if strings.Contains(out.String(), not) {
			t.Errorf("it says %q:\n%s", not, out.String())
		}
	}
}

func TestTheStreamsThatStoppedGoOnOnAnotherPage(t *testing.T) {
	var out strings.Builder
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	s := &projectionv1.GetStatusResponse{
		Quarantined: 2, NextPageToken: "LA", Stopped: []*projectionv1.StoppedStream{{Stream: "case.1", At: 44, Since: timestamppb.New(now.Add(-90 * time.Second))}},
		Rebuilding: &projectionv1.Progress{Phase: "fold the log", Done: 1, Total: 4},
	}
	if err := printStatus(&out, s, now); err != nil {
		t.Fatal(err)
	}
	contains(t, out.String(), "2026-03-01 11:58:30Z (1m30s ago)", "more: --page LA", "fold the log  25%  1 of 4")
}

func TestProjectionsRebuildShowsItsProgressAndItsResult(t *testing.T) {
	said, words := make(chan string, 1), ""
	s := &script{heard: heard{said}, rebuild: func(_ context.Context, report func(readmodel.Progressing)) (readmodel.Rebuilt, error) {
		report(readmodel.Progressing{Phase: "fold the log", Done: 500, Total: 1000, PerSecond: 125, Left: 4 * time.Second})
		words = <-said
		return readmodel.Rebuilt{
			Position: 1000, Facts: 1800, Cases: 90, Took: 8 * time.Second, PerSecond: 225, Swapped: true, Total: 2,
			Differences: []readmodel.Difference{{Stream: "case.1", Table: "clocks", What: "a row is missing"}},
		}, nil
	}}
	do := play(t, s, false)
	out, err := do(t.Context(), "rebuild")
	if err != nil || s.afresh {
		t.Errorf("%v, afresh %t", err, s.afresh)
	}
	contains(t, words, "fold the log  50%  500 of 1000  125/s  4s left")
	contains(t, out, "position 1000, 1800 facts, 90 cases, in 8s (225 facts a second)", "in 2 streams:\ncase.1: clocks: a row is missing\nand 1 stream more\n", "in place")
	if _, err := do(t.Context(), "rebuild", "--afresh"); err != nil || !s.afresh {
		t.Errorf("%v, afresh %t", err, s.afresh)
	}
}

func TestARebuildThatIsNotInPlaceIsAFailure(t *testing.T) {
	s := &script{rebuild: func(context.Context, func(readmodel.Progressing)) (readmodel.Rebuilt, error) {
		return readmodel.Rebuilt{Position: 1000, Resumed: true}, nil
	}}
	do := play(t, s, false)
	for _, args := range [][]string{{"rebuild"}, {"rebuild", "--json"}} {
		out, err := do(t.Context(), args...)
		if err == nil || !strings.Contains(err.Error(), "not put in place") || strings.Contains(out, "it is in place") {
			t.Errorf("%v: %v\n%s", args, err, out)
		}
	}
}

func TestCtrlCCancelsARebuildAndSaysWhatIsLeft(t *testing.T) {
	begun, ended := make(chan struct{}), false
	s := &script{rebuild: func(ctx context.Context, report func(readmodel.Progressing)) (readmodel.Rebuilt, error) {
		report(readmodel.Progressing{Phase: "fold the log"})
		close(begun)
		<-ctx.Done()
		ended = true // before the server says that it does not rebuild any more
		return readmodel.Rebuilt{}, ctx.Err()
	}}
	ctx, interrupt := context.WithCancel(t.Context())
	go func() {
		<-begun
		interrupt()
	}()
	out, err := play(t, s, false)(ctx, "rebuild")
	if err == nil || !strings.Contains(err.Error(), "nothing was left behind") || out != "" {
		t.Errorf("%v\n%s", err, out)
	}
	if !ended {
		t.Error("it said so before the rebuild had ended")
	}
}

func TestProjectionsReconcileFailsWhereTheyDiffer(t *testing.T) {
	s := &script{reconcile: readmodel.Reconciled{Position: 1000, Cases: 90, Facts: 1800}}
	do := play(t, s, false)
	out, err := do(t.Context(), "reconcile")
	if err != nil {
		t.Error(err)
	}
	contains(t, out, "says what the log says: position 1000, 90 cases, 1800 facts")

	s.reconcile.Total = 3
	s.reconcile.Differences = []readmodel.Difference{{Stream: "case.1", Table: "clocks", What: "a row is missing"}, {Stream: "case.1", Table: "cases", What: "has another status"}, {Table: "progress", What: "is behind"}}
	out, err = do(t.Context(), "reconcile")
	if err == nil {
		t.Fatal("it ends well")
	}
	contains(t, err.Error(), "in 3 streams", "projections repair CASE", "position 1000")
	contains(t, out, "case.1: clocks: a row is missing\ncase.1: cases: has another status\nprogress: is behind\nand 1 stream more\n")
	out, err = do(t.Context(), "reconcile", "--json")
	var got projectionv1.Reconciled
	if err == nil || protojson.Unmarshal([]byte(out), &got) != nil || got.GetTotal() != 3 {
		t.Errorf("%v\n%s", err, out)
	}
}

func TestProjectionsRepairTellsWhatItDid(t *testing.T) {
	const id = "0190a1b2-7c3d-7e4f-8a5b-6c7d8e9f0a1b"
	for name, tt := range map[string]struct {
		done      readmodel.Repaired
		out, fail string
	}{
		"mended":           {readmodel.Repaired{Changed: true, Whole: true}, "was mended", ""},
		"nothing to mend":  {readmodel.Repaired{Whole: true}, "nothing to mend", ""},
		"still in trouble": {readmodel.Repaired{Changed: true, Reason: "a fact of no kind"}, "", "stays in quarantine: a fact of no kind"},
	} {
		t.Run(name, func(t *testing.T) {
			s := &script{repair: tt.done}
			out, err := play(t, s, false)(t.Context(), "repair", id)
			if (err != nil) != (tt.fail != "") || err != nil && !strings.Contains(err.Error(), tt.fail) {
				t.Errorf("%v", err)
			}
			contains(t, out, tt.out)
			if s.repaired.String() != id {
				t.Errorf("%s was mended", s.repaired)
			}
		})
	}
}

func TestProjectionsOfAServerInMemorySayWhyThereIsNothingToDo(t *testing.T) {
	do := play(t, &script{}, true)
	for _, args := range [][]string{{"rebuild"}, {"reconcile"}, {"repair", "0190a1b2-7c3d-7e4f-8a5b-6c7d8e9f0a1b"}} {
		_, err := do(t.Context(), args...)
		if err == nil || !strings.Contains(explain(err), "in memory") {
			t.Errorf("%v: %v", args, err)
		}
	}
	if _, err := do(t.Context(), "repair"); err == nil || !isUsage(err) {
		t.Errorf("without a case: %v", err)
	}
}

func TestProgressIsOneLineOfWhatIsKnown(t *testing.T) {
	for want, p := range map[string]*projectionv1.Progress{
		"index the rows":               {Phase: "index the rows"},
		"fold the log  7":              {Phase: "fold the log", Done: 7},
		"fold the log  0%  0 of 10":    {Phase: "fold the log", Total: 10},
		"copy  99%  999 of 1000":       {Phase: "copy", Done: 999, Total: 1000},
		"copy  5  3/s":                 {Phase: "copy", Done: 5, PerSecond: 3.4},
		"copy  100%  9 of 9  3/s":      {Phase: "copy", Done: 9, Total: 9, PerSecond: 3},
		"fold  50%  1 of 2  2m0s left": {Phase: "fold", Done: 1, Total: 2, Left: durationpb.New(2 * time.Minute)},
	} {
		if got := progressText(p); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestOnATerminalOneLineIsWrittenOverAndOver(t *testing.T) {
	var out strings.Builder
	l := &progressLine{w: &out, terminal: true}
	l.show("a", "a long line")
	l.show("b", "short")
	l.clear()
	l.clear()
	if got, want := out.String(), "\ra long line\rshort      \r     \r"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestInAFileEachPhaseIsALine(t *testing.T) {
	f, err := os.Create(t.TempDir() + "/out")
	if err != nil {
		t.Fatal(err)
	}
	l := newLine(f)
	l.show("a", "a  1%")
	l.show("a", "a  2%")
	l.show("b", "b  1%")
	l.clear()
	data, err := os.ReadFile(f.Name())
	if err = errors.Join(err, f.Close()); err != nil {
		t.Fatal(err)
	}
	if got := string(data); got != "a  1%\nb  1%\n" {
		t.Errorf("%q", got)
	}
}

func TestACaseThatStoppedIsShownSo(t *testing.T) {
	c := &casefilev1.Case{Summary: &casefilev1.CaseSummary{CaseId: "0190a1b2-7c3d-7e4f-8a5b-6c7d8e9f0a1b"}}
	var whole, stopped strings.Builder
	c.Stopped = &casefilev1.Stopped{Position: 44, Since: timestamppb.New(time.Date(2026, 3, 1, 10, 30, 0, 0, time.UTC)), Note: "what was recorded at position 44 cannot be read"}
	if err := printCase(&stopped, c); err != nil {
		t.Fatal(err)
	}
	contains(t, stopped.String(), "STOPPED", "since 2026-03-01 10:30:00Z", "position 44")
	c.Stopped = nil
	if err := printCase(&whole, c); err != nil || strings.Contains(whole.String(), "STOPPED") {
		t.Errorf("%v\n%s", err, whole.String())
	}
}
