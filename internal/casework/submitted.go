package casework

import (
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

// The rules of projects that are approved: submitted, approved or sent back, each
// version by itself.

// waits tells whether the version was submitted and has no answer that stands.
func (p *Project) waits() bool { return p.SubmittedOn != 0 && p.Approval.On == 0 }

// draft says that a project does not wait for an answer; one that is not there
// yet does not.
func draft(c *Case, id string) error {
	if i := c.project(id); i >= 0 && c.Projects[i].waits() {
		return notNow("the project waits for its approval since %s: ask to have it sent back, or wait for the answer", c.Projects[i].SubmittedOn)
	}
	return nil
}

// write notes that somebody writes into a project. What was approved is another
// project then, and a draft again.
func (p *Project) write(w when) {
	if p.Approval.On != 0 {
		p.SubmittedOn = 0
		p.Approval.lapse(w.on)
	}
	p.Approval.wrote(w.user)
}

func projectSubmitted(f *eventv1.ProjectSubmitted) rule {
	return rule{
		part: partOf("project", f.GetProjectId()), about: f.GetProjectId(),
		check: func(c *Case, w when) error {
			if err := openProject(c, w, f.GetProjectId()); err != nil {
				return err
			}
			p := c.Projects[c.project(f.GetProjectId())]
			if p.Approval.On != 0 {
				return notNow("this version of the project was approved on %s", p.Approval.On)
			}
			return first(draft(c, p.ID), notBefore(w, p.Since, "the first day of this version"))
		},
		apply: func(c *Case, w when) {
			c.editProject(f.GetProjectId(), func(p *Project) {
				p.SubmittedOn = w.on
				p.Approval.LapsedOn = 0
				p.Approval.wrote(w.user)
			})
		},
	}
}

// submitted finds a project that waits for an answer.
func submitted(c *Case, w when, id string) (*Project, error) {
	if err := openProject(c, w, id); err != nil {
		return nil, err
	}
	p := c.Projects[c.project(id)]
	switch {
	case p.Approval.On != 0:
		return nil, notNow("this version of the project was approved on %s", p.Approval.On)
	case p.SubmittedOn == 0:
		return nil, notNow("this version of the project is a draft: submit it first")
	}
	return p, notBefore(w, p.SubmittedOn, "the day it was submitted")
}

func projectApproved(f *eventv1.ProjectApproved) rule {
	return rule{
		part: partOf("project", f.GetProjectId()), about: f.GetProjectId(),
		check: func(c *Case, w when) error {
			p, err := submitted(c, w, f.GetProjectId())
			if err != nil {
				return err
			}
			return p.Approval.byColleague(w, "a project")
		},
		apply: func(c *Case, w when) {
			c.editProject(f.GetProjectId(), func(p *Project) { p.Approval.give(w) })
		},
	}
}

func projectSentBack(f *eventv1.ProjectSentBack) rule {
	return rule{
		part: partOf("project", f.GetProjectId()), about: f.GetProjectId(),
		check: func(c *Case, w when) error {
			_, err := submitted(c, w, f.GetProjectId())
			return first(why(f.GetReason()), err)
		},
		apply: func(c *Case, w when) {
			c.editProject(f.GetProjectId(), func(p *Project) {
				p.SubmittedOn = 0
				p.Approval.sendBack(w, f.GetReason())
			})
		},
	}
}

// versionOn gives the first day of the version of a project that a day falls into,
// and the day on which that was approved.
func (p *Project) versionOn(d Day) (since, approved Day) {
	if i := p.pastOn(d); i >= 0 {
		return p.Past[i].From, p.Past[i].ApprovedOn
	}
	return p.Since, p.Approval.On
}

// signable says that the version of the day is approved, where a rule asks for
// that before it is signed.
func signable(c *Case, w when, p *Project) error {
	since, approved := p.versionOn(w.on)
	r := w.book.Approvals.OfProject(c, p, since)
	switch {
	case r == nil:
		return nil
	case approved == 0:
		return notNow("%s asks that a colleague approve the project before it is signed: submit it, and have it approved", r.Source)
	}
	return notBefore(w, approved, "the day the project was approved")
}
