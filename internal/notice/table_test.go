package notice_test

import (
	"strings"

	"percorsi/internal/fact"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	noticev1 "percorsi/internal/gen/percorsi/notice/v1"
)

const open, sealed = eventv1.Service_SERVICE_EMERGENCY_INTERVENTION, eventv1.Service_SERVICE_ANTI_VIOLENCE_CENTRE

// say is a notice as the table writes it.
type say struct {
	kind          noticev1.NoticeKind
	users, bodies string // with spaces between them
	about         string // a name is that of what the story made
	day, fact     string
}

// telling is a line of the table.
type telling struct {
	sentence string
	service  eventv1.Service
	// when plays a case and gives what "it" is.
	when func(s *story) (it string)
	// want is what the newest commit tells.
	want []say
}

func tellings() []telling {
	return []telling{
		{
			"who is assigned is told from which day", open,
			func(s *story) string {
				s.do(anna, "2025-02-10", assigned(bruno))
				return ""
			},
			[]say{{kind: noticev1.NoticeKind_NOTICE_KIND_ASSIGNED, users: bruno, day: "2025-02-10"}},
		},
		{
			"who assigns the case to themselves is not told", open,
			func(s *story) string {
				s.do(anna, "2025-02-10", assigned(anna))
				return ""
			},
			nil,
		},
		{
			"who gives a case away and who gets it are told", open,
			func(s *story) string {
				s.do(anna, "2025-02-10", assigned(bruno))
				s.do(anna, "2025-03-10", assigned(carla))
				return ""
			},
			[]say{
				{kind: noticev1.NoticeKind_NOTICE_KIND_ASSIGNED, users: carla, day: "2025-03-10"},
				{kind: noticev1.NoticeKind_NOTICE_KIND_HANDED_OVER, users: bruno, day: "2025-03-10"},
			},
		},
		{
			"an assignment recorded late that a newer one follows tells nobody", open,
			func(s *story) string {
				s.do(anna, "2025-03-10", assigned(carla))
				s.do(anna, "2025-02-10", assigned(bruno))
				return ""
			},
			nil,
		},
		{
			"an assignment that is voided gives the case back", open,
			func(s *story) string {
				s.do(anna, "2025-02-10", assigned(bruno))
				wrong := s.do(anna, "2025-03-10", assigned(carla))
				s.correct(anna, wrong, nil)
				return ""
			},
			[]say{
				{kind: noticev1.NoticeKind_NOTICE_KIND_ASSIGNED, users: bruno, day: "2025-02-10"},
				{kind: noticev1.NoticeKind_NOTICE_KIND_HANDED_OVER, users: carla, day: "2025-02-10"},
			},
		},
		{
			"who joins the team is told", open,
			func(s *story) string { return s.do(anna, "2025-02-10", member(bruno)) },
			[]say{{kind: noticev1.NoticeKind_NOTICE_KIND_TEAM_JOINED, users: bruno, about: "it", day: "2025-02-10"}},
		},
		{
			"who leaves the team is told", open,
			func(s *story) string {
				joined := s.do(anna, "2025-02-10", member(bruno))
				s.do(anna, "2025-04-01", &eventv1.TeamMemberRemoved{MemberId: joined})
				return joined
			},
			[]say{{kind: noticev1.NoticeKind_NOTICE_KIND_TEAM_LEFT, users: bruno, about: "it", day: "2025-04-01"}},
		},
		{
			"the team, the case manager and the bodies called are told of a meeting, but not who calls it", open,
			func(s *story) string {
				s.do(anna, "2025-02-10", assigned(carla))
				s.do(anna, "2025-02-10", member(bruno))
				s.do(anna, "2025-02-10", member(anna))
				return s.do(anna, "2025-02-11", called("ASST-LODI"))
			},
			[]say{{
				kind: noticev1.NoticeKind_NOTICE_KIND_MEETING_CALLED, users: bruno + " " + carla,
				bodies: "ASST-LODI", about: "it", day: "2025-03-01",
			}},
		},
		{
			"who left the team is not told of a meeting", open,
			func(s *story) string {
				left := s.do(anna, "2025-02-10", member(bruno))
				s.do(anna, "2025-02-10", member(carla))
				s.do(anna, "2025-02-10", &eventv1.TeamMemberRemoved{MemberId: left})
				return s.do(anna, "2025-02-11", called())
			},
			[]say{{kind: noticev1.NoticeKind_NOTICE_KIND_MEETING_CALLED, users: carla, about: "it", day: "2025-03-01"}},
		},
		{
			"who was told of a meeting is told that it is cancelled", open,
			func(s *story) string {
				s.do(anna, "2025-02-10", member(bruno))
				meeting := s.do(anna, "2025-02-11", called("ASST-LODI"))
				s.do(anna, "2025-02-20", &eventv1.MeetingCancelled{MeetingId: meeting})
				return meeting
			},
			[]say{{
				kind: noticev1.NoticeKind_NOTICE_KIND_MEETING_CANCELLED, users: bruno,
				bodies: "ASST-LODI", about: "it", day: "2025-03-01",
			}},
		},
		{
			"a meeting without anybody expected tells nobody", open,
			func(s *story) string { return s.do(anna, "2025-02-11", called()) },
			nil,
		},
		{
			"the body that is asked is told of a referral", open,
			func(s *story) string { return s.do(anna, "2025-02-11", toOtherBody()) },
			[]say{{kind: noticev1.NoticeKind_NOTICE_KIND_REFERRAL_SENT, bodies: "ASSC", about: "it", day: "2025-02-11"}},
		},
		{
			"the colleague who is asked is told of a hand-over, and nobody else", open,
			func(s *story) string {
				s.do(anna, "2025-02-10", assigned(bruno))
				return s.do(bruno, "2025-02-11", toColleague(carla))
			},
			[]say{{kind: noticev1.NoticeKind_NOTICE_KIND_REFERRAL_SENT, users: carla, about: "it", day: "2025-02-11"}},
		},
		{
			"who asked, their body and the case manager are told that a referral was accepted", open,
			func(s *story) string {
				s.do(anna, "2025-02-10", assigned(bruno))
				referral := s.do(anna, "2025-02-11", toOtherBody())
				s.do(dora, "2025-02-20", answered(referral, eventv1.AnswerKind_ANSWER_KIND_ACCEPTED))
				return referral
			},
			[]say{{
				kind: noticev1.NoticeKind_NOTICE_KIND_REFERRAL_ACCEPTED, users: anna + " " + bruno, bodies: "ACSI",
				about: "it", day: "2025-02-20",
			}},
		},
		{
			"a refusal is told likewise", open,
			func(s *story) string {
				referral := s.do(anna, "2025-02-11", toOtherBody())
				s.do(dora, "2025-02-20", answered(referral, eventv1.AnswerKind_ANSWER_KIND_REFUSED))
				return referral
			},
			[]say{{
				kind: noticev1.NoticeKind_NOTICE_KIND_REFERRAL_REFUSED, users: anna, bodies: "ACSI",
				about: "it", day: "2025-02-20",
			}},
		},
		{
			"who was asked is told that it is taken back", open,
			func(s *story) string {
				referral := s.do(anna, "2025-02-11", toOtherBody())
				s.do(anna, "2025-02-20", answered(referral, eventv1.AnswerKind_ANSWER_KIND_REVOKED))
				return referral
			},
			[]say{{kind: noticev1.NoticeKind_NOTICE_KIND_REFERRAL_REVOKED, bodies: "ASSC", about: "it", day: "2025-02-20"}},
		},
		{
			"a hand-over that is accepted tells who asked, once", open,
			func(s *story) string {
				s.do(anna, "2025-02-10", assigned(bruno))
				referral := s.do(bruno, "2025-02-11", toColleague(carla))
				s.do(carla, "2025-02-20", answered(referral, eventv1.AnswerKind_ANSWER_KIND_ACCEPTED))
				return referral
			},
			[]say{
				{kind: noticev1.NoticeKind_NOTICE_KIND_HANDED_OVER, users: bruno, day: "2025-02-20"},
				{kind: noticev1.NoticeKind_NOTICE_KIND_REFERRAL_ACCEPTED, users: bruno, about: "it", day: "2025-02-20"},
			},
		},
		{
			"whose version a colleague replaced is told", open,
			func(s *story) string { return s.clash(eventv1.ChoiceKind_CHOICE_KIND_KEEP_MINE) },
			[]say{{
				kind: noticev1.NoticeKind_NOTICE_KIND_CHANGE_REPLACED, users: bruno, about: "it",
				day: "2025-02-12", fact: "needs_recorded",
			}},
		},
		{
			"whose version a colleague merged is told", open,
			func(s *story) string { return s.clash(eventv1.ChoiceKind_CHOICE_KIND_MERGED) },
			[]say{{
				kind: noticev1.NoticeKind_NOTICE_KIND_CHANGE_MERGED, users: bruno, about: "it",
				day: "2025-02-12", fact: "needs_recorded",
			}},
		},
		{
			"whose version stayed is not told", open,
			func(s *story) string { return s.clash(eventv1.ChoiceKind_CHOICE_KIND_KEEP_THEIRS) },
			nil,
		},
		{
			"who recorded a fact is told that it was amended", open,
			func(s *story) string {
				wrong := s.do(bruno, "2025-02-11", needs(eventv1.Need_NEED_HOUSING))
				right, _ := fact.Wrap(needs(eventv1.Need_NEED_HEALTH), "2025-02-11")
				s.correct(anna, wrong, right)
				return wrong + ".0"
			},
			[]say{{
				kind: noticev1.NoticeKind_NOTICE_KIND_FACT_AMENDED, users: bruno, about: "it",
				day: "2025-06-30", fact: "needs_recorded",
			}},
		},
		{
			"who recorded a fact is told that it was voided", open,
			func(s *story) string {
				wrong := s.do(bruno, "2025-02-11", needs(eventv1.Need_NEED_HOUSING))
				s.correct(anna, wrong, nil)
				return wrong + ".0"
			},
			[]say{{
				kind: noticev1.NoticeKind_NOTICE_KIND_FACT_VOIDED, users: bruno, about: "it",
				day: "2025-06-30", fact: "needs_recorded",
			}},
		},
		{
			"who corrects their own fact is not told", open,
			func(s *story) string {
				wrong := s.do(bruno, "2025-02-11", needs(eventv1.Need_NEED_HOUSING))
				s.correct(bruno, wrong, nil)
				return ""
			},
			nil,
		},
		{
			"who corrected a fact is told that the correction was voided", open,
			func(s *story) string {
				wrong := s.do(bruno, "2025-02-11", needs(eventv1.Need_NEED_HOUSING))
				undone := s.correct(anna, wrong, nil)
				s.correct(bruno, undone, nil)
				return undone + ".0"
			},
			[]say{{
				kind: noticev1.NoticeKind_NOTICE_KIND_FACT_VOIDED, users: anna, about: "it",
				day: "2025-06-30", fact: "fact_voided",
			}},
		},
		{
			"the body that manages a case is told what waits for an approval", open,
			func(s *story) string { return s.assessed() },
			[]say{{kind: noticev1.NoticeKind_NOTICE_KIND_APPROVAL_ASKED, bodies: "ACSI", about: "it", day: "2025-02-20"}},
		},
		{
			"whoever wrote any of an assessment is told that it was approved", open,
			func(s *story) string {
				it := s.assessed()
				s.do(carla, "2025-02-21", &eventv1.AssessmentApproved{AssessmentId: it})
				return it
			},
			[]say{{kind: noticev1.NoticeKind_NOTICE_KIND_APPROVED, users: anna + " " + bruno, about: "it", day: "2025-02-21"}},
		},
		{
			"and that it was sent back", open,
			func(s *story) string {
				it := s.assessed()
				s.do(carla, "2025-02-21", &eventv1.AssessmentSentBack{AssessmentId: it, Reason: words()})
				return it
			},
			[]say{{kind: noticev1.NoticeKind_NOTICE_KIND_SENT_BACK, users: anna + " " + bruno, about: "it", day: "2025-02-21"}},
		},
		{
			"an approval that lapses with a correction is asked for again", open,
			func(s *story) string {
				it := s.assessed()
				s.do(carla, "2025-02-21", &eventv1.AssessmentApproved{AssessmentId: it})
				right, _ := fact.Wrap(found(it, 2), "2025-02-11")
				s.correct(bruno, s.finding, right)
				return it
			},
			[]say{{kind: noticev1.NoticeKind_NOTICE_KIND_APPROVAL_ASKED, bodies: "ACSI", about: "it", day: "2025-06-30"}},
		},
		{
			"a project that is submitted waits for an approval", open,
			func(s *story) string { return s.submitted() },
			[]say{{kind: noticev1.NoticeKind_NOTICE_KIND_APPROVAL_ASKED, bodies: "ACSI", about: "it", day: "2025-03-03"}},
		},
		{
			"whoever wrote any of a project is told that it was approved", open,
			func(s *story) string {
				it := s.submitted()
				s.do(carla, "2025-03-05", &eventv1.ProjectApproved{ProjectId: it})
				return it
			},
			[]say{{kind: noticev1.NoticeKind_NOTICE_KIND_APPROVED, users: anna + " " + bruno, about: "it", day: "2025-03-05"}},
		},
		{
			"and that it was sent back too", open,
			func(s *story) string {
				it := s.submitted()
				s.do(carla, "2025-03-05", &eventv1.ProjectSentBack{ProjectId: it, Reason: words()})
				return it
			},
			[]say{{kind: noticev1.NoticeKind_NOTICE_KIND_SENT_BACK, users: anna + " " + bruno, about: "it", day: "2025-03-05"}},
		},
		{
			"a closure that is proposed waits for an approval", open,
			func(s *story) string { return s.closing() },
			[]say{{kind: noticev1.NoticeKind_NOTICE_KIND_APPROVAL_ASKED, bodies: "ACSI", about: "it", day: "2025-05-01"}},
		},
		{
			"who proposed a closure is told that it was approved", open,
			func(s *story) string {
				it := s.closing()
				s.do(carla, "2025-05-02", &eventv1.ClosureApproved{})
				return it
			},
			[]say{{kind: noticev1.NoticeKind_NOTICE_KIND_APPROVED, users: anna, about: "it", day: "2025-05-02"}},
		},
		{
			"who proposed a closure is told that it was sent back", open,
			func(s *story) string {
				it := s.closing()
				s.do(carla, "2025-05-02", &eventv1.ClosureSentBack{Reason: words()})
				return it
			},
			[]say{{kind: noticev1.NoticeKind_NOTICE_KIND_SENT_BACK, users: anna, about: "it", day: "2025-05-02"}},
		},
		{
			"who will do something after a meeting is told, and by when", open,
			func(s *story) string {
				meeting := s.do(anna, "2025-02-11", called())
				s.do(anna, "2025-03-01", &eventv1.MeetingHeld{
					MeetingId: meeting, Present: []*eventv1.Presence{{Profession: eventv1.Profession_PROFESSION_SOCIAL_WORKER, Body: "ACSI"}},
					FollowUps: []*eventv1.FollowUp{
						{What: words(), User: anna, DueOn: "2025-03-10"},
						{What: words(), User: bruno, Body: "ACSI", DueOn: "2025-03-20"},
					},
				})
				return meeting + ".1"
			},
			[]say{{kind: noticev1.NoticeKind_NOTICE_KIND_FOLLOW_UP_AGREED, users: bruno, about: "it", day: "2025-03-20"}},
		},
		{
			"of a sealed case those who are named in it are told, and no other body", sealed,
			func(s *story) string {
				s.do(anna, "2025-02-10", member(bruno))
				return s.do(anna, "2025-02-11", called("ASST-LODI"))
			},
			[]say{{kind: noticev1.NoticeKind_NOTICE_KIND_MEETING_CALLED, users: bruno, about: "it", day: "2025-03-01"}},
		},
		{
			"of a sealed case the body that is asked is not told", sealed,
			func(s *story) string { return s.do(anna, "2025-02-11", toOtherBody()) },
			nil,
		},
		{
			"of a sealed case the body that manages it is told what waits for an approval", sealed,
			func(s *story) string { return s.assessed() },
			[]say{{kind: noticev1.NoticeKind_NOTICE_KIND_APPROVAL_ASKED, bodies: "ACSI", about: "it", day: "2025-02-20"}},
		},
		{
			"of a sealed case the body that manages it is told what it is called to", sealed,
			func(s *story) string { return s.do(anna, "2025-02-11", called("ASST-LODI", "ACSI")) },
			[]say{{kind: noticev1.NoticeKind_NOTICE_KIND_MEETING_CALLED, bodies: "ACSI", about: "it", day: "2025-03-01"}},
		},
	}
}

func (w say) notice(s *story, it string) *noticev1.Notice {
	newest := s.log[len(s.log)-1]
	about := w.about
	if about == "it" {
		about = it
	}
	return &noticev1.Notice{
		Kind: w.kind, CaseId: s.c.ID.String(), About: about, Day: w.day,
		Users: strings.Fields(w.users), Bodies: strings.Fields(w.bodies),
		Position: uint64(len(s.log)), At: newest.GetRecordedAt(), By: newest.GetActor().GetUser(),
		Fact: w.fact, Sealed: s.service == sealed,
	}
}
