package casefile

import (
	"percorsi/internal/casework"
	casefilev1 "percorsi/internal/gen/percorsi/casefile/v1"
)

// How projects are shown, with their versions.

func (v view) project(c *casework.Case, p *casework.Project) *casefilev1.Project {
	person := c.Person
	return &casefilev1.Project{
		ProjectId:     p.ID,
		Measure:       p.Measure,
		Version:       p.Version,
		StartsOn:      p.StartsOn.String(),
		EndsOn:        p.EndsOn.String(),
		SignedOn:      p.SignedOn.String(),
		ConcludedOn:   p.ConcludedOn.String(),
		Outcome:       p.Outcome,
		Signers:       p.Signers,
		Monitored:     int32(len(p.Monitored)),
		Goals:         each(p.Goals, func(g *casework.Goal) *casefilev1.Goal { return v.goal(person, g) }),
		Commitments:   each(p.Commitments, func(m *casework.Commitment) *casefilev1.Commitment { return v.commitment(person, m) }),
		Budget:        each(p.Budget, budget),
		Past:          each(p.Past, func(p *casework.ProjectVersion) *casefilev1.ProjectVersion { return v.version(person, p) }),
		Signatures:    each(p.Signatures, signature),
		Authors:       p.Approval.Authors,
		VersionFrom:   p.Since.String(),
		VersionReason: v.words(person, p.Reason),
		SubmittedOn:   p.SubmittedOn.String(),
		Approval:      v.approval(c, casework.ApprovableProject, p.ID, p.Approval, v.approvals.OfProject(c, p, p.Since)),
		Calendar: each(p.Monitorings(), func(m casework.Monitoring) *casefilev1.PlannedMonitoring {
			return &casefilev1.PlannedMonitoring{PlannedOn: m.PlannedOn.String(), HeldOn: m.HeldOn.String()}
		}),
		NextMonitoringOn: p.NextMonitoring().String(),
	}
}

func (v view) version(person string, p *casework.ProjectVersion) *casefilev1.ProjectVersion {
	return &casefilev1.ProjectVersion{
		Number:      p.Number,
		From:        p.From.String(),
		To:          p.To.String(),
		User:        p.By,
		Reason:      v.words(person, p.Reason),
		Term:        term(&p.Term),
		Goals:       each(p.Goals, func(g *casework.Goal) *casefilev1.Goal { return v.goal(person, g) }),
		Commitments: each(p.Commitments, func(m *casework.Commitment) *casefilev1.Commitment { return v.commitment(person, m) }),
		Budget:      each(p.Budget, budget),
		Supports:    each(p.Supports, support),
		Signatures:  each(p.Signatures, signature),
		SignedOn:    p.SignedOn.String(),
		ApprovedOn:  p.ApprovedOn.String(),
	}
}

func term(t *casework.Term) *casefilev1.Term {
	return &casefilev1.Term{StartsOn: t.StartsOn.String(), EndsOn: t.EndsOn.String()}
}

func (v view) goal(person string, g *casework.Goal) *casefilev1.Goal {
	return &casefilev1.Goal{
		GoalId: g.ID, General: g.General, Domain: g.Domain, DueOn: g.DueOn.String(),
		ReachedOn: g.ReachedOn.String(), DroppedOn: g.DroppedOn.String(), Wording: v.words(person, g.Wording),
	}
}

func (v view) commitment(person string, m *casework.Commitment) *casefilev1.Commitment {
	return &casefilev1.Commitment{
		CommitmentId: m.ID, By: m.By, Activation: m.Activation, Wording: v.words(person, m.Wording),
		Checks: each(m.Checks, func(k *casework.Check) *casefilev1.CommitmentCheck {
			return &casefilev1.CommitmentCheck{CheckedOn: k.On.String(), Activation: k.Activation, Says: k.Says, User: k.By}
		}),
	}
}

func budget(b *casework.Budget) *casefilev1.Budget {
	return &casefilev1.Budget{Fund: b.Fund, AmountCents: b.Cents, Share: b.Share}
}

func signature(s *casework.Signature) *casefilev1.Signature {
	return &casefilev1.Signature{
		Signer: s.Signer, SignedOn: s.On.String(), Mode: s.Mode, PersonId: s.Person, User: s.User,
		Refused: s.Refused, Reason: s.Reason,
	}
}

func support(s *casework.Support) *casefilev1.Support {
	out := &casefilev1.Support{
		SupportId: s.ID, ProjectId: s.Project, Kind: s.Kind, Provider: s.Provider, Unit: s.Unit, Fund: s.Fund,
		ArrangedOn: s.ArrangedOn.String(), StartedOn: s.StartedOn.String(), StoppedOn: s.StoppedOn.String(),
		Quantity: s.Quantity,
	}
	for _, d := range s.Deliveries {
		out.Delivered += d.Quantity
	}
	return out
}
