package casework

import (
	"slices"
	"strings"

	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

// The rules of supports, which may stand outside a project since a single
// adult without a measure still has a right to them.

func (c *Case) support(id string) int {
	return slices.IndexFunc(c.Supports, func(s *Support) bool { return s.ID == id })
}

func (c *Case) editSupport(id string, change func(*Support)) {
	if i := c.support(id); i >= 0 {
		c.Supports = edit(c.Supports, i, change)
	}
}

func supportArranged(f *eventv1.SupportArranged) rule {
	return writes(f.GetProjectId(), rule{
		part: partOf("support", f.GetSupportId()), newID: &f.SupportId, about: f.GetSupportId(),
		check: func(c *Case, w when) error {
			if f.GetQuantity() > 0 && f.GetUnit() == 0 {
				return invalid("unit", "is missing: a quantity needs its unit")
			}
			if f.GetProjectId() == "" {
				return nil
			}
			return openProject(c, w, f.GetProjectId())
		},
		apply: func(c *Case, w when) {
			c.Supports = add(c.Supports, &Support{
				ID: f.GetSupportId(), Project: f.GetProjectId(), Kind: f.GetKind(), Provider: f.GetProvider(),
				Unit: f.GetUnit(), Fund: f.GetFund(), Quantity: f.GetQuantity(), ArrangedOn: w.on,
			})
			c.Bodies = involve(c.Bodies, f.GetProvider())
		},
	})
}

// openSupport says that a support is there and has not ended.
func openSupport(c *Case, w when, id string) (*Support, error) {
	i := c.support(id)
	if i < 0 {
		return nil, invalid("support_id", "there is no such support in this case")
	}
	s := c.Supports[i]
	if s.StoppedOn != 0 && w.on > s.StoppedOn {
		return nil, notNow("the support ended on %s", s.StoppedOn)
	}
	return s, notBefore(w, s.ArrangedOn, "the day it was arranged")
}

func supportStarted(f *eventv1.SupportStarted) rule {
	return rule{
		part: partOf("support", f.GetSupportId()), about: f.GetSupportId(),
		check: func(c *Case, w when) error {
			s, err := openSupport(c, w, f.GetSupportId())
			if err == nil && s.StartedOn != 0 {
				return notNow("the support began on %s", s.StartedOn)
			}
			return err
		},
		apply: func(c *Case, w when) {
			c.editSupport(f.GetSupportId(), func(s *Support) { s.StartedOn = w.on })
		},
	}
}

func supportDelivered(f *eventv1.SupportDelivered) rule {
	return rule{
		part: partOf("support", f.GetSupportId(), "deliveries"), about: f.GetSupportId(), adds: true,
		check: func(c *Case, w when) error {
			s, err := openSupport(c, w, f.GetSupportId())
			switch {
			case err != nil:
				return err
			case s.StartedOn == 0:
				return notNow("the support has not begun: start it first")
			case s.Unit == 0:
				return notNow("the support was arranged without a unit: arrange another one that has it")
			}
			return notBefore(w, s.StartedOn, "the day the support began")
		},
		apply: func(c *Case, w when) {
			c.editSupport(f.GetSupportId(), func(s *Support) {
				made := &Delivery{On: w.on, Quantity: f.GetQuantity()}
				s.Deliveries = addByDay(s.Deliveries, made, func(d *Delivery) Day { return d.On })
			})
		},
	}
}

func supportStopped(f *eventv1.SupportStopped) rule {
	return rule{
		part: partOf("support", f.GetSupportId()), about: f.GetSupportId(),
		check: func(c *Case, w when) error {
			s, err := openSupport(c, w, f.GetSupportId())
			switch {
			case err != nil:
				return err
			case s.StoppedOn != 0:
				return notNow("the support ended on %s", s.StoppedOn)
			}
			return notBefore(w, s.StartedOn, "the day the support began")
		},
		apply: func(c *Case, w when) {
			c.editSupport(f.GetSupportId(), func(s *Support) { s.StoppedOn, s.Outcome = w.on, f.GetOutcome() })
		},
	}
}

func enumName(value, prefix string) string {
	return strings.ToLower(strings.TrimPrefix(value, prefix))
}
