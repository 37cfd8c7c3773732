package expr

import (
	"maps"
)

// Expr is an expression that was compiled. It holds nothing of an evaluation,
// so goroutines share it.
type Expr[T any] struct {
	run      eval[T]
	mentions map[string]bool
}

// Eval gives the answer for what f holds. The error says at which place of the
// source the evaluation had no answer, such as an index outside its list.
func (e *Expr[T]) Eval(f *Frame) (T, error) { return e.run(f) }

// Mentions tells whether the source names a variable, such as "as_of", or a
// field of one, such as "activity.kind".
func (e *Expr[T]) Mentions(name string) bool { return e.mentions[name] }

// joined gives a && b; a may be nil.
func joined(a, b *Expr[bool]) *Expr[bool] {
	if a == nil {
		return b
	}
	mentions := maps.Clone(a.mentions)
	maps.Copy(mentions, b.mentions)
	return &Expr[bool]{run: conjunction(a.run, b.run), mentions: mentions}
}

// finish gives the compiled expression, or what was wrong with it.
func finish[T any](c *compiler, run eval[T]) (*Expr[T], error) {
	if len(c.problems) > 0 {
		return nil, &Error{Problems: c.problems}
	}
	return &Expr[T]{run: run, mentions: c.mentions}, nil
}
