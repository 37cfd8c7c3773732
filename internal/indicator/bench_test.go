package indicator

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"

	"percorsi/internal/casework"
	"percorsi/internal/indicator/statetest"
)

const manyCases = 100_000

// manyOf makes arbitrary cases of as many persons.
func manyOf(n int) []*casework.Case {
	pick := rand.New(rand.NewPCG(1, 2)).IntN
	out := make([]*casework.Case, n)
	for i := range out {
		out[i] = statetest.Case(uuid.NewSHA1(uuid.Nil, []byte(fmt.Sprint(i))), pick)
		out[i].Person = fmt.Sprint("person-", i)
		out[i].Comune = fmt.Sprintf("0980%02d", i%61)
	}
	return out
}

func BenchmarkEvaluationOfACase(b *testing.B) {
	program := everyKind(b)
	cases := manyOf(1000)
	b.ReportAllocs()
	n, out := 0, 0
	for b.Loop() {
		program.evaluate(20_400, func(e *evaluation) {
			e.ofCase(cases[n%len(cases)], cases[n%len(cases)].Person, false)
			out += len(e.out)
		})
		n++
	}
	b.ReportMetric(float64(out)/float64(n), "contributions/case")
}

func BenchmarkBuildOfABoard(b *testing.B) {
	program := everyKind(b)
	cases := manyOf(manyCases)
	for b.Loop() {
		board := boardOf(b, program, "2026-12-31", cases...)
		if err := board.settle(b.Context()); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/manyCases, "ns/case")
}

// BenchmarkQueries asks a board of many cases, each time after one of them
// changed.
func BenchmarkQueries(b *testing.B) {
	program := everyKind(b)
	cases := manyOf(manyCases)
	board := boardOf(b, program, "2026-12-31", cases...)
	if err := board.settle(b.Context()); err != nil {
		b.Fatal(err)
	}
	ask := func(q Query) func() error {
		return func() error {
			_, err := board.Figures(b.Context(), q)
			return err
		}
	}
	for name, query := range map[string]func() error{
		"whole table": ask(Query{}),
		"by comune":   ask(Query{By: ByComune}),
		"by sex":      ask(Query{By: BySex}),
		"explain": func() error {
			_, err := board.Explain(b.Context(), "A1.OUT.1", "", Page{})
			return err
		},
	} {
		b.Run(name, func(b *testing.B) {
			var took []time.Duration
			for b.Loop() {
				changed := *cases[len(took)%len(cases)]
				changed.Last += 1000
				board.Touch(&changed, Attributes{})
				start := time.Now()
				if err := query(); err != nil {
					b.Fatal(err)
				}
				took = append(took, time.Since(start))
			}
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "p99-ms")
		})
	}
}
