package postgres_test

import (
	"slices"
	"testing"
	"time"

	"percorsi/deploy/clocks"
	"percorsi/internal/access"
	"percorsi/internal/casework"
	"percorsi/internal/casework/casetest"
	"percorsi/internal/casework/clockfile"
	"percorsi/internal/eventlog"
	"percorsi/internal/fact"
	"percorsi/internal/readmodel"
	"percorsi/internal/readmodel/postgres"
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
	return readmodeltest.Needs{Clocks: rules, Approvals: readmodeltest.Approvals(), Opener: readmodeltest.Opener{}, Today: func() casework.Day { return 21_000 }}
}

// BenchmarkApply folds a log in batches as large as a projector makes them:
// with every state of it kept, as in a district that is small enough, and with
// next to none, when almost every fact is of a case that has to be folded again
// out of the copy.
func BenchmarkApply(b *testing.B) {
	log := deliveries(b, 1, 2000)
	for name, keep := range map[string]int{"states=kept": len(log), "states=folded-again": 1} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				b.StopTimer()
				n := needs(b)
				m := openWith(b, postgres.Config{Pool: pool(b), Clocks: n.Clocks, Approvals: n.Approvals, Opener: n.Opener, Today: n.Today, Keep: keep})
				b.StartTimer()
				b.ReportMetric(applyAll(b, m, log), "facts/s")
			}
		})
	}
}

// applyAll gives the facts folded in a second.
func applyAll(b *testing.B, m *postgres.Model, log []readmodel.Delivery) float64 {
	b.Helper()
	began := time.Now()
	for batch := range slices.Chunk(log, 2000) {
		if err := m.Apply(b.Context(), batch); err != nil {
			b.Fatal(err)
		}
	}
	return float64(len(log)) / time.Since(began).Seconds()
}

// BenchmarkWorkList asks for the first page of the work list and its total, for
// each way to find who sees what.
func BenchmarkWorkList(b *testing.B) {
	m := open(b, pool(b), needs(b))
	applyAll(b, m, deliveries(b, 1, 5000))
	for _, c := range []access.Caller{
		{User: "op-001", Role: access.Coordinator, Body: "ACSI"},
		{User: "op-002", Role: access.Planner},
		{User: "op-003", Role: access.ReportingBody, Body: "ASST-LODI"},
	} {
		b.Run(string(c.Role), func(b *testing.B) {
			for b.Loop() {
				if _, err := m.Clocks(b.Context(), readmodel.SeenBy(c), readmodel.ClockFilter{}, readmodel.Page{}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
