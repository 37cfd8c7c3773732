package expr

import (
	"fmt"
	"maps"
	"reflect"
	"slices"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/operators"
	"cel.dev/cel-go/common/types"
)

// Variable is a struct that expressions can name.
type Variable struct {
	Name string
	// Type is a pointer to a struct whose fields have cel tags.
	Type reflect.Type
}

// Scope says what expressions of one environment can speak of. The places of
// Structs and Days are those of Frame.SetStruct and Frame.SetDay.
type Scope struct {
	Structs []Variable
	Days    []string
	// Constants are values of the vocabularies by name, such as Pathway.ADI.
	Constants map[string]int64
}

// Env compiles expressions of one scope. It may be shared by goroutines.
type Env struct {
	scope   Scope
	structs *provider
	cel     *cel.Env
}

// NewEnv prepares a scope. It fails for a scope that is too large or that
// names a Go type which expressions cannot read.
func NewEnv(s Scope) (*Env, error) {
	if len(s.Structs) > maxStructs || len(s.Days) > maxDays {
		return nil, fmt.Errorf("a scope holds at most %d structs and %d days", maxStructs, maxDays)
	}
	p, err := newProvider()
	if err != nil {
		return nil, err
	}
	options := slices.Concat([]cel.EnvOption{cel.CustomTypeProvider(p)}, functions())
	for _, v := range s.Structs {
		if err := p.add(v.Type); err != nil {
			return nil, err
		}
		options = append(options, cel.Variable(v.Name, cel.ObjectType(v.Type.Elem().String())))
	}
	for _, name := range s.Days {
		options = append(options, cel.Variable(name, cel.IntType))
	}
	for _, name := range slices.Sorted(maps.Keys(s.Constants)) {
		options = append(options, cel.Constant(name, cel.IntType, types.Int(s.Constants[name])))
	}
	env, err := cel.NewEnv(options...)
	if err != nil {
		return nil, fmt.Errorf("make the environment of the expressions: %w", err)
	}
	return &Env{scope: s, structs: p, cel: env}, nil
}

// Bool compiles an expression that answers true or false. The error is an
// *Error.
func (e *Env) Bool(source string) (*Expr[bool], error) {
	c, root, err := e.check(source, types.BoolType)
	if err != nil {
		return nil, err
	}
	return finish(c, c.boolean(root))
}

// Split compiles a condition in two parts: once is true where all that names
// none of the changing variables is, and each where the rest is. The condition
// holds where both do; as for &&, it does not hold where one of them does not,
// even if the other has no answer. A part that would be empty is nil. The error
// is an *Error.
func (e *Env) Split(source string, changing ...string) (once, each *Expr[bool], err error) {
	c, root, err := e.check(source, types.BoolType)
	if err != nil {
		return nil, nil, err
	}
	parts := map[bool]*Expr[bool]{}
	for _, operand := range conjuncts(root) {
		part := &compiler{env: e, ast: c.ast, mentions: map[string]bool{}}
		next, err := finish(part, part.boolean(operand))
		if err != nil {
			c.problems = append(c.problems, part.problems...)
			continue
		}
		changes := slices.ContainsFunc(changing, next.Mentions)
		parts[changes] = joined(parts[changes], next)
	}
	if len(c.problems) > 0 {
		return nil, nil, &Error{Problems: c.problems}
	}
	return parts[false], parts[true], nil
}

// conjuncts gives what is joined by && at the top of a condition, in order.
func conjuncts(e ast.Expr) []ast.Expr {
	if e.Kind() != ast.CallKind || e.AsCall().FunctionName() != operators.LogicalAnd {
		return []ast.Expr{e}
	}
	var out []ast.Expr
	for _, arg := range e.AsCall().Args() {
		out = append(out, conjuncts(arg)...)
	}
	return out
}

// Int compiles an expression that answers with a whole number. The error is an
// *Error.
func (e *Env) Int(source string) (*Expr[int64], error) {
	c, root, err := e.check(source, types.IntType)
	if err != nil {
		return nil, err
	}
	return finish(c, c.integer(root))
}
