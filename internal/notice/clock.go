package notice

import (
	"fmt"

	"github.com/google/uuid"
	"google.golang.org/protobuf/types/known/timestamppb"

	"percorsi/internal/casework"
	noticev1 "percorsi/internal/gen/percorsi/notice/v1"
)

// The days on which somebody is told of a clock, counted from the day it is due.
const (
	weekBefore = -7
	dayBefore  = -1
	dayAfter   = 1
)

// ClocksDue gives the first and the last day on which the clocks are due of which
// somebody is told on the days after one day and up to another one.
func ClocksDue(after, today casework.Day) (from, by casework.Day) {
	return after + 1 - dayAfter, today - weekBefore
}

// Due is a clock that runs on a case.
type Due struct {
	Case  casework.CaseID
	Clock casework.Clock
	// Manager is the case manager, who is told; where there is none Body is, which
	// manages the case.
	Manager, Body string
	Sealed        bool
	// At is how far the log was read, Now the moment it was looked at.
	At  casework.Position
	Now *timestamppb.Timestamp
}

// OfClock gives the notice of a clock that is due on the days after one day and
// up to another one: a week before it is due, a day before, and once it is
// overdue. Of several only the last is given: who was away for a month is not
// told three times. It is nil for a clock of which nobody is told.
//
// The same clock, due on the same day, gives a notice with the same id.
func OfClock(d Due, after, today casework.Day) *noticev1.Notice {
	for _, stage := range []struct {
		days casework.Day
		kind noticev1.NoticeKind
	}{
		{dayAfter, noticev1.NoticeKind_NOTICE_KIND_CLOCK_OVERDUE},
		{dayBefore, noticev1.NoticeKind_NOTICE_KIND_CLOCK_DUE},
		{weekBefore, noticev1.NoticeKind_NOTICE_KIND_CLOCK_DUE},
	} {
		if day := d.Clock.DueOn + stage.days; after < day && day <= today {
			return d.notice(stage.kind, stage.days)
		}
	}
	return nil
}

func (d Due) notice(kind noticev1.NoticeKind, days casework.Day) *noticev1.Notice {
	k := d.Clock
	n := &noticev1.Notice{
		Id:   uuid.NewSHA1(d.Case, fmt.Appendf(nil, "%s/%s/%s/%s/%d", Name(kind), k.Name, k.About, k.DueOn, days)).String(),
		Kind: kind, CaseId: d.Case.String(), About: k.About, Day: k.DueOn.String(), Clock: k.Name,
		Position: uint64(d.At), At: d.Now, Sealed: d.Sealed,
	}
	switch {
	case d.Manager != "":
		n.Users = []string{d.Manager}
	case d.Body != "":
		n.Bodies = []string{d.Body}
	default:
		return nil
	}
	return n
}
