package sample

import (
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

var (
	roofless = profile{
		ages:   []weighted[[2]int]{{30, [2]int{25, 44}}, {70, [2]int{45, 68}}},
		female: 28, foreign: 45, uncoded: 25,
	}
	marginalityTeam = gathering{
		team: eventv1.TeamKind_TEAM_KIND_MARGINALITY,
		seats: []seat{
			{profession: eventv1.Profession_PROFESSION_SOCIAL_WORKER},
			{profession: eventv1.Profession_PROFESSION_EDUCATOR},
			{profession: eventv1.Profession_PROFESSION_COMMUNITY_WORKER, body: caritas},
			{profession: eventv1.Profession_PROFESSION_NURSE, body: asst},
			{profession: eventv1.Profession_PROFESSION_PSYCHOLOGIST, body: cps},
			{profession: eventv1.Profession_PROFESSION_SOCIAL_WORKER, body: comuneSeat},
		},
		least: 3, most: 5, notice: [2]int{4, 14}, absent: 20, cancelled: 8,
	}
	roofEnding = ending{positive: 62, partly: 12, neutral: 8, missing: 22}
)

// playHomeless is line B: a person without a home leaves hospital into a bed.
func playHomeless(s *script) {
	home := weigh(s, s.comuni)
	about := s.encounter(roofless, home)
	d := &discharge{
		file: s.newFile(eventv1.Pathway_PATHWAY_DISCHARGE, about, home),
		line: eventv1.DischargeLine_DISCHARGE_LINE_HOMELESS,
		ward: hospital(pick(s, []string{"ASST-LODI-PS", "ASST-LODI-MEDICINA"}), eventv1.DischargeSource_DISCHARGE_SOURCE_EMERGENCY_ROOM),
	}
	d.left = s.today + s.days(4, 9)
	d.report(eventv1.Area_AREA_POVERTY, eventv1.Need_NEED_HOUSING)
	d.then(0, 2, func() {
		d.assign(udp)
		d.then(0, 1, d.admit)
	})
}

// shelter assigns a bed, of which the person takes possession on leaving
// hospital.
func (d *discharge) shelter() {
	bed := pick(d.s, []string{"POSTO-01", "POSTO-02"})
	if d.about.demographics.GetSex() == eventv1.Sex_SEX_FEMALE {
		bed = "DONNE-01"
	}
	d.lives(d.s.today, eventv1.HousingStatus_HOUSING_STATUS_HOMELESS)
	d.note(d.by, &eventv1.BedAssigned{Bed: bed})
	d.gather(marginalityTeam, func() { d.then(1, 10, d.rebuild) })
	d.s.at(d.left+1, func() {
		d.discharged()
		d.noteOf(d.left, d.colleague(), &eventv1.BedEntered{})
		d.then(90, 200, d.moveOut)
	})
}

// rebuild is the individualised project, signed by four.
func (d *discharge) rebuild() {
	p := d.draft(eventv1.Measure_MEASURE_GEA, 6)
	p.goal(d.by, 0, 6)
	p.goal(d.colleague(), eventv1.Domain_DOMAIN_HOUSING, 5)
	p.commit(eventv1.Voice_VOICE_BENEFICIARY)
	p.sign(
		eventv1.Signer_SIGNER_BENEFICIARY, eventv1.Signer_SIGNER_CASE_MANAGER,
		eventv1.Signer_SIGNER_SIGNALLING_OPERATOR, eventv1.Signer_SIGNER_EDUCATOR,
	)
	p.monitor(4, 24, 31)
	p.check(70, 85)
	d.project = p
}

// moveOut ends the stay, the service and the case.
func (d *discharge) moveOut() {
	to, how, outcome := eventv1.HousingStatus_HOUSING_STATUS_RENT_TRANSITORY, eventv1.DischargeOutcome_DISCHARGE_OUTCOME_AUTONOMY, eventv1.Outcome_OUTCOME_POSITIVE
	switch {
	case d.s.chance(72):
	case d.s.chance(60):
		to, how, outcome = eventv1.HousingStatus_HOUSING_STATUS_SHELTER, eventv1.DischargeOutcome_DISCHARGE_OUTCOME_SHELTER, eventv1.Outcome_OUTCOME_PARTLY_POSITIVE
	default:
		to, how, outcome = eventv1.HousingStatus_HOUSING_STATUS_HOMELESS, eventv1.DischargeOutcome_DISCHARGE_OUTCOME_LEFT, eventv1.Outcome_OUTCOME_NEGATIVE
	}
	d.note(d.colleague(), &eventv1.BedLeft{Destination: to})
	d.note(d.by, &eventv1.ServiceConcluded{Outcome: how})
	d.lives(d.s.today, to)
	d.then(1, 20, func() { d.close(d.project, roofEnding, outcome, 0) })
}
