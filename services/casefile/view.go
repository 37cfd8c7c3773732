package casefile

import (
	"fmt"
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	"percorsi/internal/casework"
	casefilev1 "percorsi/internal/gen/percorsi/casefile/v1"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	"percorsi/internal/readmodel"
)

// view shows a case. words opens what is written; it gives "" for a caller who
// may not read it.
type view struct {
	words     func(person string, t *eventv1.Text) string
	clock     []casework.ClockRule
	approvals casework.Approvals
	today     casework.Day
}

// summary is what a list shows of a case.
func summary(c readmodel.Summary) *casefilev1.CaseSummary {
	return &casefilev1.CaseSummary{
		CaseId:       c.ID.String(),
		Pathway:      c.Pathway,
		Area:         c.Area,
		Service:      c.Service,
		Status:       casefilev1.CaseStatus(c.Status),
		Stage:        string(c.Stage),
		PersonId:     c.Person,
		Comune:       c.Comune,
		ManagingBody: c.ManagingBody,
		CaseManager:  c.CaseManager,
		OpenedOn:     c.OpenedOn.String(),
		ClosedOn:     c.ClosedOn.String(),
		Awaited:      awaited(c.Waits),
	}
}

// outline is what a body may see that reported a case or provides for it, and
// does not work on it: where the case stands, and the revisions it must state.
func outline(c *casework.Case) *casefilev1.Case {
	short := readmodel.SummaryOf(c, nil)
	short.Waits = casework.Waits{} // it tells of the file, which they do not read
	return &casefilev1.Case{Summary: summary(short), Parts: parts(c), Discharge: discharge(c.Discharge)}
}

// stop says that a case shows less than was recorded. Why is for the operator.
func stop(q readmodel.Quarantine) *casefilev1.Stopped {
	return &casefilev1.Stopped{
		Position: uint64(q.At), Since: timestamppb.New(q.Since),
		Note: fmt.Sprintf("what was recorded at position %d cannot be read by this version of percorsi: the case is shown as it was before; ask the administrator, and name the position", q.At),
	}
}

func parts(c *casework.Case) []*casefilev1.PartRevision {
	return each(c.Parts, func(p casework.PartRevision) *casefilev1.PartRevision {
		return &casefilev1.PartRevision{Part: string(p.Part), Revision: uint64(p.Revision)}
	})
}

// whole is the case with all its parts.
func (v view) whole(c *casework.Case) *casefilev1.Case {
	out := &casefilev1.Case{
		Summary:         summary(readmodel.SummaryOf(c, v.approvals)),
		Parts:           parts(c),
		Flow:            c.Flow,
		SignalledBy:     c.SignalledBy,
		TakenInChargeOn: c.InChargeOn.String(),
		FirstMeetingOn:  c.FirstMeetingOn.String(),
		Outcome:         c.Outcome,
		ClosingReason:   c.ClosingReason,
		Needs:           c.Needs,
		Household:       members(c, false),
		FormerMembers:   members(c, true),
		Referrals:       each(c.Referrals, referral),
		Responsible:     each(c.Tenures(), tenure),
		Assessments:     each(c.Assessments, func(a *casework.Assessment) *casefilev1.Assessment { return v.assessment(c, a) }),
		Team:            each(c.Team, teamMember),
		Meetings:        each(c.Meetings, func(m *casework.Meeting) *casefilev1.Meeting { return v.meeting(c.Person, m) }),
		Projects:        each(c.Projects, func(p *casework.Project) *casefilev1.Project { return v.project(c, p) }),
		Supports:        each(c.Supports, support),
		Evaluations:     each(c.Evaluations, evaluation),
		Paths:           each(c.Paths, path),
		Discharge:       discharge(c.Discharge),
		Closure:         v.closure(c),
		Clocks:          v.clocks(c),
		Following:       each(c.Following(), following),
	}
	if n := len(c.Housing); n > 0 {
		out.Housing = c.Housing[n-1].Status
	}
	return out
}

// each translates a list.
func each[T, V any](list []T, translate func(T) V) []V {
	out := make([]V, 0, len(list))
	for _, e := range list {
		out = append(out, translate(e))
	}
	return out
}

// members gives who is in the household now, or who was in it before, in the
// order in which they came.
func members(c *casework.Case, former bool) (out []*casefilev1.Member) {
	for _, m := range c.Memberships() {
		if (m.To != 0) == former {
			out = append(out, &casefilev1.Member{
				PersonId: m.Person, Relation: m.Relation, Obligation: m.Obligation, From: m.From.String(), To: m.To.String(),
			})
		}
	}
	return out
}

func referral(r *casework.Referral) *casefilev1.Referral {
	return &casefilev1.Referral{
		ReferralId: r.ID, Kind: r.Kind, ToBody: r.ToBody, ToUser: r.ToUser, SentOn: r.SentOn.String(),
		Answer: r.Answer, AnswerOn: r.AnswerOn.String(), Refusal: r.Refusal,
	}
}

func tenure(t casework.Tenure) *casefilev1.Tenure {
	return &casefilev1.Tenure{
		From: t.From.String(), To: t.To.String(), ManagingBody: t.Body, CaseManager: t.Manager, CaseManagerBody: t.ManagedBy,
	}
}

func (v view) assessment(c *casework.Case, a *casework.Assessment) *casefilev1.Assessment {
	return &casefilev1.Assessment{
		AssessmentId: a.ID,
		Form:         a.Form,
		FormVersion:  a.FormVersion,
		OpenedOn:     a.OpenedOn.String(),
		Result:       a.Result,
		ConcludedOn:  a.ConcludedOn.String(),
		ApprovedOn:   a.ApprovedOn.String(),
		Domains: each(a.Domains, func(d *casework.DomainFinding) *casefilev1.DomainFinding {
			return &casefilev1.DomainFinding{
				Domain: d.Domain, Scale: d.Scale, ScaleVersion: d.ScaleVersion, Items: d.Items, Score: d.Score,
				NeedLevel: d.NeedLevel, Profession: d.Profession, User: d.By, AssessedOn: d.On.String(),
			}
		}),
		Strengths: each(a.Strengths, func(s *casework.Strength) *casefilev1.Strength {
			return &casefilev1.Strength{Domain: s.Domain, FoundOn: s.On.String(), User: s.By}
		}),
		Participants: a.Participants(),
		Approval:     v.approval(c, casework.ApprovableAssessment, a.ID, a.Approval, v.approvals.OfAssessment(c, a)),
	}
}

func following(s casework.Step) *casefilev1.FollowingStep {
	return &casefilev1.FollowingStep{Kind: casefilev1.FollowingKind(s.Kind), PersonId: s.About, Done: s.Done, DoneOn: s.On.String()}
}

func teamMember(m *casework.TeamMember) *casefilev1.TeamMember {
	return &casefilev1.TeamMember{
		MemberId: m.ID, User: m.User, Profession: m.Profession, Body: m.Body, Role: m.Role,
		From: m.From.String(), To: m.To.String(),
	}
}

func (v view) meeting(person string, m *casework.Meeting) *casefilev1.Meeting {
	return &casefilev1.Meeting{
		MeetingId: m.ID, Team: m.Team, MeetingOn: m.ForDay.String(), HeldOn: m.HeldOn.String(), Cancelled: m.Cancelled,
		ProfessionsExpected: m.Expected, ProfessionsPresent: m.Present, Bodies: m.Bodies,
		BodiesPresent: m.BodiesPresent, UsersPresent: m.UsersPresent,
		FollowUps: each(m.FollowUps, func(f *casework.FollowUp) *casefilev1.FollowUp {
			return &casefilev1.FollowUp{
				What: v.words(person, f.What), User: f.User, Body: f.Body, DueOn: f.DueOn.String(),
				Result: f.Result, SettledOn: f.SettledOn.String(),
			}
		}),
		Answers: each(m.Answers, func(a *casework.Attendance) *casefilev1.Attendance {
			return &casefilev1.Attendance{
				Profession: a.Profession, Body: a.Body, User: a.User, Coming: a.Coming, SaidOn: a.On.String(),
			}
		}),
	}
}

func evaluation(e *casework.Evaluation) *casefilev1.Evaluation {
	out := &casefilev1.Evaluation{
		ProjectId: e.Project, Voice: e.Voice, Aspect: e.Aspect, Judgement: e.Judgement,
		Missing: e.Missing, EvaluatedOn: e.On.String(),
	}
	if e.HasScore {
		out.Score = &e.Score
	}
	return out
}

func path(p *casework.Path) *casefilev1.Path {
	out := &casefilev1.Path{
		PathId: p.ID, Kind: p.Kind, Host: p.Host, ProposedOn: p.ProposedOn.String(), StartedOn: p.StartedOn.String(),
		EndsOn: p.EndsOn.String(), EndedOn: p.EndedOn.String(), Outcome: p.Outcome, Certificate: p.Certificate,
		AttendedMinutes: p.Minutes, Interrupted: p.Interrupted,
	}
	for _, m := range p.Payments {
		out.PaidCents += m.Cents
	}
	return out
}

func discharge(d *casework.Discharge) *casefilev1.Discharge {
	if d == nil {
		return nil
	}
	return &casefilev1.Discharge{
		Line:           d.Line,
		ReportedOn:     d.ReportedOn.String(),
		ExpectedOn:     d.ExpectedOn.String(),
		DischargedAt:   moment(d.DischargedAt),
		Provider:       d.Provider,
		FirstAccessAt:  moment(d.FirstAccessAt),
		Minutes:        d.HomeCareMinutes + d.NursingMinutes,
		Bed:            d.Bed,
		BedEnteredOn:   d.BedEnteredOn.String(),
		BedLeftOn:      d.BedLeftOn.String(),
		ConcludedOn:    d.ConcludedOn.String(),
		Outcome:        d.Outcome,
		SixMonthResult: d.SixMonth,
	}
}

// moment shows Unix seconds; 0 is not given.
func moment(unix int64) *timestamppb.Timestamp {
	if unix == 0 {
		return nil
	}
	return timestamppb.New(time.Unix(unix, 0))
}

func (v view) clocks(c *casework.Case) []*casefilev1.Clock {
	return each(casework.Running(v.clock, c), func(k casework.Clock) *casefilev1.Clock { return showClock(k, v.today) })
}

func showClock(k casework.Clock, today casework.Day) *casefilev1.Clock {
	return &casefilev1.Clock{
		Name: k.Name, Label: k.Label, Source: k.Source, About: k.About,
		StartedOn: k.StartedOn.String(), DueOn: k.DueOn.String(), DueAt: moment(k.DueAt),
		DaysLeft: int32(k.DueOn - today),
	}
}
