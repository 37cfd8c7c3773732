package jetstream

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/nats-io/nuid"

	"percorsi/internal/eventlog"
)

// desk stands where the server stands: it records each batch that is sent, and
// answers when the test says so.
type desk struct {
	*group

	sent    chan []eventlog.Entry
	answers chan error
}

// atDesk runs a test in a bubble, in which every wait can be observed.
func atDesk(t *testing.T, test func(t *testing.T, d *desk)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		d := &desk{sent: make(chan []eventlog.Entry, 10), answers: make(chan error)}
		d.group = &group{id: nuid.New(), send: func(_ string, batch []eventlog.Entry) (eventlog.Position, error) {
			d.sent <- batch
			select {
			case err := <-d.answers:
				return 101, err
			case <-t.Context().Done():
				return 0, eventlog.ErrUnknownOutcome
			}
		}}
		test(t, d)
	})
}

// outcome is what one caller of wait got.
type outcome struct {
	turn turn
	err  error
}

// queue lets a caller wait for its turn, and returns when it is in the queue
// or has had its turn.
func (d *desk) queue(ctx context.Context, s eventlog.Stream, size int) <-chan outcome {
	got := make(chan outcome, 1)
	go func() {
		t, err := d.wait(ctx, eventlog.Entry{Stream: s, Expect: eventlog.ExpectEmpty(), Data: make([]byte, size)})
		got <- outcome{t, err}
	}()
	synctest.Wait()
	return got
}

// seen counts the callers that wait or are out alone.
func (d *desk) seen() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return len(d.waiting) + d.alone
}

// occupy sends as many entries alone as may go, so that the next ones wait.
func (d *desk) occupy(t *testing.T) {
	t.Helper()
	for i := range maxAlone {
		if o := <-d.queue(t.Context(), stream(1000+i), 0); !o.turn.alone {
			t.Fatalf("entry %d of an idle log waits: %+v", i, o)
		}
	}
}

func (d *desk) release() {
	for range maxAlone {
		d.left()
	}
}

func stream(i int) eventlog.Stream { return eventlog.Stream(fmt.Sprintf("case.%d", i)) }

func TestAFewEntriesGoOutAloneAtOnce(t *testing.T) {
	atDesk(t, func(t *testing.T, d *desk) {
		d.occupy(t)
		late := d.queue(t.Context(), "case.1", 0)
		select {
		case o := <-late:
			t.Fatalf("one more than may go out did not wait: %+v", o)
		default:
		}
		d.left()
		if o := <-late; !o.turn.alone || o.err != nil {
			t.Errorf("after one was done: %+v", o)
		}
	})
}

func TestManyThatWaitLeaveTogether(t *testing.T) {
	atDesk(t, func(t *testing.T, d *desk) {
		d.occupy(t)
		var got []<-chan outcome
		for i := range minBatch + 5 {
			got = append(got, d.queue(t.Context(), stream(i), 0))
		}
		d.release()
		batch := <-d.sent
		if len(batch) != minBatch+5 {
			t.Fatalf("a batch of %d, want %d", len(batch), minBatch+5)
		}
		d.answers <- nil
		for i, c := range got {
			if o := <-c; o.err != nil || o.turn != (turn{position: 101 + eventlog.Position(i)}) {
				t.Errorf("entry %d: %+v", i, o)
			}
			if batch[i].Stream != stream(i) {
				t.Errorf("place %d of the batch has %s", i, batch[i].Stream)
			}
		}
	})
}

func TestEntriesOfOneStreamNeverShareABatch(t *testing.T) {
	atDesk(t, func(t *testing.T, d *desk) {
		d.occupy(t)
		var got []<-chan outcome
		for i := range 2 * minBatch {
			got = append(got, d.queue(t.Context(), stream(i/2), 0))
		}
		d.release()
		batch := <-d.sent
		seen := map[eventlog.Stream]bool{}
		for _, e := range batch {
			if seen[e.Stream] {
				t.Errorf("%s is in the batch twice", e.Stream)
			}
			seen[e.Stream] = true
		}
		if len(batch) != minBatch {
			t.Errorf("a batch of %d, want %d", len(batch), minBatch)
		}
		d.answers <- nil
		for i := range maxAlone { // the second entries follow, alone first
			if o := <-got[2*i+1]; !o.turn.alone {
				t.Errorf("second entry of stream %d: %+v", i, o)
			}
		}
	})
}

func TestManyEntriesOfOneStreamGoOutAlone(t *testing.T) {
	atDesk(t, func(t *testing.T, d *desk) {
		d.occupy(t)
		var got []<-chan outcome
		for range 2 * minBatch {
			got = append(got, d.queue(t.Context(), "case.1", 0))
		}
		for i, c := range got {
			d.left()
			if o := <-c; !o.turn.alone || o.err != nil {
				t.Fatalf("entry %d: %+v", i, o)
			}
		}
	})
}

func TestABatchIsBoundedInEntriesAndBytes(t *testing.T) {
	for _, tt := range []struct {
		entries, size, want int
	}{
		{maxBatch + 10, 10, maxBatch},
		{60, 100 << 10, maxBatchBytes / (100 << 10)},
	} {
		atDesk(t, func(t *testing.T, d *desk) {
			d.occupy(t)
			for i := range tt.entries {
				d.queue(t.Context(), stream(i), tt.size)
			}
			d.release()
			if batch := <-d.sent; len(batch) != tt.want {
				t.Errorf("%d entries of %d bytes: a batch of %d, want %d", tt.entries, tt.size, len(batch), tt.want)
			}
		})
	}
}

func TestARefusedBatchTriesEachEntryAlone(t *testing.T) {
	atDesk(t, func(t *testing.T, d *desk) {
		d.occupy(t)
		var got []<-chan outcome
		for i := range minBatch {
			got = append(got, d.queue(t.Context(), stream(i), 0))
		}
		d.release()
		<-d.sent
		d.answers <- eventlog.ErrConflict
		for i, c := range got {
			if o := <-c; !o.turn.alone || o.err != nil {
				t.Errorf("entry %d: %+v", i, o)
			}
		}
		for range minBatch {
			d.left()
		}
		if o := <-d.queue(t.Context(), "case.1", 0); !o.turn.alone {
			t.Errorf("afterwards the log is not idle: %+v", o)
		}
	})
}

func TestABatchWithoutAnAnswerIsNotRepeated(t *testing.T) {
	atDesk(t, func(t *testing.T, d *desk) {
		d.occupy(t)
		var got []<-chan outcome
		for i := range minBatch {
			got = append(got, d.queue(t.Context(), stream(i), 0))
		}
		d.release()
		<-d.sent
		d.answers <- fmt.Errorf("%w: no answer", eventlog.ErrUnknownOutcome)
		for i, c := range got {
			if o := <-c; o.turn.alone || !errors.Is(o.turn.err, eventlog.ErrUnknownOutcome) {
				t.Errorf("entry %d: %+v", i, o)
			}
		}
	})
}

func TestACallerWhoLeavesTheQueueHasSentNothing(t *testing.T) {
	atDesk(t, func(t *testing.T, d *desk) {
		d.occupy(t)
		ctx, cancel := context.WithCancel(t.Context())
		got := d.queue(ctx, "case.1", 0)
		cancel()
		if o := <-got; !errors.Is(o.err, context.Canceled) || errors.Is(o.err, eventlog.ErrUnknownOutcome) {
			t.Errorf("%+v, want the bare error of the context", o)
		}
		d.release()
		if d.seen() != 0 {
			t.Errorf("%d entries are still there", d.seen())
		}
	})
}

func TestACallerWhoLeavesABatchDoesNotKnowTheOutcome(t *testing.T) {
	for _, answer := range []error{nil, eventlog.ErrConflict} {
		atDesk(t, func(t *testing.T, d *desk) {
			d.occupy(t)
			ctx, cancel := context.WithCancel(t.Context())
			leaver := d.queue(ctx, "case.leaver", 0)
			var got []<-chan outcome
			for i := range minBatch {
				got = append(got, d.queue(t.Context(), stream(i), 0))
			}
			d.release()
			<-d.sent
			cancel()
			if o := <-leaver; !errors.Is(o.err, eventlog.ErrUnknownOutcome) || !errors.Is(o.err, context.Canceled) {
				t.Errorf("%+v, want an unknown outcome", o)
			}
			d.answers <- answer
			for i, c := range got {
				o := <-c
				if want := eventlog.Position(102 + i); answer == nil && o.turn.position != want {
					t.Errorf("entry %d: %+v, want position %d: the leaver keeps its place", i, o, want)
				}
				if o.turn.alone {
					d.left()
				}
			}
			if d.seen() != 0 {
				t.Errorf("answer %v: %d entries are still there", answer, d.seen())
			}
		})
	}
}

func TestAClosedLogRefusesWhatWaitsAndWhatComes(t *testing.T) {
	atDesk(t, func(t *testing.T, d *desk) {
		d.occupy(t)
		var got []<-chan outcome
		for i := range minBatch {
			got = append(got, d.queue(t.Context(), stream(i), 0))
		}
		d.release()
		<-d.sent
		waits := d.queue(t.Context(), "case.waits", 0)
		var closing sync.WaitGroup
		closing.Go(d.close)
		if o := <-waits; !errors.Is(o.turn.err, eventlog.ErrClosed) {
			t.Errorf("an entry that waits: %+v", o)
		}
		if _, err := d.wait(t.Context(), eventlog.Entry{Stream: "case.late"}); !errors.Is(err, eventlog.ErrClosed) {
			t.Errorf("a late entry: %v", err)
		}
		d.answers <- nil
		closing.Wait()
		for i, c := range got {
			if o := <-c; o.err != nil || o.turn.err != nil {
				t.Errorf("entry %d of the batch that was out: %+v", i, o)
			}
		}
	})
}
