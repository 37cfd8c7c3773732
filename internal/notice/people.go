package notice

import (
	"fmt"
	"slices"

	"percorsi/internal/casework"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	noticev1 "percorsi/internal/gen/percorsi/notice/v1"
)

// responsible tells who took a case over and who gave it away, whatever made it
// so: an assignment, a transfer, a hand-over, a correction. A change that was
// recorded late and replaces nobody tells nobody.
func (m *maker) responsible() {
	was, is := m.Before.CaseManager, m.After.CaseManager
	if was == is {
		return
	}
	from := ""
	if all := m.After.Tenures(); len(all) > 0 {
		from = all[len(all)-1].From.String()
	}
	m.tell(told{users: []string{is}}, &noticev1.Notice{Kind: noticev1.NoticeKind_NOTICE_KIND_ASSIGNED, Day: from})
	m.tell(told{users: []string{was}}, &noticev1.Notice{Kind: noticev1.NoticeKind_NOTICE_KIND_HANDED_OVER, Day: from})
}

// team tells who joined the team and who left it.
func (m *maker) team() {
	for _, member := range joined(m.Before.Team, m.After.Team) {
		m.tell(told{users: []string{member.User}}, &noticev1.Notice{
			Kind: noticev1.NoticeKind_NOTICE_KIND_TEAM_JOINED, About: member.ID, Day: member.From.String(),
		})
	}
	for _, member := range joined(m.After.Team, m.Before.Team) {
		day := member.From
		if i := slices.IndexFunc(m.After.Team, func(now *casework.TeamMember) bool { return now.ID == member.ID }); i >= 0 {
			day = m.After.Team[i].To
		}
		m.tell(told{users: []string{member.User}}, &noticev1.Notice{
			Kind: noticev1.NoticeKind_NOTICE_KIND_TEAM_LEFT, About: member.ID, Day: day.String(),
		})
	}
}

// joined gives those who are in the second team and not in the first.
func joined(first, second []*casework.TeamMember) []*casework.TeamMember {
	var out []*casework.TeamMember
	for _, member := range second {
		same := func(o *casework.TeamMember) bool { return o.ID == member.ID && o.User == member.User && o.To == 0 }
		if member.To == 0 && !slices.ContainsFunc(first, same) {
			out = append(out, member)
		}
	}
	return out
}

// expected gives who is expected at a meeting: the team, the case manager, and
// the staff of the bodies called.
func (m *maker) expected(meeting string) told {
	to := told{users: []string{m.After.CaseManager}}
	for _, member := range m.After.Team {
		if member.To == 0 {
			to.users = append(to.users, member.User)
		}
	}
	for _, one := range m.After.Meetings {
		if one.ID == meeting {
			to.bodies = one.Bodies
		}
	}
	return to
}

func (m *maker) meetingCalled(f *eventv1.MeetingCalled) {
	m.tell(m.expected(f.GetMeetingId()), &noticev1.Notice{
		Kind: noticev1.NoticeKind_NOTICE_KIND_MEETING_CALLED, About: f.GetMeetingId(), Day: f.GetMeetingOn(),
	})
}

// meetingHeld tells who will do what a meeting agreed on.
func (m *maker) meetingHeld(f *eventv1.MeetingHeld) {
	for nth, todo := range f.GetFollowUps() {
		m.tell(asked(todo.GetUser(), todo.GetBody()), &noticev1.Notice{
			Kind:  noticev1.NoticeKind_NOTICE_KIND_FOLLOW_UP_AGREED,
			About: fmt.Sprintf("%s.%d", f.GetMeetingId(), nth), Day: todo.GetDueOn(),
		})
	}
}

func (m *maker) meetingCancelled(day string, f *eventv1.MeetingCancelled) {
	for _, one := range m.After.Meetings {
		if one.ID == f.GetMeetingId() {
			day = one.ForDay.String()
		}
	}
	m.tell(m.expected(f.GetMeetingId()), &noticev1.Notice{
		Kind: noticev1.NoticeKind_NOTICE_KIND_MEETING_CANCELLED, About: f.GetMeetingId(), Day: day,
	})
}
