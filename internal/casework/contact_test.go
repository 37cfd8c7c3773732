package casework_test

import (
	"testing"

	"percorsi/internal/casework"
	"percorsi/internal/fault"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

func TestWhoIsAroundACase(t *testing.T) { decide(t, surroundingDecisions()) }

func TestMeetingsWithTheService(t *testing.T) { decide(t, contactDecisions()) }

func surroundingDecisions() []decision {
	manager := &eventv1.CaseManagerAssigned{CaseManager: bruno, Body: "ASP"}
	return []decision{
		{
			name:  "a case manager is assigned, and their body works on the case",
			given: applied(), when: on("2025-01-14", manager),
			then: func(c *casework.Case) (any, any) {
				return []any{c.CaseManager, c.CaseManagerBody, c.AssignedOn, c.Bodies},
					[]any{bruno, "ASP", day("2025-01-14"), []string{"ACSI", "ASP"}}
			},
		},
		{
			name:  "a change of case manager keeps the day of the first one",
			given: and(applied(), on("2025-01-14", manager)),
			when:  on("2025-03-01", &eventv1.CaseManagerAssigned{CaseManager: anna, Body: "ACSI"}),
			then: func(c *casework.Case) (any, any) {
				return []any{c.CaseManager, c.AssignedOn}, []any{anna, day("2025-01-14")}
			},
		},
		{
			name:  "nobody is assigned before the case began",
			given: applied(), when: on("2025-01-09", manager), kind: fault.Invalid, field: "command.occurred_on",
		},
		{
			name:  "the household is recorded whole, as it was before the case too",
			given: applied(),
			when: on("2024-12-01", household(member("person", eventv1.Obligation_OBLIGATION_SOCIAL_SERVICES),
				member("child", eventv1.Obligation_OBLIGATION_EXEMPT))),
			then: func(c *casework.Case) (any, any) {
				return c.Household, []*casework.Member{
					{Person: id("person"), Relation: eventv1.Relation_RELATION_OTHER, Obligation: eventv1.Obligation_OBLIGATION_SOCIAL_SERVICES},
					{Person: id("child"), Relation: eventv1.Relation_RELATION_OTHER, Obligation: eventv1.Obligation_OBLIGATION_EXEMPT},
				}
			},
		},
		{
			name:  "a member who stays keeps the day they were sent to the CPI",
			given: and(family(), on("2025-02-01", &eventv1.SentToEmploymentCentre{PersonId: id("partner")})),
			when: on("2025-03-01", household(member("person", eventv1.Obligation_OBLIGATION_EXEMPT),
				member("partner", eventv1.Obligation_OBLIGATION_EMPLOYMENT_CENTRE))),
			then: func(c *casework.Case) (any, any) { return c.Household[1].SentOn, day("2025-02-01") },
		},
		{
			name:  "a household without the person of the case is refused",
			given: applied(), when: on("2025-01-10", household(member("partner", 0))),
			kind: fault.Invalid, field: "fact.members",
		},
		{
			name:  "a household does not have the same person twice",
			given: applied(), when: on("2025-01-10", household(member("person", 0), member("person", 0))),
			kind: fault.Invalid, field: "fact.members",
		},
		{
			name:  "needs are recorded whole",
			given: generale(), when: on("2025-01-12", &eventv1.NeedsRecorded{Needs: []eventv1.Need{eventv1.Need_NEED_HOUSING}}),
			then: func(c *casework.Case) (any, any) { return c.Needs, []eventv1.Need{eventv1.Need_NEED_HOUSING} },
		},
		{
			name:  "needs are not recorded after the end",
			given: closedGenerale(), when: on("2025-07-01", &eventv1.NeedsRecorded{Needs: []eventv1.Need{eventv1.Need_NEED_HOUSING}}),
			kind: fault.NotNow,
		},
		{
			name:  "housing situations are kept oldest first, also when one is recorded late",
			given: and(generale(), on("2025-03-01", &eventv1.HousingRecorded{Status: eventv1.HousingStatus_HOUSING_STATUS_SHELTER})),
			when:  on("2024-11-01", &eventv1.HousingRecorded{Status: eventv1.HousingStatus_HOUSING_STATUS_HOMELESS}),
			then: func(c *casework.Case) (any, any) {
				return c.Housing, []*casework.Housing{
					{Status: eventv1.HousingStatus_HOUSING_STATUS_HOMELESS, On: day("2024-11-01")},
					{Status: eventv1.HousingStatus_HOUSING_STATUS_SHELTER, On: day("2025-03-01")},
				}
			},
		},
		{
			name:  "a housing situation may follow the end of the case",
			given: closedGenerale(), when: on("2025-12-01", &eventv1.HousingRecorded{Status: eventv1.HousingStatus_HOUSING_STATUS_OWNED}),
			then: func(c *casework.Case) (any, any) { return len(c.Housing), 1 },
		},
		{
			name: "a housing situation belongs to a case",
			when: on("2025-12-01", &eventv1.HousingRecorded{Status: eventv1.HousingStatus_HOUSING_STATUS_OWNED}),
			kind: fault.NotFound,
		},
	}
}

func contactDecisions() []decision {
	periodic := func(who string) *eventv1.PeriodicMeetingHeld { return &eventv1.PeriodicMeetingHeld{PersonId: id(who)} }
	sent := &eventv1.SentToEmploymentCentre{PersonId: id("partner")}
	pact := &eventv1.ServicePactSigned{PersonId: id("partner")}
	return []decision{
		{
			name:  "an attempt to reach the person is recorded",
			given: generale(), when: on("2025-01-12", &eventv1.ContactAttempted{Channel: eventv1.Channel_CHANNEL_PHONE, WrongContact: true}),
			then: func(c *casework.Case) (any, any) {
				return c.Contacts, []*casework.Contact{{On: day("2025-01-12"), Channel: eventv1.Channel_CHANNEL_PHONE}}
			},
		},
		{
			name:  "nobody is reached at a wrong number",
			given: generale(),
			when:  on("2025-01-12", &eventv1.ContactAttempted{Channel: eventv1.Channel_CHANNEL_PHONE, Reached: true, WrongContact: true}),
			kind:  fault.Invalid, field: "fact.wrong_contact",
		},
		{
			name:  "the newest summons counts, whichever is recorded first",
			given: and(applied(), summons("2025-03-01", "2025-03-10")), when: summons("2025-02-01", "2025-02-10"),
			then: func(c *casework.Case) (any, any) { return c.SummonedOn, day("2025-03-01") },
		},
		{
			name:  "nobody is summoned to a day that has passed",
			given: applied(), when: summons("2025-02-01", "2025-01-31"), kind: fault.Invalid, field: "fact.meeting_on",
		},
		{
			name:  "a missed summons is recorded",
			given: and(applied(), summons("2025-02-01", "2025-02-10")), when: on("2025-02-10", &eventv1.SummonsMissed{}),
			then: func(c *casework.Case) (any, any) { return c.Timeline[len(c.Timeline)-1].About, "" },
		},
		{
			name:  "a giustificato motivo marks the missed summons",
			given: and(applied(), summons("2025-02-01", "2025-02-10")), when: on("2025-02-10", &eventv1.SummonsMissed{Justified: true}),
			then: func(c *casework.Case) (any, any) {
				return c.Timeline[len(c.Timeline)-1].About, casework.AboutJustified
			},
		},
		{
			name:  "the first summons can be missed although there is a second one",
			given: and(applied(), summons("2025-02-01", "2025-02-10"), summons("2025-02-20", "2025-03-01")),
			when:  on("2025-02-10", &eventv1.SummonsMissed{}),
			then:  func(c *casework.Case) (any, any) { return len(c.Timeline), 4 },
		},
		{
			name:  "who was not summoned misses nothing",
			given: applied(), when: on("2025-02-10", &eventv1.SummonsMissed{}), kind: fault.NotNow,
		},
		{
			name:  "a summons is not missed before it was sent",
			given: and(applied(), summons("2025-02-01", "2025-02-10")), when: on("2025-01-31", &eventv1.SummonsMissed{}),
			kind: fault.NotNow,
		},
		{
			name:  "the first meeting is held",
			given: applied(), when: firstMeeting("2025-02-10"),
			then: func(c *casework.Case) (any, any) { return c.FirstMeetingOn, day("2025-02-10") },
		},
		{
			name:  "the first meeting is held once",
			given: and(applied(), firstMeeting("2025-02-10")), when: firstMeeting("2025-03-10"), kind: fault.NotNow,
		},
		{
			name:  "a renewed PAD asks for a first meeting anew",
			given: and(applied(), firstMeeting("2025-02-10"), on("2026-08-01", &eventv1.PadSigned{SignedOn: "2026-08-01"})),
			when:  firstMeeting("2026-09-01"),
			then:  func(c *casework.Case) (any, any) { return c.FirstMeetingOn, day("2026-09-01") },
		},
		{
			name:  "the meeting of a renewal is not before its PAD",
			given: and(applied(), firstMeeting("2025-02-10"), on("2026-08-01", &eventv1.PadSigned{SignedOn: "2026-08-01"})),
			when:  firstMeeting("2026-07-31"), kind: fault.Invalid, field: "command.occurred_on",
		},
		{
			name:  "who was not summoned did not come to a summons",
			given: and(applied(), summons("2025-03-01", "2025-03-10")),
			when:  on("2025-02-10", &eventv1.FirstMeetingHeld{Mode: eventv1.MeetingMode_MEETING_MODE_SUMMONED}),
			kind:  fault.Invalid, field: "fact.mode",
		},
		{
			name:  "a member has a periodic meeting",
			given: and(family(), firstMeeting("2025-02-10")), when: on("2025-05-01", periodic("partner")),
			then: func(c *casework.Case) (any, any) { return c.Timeline[len(c.Timeline)-1].About, id("partner") },
		},
		{
			name:  "the person of the case has one before the household is recorded",
			given: and(applied(), firstMeeting("2025-02-10")), when: on("2025-05-01", periodic("person")),
			then: func(c *casework.Case) (any, any) { return c.Timeline[len(c.Timeline)-1].About, id("person") },
		},
		{
			name:  "a stranger has no periodic meeting here",
			given: and(family(), firstMeeting("2025-02-10")), when: on("2025-05-01", periodic("stranger")),
			kind: fault.Invalid, field: "fact.person_id",
		},
		{
			name:  "the periodic meetings follow the first one",
			given: family(), when: on("2025-05-01", periodic("person")), kind: fault.NotNow,
		},
		{
			name:  "a periodic meeting is not before the first one",
			given: and(family(), firstMeeting("2025-02-10")), when: on("2025-02-09", periodic("person")),
			kind: fault.Invalid, field: "command.occurred_on",
		},
		{
			name:  "a member is sent to the Centro per l'Impiego",
			given: family(), when: on("2025-02-01", sent),
			then: func(c *casework.Case) (any, any) { return c.Household[1].SentOn, day("2025-02-01") },
		},
		{
			name:  "a stranger is not sent",
			given: family(), when: on("2025-02-01", &eventv1.SentToEmploymentCentre{PersonId: id("stranger")}),
			kind: fault.Invalid, field: "fact.person_id",
		},
		{
			name:  "only ADI sends to the Centro per l'Impiego",
			given: and(self(), on("2025-01-10", household(member("person", 0)))),
			when:  on("2025-02-01", &eventv1.SentToEmploymentCentre{PersonId: id("person")}),
			kind:  fault.NotNow,
		},
		{
			name:  "the member signs the patto di servizio",
			given: and(family(), on("2025-02-01", sent)), when: on("2025-02-20", pact),
			then: func(c *casework.Case) (any, any) { return c.Household[1].PactOn, day("2025-02-20") },
		},
		{
			name:  "who was not sent signs no patto di servizio",
			given: family(), when: on("2025-02-20", pact), kind: fault.Invalid, field: "fact.person_id",
		},
		{
			name:  "the patto di servizio follows the sending",
			given: and(family(), on("2025-02-01", sent)), when: on("2025-01-31", pact),
			kind: fault.Invalid, field: "command.occurred_on",
		},
	}
}
