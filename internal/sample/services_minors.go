package sample

import (
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

var (
	pupils = profile{
		ages:   []weighted[[2]int]{{40, [2]int{6, 10}}, {40, [2]int{11, 13}}, {20, [2]int{14, 17}}},
		female: 44, foreign: 22, uncoded: 2,
	}
	teenagers = profile{ages: []weighted[[2]int]{{1, [2]int{13, 17}}}, female: 40, foreign: 30, uncoded: 2}
	women     = profile{ages: []weighted[[2]int]{{1, [2]int{19, 62}}}, female: 100, foreign: 30, unnamed: true}

	schoolTeam = gathering{
		team: eventv1.TeamKind_TEAM_KIND_SCHOOL,
		seats: []seat{
			{profession: eventv1.Profession_PROFESSION_PSYCHOLOGIST, body: prevent},
			{profession: eventv1.Profession_PROFESSION_TEACHER, body: schoolSeat},
			{profession: eventv1.Profession_PROFESSION_SOCIAL_WORKER, body: comuneSeat},
			{profession: eventv1.Profession_PROFESSION_PHYSICIAN, body: uonpia},
			{profession: eventv1.Profession_PROFESSION_FAMILY},
		},
		least: 3, most: 5, notice: [2]int{5, 16}, absent: 18, cancelled: 5,
	}
	violenceTeam = gathering{
		team: eventv1.TeamKind_TEAM_KIND_ANTI_VIOLENCE,
		seats: []seat{
			{profession: eventv1.Profession_PROFESSION_SOCIAL_WORKER, body: comuneSeat},
			{profession: eventv1.Profession_PROFESSION_PSYCHOLOGIST},
			{profession: eventv1.Profession_PROFESSION_LEGAL_ADVISER},
		},
		least: 2, most: 3, notice: [2]int{3, 10}, absent: 8, cancelled: 4,
	}
)

// minorServices are those of area G-I. Few women come to the Centro
// Antiviolenza, and of them nothing is written that could lead to them.
func minorServices() []service {
	return []service{
		{
			name: "prevention", rate: 130, service: eventv1.Service_SERVICE_PREVENTION_TEAM, area: eventv1.Area_AREA_MINORS,
			who: pupils, from: []weighted[source]{{88, bySchool}, {8, byComune}, {4, byCitizen}}, body: udp, refused: 3,
			needs: []weighted[eventv1.Need]{
				{25, eventv1.Need_NEED_RELATIONAL},
				{20, eventv1.Need_NEED_SCHOOL_FRAGILITY},
				{17, eventv1.Need_NEED_DROPOUT_RISK},
				{10, eventv1.Need_NEED_LEARNING},
				{13, eventv1.Need_NEED_INTEGRATION},
				{6, eventv1.Need_NEED_PSYCHOLOGICAL},
				{4, eventv1.Need_NEED_COMPLEX},
				{5, eventv1.Need_NEED_OTHER},
			},
			meeting: schoolTeam, meets: 90, referred: 14, joins: []string{uonpia, counsels},
			agreed: agreed{
				measure: eventv1.Measure_MEASURE_SCHOOL, share: 30, months: 9, goals: []eventv1.Domain{eventv1.Domain_DOMAIN_EDUCATION, eventv1.Domain_DOMAIN_CHILD},
				signers: []eventv1.Signer{eventv1.Signer_SIGNER_BENEFICIARY, eventv1.Signer_SIGNER_EDUCATOR}, times: [2]int{0, 2}, every: 50,
			},
			supports: []supply{
				once(eventv1.SupportKind_SUPPORT_KIND_PSYCHO_PEDAGOGICAL, 82, [2]int{1, 2}, 20, prevent),
				once(eventv1.SupportKind_SUPPORT_KIND_SCHOOL_PATH, 26, [2]int{1, 1}, 30, prevent),
			},
			ending: ending{positive: 58, partly: 18, neutral: 10, missing: 45}, lasts: [2]int{90, 260}, closes: 75,
		},
		{
			name: "dropout", rate: 36, service: eventv1.Service_SERVICE_PREVENTION_TEAM, area: eventv1.Area_AREA_MINORS,
			who: teenagers, from: []weighted[source]{{80, bySchool}, {20, byComune}}, body: udp, refused: 4,
			needs:   []weighted[eventv1.Need]{{78, eventv1.Need_NEED_DROPOUT_RISK}, {22, eventv1.Need_NEED_DROPPED_OUT}},
			meeting: schoolTeam, meets: 88,
			agreed: agreed{
				measure: eventv1.Measure_MEASURE_SCHOOL, share: 84, months: 9, goals: []eventv1.Domain{eventv1.Domain_DOMAIN_EDUCATION},
				signers: []eventv1.Signer{eventv1.Signer_SIGNER_BENEFICIARY, eventv1.Signer_SIGNER_EDUCATOR}, times: [2]int{1, 2}, every: 40,
			},
			supports: []supply{once(eventv1.SupportKind_SUPPORT_KIND_SCHOOL_PATH, 90, [2]int{1, 2}, 25, prevent)},
			ending:   ending{positive: 52, partly: 18, neutral: 10, missing: 35}, lasts: [2]int{120, 280}, closes: 75,
		},
		{
			name: "second-chance", rate: 18, service: eventv1.Service_SERVICE_SECOND_CHANCE_SCHOOL, area: eventv1.Area_AREA_MINORS,
			who: teenagers, from: []weighted[source]{{75, bySchool}, {25, byComune}}, body: school2, waiting: 10, met: 60,
			needs:   []weighted[eventv1.Need]{{60, eventv1.Need_NEED_DROPPED_OUT}, {40, eventv1.Need_NEED_DROPOUT_RISK}},
			meeting: schoolTeam, meets: 92,
			agreed: agreed{
				measure: eventv1.Measure_MEASURE_SCHOOL, share: 85, months: 10, goals: []eventv1.Domain{eventv1.Domain_DOMAIN_EDUCATION},
				signers: []eventv1.Signer{eventv1.Signer_SIGNER_BENEFICIARY, eventv1.Signer_SIGNER_EDUCATOR}, times: [2]int{1, 3}, every: 40,
			},
			supports: []supply{once(eventv1.SupportKind_SUPPORT_KIND_SECOND_CHANCE_SCHOOL, 100, [2]int{1, 2}, 30, school2)},
			ending:   ending{positive: 60, partly: 15, neutral: 8, missing: 30}, lasts: [2]int{150, 300}, closes: 70,
		},
		{
			name: "cav", rate: 12, service: eventv1.Service_SERVICE_ANTI_VIOLENCE_CENTRE, area: eventv1.Area_AREA_MINORS,
			who: women, from: []weighted[source]{{70, byCitizen}, {20, source{eventv1.BodyKind_BODY_KIND_HOSPITAL, "ASST-LODI-PS"}}, {10, source{eventv1.BodyKind_BODY_KIND_PUBLIC_BODY, prefect}}},
			body: cav, sealed: true,
			needs:   []weighted[eventv1.Need]{{1, eventv1.Need_NEED_PROTECTION}},
			meeting: violenceTeam, meets: 85,
			agreed: agreed{
				measure: eventv1.Measure_MEASURE_PROTECTION, share: 68, months: 12, goals: []eventv1.Domain{eventv1.Domain_DOMAIN_PERSONAL},
				signers: twoSign, times: [2]int{1, 3}, every: 35,
			},
			supports: []supply{
				once(eventv1.SupportKind_SUPPORT_KIND_PSYCHOLOGICAL, 60, [2]int{1, 2}, 20, counsels),
				once(eventv1.SupportKind_SUPPORT_KIND_ORIENTATION, 60, [2]int{1, 2}, 15, cav),
			},
			ending: ending{positive: 55, partly: 20, neutral: 10, missing: 30}, lasts: [2]int{150, 360}, closes: 60,
		},
	}
}
