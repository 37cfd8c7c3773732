package casework

import (
	"slices"
	"strings"

	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

// The rules of assessments. What a domain is measured with is a part of its
// own, so that several professionals can work on one assessment, and on one
// domain with a scale each, at the same time.

func (c *Case) assessment(id string) int {
	return slices.IndexFunc(c.Assessments, func(a *Assessment) bool { return a.ID == id })
}

// openAssessment finds an assessment that may still change.
func openAssessment(c *Case, w when, id string) error {
	i := c.assessment(id)
	switch {
	case i < 0:
		return invalid("assessment_id", "there is no such assessment in this case")
	case c.Assessments[i].ConcludedOn != 0:
		return notNow("the assessment was concluded on %s: review it first", c.Assessments[i].ConcludedOn)
	}
	return notBefore(w, c.Assessments[i].OpenedOn, "the day the assessment began")
}

func (c *Case) editAssessment(id string, change func(*Assessment)) {
	if i := c.assessment(id); i >= 0 {
		c.Assessments = edit(c.Assessments, i, func(a *Assessment) {
			change(a)
			a.ApprovedOn = a.Approval.On
		})
	}
}

// finds makes the rule of what is written into an assessment, which makes who
// records it one of the authors.
func finds(assessment string, r rule) rule {
	apply := r.apply
	r.over = partOf("assessment", assessment)
	r.apply = func(c *Case, w when) {
		apply(c, w)
		c.editAssessment(assessment, func(a *Assessment) { a.Approval.wrote(w.user) })
	}
	return r
}

func assessmentOpened(f *eventv1.AssessmentOpened) rule {
	return finds(f.GetAssessmentId(), rule{
		part: partOf("assessment", f.GetAssessmentId()), newID: &f.AssessmentId, about: f.GetAssessmentId(),
		check: func(c *Case, w when) error {
			return first(w.book.Forms.opened(f.GetForm(), f.GetFormVersion(), w.on), formOf(c, f.GetForm()))
		},
		apply: func(c *Case, w when) {
			c.Assessments = add(c.Assessments, &Assessment{
				ID: f.GetAssessmentId(), Form: f.GetForm(), FormVersion: f.GetFormVersion(), OpenedOn: w.on,
			})
		},
	})
}

// formOf says that a form belongs to the pathway of a case.
func formOf(c *Case, form eventv1.Form) error {
	switch form {
	case eventv1.Form_FORM_COMPETENCE_BALANCE:
		return only(c, "the Kit di bilancio", eventv1.Pathway_PATHWAY_SELF)
	case eventv1.Form_FORM_UVM:
		return only(c, "the assessment of the UVM", eventv1.Pathway_PATHWAY_DISCHARGE, eventv1.Pathway_PATHWAY_GENERALE)
	default:
		return nil
	}
}

func preliminaryAnalysisConcluded(f *eventv1.PreliminaryAnalysisConcluded) rule {
	return finds(f.GetAssessmentId(), rule{
		part: partOf("assessment", f.GetAssessmentId()), about: f.GetAssessmentId(),
		check: func(c *Case, w when) error {
			if err := openAssessment(c, w, f.GetAssessmentId()); err != nil {
				return err
			}
			if c.Assessments[c.assessment(f.GetAssessmentId())].Form != eventv1.Form_FORM_PRELIMINARY_ANALYSIS {
				return invalid("assessment_id", "is not a preliminary analysis: conclude it as an assessment")
			}
			if c.Pathway == eventv1.Pathway_PATHWAY_ADI && c.FirstMeetingOn == 0 {
				return notNow("the first meeting is not recorded: the preliminary analysis follows it")
			}
			return nil
		},
		apply: func(c *Case, w when) {
			c.editAssessment(f.GetAssessmentId(), func(a *Assessment) {
				a.Result = f.GetResult()
				a.conclude(w)
			})
		},
	})
}

// measureOf names what a domain was measured with, as a piece of a part: two
// scales of one domain are two parts, and a judgement without a scale is one.
func measureOf(scale string) string {
	if scale == "" {
		return "judgement"
	}
	return strings.ReplaceAll(strings.ToLower(scale), "/", "-")
}

func domainAssessed(f *eventv1.DomainAssessed) rule {
	return finds(f.GetAssessmentId(), rule{
		part:  partOf("assessment", f.GetAssessmentId(), "domain", enumName(f.GetDomain().String(), "DOMAIN_"), measureOf(f.GetScale())),
		about: f.GetAssessmentId(),
		check: func(c *Case, w when) error {
			switch {
			case f.GetScale() == "" && len(f.GetItems()) > 0:
				return invalid("scale", "is missing: items belong to a scale")
			case f.GetScale() != "" && f.GetScaleVersion() == "":
				return invalid("scale_version", "is missing: a score means nothing without the version of its scale")
			}
			if err := openAssessment(c, w, f.GetAssessmentId()); err != nil {
				return err
			}
			return w.book.Forms.finding(c.Assessments[c.assessment(f.GetAssessmentId())], f)
		},
		apply: func(c *Case, w when) {
			found := &DomainFinding{
				Domain: f.GetDomain(), Scale: f.GetScale(), ScaleVersion: f.GetScaleVersion(), Items: f.GetItems(), Score: f.GetScore(),
				NeedLevel: f.GetNeedLevel(), Profession: f.GetProfession(), By: w.user, On: w.on,
			}
			c.editAssessment(f.GetAssessmentId(), func(a *Assessment) {
				kept := slices.DeleteFunc(slices.Clone(a.Domains), func(d *DomainFinding) bool { return d.Domain == found.Domain && d.Scale == found.Scale })
				a.Domains = append(kept, found)
			})
		},
	})
}

func strengthRecorded(f *eventv1.StrengthRecorded) rule {
	return finds(f.GetAssessmentId(), rule{
		part:  partOf("assessment", f.GetAssessmentId(), "strength", enumName(f.GetDomain().String(), "DOMAIN_")),
		about: f.GetAssessmentId(), adds: true,
		check: func(c *Case, w when) error { return openAssessment(c, w, f.GetAssessmentId()) },
		apply: func(c *Case, w when) {
			c.editAssessment(f.GetAssessmentId(), func(a *Assessment) {
				a.Strengths = add(a.Strengths, &Strength{Domain: f.GetDomain(), By: w.user, On: w.on})
			})
		},
	})
}

func assessmentConcluded(f *eventv1.AssessmentConcluded) rule {
	return finds(f.GetAssessmentId(), rule{
		part: partOf("assessment", f.GetAssessmentId()), about: f.GetAssessmentId(),
		check: func(c *Case, w when) error {
			if err := openAssessment(c, w, f.GetAssessmentId()); err != nil {
				return err
			}
			a := c.Assessments[c.assessment(f.GetAssessmentId())]
			switch {
			case a.Form == eventv1.Form_FORM_PRELIMINARY_ANALYSIS:
				return notNow("a preliminary analysis is concluded with its result: use ConcludePreliminaryAnalysis")
			case len(a.Domains) == 0:
				return notNow("no domain was assessed yet: assess at least one")
			}
			if missing := w.book.Forms.missing(a); len(missing) > 0 {
				return notNow("the form asks for %s too: assess what is missing", domainNames(missing))
			}
			return nil
		},
		apply: func(c *Case, w when) {
			c.editAssessment(f.GetAssessmentId(), func(a *Assessment) { a.conclude(w) })
		},
	})
}

func (a *Assessment) conclude(w when) {
	a.ConcludedOn, a.ConcludedBy = w.on, w.user
}

// open lets an assessment change again.
func (a *Assessment) open() { a.ConcludedOn, a.ConcludedBy, a.Result = 0, "", 0 }

// concludedAssessment finds an assessment that was concluded.
func concludedAssessment(c *Case, w when, id string) (*Assessment, error) {
	i := c.assessment(id)
	switch {
	case i < 0:
		return nil, invalid("assessment_id", "there is no such assessment in this case")
	case c.Assessments[i].ConcludedOn == 0:
		return nil, notNow("the assessment is not concluded yet")
	}
	return c.Assessments[i], notBefore(w, c.Assessments[i].ConcludedOn, "its conclusion")
}

func assessmentReviewed(f *eventv1.AssessmentReviewed) rule {
	return finds(f.GetAssessmentId(), rule{
		part: partOf("assessment", f.GetAssessmentId()), about: f.GetAssessmentId(),
		check: func(c *Case, w when) error {
			_, err := concludedAssessment(c, w, f.GetAssessmentId())
			return err
		},
		apply: func(c *Case, _ when) {
			c.editAssessment(f.GetAssessmentId(), func(a *Assessment) {
				a.open()
				a.Approval.workAgain()
			})
		},
	})
}

// unapproved finds an assessment that was concluded and not approved.
func unapproved(c *Case, w when, id string) (*Assessment, error) {
	a, err := concludedAssessment(c, w, id)
	if err == nil && a.Approval.On != 0 {
		return nil, notNow("the assessment was approved on %s", a.Approval.On)
	}
	return a, err
}

func assessmentApproved(f *eventv1.AssessmentApproved) rule {
	return rule{
		part: partOf("assessment", f.GetAssessmentId()), about: f.GetAssessmentId(),
		check: func(c *Case, w when) error {
			a, err := unapproved(c, w, f.GetAssessmentId())
			if err != nil {
				return err
			}
			return a.Approval.byColleague(w, "an assessment")
		},
		apply: func(c *Case, w when) {
			c.editAssessment(f.GetAssessmentId(), func(a *Assessment) { a.Approval.give(w) })
		},
	}
}

func assessmentSentBack(f *eventv1.AssessmentSentBack) rule {
	return rule{
		part: partOf("assessment", f.GetAssessmentId()), about: f.GetAssessmentId(),
		check: func(c *Case, w when) error {
			_, err := unapproved(c, w, f.GetAssessmentId())
			return first(why(f.GetReason()), err)
		},
		apply: func(c *Case, w when) {
			c.editAssessment(f.GetAssessmentId(), func(a *Assessment) {
				a.open()
				a.Approval.sendBack(w, f.GetReason())
			})
		},
	}
}
