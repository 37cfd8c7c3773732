package sample

import (
	"github.com/google/uuid"

	"percorsi/internal/access"
	"percorsi/internal/casework"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

// project is a personalised project as its script sees it.
type project struct {
	*file
	id          uuid.UUID
	goals       []uuid.UUID
	commitments []uuid.UUID
	signed      bool
	// approved is set once this version is.
	approved  bool
	concluded bool
}

// draft begins a project of so many months.
func (f *file) draft(m eventv1.Measure, months int) *project {
	p := &project{file: f}
	p.id = f.note(f.by, &eventv1.ProjectDrafted{
		Measure: m, StartsOn: f.s.today.String(), EndsOn: f.s.today.AddMonths(months).String(),
	})
	return p
}

// goal sets a general goal, or one in a domain.
func (p *project) goal(by access.Caller, domain eventv1.Domain, months int) {
	id := p.note(by, &eventv1.GoalSet{
		ProjectId: p.id.String(), General: domain == 0, Domain: domain,
		DueOn: p.s.today.AddMonths(months).String(), Wording: p.s.words(onGoal),
	})
	p.goals = append(p.goals, id)
}

func (p *project) commit(by eventv1.Voice) {
	id := p.note(p.by, &eventv1.CommitmentAgreed{
		ProjectId: p.id.String(), By: by, Wording: p.s.words(onCommitment),
	})
	p.commitments = append(p.commitments, id)
}

// sign gathers signatures on one day.
func (p *project) sign(signers ...eventv1.Signer) {
	p.approve()
	mode := weigh(p.s, []weighted[eventv1.SignatureMode]{
		{75, eventv1.SignatureMode_SIGNATURE_MODE_PAPER},
		{15, eventv1.SignatureMode_SIGNATURE_MODE_GRAPHOMETRIC},
		{10, eventv1.SignatureMode_SIGNATURE_MODE_DIGITAL},
	})
	for _, signer := range signers {
		user := ""
		if signer == eventv1.Signer_SIGNER_CASE_MANAGER {
			user = p.by.User
		}
		p.note(p.by, &eventv1.ProjectSigned{ProjectId: p.id.String(), Signer: signer, Mode: mode, User: user})
	}
	p.signed = true
}

// signToo has others of the household sign, on paper.
func (p *project) signToo(people []string) {
	for _, person := range people {
		p.note(p.by, &eventv1.ProjectSigned{
			ProjectId: p.id.String(), Signer: eventv1.Signer_SIGNER_BENEFICIARY, PersonId: person,
			Mode: eventv1.SignatureMode_SIGNATURE_MODE_PAPER,
		})
	}
}

// declined records that the person does not sign.
func (p *project) declined() {
	p.note(p.by, &eventv1.SignatureRefused{
		ProjectId: p.id.String(), Signer: eventv1.Signer_SIGNER_BENEFICIARY, Note: p.s.note(onMeeting),
		Reason: weigh(p.s, refusals),
	})
}

var refusals = []weighted[eventv1.RefusedSignature]{
	{60, eventv1.RefusedSignature_REFUSED_SIGNATURE_DISAGREES},
	{25, eventv1.RefusedSignature_REFUSED_SIGNATURE_NOT_PRESENT},
	{10, eventv1.RefusedSignature_REFUSED_SIGNATURE_NOT_CAPABLE},
	{5, eventv1.RefusedSignature_REFUSED_SIGNATURE_OTHER},
}

// fund sets the budget: shares that sum to 100 of an amount in euro.
func (p *project) fund(euro int64, shares ...weighted[eventv1.Fund]) {
	lines := make([]*eventv1.BudgetLine, 0, len(shares))
	for _, share := range shares {
		lines = append(lines, &eventv1.BudgetLine{
			Fund: share.value, Share: int64(share.weight), AmountCents: euro * int64(share.weight),
		})
	}
	p.note(p.by, &eventv1.BudgetSet{ProjectId: p.id.String(), Lines: lines})
}

// monitor plans meetings with the person, so many, and holds them some days
// apart.
func (p *project) monitor(times, shortest, longest int) {
	if times > 0 {
		plan := &eventv1.MonitoringPlanned{ProjectId: p.id.String()}
		for n := range times {
			plan.PlannedOn = append(plan.PlannedOn, (p.s.today + casework.Day(shortest*(n+1))).String())
		}
		p.note(p.by, plan)
	}
	p.hold(times, shortest, longest)
}

// hold records meetings, so many at most.
func (p *project) hold(times, shortest, longest int) {
	if times == 0 {
		return
	}
	p.then(shortest, longest, func() {
		if p.concluded {
			return
		}
		p.sometimesLate(p.colleague(), &eventv1.ProjectMonitored{ProjectId: p.id.String(), Note: p.s.note(onMeeting)})
		p.hold(times-1, shortest, longest)
	})
}

// check says how far commitments were kept and goals reached, once.
func (p *project) check(shortest, longest int) {
	p.then(shortest, longest, func() {
		if p.concluded {
			return
		}
		for _, id := range p.commitments {
			p.note(p.colleague(), &eventv1.CommitmentChecked{
				ProjectId: p.id.String(), CommitmentId: id.String(),
				Activation: weigh(p.s, activations), Says: eventv1.Voice_VOICE_OPERATORS,
			})
		}
		p.endGoals()
	})
}

var activations = []weighted[eventv1.Activation]{
	{55, eventv1.Activation_ACTIVATION_KEPT},
	{25, eventv1.Activation_ACTIVATION_PARTLY},
	{20, eventv1.Activation_ACTIVATION_NOT_KEPT},
}

func (p *project) endGoals() {
	for _, id := range p.goals {
		switch {
		case p.s.chance(45):
			p.note(p.colleague(), &eventv1.GoalReached{ProjectId: p.id.String(), GoalId: id.String()})
		case p.s.chance(12):
			p.note(p.colleague(), &eventv1.GoalDropped{ProjectId: p.id.String(), GoalId: id.String(), Note: p.s.note(onMeeting)})
		}
	}
}

// revise gives the project a new version, which is signed anew.
func (p *project) revise(shortest, longest int) {
	p.then(shortest, longest, func() {
		if p.concluded {
			return
		}
		p.note(p.by, &eventv1.ProjectRevised{
			ProjectId: p.id.String(), EndsOn: p.s.today.AddMonths(6).String(), Note: p.s.note(onGoal),
		})
		p.approved = false
		p.sign(eventv1.Signer_SIGNER_BENEFICIARY, eventv1.Signer_SIGNER_CASE_MANAGER)
	})
}
