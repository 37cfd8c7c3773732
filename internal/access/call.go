package access

import (
	"strings"

	"percorsi/internal/fault"
	assessmentv1 "percorsi/internal/gen/percorsi/assessment/v1"
)

// Open tells whether a method needs no token. The method is named as gRPC
// does: "/package.Service/Method".
func Open(fullMethod string) bool {
	service, _ := splitMethod(fullMethod)
	return open[service]
}

// MayCall tells whether the role of a caller has the method in its row of the
// table. The error is Denied and says which roles have; it is the same for a
// method that is not in the table.
func MayCall(c Caller, fullMethod string) error {
	service, method := splitMethod(fullMethod)
	allowed := table[service][method]
	if allowed&c.Role.set() != 0 {
		return nil
	}
	if allowed == 0 {
		return fault.New(fault.Denied, "nobody may call %s", method)
	}
	return fault.New(fault.Denied, "%s may not call %s: ask one who may (%s)", c.Role.title(), method, joinRoles(allowed.list(), ", "))
}

// MayApprove tells whether the role of a caller approves what waits: assessments,
// projects and closures, in the cases that the caller sees. Whether the caller
// wrote any of it is for the case to say. The error is that of MayCall.
func MayApprove(c Caller) error {
	return MayCall(c, assessmentv1.AssessmentService_ApproveAssessment_FullMethodName)
}

// splitMethod cuts "/package.Service/Method" in its two names; anything else
// gives names that are in no table.
func splitMethod(fullMethod string) (service, method string) {
	rest, ok := strings.CutPrefix(fullMethod, "/")
	if !ok {
		return "", ""
	}
	service, method, _ = strings.Cut(rest, "/")
	return service, method
}

// set gives the role as a set of one; an unknown role is the empty set.
func (r Role) set() roles {
	switch r {
	case CaseManager:
		return manager
	case TeamMember:
		return member
	case Coordinator:
		return coordinator
	case Planner:
		return planner
	case ReportingBody:
		return reporter
	case Administrator:
		return administrator
	default:
		return 0
	}
}

// title names a role in a sentence.
func (r Role) title() string {
	if r == "" {
		return "a caller without a role"
	}
	return "the role " + string(r)
}

func (s roles) list() []Role {
	var in []Role
	for _, r := range Roles() {
		if s&r.set() != 0 {
			in = append(in, r)
		}
	}
	return in
}
