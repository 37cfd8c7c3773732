package readmodeltest

import (
	"context"
	"errors"
	"testing"

	"percorsi/internal/access"
	"percorsi/internal/casework"
	"percorsi/internal/casework/casetest"
	"percorsi/internal/eventlog"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	"percorsi/internal/readmodel"
)

func (s *suite) corrections() map[string]func(*testing.T) {
	return map[string]func(*testing.T){
		"a corrected log is as if it had never been wrong": s.correctedLog,
		"a correction waits for the log and stops nobody":  s.logAway,
		"what corrects nothing stops its case":             s.nothingToCorrect,
	}
}

func (s *suite) correctedLog(t *testing.T) {
	m, b := s.model(t), newBook()
	b.write(t, published(t, planID, 1, everyCase))
	for _, c := range casetest.Correct(3, casetest.District(3, 30), 60) {
		b.write(t, c)
	}
	b.tell(t, m)
	s.compare(t, b, m, access.Caller{User: "op-002", Role: access.CaseManager, Body: "ACSI"})
	corrected := 0
	for id, want := range b.states {
		got, err := m.Case(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		equal(t, "case", want, got)
		corrected += len(got.Corrections)
	}
	if corrected != 60 {
		t.Errorf("%d corrections, want 60", corrected)
	}
}

// correctionOf makes a commit that voids what another one recorded.
func correctionOf(t *testing.T, stream eventlog.Stream, command string) *eventv1.Commit {
	t.Helper()
	return commit(t, stream, "2025-03-01", &eventv1.FactVoided{
		CommandId: command, Reason: eventv1.CorrectionReason_CORRECTION_REASON_NOT_HAPPENED,
	})
}

func (s *suite) logAway(t *testing.T) {
	errAway := errors.New("the log is away")
	away := true
	log := &told{commits: make(map[casework.Position]*eventv1.Commit)}
	log.Model = s.open(t, Needs{
		Clocks: s.rules, Approvals: Approvals(), Opener: Opener{}, Today: func() casework.Day { return today },
		Past: func(ctx context.Context, at []casework.Position) ([]*eventv1.Commit, error) {
			if away {
				return nil, errAway
			}
			return log.past(ctx, at)
		},
	})
	b := newBook()
	opening := signal(t, "0195e8a2-5a00-7d10-b6c1-7e8f90a1b2c3")
	contact := commit(t, eventlog.Stream(opening.GetStream()), "2025-02-03", &eventv1.ContactAttempted{Channel: eventv1.Channel_CHANNEL_PHONE})
	b.write(t, opening)
	b.write(t, contact)
	b.write(t, correctionOf(t, eventlog.Stream(opening.GetStream()), contact.GetCommandId()))
	if err := log.Apply(t.Context(), b.deliveries(1, 3)); !errors.Is(err, readmodel.ErrPast) || !errors.Is(err, errAway) {
		t.Fatalf("error %v, want that the past cannot be read", err)
	}
	if page, err := log.Quarantined(t.Context(), readmodel.Page{}); err != nil || page.Total != 0 {
		t.Errorf("%d cases stopped (%v)", page.Total, err)
	}
	away = false
	b.tell(t, log)
	got, err := log.Case(t.Context(), b.opened[0])
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "case", b.states[b.opened[0]], got)
	if len(got.Contacts) != 0 {
		t.Errorf("%d contacts, want none: it was voided", len(got.Contacts))
	}
}

func (s *suite) nothingToCorrect(t *testing.T) {
	m, b := s.model(t), newBook()
	opening := signal(t, "0195e8a2-5a00-7d10-b6c1-7e8f90a1b2c3")
	b.write(t, opening)
	encoded(t, b, correctionOf(t, eventlog.Stream(opening.GetStream()), "0195e8a2-5a00-7d10-b6c1-7e8f90a1b2c3"))
	b.tell(t, m)
	q, stopped, err := m.QuarantineOf(t.Context(), eventlog.Stream(opening.GetStream()))
	if err != nil || !stopped || q.At != b.last() {
		t.Errorf("stopped %t at %d (%v), want at %d", stopped, q.At, err, b.last())
	}
}
