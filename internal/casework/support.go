package casework

import (
	"slices"
	"strings"

	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

// The rules of supports, which may stand outside a project since a single
// adult without a measure still has a right to them, and of evaluations.

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

func beneficiaryEvaluated(f *eventv1.BeneficiaryEvaluated) rule {
	return evaluation(&Evaluation{
		Project: f.GetProjectId(), Voice: eventv1.Voice_VOICE_BENEFICIARY, Aspect: f.GetAspect(),
		Judgement: f.GetJudgement(), HasScore: f.Score != nil, Score: f.GetScore(),
	})
}

func operatorsEvaluated(f *eventv1.OperatorsEvaluated) rule {
	return evaluation(&Evaluation{
		Project: f.GetProjectId(), Voice: eventv1.Voice_VOICE_OPERATORS, Aspect: f.GetAspect(),
		Judgement: f.GetJudgement(), HasScore: f.Score != nil, Score: f.GetScore(),
	})
}

func evaluationNotCarriedOut(f *eventv1.EvaluationNotCarriedOut) rule {
	return evaluation(&Evaluation{
		Project: f.GetProjectId(), Voice: f.GetVoice(), Aspect: eventv1.Aspect_ASPECT_OVERALL, Missing: f.GetReason(),
	})
}

// evaluation is the rule of an evaluation, or of why it is missing. There is
// one for each project, voice and aspect; a later one takes its place.
func evaluation(e *Evaluation) rule {
	same := func(o *Evaluation) bool {
		return o.Project == e.Project && o.Voice == e.Voice && o.Aspect == e.Aspect
	}
	about := e.Project
	if about == "" {
		about = "case"
	}
	return rule{
		part:  partOf("evaluation", about, enumName(e.Voice.String(), "VOICE_"), enumName(e.Aspect.String(), "ASPECT_")),
		about: e.Project, after: true,
		check: func(c *Case, w when) error {
			if e.Project == "" {
				return inCharge(c, "an evaluation")
			}
			i := c.project(e.Project)
			if i < 0 {
				return invalid("project_id", "there is no such project in this case")
			}
			return notBefore(w, c.Projects[i].DraftedOn, "the draft of the project")
		},
		apply: func(c *Case, w when) {
			kept := slices.DeleteFunc(slices.Clone(c.Evaluations), same)
			dated := *e
			dated.On = w.on
			c.Evaluations = append(kept, &dated)
		},
	}
}

func enumName(value, prefix string) string {
	return strings.ToLower(strings.TrimPrefix(value, prefix))
}
