package expr

import (
	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/operators"
	"cel.dev/cel-go/common/types"
)

// macroKind is one of the macros that walk a list.
type macroKind int

const (
	macroExists macroKind = iota + 1
	macroAll
	macroExistsOne
	macroFilter
	macroMap
)

// macro is what a macro was written as, found again in the loop that the
// parser made of it.
type macro struct {
	kind macroKind
	// predicate is the condition; nil for a map without one.
	predicate ast.Expr
	// transform is what a map makes of an element.
	transform ast.Expr
}

// macroOf recognises the loops of exists, all, exists_one, filter and map.
func macroOf(loop ast.ComprehensionExpr) (macro, bool) {
	if loop.HasIterVar2() || loop.LoopStep().Kind() != ast.CallKind {
		return macro{}, false
	}
	step := loop.LoopStep().AsCall()
	args := step.Args()
	switch step.FunctionName() {
	case operators.LogicalOr:
		return macro{kind: macroExists, predicate: args[1]}, true
	case operators.LogicalAnd:
		return macro{kind: macroAll, predicate: args[1]}, true
	case operators.Add:
		return collecting(loop, loop.LoopStep(), nil)
	case operators.Conditional:
		if loop.AccuInit().Kind() == ast.LiteralKind {
			return macro{kind: macroExistsOne, predicate: args[0]}, true
		}
		return collecting(loop, args[1], args[0])
	default:
		return macro{}, false
	}
}

// collecting recognises accumulator + [x]. A loop that collects its own
// variable is a filter.
func collecting(loop ast.ComprehensionExpr, step, predicate ast.Expr) (macro, bool) {
	if step.Kind() != ast.CallKind || step.AsCall().FunctionName() != operators.Add {
		return macro{}, false
	}
	added := step.AsCall().Args()[1]
	if added.Kind() != ast.ListKind || added.AsList().Size() != 1 {
		return macro{}, false
	}
	x := added.AsList().Elements()[0]
	if predicate != nil && x.Kind() == ast.IdentKind && x.AsIdent() == loop.IterVar() {
		return macro{kind: macroFilter, predicate: predicate}, true
	}
	return macro{kind: macroMap, predicate: predicate, transform: x}, true
}

// walk is a compiled macro: the list, the place of its variable in the frame,
// and what is done with each element.
type walk struct {
	kind      macroKind
	over      listNode
	place     int
	predicate eval[bool]
	transform eval[item]
}

// walk compiles the parts of a macro; ok is false where e is none.
func (c *compiler) walk(e ast.Expr) (w walk, ok bool) {
	loop := e.AsComprehension()
	m, known := macroOf(loop)
	if !known || c.typeOf(loop.IterRange()).Kind() != types.ListKind {
		c.refuse(e, "definitions walk lists with exists, all, exists_one, filter and map only")
		return walk{}, false
	}
	if len(c.locals) == maxDepth {
		c.refuse(e, "more than %d macros stand inside one another", maxDepth)
		return walk{}, false
	}
	w = walk{kind: m.kind, over: c.list(loop.IterRange()), place: len(c.locals)}
	c.locals = append(c.locals, local{name: loop.IterVar(), elem: elemOf(c.goType(loop.IterRange()))})
	if m.predicate != nil {
		w.predicate = c.boolean(m.predicate)
	}
	if m.transform != nil {
		w.transform = c.element(m.transform)
	}
	c.locals = c.locals[:w.place]
	return w, true
}

// quantifier compiles exists, all and exists_one.
func (c *compiler) quantifier(e ast.Expr) eval[bool] {
	w, ok := c.walk(e)
	switch {
	case !ok:
		return nil
	case w.kind == macroExists:
		return w.until(true)
	case w.kind == macroAll:
		return w.until(false)
	default:
		return w.exactlyOne
	}
}

// until answers with decisive at the first element for which the predicate
// does, and with its opposite where there is none. An element without an
// answer matters only where no other decides.
func (w walk) until(decisive bool) eval[bool] {
	return func(f *Frame) (bool, error) {
		l, err := w.over.run(f)
		if err != nil {
			return false, err
		}
		var failed error
		for i := range l.size() {
			f.locals[w.place] = l.at(i, w.over.load)
			holds, err := w.predicate(f)
			if err != nil {
				failed = err
				continue
			}
			if holds == decisive {
				return decisive, nil
			}
		}
		return !decisive, failed
	}
}

func (w walk) exactlyOne(f *Frame) (bool, error) {
	l, err := w.over.run(f)
	if err != nil {
		return false, err
	}
	n := 0
	for i := range l.size() {
		f.locals[w.place] = l.at(i, w.over.load)
		holds, err := w.predicate(f)
		if err != nil {
			return false, err
		}
		if holds {
			n++
		}
	}
	return n == 1, nil
}

// collection compiles filter and map.
func (c *compiler) collection(e ast.Expr) eval[list] {
	w, ok := c.walk(e)
	if !ok {
		return nil
	}
	return w.collect
}

func (w walk) collect(f *Frame) (list, error) {
	l, err := w.over.run(f)
	if err != nil {
		return list{}, err
	}
	var made []item
	for i := range l.size() {
		x := l.at(i, w.over.load)
		f.locals[w.place] = x
		if w.predicate != nil {
			holds, err := w.predicate(f)
			if err != nil {
				return list{}, err
			}
			if !holds {
				continue
			}
		}
		if w.transform != nil {
			if x, err = w.transform(f); err != nil {
				return list{}, err
			}
		}
		made = append(made, x)
	}
	return list{made: made}, nil
}
