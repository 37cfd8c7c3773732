package postgres_test

import (
	"testing"
	"time"

	"percorsi/deploy/clocks"
	"percorsi/internal/casework"
	"percorsi/internal/casework/casetest"
	"percorsi/internal/casework/clockfile"
	"percorsi/internal/eventlog"
	"percorsi/internal/fact"
	"percorsi/internal/readmodel"
	"percorsi/internal/readmodel/readmodeltest"
)

// deliveries gives the log of a district of n cases.
func deliveries(t testing.TB, seed uint64, n int) []readmodel.Delivery {
	t.Helper()
	var out []readmodel.Delivery
	for i, c := range casetest.District(seed, n) {
		data, err := fact.Encode(c)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, readmodel.Decode(eventlog.Record{
			Position: eventlog.Position(i + 1), Stream: eventlog.Stream(c.GetStream()), Data: data,
			Header: fact.Headers(c), StoredAt: c.GetRecordedAt().AsTime(),
		}))
	}
	return out
}

// needs are those of a model that nobody asks for figures.
func needs(t testing.TB) readmodeltest.Needs {
	t.Helper()
	rules, err := clockfile.Read(clocks.YAML())
	if err != nil {
		t.Fatal(err)
	}
	return readmodeltest.Needs{Clocks: rules, Opener: readmodeltest.Opener{}, Today: func() casework.Day { return 21_000 }}
}

// BenchmarkApply folds a log in batches as large as a projector makes them.
func BenchmarkApply(b *testing.B) {
	log := deliveries(b, 1, 2000)
	const batch = 2000
	for b.Loop() {
		b.StopTimer()
		m := open(b, pool(b), needs(b))
		b.StartTimer()
		began := time.Now()
		for from := 0; from < len(log); from += batch {
			if err := m.Apply(b.Context(), log[from:min(from+batch, len(log))]); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(len(log))/time.Since(began).Seconds(), "facts/s")
	}
}
