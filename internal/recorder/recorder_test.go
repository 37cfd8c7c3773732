package recorder_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"percorsi/internal/eventlog"
	"percorsi/internal/eventlog/memlog"
	"percorsi/internal/fact"
	"percorsi/internal/fault"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	"percorsi/internal/recorder"
)

// ledger is the smallest state there is: which commands a stream holds.
type ledger struct {
	commands []uuid.UUID
	digests  [][16]byte
	at       []eventlog.Position
}

// log is what a process of the tests needs: to record, and to fold the log
// whenever its read model is asked.
type log interface {
	recorder.Log
	Read(ctx context.Context, after, upTo eventlog.Position) iter.Seq2[eventlog.Record, error]
}

// newProcess makes one process on a shared log.
func newProcess(l log, now time.Time) *recorder.Recorder[*ledger] {
	return recorder.New(recorder.Aggregate[*ledger]{
		Prefix:  "case",
		Load:    func(ctx context.Context, id string) (*ledger, error) { return folded(ctx, l, id) },
		Evolve:  evolve,
		Last:    (*ledger).last,
		Answer:  (*ledger).answer,
		Reached: func(context.Context, eventlog.Position) error { return nil },
	}, l, func() time.Time { return now })
}

func folded(ctx context.Context, l log, id string) (s *ledger, err error) {
	for r, err := range l.Read(ctx, 0, 0) {
		if err != nil {
			return nil, err
		}
		if r.Stream != eventlog.Stream("case."+id) {
			continue
		}
		c, err := fact.Decode(r.Data)
		if err != nil {
			return nil, err
		}
		if s, err = evolve(ctx, s, r.Position, c); err != nil {
			return nil, err
		}
	}
	return s, nil
}

func (s *ledger) last() eventlog.Position {
	if s == nil {
		return 0
	}
	return s.at[len(s.at)-1]
}

func (s *ledger) answer(id uuid.UUID) ([16]byte, eventlog.Position, bool) {
	if s == nil {
		return [16]byte{}, 0, false
	}
	i := slices.Index(s.commands, id)
	if i < 0 {
		return [16]byte{}, 0, false
	}
	return s.digests[i], s.at[i], true
}

func evolve(_ context.Context, s *ledger, at eventlog.Position, c *eventv1.Commit) (*ledger, error) {
	id, err := uuid.Parse(c.GetCommandId())
	if err != nil {
		return nil, err
	}
	next := &ledger{}
	if s != nil {
		*next = ledger{slices.Clip(s.commands), slices.Clip(s.digests), slices.Clip(s.at)}
	}
	next.commands = append(next.commands, id)
	next.digests = append(next.digests, [16]byte(c.GetCommandDigest()))
	next.at = append(next.at, at)
	return next, nil
}

var noon = time.Date(2025, 3, 31, 12, 0, 0, 0, time.UTC)

func always(*ledger, time.Time) ([]*eventv1.Fact, error) {
	f, err := fact.Wrap(&eventv1.TakenInCharge{}, "2025-03-31")
	return []*eventv1.Fact{f}, err
}

func attempt(stream uuid.UUID, content string) recorder.Attempt {
	a := recorder.Attempt{Stream: stream.String(), Command: uuid.New(), Actor: &eventv1.Actor{User: "op-1"}}
	copy(a.Digest[:], content)
	return a
}

func TestACommandSentAgainGetsTheFirstAnswer(t *testing.T) {
	records := memlog.New(time.Now)
	a := attempt(uuid.New(), "as it was")
	first, err := newProcess(records, noon).Record(t.Context(), a, always)
	if err != nil {
		t.Fatal(err)
	}
	later := newProcess(records, noon.AddDate(0, 0, 7))
	again, err := later.Record(t.Context(), a, func(*ledger, time.Time) ([]*eventv1.Fact, error) {
		t.Error("a command that was recorded is decided again")
		return nil, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if again.Position != first.Position || !again.RecordedAt.Equal(first.RecordedAt) || !again.Replayed {
		t.Errorf("the second answer is %d at %v, the first was %d at %v", again.Position, again.RecordedAt, first.Position, first.RecordedAt)
	}
	if last, _ := records.Last(t.Context()); last != 1 {
		t.Errorf("the log ends at %d, want 1", last)
	}
}

func TestAnIdCannotServeTwoCommands(t *testing.T) {
	p := newProcess(memlog.New(time.Now), noon)
	a := attempt(uuid.New(), "as it was")
	if _, err := p.Record(t.Context(), a, always); err != nil {
		t.Fatal(err)
	}
	copy(a.Digest[:], "another one")
	if _, err := p.Record(t.Context(), a, always); fault.KindOf(err) != fault.Exists {
		t.Errorf("another command under the same id: %v, want a fault of kind Exists", err)
	}
}

func TestWhatIsRefusedLeavesNoTrace(t *testing.T) {
	records := memlog.New(time.Now)
	p := newProcess(records, noon)
	refusal := errors.New("not now")
	_, err := p.Record(t.Context(), attempt(uuid.New(), "x"), func(*ledger, time.Time) ([]*eventv1.Fact, error) { return nil, refusal })
	if !errors.Is(err, refusal) {
		t.Errorf("got %v, want the refusal", err)
	}
	if last, _ := records.Last(t.Context()); last != 0 {
		t.Errorf("the log ends at %d, want 0", last)
	}
}

func TestNoWordReachesTheLogUnsealed(t *testing.T) {
	records := memlog.New(time.Now)
	_, err := newProcess(records, noon).Record(t.Context(), attempt(uuid.New(), "x"), func(*ledger, time.Time) ([]*eventv1.Fact, error) {
		f, err := fact.Wrap(&eventv1.Refused{Note: &eventv1.Text{Form: &eventv1.Text_Plain{Plain: "in chiaro"}}}, "2025-03-31")
		return []*eventv1.Fact{f}, err
	})
	if err == nil {
		t.Error("a fact with plain words was recorded")
	}
	if last, _ := records.Last(t.Context()); last != 0 {
		t.Errorf("the log ends at %d, want 0", last)
	}
}

func TestSeveralProcessesOnOneStreamLoseAndDoubleNothing(t *testing.T) {
	records := memlog.New(time.Now)
	stream := uuid.New()
	const processes, each = 4, 25
	var mu sync.Mutex
	var sent []string
	var wg sync.WaitGroup
	for range processes {
		p := newProcess(records, noon)
		for range 2 {
			wg.Go(func() {
				for range each {
					a := attempt(stream, "x")
					if err := untilTaken(t.Context(), p, a); err != nil {
						t.Error(err)
						return
					}
					mu.Lock()
					sent = append(sent, a.Command.String())
					mu.Unlock()
				}
			})
		}
	}
	wg.Wait()
	seen := map[string]bool{}
	for r, err := range records.Read(t.Context(), 0, 0) {
		if err != nil {
			t.Fatal(err)
		}
		c, err := fact.Decode(r.Data)
		if err != nil {
			t.Fatal(err)
		}
		if seen[c.GetCommandId()] {
			t.Errorf("command %s is in the log twice", c.GetCommandId())
		}
		seen[c.GetCommandId()] = true
	}
	if want := processes * 2 * each; len(seen) != want {
		t.Errorf("the log has %d commands, want %d", len(seen), want)
	}
	for _, id := range sent {
		if !seen[id] {
			t.Errorf("command %s was acknowledged and is not in the log", id)
		}
	}
}

// untilTaken sends a command until it is taken, as a client would that meets
// Unavailable.
func untilTaken(ctx context.Context, p *recorder.Recorder[*ledger], a recorder.Attempt) error {
	for range 100 {
		_, err := p.Record(ctx, a, always)
		if err == nil || fault.KindOf(err) != fault.Unavailable {
			return err
		}
	}
	return fmt.Errorf("command %s was never taken", a.Command)
}

// lossy is a log whose answer to one append is lost after it was stored.
type lossy struct {
	*memlog.Log
	lose bool
}

func (l *lossy) Append(ctx context.Context, e eventlog.Entry) (eventlog.Position, error) {
	at, err := l.Log.Append(ctx, e)
	if err == nil && l.lose {
		l.lose = false
		return 0, eventlog.ErrUnknownOutcome
	}
	return at, err
}

func TestACommandWhoseAnswerWasLostIsRecordedOnce(t *testing.T) {
	records := memlog.New(time.Now)
	shaky := newProcess(&lossy{Log: records, lose: true}, noon)
	a := attempt(uuid.New(), "x")
	if _, err := shaky.Record(t.Context(), a, always); fault.KindOf(err) != fault.Unavailable {
		t.Fatalf("an append without an answer gave %v, want a fault of kind Unavailable", err)
	}
	out, err := shaky.Record(t.Context(), a, always)
	if err != nil || out.Position != 1 || !out.Replayed {
		t.Errorf("sent again: position %d, replayed %v, %v; want the first answer at 1", out.Position, out.Replayed, err)
	}
}

func TestWhoGivesUpWaitingForATurnIsNotRecorded(t *testing.T) {
	records := memlog.New(time.Now)
	p := newProcess(records, noon)
	stream := uuid.New()
	inside, leave := make(chan struct{}), make(chan struct{})
	done := make(chan error, 1)
	go func() {
		_, err := p.Record(t.Context(), attempt(stream, "first"), func(s *ledger, now time.Time) ([]*eventv1.Fact, error) {
			close(inside)
			<-leave
			return always(s, now)
		})
		done <- err
	}()
	<-inside
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := p.Record(ctx, attempt(stream, "second"), always); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want context.Canceled", err)
	}
	close(leave)
	if err := <-done; err != nil {
		t.Error(err)
	}
	if last, _ := records.Last(t.Context()); last != 1 {
		t.Errorf("the log ends at %d, want 1", last)
	}
}
