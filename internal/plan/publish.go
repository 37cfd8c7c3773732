package plan

import (
	"fmt"

	"google.golang.org/protobuf/proto"

	"percorsi/internal/fault"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

// DecidePublish says whether a version of the plan may be published: the text
// holds together (see Check), it follows the version published last, and a
// definition that changed has a new version, since a figure names the version
// it was counted by.
func DecidePublish(s *State, p *eventv1.Plan) error {
	if p == nil {
		return fault.Field("plan", "is missing: send the plan, whole")
	}
	found := check(p)
	if s == nil || s.Plan == nil {
		if p.GetVersion() != 1 {
			found.add("plan.version", "is %d: the first version of a plan is 1", p.GetVersion())
		}
		return found.err()
	}
	if p.GetPlanId() != s.Plan.GetPlanId() {
		found.add("plan.plan_id", "is not that of this plan, %s: publish another plan under its own id", s.Plan.GetPlanId())
	}
	if next := s.Plan.GetVersion() + 1; p.GetVersion() != next {
		found.add("plan.version", "is %d: the version published last is %d, so this one is %d",
			p.GetVersion(), s.Plan.GetVersion(), next)
	}
	found.versions(s.Plan, p)
	return found.err()
}

// versions checks that a changed definition has a new version.
func (p *problems) versions(old, next *eventv1.Plan) {
	for n, i := range next.GetIndicators() {
		before, now := find(old, i.GetIndicatorId()).GetDefinition(), i.GetDefinition()
		if before == nil || now == nil {
			continue
		}
		field := fmt.Sprintf("plan.indicators[%d].definition.version", n)
		switch {
		case now.GetVersion() < before.GetVersion():
			p.add(field, "of %s is %d: it was %d, and versions only grow", i.GetIndicatorId(), now.GetVersion(), before.GetVersion())
		case now.GetVersion() == before.GetVersion() && !proto.Equal(before, now):
			p.add(field, "of %s is still %d: the definition changed, so give it the next version", i.GetIndicatorId(), now.GetVersion())
		}
	}
}

// Check says whether the text of a plan holds together, whatever was published
// before: ids are unique, every indicator belongs to an objective and has the
// dimension that its id says, and every definition has the parts its
// aggregation needs. It does not compile expressions. The error is a
// *fault.Error with one violation for each problem; fields are paths from
// "plan", such as plan.indicators[3].target.
func Check(p *eventv1.Plan) error {
	found := check(p)
	return found.err()
}

func check(p *eventv1.Plan) problems {
	var found problems
	found.period(p)
	objectives := found.objectives(p)
	found.indicators(p, objectives)
	return found
}

func (p *problems) period(plan *eventv1.Plan) {
	if plan.GetPlanId() == "" {
		p.add("plan.plan_id", "is missing: give the plan a code such as LODI-2025-2027")
	}
	if plan.GetVersion() < 1 {
		p.add("plan.version", "is %d: versions count from 1", plan.GetVersion())
	}
	switch {
	case !isDay(plan.GetFrom()):
		p.add("plan.from", "is not a calendar day: write it as 2025-03-31")
	case !isDay(plan.GetTo()):
		p.add("plan.to", "is not a calendar day: write it as 2025-03-31")
	case plan.GetTo() < plan.GetFrom():
		p.add("plan.to", "is before from: check both dates")
	}
}

// objectives checks the objectives and gives their ids.
func (p *problems) objectives(plan *eventv1.Plan) map[string]bool {
	ids := make(map[string]bool)
	if len(plan.GetObjectives()) == 0 {
		p.add("plan.objectives", "is empty: a plan has at least one objective")
	}
	for n, o := range plan.GetObjectives() {
		field := fmt.Sprintf("plan.objectives[%d]", n)
		if ids[o.GetObjectiveId()] {
			p.add(field+".objective_id", "%s is taken by another objective", o.GetObjectiveId())
		}
		ids[o.GetObjectiveId()] = true
		if o.GetArea() == 0 {
			p.add(field+".area", "of %s is missing", o.GetObjectiveId())
		}
		if o.GetTitle() == "" {
			p.add(field+".title", "of %s is missing", o.GetObjectiveId())
		}
	}
	return ids
}
