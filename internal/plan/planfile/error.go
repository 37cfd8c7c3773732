package planfile

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Error is one thing that is wrong in a file.
type Error struct {
	Place
	// Message says what is wrong and what to do.
	Message string
}

// Error gives the place and the message.
func (e *Error) Error() string { return e.String() + ": " + e.Message }

// report gathers what is wrong in all files.
type report struct{ errs []*Error }

// at notes a problem at a place.
func (r *report) at(p Place, format string, args ...any) {
	r.errs = append(r.errs, &Error{Place: p, Message: fmt.Sprintf(format, args...)})
}

// err gives what was noted, by file and line; nil where nothing was.
func (r *report) err() error {
	slices.SortStableFunc(r.errs, func(a, b *Error) int {
		if c := strings.Compare(a.File, b.File); c != 0 {
			return c
		}
		return a.Line - b.Line
	})
	list := make([]error, 0, len(r.errs))
	for _, e := range r.errs {
		list = append(list, e)
	}
	return errors.Join(list...)
}

// file is one file while it is read: its name, and where problems go.
type file struct {
	name string
	*report
}

// wrong notes a problem at a node.
func (f file) wrong(n *yaml.Node, format string, args ...any) {
	f.at(f.place(n), format, args...)
}

func (f file) place(n *yaml.Node) Place { return Place{File: f.name, Line: n.Line} }
