package casework_test

import (
	"testing"

	"percorsi/internal/casework"
	"percorsi/internal/fault"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

func TestTheTeam(t *testing.T) { decide(t, teamDecisions()) }

func TestMeetingsOfTheTeam(t *testing.T) { decide(t, meetingDecisions()) }

func TestWhatMeetingsDecide(t *testing.T) { decide(t, followUpDecisions()) }

func TestWhoComesToAMeeting(t *testing.T) { decide(t, answerDecisions()) }

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
		{Profession: eventv1.Profession_PROFESSION_NURSE, Body: "ASST-LODI", User: bruno},
		{Profession: eventv1.Profession_PROFESSION_TUTOR, Body: "COOP"},
	}}
	tooEarly := &eventv1.MeetingHeld{MeetingId: id("meeting"), Present: hold.GetPresent(), FollowUps: []*eventv1.FollowUp{
		{DueOn: "2025-02-10"}, {DueOn: "2025-02-09"},
	}}
	noDay := &eventv1.MeetingHeld{MeetingId: id("meeting"), Present: hold.GetPresent(), FollowUps: []*eventv1.FollowUp{{DueOn: "2025-02-30"}}}
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
				return []any{m.HeldOn, m.ExpectedPresent, m.Present, m.Bodies, m.BodiesPresent, m.UsersPresent, c.Bodies}, []any{
					day("2025-02-10"), int64(1),
					[]eventv1.Profession{eventv1.Profession_PROFESSION_NURSE, eventv1.Profession_PROFESSION_TUTOR},
					[]string{"ASST-LODI", "COOP"},
					[]string{"ASST-LODI", "COOP"},
					[]string{bruno},
					[]string{"ACSI", "CARITAS", "ASST-LODI", "COOP"},
				}
			},
		},
		{
			name:  "what a meeting decides is not due before it",
			given: called, when: on("2025-02-10", tooEarly), kind: fault.Invalid, field: "fact.follow_ups[1].due_on",
		},
		{
			name:  "what a meeting decides is due on a day of the calendar",
			given: called, when: on("2025-02-10", noDay), kind: fault.Invalid, field: "fact.follow_ups[0].due_on",
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

// convened is a case in which a meeting was called, and held: it decided two
// things, due on 20 February and a month later.
func convened() (called, held []*eventv1.Fact) {
	called = and(generaleInCharge(), on("2025-02-01", &eventv1.MeetingCalled{
		MeetingId: id("meeting"), Team: eventv1.TeamKind_TEAM_KIND_MARGINALITY, MeetingOn: "2025-02-10",
		ProfessionsExpected: []eventv1.Profession{eventv1.Profession_PROFESSION_NURSE}, Bodies: []string{"ASST-LODI"},
	}))
	return called, and(called, on("2025-02-10", &eventv1.MeetingHeld{
		MeetingId: id("meeting"), Present: []*eventv1.Presence{{Profession: eventv1.Profession_PROFESSION_NURSE, Body: "ASST-LODI"}},
		FollowUps: []*eventv1.FollowUp{{User: bruno, DueOn: "2025-02-20"}, {Body: "ASST-LODI", DueOn: "2025-03-20"}},
	}))
}

func followUpDecisions() []decision {
	called, held := convened()
	settle := func(nth int64, result eventv1.Settlement, due string) *eventv1.FollowUpSettled {
		return &eventv1.FollowUpSettled{MeetingId: id("meeting"), FollowUp: nth, Result: result, DueOn: due}
	}
	const (
		done    = eventv1.Settlement_SETTLEMENT_DONE
		dropped = eventv1.Settlement_SETTLEMENT_DROPPED
		moved   = eventv1.Settlement_SETTLEMENT_MOVED
	)
	second := func(c *casework.Case) any { return *c.Meetings[0].FollowUps[1] }
	return []decision{
		{
			name:  "what a meeting decided is done",
			given: held, when: on("2025-02-15", settle(0, done, "")),
			then: func(c *casework.Case) (any, any) {
				return []any{*c.Meetings[0].FollowUps[0], second(c)}, []any{
					casework.FollowUp{User: bruno, DueOn: day("2025-02-20"), Result: done, SettledOn: day("2025-02-15")},
					casework.FollowUp{Body: "ASST-LODI", DueOn: day("2025-03-20")},
				}
			},
		},
		{
			name:  "what a meeting decided is put off, and remains to be done",
			given: held, when: on("2025-02-15", settle(1, moved, "2025-04-20")),
			then: func(c *casework.Case) (any, any) {
				return second(c), casework.FollowUp{Body: "ASST-LODI", DueOn: day("2025-04-20"), MovedOn: day("2025-02-15")}
			},
		},
		{
			name:  "what was put off earlier and recorded later does not replace the newer day",
			given: and(held, on("2025-02-15", settle(1, moved, "2025-04-20"))), when: on("2025-02-12", settle(1, moved, "2025-03-30")),
			then: func(c *casework.Case) (any, any) {
				return second(c), casework.FollowUp{Body: "ASST-LODI", DueOn: day("2025-04-20"), MovedOn: day("2025-02-15")}
			},
		},
		{
			name: "what is to be done may be dropped after the case was closed",
			given: and(held, on("2025-04-01", &eventv1.Closed{
				Outcome: eventv1.Outcome_OUTCOME_NEUTRAL, Reason: eventv1.ClosingReason_CLOSING_REASON_MOVED,
			})), when: on("2025-04-15", settle(1, dropped, "")),
			then: func(c *casework.Case) (any, any) {
				return second(c), casework.FollowUp{Body: "ASST-LODI", DueOn: day("2025-03-20"), Result: dropped, SettledOn: day("2025-04-15")}
			},
		},
		{
			name:  "what was done is not done again",
			given: and(held, on("2025-02-15", settle(0, done, ""))), when: on("2025-02-16", settle(0, dropped, "")), kind: fault.NotNow,
		},
		{
			name:  "a meeting has as many follow-ups as it decided",
			given: held, when: on("2025-02-15", settle(2, done, "")), kind: fault.Invalid, field: "fact.follow_up",
		},
		{
			name:  "follow-ups are numbered from 0",
			given: held, when: on("2025-02-15", settle(-1, done, "")), kind: fault.Invalid, field: "fact.follow_up",
		},
		{
			name:  "a meeting that was not held decided nothing",
			given: called, when: on("2025-02-15", settle(0, done, "")), kind: fault.Invalid, field: "fact.follow_up",
		},
		{
			name:  "a meeting of another case decided nothing",
			given: generaleInCharge(), when: on("2025-02-15", settle(0, done, "")), kind: fault.Invalid, field: "fact.meeting_id",
		},
		{
			name:  "what was decided is not done before the meeting",
			given: held, when: on("2025-02-09", settle(0, done, "")), kind: fault.Invalid, field: "command.occurred_on",
		},
		{
			name:  "what is done has no new day",
			given: held, when: on("2025-02-15", settle(0, done, "2025-02-18")), kind: fault.Invalid, field: "fact.due_on",
		},
		{
			name:  "what is put off has a new day",
			given: held, when: on("2025-02-15", settle(0, moved, "")), kind: fault.Invalid, field: "fact.due_on",
		},
		{
			name:  "what is put off is not due on a day that has passed",
			given: held, when: on("2025-02-15", settle(0, moved, "2025-02-14")), kind: fault.Invalid, field: "fact.due_on",
		},
	}
}

func answerDecisions() []decision {
	called, held := convened()
	says := func(user string, coming bool) *eventv1.AttendanceConfirmed {
		return &eventv1.AttendanceConfirmed{
			MeetingId: id("meeting"), Profession: eventv1.Profession_PROFESSION_NURSE, Body: "ASST-LODI", User: user, Coming: coming,
		}
	}
	said := func(user string, coming bool, on string) casework.Attendance {
		return casework.Attendance{
			Profession: eventv1.Profession_PROFESSION_NURSE, Body: "ASST-LODI", User: user, Coming: coming, On: day(on),
		}
	}
	answers := func(c *casework.Case) any {
		var out []casework.Attendance
		for _, a := range c.Meetings[0].Answers {
			out = append(out, *a)
		}
		return out
	}
	comes := and(called, on("2025-02-03", says(bruno, true)))
	return []decision{
		{
			name:  "two who are called say whether they come",
			given: comes, when: on("2025-02-04", says(anna, false)),
			then: func(c *casework.Case) (any, any) {
				return answers(c), []casework.Attendance{said(bruno, true, "2025-02-03"), said(anna, false, "2025-02-04")}
			},
		},
		{
			name:  "who changed their mind is believed",
			given: comes, when: on("2025-02-04", says(bruno, false)),
			then: func(c *casework.Case) (any, any) {
				return answers(c), []casework.Attendance{said(bruno, false, "2025-02-04")}
			},
		},
		{
			name:  "what was said earlier and recorded later changes nothing",
			given: comes, when: on("2025-02-02", says(bruno, false)),
			then: func(c *casework.Case) (any, any) {
				return answers(c), []casework.Attendance{said(bruno, true, "2025-02-03")}
			},
		},
		{
			name:  "nobody says whether they come to a meeting that was held",
			given: held, when: on("2025-02-11", says(bruno, true)), kind: fault.NotNow,
		},
		{
			name:  "nobody comes to a meeting of another case",
			given: generaleInCharge(), when: on("2025-02-03", says(bruno, true)), kind: fault.Invalid, field: "fact.meeting_id",
		},
	}
}

// TestMeetingsAreMarkedWithTheirTeam keeps a clock of one team from being reset by
// the meeting of another.
func TestMeetingsAreMarkedWithTheirTeam(t *testing.T) {
	_, held := convened()
	c := fold(t, held...)
	if got := c.Timeline[len(c.Timeline)-1].About; got != "marginality" {
		t.Errorf("the meeting is marked %q", got)
	}
	if _, err := casework.ParseFactRef("meeting_held/marginality"); err != nil {
		t.Error(err)
	}
	if _, err := casework.ParseFactRef("meeting_held/parliament"); err == nil {
		t.Error("a mark that no team has is taken")
	}
}
