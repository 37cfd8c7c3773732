package access

import (
	"context"
	"regexp"

	"percorsi/internal/fault"
)

// Caller is who calls: a pseudonym, the role of this call, and the body it is
// made for. The same person with two roles has two tokens. The zero Caller
// may do nothing.
type Caller struct {
	// User is the pseudonym of the operator, such as op.417. It is kept in
	// the log for ever, so it is never a name or an address.
	User string
	Role Role
	// Body is the code of the body, such as ACSI. Planners and administrators
	// may have none.
	Body string
}

// The forms are those of the API (CaseManagerAssigned.case_manager and .body):
// who calls can be assigned, and a body means the same everywhere.
var (
	userForm = regexp.MustCompile(`^[a-z0-9][a-z0-9.-]{1,39}$`)
	bodyForm = regexp.MustCompile(`^[A-Z0-9][A-Z0-9-]{1,39}$`)
)

// Check tells what is wrong with a caller, all at once: Invalid, with the
// fields "user", "role" and "body".
func (c Caller) Check() error {
	var wrong []fault.Violation
	if !userForm.MatchString(c.User) {
		wrong = append(wrong, fault.Violation{Field: "user", Do: "give a pseudonym of 2 to 40 small letters, digits, dots or hyphens, such as op.417"})
	}
	if _, err := ParseRole(string(c.Role)); err != nil {
		wrong = append(wrong, fault.Violation{Field: "role", Do: "choose one of " + joinRoles(Roles(), ", ")})
	}
	switch {
	case c.Body == "" && c.Role.needsBody():
		wrong = append(wrong, fault.Violation{Field: "body", Do: "give the code of the body that the " + string(c.Role) + " acts for, such as ACSI"})
	case c.Body != "" && !bodyForm.MatchString(c.Body):
		wrong = append(wrong, fault.Violation{Field: "body", Do: "give a code of 2 to 40 capital letters, digits or hyphens, such as ACSI"})
	}
	if len(wrong) == 0 {
		return nil
	}
	return &fault.Error{Kind: fault.Invalid, Violations: wrong}
}

type callerKey struct{}

// WithCaller gives a context that carries who calls.
func WithCaller(ctx context.Context, c Caller) context.Context {
	return context.WithValue(ctx, callerKey{}, c)
}

// CallerFrom gives who calls, and false where nobody was authenticated.
func CallerFrom(ctx context.Context) (Caller, bool) {
	c, ok := ctx.Value(callerKey{}).(Caller)
	return c, ok
}
