package sample

import (
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

// Who signs most projects.
var twoSign = []eventv1.Signer{eventv1.Signer_SIGNER_BENEFICIARY, eventv1.Signer_SIGNER_CASE_MANAGER}

var (
	grownUps = profile{
		ages:   []weighted[[2]int]{{35, [2]int{22, 39}}, {45, [2]int{40, 59}}, {20, [2]int{60, 74}}},
		female: 45, foreign: 38, uncoded: 9,
	}
	streetSources = []weighted[source]{
		{40, byComune},
		{25, source{eventv1.BodyKind_BODY_KIND_THIRD_SECTOR, caritas}},
		{15, source{eventv1.BodyKind_BODY_KIND_SPECIALIST_SERVICES, serd}},
		{10, source{eventv1.BodyKind_BODY_KIND_PUBLIC_BODY, prefect}},
		{10, byCitizen},
	}
	marginalityForm = agreed{
		measure: eventv1.Measure_MEASURE_GEA, share: 88, months: 9,
		goals:   []eventv1.Domain{eventv1.Domain_DOMAIN_HOUSING, eventv1.Domain_DOMAIN_HEALTH, eventv1.Domain_DOMAIN_NETWORK, eventv1.Domain_DOMAIN_ECONOMIC},
		signers: []eventv1.Signer{eventv1.Signer_SIGNER_BENEFICIARY, eventv1.Signer_SIGNER_CASE_MANAGER, eventv1.Signer_SIGNER_EDUCATOR},
		times:   [2]int{1, 3}, every: 30,
	}
	streetHomes = []weighted[eventv1.HousingStatus]{
		{55, eventv1.HousingStatus_HOUSING_STATUS_HOMELESS},
		{25, eventv1.HousingStatus_HOUSING_STATUS_SHELTER},
		{20, eventv1.HousingStatus_HOUSING_STATUS_LOST},
	}
	outreach = supply{
		kind: eventv1.SupportKind_SUPPORT_KIND_OUTREACH, share: 40, providers: []string{caritas}, unit: eventv1.Unit_UNIT_ACCESS,
		fund: eventv1.Fund_FUND_PNRR, quantity: [2]int{1, 1}, deliveries: [2]int{1, 2}, every: 10,
	}
	emergencyPlace = supply{
		kind: eventv1.SupportKind_SUPPORT_KIND_EMERGENCY_PLACE, share: 80, providers: []string{caritas, sai}, unit: eventv1.Unit_UNIT_DAY,
		fund: eventv1.Fund_FUND_QSFP, quantity: [2]int{3, 20}, deliveries: [2]int{1, 2}, every: 12, cents: 3500,
	}
	accompaniment = supply{
		kind: eventv1.SupportKind_SUPPORT_KIND_AUTONOMY_ACCOMPANIMENT, share: 30, providers: codes("ETS-EDUCATIVA", 4), unit: eventv1.Unit_UNIT_MINUTE,
		fund: eventv1.Fund_FUND_PNRR, quantity: [2]int{60, 180}, deliveries: [2]int{1, 2}, every: 20, cents: 2400,
	}
)

// povertyServices are those of area A beside ADI.
func povertyServices() []service {
	return []service{
		{
			name: "pis", rate: 26, service: eventv1.Service_SERVICE_EMERGENCY_INTERVENTION, area: eventv1.Area_AREA_POVERTY,
			who: grownUps, from: streetSources, body: udp, refused: 42,
			needs:    []weighted[eventv1.Need]{{60, eventv1.Need_NEED_HOUSING}, {25, eventv1.Need_NEED_ECONOMIC}, {15, eventv1.Need_NEED_PROTECTION}},
			before:   streetHomes,
			supports: []supply{emergencyPlace, outreach},
			ending:   ending{positive: 45, partly: 20, neutral: 15, missing: 40}, lasts: [2]int{10, 60}, closes: 90,
		},
		{
			name: "gea", rate: 68, service: eventv1.Service_SERVICE_SEVERE_MARGINALITY, area: eventv1.Area_AREA_POVERTY,
			who: grownUps, from: streetSources, body: udp, twice: 35, refused: 8, met: 60,
			needs:   []weighted[eventv1.Need]{{45, eventv1.Need_NEED_HOUSING}, {30, eventv1.Need_NEED_HEALTH}, {25, eventv1.Need_NEED_WORK_INCLUSION}},
			before:  streetHomes,
			meeting: marginalityTeam, meets: 72, agreed: marginalityForm,
			supports: []supply{accompaniment, emergencyPlace, outreach},
			ending:   ending{positive: 56, partly: 16, neutral: 8, missing: 22}, lasts: [2]int{120, 330}, closes: 75,
		},
		{
			name: "housing-first", rate: 7, service: eventv1.Service_SERVICE_SEVERE_MARGINALITY, area: eventv1.Area_AREA_POVERTY,
			who: grownUps, from: streetSources, body: udp, met: 80,
			needs:   []weighted[eventv1.Need]{{1, eventv1.Need_NEED_HOUSING}},
			before:  streetHomes,
			after:   []weighted[eventv1.HousingStatus]{{60, eventv1.HousingStatus_HOUSING_STATUS_RENT_TRANSITORY}, {40, eventv1.HousingStatus_HOUSING_STATUS_INDEPENDENT}},
			meeting: marginalityTeam, meets: 90,
			agreed: agreed{
				measure: eventv1.Measure_MEASURE_HOUSING_FIRST, share: 100, months: 18, goals: []eventv1.Domain{eventv1.Domain_DOMAIN_HOUSING},
				signers: marginalityForm.signers, times: [2]int{3, 6}, every: 30,
			},
			supports: []supply{accompaniment},
			ending:   ending{positive: 60, partly: 15, neutral: 5, missing: 18}, lasts: [2]int{200, 420}, closes: 60,
		},
		{
			name: "listening", rate: 86, service: eventv1.Service_SERVICE_LISTENING_CENTRE, area: eventv1.Area_AREA_POVERTY,
			who: grownUps, from: []weighted[source]{{70, byCitizen}, {30, byComune}}, body: caritas, refused: 6, met: 100,
			needs: []weighted[eventv1.Need]{{55, eventv1.Need_NEED_ECONOMIC}, {25, eventv1.Need_NEED_HOUSING}, {20, eventv1.Need_NEED_ORIENTATION}},
			supports: []supply{
				{
					kind: eventv1.SupportKind_SUPPORT_KIND_ORIENTATION, share: 80, providers: []string{caritas}, unit: eventv1.Unit_UNIT_ACCESS,
					quantity: [2]int{1, 1}, deliveries: [2]int{1, 2}, every: 15,
				},
				{
					kind: eventv1.SupportKind_SUPPORT_KIND_ECONOMIC_CONTRIBUTION, share: 30, providers: []string{caritas}, unit: eventv1.Unit_UNIT_CENT,
					fund: eventv1.Fund_FUND_GRANT, quantity: [2]int{5000, 20000}, deliveries: [2]int{1, 1}, every: 10,
				},
			},
			ending: ending{positive: 58, partly: 12, neutral: 18, missing: 45}, lasts: [2]int{60, 200}, closes: 70,
		},
	}
}
