package postgres_test

import (
	"testing"
	"time"

	"percorsi/internal/eventlog"
	"percorsi/internal/eventlog/memlog"
	"percorsi/internal/readmodel"
)

// written gives a log that holds what deliveries say.
func written(t testing.TB, list []readmodel.Delivery) *memlog.Log {
	t.Helper()
	log := memlog.New(time.Now)
	last := make(map[eventlog.Stream]eventlog.Position)
	for _, d := range list {
		at, err := log.Append(t.Context(), eventlog.Entry{
			Stream: d.Record.Stream, Expect: eventlog.ExpectLast(last[d.Record.Stream]), Header: d.Record.Header, Data: d.Record.Data,
		})
		if err != nil {
			t.Fatal(err)
		}
		last[d.Record.Stream] = at
	}
	return log
}

func TestARebuildOfAnEmptyDatabaseIsTheLog(t *testing.T) {
	list := deliveries(t, 7, 300)
	p := pool(t)
	m := open(t, p, needs(t))
	log := written(t, list)
	built, err := m.Rebuild(t.Context(), log, readmodel.RebuildOptions{}, func(p readmodel.Progressing) { t.Logf("%+v", p) })
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%+v", built)
	found, err := m.Reconcile(t.Context(), log, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%+v", found)
}
