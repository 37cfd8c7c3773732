package planfile

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"percorsi/internal/fault"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	"percorsi/internal/plan"
)

// source puts together what the files hold, or says all that is wrong.
func (r *reader) source() (*Source, error) {
	s := &Source{Plan: r.assemble(), places: make(map[string]Place)}
	for _, i := range r.indicators {
		s.places[i.what.GetIndicatorId()] = i.Place
	}
	if len(r.errs) == 0 {
		r.consistent()
	}
	s.Fixtures = r.readFixtures()
	s.Tests = r.readTests(s)
	if err := r.err(); err != nil {
		return nil, err
	}
	return s, nil
}

// assemble orders the indicators by objective, as the plan does. Those of an
// objective stay in the order of their file.
func (r *reader) assemble() *eventv1.Plan {
	rank := make(map[string]int)
	for n, o := range r.plan.GetObjectives() {
		rank[o.GetObjectiveId()] = n
	}
	slices.SortStableFunc(r.indicators, func(a, b placed[*eventv1.Indicator]) int {
		return cmp.Compare(rank[a.what.GetObjectiveId()], rank[b.what.GetObjectiveId()])
	})
	for _, i := range r.indicators {
		r.plan.Indicators = append(r.plan.GetIndicators(), i.what)
	}
	return r.plan
}

// consistent checks the plan as a whole and notes each problem where the
// objective or indicator is written.
func (r *reader) consistent() {
	failed, ok := errors.AsType[*fault.Error](plan.Check(r.plan))
	if !ok {
		return
	}
	for _, v := range failed.Violations {
		r.at(r.placeOf(v.Field), "%s %s", v.Field, v.Do)
	}
}

// placeOf finds where the field of a violation is written, such as
// plan.indicators[3].target.
func (r *reader) placeOf(field string) Place {
	var n int
	if _, err := fmt.Sscanf(field, "plan.indicators[%d]", &n); err == nil && n < len(r.indicators) {
		return r.indicators[n].Place
	}
	if _, err := fmt.Sscanf(field, "plan.objectives[%d]", &n); err == nil && n < len(r.objectives) {
		return r.objectives[n]
	}
	var name string
	if _, err := fmt.Sscanf(field, "plan.%s", &name); err == nil {
		if p, ok := r.header[name]; ok {
			return p
		}
	}
	return r.anywhere()
}

// anywhere is the place of what is missing everywhere: the head of the plan.
func (r *reader) anywhere() Place {
	if p, ok := r.header["plan_id"]; ok {
		return p
	}
	return Place{File: "plan.yaml", Line: 1}
}
