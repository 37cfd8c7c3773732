package casework

import (
	"slices"

	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

// Commitment is a commitment of a project.
type Commitment struct {
	ID         string             `cel:"id"`
	By         eventv1.Voice      `cel:"by"`
	Activation eventv1.Activation `cel:"activation"`
	// Checks is every check of it, oldest first; Activation is that of the last.
	Checks []*Check
	// Wording is sealed.
	Wording *eventv1.Text
}

// Check is what somebody said of how far a commitment was kept.
type Check struct {
	On         Day
	Activation eventv1.Activation
	// Says is whose voice it is, By the pseudonym of who recorded it.
	Says eventv1.Voice
	By   string
}

func commitmentAgreed(f *eventv1.CommitmentAgreed) rule {
	return writes(f.GetProjectId(), rule{
		part:  partOf("project", f.GetProjectId(), "commitment", f.GetCommitmentId()),
		newID: &f.CommitmentId, about: f.GetCommitmentId(),
		check: func(c *Case, w when) error { return openProject(c, w, f.GetProjectId()) },
		apply: func(c *Case, _ when) {
			made := &Commitment{ID: f.GetCommitmentId(), By: f.GetBy(), Wording: f.GetWording()}
			c.editProject(f.GetProjectId(), func(p *Project) { p.Commitments = add(p.Commitments, made) })
		},
	})
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
			said := &Check{On: w.on, Activation: f.GetActivation(), Says: f.GetSays(), By: w.user}
			c.editProject(f.GetProjectId(), func(p *Project) {
				i := find(p)
				if i < 0 {
					return
				}
				p.Commitments = edit(p.Commitments, i, func(m *Commitment) {
					m.Checks = addByDay(m.Checks, said, func(k *Check) Day { return k.On })
					m.Activation = m.Checks[len(m.Checks)-1].Activation
				})
			})
		},
	}
}
