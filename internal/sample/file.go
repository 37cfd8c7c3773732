package sample

import (
	"github.com/google/uuid"
	"google.golang.org/protobuf/proto"

	"percorsi/internal/access"
	"percorsi/internal/casework"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	"percorsi/internal/person"
)

// file is one case as the script sees it: enough to know who may write, and
// when to stop.
type file struct {
	s       *script
	id      uuid.UUID
	pathway eventv1.Pathway
	about   *someone
	comune  person.Comune
	// body manages the case, and by leads it for a body that may be another.
	body   string
	by     access.Caller
	sealed bool
	// from is the body that signalled; empty for a citizen and for ADI.
	from string
	// ended is set once the case is closed or refused.
	ended bool
	// cameBack is set once the case was closed and opened again: nothing new
	// begins in it.
	cameBack bool
}

// newFile makes a file that is not opened yet: until somebody is assigned the
// coordinator of the managing body answers for it.
func (s *script) newFile(p eventv1.Pathway, about *someone, home person.Comune) *file {
	body := managing(home)
	return &file{s: s, pathway: p, about: about, comune: home, body: body, by: coordinator(body)}
}

// note records a fact of today.
func (f *file) note(by access.Caller, fact proto.Message) uuid.UUID {
	return f.noteOf(f.s.today, by, fact)
}

// noteOf records today what happened on an earlier day.
func (f *file) noteOf(on casework.Day, by access.Caller, fact proto.Message) uuid.UUID {
	return f.s.add(by, on, f, fact)
}

// sometimesLate records a fact of today, but now and then weeks later, when
// others have been recorded in between. Only for facts that nothing waits for.
func (f *file) sometimesLate(by access.Caller, fact proto.Message) {
	if !f.s.chance(8) {
		f.note(by, fact)
		return
	}
	happened := f.s.today
	f.s.after(6, 50, func() { f.noteOf(happened, by, fact) })
}

// open records the fact that begins the case.
func (f *file) open(on casework.Day, by access.Caller, fact proto.Message) {
	f.id = f.noteOf(on, by, fact)
}

// coordinator answers for the body that manages the case.
func (f *file) coordinator() access.Caller { return coordinator(f.body) }

// colleague is another professional who works on the case. A sealed case has
// none: who leads it works alone.
func (f *file) colleague() access.Caller {
	if f.sealed || staffs[f.by.Body].members == 0 {
		return f.by
	}
	return f.s.member(f.by.Body)
}

// assign gives the case to a case manager of a body.
func (f *file) assign(body string) {
	by := f.s.manager(body)
	f.note(f.coordinator(), &eventv1.CaseManagerAssigned{CaseManager: by.User, Body: by.Body})
	f.by = by
}

// then puts something on the agenda that is dropped if the case has ended by
// then.
func (f *file) then(shortest, longest int, do func()) {
	f.s.after(shortest, longest, func() {
		if !f.ended {
			do()
		}
	})
}

// refuse ends a case that was not taken.
func (f *file) refuse(reason eventv1.RefusalReason) {
	f.note(f.by, &eventv1.Refused{Reason: reason, Note: f.s.note(onEnding)})
	f.ended = true
}

// takeInCharge records that the service took the case.
func (f *file) takeInCharge() { f.note(f.by, &eventv1.TakenInCharge{}) }

// contact records an attempt to reach the person, and what follows from a
// wrong number.
func (f *file) contact(wrong, reached float64) {
	attempt := &eventv1.ContactAttempted{
		Channel: weigh(f.s, []weighted[eventv1.Channel]{
			{60, eventv1.Channel_CHANNEL_PHONE},
			{15, eventv1.Channel_CHANNEL_LETTER},
			{15, eventv1.Channel_CHANNEL_TEXT_MESSAGE},
			{10, eventv1.Channel_CHANNEL_EMAIL},
		}),
		Note: f.s.note(onContact),
	}
	switch {
	case f.s.chance(wrong):
		attempt.WrongContact = true
		if f.s.chance(15) && f.about.identity.GetSurname() != "" {
			f.s.moveHouse(f.by, f.about)
		}
	default:
		attempt.Reached = f.s.chance(reached)
	}
	f.sometimesLate(f.by, attempt)
	f.slip(f.by, attempt)
}

// meet summons the person and holds the first meeting, then goes on.
func (f *file) meet(shortest, longest int, then func()) {
	f.then(shortest, longest, func() {
		day := f.s.today + f.s.days(4, 15)
		f.note(f.by, &eventv1.Summoned{Channel: eventv1.Channel_CHANNEL_PHONE, MeetingOn: day.String()})
		f.s.at(day, func() {
			f.note(f.by, &eventv1.FirstMeetingHeld{
				Mode: eventv1.MeetingMode_MEETING_MODE_SUMMONED, Note: f.s.note(onMeeting),
			})
			then()
		})
	})
}
