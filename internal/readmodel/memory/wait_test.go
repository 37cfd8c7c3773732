package memory

import (
	"testing"
	"testing/synctest"

	"percorsi/internal/casework"
	"percorsi/internal/casework/casetest"
	"percorsi/internal/eventlog"
	"percorsi/internal/fact"
	"percorsi/internal/fault"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	"percorsi/internal/readmodel"
)

// story gives the first commits of a case as they are delivered.
func story(t *testing.T, n int) []readmodel.Delivery {
	t.Helper()
	var out []readmodel.Delivery
	for seed := uint64(0); len(out) < n; seed++ {
		out = nil
		for i, c := range casetest.Story(seed, eventv1.Pathway_PATHWAY_ADI) {
			data, err := fact.Encode(c)
			if err != nil {
				t.Fatal(err)
			}
			out = append(out, readmodel.Decode(eventlog.Record{
				Position: eventlog.Position(i + 1), Stream: eventlog.Stream(c.GetStream()), Data: data,
			}))
		}
	}
	return out[:n]
}

func apply(t *testing.T, m *Model, d readmodel.Delivery) {
	t.Helper()
	if err := m.Apply(t.Context(), []readmodel.Delivery{d}); err != nil {
		t.Fatal(err)
	}
}

func TestNobodyIsWokenBeforeTheTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m, commits := New(Config{}), story(t, 3)
		var ended [4]bool
		for p := range 4 {
			go func() { ended[p] = m.Wait(t.Context(), casework.Position(p)) == nil }()
		}
		for i := range commits {
			synctest.Wait()
			for p, done := range ended {
				if done != (p <= i) {
					t.Errorf("at %d, the wait for %d has ended: %v", i, p, done)
				}
			}
			apply(t, m, commits[i])
		}
		synctest.Wait()
		if !ended[3] || len(m.waiters) != 0 {
			t.Errorf("ended: %v, and %d still wait", ended, len(m.waiters))
		}
	})
}

func TestWhoWatchesIsWokenByTheNextCommitAndByTheLast(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m, commits := New(Config{}), story(t, 3)
		apply(t, m, commits[0])
		id, err := readmodel.ParseID(string(commits[0].Record.Stream)[len("case."):])
		if err != nil {
			t.Fatal(err)
		}
		var (
			seen  casework.Position
			ended error
		)
		go func() {
			for {
				c, err := m.Changed(t.Context(), id, max(seen, 1))
				if err != nil {
					ended = err
					return
				}
				seen = c.Last
			}
		}()
		synctest.Wait()
		apply(t, m, commits[1])
		synctest.Wait()
		if seen != 2 || ended != nil {
			t.Errorf("told of %d, %v", seen, ended)
		}
		apply(t, m, readmodel.Decode(eventlog.Record{Position: 3, Stream: commits[0].Record.Stream, Data: []byte{0xff}}))
		synctest.Wait()
		if fault.KindOf(ended) != fault.Unavailable || ended == nil {
			t.Errorf("the case has stopped and who watches was told %v", ended)
		}
		if len(m.watchers) != 0 {
			t.Errorf("%d are still watched", len(m.watchers))
		}
	})
}
