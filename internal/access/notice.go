package access

import (
	"slices"

	"percorsi/internal/casework"
)

// IsTold tells whether a caller is shown a notice that was given to users and to
// bodies, about a case as it is now.
//
// Who is named is told, as they were then: also who has left the case since.
// Where a body is named its staff are told, who were asked or called although
// the case may not be theirs any more, and others of the body who see the case.
//
// A case that is sealed by now tells only who is named, and of the body that
// manages it the coordinators: they see it, and they assign its case manager and
// approve what waits.
func IsTold(c Caller, users, bodies []string, k *casework.Case) bool {
	switch {
	case c.User != "" && slices.Contains(users, c.User):
		return true
	case k == nil || c.Body == "" || !slices.Contains(bodies, c.Body):
		return false
	case Sealed(k):
		return c.Role == Coordinator && c.Body == k.ManagingBody
	default:
		return c.Role.staff() || Sees(c, k)
	}
}
