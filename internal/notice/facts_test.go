package notice_test

import (
	"google.golang.org/protobuf/proto"

	"percorsi/internal/casework"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

// What people of the stories record.

// clash lets bruno record needs and anna, who had not seen it, choose.
func (s *story) clash(kind eventv1.ChoiceKind) string {
	s.do(carla, "2025-02-10", needs(eventv1.Need_NEED_HOUSING))
	seen := s.c.Revision(casework.PartNeeds)
	s.do(bruno, "2025-02-11", needs(eventv1.Need_NEED_HEALTH))
	s.settle(anna, "2025-02-12", needs(eventv1.Need_NEED_HOUSING, eventv1.Need_NEED_HEALTH), &casework.Choice{
		Kind: kind, Seen: seen, Reason: words(),
	})
	return string(casework.PartNeeds)
}

// assessed lets bruno assess a domain, and anna conclude.
func (s *story) assessed() string {
	s.do(anna, "2025-02-02", &eventv1.TakenInCharge{})
	it := s.do(anna, "2025-02-10", &eventv1.AssessmentOpened{Form: eventv1.Form_FORM_MULTIDIMENSIONAL, FormVersion: "2024"})
	s.finding = s.do(bruno, "2025-02-11", found(it, 1))
	s.do(bruno, "2025-02-12", &eventv1.StrengthRecorded{AssessmentId: it, Domain: eventv1.Domain_DOMAIN_HEALTH, Note: words()})
	s.do(anna, "2025-02-20", &eventv1.AssessmentConcluded{AssessmentId: it})
	return it
}

func found(assessment string, need int64) proto.Message {
	return &eventv1.DomainAssessed{
		AssessmentId: assessment, Domain: eventv1.Domain_DOMAIN_HEALTH, NeedLevel: need,
		Profession: eventv1.Profession_PROFESSION_SOCIAL_WORKER,
	}
}

// submitted has a project that anna and bruno wrote and anna submitted.
func (s *story) submitted() string {
	s.do(anna, "2025-02-02", &eventv1.TakenInCharge{})
	it := s.do(anna, "2025-03-01", &eventv1.ProjectDrafted{Measure: eventv1.Measure_MEASURE_GENERALE, StartsOn: "2025-03-01"})
	s.do(bruno, "2025-03-02", &eventv1.GoalSet{ProjectId: it, General: true})
	s.do(anna, "2025-03-03", &eventv1.ProjectSubmitted{ProjectId: it})
	return it
}

// closing lets anna propose the closure of the case.
func (s *story) closing() string {
	s.do(anna, "2025-02-02", &eventv1.TakenInCharge{})
	s.do(anna, "2025-05-01", &eventv1.ClosureProposed{
		Outcome: eventv1.Outcome_OUTCOME_POSITIVE, Reason: eventv1.ClosingReason_CLOSING_REASON_AUTONOMY,
	})
	return "closure"
}

// words are sealed, in form.
func words() *eventv1.Text {
	return &eventv1.Text{Form: &eventv1.Text_Sealed{Sealed: make([]byte, 41)}}
}

func assigned(user string) proto.Message {
	return &eventv1.CaseManagerAssigned{CaseManager: user, Body: "ACSI"}
}

func member(user string) proto.Message {
	return &eventv1.TeamMemberAdded{
		User: user, Profession: eventv1.Profession_PROFESSION_SOCIAL_WORKER, Body: "ACSI", Role: eventv1.TeamRole_TEAM_ROLE_MEMBER,
	}
}

func called(bodies ...string) proto.Message {
	return &eventv1.MeetingCalled{
		Team: eventv1.TeamKind_TEAM_KIND_POVERTY, MeetingOn: "2025-03-01", Bodies: bodies,
		ProfessionsExpected: []eventv1.Profession{eventv1.Profession_PROFESSION_SOCIAL_WORKER},
	}
}

func toOtherBody() proto.Message {
	return &eventv1.Referred{Kind: eventv1.ReferralKind_REFERRAL_KIND_REFERRAL, ToBody: "ASSC"}
}

func toColleague(user string) proto.Message {
	return &eventv1.Referred{Kind: eventv1.ReferralKind_REFERRAL_KIND_HANDOVER, ToBody: "ACSI", ToUser: user}
}

func answered(referral string, kind eventv1.AnswerKind) proto.Message {
	return &eventv1.ReferralAnswered{ReferralId: referral, Answer: kind}
}

func needs(list ...eventv1.Need) proto.Message { return &eventv1.NeedsRecorded{Needs: list} }
