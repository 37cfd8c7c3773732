package sample

import (
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	"percorsi/internal/person"
)

// self is the story of a person in charge of the Servizi Educativi per il
// Lavoro e la Formazione.
type self struct {
	*file
	flow eventv1.Flow
	// farming is set where the path leads to a farm.
	farming bool
	project *project
	// walking is set while a path is open.
	walking bool
}

var (
	flows = []weighted[eventv1.Flow]{
		{62, eventv1.Flow_FLOW_DISADVANTAGE},
		{30, eventv1.Flow_FLOW_DISABILITY},
		{8, eventv1.Flow_FLOW_JUSTICE},
	}
	// flowSources are who signals to each flow.
	flowSources = map[eventv1.Flow][]weighted[source]{
		eventv1.Flow_FLOW_DISADVANTAGE: {
			{60, byComune},
			{12, source{eventv1.BodyKind_BODY_KIND_SPECIALIST_SERVICES, serd}},
			{8, source{eventv1.BodyKind_BODY_KIND_TERRITORIAL_SERVICES, sai}},
			{5, source{eventv1.BodyKind_BODY_KIND_TERRITORIAL_SERVICES, cav}},
			{8, byThirdSector},
			{4, source{eventv1.BodyKind_BODY_KIND_TERRITORIAL_SERVICES, ala}},
			{3, source{eventv1.BodyKind_BODY_KIND_EMPLOYMENT_CENTRE, cpi}},
		},
		eventv1.Flow_FLOW_DISABILITY: {
			{55, byComune},
			{25, source{eventv1.BodyKind_BODY_KIND_SPECIALIST_SERVICES, cps}},
			{14, bySchool},
			{6, byThirdSector},
		},
		eventv1.Flow_FLOW_JUSTICE: {
			{75, source{eventv1.BodyKind_BODY_KIND_JUSTICE, uepe}},
			{25, source{eventv1.BodyKind_BODY_KIND_JUSTICE, ussm}},
		},
	}
	workers = profile{
		ages:   []weighted[[2]int]{{25, [2]int{17, 24}}, {40, [2]int{25, 44}}, {35, [2]int{45, 62}}},
		female: 44, foreign: 27, uncoded: 1,
	}
	selfEnding = ending{positive: 47, partly: 9, neutral: 14, missing: 32}
	selfTeam   = gathering{
		team: eventv1.TeamKind_TEAM_KIND_SELF,
		seats: []seat{
			{profession: eventv1.Profession_PROFESSION_TUTOR},
			{profession: eventv1.Profession_PROFESSION_SOCIAL_WORKER, body: comuneSeat},
			{profession: eventv1.Profession_PROFESSION_PSYCHOLOGIST, body: cps},
			{profession: eventv1.Profession_PROFESSION_EMPLOYMENT_OFFICER, body: cpi},
		},
		least: 2, most: 4, notice: [2]int{7, 21}, absent: 18, cancelled: 8,
	}
)

// beginSELF opens a story of SELF with a person of its own.
func beginSELF(s *script) {
	home := weigh(s, s.comuni)
	playSELF(s, s.encounter(workers, home), home, source{})
}

// playSELF plays SELF for a person; from is who signals, or is drawn by flow.
func playSELF(s *script, about *someone, home person.Comune, from source) {
	c := &self{file: s.newFile(eventv1.Pathway_PATHWAY_SELF, about, home), flow: eventv1.Flow_FLOW_DISADVANTAGE}
	if from.kind == 0 {
		c.flow = weigh(s, flows)
		from = weigh(s, flowSources[c.flow])
	}
	c.farming = s.chance(5)
	c.signal(&eventv1.Signalled{
		Pathway: eventv1.Pathway_PATHWAY_SELF, Area: eventv1.Area_AREA_WORK, Service: eventv1.Service_SERVICE_SELF,
		Flow: c.flow, Needs: []eventv1.Need{eventv1.Need_NEED_WORK_INCLUSION},
	}, from)
	c.then(3, 20, func() {
		c.assign(udp)
		if s.chance(50) {
			c.contact(6, 85)
		}
		c.meet(2, 25, c.choose)
	})
}

// choose takes the person in charge, after a wait or not at all.
func (c *self) choose() {
	s := c.s
	fits := !s.chance(3)
	if !fits || s.chance(60) {
		c.note(c.by, &eventv1.EligibilityAssessed{Eligible: fits, Note: s.note(onAssessment)})
	}
	switch {
	case !fits:
		c.refuse(eventv1.RefusalReason_REFUSAL_REASON_NOT_ELIGIBLE)
	case s.chance(8):
		c.refuse(weigh(s, []weighted[eventv1.RefusalReason]{
			{55, eventv1.RefusalReason_REFUSAL_REASON_DECLINED},
			{45, eventv1.RefusalReason_REFUSAL_REASON_OTHER_SERVICE},
		}))
	case s.chance(14):
		c.note(c.by, &eventv1.PutOnWaitingList{})
		c.then(20, 90, c.begin)
	default:
		c.then(0, 10, c.begin)
	}
}

// begin is the taking in charge: the kit for half of them, a project, paths.
func (c *self) begin() {
	c.takeInCharge()
	if c.s.chance(52) {
		c.then(3, 30, c.kit)
	}
	if c.s.chance(30) {
		c.then(5, 60, func() { c.gather(selfTeam, func() {}) })
	}
	if c.s.chance(84) {
		c.then(10, 40, c.plan)
	}
	if c.s.chance(76) || c.farming {
		c.then(15, 60, func() { c.path(c.s.number(1, 2)) })
	}
	c.end(240, 420)
}

// kit is the balance of competences.
func (c *self) kit() {
	domains := []eventv1.Domain{eventv1.Domain_DOMAIN_WORK, eventv1.Domain_DOMAIN_EDUCATION}
	c.assess(eventv1.Form_FORM_COMPETENCE_BALANCE, "KIT-2", domains, eventv1.Profession_PROFESSION_TUTOR, func(id string) {
		if c.s.chance(50) {
			c.note(c.colleague(), &eventv1.StrengthRecorded{
				AssessmentId: id, Domain: eventv1.Domain_DOMAIN_WORK, Note: c.s.words(onAssessment),
			})
		}
		c.note(c.by, &eventv1.AssessmentConcluded{AssessmentId: id})
	})
}

// plan is the individual project.
func (c *self) plan() {
	c.project = c.draft(eventv1.Measure_MEASURE_SELF, 12)
	c.project.goal(c.by, 0, 12)
	c.project.goal(c.by, eventv1.Domain_DOMAIN_WORK, 9)
	if c.s.chance(50) {
		c.project.commit(eventv1.Voice_VOICE_BENEFICIARY)
		c.project.check(90, 160)
	}
	c.project.sign(eventv1.Signer_SIGNER_BENEFICIARY, eventv1.Signer_SIGNER_CASE_MANAGER)
	c.project.monitor(c.s.number(1, 3), 50, 100)
}

// end closes the case once no path is open.
func (c *self) end(shortest, longest int) {
	c.then(shortest, longest, func() {
		if c.walking {
			c.end(20, 60)
			return
		}
		outcome := c.s.outcome(selfEnding)
		reason := eventv1.ClosingReason(0)
		if outcome == eventv1.Outcome_OUTCOME_POSITIVE && c.s.chance(45) {
			reason = eventv1.ClosingReason_CLOSING_REASON_EMPLOYED
		}
		c.close(c.project, selfEnding, outcome, reason)
	})
}
