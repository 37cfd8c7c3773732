package access

import (
	"percorsi/internal/fault"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

// MayCorrectPlan tells whether a caller may correct a fact of a plan: planners
// all, a reporting body the figures that it supplied.
func MayCorrectPlan(c Caller, f *eventv1.Fact) error {
	if c.Role != ReportingBody {
		return nil
	}
	if f.GetFigureSupplied() == nil {
		return fault.New(fault.Denied, "a reporting body corrects the figures it supplied: ask the planning office for anything else")
	}
	return MaySpeakFor(c, f.GetFigureSupplied().GetSuppliedBy())
}
