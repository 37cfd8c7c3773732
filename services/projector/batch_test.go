package projector_test

import (
	"context"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"percorsi/internal/casework/casetest"
	"percorsi/internal/eventlog/memlog"
	"percorsi/internal/readmodel"
	"percorsi/internal/readmodel/memory"
	"percorsi/services/projector"
)

// measured is a model that takes a second for a batch and notes its size.
type measured struct {
	*memory.Model

	mu    sync.Mutex
	sizes []int
}

func (m *measured) Apply(ctx context.Context, batch []readmodel.Delivery) error {
	m.mu.Lock()
	m.sizes = append(m.sizes, len(batch))
	m.mu.Unlock()
	<-time.After(time.Second)
	return m.Model.Apply(ctx, batch)
}

func (m *measured) all() []int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.sizes)
}

func TestABatchIsWhatIsThereUpToItsBound(t *testing.T) {
	for _, bound := range []int{1, 2, 3, 64, 5_000} {
		synctest.Test(t, func(t *testing.T) {
			log, m := memlog.New(time.Now), &measured{Model: emptyModel()}
			history := casetest.District(23, 12)
			record(t, log, history...)
			stop := run(t, projector.New(projector.Config{Log: log, Model: m, BatchSize: bound}))
			<-time.After(time.Hour)
			sizes := m.all()
			if most := slices.Max(sizes); most > bound {
				t.Errorf("bound %d: a batch has %d", bound, most)
			}
			// While a batch is written, those that come pile up to full ones.
			if least := len(history)/bound + 6; len(sizes) > least+len(history)/(2*bound) {
				t.Errorf("bound %d: %d commits took %d batches: %v", bound, len(history), len(sizes), sizes)
			}
			if got := position(t, m); int(got) != len(history) {
				t.Errorf("bound %d: at %d of %d", bound, got, len(history))
			}
			_ = stop()
		})
	}
}

func TestNothingWaitsForABatchToFill(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log, m := memlog.New(time.Now), emptyModel()
		p := projector.New(projector.Config{Log: log, Model: m, BatchSize: 2000})
		stop := run(t, p)
		<-p.Ready()
		for i, c := range casetest.District(24, 3) {
			began := time.Now()
			record(t, log, c)
			synctest.Wait()
			if got := position(t, m); int(got) != i+1 || time.Since(began) != 0 {
				t.Fatalf("commit %d: at %d after %s", i+1, got, time.Since(began))
			}
		}
		_ = stop()
	})
}

// What is recorded one by one while a batch is written goes into the next one
// together, so nothing waits for more than two.
func TestWhatPilesUpBehindABatchGoesTogether(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log, m := memlog.New(time.Now), &measured{Model: emptyModel()}
		p := projector.New(projector.Config{Log: log, Model: m, BatchSize: 2000})
		stop := run(t, p)
		<-p.Ready()
		history := casetest.District(25, 5)
		for _, c := range history[:40] {
			record(t, log, c)
			synctest.Wait()
		}
		<-time.After(time.Minute)
		if sizes := m.all(); len(sizes) > 3 || sizes[0] != 1 {
			t.Errorf("batches of %v", sizes)
		}
		_ = stop()
	})
}
