package expr

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"testing"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/ext"
	"github.com/google/uuid"
	"pgregory.net/rapid"

	"percorsi/internal/casework"
	"percorsi/internal/indicator/statetest"
)

// reference runs expressions with the interpreter of cel-go.
type reference struct{ env *cel.Env }

func newReference(tb testing.TB) *reference {
	tb.Helper()
	scope := caseScope()
	tagged := types.ParseStructField(func(f reflect.StructField) string {
		if name, ok := f.Tag.Lookup(fieldTag); ok && f.Type != idType {
			return name
		}
		return "-"
	})
	options := []cel.EnvOption{
		ext.NativeTypes(tagged, types.NativeTypeFor[casework.Case](tagged)),
		cel.Variable("case", cel.ObjectType("casework.Case")),
		cel.Variable("path", cel.ObjectType("casework.Path")),
	}
	for _, name := range scope.Days {
		options = append(options, cel.Variable(name, cel.IntType))
	}
	for name, v := range scope.Constants {
		options = append(options, cel.Constant(name, cel.IntType, types.Int(v)))
	}
	ints := func(n int) []*cel.Type {
		out := make([]*cel.Type, n)
		for i := range out {
			out[i] = cel.IntType
		}
		return out
	}
	function := func(name string, n int, result *cel.Type, run func(d [4]int64) ref.Val) cel.EnvOption {
		return cel.Function(name, cel.Overload(name, ints(n), result, cel.FunctionBinding(func(args ...ref.Val) ref.Val {
			var d [4]int64
			for i, a := range args {
				n, ok := a.(types.Int)
				if !ok {
					return types.NewErr("%v is not a number", a)
				}
				d[i] = int64(n)
			}
			return run(d)
		})))
	}
	options = append(options,
		function("within", 3, cel.BoolType, func(d [4]int64) ref.Val { return types.Bool(d[0] != 0 && d[0] >= d[1] && d[0] <= d[2]) }),
		function("until", 2, cel.BoolType, func(d [4]int64) ref.Val { return types.Bool(d[0] != 0 && d[0] <= d[1]) }),
		function("overlaps", 4, cel.BoolType, func(d [4]int64) ref.Val {
			return types.Bool(d[0] != 0 && d[0] <= d[3] && (d[1] == 0 || d[1] >= d[2]))
		}),
	)
	env, err := cel.NewEnv(options...)
	if err != nil {
		tb.Fatal(err)
	}
	return &reference{env: env}
}

// grammar draws well-typed expressions.
type grammar struct {
	*rapid.T
	// depth bounds the size; loops bounds the nesting of macros.
	depth, loops int
}

func (g *grammar) pick(label string, of ...func() string) string {
	if g.depth <= 0 {
		return of[0]()
	}
	g.depth--
	defer func() { g.depth++ }()
	return of[rapid.IntRange(0, len(of)-1).Draw(g.T, label)]()
}

func (g *grammar) one(options ...string) string { return rapid.SampledFrom(options).Draw(g.T, "leaf") }

func (g *grammar) boolean() string {
	return g.pick("bool",
		func() string {
			return g.one("true", "case.eligible", "has(case.discharge)", "path.certificate", "case.discharge.admitted",
				"(Need.HOUSING in case.needs)", "(case.pathway == Pathway.SELF)")
		},
		func() string { return fmt.Sprintf("(%s && %s)", g.boolean(), g.boolean()) },
		func() string { return fmt.Sprintf("(%s || %s)", g.boolean(), g.boolean()) },
		func() string { return "!" + g.boolean() },
		func() string {
			return fmt.Sprintf("(%s %s %s)", g.number(), g.one("==", "!=", "<", "<=", ">", ">="), g.number())
		},
		func() string { return fmt.Sprintf("(%s %s %s)", g.text(), g.one("==", "!=", "<", ">="), g.text()) },
		func() string { return fmt.Sprintf("(%s in %s)", g.number(), g.numbers()) },
		func() string { return fmt.Sprintf("(%s in %s)", g.text(), g.texts()) },
		func() string { return fmt.Sprintf("within(%s, from, to)", g.number()) },
		func() string { return fmt.Sprintf("overlaps(%s, %s, from, %s)", g.number(), g.number(), g.number()) },
		func() string { return fmt.Sprintf("until(%s, as_of)", g.number()) },
		func() string { return fmt.Sprintf("(%s ? %s : %s)", g.boolean(), g.boolean(), g.boolean()) },
		func() string { return g.quantifier() },
		func() string { return fmt.Sprintf("%s.startsWith(%s)", g.text(), g.text()) },
	)
}

func (g *grammar) quantifier() string {
	list, v, inner := g.loop()
	return fmt.Sprintf("%s.%s(%s, %s)", list, g.one("exists", "all", "exists_one"), v, inner)
}

// loop gives a list, a variable over it and a condition on the variable.
func (g *grammar) loop() (list, variable, condition string) {
	if g.loops == 0 {
		return "case.needs", "n0", "n0 > 5"
	}
	g.loops--
	defer func() { g.loops++ }()
	v := fmt.Sprintf("v%d", g.loops)
	l := rapid.SampledFrom([][2]string{
		{"case.evaluations", "%s.score > 3"},
		{"case.projects", "%s.signed_on != 0"},
		{"case.projects.filter(p, p.version > 2)", "size(%s.goals) > 1"},
		{"case.meetings", "size(%s.present) > 1"},
		{"case.paths", "%s.outcome == Outcome.POSITIVE"},
		{"case.needs", "%s == Need.HOUSING"},
		{"case.bodies", `%s == "A"`},
	}).Draw(g.T, "loop")
	return l[0], v, fmt.Sprintf("(%s && %s)", fmt.Sprintf(l[1], v), g.boolean())
}

func (g *grammar) number() string {
	return g.pick("number",
		func() string {
			return g.one("from", "to", "as_of", "0", "7", "20100", "case.opened_on", "case.closed_on", "path.minutes",
				"case.discharge.bed_left_on")
		},
		func() string {
			return fmt.Sprintf("(%s %s %s)", g.number(), g.one("+", "-", "*", "/", "%"), g.number())
		},
		func() string { return fmt.Sprintf("size(%s)", g.texts()) },
		func() string { return fmt.Sprintf("%s[%s]", g.numbers(), g.number()) },
		func() string { return fmt.Sprintf("(%s ? %s : %s)", g.boolean(), g.number(), g.number()) },
		func() string { return fmt.Sprintf("size(%s)", g.text()) },
		func() string { return "-" + g.number() },
	)
}

func (g *grammar) numbers() string {
	return g.pick("numbers",
		func() string { return "case.evaluations.map(e, e.score)" },
		func() string {
			return "case.projects.filter(p, " + g.one("p.ends_on > to", "true", "p.version == 1") + ").map(p, p.signed_on)"
		},
		func() string { return fmt.Sprintf("[%s, %s]", g.number(), g.number()) },
		func() string { return fmt.Sprintf("(%s + %s)", g.numbers(), g.numbers()) },
		func() string { return fmt.Sprintf("%s.map(n, n > 3, n + 1)", g.numbers()) },
	)
}

func (g *grammar) text() string {
	return g.pick("text",
		func() string { return g.one(`"A"`, `""`, "case.comune", "path.host", "case.discharge.provider") },
		func() string { return fmt.Sprintf("(%s + %s)", g.text(), g.text()) },
		func() string { return fmt.Sprintf("string(%s)", g.number()) },
		func() string { return fmt.Sprintf("%s[%s]", g.texts(), g.number()) },
	)
}

func (g *grammar) texts() string {
	return g.pick("texts",
		func() string { return g.one("case.bodies", "case.supports.map(s, s.provider)") },
		func() string { return fmt.Sprintf("[%s, %s]", g.text(), g.text()) },
		func() string { return fmt.Sprintf(`%s.filter(s, s != "A")`, g.texts()) },
		func() string { return "case.meetings.filter(m, size(m.bodies) > 0).map(m, m.bodies[0])" },
	)
}

func TestClosuresAnswerAsTheInterpreterDoes(t *testing.T) {
	env, ref := newEnv(t), newReference(t)
	rapid.Check(t, func(t *rapid.T) {
		pick := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "state"), 0)).IntN
		c, p := statetest.Case(uuid.UUID{1}, pick), &casework.Path{}
		statetest.Fill(p, pick)
		g := &grammar{T: t, depth: 5, loops: 2}
		source := g.boolean()
		e, err := env.Bool(source)
		if err != nil {
			t.Fatalf("%s: %v", source, err)
		}
		frame := &Frame{days: [3]int64{20089, 20453, 20400}}
		frame.SetStruct(0, reflect.ValueOf(c))
		frame.SetStruct(1, reflect.ValueOf(p))
		got, err := e.Eval(frame)
		want, wantErr := ref.eval(t, source, map[string]any{
			"case": c, "path": p, "from": int64(20089), "to": int64(20453), "as_of": int64(20400),
		})
		if (err != nil) != (wantErr != nil) {
			t.Fatalf("%s: failed with %v, the interpreter with %v", source, err, wantErr)
		}
		if err == nil && want != types.Bool(got) {
			t.Fatalf("%s: %v, the interpreter says %v", source, got, want)
		}
	})
}

// eval fails the test for a source that does not compile.
func (r *reference) eval(t interface{ Fatal(...any) }, source string, vars any) (ref.Val, error) {
	checked, issues := r.env.Compile(source)
	if issues.Err() != nil {
		t.Fatal(source, issues.Err())
	}
	program, err := r.env.Program(checked)
	if err != nil {
		t.Fatal(err)
	}
	v, _, err := program.Eval(vars)
	return v, err
}
