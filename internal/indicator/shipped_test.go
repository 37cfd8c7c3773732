package indicator_test

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	plandata "percorsi/deploy/plan"
	"percorsi/internal/casework"
	"percorsi/internal/casework/casetest"
	"percorsi/internal/indicator"
	"percorsi/internal/plan/planfile"
)

func shipped(tb testing.TB) *indicator.Program {
	tb.Helper()
	source, err := planfile.Read(plandata.Lodi())
	if err != nil {
		tb.Fatal(err)
	}
	program, err := indicator.Compile(source.Plan)
	if err != nil {
		tb.Fatal(err)
	}
	return program
}

func asOf(d casework.Day) func() casework.Day { return func() casework.Day { return d } }

// district folds a log commit by commit and gives each state as it comes.
func district(tb testing.TB, seed uint64, cases int, visit func(*casework.Case)) map[string]*casework.Case {
	tb.Helper()
	states := map[string]*casework.Case{}
	for i, commit := range casetest.District(seed, cases) {
		c, err := casework.Evolve(states[commit.GetStream()], casework.Position(i+1), commit)
		if err != nil {
			tb.Fatal(err)
		}
		states[commit.GetStream()] = c
		visit(c)
	}
	return states
}

func figures(tb testing.TB, b *indicator.Board) []indicator.Figure {
	tb.Helper()
	var out []indicator.Figure
	for _, q := range []indicator.Query{{}, {By: indicator.ByYear}, {By: indicator.ByComune}} {
		f, err := b.Figures(tb.Context(), q)
		if err != nil {
			tb.Fatal(err)
		}
		out = append(out, f...)
	}
	return out
}

func TestFollowingTheLogGivesTheFiguresOfTheNewestStates(t *testing.T) {
	program := shipped(t)
	day := casework.DayOf(time.Date(2026, 9, 30, 0, 0, 0, 0, time.UTC))
	for seed := range uint64(2) {
		live := indicator.NewBoard(program, asOf(day))
		rng := rand.New(rand.NewPCG(seed, 0))
		states := district(t, seed, 40, func(c *casework.Case) {
			live.Touch(c, indicator.Attributes{})
			if rng.IntN(100) == 0 {
				figures(t, live)
			}
		})
		fresh := indicator.NewBoard(program, asOf(day))
		for _, c := range states {
			fresh.Touch(c, indicator.Attributes{})
		}
		if x, y := figures(t, fresh), figures(t, live); !reflect.DeepEqual(x, y) {
			t.Fatalf("seed %d: %s", seed, cmp.Diff(x, y))
		}
	}
}

func TestNoDefinitionOfTheShippedPlanFailsOnADistrict(t *testing.T) {
	program := shipped(t)
	board := indicator.NewBoard(program, asOf(20_700))
	district(t, 9, 120, func(c *casework.Case) { board.Touch(c, indicator.Attributes{}) })
	measured := 0
	for _, f := range figures(t, board) {
		if f.Failed > 0 {
			t.Errorf("%s by %q: %s", f.Indicator, f.Group, f.ReasonText)
		}
		if f.Numerator > 0 {
			measured++
		}
	}
	if measured < 80 {
		t.Errorf("only %d figures count anything: the district is no test", measured)
	}
}

// manyCases gives n cases told from a few hundred histories.
func manyCases(b *testing.B, n int) []*casework.Case {
	b.Helper()
	states := district(b, 1, 800, func(*casework.Case) {})
	out := make([]*casework.Case, 0, n)
	for len(out) < n {
		for _, c := range states {
			twin := *c
			twin.ID = uuid.NewSHA1(c.ID, []byte(fmt.Sprint(len(out))))
			twin.Person = twin.ID.String()
			out = append(out, &twin)
		}
	}
	return out[:n]
}

func BenchmarkShippedPlan(b *testing.B) {
	const many = 100_000
	program := shipped(b)
	cases := manyCases(b, many)
	b.Run("contributions of a case", func(b *testing.B) {
		b.ReportAllocs()
		n := 0
		for b.Loop() {
			program.Contributions(cases[n%many], cases[n%many].Person, 20_700)
			n++
		}
	})
	board := indicator.NewBoard(program, asOf(20_700))
	b.Run("board of 100,000 cases", func(b *testing.B) {
		for b.Loop() {
			board = indicator.NewBoard(program, asOf(20_700))
			for _, c := range cases {
				board.Touch(c, indicator.Attributes{})
			}
			if _, err := board.Figures(b.Context(), indicator.Query{}); err != nil {
				b.Fatal(err)
			}
		}
	})
	for name, ask := range map[string]func() error{
		"whole table": func() error {
			_, err := board.Figures(b.Context(), indicator.Query{})
			return err
		},
		"by comune": func() error {
			_, err := board.Figures(b.Context(), indicator.Query{By: indicator.ByComune})
			return err
		},
		"explain": func() error {
			_, err := board.Explain(b.Context(), "H1.OUT.1", "", indicator.Page{})
			return err
		},
	} {
		b.Run(name, func(b *testing.B) {
			var took []time.Duration
			for b.Loop() {
				changed := *cases[len(took)%many]
				changed.Last++
				board.Touch(&changed, indicator.Attributes{})
				start := time.Now()
				if err := ask(); err != nil {
					b.Fatal(err)
				}
				took = append(took, time.Since(start))
			}
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "p99-ms")
		})
	}
}
