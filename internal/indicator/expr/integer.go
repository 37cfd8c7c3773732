package expr

import (
	"math"
	"reflect"
	"slices"
	"unicode/utf8"

	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/operators"
	"cel.dev/cel-go/common/overloads"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
)

// integer compiles an expression that answers with a whole number, which a day
// and a value of a vocabulary are too.
func (c *compiler) integer(e ast.Expr) eval[int64] {
	return compileAs(c, e, reader[int64]{
		field: reflect.Value.Int,
		item:  func(x item) int64 { return x.number },
		literal: func(v ref.Val) (int64, bool) {
			n, ok := v.(types.Int)
			return int64(n), ok
		},
		variable: (*compiler).day,
		call:     (*compiler).integerCall,
	})
}

func (c *compiler) day(e ast.Expr) eval[int64] {
	place := slices.Index(c.env.scope.Days, e.AsIdent())
	if place < 0 {
		c.refuse(e, "%s is not a day", e.AsIdent())
		return nil
	}
	return func(f *Frame) (int64, error) { return f.days[place], nil }
}

func (c *compiler) integerCall(e ast.Expr) eval[int64] {
	switch name := nameOf(e); name {
	case operators.Add:
		return c.arithmetic(e, add, tooLarge)
	case operators.Subtract:
		return c.arithmetic(e, subtract, tooLarge)
	case operators.Multiply:
		return c.arithmetic(e, multiply, tooLarge)
	case operators.Divide:
		return c.arithmetic(e, divide, "divided by zero")
	case operators.Modulo:
		return c.arithmetic(e, modulo, "divided by zero")
	case operators.Negate:
		return c.negated(e)
	case overloads.Size:
		return c.size(e)
	case functionMonths:
		return c.arithmetic(e, months, "the day is out of reach")
	case functionSum:
		return c.sum(e)
	default:
		c.refuse(e, "definitions do not use %s for a number", name)
		return nil
	}
}

// tooLarge says that a number has no place in 64 bits.
const tooLarge = "the number is too large"

// arithmetic compiles an operator of two numbers; ok is false where there is
// no result, and why says why.
func (c *compiler) arithmetic(e ast.Expr, op func(a, b int64) (n int64, ok bool), why string) eval[int64] {
	args := arguments(e)
	left, right := c.integer(args[0]), c.integer(args[1])
	failed := c.failure(e, why)
	return func(f *Frame) (int64, error) {
		a, err := left(f)
		if err != nil {
			return 0, err
		}
		b, err := right(f)
		if err != nil {
			return 0, err
		}
		n, ok := op(a, b)
		if !ok {
			return 0, failed
		}
		return n, nil
	}
}

func add(a, b int64) (int64, bool) {
	n := a + b
	return n, (n > a) == (b > 0)
}

func subtract(a, b int64) (int64, bool) {
	n := a - b
	return n, (n < a) == (b > 0)
}

func multiply(a, b int64) (int64, bool) {
	if a == 0 || b == 0 {
		return 0, true
	}
	// The one overflow that dividing does not show.
	if (a == -1 && b == math.MinInt64) || (b == -1 && a == math.MinInt64) {
		return 0, false
	}
	n := a * b
	return n, n/b == a
}

func divide(a, b int64) (int64, bool) {
	if b == 0 || (a == math.MinInt64 && b == -1) {
		return 0, false
	}
	return a / b, true
}

func modulo(a, b int64) (int64, bool) {
	if b == 0 || (a == math.MinInt64 && b == -1) {
		return 0, false
	}
	return a % b, true
}

func (c *compiler) negated(e ast.Expr) eval[int64] {
	operand := c.integer(arguments(e)[0])
	failed := c.failure(e, tooLarge)
	return func(f *Frame) (int64, error) {
		n, err := operand(f)
		if err == nil && n == math.MinInt64 {
			return 0, failed
		}
		return -n, err
	}
}

// size compiles the length of a list or of a text.
func (c *compiler) size(e ast.Expr) eval[int64] {
	operand := arguments(e)[0]
	switch c.typeOf(operand).Kind() {
	case types.StringKind:
		text := c.text(operand)
		return func(f *Frame) (int64, error) {
			s, err := text(f)
			return int64(utf8.RuneCountInString(s)), err
		}
	case types.ListKind:
		xs := c.list(operand)
		return func(f *Frame) (int64, error) {
			l, err := xs.run(f)
			return int64(l.size()), err
		}
	default:
		c.refuse(e, "definitions ask for the size of lists and texts only")
		return nil
	}
}

// sum compiles the sum of a list of numbers.
func (c *compiler) sum(e ast.Expr) eval[int64] {
	xs := c.list(arguments(e)[0])
	failed := c.failure(e, "the sum is too large")
	return func(f *Frame) (int64, error) {
		l, err := xs.run(f)
		if err != nil {
			return 0, err
		}
		var total int64
		for i := range l.size() {
			next, ok := add(total, l.at(i, xs.load).number)
			if !ok {
				return 0, failed
			}
			total = next
		}
		return total, nil
	}
}
