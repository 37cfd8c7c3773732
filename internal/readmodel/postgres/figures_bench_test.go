package postgres

import (
	"testing"
	"time"

	"percorsi/internal/casework/casetest"
	"percorsi/internal/indicator"
	"percorsi/internal/readmodel/figures"
)

// region is a store of a district, and of the plan of the program.
func region(b *testing.B) *store {
	b.Helper()
	s := newStore(b)
	s.write(shippedPlan(b))
	for _, c := range casetest.District(1, *figureCases) {
		s.write(c)
	}
	s.load()
	return s
}

// BenchmarkFirstCatchUp is what a process does before it answers about figures
// for the first time.
func BenchmarkFirstCatchUp(b *testing.B) {
	s := region(b)
	for b.Loop() {
		f := newFollower(s.pool, figures.Config{Today: today}, nil, quiet())
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

// BenchmarkFigures asks for every figure right after a case was opened.
func BenchmarkFigures(b *testing.B) {
	s := region(b)
	f := newFollower(s.pool, figures.Config{Today: today}, nil, quiet())
	if err := f.settle(b.Context(), s.last()); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		b.StopTimer()
		_, c := opening(b)
		s.write(c)
		s.load()
		b.StartTimer()
		if _, err := f.figures(b.Context(), s.last(), "", indicator.Query{}); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkPublish publishes for the first time, into empty tables; by another
// process, which finds everything there; and after a case was opened.
func BenchmarkPublish(b *testing.B) {
	s := region(b)
	for b.Loop() {
		s.exec("truncate percorsi.evidence, percorsi.evidence_digests, percorsi.indicator_values")
		s.exec("update percorsi.publication set token = null")
		for _, name := range []string{"first-s", "again-s"} {
			p := newPress(s)
			if err := p.f.settle(b.Context(), s.last()); err != nil {
				b.Fatal(err)
			}
			began := time.Now()
			p.print()
			b.ReportMetric(time.Since(began).Seconds(), name)
			if name == "first-s" {
				continue
			}
			_, c := opening(b)
			s.write(c)
			s.load()
			began = time.Now()
			p.print()
			b.ReportMetric(time.Since(began).Seconds(), "next-s")
		}
	}
	b.ReportMetric(float64(ask[int64](s, "select count(*) from percorsi.evidence"))/float64(*figureCases), "rows/case")
}
