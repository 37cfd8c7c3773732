package expr

import (
	"reflect"
	"slices"

	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/types/ref"
)

// object compiles an expression that answers with a struct. A struct that is
// not there is answered as one whose fields are all zero.
func (c *compiler) object(e ast.Expr) eval[reflect.Value] {
	st, ok := c.env.structs.structs[c.typeOf(e).TypeName()]
	if !ok {
		c.refuse(e, "definitions have no values of type %s", c.typeOf(e))
		return nil
	}
	return compileAs(c, e, reader[reflect.Value]{
		field:    orZero(st.zero),
		item:     func(x item) reflect.Value { return x.object },
		literal:  func(ref.Val) (reflect.Value, bool) { return reflect.Value{}, false },
		variable: (*compiler).rootObject,
		call:     (*compiler).noObject,
	})
}

// orZero reads a pointer to a struct; nil gives zero.
func orZero(zero reflect.Value) func(reflect.Value) reflect.Value {
	return func(pointer reflect.Value) reflect.Value {
		if pointer.IsNil() {
			return zero
		}
		return pointer.Elem()
	}
}

func (c *compiler) rootObject(e ast.Expr) eval[reflect.Value] {
	place := slices.IndexFunc(c.env.scope.Structs, func(v Variable) bool { return v.Name == e.AsIdent() })
	if place < 0 {
		c.refuse(e, "%s is not a variable", e.AsIdent())
		return nil
	}
	return func(f *Frame) (reflect.Value, error) { return f.structs[place], nil }
}

func (c *compiler) noObject(e ast.Expr) eval[reflect.Value] {
	c.refuse(e, "definitions do not use %s here", nameOf(e))
	return nil
}

// nameOf gives the function that e calls, for a message.
func nameOf(e ast.Expr) string {
	if e.Kind() == ast.CallKind {
		return e.AsCall().FunctionName()
	}
	return "lists"
}
