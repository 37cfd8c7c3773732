package sample

import (
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

var (
	tenants = profile{
		ages:   []weighted[[2]int]{{40, [2]int{25, 44}}, {40, [2]int{45, 64}}, {20, [2]int{65, 80}}},
		female: 54, foreign: 34, uncoded: 1,
	}
	tenantHomes = []weighted[eventv1.HousingStatus]{
		{34, eventv1.HousingStatus_HOUSING_STATUS_RENT_LONG},
		{22, eventv1.HousingStatus_HOUSING_STATUS_PUBLIC_HOUSING},
		{18, eventv1.HousingStatus_HOUSING_STATUS_RENT_TRANSITORY},
		{12, eventv1.HousingStatus_HOUSING_STATUS_HOSPITALITY},
		{9, eventv1.HousingStatus_HOUSING_STATUS_LOAN_FOR_USE},
		{5, eventv1.HousingStatus_HOUSING_STATUS_LOST},
	}
	homesAfter = []weighted[eventv1.HousingStatus]{
		{42, eventv1.HousingStatus_HOUSING_STATUS_RENT_LONG},
		{24, eventv1.HousingStatus_HOUSING_STATUS_PUBLIC_HOUSING},
		{16, eventv1.HousingStatus_HOUSING_STATUS_RENT_TRANSITORY},
		{8, eventv1.HousingStatus_HOUSING_STATUS_HOSPITALITY},
		{10, eventv1.HousingStatus_HOUSING_STATUS_LOST},
	}
	internalTeam = gathering{
		team: eventv1.TeamKind_TEAM_KIND_INTERNAL,
		seats: []seat{
			{profession: eventv1.Profession_PROFESSION_HOUSING_OFFICER},
			{profession: eventv1.Profession_PROFESSION_EDUCATOR},
			{profession: eventv1.Profession_PROFESSION_SOCIAL_WORKER, body: comuneSeat},
		},
		least: 2, most: 3, notice: [2]int{3, 10}, monthly: true, absent: 12, cancelled: 6,
	}
)

// once is a support of accesses.
func once(kind eventv1.SupportKind, share float64, deliveries [2]int, every int, providers ...string) supply {
	return supply{
		kind: kind, share: share, providers: providers, unit: eventv1.Unit_UNIT_ACCESS,
		fund: eventv1.Fund_FUND_AMBITO, quantity: [2]int{1, 1}, deliveries: deliveries, every: every,
	}
}

// housingServices are those of area B: households that only need to be told
// where to go, and households that the agency works with.
func housingServices() []service {
	from := []weighted[source]{{55, byCitizen}, {45, byComune}}
	return []service{
		{
			name: "housing-desk", rate: 66, service: eventv1.Service_SERVICE_HOUSING_AGENCY, area: eventv1.Area_AREA_HOUSING,
			who: tenants, from: from, body: udp, refused: 4,
			common: []eventv1.Need{eventv1.Need_NEED_ORIENTATION},
			before: tenantHomes,
			supports: []supply{
				once(eventv1.SupportKind_SUPPORT_KIND_ORIENTATION, 100, [2]int{1, 3}, 12, ala),
				once(eventv1.SupportKind_SUPPORT_KIND_SAP_APPLICATION, 45, [2]int{1, 2}, 15, ala),
			},
			ending: ending{
				positive: 62, partly: 10, neutral: 20, missing: 40,
				aspects: []eventv1.Aspect{eventv1.Aspect_ASPECT_HOUSING_QUALITY, eventv1.Aspect_ASPECT_USE_OF_SERVICES},
			},
			lasts: [2]int{30, 120}, closes: 85,
		},
		{
			name: "housing", rate: 98, service: eventv1.Service_SERVICE_HOUSING_AGENCY, area: eventv1.Area_AREA_HOUSING,
			who: tenants, from: from, body: udp, refused: 5, waiting: 6, met: 70,
			needs: []weighted[eventv1.Need]{
				{45, eventv1.Need_NEED_HOUSING},
				{25, eventv1.Need_NEED_SOCIO_EDUCATIONAL},
				{12, eventv1.Need_NEED_HOUSING_MEDIATION},
				{10, eventv1.Need_NEED_WORK_INCLUSION},
				{8, eventv1.Need_NEED_SOCIO_HEALTH},
			},
			before: tenantHomes, after: homesAfter, meeting: internalTeam, meets: 55,
			agreed: agreed{
				measure: eventv1.Measure_MEASURE_HOUSING, share: 86, months: 12,
				goals:   []eventv1.Domain{eventv1.Domain_DOMAIN_HOUSING, eventv1.Domain_DOMAIN_ECONOMIC},
				signers: twoSign, times: [2]int{1, 2}, every: 60,
			},
			supports: housingSupplies(),
			ending: ending{
				positive: 60, partly: 14, neutral: 10, missing: 25,
				aspects: []eventv1.Aspect{
					eventv1.Aspect_ASPECT_HOUSING_QUALITY, eventv1.Aspect_ASPECT_FINANCIAL_EDUCATION, eventv1.Aspect_ASPECT_USE_OF_SERVICES,
				},
			},
			lasts: [2]int{150, 330}, closes: 80,
		},
	}
}

func housingSupplies() []supply {
	return []supply{
		once(eventv1.SupportKind_SUPPORT_KIND_HOUSING_SEARCH, 30, [2]int{1, 2}, 25, ala),
		once(eventv1.SupportKind_SUPPORT_KIND_FINANCIAL_EDUCATOR, 18, [2]int{1, 2}, 30, codes("ETS-EDUCATIVA", 4)...),
		once(eventv1.SupportKind_SUPPORT_KIND_HOUSING_MEDIATION, 10, [2]int{1, 2}, 25, codes("ETS-MEDIAZIONE", 2)...),
		once(eventv1.SupportKind_SUPPORT_KIND_REPAYMENT_PLAN_PRIVATE, 6, [2]int{1, 1}, 40, owners[:12]...),
		once(eventv1.SupportKind_SUPPORT_KIND_REPAYMENT_PLAN_PUBLIC, 3, [2]int{1, 1}, 40, aler),
		once(eventv1.SupportKind_SUPPORT_KIND_HOME_INTERVENTION, 8, [2]int{1, 2}, 20, codes("ETS-EDUCATIVA", 4)...),
		once(eventv1.SupportKind_SUPPORT_KIND_HOUSING_OFFER, 17, [2]int{1, 1}, 30, owners...),
		{
			kind: eventv1.SupportKind_SUPPORT_KIND_RENT_CONTRIBUTION, share: 24, unit: eventv1.Unit_UNIT_CENT,
			fund: eventv1.Fund_FUND_FNPS, quantity: [2]int{30000, 120000}, deliveries: [2]int{1, 1}, every: 20, cents: 75000,
		},
	}
}

// ageingServices are those of area D-E beside the discharges.
func ageingServices() []service {
	return []service{{
		name: "ageing", rate: 130, service: eventv1.Service_SERVICE_ACTIVE_AGEING, area: eventv1.Area_AREA_ELDERLY,
		who:  profile{ages: []weighted[[2]int]{{1, [2]int{65, 88}}}, female: 64, foreign: 4, uncoded: 0.3},
		from: []weighted[source]{{65, byCitizen}, {35, byComune}}, body: ageing,
		needs: []weighted[eventv1.Need]{{70, eventv1.Need_NEED_RELATIONAL}, {30, eventv1.Need_NEED_AUTONOMY}},
		supports: []supply{
			once(eventv1.SupportKind_SUPPORT_KIND_AGEING_ACTIVITY, 85, [2]int{1, 2}, 30, ageing),
			once(eventv1.SupportKind_SUPPORT_KIND_LIGHT_SERVICE, 25, [2]int{1, 2}, 30, ageing),
		},
		ending: ending{positive: 74, partly: 10, neutral: 8, missing: 35, aspects: []eventv1.Aspect{eventv1.Aspect_ASPECT_WELLBEING}},
		lasts:  [2]int{90, 260}, closes: 70,
	}}
}
