package notice

import (
	"fmt"
	"slices"

	"github.com/google/uuid"

	"percorsi/internal/casework"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	noticev1 "percorsi/internal/gen/percorsi/notice/v1"
)

// Step is one commit of a case, with the case around it.
type Step struct {
	// Before is nil where the commit opens the case.
	Before, After *casework.Case
	At            casework.Position
	Commit        *eventv1.Commit
	// Approvals is every approval that is asked for.
	Approvals casework.Approvals
	// Sealed is set for a case of which only those named in it are told, and the
	// body that manages it.
	Sealed bool
	// Earlier gives a commit of the case that lies before this one.
	Earlier func(at casework.Position) (*eventv1.Commit, error)
}

// Tells tells whether anybody may be told of a kind of fact, named as in the
// event schema. A commit without one needs no second look.
func Tells(fact string) bool {
	switch fact {
	case "case_manager_assigned", "referred", "referral_answered",
		"team_member_added", "team_member_removed", "meeting_called", "meeting_cancelled",
		"clash_settled", "fact_amended", "fact_voided",
		"preliminary_analysis_concluded", "assessment_concluded", "assessment_approved", "assessment_sent_back",
		"project_submitted", "project_approved", "project_sent_back",
		"closure_proposed", "closure_approved", "closure_sent_back", "reopened", "meeting_held":
		return true
	default:
		return false
	}
}

// Of gives the notices of a commit. Its errors are those of Earlier.
func Of(s Step) ([]*noticev1.Notice, error) {
	if s.Before == nil {
		s.Before = &casework.Case{}
	}
	m := &maker{Step: s}
	m.responsible()
	m.team()
	m.awaiting()
	for _, f := range s.Commit.GetFacts() {
		if err := m.fact(f); err != nil {
			return nil, fmt.Errorf("notices of the commit at %d: %w", s.At, err)
		}
	}
	return m.made, nil
}

// maker collects the notices of one commit.
type maker struct {
	Step

	made []*noticev1.Notice
}

// fact makes the notices that follow from what a fact says, as opposed to what
// it changed.
func (m *maker) fact(f *eventv1.Fact) error {
	switch content := f.GetFact().(type) {
	case *eventv1.Fact_MeetingCalled:
		m.meetingCalled(content.MeetingCalled)
	case *eventv1.Fact_MeetingCancelled:
		m.meetingCancelled(f.GetOccurredOn(), content.MeetingCancelled)
	case *eventv1.Fact_MeetingHeld:
		m.meetingHeld(content.MeetingHeld)
	case *eventv1.Fact_Referred:
		m.referred(f.GetOccurredOn(), content.Referred)
	case *eventv1.Fact_ReferralAnswered:
		return m.referralAnswered(f.GetOccurredOn(), content.ReferralAnswered)
	case *eventv1.Fact_AssessmentApproved:
		m.answered(noticev1.NoticeKind_NOTICE_KIND_APPROVED, f, content.AssessmentApproved.GetAssessmentId())
	case *eventv1.Fact_AssessmentSentBack:
		m.answered(noticev1.NoticeKind_NOTICE_KIND_SENT_BACK, f, content.AssessmentSentBack.GetAssessmentId())
	case *eventv1.Fact_ProjectApproved:
		m.answered(noticev1.NoticeKind_NOTICE_KIND_APPROVED, f, content.ProjectApproved.GetProjectId())
	case *eventv1.Fact_ProjectSentBack:
		m.answered(noticev1.NoticeKind_NOTICE_KIND_SENT_BACK, f, content.ProjectSentBack.GetProjectId())
	case *eventv1.Fact_ClosureApproved:
		m.answered(noticev1.NoticeKind_NOTICE_KIND_APPROVED, f, closure)
	case *eventv1.Fact_ClosureSentBack:
		m.answered(noticev1.NoticeKind_NOTICE_KIND_SENT_BACK, f, closure)
	case *eventv1.Fact_ClashSettled:
		return m.clashSettled(f.GetOccurredOn(), content.ClashSettled)
	case *eventv1.Fact_FactAmended:
		return m.corrected(noticev1.NoticeKind_NOTICE_KIND_FACT_AMENDED, f)
	case *eventv1.Fact_FactVoided:
		return m.corrected(noticev1.NoticeKind_NOTICE_KIND_FACT_VOIDED, f)
	}
	return nil
}

// told is whom a notice is for.
type told struct{ users, bodies []string }

// tell makes a notice, if it is for anybody but who did it. The fields that
// every notice has are filled in.
func (m *maker) tell(to told, n *noticev1.Notice) {
	by := m.Commit.GetActor().GetUser()
	n.Users, n.Bodies = named(to.users, by), named(to.bodies, "")
	if m.Sealed { // all others must not learn of it
		n.Bodies = slices.DeleteFunc(n.GetBodies(), func(b string) bool { return b != m.After.ManagingBody })
	}
	if len(n.GetUsers())+len(n.GetBodies()) == 0 {
		return
	}
	n.Id = m.id(n)
	n.CaseId = m.After.ID.String()
	n.Position = uint64(m.At)
	n.At = m.Commit.GetRecordedAt()
	n.By = by
	n.Sealed = m.Sealed
	m.made = append(m.made, n)
}

// id derives the id of a notice from the command that it follows from. A
// command says a thing of something once, and its id outlives even a log that
// was lost and recorded again.
func (m *maker) id(n *noticev1.Notice) string {
	command, err := uuid.Parse(m.Commit.GetCommandId())
	if err != nil { // which no fold accepts
		command = m.After.ID
	}
	return uuid.NewSHA1(command, []byte(Name(n.GetKind())+"/"+n.GetAbout())).String()
}

// named gives names in order, each once, without the empty one and without one
// that is left out.
func named(names []string, without string) []string {
	out := slices.DeleteFunc(slices.Clone(names), func(n string) bool { return n == "" || n == without })
	slices.Sort(out)
	return slices.Compact(out)
}
