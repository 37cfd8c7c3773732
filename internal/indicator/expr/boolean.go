package expr

import (
	"cmp"
	"reflect"
	"strings"

	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/operators"
	"cel.dev/cel-go/common/overloads"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
)

// boolean compiles an expression that answers true or false.
func (c *compiler) boolean(e ast.Expr) eval[bool] {
	return compileAs(c, e, reader[bool]{
		field: reflect.Value.Bool,
		item:  func(x item) bool { return x.number != 0 },
		literal: func(v ref.Val) (bool, bool) {
			b, ok := v.(types.Bool)
			return bool(b), ok
		},
		variable: (*compiler).noBoolean,
		call:     (*compiler).booleanCall,
	})
}

func (c *compiler) noBoolean(e ast.Expr) eval[bool] {
	c.refuse(e, "%s is neither true nor false", e.AsIdent())
	return nil
}

func (c *compiler) booleanCall(e ast.Expr) eval[bool] {
	switch e.Kind() {
	case ast.ComprehensionKind:
		return c.quantifier(e)
	case ast.SelectKind:
		return c.has(e)
	default:
	}
	switch name := nameOf(e); name {
	case operators.LogicalAnd:
		return c.both(e)
	case operators.LogicalOr:
		return c.either(e)
	case operators.LogicalNot:
		return c.not(e)
	case operators.Equals, operators.NotEquals,
		operators.Less, operators.LessEquals, operators.Greater, operators.GreaterEquals:
		return c.comparison(e, name)
	case operators.In, operators.OldIn:
		return c.contained(e)
	case overloads.StartsWith:
		return c.matched(e, strings.HasPrefix)
	case overloads.EndsWith:
		return c.matched(e, strings.HasSuffix)
	case overloads.Contains:
		return c.matched(e, strings.Contains)
	case functionWithin, functionUntil, functionOverlaps:
		return c.dayTest(e, name)
	default:
		c.refuse(e, "definitions do not use %s for true or false", name)
		return nil
	}
}

// has compiles has(x.field): the field is given, or the list holds something.
func (c *compiler) has(e ast.Expr) eval[bool] {
	s := e.AsSelect()
	field, known := c.field(s)
	if !known {
		c.refuse(e, "definitions ask has() of fields of the state only")
		return nil
	}
	operand, isList := c.object(s.Operand()), field.goType.Kind() == reflect.Slice
	return func(f *Frame) (bool, error) {
		v, err := operand(f)
		if err != nil {
			return false, err
		}
		if isList {
			return v.Field(field.index).Len() > 0, nil
		}
		return !v.Field(field.index).IsZero(), nil
	}
}

// both compiles a && b. As CEL has it, false decides even where the other side
// has no answer.
func (c *compiler) both(e ast.Expr) eval[bool] {
	args := e.AsCall().Args()
	return conjunction(c.boolean(args[0]), c.boolean(args[1]))
}

func conjunction(left, right eval[bool]) eval[bool] {
	return func(f *Frame) (bool, error) {
		a, errLeft := left(f)
		if errLeft == nil && !a {
			return false, nil
		}
		b, err := right(f)
		if err == nil && !b {
			return false, nil
		}
		return errLeft == nil && err == nil, cmp.Or(errLeft, err)
	}
}

// either compiles a || b; true decides even where the other side has no answer.
func (c *compiler) either(e ast.Expr) eval[bool] {
	args := e.AsCall().Args()
	left, right := c.boolean(args[0]), c.boolean(args[1])
	return func(f *Frame) (bool, error) {
		a, errLeft := left(f)
		if errLeft == nil && a {
			return true, nil
		}
		b, err := right(f)
		if err == nil && b {
			return true, nil
		}
		return false, cmp.Or(errLeft, err)
	}
}

func (c *compiler) not(e ast.Expr) eval[bool] {
	operand := c.boolean(e.AsCall().Args()[0])
	return func(f *Frame) (bool, error) {
		b, err := operand(f)
		return err == nil && !b, err
	}
}

func (c *compiler) matched(e ast.Expr, test func(s, part string) bool) eval[bool] {
	args := arguments(e)
	whole, part := c.text(args[0]), c.text(args[1])
	return func(f *Frame) (bool, error) {
		a, err := whole(f)
		if err != nil {
			return false, err
		}
		b, err := part(f)
		return err == nil && test(a, b), err
	}
}
