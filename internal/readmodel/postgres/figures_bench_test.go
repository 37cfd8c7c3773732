package postgres

import (
	"testing"
	"time"

	"percorsi/internal/casework/casetest"
	"percorsi/internal/readmodel/figures"
)

// BenchmarkFirstCatchUp is what a process does before it answers about figures
// for the first time.
func BenchmarkFirstCatchUp(b *testing.B) {
	s := newStore(b)
	s.write(shippedPlan(b))
	for _, c := range casetest.District(1, *figureCases) {
		s.write(c)
	}
	s.load()
	for b.Loop() {
		f := newFollower(s.pool, figures.Config{Today: today}, quiet())
		began := time.Now()
		if err := f.catchUp(b.Context(), s.last()); err != nil {
			b.Fatal(err)
		}
		folded := time.Since(began)
		if err := f.settle(b.Context(), s.last()); err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(s.last())/folded.Seconds(), "commits/s")
		b.ReportMetric((time.Since(began) - folded).Seconds(), "settle-s")
		b.ReportMetric(float64(s.last()), "commits")
	}
}
