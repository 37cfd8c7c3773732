package expr

import (
	"fmt"
	"slices"
	"strings"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/types"
)

// Problem is one thing that is wrong with a source. Line and Column count from
// 1.
type Problem struct {
	Line, Column int
	Text         string
}

// String gives the problem as line:column: text.
func (p Problem) String() string { return fmt.Sprintf("%d:%d: %s", p.Line, p.Column, p.Text) }

// Error is everything that is wrong with a source, in its order.
type Error struct{ Problems []Problem }

// Error gives every problem.
func (e *Error) Error() string {
	texts := make([]string, len(e.Problems))
	for i, p := range e.Problems {
		texts[i] = p.String()
	}
	return strings.Join(texts, "; ")
}

// check parses a source and checks its types; want is what it must answer
// with.
func (e *Env) check(source string, want ...*types.Type) (*compiler, ast.Expr, error) {
	checked, issues := e.cel.Compile(source)
	if issues.Err() != nil {
		return nil, nil, problemsOf(issues)
	}
	native := checked.NativeRep()
	c := &compiler{env: e, ast: native, mentions: map[string]bool{}}
	root := native.Expr()
	got := native.GetType(root.ID())
	if slices.ContainsFunc(want, got.IsExactType) {
		return c, root, nil
	}
	names := make([]string, len(want))
	for i, t := range want {
		names[i] = t.String()
	}
	return nil, nil, &Error{Problems: []Problem{{
		Line: 1, Column: 1,
		Text: fmt.Sprintf("must answer with %s, and answers with %s", strings.Join(names, " or "), got),
	}}}
}

// problemsOf takes over what the parser and the checker found.
func problemsOf(issues *cel.Issues) *Error {
	out := &Error{}
	for _, issue := range issues.Errors() {
		out.Problems = append(out.Problems, Problem{
			Line:   issue.Location.Line(),
			Column: issue.Location.Column() + 1,
			Text:   issue.Message,
		})
	}
	return out
}

// place gives the line and the column at which an expression begins.
func (c *compiler) place(e ast.Expr) (line, column int) {
	at := c.ast.SourceInfo().GetStartLocation(e.ID())
	return at.Line(), at.Column() + 1
}

// refuse notes that an expression cannot be compiled.
func (c *compiler) refuse(e ast.Expr, format string, args ...any) {
	line, column := c.place(e)
	c.problems = append(c.problems, Problem{Line: line, Column: column, Text: fmt.Sprintf(format, args...)})
}

// failure makes, once, the error of an evaluation that has no answer at e.
func (c *compiler) failure(e ast.Expr, text string) error {
	line, column := c.place(e)
	return &failureError{at: Problem{Line: line, Column: column, Text: text}}
}

// failureError is an evaluation without an answer.
type failureError struct{ at Problem }

func (e *failureError) Error() string { return e.at.String() }
