package casework

import (
	"slices"

	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

// The rules of evaluations: of each project, or of the case, the beneficiary and
// the operators each give one, or it is said why not.

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
				return first(inCharge(c, "an evaluation"), c.onOneScale(e))
			}
			i := c.project(e.Project)
			if i < 0 {
				return invalid("project_id", "there is no such project in this case")
			}
			return first(notBefore(w, c.Projects[i].DraftedOn, "the draft of the project"), c.onOneScale(e))
		},
		apply: func(c *Case, w when) {
			kept := slices.DeleteFunc(slices.Clone(c.Evaluations), same)
			dated := *e
			dated.On = w.on
			c.Evaluations = append(kept, &dated)
		},
	}
}

// onOneScale says that the beneficiary and the operators evaluate the same thing
// in the same way, so that both can be compared: both with a score, or both
// without.
func (c *Case) onOneScale(e *Evaluation) error {
	i := slices.IndexFunc(c.Evaluations, func(o *Evaluation) bool {
		return o.Project == e.Project && o.Aspect == e.Aspect && o.Voice != e.Voice
	})
	if i < 0 || e.Missing != 0 || c.Evaluations[i].Missing != 0 || c.Evaluations[i].HasScore == e.HasScore {
		return nil
	}
	o := c.Evaluations[i]
	whose := enumName(o.Voice.String(), "VOICE_")
	if o.HasScore {
		return notNow("the evaluation by the %s, of %s, has a score: give one too, or correct that one", whose, o.On)
	}
	return notNow("the evaluation by the %s, of %s, has no score: leave it out, or correct that one", whose, o.On)
}

// evaluatedByBoth says that the beneficiary and the operators have evaluated a
// signed project, or the case, overall, or that it is known why not, so that no
// figure is "non rilevabile" later.
func (c *Case) evaluatedByBoth(p *Project) error {
	if p.SignedOn == 0 {
		return nil
	}
	for _, v := range []eventv1.Voice{eventv1.Voice_VOICE_BENEFICIARY, eventv1.Voice_VOICE_OPERATORS} {
		if !c.evaluated(p.ID, v) {
			return notNow("the overall evaluation by the %s is not there: record it, or why it was not carried out",
				enumName(v.String(), "VOICE_"))
		}
	}
	return nil
}

// evaluated tells whether a voice has evaluated a project or the case overall,
// or whether it is known why not. An evaluation of one aspect is not enough.
func (c *Case) evaluated(project string, v eventv1.Voice) bool {
	return slices.ContainsFunc(c.Evaluations, func(e *Evaluation) bool {
		return e.Voice == v && e.Aspect == eventv1.Aspect_ASPECT_OVERALL && (e.Project == project || e.Project == "")
	})
}
