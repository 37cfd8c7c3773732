package casework

import (
	"fmt"
	"slices"
	"strconv"

	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

// The rules around a meeting of the team: who says they come, and what has to be
// done after it.

// dueAfter says that what a meeting decides is due on a day from that of the
// meeting on.
func dueAfter(list []*eventv1.FollowUp, held Day) error {
	for i, f := range list {
		field := fmt.Sprintf("follow_ups[%d].due_on", i)
		d, err := dayField(field, f.GetDueOn())
		if err != nil {
			return err
		}
		if d < held {
			return invalid(field, "is before the meeting: give a day on which it can be done")
		}
	}
	return nil
}

func followUpsOf(list []*eventv1.FollowUp) []*FollowUp {
	var out []*FollowUp
	for _, f := range list {
		out = append(out, &FollowUp{User: f.GetUser(), Body: f.GetBody(), DueOn: day(f.GetDueOn()), What: f.GetWhat()})
	}
	return out
}

// followUp finds a follow-up of a meeting that was held, nil where there is none.
func (c *Case) followUp(meeting string, nth int64) (held Day, f *FollowUp) {
	i := c.meeting(meeting)
	if i < 0 {
		return 0, nil
	}
	m := c.Meetings[i]
	if nth < 0 || nth >= int64(len(m.FollowUps)) {
		return m.HeldOn, nil
	}
	return m.HeldOn, m.FollowUps[nth]
}

func followUpSettled(f *eventv1.FollowUpSettled) rule {
	moved := f.GetResult() == eventv1.Settlement_SETTLEMENT_MOVED
	return rule{
		part:  partOf("meeting", f.GetMeetingId(), "follow-up", strconv.FormatInt(f.GetFollowUp(), 10)),
		about: f.GetMeetingId(), after: true,
		check: func(c *Case, w when) error {
			if c.meeting(f.GetMeetingId()) < 0 {
				return invalid("meeting_id", "there is no such meeting in this case")
			}
			held, what := c.followUp(f.GetMeetingId(), f.GetFollowUp())
			switch {
			case what == nil:
				return invalid("follow_up", "the meeting has no such follow-up: they are numbered from 0")
			case what.Result != 0:
				return notNow("the follow-up was settled on %s", what.SettledOn)
			case !moved && f.GetDueOn() != "":
				return invalid("due_on", "belongs to a follow-up that is put off")
			}
			due, err := dayField("due_on", f.GetDueOn())
			if err == nil && moved && due < w.on {
				err = invalid("due_on", "is not given, or has passed: give the day by which it is done instead")
			}
			return first(err, notBefore(w, held, "the meeting"))
		},
		apply: func(c *Case, w when) {
			if _, what := c.followUp(f.GetMeetingId(), f.GetFollowUp()); what == nil {
				return
			}
			c.Meetings = edit(c.Meetings, c.meeting(f.GetMeetingId()), func(m *Meeting) {
				m.FollowUps = edit(m.FollowUps, int(f.GetFollowUp()), func(what *FollowUp) {
					if !moved {
						what.Result, what.SettledOn = f.GetResult(), w.on
					} else if latest(&what.MovedOn, w.on) {
						what.DueOn = day(f.GetDueOn())
					}
				})
			})
		},
	}
}

// nextFollowUp gives the follow-up that is due first of those that have to be
// done, with the day of its meeting; nil where there is none.
func (c *Case) nextFollowUp() (held Day, next *FollowUp) {
	for _, m := range c.Meetings {
		for _, f := range m.FollowUps {
			if f.Result == 0 && (next == nil || f.DueOn < next.DueOn) {
				held, next = m.HeldOn, f
			}
		}
	}
	return held, next
}

func attendanceConfirmed(f *eventv1.AttendanceConfirmed) rule {
	return rule{
		part: partOf("meeting", f.GetMeetingId(), "confirmations"), adds: true, about: f.GetMeetingId(),
		check: func(c *Case, w when) error { return openMeeting(c, w, f.GetMeetingId()) },
		apply: func(c *Case, w when) {
			if i := c.meeting(f.GetMeetingId()); i >= 0 {
				c.Meetings = edit(c.Meetings, i, func(m *Meeting) { m.answer(f, w.on) })
			}
		},
	}
}

// answer keeps what somebody said, in the place of an earlier answer of theirs.
func (m *Meeting) answer(f *eventv1.AttendanceConfirmed, on Day) {
	said := &Attendance{Profession: f.GetProfession(), Body: f.GetBody(), User: f.GetUser(), Coming: f.GetComing(), On: on}
	i := slices.IndexFunc(m.Answers, func(a *Attendance) bool {
		return a.Profession == said.Profession && a.Body == said.Body && a.User == said.User
	})
	switch {
	case i < 0:
		m.Answers = add(m.Answers, said)
	case on >= m.Answers[i].On:
		m.Answers = edit(m.Answers, i, func(a *Attendance) { *a = *said })
	}
}
