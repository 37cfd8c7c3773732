package main

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/structpb"
	"google.golang.org/protobuf/types/known/timestamppb"

	"percorsi/internal/access"
	"percorsi/internal/client"
	casefilev1 "percorsi/internal/gen/percorsi/casefile/v1"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	"percorsi/services/percorsi/server/servertest"
)

// value makes a value of JSON.
func value(t *testing.T, v any) *structpb.Value {
	t.Helper()
	out, err := structpb.NewValue(v)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestAClashIsShownSoThatItCanBeSettled(t *testing.T) {
	clash := &casefilev1.Clash{
		Part: "needs", SeenRevision: 17, CurrentRevision: 21,
		Theirs: []*casefilev1.HistoryEntry{{
			Position: 21, Type: "needs_recorded", OccurredOn: "2025-03-10", User: "op-042", Role: "case-manager", Body: "COMUNE-LODI",
			RecordedAt: timestamppb.New(time.Date(2025, 3, 12, 10, 31, 0, 0, time.UTC)),
		}},
		Mine: &casefilev1.HistoryEntry{Type: "needs_recorded", OccurredOn: "2025-03-12"},
		Fields: []*casefilev1.FieldClash{
			{Field: "command.occurred_on", Base: value(t, "2025-03-01"), Theirs: value(t, "2025-03-10"), Mine: value(t, "2025-03-12")},
			{
				Field:  "fact.needs",
				Base:   value(t, []any{"NEED_HOUSING"}),
				Theirs: value(t, []any{"NEED_HOUSING", "NEED_HEALTH"}),
				Mine:   value(t, []any{"NEED_WORK_INCLUSION"}),
			},
			{Field: "fact.note", Mine: value(t, strings.Repeat("molto lungo ", 20))},
			{Field: "fact.home.own", Base: value(t, false), Theirs: value(t, true), Mine: value(t, map[string]any{"b_b": 2, "a": []any{}})},
		},
	}
	want := `a colleague changed the same part while you were at work on it; nothing of yours is lost, and nothing was recorded

  op-042 of COMUNE-LODI (case-manager), 2025-03-12 10:31Z: needs recorded, of 2025-03-10
  you, now: needs recorded, of 2025-03-12

             it was        theirs        yours
  day        2025-03-01    2025-03-10    2025-03-12
  needs      need housing  need housing  need work inclusion
                           need health   
  note       -             -             molto lungo molto lungo molto lungo molto lungo molto lungo…
  home, own  no            yes           a: -, b b: 2

  Send yours again with one of these, and --reason "why" for your colleague:
    --choice keep-theirs --seen 17 --revision 21   theirs stays, yours is not recorded
    --choice keep-mine   --seen 17 --revision 21   yours is recorded over theirs
    --choice merged      --seen 17 --revision 21   what you now put into --fields is recorded`
	refusal, err := status.New(codes.Aborted, "somebody changed needs").WithDetails(clash)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, explain(refusal.Err())); diff != "" {
		t.Errorf("the clash is shown (-want +got):\n%s", diff)
	}
}

func TestAClashOfTwoKindsOfFactsLeadsToTheHistory(t *testing.T) {
	got := explainClash(&casefilev1.Clash{SeenRevision: 2, CurrentRevision: 5, Mine: &casefilev1.HistoryEntry{Type: "suspended"}})
	if !strings.Contains(got, "percorsi case history") || !strings.Contains(got, "--seen 2 --revision 5") {
		t.Error(got)
	}
}

// desk is a server with one case, and the command line of who works with it.
type desk struct {
	t    *testing.T
	args []string
	file string
	// shown waits until what was recorded can be read.
	shown func()
}

func openDesk(t *testing.T) *desk {
	t.Helper()
	dir := t.TempDir()
	r := servertest.Start(t, dir)
	d := &desk{t: t, args: []string{"--data", dir, "--addr", r.Addr()}}
	d.shown = func() {
		t.Helper()
		allIsShown(t, r, r.As(access.Planner, "op.2", operatorBody))
	}
	person := servertest.Register(t, r.As(access.CaseManager, "op.1", operatorBody), "Quaini")
	d.file = d.id(d.run("new", "signalled", "--day", "2025-01-15", "--fields", `{"person_id": "`+person+`",
		"pathway": "PATHWAY_GENERALE", "area": "AREA_HOUSING", "service": "SERVICE_HOUSING_AGENCY", "comune": "098031",
		"managing_body": "`+operatorBody+`", "signalled_by_kind": "BODY_KIND_CITIZEN"}`))
	return d
}

// try runs percorsi record.
func (d *desk) try(args ...string) (string, error) {
	d.t.Helper()
	return execute(d.t, append(append(slices.Clip(d.args), "record"), args...)...)
}

func (d *desk) run(args ...string) string {
	d.t.Helper()
	out, err := d.try(args...)
	if err != nil {
		d.t.Fatalf("record %s: %s", args, explain(err))
	}
	return out
}

// id reads the id out of what record printed.
func (d *desk) id(out string) string {
	d.t.Helper()
	for line := range strings.Lines(out) {
		if id, ok := strings.CutPrefix(line, "id "); ok {
			return strings.TrimSpace(id)
		}
	}
	d.t.Fatalf("no id in %q", out)
	return ""
}

func TestAClashIsMetAndSettledOnTheCommandLine(t *testing.T) {
	d := openDesk(t)
	d.run(d.file, "needs_recorded", "--day", "2025-02-01", "--user", "op.7", "--fields", `{"needs": ["NEED_HOUSING"]}`)
	mine := []string{d.file, "needs_recorded", "--day", "2025-02-02", "--fields", `{"needs": ["NEED_HEALTH"]}`}
	_, err := d.try(mine...)
	if err == nil {
		t.Fatal("a change that has not seen the other one was recorded")
	}
	clash := explain(err)
	for _, part := range []string{"op.7 of " + operatorBody, "need housing", "need health", "--choice merged"} {
		if !strings.Contains(clash, part) {
			t.Errorf("the clash does not say %q:\n%s", part, clash)
		}
	}
	_, revision, _ := strings.Cut(clash, "--revision ")
	revision, _, _ = strings.Cut(revision, " ")
	settle := func(choice string) []string {
		return append(slices.Clip(mine), "--revision", revision, "--choice", choice, "--reason", "sentita la famiglia")
	}
	if out := d.run(settle("keep-theirs")...); !strings.Contains(out, "needs at revision "+revision) {
		t.Errorf("theirs was kept: %s", out)
	}
	if out := d.run(settle("keep-mine")...); strings.Contains(out, "needs at revision "+revision) {
		t.Errorf("mine was kept: %s", out)
	}
}

func TestAWrongUseOfRecordSaysWhatIsWrong(t *testing.T) {
	d := openDesk(t)
	for name, c := range map[string]struct {
		args []string
		says string
	}{
		"a kind that is none":           {[]string{d.file, "wedding_held"}, "wedding_held is no kind of fact"},
		"a day where a kind is wanted":  {[]string{d.file, "occurred_on"}, "is no kind of fact"},
		"a kind that has no call":       {[]string{d.file, "clash_settled"}, "is not recorded by itself"},
		"fields that are no JSON":       {[]string{d.file, "needs_recorded", "--fields", "{"}, "--fields is not the JSON of a NeedsRecorded"},
		"a choice that is none":         {[]string{d.file, "needs_recorded", "--choice", "both"}, "--choice both: give keep-mine"},
		"a reason for no choice":        {[]string{d.file, "needs_recorded", "--reason", "perché"}, "belong to --choice"},
		"a role that is none":           {[]string{d.file, "needs_recorded", "--as", "mayor"}, "--as mayor"},
		"a file that is not there":      {[]string{d.file, "needs_recorded", "--fields", "@nowhere.json"}, "read the fields"},
		"a choice without a reason":     {[]string{d.file, "needs_recorded", "--day", "2025-02-01", "--revision", "9", "--choice", "merged", "--fields", `{"needs": ["NEED_HEALTH"]}`}, "command.choice.reason"},
		"no day":                        {[]string{d.file, "needs_recorded", "--fields", `{"needs": ["NEED_HEALTH"]}`}, "command.occurred_on"},
		"a case that does not exist":    {[]string{"01990000-0000-7000-8000-000000000001", "taken_in_charge", "--day", "2025-02-01"}, "no such case"},
		"a new case by any other fact":  {[]string{"new", "taken_in_charge", "--day", "2025-02-01"}, "no such case"},
		"a fact without its case named": {[]string{"needs_recorded"}, "accepts 2 arg(s)"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := d.try(c.args...); err == nil || !strings.Contains(explain(err), c.says) {
				t.Errorf("got %v, want %q", err, c.says)
			}
		})
	}
}

// TestEveryFactThatTheAPIRecordsCanBeNamed since one command serves all kinds.
func TestEveryFactThatTheAPIRecordsCanBeNamed(t *testing.T) {
	calls, err := client.ReadRecordings()
	if err != nil {
		t.Fatal(err)
	}
	named := 0
	fields := (*eventv1.Fact)(nil).ProtoReflect().Descriptor().Oneofs().ByName("fact").Fields()
	for i := range fields.Len() {
		content, err := contentOf(string(fields.Get(i).Name()))
		if err != nil {
			t.Errorf("%s: %v", fields.Get(i).Name(), err)
			continue
		}
		if _, _, err := calls.Ask(&casefilev1.Command{}, content); err == nil {
			named++
		}
	}
	if named != len(calls) {
		t.Errorf("%d of %d kinds can be named", named, len(calls))
	}
}
