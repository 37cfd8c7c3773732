package casework

import (
	"slices"

	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

// The rules of personalised projects: draft, goals, commitments, budget,
// signatures, versions, monitoring and conclusion.

func (c *Case) project(id string) int {
	return slices.IndexFunc(c.Projects, func(p *Project) bool { return p.ID == id })
}

func (c *Case) editProject(id string, change func(*Project)) {
	if i := c.project(id); i >= 0 {
		c.Projects = edit(c.Projects, i, change)
	}
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
	return rule{
		part: partOf("project", f.GetProjectId()), newID: &f.ProjectId, about: f.GetProjectId(),
		check: func(c *Case, w when) error {
			starts, err1 := dayField("starts_on", f.GetStartsOn())
			ends, err2 := dayField("ends_on", f.GetEndsOn())
			if err := first(err1, err2, inCharge(c, "a project"), measureFits(c, f.GetMeasure())); err != nil {
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
				StartsOn: day(f.GetStartsOn()), EndsOn: day(f.GetEndsOn()),
			})
		},
	}
}

// measureFits says what must come before a project of a measure: a PaIS rests
// on a preliminary analysis (DM 72/2024), a PAI on an admitted discharge where
// there is one.
func measureFits(c *Case, m eventv1.Measure) error {
	switch m {
	case eventv1.Measure_MEASURE_PAIS:
		for _, a := range c.Assessments {
			if a.Form == eventv1.Form_FORM_PRELIMINARY_ANALYSIS && a.ConcludedOn != 0 {
				return nil
			}
		}
		return notNow("a PaIS rests on a preliminary analysis: conclude one first")
	case eventv1.Measure_MEASURE_PAI:
		if c.Pathway == eventv1.Pathway_PATHWAY_DISCHARGE && (c.Discharge == nil || !c.Discharge.Admitted) {
			return notNow("the discharge is not admitted yet: assess its admissibility first")
		}
		return nil
	case eventv1.Measure_MEASURE_SELF:
		return only(c, "a project of SELF", eventv1.Pathway_PATHWAY_SELF)
	default:
		return nil
	}
}

func goalSet(f *eventv1.GoalSet) rule {
	return rule{
		part:  partOf("project", f.GetProjectId(), "goal", f.GetGoalId()),
		newID: &f.GoalId, about: f.GetGoalId(),
		check: func(c *Case, w when) error {
			_, err := dayField("due_on", f.GetDueOn())
			if !f.GetGeneral() && f.GetDomain() == 0 {
				return invalid("domain", "is missing: a specific goal belongs to a domain")
			}
			return first(err, openProject(c, w, f.GetProjectId()))
		},
		apply: func(c *Case, _ when) {
			goal := &Goal{
				ID: f.GetGoalId(), General: f.GetGeneral(), Domain: f.GetDomain(),
				DueOn: day(f.GetDueOn()), Wording: f.GetWording(),
			}
			c.editProject(f.GetProjectId(), func(p *Project) { p.Goals = add(p.Goals, goal) })
		},
	}
}

// goalEnded is the rule of a goal that was reached or dropped.
func goalEnded(project, goal string, end func(*Goal, Day)) rule {
	find := func(p *Project) int {
		return slices.IndexFunc(p.Goals, func(g *Goal) bool { return g.ID == goal })
	}
	return rule{
		part: partOf("project", project, "goal", goal), about: goal,
		check: func(c *Case, w when) error {
			if err := openProject(c, w, project); err != nil {
				return err
			}
			p := c.Projects[c.project(project)]
			i := find(p)
			switch {
			case i < 0:
				return invalid("goal_id", "there is no such goal in this project")
			case p.Goals[i].ReachedOn != 0:
				return notNow("the goal was reached on %s", p.Goals[i].ReachedOn)
			case p.Goals[i].DroppedOn != 0:
				return notNow("the goal was dropped on %s", p.Goals[i].DroppedOn)
			}
			return nil
		},
		apply: func(c *Case, w when) {
			c.editProject(project, func(p *Project) {
				if i := find(p); i >= 0 {
					p.Goals = edit(p.Goals, i, func(g *Goal) { end(g, w.on) })
				}
			})
		},
	}
}

func goalReached(f *eventv1.GoalReached) rule {
	return goalEnded(f.GetProjectId(), f.GetGoalId(), func(g *Goal, on Day) { g.ReachedOn = on })
}

func goalDropped(f *eventv1.GoalDropped) rule {
	return goalEnded(f.GetProjectId(), f.GetGoalId(), func(g *Goal, on Day) { g.DroppedOn = on })
}

func commitmentAgreed(f *eventv1.CommitmentAgreed) rule {
	return rule{
		part:  partOf("project", f.GetProjectId(), "commitment", f.GetCommitmentId()),
		newID: &f.CommitmentId, about: f.GetCommitmentId(),
		check: func(c *Case, w when) error { return openProject(c, w, f.GetProjectId()) },
		apply: func(c *Case, _ when) {
			made := &Commitment{ID: f.GetCommitmentId(), By: f.GetBy(), Wording: f.GetWording()}
			c.editProject(f.GetProjectId(), func(p *Project) { p.Commitments = add(p.Commitments, made) })
		},
	}
}

func commitmentChecked(f *eventv1.CommitmentChecked) rule {
	find := func(p *Project) int {
		return slices.IndexFunc(p.Commitments, func(m *Commitment) bool { return m.ID == f.GetCommitmentId() })
	}
	return rule{
		part:  partOf("project", f.GetProjectId(), "commitment", f.GetCommitmentId()),
		about: f.GetCommitmentId(),
		check: func(c *Case, w when) error {
			if err := openProject(c, w, f.GetProjectId()); err != nil {
				return err
			}
			if find(c.Projects[c.project(f.GetProjectId())]) < 0 {
				return invalid("commitment_id", "there is no such commitment in this project")
			}
			return nil
		},
		apply: func(c *Case, w when) {
			c.editProject(f.GetProjectId(), func(p *Project) {
				i := find(p)
				if i < 0 {
					return
				}
				p.Commitments = edit(p.Commitments, i, func(m *Commitment) {
					if latest(&m.CheckedOn, w.on) {
						m.Activation = f.GetActivation()
					}
				})
			})
		},
	}
}

func budgetSet(f *eventv1.BudgetSet) rule {
	return rule{
		part: partOf("project", f.GetProjectId(), "budget"), about: f.GetProjectId(),
		check: func(c *Case, w when) error {
			var sum int64
			seen := map[eventv1.Fund]bool{}
			for _, l := range f.GetLines() {
				if seen[l.GetFund()] {
					return invalid("lines", "the same fund is named twice: add its lines up")
				}
				seen[l.GetFund()] = true
				sum += l.GetShare()
			}
			if sum != 100 {
				return invalid("lines", "the shares sum to %d: they must sum to 100", sum)
			}
			return openProject(c, w, f.GetProjectId())
		},
		apply: func(c *Case, _ when) {
			lines := make([]*Budget, 0, len(f.GetLines()))
			for _, l := range f.GetLines() {
				lines = append(lines, &Budget{Fund: l.GetFund(), Cents: l.GetAmountCents(), Share: l.GetShare()})
			}
			c.editProject(f.GetProjectId(), func(p *Project) { p.Budget = lines })
		},
	}
}

func projectSigned(f *eventv1.ProjectSigned) rule {
	return rule{
		part: partOf("project", f.GetProjectId(), "signatures"), about: f.GetProjectId(), adds: true,
		check: func(c *Case, w when) error {
			if err := openProject(c, w, f.GetProjectId()); err != nil {
				return err
			}
			if slices.Contains(c.Projects[c.project(f.GetProjectId())].Signers, f.GetSigner()) {
				return notNow("this version of the project has that signature already")
			}
			return nil
		},
		apply: func(c *Case, w when) {
			c.editProject(f.GetProjectId(), func(p *Project) { p.sign(w.on, f.GetSigner()) })
		},
	}
}

// sign adds a signature. The project counts as signed from the first day that
// has the signatures of the beneficiary and of at least one operator, whichever
// of them is recorded first.
func (p *Project) sign(on Day, by eventv1.Signer) {
	p.Signers, p.SignerDays = add(p.Signers, by), add(p.SignerDays, on)
	var beneficiary, operator Day
	for i, s := range p.Signers {
		if s == eventv1.Signer_SIGNER_BENEFICIARY {
			beneficiary = p.SignerDays[i]
		} else {
			operator = earlier(operator, p.SignerDays[i])
		}
	}
	if beneficiary != 0 && operator != 0 {
		p.SignedOn = earlier(p.SignedOn, max(beneficiary, operator))
	}
}

// earlier gives the earlier of two days, of which the zero Day is none.
func earlier(a, b Day) Day {
	if a == 0 || b == 0 {
		return max(a, b)
	}
	return min(a, b)
}

func signatureRefused(f *eventv1.SignatureRefused) rule {
	return rule{
		part: partOf("project", f.GetProjectId(), "signatures"), about: f.GetProjectId(), adds: true,
		check: func(c *Case, w when) error { return openProject(c, w, f.GetProjectId()) },
		apply: func(c *Case, w when) {
			c.editProject(f.GetProjectId(), func(p *Project) { p.RefusedOn = w.on })
		},
	}
}

func projectRevised(f *eventv1.ProjectRevised) rule {
	return rule{
		part: partOf("project", f.GetProjectId()), about: f.GetProjectId(),
		check: func(c *Case, w when) error {
			ends, err := dayField("ends_on", f.GetEndsOn())
			if err := first(err, openProject(c, w, f.GetProjectId())); err != nil {
				return err
			}
			if ends != 0 && ends < c.Projects[c.project(f.GetProjectId())].StartsOn {
				return invalid("ends_on", "is before the project starts: check both dates")
			}
			return nil
		},
		apply: func(c *Case, _ when) {
			c.editProject(f.GetProjectId(), func(p *Project) {
				p.Version++
				p.Signers, p.SignerDays = nil, nil
				if ends := day(f.GetEndsOn()); ends != 0 {
					p.EndsOn = ends
				}
			})
		},
	}
}

func projectMonitored(f *eventv1.ProjectMonitored) rule {
	return rule{
		part: partOf("project", f.GetProjectId(), "monitoring"), about: f.GetProjectId(), adds: true,
		check: func(c *Case, w when) error { return openProject(c, w, f.GetProjectId()) },
		apply: func(c *Case, w when) {
			c.editProject(f.GetProjectId(), func(p *Project) { p.Monitored = add(p.Monitored, w.on) })
		},
	}
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
			return notBefore(w, p.StartsOn, "the first day of the project")
		},
		apply: func(c *Case, w when) {
			c.editProject(f.GetProjectId(), func(p *Project) { p.ConcludedOn, p.Outcome = w.on, f.GetOutcome() })
		},
	}
}
