package casetest

import (
	"slices"

	"google.golang.org/protobuf/proto"

	"percorsi/internal/casework"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

// Assessments and the team.

func assessmentOpened(s *scene) proto.Message {
	if !s.likely(len(s.c.Assessments) < 4) {
		return nil
	}
	form := word[eventv1.Form](s)
	if s.c.Pathway == eventv1.Pathway_PATHWAY_ADI && s.often(7) {
		form = eventv1.Form_FORM_PRELIMINARY_ANALYSIS
	}
	return &eventv1.AssessmentOpened{Form: form, FormVersion: version}
}

func analysis(a *casework.Assessment) bool {
	return a.Form == eventv1.Form_FORM_PRELIMINARY_ANALYSIS && a.ConcludedOn == 0
}

func unconcluded(a *casework.Assessment) bool { return a.ConcludedOn == 0 }

func assessed(a *casework.Assessment) bool { return a.ConcludedOn == 0 && len(a.Domains) > 0 }

func concluded(a *casework.Assessment) bool { return a.ConcludedOn != 0 }

func preliminaryAnalysisConcluded(s *scene) proto.Message {
	id := s.assessment(analysis)
	return needing(id, &eventv1.PreliminaryAnalysisConcluded{
		AssessmentId: id, Result: word[eventv1.AnalysisResult](s),
	})
}

func domainAssessed(s *scene) proto.Message {
	id := s.assessment(unconcluded)
	f := &eventv1.DomainAssessed{
		AssessmentId: id, Domain: word[eventv1.Domain](s), NeedLevel: int64(s.IntN(5)),
		Profession: word[eventv1.Profession](s), Note: s.words(),
	}
	if s.often(5) {
		f.Scale, f.ScaleVersion, f.Score = "BARTHEL", version, int64(s.IntN(101))
	}
	return needing(id, f)
}

func strengthRecorded(s *scene) proto.Message {
	id := s.assessment(unconcluded)
	return needing(id, &eventv1.StrengthRecorded{AssessmentId: id, Domain: word[eventv1.Domain](s), Note: s.words()})
}

func assessmentConcluded(s *scene) proto.Message {
	id := s.assessment(assessed)
	return needing(id, &eventv1.AssessmentConcluded{AssessmentId: id})
}

func assessmentReviewed(s *scene) proto.Message {
	id := s.assessment(concluded)
	return needing(id, &eventv1.AssessmentReviewed{AssessmentId: id})
}

func assessmentApproved(s *scene) proto.Message {
	id := s.assessment(concluded)
	return needing(id, &eventv1.AssessmentApproved{AssessmentId: id})
}

func assessmentSentBack(s *scene) proto.Message {
	id := s.assessment(concluded)
	return needing(id, &eventv1.AssessmentSentBack{AssessmentId: id, Reason: s.said()})
}

func teamMemberAdded(s *scene) proto.Message {
	return &eventv1.TeamMemberAdded{
		User: pick(s, users), Profession: word[eventv1.Profession](s),
		Body: pick(s, bodies), Role: word[eventv1.TeamRole](s),
	}
}

func teamMemberRemoved(s *scene) proto.Message {
	m := one(s, s.c.Team, func(m *casework.TeamMember) bool { return m.To == 0 })
	if m == nil {
		return nil
	}
	return &eventv1.TeamMemberRemoved{MemberId: m.ID}
}

func meetingCalled(s *scene) proto.Message {
	expected := []eventv1.Profession{eventv1.Profession_PROFESSION_SOCIAL_WORKER}
	if other := word[eventv1.Profession](s); other != expected[0] {
		expected = append(expected, other)
	}
	return &eventv1.MeetingCalled{
		Team: word[eventv1.TeamKind](s), MeetingOn: s.later(20),
		ProfessionsExpected: expected, Bodies: []string{pick(s, bodies)},
	}
}

func meetingHeld(s *scene) proto.Message {
	id := s.meeting()
	f := &eventv1.MeetingHeld{MeetingId: id, Decisions: s.words()}
	for range 1 + s.IntN(3) {
		f.Present = append(f.Present, &eventv1.Presence{Profession: word[eventv1.Profession](s), Body: pick(s, bodies), User: pick(s, users)})
	}
	for range s.IntN(3) {
		f.FollowUps = append(f.FollowUps, &eventv1.FollowUp{What: s.words(), User: pick(s, users), Body: pick(s, bodies), DueOn: s.later(60)})
	}
	return needing(id, f)
}

func followUpSettled(s *scene) proto.Message {
	open := func(f *casework.FollowUp) bool { return f.Result == 0 }
	m := one(s, s.c.Meetings, func(m *casework.Meeting) bool { return slices.ContainsFunc(m.FollowUps, open) })
	if m == nil {
		return nil
	}
	f := &eventv1.FollowUpSettled{
		MeetingId: m.ID, FollowUp: int64(max(slices.IndexFunc(m.FollowUps, open), 0)), Result: word[eventv1.Settlement](s), Note: s.words(),
	}
	if f.GetResult() == eventv1.Settlement_SETTLEMENT_MOVED {
		f.DueOn = s.later(40)
	}
	return f
}

func attendanceConfirmed(s *scene) proto.Message {
	id := s.meeting()
	return needing(id, &eventv1.AttendanceConfirmed{
		MeetingId: id, Profession: word[eventv1.Profession](s), Body: pick(s, bodies), User: pick(s, users), Coming: s.often(2), Note: s.words(),
	})
}

func meetingCancelled(s *scene) proto.Message {
	id := s.meeting()
	return needing(id, &eventv1.MeetingCancelled{MeetingId: id})
}

// Evaluations, of one project or of the whole case.

// due tells whether a project was signed for which an evaluation is missing.
func (s *scene) due() bool {
	return slices.ContainsFunc(s.c.Projects, func(p *casework.Project) bool {
		var there int
		for _, e := range s.c.Evaluations {
			if e.Project == p.ID || e.Project == "" {
				there++
			}
		}
		return p.SignedOn != 0 && there < 2
	})
}

func (s *scene) evaluated() string {
	if s.often(2) {
		return ""
	}
	return s.project(func(*casework.Project) bool { return true })
}

func (s *scene) aspect() eventv1.Aspect {
	if s.often(7) {
		return eventv1.Aspect_ASPECT_OVERALL
	}
	return word[eventv1.Aspect](s)
}

func (s *scene) score() *int64 {
	if s.often(5) {
		return nil
	}
	return new(int64(s.IntN(11)))
}

func beneficiaryEvaluated(s *scene) proto.Message {
	if !s.likely(s.due()) {
		return nil
	}
	return &eventv1.BeneficiaryEvaluated{
		ProjectId: s.evaluated(), Aspect: s.aspect(), Judgement: word[eventv1.Judgement](s), Score: s.score(),
	}
}

func operatorsEvaluated(s *scene) proto.Message {
	if !s.likely(s.due()) {
		return nil
	}
	return &eventv1.OperatorsEvaluated{
		ProjectId: s.evaluated(), Aspect: s.aspect(), Judgement: word[eventv1.Judgement](s), Score: s.score(),
	}
}

func evaluationNotCarriedOut(s *scene) proto.Message {
	if !s.likely(s.due()) {
		return nil
	}
	return &eventv1.EvaluationNotCarriedOut{
		ProjectId: s.evaluated(), Voice: word[eventv1.Voice](s), Reason: word[eventv1.MissingReason](s),
	}
}
