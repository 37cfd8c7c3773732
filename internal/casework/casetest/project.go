package casetest

import (
	"google.golang.org/protobuf/proto"

	"percorsi/internal/casework"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

func projectDrafted(s *scene) proto.Message {
	if !s.likely(s.c.InChargeOn != 0 && len(s.c.Projects) < 3) {
		return nil
	}
	m := word[eventv1.Measure](s)
	if s.often(8) {
		m = map[eventv1.Pathway]eventv1.Measure{
			eventv1.Pathway_PATHWAY_ADI:       eventv1.Measure_MEASURE_PAIS,
			eventv1.Pathway_PATHWAY_SELF:      eventv1.Measure_MEASURE_SELF,
			eventv1.Pathway_PATHWAY_DISCHARGE: eventv1.Measure_MEASURE_PAI,
			eventv1.Pathway_PATHWAY_GENERALE:  eventv1.Measure_MEASURE_GEA,
		}[s.c.Pathway]
	}
	return &eventv1.ProjectDrafted{Measure: m, StartsOn: s.later(10), EndsOn: s.on.AddMonths(6 + s.IntN(12)).String()}
}

func goalSet(s *scene) proto.Message {
	id := s.project(open)
	return needing(id, &eventv1.GoalSet{
		ProjectId: id, General: s.often(3), Domain: word[eventv1.Domain](s), DueOn: s.later(200), Wording: s.words(),
	})
}

// goal gives a goal of a project, with the project.
func (s *scene) goal() (project, goal string) {
	pending := func(g *casework.Goal) bool { return g.ReachedOn == 0 && g.DroppedOn == 0 }
	if p := one(s, s.c.Projects, open); p != nil {
		if g := one(s, p.Goals, pending); g != nil {
			return p.ID, g.ID
		}
	}
	return "", ""
}

func goalReached(s *scene) proto.Message {
	project, goal := s.goal()
	return needing(goal, &eventv1.GoalReached{ProjectId: project, GoalId: goal})
}

func goalDropped(s *scene) proto.Message {
	project, goal := s.goal()
	return needing(goal, &eventv1.GoalDropped{ProjectId: project, GoalId: goal, Note: s.words()})
}

func supportArranged(s *scene) proto.Message {
	f := &eventv1.SupportArranged{
		Kind: word[eventv1.SupportKind](s), Provider: pick(s, bodies),
		Quantity: int64(s.IntN(100)), Unit: word[eventv1.Unit](s), CostCents: int64(s.IntN(100_000)), Fund: word[eventv1.Fund](s),
	}
	if s.often(7) {
		f.ProjectId = s.project(open)
	}
	return f
}

func supportStarted(s *scene) proto.Message {
	id := s.support(func(p *casework.Support) bool { return p.StartedOn == 0 })
	return needing(id, &eventv1.SupportStarted{SupportId: id})
}

func begun(p *casework.Support) bool { return p.StartedOn != 0 && p.StoppedOn == 0 }

func supportDelivered(s *scene) proto.Message {
	id := s.support(begun)
	return needing(id, &eventv1.SupportDelivered{SupportId: id, Quantity: 1 + int64(s.IntN(120))})
}

func supportStopped(s *scene) proto.Message {
	id := s.support(begun)
	return needing(id, &eventv1.SupportStopped{SupportId: id, Outcome: word[eventv1.Outcome](s)})
}

func commitmentAgreed(s *scene) proto.Message {
	id := s.project(open)
	return needing(id, &eventv1.CommitmentAgreed{ProjectId: id, By: word[eventv1.Voice](s), Wording: s.words()})
}

func commitmentChecked(s *scene) proto.Message {
	p := one(s, s.c.Projects, open)
	if p == nil || len(p.Commitments) == 0 {
		return nil
	}
	return &eventv1.CommitmentChecked{
		ProjectId: p.ID, CommitmentId: pick(s, p.Commitments).ID,
		Activation: word[eventv1.Activation](s), Says: word[eventv1.Voice](s),
	}
}

func budgetSet(s *scene) proto.Message {
	id, share := s.project(open), int64(1+s.IntN(99))
	return needing(id, &eventv1.BudgetSet{ProjectId: id, Lines: []*eventv1.BudgetLine{
		{Fund: eventv1.Fund_FUND_AMBITO, AmountCents: share * 1000, Share: share},
		{Fund: eventv1.Fund_FUND_COMUNE, AmountCents: (100 - share) * 1000, Share: 100 - share},
	}})
}

func projectSigned(s *scene) proto.Message {
	id := s.project(func(p *casework.Project) bool { return open(p) && len(p.Signers) < 3 })
	signer := word[eventv1.Signer](s)
	if s.often(8) {
		signer = pick(s, []eventv1.Signer{eventv1.Signer_SIGNER_BENEFICIARY, eventv1.Signer_SIGNER_CASE_MANAGER})
	}
	person, user := s.signing(signer)
	return needing(id, &eventv1.ProjectSigned{ProjectId: id, Signer: signer, Mode: word[eventv1.SignatureMode](s), PersonId: person, User: user})
}

func signatureRefused(s *scene) proto.Message {
	id := s.project(open)
	signer := word[eventv1.Signer](s)
	person, user := s.signing(signer)
	return needing(id, &eventv1.SignatureRefused{
		ProjectId: id, Signer: signer, PersonId: person, User: user, Reason: word[eventv1.RefusedSignature](s), Note: s.words(),
	})
}

// signing gives whom a signature names, half of the time.
func (s *scene) signing(signer eventv1.Signer) (person, user string) {
	switch {
	case s.often(5):
		return "", ""
	case signer == eventv1.Signer_SIGNER_BENEFICIARY:
		return s.c.Person, ""
	default:
		return "", pick(s, users)
	}
}

func projectRevised(s *scene) proto.Message {
	id := s.project(open)
	return needing(id, &eventv1.ProjectRevised{ProjectId: id, EndsOn: s.on.AddMonths(6 + s.IntN(12)).String()})
}

func monitoringPlanned(s *scene) proto.Message {
	id, day := s.project(open), s.on
	f := &eventv1.MonitoringPlanned{ProjectId: id}
	for range 1 + s.IntN(6) {
		day += casework.Day(1 + s.IntN(60))
		f.PlannedOn = append(f.PlannedOn, day.String())
	}
	return needing(id, f)
}

func projectMonitored(s *scene) proto.Message {
	id := s.project(open)
	return needing(id, &eventv1.ProjectMonitored{ProjectId: id, Note: s.words()})
}

func projectConcluded(s *scene) proto.Message {
	id := s.project(open)
	return needing(id, &eventv1.ProjectConcluded{ProjectId: id, Outcome: word[eventv1.Outcome](s)})
}

func projectSubmitted(s *scene) proto.Message {
	id := s.project(func(p *casework.Project) bool { return open(p) && p.SubmittedOn == 0 })
	return needing(id, &eventv1.ProjectSubmitted{ProjectId: id})
}

func waiting(p *casework.Project) bool { return p.SubmittedOn != 0 && p.ApprovedOn == 0 }

func projectApproved(s *scene) proto.Message {
	id := s.project(waiting)
	return needing(id, &eventv1.ProjectApproved{ProjectId: id})
}

func projectSentBack(s *scene) proto.Message {
	id := s.project(waiting)
	return needing(id, &eventv1.ProjectSentBack{ProjectId: id, Reason: s.said()})
}
