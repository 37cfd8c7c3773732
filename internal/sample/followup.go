package sample

import (
	"github.com/google/uuid"

	"percorsi/internal/casework"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

// How often those who are called say whether they come, how often a meeting
// decides that something is to be done, and what becomes of it; in percent. What
// is neither done, dropped nor put off stays on the work list.
const (
	answers   = 12
	comes     = 85
	decides   = 30
	isDone    = 70
	isPutOff  = 12
	isDropped = 8
)

// answer lets one of those who are called say whether they come.
func (f *file) answer(meeting uuid.UUID, called []seat) {
	draw := f.s.aside()
	if !draw.chance(answers) {
		return
	}
	at := pick(draw, called)
	f.note(f.by, &eventv1.AttendanceConfirmed{
		MeetingId: meeting.String(), Profession: at.profession, Body: at.body, User: f.sent(at.body),
		Coming: draw.chance(comes), Note: draw.note(onFollowUp),
	})
}

// decide adds what the meeting wants to be done.
func (f *file) decide(held *eventv1.MeetingHeld) {
	draw := f.s.aside()
	if !draw.chance(decides) {
		return
	}
	for range draw.number(1, 2) {
		by := pick(draw, held.GetPresent())
		held.FollowUps = append(held.FollowUps, &eventv1.FollowUp{
			What: draw.words(onFollowUp), User: by.GetUser(), Body: by.GetBody(), DueOn: (f.s.today + draw.days(7, 60)).String(),
		})
	}
}

// follow records what became of something that a meeting decided, now and then
// too late.
func (f *file) follow(meeting uuid.UUID, nth int, what *eventv1.FollowUp) {
	draw := f.s.aside()
	settled := &eventv1.FollowUpSettled{MeetingId: meeting.String(), FollowUp: int64(nth), Note: draw.note(onFollowUp)}
	settled.Result = weigh(draw, []weighted[eventv1.Settlement]{
		{isDone, eventv1.Settlement_SETTLEMENT_DONE},
		{isPutOff, eventv1.Settlement_SETTLEMENT_MOVED},
		{isDropped, eventv1.Settlement_SETTLEMENT_DROPPED},
		{100 - isDone - isPutOff - isDropped, eventv1.Settlement_SETTLEMENT_UNSPECIFIED},
	})
	if settled.GetResult() == eventv1.Settlement_SETTLEMENT_UNSPECIFIED {
		return
	}
	due, err := casework.ParseDay(what.GetDueOn())
	if err != nil {
		f.s.fail(err)
		return
	}
	f.s.at(max(due+draw.days(-5, 10), f.s.today+1), func() {
		if f.ended {
			return
		}
		if settled.GetResult() == eventv1.Settlement_SETTLEMENT_MOVED {
			settled.DueOn = (f.s.today + draw.days(7, 40)).String()
		}
		f.note(f.by, settled)
	})
}
