package casework

import (
	"slices"

	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

// The rules of the multidisciplinary team: who belongs to it, which meetings
// were called and held, and which professions were there of those expected.

func teamMemberAdded(f *eventv1.TeamMemberAdded) rule {
	return rule{
		part: partOf("team", f.GetMemberId()), newID: &f.MemberId, about: f.GetMemberId(),
		check: func(c *Case, _ when) error {
			for _, m := range c.Team {
				if m.To == 0 && m.User == f.GetUser() && m.Profession == f.GetProfession() {
					return notNow("this professional is in the team already")
				}
			}
			return nil
		},
		apply: func(c *Case, w when) {
			c.Team = add(c.Team, &TeamMember{
				ID: f.GetMemberId(), User: f.GetUser(), Profession: f.GetProfession(),
				Body: f.GetBody(), Role: f.GetRole(), From: w.on,
			})
			c.Bodies = involve(c.Bodies, f.GetBody())
		},
	}
}

func teamMemberRemoved(f *eventv1.TeamMemberRemoved) rule {
	find := func(c *Case) int {
		return slices.IndexFunc(c.Team, func(m *TeamMember) bool { return m.ID == f.GetMemberId() })
	}
	return rule{
		part: partOf("team", f.GetMemberId()), about: f.GetMemberId(),
		check: func(c *Case, w when) error {
			i := find(c)
			switch {
			case i < 0:
				return invalid("member_id", "there is no such member in this team")
			case c.Team[i].To != 0:
				return notNow("the member left the team on %s", c.Team[i].To)
			}
			return notBefore(w, c.Team[i].From, "the day the member joined")
		},
		apply: func(c *Case, w when) {
			if i := find(c); i >= 0 {
				c.Team = edit(c.Team, i, func(m *TeamMember) { m.To = w.on })
			}
		},
	}
}

func meetingCalled(f *eventv1.MeetingCalled) rule {
	return rule{
		part: partOf("meeting", f.GetMeetingId()), newID: &f.MeetingId, about: f.GetMeetingId(),
		check: func(_ *Case, w when) error {
			d, err := dayField("meeting_on", f.GetMeetingOn())
			if err == nil && d < w.on {
				return invalid("meeting_on", "is before the day it was called: check both dates")
			}
			return err
		},
		apply: func(c *Case, w when) {
			c.Meetings = add(c.Meetings, &Meeting{
				ID: f.GetMeetingId(), Team: f.GetTeam(), CalledOn: w.on, ForDay: day(f.GetMeetingOn()),
				Expected: f.GetProfessionsExpected(), Bodies: f.GetBodies(),
			})
			c.Bodies = involve(c.Bodies, f.GetBodies()...)
		},
	}
}

func (c *Case) meeting(id string) int {
	return slices.IndexFunc(c.Meetings, func(m *Meeting) bool { return m.ID == id })
}

// openMeeting finds a meeting that was called, and neither held nor cancelled.
func openMeeting(c *Case, w when, id string) error {
	i := c.meeting(id)
	if i < 0 {
		return invalid("meeting_id", "there is no such meeting in this case")
	}
	switch m := c.Meetings[i]; {
	case m.HeldOn != 0:
		return notNow("the meeting was held on %s", m.HeldOn)
	case m.Cancelled:
		return notNow("the meeting was cancelled")
	default:
		return notBefore(w, m.CalledOn, "the day it was called")
	}
}

func meetingHeld(f *eventv1.MeetingHeld) rule {
	return rule{
		part: partOf("meeting", f.GetMeetingId()),
		mark: func(c *Case) string {
			if i := c.meeting(f.GetMeetingId()); i >= 0 {
				return teamMark(c.Meetings[i].Team)
			}
			return ""
		},
		check: func(c *Case, w when) error {
			return first(openMeeting(c, w, f.GetMeetingId()), dueAfter(f.GetFollowUps(), w.on))
		},
		apply: func(c *Case, w when) {
			i := c.meeting(f.GetMeetingId())
			if i < 0 {
				return
			}
			c.Meetings = edit(c.Meetings, i, func(m *Meeting) {
				m.hold(w.on, f.GetPresent())
				m.FollowUps = followUpsOf(f.GetFollowUps())
			})
			for _, p := range f.GetPresent() {
				c.Bodies = involve(c.Bodies, p.GetBody())
			}
		},
	}
}

func (m *Meeting) hold(on Day, present []*eventv1.Presence) {
	m.HeldOn = on
	m.Present = nil
	for _, p := range present {
		m.Present = append(m.Present, p.GetProfession())
		m.Bodies = involve(m.Bodies, p.GetBody())
		m.BodiesPresent = involve(m.BodiesPresent, p.GetBody())
		m.UsersPresent = involve(m.UsersPresent, p.GetUser())
	}
	for _, e := range m.Expected {
		if slices.Contains(m.Present, e) {
			m.ExpectedPresent++
		}
	}
}

func meetingCancelled(f *eventv1.MeetingCancelled) rule {
	return rule{
		part: partOf("meeting", f.GetMeetingId()), about: f.GetMeetingId(),
		check: func(c *Case, w when) error { return openMeeting(c, w, f.GetMeetingId()) },
		apply: func(c *Case, _ when) {
			if i := c.meeting(f.GetMeetingId()); i >= 0 {
				c.Meetings = edit(c.Meetings, i, func(m *Meeting) { m.Cancelled = true })
			}
		},
	}
}
