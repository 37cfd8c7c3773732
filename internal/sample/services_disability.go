package sample

import (
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

var (
	disabled = profile{ages: []weighted[[2]int]{{1, [2]int{20, 58}}}, female: 45, foreign: 8, uncoded: 0.3}
	minors   = profile{ages: []weighted[[2]int]{{1, [2]int{6, 17}}}, female: 40, foreign: 18, uncoded: 1}
	families = []weighted[source]{
		{45, byComune},
		{40, byCitizen},
		{15, source{eventv1.BodyKind_BODY_KIND_SPECIALIST_SERVICES, uonpia}},
	}
)

// disabilityServices are those of area J.
func disabilityServices() []service {
	scored := ending{positive: 66, partly: 12, neutral: 10, missing: 22, scored: true}
	return []service{
		{
			name: "dopo-di-noi", rate: 34, service: eventv1.Service_SERVICE_DOPO_DI_NOI, area: eventv1.Area_AREA_DISABILITY,
			who: disabled, from: families, body: dopo, met: 40,
			common: []eventv1.Need{eventv1.Need_NEED_DIAGNOSED_DISABILITY}, needs: []weighted[eventv1.Need]{{1, eventv1.Need_NEED_AUTONOMY}},
			before: []weighted[eventv1.HousingStatus]{{1, eventv1.HousingStatus_HOUSING_STATUS_WITH_FAMILY}},
			after: []weighted[eventv1.HousingStatus]{
				{55, eventv1.HousingStatus_HOUSING_STATUS_PROTECTED_HOME},
				{20, eventv1.HousingStatus_HOUSING_STATUS_INDEPENDENT},
				{25, eventv1.HousingStatus_HOUSING_STATUS_WITH_FAMILY},
			},
			agreed: agreed{
				measure: eventv1.Measure_MEASURE_DOPO_DI_NOI, share: 95, months: 24,
				goals:   []eventv1.Domain{eventv1.Domain_DOMAIN_PERSONAL, eventv1.Domain_DOMAIN_HOUSING},
				signers: twoSign, times: [2]int{1, 4}, every: 75,
			},
			supports: []supply{
				once(eventv1.SupportKind_SUPPORT_KIND_AUTONOMY_ACCOMPANIMENT, 55, [2]int{1, 2}, 40, dopo),
				once(eventv1.SupportKind_SUPPORT_KIND_RESIDENTIAL_APPROACH, 22, [2]int{1, 2}, 40, houses...),
				once(eventv1.SupportKind_SUPPORT_KIND_HOUSING_EMANCIPATION, 7, [2]int{1, 2}, 60, houses...),
			},
			ending: scored, lasts: [2]int{240, 540}, closes: 45,
		},
		{
			name: "independent-living", rate: 40, service: eventv1.Service_SERVICE_INDEPENDENT_LIVING, area: eventv1.Area_AREA_DISABILITY,
			who: disabled, from: families, body: dopo, refused: 4, met: 70,
			common: []eventv1.Need{eventv1.Need_NEED_DIAGNOSED_DISABILITY}, needs: []weighted[eventv1.Need]{{70, eventv1.Need_NEED_AUTONOMY}, {30, eventv1.Need_NEED_ORIENTATION}},
			supports: []supply{
				once(eventv1.SupportKind_SUPPORT_KIND_INDEPENDENT_LIVING_ADVICE, 90, [2]int{1, 3}, 20, dopo),
				once(eventv1.SupportKind_SUPPORT_KIND_ORIENTATION, 30, [2]int{1, 1}, 15, dopo),
			},
			ending: scored, lasts: [2]int{60, 200}, closes: 75,
		},
		{
			name: "socialisation", rate: 40, service: eventv1.Service_SERVICE_SOCIALISATION, area: eventv1.Area_AREA_DISABILITY,
			who: minors, from: families, body: labs, waiting: 12,
			needs: []weighted[eventv1.Need]{{62, eventv1.Need_NEED_DIAGNOSED_DISABILITY}, {38, eventv1.Need_NEED_RELATIONAL}},
			supports: []supply{
				once(eventv1.SupportKind_SUPPORT_KIND_SOCIALISING_LAB, 100, [2]int{1, 3}, 21, labs),
			},
			ending: scored, lasts: [2]int{120, 240}, closes: 75,
		},
	}
}
