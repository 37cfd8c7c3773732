package sample

import (
	"cmp"
	"time"

	"github.com/google/uuid"

	"percorsi/internal/casework"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

// seat is a profession at a meeting, with the body it comes from; an empty body
// is that of who leads the case.
type seat struct {
	profession eventv1.Profession
	body       string
}

// Seats of bodies that differ from case to case: the social services of the
// person's Comune, and the school that signalled.
const (
	comuneSeat = "COMUNE"
	schoolSeat = "SCHOOL"
)

// gathering is a meeting of a multidisciplinary team.
type gathering struct {
	team  eventv1.TeamKind
	seats []seat
	// least and most of the seats are called.
	least, most int
	// notice is how many days lie between the call and the meeting.
	notice [2]int
	// monthly is set for a team that meets on the first Thursday of a month
	// and looks at all its cases on that day.
	monthly bool
	// absent is the share of those called who do not come, cancelled that of
	// the meetings that are not held; both in percent.
	absent, cancelled float64
}

// gather calls a meeting and holds it some days later; once in a while it is
// called again.
func (f *file) gather(g gathering, then func()) {
	called := some(f.s, f.seated(g.seats), f.s.number(g.least, g.most))
	day := f.s.today + f.s.days(g.notice[0], g.notice[1])
	if g.monthly {
		day = firstThursday(day)
	}
	id := f.note(f.colleague(), callOf(g.team, day.String(), called))
	f.answer(id, called)
	f.s.at(day, func() {
		if f.ended {
			return
		}
		if f.s.chance(g.cancelled) {
			f.note(f.colleague(), &eventv1.MeetingCancelled{MeetingId: id.String(), Note: f.s.note(onDecision)})
			g.cancelled = 0
			f.then(5, 20, func() { f.gather(g, then) })
			return
		}
		f.hold(id, g, called)
		then()
	})
}

// firstThursday gives the next first Thursday of a month, from a day on.
func firstThursday(d casework.Day) casework.Day {
	for t := d.Time(); t.Weekday() != time.Thursday || t.Day() > 7; t = d.Time() {
		d++
	}
	return d
}

// seated names the bodies of the seats.
func (f *file) seated(seats []seat) []seat {
	out := make([]seat, len(seats))
	for i, at := range seats {
		switch at.body {
		case "":
			at.body = f.by.Body
		case comuneSeat:
			at.body = municipal(f.comune)
		case schoolSeat:
			at.body = cmp.Or(f.from, schools[0])
		}
		out[i] = at
	}
	return out
}

func callOf(team eventv1.TeamKind, day string, called []seat) *eventv1.MeetingCalled {
	call := &eventv1.MeetingCalled{Team: team, MeetingOn: day}
	bodies, professions := map[string]bool{}, map[eventv1.Profession]bool{}
	for _, at := range called {
		if !professions[at.profession] {
			professions[at.profession] = true
			call.ProfessionsExpected = append(call.ProfessionsExpected, at.profession)
		}
		if !bodies[at.body] {
			bodies[at.body] = true
			call.Bodies = append(call.Bodies, at.body)
		}
	}
	return call
}

func (f *file) hold(id uuid.UUID, g gathering, called []seat) {
	held := &eventv1.MeetingHeld{MeetingId: id.String(), Decisions: f.s.note(onDecision)}
	for i, at := range called {
		if i == 0 || !f.s.chance(g.absent) {
			held.Present = append(held.Present, &eventv1.Presence{Profession: at.profession, Body: at.body, User: f.sent(at.body)})
		}
	}
	f.decide(held)
	f.note(f.colleague(), held)
	for nth, what := range held.GetFollowUps() {
		f.follow(id, nth, what)
	}
}

// sent is who comes for a body: nobody with a pseudonym from outside the district,
// and in a sealed case nobody but who leads it.
func (f *file) sent(body string) string {
	if f.sealed || staffs[body].members == 0 {
		return ""
	}
	return f.s.aside().member(body).User
}

// join adds a professional of a body to the team of the case; some leave it
// again.
func (f *file) join(p eventv1.Profession, body string) {
	id := f.note(f.by, &eventv1.TeamMemberAdded{
		User: f.s.member(body).User, Profession: p, Body: body, Role: eventv1.TeamRole_TEAM_ROLE_MEMBER,
	})
	if f.s.chance(15) {
		f.then(90, 200, func() { f.note(f.by, &eventv1.TeamMemberRemoved{MemberId: id.String()}) })
	}
}
