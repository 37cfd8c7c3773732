package expr

import (
	"reflect"

	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/operators"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
)

// listNode is a compiled list: how to get it, and how to read an element of
// it where it is one of the state.
type listNode struct {
	run  eval[list]
	load func(reflect.Value) item
}

// list compiles an expression that answers with a list.
func (c *compiler) list(e ast.Expr) listNode {
	load := c.loader(e)
	if load == nil {
		return listNode{}
	}
	run := compileAs(c, e, reader[list]{
		field:    func(v reflect.Value) list { return list{state: v} },
		item:     func(item) list { return list{} },
		literal:  func(ref.Val) (list, bool) { return list{}, false },
		variable: (*compiler).noList,
		call:     (*compiler).listCall,
	})
	return listNode{run: run, load: load}
}

// loader tells how elements of e are read; nil where definitions have no such
// lists.
func (c *compiler) loader(e ast.Expr) func(reflect.Value) item {
	t := c.typeOf(e)
	if t.Kind() != types.ListKind {
		c.refuse(e, "a list is needed here, not a value of type %s", t)
		return nil
	}
	elem := t.Parameters()[0]
	switch elem.Kind() {
	case types.IntKind:
		return func(v reflect.Value) item { return item{number: v.Int()} }
	case types.BoolKind:
		return func(v reflect.Value) item { return item{number: truth(v.Bool())} }
	case types.StringKind:
		return func(v reflect.Value) item { return item{text: textField(v)} }
	case types.StructKind:
		st, ok := c.env.structs.structs[elem.TypeName()]
		if !ok {
			break
		}
		read := orZero(st.zero)
		return func(v reflect.Value) item { return item{object: read(v)} }
	default:
	}
	c.refuse(e, "definitions have no lists of %s", elem)
	return nil
}

func truth(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

func (c *compiler) noList(e ast.Expr) eval[list] {
	c.refuse(e, "%s is not a list", e.AsIdent())
	return nil
}

func (c *compiler) listCall(e ast.Expr) eval[list] {
	switch e.Kind() {
	case ast.ComprehensionKind:
		return c.collection(e)
	case ast.ListKind:
		return c.literalList(e)
	default:
	}
	if nameOf(e) == operators.Add {
		return c.appended(e)
	}
	c.refuse(e, "definitions do not use %s for a list", nameOf(e))
	return nil
}

// literalList compiles [a, b, ..].
func (c *compiler) literalList(e ast.Expr) eval[list] {
	elements := e.AsList().Elements()
	runs := make([]eval[item], len(elements))
	for i, element := range elements {
		runs[i] = c.element(element)
	}
	if made, ok := c.fixed(elements, runs); ok {
		return func(*Frame) (list, error) { return list{made: made}, nil }
	}
	return func(f *Frame) (list, error) {
		made := make([]item, len(runs))
		for i, run := range runs {
			x, err := run(f)
			if err != nil {
				return list{}, err
			}
			made[i] = x
		}
		return list{made: made}, nil
	}
}

// fixed makes a list of constants once and for all.
func (c *compiler) fixed(elements []ast.Expr, runs []eval[item]) ([]item, bool) {
	made := make([]item, len(runs))
	for i, element := range elements {
		if !c.isConstant(element) || runs[i] == nil {
			return nil, false
		}
		// A constant reads nothing of the frame and does not fail.
		made[i], _ = runs[i](nil)
	}
	return made, true
}

func (c *compiler) isConstant(e ast.Expr) bool {
	if e.Kind() == ast.LiteralKind {
		return true
	}
	info := c.ast.ReferenceMap()[e.ID()]
	return e.Kind() == ast.IdentKind && info != nil && info.Value != nil
}

// appended compiles a + b of two lists.
func (c *compiler) appended(e ast.Expr) eval[list] {
	args := e.AsCall().Args()
	left, right := c.list(args[0]), c.list(args[1])
	return func(f *Frame) (list, error) {
		var made []item
		for _, xs := range []listNode{left, right} {
			l, err := xs.run(f)
			if err != nil {
				return list{}, err
			}
			for i := range l.size() {
				made = append(made, l.at(i, xs.load))
			}
		}
		return list{made: made}, nil
	}
}

// element compiles an expression that becomes an element of a list.
func (c *compiler) element(e ast.Expr) eval[item] {
	switch c.typeOf(e).Kind() {
	case types.IntKind:
		return wrapped(c.integer(e), func(n int64) item { return item{number: n} })
	case types.BoolKind:
		return wrapped(c.boolean(e), func(b bool) item { return item{number: truth(b)} })
	case types.StringKind:
		return wrapped(c.text(e), func(s string) item { return item{text: s} })
	case types.StructKind:
		return wrapped(c.object(e), func(v reflect.Value) item { return item{object: v} })
	default:
		c.refuse(e, "definitions have no lists of %s", c.typeOf(e))
		return nil
	}
}

func wrapped[T any](run eval[T], wrap func(T) item) eval[item] {
	return func(f *Frame) (item, error) {
		v, err := run(f)
		if err != nil {
			return item{}, err
		}
		return wrap(v), nil
	}
}
