package fault

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Kind says what a caller can do about an error.
type Kind int

const (
	// Internal is the zero kind: something failed that the caller cannot
	// mend. Its text stays in the process log.
	Internal Kind = iota
	// Invalid means that the input is wrong as it stands, whatever the state.
	Invalid
	// NotFound means that the thing named does not exist, or that the caller
	// may not know whether it does.
	NotFound
	// Exists means that the id is taken by another content.
	Exists
	// NotNow means that the input is well formed and the state forbids it.
	NotNow
	// Clash means that somebody else changed the same part in between.
	Clash
	// Unauthenticated means an unknown caller: no token, or one that does not verify.
	Unauthenticated
	// Denied means that the caller is known and may not do this.
	Denied
	// Unavailable means that the same call may succeed later.
	Unavailable
)

// Violation is one field that is wrong. Field is the path as the caller wrote
// it, such as "fact.comune".
type Violation struct {
	Field string
	Do    string
}

// Error is the one error type of the domain. Its zero value is an internal
// error without text.
type Error struct {
	Kind       Kind
	Message    string
	Violations []Violation
	Err        error
}

// Error gives the message, and each violation with its field.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.Message)
	for i, v := range e.Violations {
		if i > 0 || e.Message != "" {
			b.WriteString("; ")
		}
		b.WriteString(v.Field + ": " + v.Do)
	}
	if e.Err != nil {
		if b.Len() > 0 {
			b.WriteString(": ")
		}
		b.WriteString(e.Err.Error())
	}
	return b.String()
}

// Unwrap gives the cause, which is never shown to a caller.
func (e *Error) Unwrap() error { return e.Err }

// Renamed gives an error whose fields are named as somebody else wrote them, who
// sent what the error is about inside something larger. An error of another type
// stays as it is.
func Renamed(err error, name func(field string) string) error {
	e, ok := errors.AsType[*Error](err)
	if !ok {
		return err
	}
	out := *e
	out.Violations = slices.Clone(e.Violations)
	for i := range out.Violations {
		out.Violations[i].Field = name(out.Violations[i].Field)
	}
	return &out
}

// New makes an error of a kind. The message tells the person what to do.
func New(kind Kind, format string, args ...any) *Error {
	return &Error{Kind: kind, Message: fmt.Sprintf(format, args...)}
}

// Field makes an Invalid error about one field.
func Field(field, format string, args ...any) *Error {
	return &Error{Kind: Invalid, Violations: []Violation{{Field: field, Do: fmt.Sprintf(format, args...)}}}
}

// KindOf gives the kind of err: Internal for an error that is none of ours.
func KindOf(err error) Kind {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Kind
	}
	return Internal
}
