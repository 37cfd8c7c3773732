package main

import (
	"strconv"
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
	isShown(t, conn, strconv.FormatUint(j.Last.GetPosition(), 10))
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
	for _, flags := range []string{"--lacks everything", "--lacks meeting --overdue", "--overdue --within 7", "--mine --member op.5", "--within -2"} {
		args := append([]string{"work", "list", "--data", dir, "--addr", r.Addr()}, strings.Fields(flags)...)
		if out, err := execute(t, args...); err == nil {
			t.Errorf("%s is taken:\n%s", flags, out)
		}
	}
}
