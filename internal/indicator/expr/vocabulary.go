package expr

import (
	"reflect"
	"strings"

	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/operators"
)

// dayVocabulary is the Go type of days; from, to and months(..) belong to it.
const dayVocabulary = "Day"

// sameVocabulary refuses a comparison of values of two vocabularies: to CEL
// both are numbers, and the comparison would quietly mean something else.
func (c *compiler) sameVocabulary(e, left, right ast.Expr) {
	a, b := c.vocabulary(left), c.vocabulary(right)
	if a != "" && b != "" && a != b {
		c.refuse(e, "a value of %s is compared with one of %s", a, b)
	}
}

// vocabulary names the vocabulary that a number, or the numbers of a list,
// belong to; it is empty for plain numbers and where it is not known.
func (c *compiler) vocabulary(e ast.Expr) string {
	if e.Kind() == ast.IdentKind {
		if name, _, qualified := strings.Cut(e.AsIdent(), "."); qualified {
			return name
		}
	}
	if e.Kind() == ast.CallKind && e.AsCall().FunctionName() == functionMonths {
		return dayVocabulary
	}
	if e.Kind() == ast.ListKind && e.AsList().Size() > 0 {
		return c.vocabulary(e.AsList().Elements()[0])
	}
	t := c.goType(e)
	if t == nil {
		return ""
	}
	if t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	if t.PkgPath() == "" {
		return ""
	}
	return t.Name()
}

// goType gives the Go type of what e answers with, where it is read from the
// state; else nil.
func (c *compiler) goType(e ast.Expr) reflect.Type {
	switch e.Kind() {
	case ast.IdentKind:
		if place, ok := c.local(e.AsIdent()); ok {
			return c.locals[place].elem
		}
		if _, isConstant := c.env.scope.Constants[e.AsIdent()]; !isConstant && c.isDay(e.AsIdent()) {
			return dayType
		}
	case ast.SelectKind:
		if f, ok := c.field(e.AsSelect()); ok {
			return f.goType
		}
	case ast.CallKind:
		if e.AsCall().FunctionName() == operators.Index {
			return elemOf(c.goType(e.AsCall().Args()[0]))
		}
	case ast.ComprehensionKind:
		if m, ok := macroOf(e.AsComprehension()); ok && m.kind == macroFilter {
			return c.goType(e.AsComprehension().IterRange())
		}
	default:
	}
	return nil
}

func elemOf(t reflect.Type) reflect.Type {
	if t == nil || t.Kind() != reflect.Slice {
		return nil
	}
	return t.Elem()
}
