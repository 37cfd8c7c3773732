package sample

import (
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

var (
	povertyTeam = gathering{
		team: eventv1.TeamKind_TEAM_KIND_POVERTY,
		seats: []seat{
			{profession: eventv1.Profession_PROFESSION_SOCIAL_WORKER},
			{profession: eventv1.Profession_PROFESSION_EDUCATOR, body: udp},
			{profession: eventv1.Profession_PROFESSION_EMPLOYMENT_OFFICER, body: cpi},
			{profession: eventv1.Profession_PROFESSION_PSYCHOLOGIST, body: asst},
			{profession: eventv1.Profession_PROFESSION_COMMUNITY_WORKER, body: caritas},
			{profession: eventv1.Profession_PROFESSION_HOUSING_OFFICER, body: ala},
		},
		least: 3, most: 5, notice: [2]int{7, 21}, absent: 28, cancelled: 12,
	}
	adiEnding = ending{positive: 48, partly: 14, neutral: 18, missing: 28}
	adiGoals  = []eventv1.Domain{
		eventv1.Domain_DOMAIN_WORK, eventv1.Domain_DOMAIN_ECONOMIC, eventv1.Domain_DOMAIN_NETWORK,
		eventv1.Domain_DOMAIN_HOUSING, eventv1.Domain_DOMAIN_EDUCATION,
	}
	adiSupplies = []supply{
		{
			kind: eventv1.SupportKind_SUPPORT_KIND_SOCIAL_SECRETARIAT, share: 30, unit: eventv1.Unit_UNIT_ACCESS,
			fund: eventv1.Fund_FUND_QSFP, quantity: [2]int{1, 1}, deliveries: [2]int{1, 2}, every: 40,
		},
		{
			kind: eventv1.SupportKind_SUPPORT_KIND_EDUCATIONAL, share: 22, providers: codes("ETS-EDUCATIVA", 4), unit: eventv1.Unit_UNIT_MINUTE,
			fund: eventv1.Fund_FUND_QSFP, quantity: [2]int{60, 120}, deliveries: [2]int{1, 4}, every: 25, cents: 4600,
		},
		{
			kind: eventv1.SupportKind_SUPPORT_KIND_COMMUNITY_PROJECT, share: 18, providers: codes("ENTE", 12), unit: eventv1.Unit_UNIT_MINUTE,
			fund: eventv1.Fund_FUND_QSFP, quantity: [2]int{480, 960}, deliveries: [2]int{1, 3}, every: 30,
		},
		{
			kind: eventv1.SupportKind_SUPPORT_KIND_ECONOMIC_CONTRIBUTION, share: 14, unit: eventv1.Unit_UNIT_CENT,
			fund: eventv1.Fund_FUND_COMUNE, quantity: [2]int{10000, 40000}, deliveries: [2]int{1, 2}, every: 60, cents: 25000,
		},
		{
			kind: eventv1.SupportKind_SUPPORT_KIND_PSYCHOLOGICAL, share: 10, providers: []string{asst}, unit: eventv1.Unit_UNIT_ACCESS,
			fund: eventv1.Fund_FUND_HEALTH_SERVICE, quantity: [2]int{1, 1}, deliveries: [2]int{1, 3}, every: 30,
		},
		{
			kind: eventv1.SupportKind_SUPPORT_KIND_HOUSING_SEARCH, share: 5, providers: []string{ala}, unit: eventv1.Unit_UNIT_ACCESS,
			fund: eventv1.Fund_FUND_AMBITO, quantity: [2]int{1, 1}, deliveries: [2]int{1, 3}, every: 30,
		},
	}
)

// frame meets in a team and compiles the Quadro di analisi, then the PaIS.
func (a *adi) frame(pact bool) {
	a.join(eventv1.Profession_PROFESSION_EDUCATOR, udp)
	if a.s.chance(50) {
		a.join(eventv1.Profession_PROFESSION_PSYCHOLOGIST, asst)
	}
	a.then(3, 20, func() {
		a.gather(povertyTeam, func() {
			a.assess(eventv1.Form_FORM_ANALYSIS_FRAMEWORK, "DM-72-2024", frameDomains, eventv1.Profession_PROFESSION_EDUCATOR, func(id string) {
				a.note(a.by, &eventv1.AssessmentConcluded{AssessmentId: id})
				if a.s.chance(60) {
					a.then(1, 15, func() { a.note(a.coordinator(), &eventv1.AssessmentApproved{AssessmentId: id}) })
				}
				a.then(1, 25, func() { a.pact(pact) })
				if a.s.chance(12) {
					a.then(60, 120, func() { a.lookAgain(id) })
				}
			})
		})
	})
	if a.s.chance(40) {
		a.then(150, 260, func() { a.gather(povertyTeam, func() {}) })
	}
}

// lookAgain reviews the Quadro di analisi: something has changed.
func (a *adi) lookAgain(id string) {
	a.note(a.by, &eventv1.AssessmentReviewed{AssessmentId: id, Note: a.s.note(onAssessment)})
	a.note(a.by, a.finding(id, pick(a.s, adiDomains), eventv1.Profession_PROFESSION_SOCIAL_WORKER))
	a.then(1, 15, func() { a.note(a.by, &eventv1.AssessmentConcluded{AssessmentId: id}) })
}

// pact writes the PaIS; not everybody signs it.
func (a *adi) pact(signs bool) {
	s := a.s
	p := a.draft(eventv1.Measure_MEASURE_PAIS, 12)
	p.goal(a.by, 0, 12)
	for _, domain := range some(s, adiGoals, s.number(1, 2)) {
		p.goal(a.colleague(), domain, s.number(3, 9))
	}
	p.commit(eventv1.Voice_VOICE_BENEFICIARY)
	if s.chance(40) {
		p.commit(eventv1.Voice_VOICE_OPERATORS)
	}
	if s.chance(25) {
		p.fund(int64(s.number(4, 30)*100), weighted[eventv1.Fund]{70, eventv1.Fund_FUND_QSFP}, weighted[eventv1.Fund]{30, eventv1.Fund_FUND_COMUNE})
	}
	for _, give := range adiSupplies {
		if s.chance(give.share) {
			a.support(p, give)
		}
	}
	a.then(2, 25, func() {
		if !signs || s.chance(2) {
			p.declined()
			a.leave(p)
			return
		}
		p.sign(eventv1.Signer_SIGNER_BENEFICIARY, eventv1.Signer_SIGNER_CASE_MANAGER)
		p.signToo(a.household.partners())
		a.walk(p)
	})
}

// walk follows a signed PaIS.
func (a *adi) walk(p *project) {
	s := a.s
	p.monitor(s.number(1, 4), 60, 110)
	p.check(100, 180)
	if s.chance(8) {
		p.revise(150, 240)
	}
	if s.chance(5) {
		a.then(60, 300, func() { a.assign(a.body) })
	}
	switch {
	case s.chance(2):
		a.then(90, 300, func() { a.transfer() })
	case s.chance(3):
		a.then(60, 200, func() { a.toSELF() })
	case s.chance(3):
		a.then(60, 250, func() { a.handOver() })
	case s.chance(2):
		a.then(60, 250, a.pause)
	}
	a.leave(p)
}

// pause suspends the work on the case for a while.
func (a *adi) pause() {
	a.note(a.by, &eventv1.Suspended{Note: a.s.note(onContact)})
	a.then(15, 60, func() { a.note(a.by, &eventv1.Resumed{}) })
}

// leave closes about half of the cases within two years.
func (a *adi) leave(p *project) {
	if !a.s.chance(55) {
		return
	}
	a.then(200, 560, func() {
		reason := eventv1.ClosingReason(0)
		if a.s.chance(4) {
			reason = eventv1.ClosingReason_CLOSING_REASON_DECEASED
		}
		a.close(p, adiEnding, a.s.outcome(adiEnding), reason)
	})
}

// transfer moves the case to another body, whose coordinator accepts.
func (a *adi) transfer() {
	to := acsi
	if a.body == acsi {
		to = pick(a.s, []string{assc, asp})
	}
	id := a.note(a.coordinator(), &eventv1.Referred{
		Kind: eventv1.ReferralKind_REFERRAL_KIND_TRANSFER, ToBody: to, Note: a.s.note(onDecision),
	})
	a.then(4, 30, func() {
		if a.s.chance(20) {
			a.note(coordinator(to), &eventv1.ReferralAnswered{
				ReferralId: id.String(), Answer: eventv1.AnswerKind_ANSWER_KIND_REFUSED,
				Refusal: eventv1.ReferralRefusal_REFERRAL_REFUSAL_NOT_RESIDENT,
			})
			return
		}
		next := a.s.manager(to)
		a.note(coordinator(to), &eventv1.ReferralAnswered{
			ReferralId: id.String(), Answer: eventv1.AnswerKind_ANSWER_KIND_ACCEPTED, CaseManager: next.User,
		})
		a.body, a.by = to, next
	})
}

// handOver gives the case to a colleague, who accepts.
func (a *adi) handOver() {
	next := a.s.manager(a.body)
	if next.User == a.by.User || a.by.Body != a.body {
		return
	}
	id := a.note(a.by, &eventv1.Referred{
		Kind: eventv1.ReferralKind_REFERRAL_KIND_HANDOVER, ToBody: a.body, ToUser: next.User, Note: a.s.note(onDecision),
	})
	a.then(1, 10, func() {
		a.note(next, &eventv1.ReferralAnswered{
			ReferralId: id.String(), Answer: eventv1.AnswerKind_ANSWER_KIND_ACCEPTED, CaseManager: next.User,
		})
		a.by = next
	})
}

// toSELF signals the applicant to SELF: the same person has two cases.
func (a *adi) toSELF() {
	playSELF(a.s, a.about, a.comune, byComune)
}
