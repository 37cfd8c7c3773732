package sample

import (
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

// adi is the story of a household that applies for the Assegno di Inclusione.
type adi struct {
	*file
	household household
	pad       pad
	met       bool
	suspended bool
	// rejected is set where INPS turns the application down.
	rejected bool
}

// The days that the law counts.
const (
	t120 = 120
	t90  = 90
)

func playADI(s *script) {
	h := s.household()
	a := &adi{file: s.newFile(eventv1.Pathway_PATHWAY_ADI, h.people[0], h.home), household: h, pad: s.pad()}
	a.rejected = s.chance(4)
	s.at(a.pad.transmitted, a.receive)
}

// receive records what the platform transmitted.
func (a *adi) receive() {
	s := a.s
	a.household.register(s, a.by)
	fact := &eventv1.Applied{
		PersonId: a.about.ref, Comune: a.comune.ISTAT, ManagingBody: a.body,
		Channel:       weigh(s, []weighted[eventv1.Channel]{{70, eventv1.Channel_CHANNEL_PATRONATO}, {30, eventv1.Channel_CHANNEL_PLATFORM}}),
		TransmittedOn: a.pad.transmitted.String(), Note: s.note(onArrival),
	}
	inTime := !s.chance(8)
	if inTime {
		fact.PadSignedOn = a.pad.signed.String()
	}
	a.open(a.pad.applied, a.by, fact)
	if !inTime {
		a.note(a.by, &eventv1.PadSigned{SignedOn: a.pad.signed.String()})
	}
	a.note(a.by, &eventv1.HouseholdRecorded{Members: a.household.members})
	a.moveOut()
	a.then(0, 20, a.decide)
	s.at(a.pad.signed+t120+s.days(1, 12), a.suspendUnmet)
}

func (a *adi) decided(d eventv1.MeasureDecision) { a.note(a.by, &eventv1.MeasureDecided{Decision: d}) }

// decide records what INPS decided; of the accepted, 97 in 100 get a case
// manager.
func (a *adi) decide() {
	if a.rejected {
		a.decided(eventv1.MeasureDecision_MEASURE_DECISION_REJECTED)
		a.refuse(eventv1.RefusalReason_REFUSAL_REASON_NOT_ELIGIBLE)
		return
	}
	a.decided(eventv1.MeasureDecision_MEASURE_DECISION_ACCEPTED)
	if !a.s.chance(97) {
		return
	}
	a.then(2, 25, func() {
		a.assign(a.body)
		a.reach()
	})
}

// reach finds the household and summons it; some are reached too late for the
// 120 days.
func (a *adi) reach() {
	if a.s.chance(65) {
		a.then(1, 12, func() { a.contact(12, 70) })
	}
	switch {
	case a.s.chance(9):
		a.then(3, 40, func() { a.first(eventv1.MeetingMode_MEETING_MODE_SPONTANEOUS) })
	case a.s.chance(8):
		a.then(95, 150, a.summon)
	default:
		a.then(6, 50, a.summon)
	}
}

func (a *adi) summon() {
	s := a.s
	day := s.today + s.days(8, 20)
	a.note(a.by, &eventv1.Summoned{
		Channel:   weigh(s, []weighted[eventv1.Channel]{{50, eventv1.Channel_CHANNEL_PHONE}, {30, eventv1.Channel_CHANNEL_LETTER}, {20, eventv1.Channel_CHANNEL_TEXT_MESSAGE}}),
		MeetingOn: day.String(),
	})
	s.at(day, func() {
		switch {
		case a.ended || a.met:
		case s.chance(85):
			a.first(eventv1.MeetingMode_MEETING_MODE_SUMMONED)
		default:
			a.missed(s.chance(55))
		}
	})
}

// missed records who did not come. Without a giustificato motivo INPS may end
// the benefit; that is received, never decided here.
func (a *adi) missed(justified bool) {
	a.note(a.by, &eventv1.SummonsMissed{Justified: justified, Note: a.s.note(onContact)})
	if justified || a.s.chance(50) {
		a.then(5, 30, a.summon)
		return
	}
	a.then(15, 60, func() {
		if a.met {
			return
		}
		a.decided(eventv1.MeasureDecision_MEASURE_DECISION_FORFEITED)
		a.refuse(eventv1.RefusalReason_REFUSAL_REASON_UNREACHABLE)
	})
}

// suspendUnmet records that INPS suspended the household that nobody met.
func (a *adi) suspendUnmet() {
	if a.ended || a.met || a.rejected {
		return
	}
	a.suspended = true
	a.decided(eventv1.MeasureDecision_MEASURE_DECISION_SUSPENDED)
}

// first holds the first meeting: the household is in charge from then on.
func (a *adi) first(mode eventv1.MeetingMode) {
	if a.met {
		return
	}
	a.met = true
	a.note(a.by, &eventv1.FirstMeetingHeld{Mode: mode, Note: a.s.note(onMeeting)})
	a.takeInCharge()
	if a.suspended {
		a.then(5, 25, func() { a.decided(eventv1.MeasureDecision_MEASURE_DECISION_REINSTATED) })
	}
	a.look()
	a.months()
}

// look opens the preliminary analysis and says what must follow.
func (a *adi) look() {
	s := a.s
	if s.chance(35) {
		a.lives(s.today, weigh(s, adiHomes))
	}
	if s.chance(45) {
		a.note(a.by, &eventv1.NeedsRecorded{Needs: some(s, adiNeeds, s.number(1, 3))})
		if s.chance(15) { // a colleague was at it too
			a.settle(a.colleague(), &eventv1.NeedsRecorded{Needs: some(s, adiNeeds, s.number(1, 3))})
		}
	}
	id := a.note(a.by, &eventv1.AssessmentOpened{
		Form: eventv1.Form_FORM_PRELIMINARY_ANALYSIS, FormVersion: "DM-72-2024",
	}).String()
	for _, domain := range some(s, adiDomains, s.number(2, 3)) {
		a.note(a.by, a.finding(id, domain, eventv1.Profession_PROFESSION_SOCIAL_WORKER))
	}
	a.then(2, 30, func() {
		result := weigh(s, adiResults)
		a.note(a.by, &eventv1.PreliminaryAnalysisConcluded{AssessmentId: id, Result: result})
		a.follow(result)
	})
}

var (
	adiHomes = []weighted[eventv1.HousingStatus]{
		{40, eventv1.HousingStatus_HOUSING_STATUS_RENT_LONG},
		{30, eventv1.HousingStatus_HOUSING_STATUS_PUBLIC_HOUSING},
		{20, eventv1.HousingStatus_HOUSING_STATUS_OWNED},
		{10, eventv1.HousingStatus_HOUSING_STATUS_LOAN_FOR_USE},
	}
	adiNeeds = []eventv1.Need{
		eventv1.Need_NEED_ECONOMIC, eventv1.Need_NEED_WORK_INCLUSION, eventv1.Need_NEED_HOUSING,
		eventv1.Need_NEED_HEALTH, eventv1.Need_NEED_CARE, eventv1.Need_NEED_SOCIO_EDUCATIONAL,
	}
	adiDomains = []eventv1.Domain{
		eventv1.Domain_DOMAIN_PERSONAL, eventv1.Domain_DOMAIN_ECONOMIC, eventv1.Domain_DOMAIN_WORK,
		eventv1.Domain_DOMAIN_HOUSING, eventv1.Domain_DOMAIN_NETWORK, eventv1.Domain_DOMAIN_CARE_LOAD,
	}
	// frameDomains are those of the law, see the form in deploy/forms.
	frameDomains = []eventv1.Domain{
		eventv1.Domain_DOMAIN_PERSONAL, eventv1.Domain_DOMAIN_ECONOMIC, eventv1.Domain_DOMAIN_WORK,
		eventv1.Domain_DOMAIN_EDUCATION, eventv1.Domain_DOMAIN_HOUSING, eventv1.Domain_DOMAIN_NETWORK,
	}
	adiResults = []weighted[eventv1.AnalysisResult]{
		{18, eventv1.AnalysisResult_ANALYSIS_RESULT_EMPLOYMENT_CENTRE},
		{46, eventv1.AnalysisResult_ANALYSIS_RESULT_SIMPLE_PACT},
		{20, eventv1.AnalysisResult_ANALYSIS_RESULT_TEAM_AND_FRAMEWORK},
		{6, eventv1.AnalysisResult_ANALYSIS_RESULT_SPECIALIST_SERVICE},
		{10, eventv1.AnalysisResult_ANALYSIS_RESULT_NO_OBLIGATION},
	}
	// pactShares say how many of each result sign a PaIS, in percent.
	pactShares = map[eventv1.AnalysisResult]float64{
		eventv1.AnalysisResult_ANALYSIS_RESULT_EMPLOYMENT_CENTRE:  45,
		eventv1.AnalysisResult_ANALYSIS_RESULT_SIMPLE_PACT:        92,
		eventv1.AnalysisResult_ANALYSIS_RESULT_TEAM_AND_FRAMEWORK: 88,
		eventv1.AnalysisResult_ANALYSIS_RESULT_SPECIALIST_SERVICE: 60,
		eventv1.AnalysisResult_ANALYSIS_RESULT_NO_OBLIGATION:      12,
	}
)

// follow does what the analysis asks for.
func (a *adi) follow(result eventv1.AnalysisResult) {
	for _, member := range a.household.obliged(eventv1.Obligation_OBLIGATION_EMPLOYMENT_CENTRE) {
		a.sendToWork(member)
	}
	pact := a.s.chance(pactShares[result])
	switch {
	case result == eventv1.AnalysisResult_ANALYSIS_RESULT_TEAM_AND_FRAMEWORK:
		a.frame(pact)
	case result == eventv1.AnalysisResult_ANALYSIS_RESULT_SPECIALIST_SERVICE:
		a.refer(pick(a.s, []string{serd, cps, counsels}))
		fallthrough
	case pact:
		a.then(5, 30, func() { a.pact(pact) })
	default:
		a.leave(nil)
	}
}

// sendToWork sends a member to the Centro per l'Impiego, where most sign the
// patto di servizio within 60 days.
func (a *adi) sendToWork(member string) {
	a.then(1, 15, func() {
		a.note(a.by, &eventv1.SentToEmploymentCentre{PersonId: member})
		if a.s.chance(75) {
			a.then(8, 59, func() { a.note(a.by, &eventv1.ServicePactSigned{PersonId: member}) })
		}
	})
}

// refer asks another body to join, which mostly accepts.
func (f *file) refer(body string) {
	id := f.note(f.by, &eventv1.Referred{Kind: eventv1.ReferralKind_REFERRAL_KIND_REFERRAL, ToBody: body, Note: f.s.note(onDecision)})
	f.then(5, 40, func() {
		answer := eventv1.AnswerKind_ANSWER_KIND_ACCEPTED
		switch {
		case f.s.chance(15):
			answer = eventv1.AnswerKind_ANSWER_KIND_REFUSED
		case f.s.chance(5):
			answer = eventv1.AnswerKind_ANSWER_KIND_REVOKED
		}
		f.note(f.by, &eventv1.ReferralAnswered{ReferralId: id.String(), Answer: answer})
	})
}

// months keeps the meetings that are due every 90 days, and the end of the
// measure.
func (a *adi) months() {
	for _, member := range a.household.obliged(eventv1.Obligation_OBLIGATION_SOCIAL_SERVICES) {
		a.every90(member)
	}
	if a.s.chance(7) {
		a.then(120, 400, func() { a.decided(weigh(a.s, adiLosses)) })
	}
	a.s.at(a.pad.signed.AddMonths(18), func() {
		if a.ended {
			return
		}
		a.decided(eventv1.MeasureDecision_MEASURE_DECISION_EXPIRED)
		if a.s.chance(65) {
			a.then(25, 60, func() { a.decided(eventv1.MeasureDecision_MEASURE_DECISION_RENEWED) })
		}
	})
}

var adiLosses = []weighted[eventv1.MeasureDecision]{
	{40, eventv1.MeasureDecision_MEASURE_DECISION_WAIVED},
	{30, eventv1.MeasureDecision_MEASURE_DECISION_REVOKED},
	{30, eventv1.MeasureDecision_MEASURE_DECISION_TRANSFERRED},
}

// every90 records meetings of a member, now and then too late.
func (a *adi) every90(member string) {
	last := t90 - 2
	if a.s.chance(8) {
		last = t90 + 40
	}
	a.then(last-15, last, func() {
		a.sometimesLate(a.colleague(), &eventv1.PeriodicMeetingHeld{PersonId: member, AtPatronato: a.s.chance(12)})
		a.every90(member)
	})
}
