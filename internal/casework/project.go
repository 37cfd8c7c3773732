package casework

import (
	"slices"

	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

// Personalised projects: draft and conclusion. What they are made of has files of
// its own.

// Project is a personalised project.
type Project struct {
	ID        string          `cel:"id"`
	Measure   eventv1.Measure `cel:"measure"`
	Version   int32           `cel:"version"`
	DraftedOn Day             `cel:"drafted_on"`
	StartsOn  Day             `cel:"starts_on"`
	EndsOn    Day             `cel:"ends_on"`
	// Signers of this version; SignerDays has the day of each.
	Signers    []eventv1.Signer `cel:"signers"`
	SignerDays []Day            `cel:"signer_days"`
	// SignedOn is the first day a version had the signatures of the
	// beneficiary and of an operator.
	SignedOn    Day             `cel:"signed_on"`
	RefusedOn   Day             `cel:"refused_on"`
	Goals       []*Goal         `cel:"goals"`
	Commitments []*Commitment   `cel:"commitments"`
	Budget      []*Budget       `cel:"budget"`
	Monitored   []Day           `cel:"monitored"`
	ConcludedOn Day             `cel:"concluded_on"`
	Outcome     eventv1.Outcome `cel:"outcome"`

	// Signatures of this version, and refusals to sign it, as they were
	// recorded.
	Signatures []*Signature
	// Since is the first day of this version and By the pseudonym of who made
	// it. Reason is why, sealed; nil for the first version.
	Since  Day
	By     string
	Reason *eventv1.Text
	// Past is the versions before this one, the oldest first.
	Past []*ProjectVersion
	// Calendar is the days on which it is to be monitored, rising, and
	// CalendarOn the day from which that is so.
	Calendar   []Day
	CalendarOn Day
	// SubmittedOn is the day on which this version was put before who approves it;
	// zero while it is a draft.
	SubmittedOn Day
	// ApprovedOn is that of Approval, by the name that definitions know.
	ApprovedOn Day `cel:"approved_on"`
	// Approval of this version; its authors are those who wrote any of it.
	Approval Approval
}

func (c *Case) project(id string) int {
	return slices.IndexFunc(c.Projects, func(p *Project) bool { return p.ID == id })
}

func (c *Case) editProject(id string, change func(*Project)) {
	if i := c.project(id); i >= 0 {
		c.Projects = edit(c.Projects, i, func(p *Project) {
			change(p)
			p.ApprovedOn = p.Approval.On
		})
	}
}

// writes makes the rule of what is written into a project, which makes who
// records it one of the authors. What waits for its approval is not written into;
// what was approved has to be approved again then. The project may be none, for a
// support outside of one.
func writes(project string, r rule) rule {
	if project == "" {
		return r
	}
	check, apply := r.check, r.apply
	r.over = partOf("project", project)
	r.check = func(c *Case, w when) error {
		if err := check(c, w); err != nil {
			return err
		}
		return draft(c, project)
	}
	r.apply = func(c *Case, w when) {
		apply(c, w)
		c.editProject(project, func(p *Project) { p.write(w) })
	}
	return r
}

// openProject says that a project is there and may still change.
func openProject(c *Case, w when, id string) error {
	i := c.project(id)
	switch {
	case i < 0:
		return invalid("project_id", "there is no such project in this case")
	case c.Projects[i].ConcludedOn != 0 && w.on > c.Projects[i].ConcludedOn:
		return notNow("the project was concluded on %s", c.Projects[i].ConcludedOn)
	}
	return notBefore(w, c.Projects[i].DraftedOn, "the draft of the project")
}

func projectDrafted(f *eventv1.ProjectDrafted) rule {
	return writes(f.GetProjectId(), rule{
		part: partOf("project", f.GetProjectId()), newID: &f.ProjectId, about: f.GetProjectId(),
		check: func(c *Case, w when) error {
			starts, err1 := dayField("starts_on", f.GetStartsOn())
			ends, err2 := dayField("ends_on", f.GetEndsOn())
			if err := first(err1, err2, inCharge(c, "a project"), measureFits(c, w, f.GetMeasure())); err != nil {
				return err
			}
			if ends != 0 && ends < starts {
				return invalid("ends_on", "is before the project starts: check both dates")
			}
			return notBefore(w, c.InChargeOn, "the day the case was taken in charge")
		},
		apply: func(c *Case, w when) {
			c.Projects = add(c.Projects, &Project{
				ID: f.GetProjectId(), Measure: f.GetMeasure(), Version: 1, DraftedOn: w.on,
				StartsOn: day(f.GetStartsOn()), EndsOn: day(f.GetEndsOn()), Since: w.on, By: w.user,
			})
		},
	})
}

// measureFits says what must come before a project of a measure: a PaIS rests
// on what was analysed, a PAI on an admitted discharge where there is one, and on
// what the UVM found where it met. An assessment counts once it is approved, where a
// rule asks for that.
func measureFits(c *Case, w when, m eventv1.Measure) error {
	switch m {
	case eventv1.Measure_MEASURE_PAIS:
		return first(analysed(c), w.book.Approvals.counts(c, c.analysis()))
	case eventv1.Measure_MEASURE_PAI:
		if c.Pathway == eventv1.Pathway_PATHWAY_DISCHARGE && (c.Discharge == nil || !c.Discharge.Admitted) {
			return notNow("the discharge is not admitted yet: assess its admissibility first")
		}
		return w.book.Approvals.counts(c, c.newestConcluded(eventv1.Form_FORM_UVM))
	case eventv1.Measure_MEASURE_SELF:
		return only(c, "a project of SELF", eventv1.Pathway_PATHWAY_SELF)
	default:
		return nil
	}
}

// newestConcluded gives the assessment with a form that was concluded last; nil
// for none.
func (c *Case) newestConcluded(form eventv1.Form) (newest *Assessment) {
	for _, a := range c.Assessments {
		if a.Form == form && a.ConcludedOn != 0 && (newest == nil || a.ConcludedOn >= newest.ConcludedOn) {
			newest = a
		}
	}
	return newest
}

func projectConcluded(f *eventv1.ProjectConcluded) rule {
	return rule{
		part: partOf("project", f.GetProjectId()), about: f.GetProjectId(),
		check: func(c *Case, w when) error {
			if err := openProject(c, w, f.GetProjectId()); err != nil {
				return err
			}
			p := c.Projects[c.project(f.GetProjectId())]
			if p.ConcludedOn != 0 {
				return notNow("the project was concluded on %s", p.ConcludedOn)
			}
			return first(notBefore(w, p.StartsOn, "the first day of the project"), c.evaluatedByBoth(p))
		},
		apply: func(c *Case, w when) {
			c.editProject(f.GetProjectId(), func(p *Project) { p.ConcludedOn, p.Outcome = w.on, f.GetOutcome() })
		},
	}
}
