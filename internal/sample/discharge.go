package sample

import (
	"google.golang.org/protobuf/types/known/timestamppb"

	"percorsi/internal/access"
	"percorsi/internal/casework"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

// discharge is the story of a protected discharge, of either line.
type discharge struct {
	*file
	line eventv1.DischargeLine
	ward ward
	// left is the day the person left hospital.
	left    casework.Day
	outcome eventv1.DischargeOutcome
	project *project
}

// ward is where a discharge is reported from.
type ward struct {
	source
	reports eventv1.DischargeSource
}

func hospital(code string, reports eventv1.DischargeSource) ward {
	return ward{source: source{eventv1.BodyKind_BODY_KIND_HOSPITAL, code}, reports: reports}
}

var (
	wards = []weighted[ward]{
		{28, hospital("ASST-LODI-MEDICINA", eventv1.DischargeSource_DISCHARGE_SOURCE_WARD)},
		{18, hospital("ASST-LODI-ORTOPEDIA", eventv1.DischargeSource_DISCHARGE_SOURCE_WARD)},
		{10, hospital("ASST-LODI-GERIATRIA", eventv1.DischargeSource_DISCHARGE_SOURCE_WARD)},
		{14, hospital("ASST-LODI-RIABILITAZIONE", eventv1.DischargeSource_DISCHARGE_SOURCE_REHABILITATION)},
		{8, hospital("ASST-LODI-PS", eventv1.DischargeSource_DISCHARGE_SOURCE_EMERGENCY_ROOM)},
		{18, ward{source{eventv1.BodyKind_BODY_KIND_TERRITORIAL_CENTRE, cot}, eventv1.DischargeSource_DISCHARGE_SOURCE_TERRITORIAL_CENTRE}},
		{4, ward{source{eventv1.BodyKind_BODY_KIND_GENERAL_PRACTITIONER, "MMG-011"}, eventv1.DischargeSource_DISCHARGE_SOURCE_GENERAL_PRACTITIONER}},
	}
	frail = profile{
		ages:   []weighted[[2]int]{{8, [2]int{55, 64}}, {32, [2]int{65, 77}}, {60, [2]int{78, 96}}},
		female: 58, foreign: 3, uncoded: 0.5,
	}
	uvm = gathering{
		team: eventv1.TeamKind_TEAM_KIND_UVM,
		seats: []seat{
			{profession: eventv1.Profession_PROFESSION_SOCIAL_WORKER},
			{profession: eventv1.Profession_PROFESSION_NURSE, body: asst},
			{profession: eventv1.Profession_PROFESSION_PHYSICIAN, body: asst},
			{profession: eventv1.Profession_PROFESSION_GENERAL_PRACTITIONER, body: "MMG-011"},
			{profession: eventv1.Profession_PROFESSION_FAMILY},
		},
		least: 3, most: 5, notice: [2]int{1, 3}, absent: 18, cancelled: 5,
	}
	homeEnding = ending{positive: 66, partly: 12, neutral: 12, missing: 38}
)

// playHome is line A: a frail person goes home.
func playHome(s *script) {
	home := weigh(s, s.comuni)
	about := s.encounter(frail, home)
	d := &discharge{
		file: s.newFile(eventv1.Pathway_PATHWAY_DISCHARGE, about, home),
		line: eventv1.DischargeLine_DISCHARGE_LINE_HOME, ward: weigh(s, wards),
	}
	d.left = s.today + s.days(4, 12)
	d.report(eventv1.Area_AREA_ELDERLY, eventv1.Need_NEED_CARE)
	d.then(0, 1, func() {
		d.assign(d.body)
		d.then(0, 1, d.admit)
	})
}

// report signals the person and the discharge to come.
func (d *discharge) report(area eventv1.Area, need eventv1.Need) {
	d.signal(&eventv1.Signalled{
		Pathway: d.pathway, Area: area, Service: eventv1.Service_SERVICE_PROTECTED_DISCHARGE, Needs: []eventv1.Need{need},
	}, d.ward.source)
	d.note(reporter(d.from), &eventv1.DischargeReported{
		Line: d.line, Source: d.ward.reports, ReportedBy: d.from, ExpectedOn: (d.left - d.s.days(0, 2)).String(),
	})
}

// admit says whether the person belongs to the service.
func (d *discharge) admit() {
	fits := d.s.chance(92)
	d.note(d.by, &eventv1.AdmissibilityAssessed{Admissible: fits, Note: d.s.note(onAssessment)})
	if !fits {
		d.refuse(eventv1.RefusalReason_REFUSAL_REASON_NOT_ELIGIBLE)
		return
	}
	d.takeInCharge()
	if d.line == eventv1.DischargeLine_DISCHARGE_LINE_HOMELESS {
		d.shelter()
		return
	}
	if d.s.chance(52) {
		d.gather(uvm, func() {})
	}
	if d.s.chance(16) {
		d.measureFrailty()
	}
	if d.s.chance(56) {
		d.then(0, 3, d.plan)
	}
	d.leave()
}

// measureFrailty assesses with scales.
func (d *discharge) measureFrailty() {
	domains := some(d.s, []eventv1.Domain{
		eventv1.Domain_DOMAIN_DAILY_LIVING, eventv1.Domain_DOMAIN_COGNITION,
		eventv1.Domain_DOMAIN_MOBILITY, eventv1.Domain_DOMAIN_HEALTH, eventv1.Domain_DOMAIN_NETWORK,
	}, 2)
	d.assess(eventv1.Form_FORM_UVM, "UVM-2024", domains, eventv1.Profession_PROFESSION_NURSE, func(id string) {
		d.note(d.by, &eventv1.AssessmentConcluded{AssessmentId: id})
		d.approveAssessment(id, d.finding(id, eventv1.Domain_DOMAIN_NETWORK, eventv1.Profession_PROFESSION_SOCIAL_WORKER))
	})
}

// plan shares and signs the PAI.
func (d *discharge) plan() {
	d.project = d.draft(eventv1.Measure_MEASURE_PAI, 3)
	d.project.goal(d.by, eventv1.Domain_DOMAIN_DAILY_LIVING, 2)
	d.project.sign(eventv1.Signer_SIGNER_BENEFICIARY, eventv1.Signer_SIGNER_CASE_MANAGER)
}

// leave is the day the person leaves hospital. Moments are recorded the day
// after, when they lie in the past whatever the hour.
func (d *discharge) leave() {
	d.s.at(d.left, func() {
		switch {
		case d.ended:
		case d.s.chance(3):
			d.close(d.project, homeEnding, eventv1.Outcome_OUTCOME_NEUTRAL, eventv1.ClosingReason_CLOSING_REASON_DECEASED)
		default:
			d.s.at(d.left+1, d.wentHome)
		}
	})
}

func (d *discharge) wentHome() {
	provider := pick(d.s, accredited)
	d.discharged()
	d.note(d.by, &eventv1.ProviderChosen{Provider: provider})
	d.sixMonths()
	switch {
	case d.s.chance(84):
		d.access(d.left+d.s.days(1, 2), provider)
	case d.s.chance(70):
		d.access(d.left+d.s.days(4, 8), provider)
	default: // nobody came
	}
	d.then(20, 60, d.conclude)
}

func (d *discharge) discharged() {
	at := timestamppb.New(d.s.moment(d.left))
	d.noteOf(d.left, reporter(d.from), &eventv1.Discharged{At: at})
}

// access is the first one, and those that follow, told by the provider or by
// the service.
func (d *discharge) access(on casework.Day, provider string) {
	d.s.at(on+1, func() {
		if d.ended {
			return
		}
		d.noteOf(on, d.teller(provider), &eventv1.FirstAccess{At: timestamppb.New(d.s.moment(on))})
		d.accesses(d.s.number(1, 3), provider)
	})
}

func (d *discharge) teller(provider string) access.Caller {
	if d.s.chance(80) {
		return reporter(provider)
	}
	return d.colleague()
}

func (d *discharge) accesses(left int, provider string) {
	if left == 0 {
		return
	}
	d.then(1, 7, func() {
		d.sometimesLate(d.teller(provider), &eventv1.AccessDelivered{
			Kind: weigh(d.s, []weighted[eventv1.AccessKind]{
				{72, eventv1.AccessKind_ACCESS_KIND_HOME_CARE}, {28, eventv1.AccessKind_ACCESS_KIND_NURSING},
			}),
			Minutes: int64(d.s.number(3, 8) * 15),
		})
		d.accesses(left-1, provider)
	})
}

var homeOutcomes = []weighted[eventv1.DischargeOutcome]{
	{34, eventv1.DischargeOutcome_DISCHARGE_OUTCOME_AUTONOMY},
	{24, eventv1.DischargeOutcome_DISCHARGE_OUTCOME_MUNICIPAL_HOME_CARE},
	{14, eventv1.DischargeOutcome_DISCHARGE_OUTCOME_HEALTH_HOME_CARE},
	{8, eventv1.DischargeOutcome_DISCHARGE_OUTCOME_B1_B2},
	{7, eventv1.DischargeOutcome_DISCHARGE_OUTCOME_RESIDENTIAL},
	{5, eventv1.DischargeOutcome_DISCHARGE_OUTCOME_DECEASED},
	{8, eventv1.DischargeOutcome_DISCHARGE_OUTCOME_READMITTED},
}

// conclude ends the service, then the case.
func (d *discharge) conclude() {
	how := weigh(d.s, homeOutcomes)
	d.note(d.by, &eventv1.ServiceConcluded{Outcome: how})
	outcome, reason := d.s.outcome(homeEnding), eventv1.ClosingReason(0)
	switch how {
	case eventv1.DischargeOutcome_DISCHARGE_OUTCOME_DECEASED:
		outcome, reason = eventv1.Outcome_OUTCOME_NEUTRAL, eventv1.ClosingReason_CLOSING_REASON_DECEASED
	case eventv1.DischargeOutcome_DISCHARGE_OUTCOME_READMITTED:
		outcome, reason = eventv1.Outcome_OUTCOME_NEGATIVE, eventv1.ClosingReason_CLOSING_REASON_HANDED_OVER
	default: // as the draw has it
	}
	d.outcome = how
	d.then(0, 15, func() { d.close(d.project, homeEnding, outcome, reason) })
}

// sixMonths records what is known six months after the discharge, for most.
func (d *discharge) sixMonths() {
	if d.s.chance(11) {
		return
	}
	d.s.at(d.left.AddMonths(casework.ReadmissionMonths)+d.s.days(0, 35), func() {
		result := weigh(d.s, []weighted[eventv1.Readmission]{
			{68, eventv1.Readmission_READMISSION_NOT_READMITTED},
			{15, eventv1.Readmission_READMISSION_READMITTED},
			{12, eventv1.Readmission_READMISSION_UNKNOWN},
			{5, eventv1.Readmission_READMISSION_DECEASED},
		})
		switch d.outcome {
		case eventv1.DischargeOutcome_DISCHARGE_OUTCOME_DECEASED:
			result = eventv1.Readmission_READMISSION_DECEASED
		case eventv1.DischargeOutcome_DISCHARGE_OUTCOME_READMITTED:
			result = eventv1.Readmission_READMISSION_READMITTED
		default: // as the draw has it
		}
		d.note(d.colleague(), &eventv1.SixMonthResult{Result: result})
	})
}
