package expr

import (
	"reflect"
	"slices"

	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/operators"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
)

// eval is one compiled node.
type eval[T any] func(*Frame) (T, error)

// compiler turns one checked expression into closures. A node that cannot be
// compiled is noted in problems and becomes nil; nothing is run then.
type compiler struct {
	env      *Env
	ast      *ast.AST
	locals   []local
	problems []Problem
	mentions map[string]bool
}

// local is the variable of a macro; its place among the locals is its place in
// the frame.
type local struct {
	name string
	// elem is the Go type of the elements; nil where it is not one of the
	// state.
	elem reflect.Type
}

// reader is what differs between the types that a node can have.
type reader[T any] struct {
	// field reads a field of the state.
	field func(reflect.Value) T
	// item reads an element of a list.
	item func(item) T
	// literal reads a constant.
	literal func(ref.Val) (T, bool)
	// variable compiles a variable of the scope.
	variable func(c *compiler, e ast.Expr) eval[T]
	// call compiles the operators and functions of the type.
	call func(c *compiler, e ast.Expr) eval[T]
}

// compileAs compiles e, whose type is that of the reader.
func compileAs[T any](c *compiler, e ast.Expr, r reader[T]) eval[T] {
	switch e.Kind() {
	case ast.LiteralKind:
		return constant(c, e, e.AsLiteral(), r)
	case ast.IdentKind:
		return named(c, e, r)
	case ast.SelectKind:
		if !e.AsSelect().IsTestOnly() {
			return fieldOf(c, e, r)
		}
	case ast.CallKind:
		switch e.AsCall().FunctionName() {
		case operators.Conditional:
			return choose(c, e, r)
		case operators.Index:
			return elementOf(c, e, r)
		}
	case ast.ComprehensionKind, ast.ListKind:
	case ast.MapKind, ast.StructKind, ast.UnspecifiedExprKind:
		c.refuse(e, "definitions do not make maps or structs")
		return nil
	}
	return r.call(c, e)
}

func constant[T any](c *compiler, e ast.Expr, v ref.Val, r reader[T]) eval[T] {
	value, ok := r.literal(v)
	if !ok {
		c.refuse(e, "definitions have no constants of type %s", v.Type().TypeName())
		return nil
	}
	return func(*Frame) (T, error) { return value, nil }
}

// named compiles a name: a local, a constant or a variable of the scope.
func named[T any](c *compiler, e ast.Expr, r reader[T]) eval[T] {
	name := e.AsIdent()
	c.mentions[name] = true
	if place, ok := c.local(name); ok {
		read := r.item
		return func(f *Frame) (T, error) { return read(f.locals[place]), nil }
	}
	if info := c.ast.ReferenceMap()[e.ID()]; info != nil && info.Value != nil {
		return constant(c, e, info.Value, r)
	}
	return r.variable(c, e)
}

// fieldOf compiles operand.field.
func fieldOf[T any](c *compiler, e ast.Expr, r reader[T]) eval[T] {
	s := e.AsSelect()
	field, known := c.field(s)
	if !known {
		c.refuse(e, "definitions read fields of the state only")
		return nil
	}
	if s.Operand().Kind() == ast.IdentKind {
		c.mentions[s.Operand().AsIdent()+"."+s.FieldName()] = true
	}
	operand, index, read := c.object(s.Operand()), field.index, r.field
	return func(f *Frame) (T, error) {
		v, err := operand(f)
		if err != nil {
			var none T
			return none, err
		}
		return read(v.Field(index)), nil
	}
}

func choose[T any](c *compiler, e ast.Expr, r reader[T]) eval[T] {
	args := e.AsCall().Args()
	condition, yes, no := c.boolean(args[0]), compileAs(c, args[1], r), compileAs(c, args[2], r)
	return func(f *Frame) (T, error) {
		ok, err := condition(f)
		switch {
		case err != nil:
			var none T
			return none, err
		case ok:
			return yes(f)
		default:
			return no(f)
		}
	}
}

// elementOf compiles list[index].
func elementOf[T any](c *compiler, e ast.Expr, r reader[T]) eval[T] {
	args := e.AsCall().Args()
	if c.typeOf(args[0]).Kind() != types.ListKind {
		c.refuse(e, "definitions have no maps")
		return nil
	}
	xs, place, read := c.list(args[0]), c.integer(args[1]), r.item
	outside := c.failure(e, "index outside the list")
	return func(f *Frame) (T, error) {
		var none T
		l, err := xs.run(f)
		if err != nil {
			return none, err
		}
		i, err := place(f)
		if err != nil {
			return none, err
		}
		if i < 0 || i >= int64(l.size()) {
			return none, outside
		}
		return read(l.at(int(i), xs.load)), nil
	}
}

// local gives the place of the innermost macro variable of a name.
func (c *compiler) local(name string) (int, bool) {
	for i, l := range slices.Backward(c.locals) {
		if l.name == name {
			return i, true
		}
	}
	return 0, false
}

// field gives what is known of the field that s selects.
func (c *compiler) field(s ast.SelectExpr) (structField, bool) {
	t := c.typeOf(s.Operand())
	if t.Kind() != types.StructKind {
		return structField{}, false
	}
	st, ok := c.env.structs.structs[t.TypeName()]
	if !ok {
		return structField{}, false
	}
	f, ok := st.fields[s.FieldName()]
	return f, ok
}

func (c *compiler) typeOf(e ast.Expr) *types.Type { return c.ast.GetType(e.ID()) }

// arguments gives the target of a call, if any, and its arguments.
func arguments(e ast.Expr) []ast.Expr {
	call := e.AsCall()
	if !call.IsMemberFunction() {
		return call.Args()
	}
	return append([]ast.Expr{call.Target()}, call.Args()...)
}
