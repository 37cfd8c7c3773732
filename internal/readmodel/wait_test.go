package readmodel_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"percorsi/internal/casework"
	"percorsi/internal/eventlog"
	"percorsi/internal/fault"
	"percorsi/internal/readmodel"
	"percorsi/internal/readmodel/memory"
)

func TestWhoWaitsInVainIsToldWhetherToAskAgain(t *testing.T) {
	late, cancel := context.WithDeadline(t.Context(), time.Unix(0, 0))
	defer cancel()
	if err := readmodel.NotYet(late, 9, 7); fault.KindOf(err) != fault.Unavailable || !strings.Contains(err.Error(), "position 9, only at 7") {
		t.Errorf("out of time: %v", err)
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if err := readmodel.NotYet(gone, 9, 7); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

func TestAnAnswerCoversThePositionThatIsAskedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := memory.New(memory.Config{Today: func() casework.Day { return 1 }})
		one := []readmodel.Delivery{readmodel.Decode(eventlog.Record{Position: 1, Stream: "case.x"})}
		go func() {
			if err := m.Apply(t.Context(), one); err != nil {
				t.Error(err)
			}
		}()
		if at, err := readmodel.Reach(t.Context(), m, 1); at != 1 || err != nil {
			t.Errorf("at %d, %v", at, err)
		}
		began := time.Now()
		if _, err := readmodel.Reach(t.Context(), m, 2); fault.KindOf(err) != fault.Unavailable {
			t.Errorf("a position that nobody has given: %v", err)
		}
		if waited := time.Since(began); waited == 0 || waited > time.Minute {
			t.Errorf("waited %s", waited)
		}
	})
}
