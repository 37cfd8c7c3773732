package main

import (
	"strings"
	"testing"

	"percorsi/internal/access"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	"percorsi/services/percorsi/server/servertest"
)

func TestTheCommandLineCountsWhatTeamsDid(t *testing.T) {
	dir := t.TempDir()
	r := servertest.Start(t, dir)
	conn := r.As(access.Coordinator, "op.5", operatorBody)
	j := servertest.NewJourney(t, conn)
	j.Do("2025-01-15", &eventv1.Applied{
		PersonId: servertest.Register(t, conn, "Provaequipe"), Comune: "098031", ManagingBody: operatorBody, PadSignedOn: "2025-01-15",
	})
	meeting := j.Do("2025-02-01", &eventv1.MeetingCalled{
		Team: eventv1.TeamKind_TEAM_KIND_UVM, MeetingOn: "2025-02-10", Bodies: []string{"ASST-LODI"},
		ProfessionsExpected: []eventv1.Profession{
			eventv1.Profession_PROFESSION_NURSE, eventv1.Profession_PROFESSION_PHYSICIAN, eventv1.Profession_PROFESSION_SOCIAL_WORKER,
		},
	})
	j.Do("2025-02-10", &eventv1.MeetingHeld{MeetingId: meeting, Present: []*eventv1.Presence{
		{Profession: eventv1.Profession_PROFESSION_NURSE, Body: "ASST-LODI"}, {Profession: eventv1.Profession_PROFESSION_SOCIAL_WORKER, Body: operatorBody},
	}})
	isShown(t, conn, j.Last.GetPosition())
	for flags, want := range map[string]string{
		"":                       "2025 uvm 1 1 0 3 2 67 % 1 1",
		"--team uvm":             "2025 uvm 1 1 0 3 2 67 % 1 1",
		"--body " + operatorBody: "2025 uvm 1 1 0 3 2 67 % 1 1",
		"--from 2025-02-11":      "",
		"--team SCHOOL":          "",
	} {
		out, err := execute(t, append([]string{"team", "figures", "--data", dir, "--addr", r.Addr()}, strings.Fields(flags)...)...)
		lines := strings.Split(out, "\n")
		row := strings.Join(strings.Fields(lines[min(1, len(lines)-1)]), " ")
		if strings.HasPrefix(row, "at position") {
			row = ""
		}
		if err != nil || row != want {
			t.Errorf("%s: %v\n%s\nwant %q", flags, err, out, want)
		}
	}
	if out, err := execute(t, "team", "figures", "--team", "PARLIAMENT", "--data", dir, "--addr", r.Addr()); err == nil {
		t.Errorf("a kind of team that there is not is counted:\n%s", out)
	}
}
