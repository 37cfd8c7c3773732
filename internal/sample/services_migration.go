package sample

import (
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

var (
	refugees  = profile{ages: []weighted[[2]int]{{1, [2]int{19, 45}}}, female: 32, foreign: 100, uncoded: 22}
	alone     = profile{ages: []weighted[[2]int]{{1, [2]int{15, 17}}}, female: 6, foreign: 100, uncoded: 45}
	exploited = profile{ages: []weighted[[2]int]{{1, [2]int{19, 40}}}, female: 82, foreign: 100, unnamed: true}
	migrants  = profile{ages: []weighted[[2]int]{{1, [2]int{20, 60}}}, female: 47, foreign: 100, uncoded: 14}

	mediation = once(eventv1.SupportKind_SUPPORT_KIND_LINGUISTIC_MEDIATION, 50, [2]int{1, 3}, 15, "ETS-MEDIAZIONE-001")
	tutoring  = once(eventv1.SupportKind_SUPPORT_KIND_TUTORING, 22, [2]int{1, 2}, 25, desk)
	reception = supply{
		kind: eventv1.SupportKind_SUPPORT_KIND_RECEPTION_PATH, share: 100, unit: eventv1.Unit_UNIT_MONTH,
		fund: eventv1.Fund_FUND_FAMI, quantity: [2]int{1, 1}, deliveries: [2]int{1, 2}, every: 31, cents: 120000,
	}
)

// migrationServices are those of area L, immigration.
func migrationServices() []service {
	scored := ending{positive: 62, partly: 14, neutral: 14, missing: 28, scored: true}
	prefecture := source{eventv1.BodyKind_BODY_KIND_PUBLIC_BODY, prefect}
	return []service{
		{
			name: "sai", rate: 36, service: eventv1.Service_SERVICE_RECEPTION_SAI, area: eventv1.Area_AREA_IMMIGRATION,
			who: refugees, from: []weighted[source]{{75, prefecture}, {25, byComune}}, body: sai, met: 30,
			needs: []weighted[eventv1.Need]{{50, eventv1.Need_NEED_HOUSING}, {30, eventv1.Need_NEED_WORK_INCLUSION}, {20, eventv1.Need_NEED_ORIENTATION}},
			agreed: agreed{
				measure: eventv1.Measure_MEASURE_SAI, share: 85, months: 6, goals: []eventv1.Domain{eventv1.Domain_DOMAIN_WORK, eventv1.Domain_DOMAIN_EDUCATION},
				signers: twoSign, times: [2]int{1, 2}, every: 60,
			},
			supports: []supply{reception, mediation}, ending: scored, lasts: [2]int{180, 400}, closes: 65,
		},
		{
			name: "msna", rate: 34, service: eventv1.Service_SERVICE_UNACCOMPANIED_MINORS, area: eventv1.Area_AREA_IMMIGRATION,
			who: alone, from: []weighted[source]{{60, prefecture}, {40, byComune}}, body: msna,
			needs: []weighted[eventv1.Need]{{60, eventv1.Need_NEED_PROTECTION}, {40, eventv1.Need_NEED_INTEGRATION}},
			agreed: agreed{
				measure: eventv1.Measure_MEASURE_SAI, share: 80, months: 12, goals: []eventv1.Domain{eventv1.Domain_DOMAIN_EDUCATION, eventv1.Domain_DOMAIN_CHILD},
				signers: []eventv1.Signer{eventv1.Signer_SIGNER_BENEFICIARY, eventv1.Signer_SIGNER_EDUCATOR}, times: [2]int{1, 3}, every: 60,
			},
			supports: []supply{reception, mediation}, ending: scored, lasts: [2]int{180, 480}, closes: 55,
		},
		{
			name: "trafficking", rate: 30, service: eventv1.Service_SERVICE_ANTI_TRAFFICKING, area: eventv1.Area_AREA_IMMIGRATION,
			who: exploited, from: []weighted[source]{{50, byCitizen}, {50, source{eventv1.BodyKind_BODY_KIND_THIRD_SECTOR, tratta}}},
			body: tratta, sealed: true,
			needs: []weighted[eventv1.Need]{{1, eventv1.Need_NEED_PROTECTION}},
			supports: []supply{
				once(eventv1.SupportKind_SUPPORT_KIND_OUTREACH, 95, [2]int{1, 2}, 20, tratta),
				once(eventv1.SupportKind_SUPPORT_KIND_TRAFFICKING_ASSISTANCE, 55, [2]int{1, 2}, 25, tratta),
			},
			ending: ending{positive: 42, partly: 20, neutral: 20, missing: 60, scored: true}, lasts: [2]int{90, 300}, closes: 50,
		},
		{
			name: "migrant-desk", rate: 110, service: eventv1.Service_SERVICE_MIGRANT_DESK, area: eventv1.Area_AREA_IMMIGRATION,
			who: migrants, from: []weighted[source]{{80, byCitizen}, {20, byComune}}, body: desk,
			needs:    []weighted[eventv1.Need]{{60, eventv1.Need_NEED_ORIENTATION}, {25, eventv1.Need_NEED_WORK_INCLUSION}, {15, eventv1.Need_NEED_HOUSING}},
			supports: []supply{once(eventv1.SupportKind_SUPPORT_KIND_ORIENTATION, 70, [2]int{1, 2}, 15, desk), mediation, tutoring},
			ending:   scored, lasts: [2]int{20, 120}, closes: 80,
		},
	}
}
