package expr

import (
	"cmp"

	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/operators"
	"cel.dev/cel-go/common/types"
)

// comparison compiles == != < <= > >= of numbers, texts, or true and false.
func (c *compiler) comparison(e ast.Expr, op string) eval[bool] {
	args := e.AsCall().Args()
	left, right := c.typeOf(args[0]), c.typeOf(args[1])
	if left.Kind() != right.Kind() {
		c.refuse(e, "definitions compare values of one type, not %s with %s", left, right)
		return nil
	}
	switch left.Kind() {
	case types.IntKind:
		c.sameVocabulary(e, args[0], args[1])
		return compared(op, c.integer(args[0]), c.integer(args[1]))
	case types.StringKind:
		return compared(op, c.text(args[0]), c.text(args[1]))
	case types.BoolKind:
		if op == operators.Equals || op == operators.NotEquals {
			return compared(op, asNumber(c.boolean(args[0])), asNumber(c.boolean(args[1])))
		}
	default:
	}
	c.refuse(e, "definitions do not compare values of type %s so", left)
	return nil
}

func asNumber(b eval[bool]) eval[int] {
	return func(f *Frame) (int, error) {
		ok, err := b(f)
		if ok {
			return 1, err
		}
		return 0, err
	}
}

func compared[T cmp.Ordered](op string, left, right eval[T]) eval[bool] {
	switch op {
	case operators.Equals:
		return test(left, right, func(a, b T) bool { return a == b })
	case operators.NotEquals:
		return test(left, right, func(a, b T) bool { return a != b })
	case operators.Less:
		return test(left, right, func(a, b T) bool { return a < b })
	case operators.LessEquals:
		return test(left, right, func(a, b T) bool { return a <= b })
	case operators.Greater:
		return test(left, right, func(a, b T) bool { return a > b })
	default:
		return test(left, right, func(a, b T) bool { return a >= b })
	}
}

func test[T any](left, right eval[T], holds func(a, b T) bool) eval[bool] {
	return func(f *Frame) (bool, error) {
		a, err := left(f)
		if err != nil {
			return false, err
		}
		b, err := right(f)
		if err != nil {
			return false, err
		}
		return holds(a, b), nil
	}
}

// contained compiles x in list.
func (c *compiler) contained(e ast.Expr) eval[bool] {
	args := e.AsCall().Args()
	if c.typeOf(args[1]).Kind() != types.ListKind {
		c.refuse(e, "definitions look for something in lists only")
		return nil
	}
	xs := c.list(args[1])
	switch c.typeOf(args[0]).Kind() {
	case types.IntKind:
		c.sameVocabulary(e, args[0], args[1])
		return among(xs, c.integer(args[0]), func(x item) int64 { return x.number })
	case types.StringKind:
		return among(xs, c.text(args[0]), func(x item) string { return x.text })
	default:
		c.refuse(e, "definitions look for numbers and texts in lists only")
		return nil
	}
}

func among[T comparable](xs listNode, wanted eval[T], read func(item) T) eval[bool] {
	return func(f *Frame) (bool, error) {
		w, err := wanted(f)
		if err != nil {
			return false, err
		}
		l, err := xs.run(f)
		if err != nil {
			return false, err
		}
		for i := range l.size() {
			if read(l.at(i, xs.load)) == w {
				return true, nil
			}
		}
		return false, nil
	}
}
