package main

import (
	"strings"
	"testing"

	"github.com/google/uuid"

	"percorsi/internal/access"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	indicatorv1 "percorsi/internal/gen/percorsi/indicator/v1"
	"percorsi/services/percorsi/server/servertest"
)

func TestWhatWasRecordedForThePlanIsCorrectedOnTheCommandLine(t *testing.T) {
	dir := t.TempDir()
	r := servertest.Start(t, dir)
	conn := r.As(access.Planner, "op.4", operatorBody)
	command := uuid.NewString()
	recorded, err := indicatorv1.NewIndicatorServiceClient(conn).RecordActivity(t.Context(), &indicatorv1.RecordActivityRequest{
		CommandId: command, OccurredOn: "2025-03-01",
		Fact: &eventv1.ActivityRecorded{Kind: eventv1.ActivityKind_ACTIVITY_KIND_MEETING, Indicator: "A1.OUT.3", Quantity: 30, Participants: 4},
	})
	if err != nil {
		t.Fatal(err)
	}
	isShown(t, conn, recorded.GetPosition())
	plan := func(args ...string) string {
		t.Helper()
		out, err := execute(t, append([]string{"plan", "--data", dir, "--addr", r.Addr()}, args...)...)
		if err != nil {
			return explain(err)
		}
		isShownAfter(t, conn, out)
		return out
	}
	shows := func(want string, args ...string) {
		t.Helper()
		if out := plan(args...); !strings.Contains(out, want) {
			t.Errorf("plan %s: %q is not in\n%s", strings.Join(args, " "), want, out)
		}
	}
	shows("30, meeting, 4 people", "records", "A1.OUT.3")
	shows("corrected at position", "correct", "--fact", command, "--fields", `{"quantity": 3}`, "--on", "2025-03-02", "--why", "typing-error")
	shows("2025-03-02  A1.OUT.3   3, meeting, 4 people", "records")
	shows("amended at", "records")
	shows("says what the fact says already", "correct", "--fact", command, "--fields", `{"quantity": 3}`, "--why", "typing-error")
	void := uuid.NewString()
	shows(void, "correct", "--fact", command, "--void", "--why", "not-happened", "--id", void)
	shows("voided", "records", "A1.OUT.3")
	shows("it was voided", "correct", "--fact", command, "--fields", `{"quantity": 4}`, "--why", "other")
	shows("corrected at position", "correct", "--fact", void, "--void", "--why", "other")
	shows("3, meeting", "records", "A1.OUT.3")
	shows("no such record", "correct", "--fact", uuid.NewString(), "--void", "--why", "other")
	shows("--why", "correct", "--fact", command, "--void", "--why", "because")
	shows("--void leaves nothing", "correct", "--fact", command, "--void", "--on", "2025-03-01", "--why", "other")
	shows("no number", "correct", "--fact", command+".x", "--void", "--why", "other")
}
