package recorder_test

import (
	"context"
	"errors"
	"iter"
	"testing"
	"time"

	"github.com/google/uuid"

	"percorsi/internal/eventlog"
	"percorsi/internal/eventlog/memlog"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	"percorsi/internal/recorder"
)

// behind is a read model that knows nothing until it is waited for.
type behind struct {
	log
	reached eventlog.Position
}

func (b *behind) Read(ctx context.Context, after, _ eventlog.Position) iter.Seq2[eventlog.Record, error] {
	if b.reached == 0 {
		return func(func(eventlog.Record, error) bool) {}
	}
	return b.log.Read(ctx, after, b.reached)
}

// newLateProcess makes a process whose read model is never up to date by itself.
func newLateProcess(l log) *recorder.Recorder[*ledger] {
	late := &behind{log: l}
	return recorder.New(recorder.Aggregate[*ledger]{
		Prefix: "case", Evolve: evolve, Last: (*ledger).last, Answer: (*ledger).answer,
		Load:    func(ctx context.Context, id string) (*ledger, error) { return folded(ctx, late, id) },
		Reached: func(_ context.Context, p eventlog.Position) error { late.reached = p; return nil },
	}, late, func() time.Time { return noon })
}

func TestARefusalIsOnlyGivenOnTheNewestState(t *testing.T) {
	records := memlog.New(time.Now)
	stream := uuid.New()
	first := newProcess(records, noon)
	second := newLateProcess(records)
	// Each of the two goes on from what the other has recorded, also where it
	// has a state of its own that was the newest before.
	for n, p := range []*recorder.Recorder[*ledger]{first, second, first, second} {
		sawAll := func(s *ledger, now time.Time) ([]*eventv1.Fact, error) {
			if s == nil && n > 0 || s != nil && len(s.commands) < n {
				return nil, errors.New("there is no such thing yet")
			}
			return always(s, now)
		}
		out, err := p.Record(t.Context(), attempt(stream, "x"), sawAll)
		if err != nil || out.Position != eventlog.Position(n+1) {
			t.Errorf("command %d is at %d, %v", n+1, out.Position, err)
		}
	}
}

func TestACommandThatAnotherProcessRecordedIsNotRefused(t *testing.T) {
	records := memlog.New(time.Now)
	a := attempt(uuid.New(), "x")
	first, err := newProcess(records, noon).Record(t.Context(), a, always)
	if err != nil {
		t.Fatal(err)
	}
	second := newLateProcess(records)
	again, err := second.Record(t.Context(), a, func(*ledger, time.Time) ([]*eventv1.Fact, error) { return nil, errors.New("not now") })
	if err != nil || !again.Replayed || again.Position != first.Position {
		t.Errorf("sent to another process it is at %d, %v; want the first answer at %d", again.Position, err, first.Position)
	}
}
