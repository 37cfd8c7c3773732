package main

import (
	"strings"
	"testing"

	"percorsi/internal/access"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	"percorsi/services/percorsi/server/servertest"
)

func TestTheCommandLineListsWhatHasToBeDone(t *testing.T) {
	dir := t.TempDir()
	r := servertest.Start(t, dir)
	conn := r.As(access.Coordinator, "op.5", operatorBody)
	person := servertest.Register(t, conn, "Provascadenze")
	j := servertest.NewJourney(t, conn)
	j.Do("2025-01-15", &eventv1.Applied{PersonId: person, Comune: "098031", ManagingBody: operatorBody, PadSignedOn: "2025-01-15"})
	j.Do("2025-02-01", &eventv1.CaseManagerAssigned{CaseManager: operator, Body: operatorBody})
	isShown(t, conn, j.Last.GetPosition())
	for _, c := range []struct {
		flags string
		shown bool
	}{
		{"", true},
		{"--clock T120", true},
		{"--clock T0", false},
		{"--overdue", true},
		{"--within 0 --mine", true},
		{"--member " + operator, true},
		{"--member op.5", false},
		{"--person " + person, true},
		{"--person " + j.Case, false},
		{"--body " + operatorBody, true},
		{"--body NOBODY", false},
		{"--mine --user op.5", false},
		{"--mine --user operator --for NOBODY", true},
		{"--for NOBODY --user op.5", false},
	} {
		args := append([]string{"work", "list", "--data", dir, "--addr", r.Addr()}, strings.Fields(c.flags)...)
		out, err := execute(t, args...)
		if err != nil || strings.Contains(out, j.Case) != c.shown || !strings.Contains(out, " clocks, at position") {
			t.Errorf("%s: shown %v, %v\n%s", c.flags, !c.shown, err, out)
		}
	}
	for flags, shown := range map[string]bool{
		"--lacks meeting": true, "--lacks meeting,summons --mine": true, "--lacks team": false, "--lacks answer": false,
	} {
		args := append([]string{"work", "list", "--data", dir, "--addr", r.Addr()}, strings.Fields(flags)...)
		out, err := execute(t, args...)
		if err != nil || strings.Contains(out, j.Case) != shown || !strings.Contains(out, " cases, at position") {
			t.Errorf("%s: shown %v, %v\n%s", flags, !shown, err, out)
		}
	}
	j.Do("2025-02-20", &eventv1.TakenInCharge{})
	j.Do("2025-03-01", &eventv1.ClosureProposed{Outcome: eventv1.Outcome_OUTCOME_POSITIVE, Reason: eventv1.ClosingReason_CLOSING_REASON_AUTONOMY})
	isShown(t, conn, j.Last.GetPosition())
	const waits, cases, clocks = "closure since 2025-03-01", " cases, at position", " clocks, at position"
	for _, c := range []struct {
		command, what string
		shown         bool
	}{
		{"work list --awaiting-approval", cases, true},
		{"work list --awaiting-approval --mine", cases, true},
		{"work list --awaiting-approval --lacks meeting", cases, true},
		{"work list --awaiting-approval --lacks answer", cases, false},
		{"work list --awaiting-approval --body NOBODY", cases, false},
		{"work list --to-approve --mine", cases, true},
		{"work list --to-approve --user op.5", cases, false},
		{"work list --to-approve --user op.5 --overdue", clocks, false},
		{"work list --to-approve --overdue", clocks, true},
		{"work list --awaiting-approval --clock T120", clocks, true},
		{"case list --awaiting-approval", cases, true},
		{"case list --awaiting-approval --status closed", cases, false},
	} {
		out, err := execute(t, append(strings.Fields(c.command), "--data", dir, "--addr", r.Addr())...)
		if err != nil || strings.Contains(out, j.Case) != c.shown || strings.Contains(out, waits) != c.shown || !strings.Contains(out, c.what) {
			t.Errorf("%s: shown %v, %v\n%s", c.command, !c.shown, err, out)
		}
	}
	for _, flags := range []string{"--lacks everything", "--lacks meeting --overdue", "--overdue --within 7", "--mine --member op.5", "--within -2"} {
		args := append([]string{"work", "list", "--data", dir, "--addr", r.Addr()}, strings.Fields(flags)...)
		if out, err := execute(t, args...); err == nil {
			t.Errorf("%s is taken:\n%s", flags, out)
		}
	}
}
