package expr

import (
	"fmt"
	"reflect"
	"strconv"

	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/operators"
	"cel.dev/cel-go/common/overloads"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
)

// text compiles an expression that answers with a text.
func (c *compiler) text(e ast.Expr) eval[string] {
	return compileAs(c, e, reader[string]{
		field: textField,
		item:  func(x item) string { return x.text },
		literal: func(v ref.Val) (string, bool) {
			s, ok := v.(types.String)
			return string(s), ok
		},
		variable: (*compiler).noText,
		call:     (*compiler).textCall,
	})
}

// textField reads a text, or an id as text.
func textField(v reflect.Value) string {
	if v.Kind() == reflect.String {
		return v.String()
	}
	return fmt.Sprint(v.Interface())
}

func (c *compiler) noText(e ast.Expr) eval[string] {
	c.refuse(e, "%s is not a text", e.AsIdent())
	return nil
}

func (c *compiler) textCall(e ast.Expr) eval[string] {
	switch name := nameOf(e); name {
	case operators.Add:
		return c.joined(e)
	case overloads.TypeConvertString:
		return c.written(e)
	default:
		c.refuse(e, "definitions do not use %s for a text", name)
		return nil
	}
}

func (c *compiler) joined(e ast.Expr) eval[string] {
	args := arguments(e)
	left, right := c.text(args[0]), c.text(args[1])
	return func(f *Frame) (string, error) {
		a, err := left(f)
		if err != nil {
			return "", err
		}
		b, err := right(f)
		return a + b, err
	}
}

// written compiles string(x) of a number or a text.
func (c *compiler) written(e ast.Expr) eval[string] {
	operand := arguments(e)[0]
	switch c.typeOf(operand).Kind() {
	case types.StringKind:
		return c.text(operand)
	case types.IntKind:
		number := c.integer(operand)
		return func(f *Frame) (string, error) {
			n, err := number(f)
			return strconv.FormatInt(n, 10), err
		}
	default:
		c.refuse(e, "definitions write numbers and texts only")
		return nil
	}
}
