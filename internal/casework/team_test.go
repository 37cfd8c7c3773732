package casework_test

import (
	"testing"

	"percorsi/internal/casework"
	"percorsi/internal/fault"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

func TestTheTeam(t *testing.T) { decide(t, teamDecisions()) }

func TestMeetingsOfTheTeam(t *testing.T) { decide(t, meetingDecisions()) }

func teamDecisions() []decision {
	nurse := func() *eventv1.TeamMemberAdded {
		return &eventv1.TeamMemberAdded{
			MemberId: id("nurse"), User: bruno, Profession: eventv1.Profession_PROFESSION_NURSE,
			Body: "ASST-LODI", Role: eventv1.TeamRole_TEAM_ROLE_MEMBER,
		}
	}
	again := nurse()
	again.MemberId = ""
	teacher := nurse()
	teacher.MemberId, teacher.Profession = "", eventv1.Profession_PROFESSION_TEACHER
	leave := &eventv1.TeamMemberRemoved{MemberId: id("nurse")}
	joined := and(generaleInCharge(), on("2025-02-01", nurse()))
	return []decision{
		{
			name:  "a professional joins the team, and their body the case",
			given: generaleInCharge(), when: on("2025-02-01", nurse()),
			then: func(c *casework.Case) (any, any) {
				return []any{c.Team, c.Bodies}, []any{
					[]*casework.TeamMember{{
						ID: id("nurse"), User: bruno, Profession: eventv1.Profession_PROFESSION_NURSE, Body: "ASST-LODI",
						Role: eventv1.TeamRole_TEAM_ROLE_MEMBER, From: day("2025-02-01"),
					}},
					[]string{"ACSI", "CARITAS", "ASST-LODI"},
				}
			},
		},
		{
			name:  "a professional joins once",
			given: joined, when: on("2025-02-02", again), kind: fault.NotNow,
		},
		{
			name:  "a professional may join in another profession",
			given: joined, when: on("2025-02-02", teacher),
			then: func(c *casework.Case) (any, any) { return len(c.Team), 2 },
		},
		{
			name:  "a professional leaves and may come back",
			given: and(joined, on("2025-03-01", leave)), when: on("2025-04-01", again),
			then: func(c *casework.Case) (any, any) {
				return []casework.Day{c.Team[0].To, c.Team[1].From}, []casework.Day{day("2025-03-01"), day("2025-04-01")}
			},
		},
		{
			name:  "a professional leaves",
			given: joined, when: on("2025-03-01", leave),
			then: func(c *casework.Case) (any, any) { return c.Team[0].To, day("2025-03-01") },
		},
		{
			name:  "who is not in the team does not leave it",
			given: generaleInCharge(), when: on("2025-03-01", leave), kind: fault.Invalid, field: "fact.member_id",
		},
		{
			name:  "a professional leaves once",
			given: and(joined, on("2025-03-01", leave)), when: on("2025-03-02", leave), kind: fault.NotNow,
		},
		{
			name:  "a professional does not leave before joining",
			given: joined, when: on("2025-01-31", leave), kind: fault.Invalid, field: "command.occurred_on",
		},
	}
}

func meetingDecisions() []decision {
	call := &eventv1.MeetingCalled{
		MeetingId: id("meeting"), Team: eventv1.TeamKind_TEAM_KIND_MARGINALITY, MeetingOn: "2025-02-10",
		ProfessionsExpected: []eventv1.Profession{eventv1.Profession_PROFESSION_NURSE, eventv1.Profession_PROFESSION_EDUCATOR},
		Bodies:              []string{"ASST-LODI"},
	}
	hold := &eventv1.MeetingHeld{MeetingId: id("meeting"), Present: []*eventv1.Presence{
		{Profession: eventv1.Profession_PROFESSION_NURSE, Body: "ASST-LODI"},
		{Profession: eventv1.Profession_PROFESSION_TUTOR, Body: "COOP"},
	}}
	cancel := &eventv1.MeetingCancelled{MeetingId: id("meeting")}
	called := and(generaleInCharge(), on("2025-02-01", call))
	return []decision{
		{
			name:  "a meeting is called, and the bodies called are on the case",
			given: generaleInCharge(), when: on("2025-02-01", call),
			then: func(c *casework.Case) (any, any) {
				m := c.Meetings[0]
				return []any{m.CalledOn, m.ForDay, m.HeldOn, m.Expected, c.Bodies}, []any{
					day("2025-02-01"), day("2025-02-10"), casework.Day(0), call.GetProfessionsExpected(),
					[]string{"ACSI", "CARITAS", "ASST-LODI"},
				}
			},
		},
		{
			name:  "a meeting is not called for a day that has passed",
			given: generaleInCharge(), when: on("2025-02-11", call), kind: fault.Invalid, field: "fact.meeting_on",
		},
		{
			name:  "of those who were there the expected professions are counted",
			given: called, when: on("2025-02-10", hold),
			then: func(c *casework.Case) (any, any) {
				m := c.Meetings[0]
				return []any{m.HeldOn, m.ExpectedPresent, m.Present, m.Bodies, c.Bodies}, []any{
					day("2025-02-10"), int64(1),
					[]eventv1.Profession{eventv1.Profession_PROFESSION_NURSE, eventv1.Profession_PROFESSION_TUTOR},
					[]string{"ASST-LODI", "COOP"},
					[]string{"ACSI", "CARITAS", "ASST-LODI", "COOP"},
				}
			},
		},
		{
			name:  "a meeting that nobody called is not held",
			given: generaleInCharge(), when: on("2025-02-10", hold), kind: fault.Invalid, field: "fact.meeting_id",
		},
		{
			name:  "a meeting is held once",
			given: and(called, on("2025-02-10", hold)), when: on("2025-02-11", hold), kind: fault.NotNow,
		},
		{
			name:  "a cancelled meeting is not held",
			given: and(called, on("2025-02-09", cancel)), when: on("2025-02-10", hold), kind: fault.NotNow,
		},
		{
			name:  "a meeting is not held before it was called",
			given: called, when: on("2025-01-31", hold), kind: fault.Invalid, field: "command.occurred_on",
		},
		{
			name:  "a meeting is cancelled",
			given: called, when: on("2025-02-09", cancel),
			then: func(c *casework.Case) (any, any) { return c.Meetings[0].Cancelled, true },
		},
		{
			name:  "a meeting that was held is not cancelled",
			given: and(called, on("2025-02-10", hold)), when: on("2025-02-10", cancel), kind: fault.NotNow,
		},
	}
}
