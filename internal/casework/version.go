package casework

import (
	"slices"

	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

// ProjectVersion is a version of a project, with what was recorded of it when
// the next one took its place. Only signatures may be added later.
type ProjectVersion struct {
	Number int32
	// From is its first day, To the day on which the next one took its place;
	// zero for the newest.
	From, To Day
	// By is the pseudonym of who made it. Reason is why, sealed; nil for the
	// first.
	By     string
	Reason *eventv1.Text

	Term        Term
	Goals       []*Goal
	Commitments []*Commitment
	Budget      []*Budget
	Supports    []*Support
	// Signatures of it, and refusals to sign it, as they were recorded.
	Signatures []*Signature
	// SignedOn is the first day on which the beneficiary and an operator had
	// signed it.
	SignedOn Day
	// ApprovedOn is the day it was approved; zero where it was not.
	ApprovedOn Day
}

// Term is the time of a project.
type Term struct{ StartsOn, EndsOn Day }

// Versions gives every version of a project of the case, the newest last.
func (c *Case) Versions(p *Project) []*ProjectVersion { return add(p.Past, c.version(p)) }

// version gives a project as it is.
func (c *Case) version(p *Project) *ProjectVersion {
	return &ProjectVersion{
		Number: p.Version, From: p.Since, By: p.By, Reason: p.Reason, Term: Term{StartsOn: p.StartsOn, EndsOn: p.EndsOn},
		Goals: p.Goals, Commitments: p.Commitments, Budget: p.Budget,
		Supports:   slices.DeleteFunc(slices.Clone(c.Supports), func(s *Support) bool { return s.Project != p.ID }),
		Signatures: p.Signatures, SignedOn: signedOn(p.Signatures), ApprovedOn: p.Approval.On,
	}
}

// pastOn gives the place in Past of the version of a day; -1 where it is the
// version of now.
func (p *Project) pastOn(d Day) int {
	if d >= p.Since {
		return -1
	}
	for i, v := range slices.Backward(p.Past) {
		if v.From <= d {
			return i
		}
	}
	return -1
}

func projectRevised(f *eventv1.ProjectRevised) rule {
	return writes(f.GetProjectId(), rule{
		part: partOf("project", f.GetProjectId()), about: f.GetProjectId(),
		check: func(c *Case, w when) error {
			ends, err := dayField("ends_on", f.GetEndsOn())
			if err := first(err, openProject(c, w, f.GetProjectId())); err != nil {
				return err
			}
			p := c.Projects[c.project(f.GetProjectId())]
			if ends != 0 && ends < p.StartsOn {
				return invalid("ends_on", "is before the project starts: check both dates")
			}
			return notBefore(w, p.Since, "the first day of the version before")
		},
		apply: func(c *Case, w when) {
			c.editProject(f.GetProjectId(), func(p *Project) {
				old := c.version(p)
				old.To = w.on
				p.Past = add(p.Past, old)
				p.Version++
				p.Since, p.By, p.Reason = w.on, w.user, f.GetNote()
				p.Signatures, p.Signers, p.SignerDays = nil, nil, nil
				p.SubmittedOn = 0
				p.Approval.workAgain()
				if ends := day(f.GetEndsOn()); ends != 0 {
					p.EndsOn = ends
				}
			})
		},
	})
}
