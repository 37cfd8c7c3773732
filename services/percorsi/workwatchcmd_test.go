package main

import (
	"strings"
	"testing"

	"percorsi/internal/access"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	"percorsi/services/percorsi/server/servertest"
)

func TestTheCommandLineShowsAWorkListWhileItChanges(t *testing.T) {
	dir := t.TempDir()
	r := servertest.Start(t, dir)
	conn := r.As(access.Coordinator, "op.5", operatorBody)
	j := servertest.NewJourney(t, conn)
	wire := servertest.NewWire(t, r.Addr())
	f := startToFollow(t, "work", "watch", "--data", dir, "--addr", wire.Addr(), "--clock", "T120")
	f.wantLine("DUE", "CLOCK", "CASE")
	f.wantLine("that is all")
	j.Do("2025-01-15", &eventv1.Applied{
		PersonId: servertest.Register(t, conn, "Provalavoro"), Comune: "098031", ManagingBody: operatorBody, PadSignedOn: "2025-01-15",
	})
	f.wantLine("+", "2025-05-15", "T120", j.Case)
	wire.Cut()
	f.wantLine("DUE", "CLOCK", "CASE") // begins anew
	f.wantLine("2025-05-15", "T120", j.Case)
	f.wantLine("that is all")
	j.Do("2025-03-01", &eventv1.FirstMeetingHeld{Mode: eventv1.MeetingMode_MEETING_MODE_SPONTANEOUS})
	f.wantLine("-", j.Case)
	if said := f.end(); !strings.Contains(said, "the connection was lost") {
		t.Errorf("at the end it says %q", said)
	}
	if out, err := execute(t, "work", "watch", "--data", dir, "--addr", r.Addr(), "--within", "-2"); err == nil {
		t.Errorf("a wrong day is taken: %s", out)
	}
}
