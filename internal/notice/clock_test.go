package notice_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"google.golang.org/protobuf/testing/protocmp"
	"google.golang.org/protobuf/types/known/timestamppb"

	"percorsi/internal/casework"
	noticev1 "percorsi/internal/gen/percorsi/notice/v1"
	"percorsi/internal/notice"
)

const (
	soon = noticev1.NoticeKind_NOTICE_KIND_CLOCK_DUE
	over = noticev1.NoticeKind_NOTICE_KIND_CLOCK_OVERDUE
)

func due(on casework.Day) notice.Due {
	return notice.Due{
		Case: uuid.MustParse(id("case")), Clock: casework.Clock{Name: "T120", About: "member", DueOn: on},
		Manager: anna, Body: "ACSI", At: 17, Now: timestamppb.New(now),
	}
}

func TestAClockIsToldAWeekBeforeADayBeforeAndOnceItIsOverdue(t *testing.T) {
	const d = casework.Day(20_000)
	for _, tt := range []struct {
		sentence     string
		after, today casework.Day
		want         noticev1.NoticeKind
	}{
		{"eight days before", d - 9, d - 8, 0},
		{"a week before", d - 8, d - 7, soon},
		{"six days before", d - 7, d - 6, 0},
		{"the day before", d - 2, d - 1, soon},
		{"the day it is due", d - 1, d, 0},
		{"the day after", d, d + 1, over},
		{"two days after", d + 1, d + 2, 0},
		{"after a week without a look", d - 7, d, soon},
		{"after a month without a look", d - 20, d + 10, over},
		{"the same day again", d - 7, d - 7, 0},
	} {
		if got := notice.OfClock(due(d), tt.after, tt.today).GetKind(); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.sentence, got, tt.want)
		}
		from, by := notice.ClocksDue(tt.after, tt.today)
		if tt.want != 0 && (d < from || d > by) {
			t.Errorf("%s: it is not among those due from %s to %s", tt.sentence, from, by)
		}
	}
}

func TestWhoIsToldOfAClock(t *testing.T) {
	const d = casework.Day(20_000)
	for sentence, c := range map[string]struct {
		change        func(*notice.Due)
		users, bodies []string
	}{
		"the case manager":                            {func(*notice.Due) {}, []string{anna}, nil},
		"the body, where there is no case manager":    {func(d *notice.Due) { d.Manager = "" }, nil, []string{"ACSI"}},
		"the case manager of a sealed case":           {func(d *notice.Due) { d.Sealed = true }, []string{anna}, nil},
		"the body of a sealed case without a manager": {func(d *notice.Due) { d.Sealed, d.Manager = true, "" }, nil, []string{"ACSI"}},
		"nobody, where nobody answers for the case":   {func(d *notice.Due) { d.Manager, d.Body = "", "" }, nil, nil},
	} {
		told := due(d)
		c.change(&told)
		n := notice.OfClock(told, d-8, d-7)
		if (n == nil) != (c.users == nil && c.bodies == nil) || !cmp.Equal(c.users, n.GetUsers()) || !cmp.Equal(c.bodies, n.GetBodies()) {
			t.Errorf("%s: %v", sentence, n)
		}
	}
}

func TestTheNoticeOfAClockHasWhatItIsAbout(t *testing.T) {
	const d = casework.Day(20_000)
	n := notice.OfClock(due(d), d-8, d-7)
	want := &noticev1.Notice{
		Kind: soon, CaseId: id("case"), About: "member", Day: d.String(), Users: []string{anna}, Clock: "T120",
		Position: 17, At: timestamppb.New(now),
	}
	if diff := cmp.Diff(want, n, protocmp.Transform(), protocmp.IgnoreFields(want, "id")); diff != "" {
		t.Errorf("notice (-want +got):\n%s", diff)
	}
	ids := map[string]string{}
	for sentence, other := range map[string]*noticev1.Notice{
		"a week before":    n,
		"the day before":   notice.OfClock(due(d), d-2, d-1),
		"overdue":          notice.OfClock(due(d), d, d+1),
		"due another day":  notice.OfClock(due(d+1), d-7, d-6),
		"of another clock": notice.OfClock(func() notice.Due { k := due(d); k.Clock.Name = "T90"; return k }(), d-8, d-7),
	} {
		if same, ok := ids[other.GetId()]; ok {
			t.Errorf("%s has the id of %s", sentence, same)
		}
		ids[other.GetId()] = sentence
	}
	again := due(d)
	again.At, again.Now = 99, nil
	if notice.OfClock(again, d-20, d-3).GetId() != n.GetId() {
		t.Error("the same notice has another id when it is looked at later")
	}
}
