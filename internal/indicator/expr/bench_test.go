package expr

import (
	"testing"

	"cel.dev/cel-go/cel"

	"percorsi/internal/casework"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

// typical is one expression of each shape that definitions have.
var typical = []struct{ name, source string }{
	{"field", `case.pathway == Pathway.ADI`},
	{"day", `within(case.opened_on, from, to)`},
	{"conjunction", `case.pathway == Pathway.SELF && within(case.opened_on, from, to) && case.case_manager != ""`},
	{"stock", `overlaps(path.started_on, path.ended_on, from, to)`},
	{"nested", `case.discharge.line == 1 && within(case.discharge.discharged_on, from, to)`},
	{"exists", `case.projects.exists(p, until(p.signed_on, to))`},
	{"two-lists", `case.evaluations.exists(e, e.voice == Voice.BENEFICIARY && e.judgement == Judgement.POSITIVE) && case.evaluations.exists(e, e.voice == Voice.OPERATORS && e.judgement == Judgement.POSITIVE)`},
	{"filter-size", `size(case.supports.filter(s, s.kind == 1 && within(s.started_on, from, to))) >= 2`},
	{"in", `Need.HOUSING in case.needs`},
}

func benchCase(b *testing.B) (*casework.Case, *casework.Path) {
	b.Helper()
	c := someCase(b)
	c.Projects = []*casework.Project{{}, {SignedOn: day(b, "2025-06-01")}}
	c.Evaluations[1].Judgement = eventv1.Judgement_JUDGEMENT_POSITIVE
	for range 2 {
		c.Supports = append(c.Supports, &casework.Support{Kind: 1, StartedOn: day(b, "2025-06-01")})
	}
	return c, &casework.Path{StartedOn: day(b, "2025-06-01")}
}

func BenchmarkClosures(b *testing.B) {
	env := newEnv(b)
	c, p := benchCase(b)
	frame := frameOf(b, c, p)
	for _, x := range typical {
		e, err := env.Bool(x.source)
		if err != nil {
			b.Fatal(err)
		}
		b.Run(x.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := e.Eval(frame); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkInterpreter(b *testing.B) {
	ref := newReference(b)
	c, p := benchCase(b)
	vars, err := cel.NewActivation(map[string]any{
		"case": c, "path": p, "from": int64(day(b, "2025-01-01")), "to": int64(day(b, "2025-12-31")),
	})
	if err != nil {
		b.Fatal(err)
	}
	for _, x := range typical {
		checked, issues := ref.env.Compile(x.source)
		if issues.Err() != nil {
			b.Fatal(issues.Err())
		}
		program, err := ref.env.Program(checked, cel.EvalOptions(cel.OptOptimize))
		if err != nil {
			b.Fatal(err)
		}
		b.Run(x.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, _, err := program.Eval(vars); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
