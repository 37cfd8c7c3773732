package access

import (
	"slices"
	"strings"

	"percorsi/internal/fault"
)

// Role is what a caller does in the Piano di Zona. Its value is the word used
// in tokens, in the log and on the command line.
type Role string

// The roles, in the order of the columns of the table.
const (
	// CaseManager answers for cases: takes them in charge, leads the project,
	// closes them.
	CaseManager Role = "case-manager"
	// TeamMember is a professional of a multidisciplinary team: assesses,
	// meets, supports, evaluates.
	TeamMember Role = "team-member"
	// Coordinator does what a case manager does, assigns case managers,
	// approves assessments and moves cases between bodies.
	Coordinator Role = "coordinator"
	// Planner works in the Ufficio di Piano: figures, what is behind them,
	// activities. Sees cases by pseudonym and without words.
	Planner Role = "planner"
	// ReportingBody is a ward, a school, an accredited provider or another
	// body that signals, reports, delivers or supplies figures.
	ReportingBody Role = "reporting-body"
	// Administrator runs the machine: publishes the plan, copies and verifies
	// the log. Reads no words.
	Administrator Role = "administrator"
)

// Roles gives every role, in the order of the table.
func Roles() []Role {
	return []Role{CaseManager, TeamMember, Coordinator, Planner, ReportingBody, Administrator}
}

// ParseRole reads the word of a role. The error is Invalid on the field "role"
// and lists the words there are.
func ParseRole(s string) (Role, error) {
	if r := Role(s); slices.Contains(Roles(), r) {
		return r, nil
	}
	return "", fault.Field("role", "choose one of %s", joinRoles(Roles(), ", "))
}

// staff tells the roles that work on cases for a body.
func (r Role) staff() bool {
	return r == CaseManager || r == TeamMember || r == Coordinator
}

// needsBody tells the roles whose rights come from the body they act for.
func (r Role) needsBody() bool { return r.staff() || r == ReportingBody }

func joinRoles(list []Role, separator string) string {
	words := make([]string, len(list))
	for i, r := range list {
		words[i] = string(r)
	}
	return strings.Join(words, separator)
}
