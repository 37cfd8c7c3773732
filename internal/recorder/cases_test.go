package recorder_test

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"percorsi/internal/access"
	"percorsi/internal/casework"
	"percorsi/internal/eventlog"
	"percorsi/internal/eventlog/memlog"
	"percorsi/internal/fault"
	casefilev1 "percorsi/internal/gen/percorsi/casefile/v1"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	intakev1 "percorsi/internal/gen/percorsi/intake/v1"
	"percorsi/internal/privacy"
	"percorsi/internal/readmodel"
	"percorsi/internal/readmodel/memory"
	"percorsi/internal/recorder"
)

func TestNothingIsRecordedOnACaseThatCannotBeRead(t *testing.T) {
	vault, err := privacy.OpenVault(filepath.Join(t.TempDir(), "keys"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = vault.Close() })
	records := memlog.New(time.Now)
	model := memory.New(memory.Config{Today: func() casework.Day { return casework.DayOf(noon) }})
	id := uuid.New()
	at, err := records.Append(t.Context(), eventlog.Entry{
		Stream: eventlog.Stream("case." + id.String()), Expect: eventlog.ExpectEmpty(), Data: []byte("not a commit"),
	})
	if err != nil {
		t.Fatal(err)
	}
	record, err := records.At(t.Context(), at)
	if err != nil {
		t.Fatal(err)
	}
	if err := model.Apply(t.Context(), []readmodel.Delivery{readmodel.Decode(record)}); err != nil {
		t.Fatal(err)
	}

	cases := recorder.NewCases(records, model, vault, func() time.Time { return noon }, time.UTC, casework.Rulebook{})
	ctx := access.WithCaller(t.Context(), access.Caller{User: "op-1", Role: access.CaseManager, Body: "ACSI"})
	command := &casefilev1.Command{CommandId: uuid.NewString(), CaseId: id.String(), OccurredOn: "2025-03-31"}
	content := &eventv1.TakenInCharge{}
	_, err = cases.Record(ctx, &intakev1.TakeInChargeRequest{Command: command, Fact: content}, command, content)
	if fault.KindOf(err) != fault.Unavailable || !strings.Contains(err.Error(), "position 1") {
		t.Errorf("got %v, want a fault of kind Unavailable that names position 1", err)
	}
	if last, err := records.Last(t.Context()); err != nil || last != at {
		t.Errorf("the log ends at %d (%v), want %d", last, err, at)
	}
}
