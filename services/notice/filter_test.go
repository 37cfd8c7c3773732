package notice_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"google.golang.org/protobuf/types/known/timestamppb"

	"percorsi/internal/access"
	"percorsi/internal/fault"
	noticev1 "percorsi/internal/gen/percorsi/notice/v1"
	"percorsi/internal/notice/outbox"
)

const (
	called   = noticev1.NoticeKind_NOTICE_KIND_MEETING_CALLED
	joined   = noticev1.NoticeKind_NOTICE_KIND_TEAM_JOINED
	overdue  = noticev1.NoticeKind_NOTICE_KIND_CLOCK_OVERDUE
	approved = noticev1.NoticeKind_NOTICE_KIND_APPROVED
)

func TestNoticesAreListedByKindCaseAndDay(t *testing.T) {
	d := openDesk(t)
	for _, n := range []struct {
		about string
		kind  noticev1.NoticeKind
		file  string
		at    string
	}{
		{"first", called, d.open, "2025-03-01T09:00:00Z"},
		{"sealed", joined, d.sealed, "2025-03-02T09:00:00Z"},
		{"late in the evening", joined, d.open, "2025-03-02T22:59:59Z"},
		{"after midnight in the office", overdue, d.open, "2025-03-02T23:00:00Z"},
		{"last", called, d.sealed, "2025-03-04T09:00:00Z"},
	} {
		at, err := time.Parse(time.RFC3339, n.at)
		if err != nil {
			t.Fatal(err)
		}
		d.send(&noticev1.Notice{Kind: n.kind, CaseId: n.file, About: n.about, Users: []string{"op.anna"}, At: timestamppb.New(at)})
		// A mark lies between any two of them, and nothing of it is shown.
		if d.at, err = d.outbox.Send(t.Context(), d.at, outbox.Batch{Mark: d.at.Position}); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		asked *noticev1.ListNoticesRequest
		want  []string
	}{
		{&noticev1.ListNoticesRequest{}, []string{"last", "after midnight in the office", "late in the evening", "sealed", "first"}},
		{&noticev1.ListNoticesRequest{Kinds: []noticev1.NoticeKind{called}}, []string{"last", "first"}},
		{&noticev1.ListNoticesRequest{Kinds: []noticev1.NoticeKind{overdue, called}}, []string{"last", "after midnight in the office", "first"}},
		{&noticev1.ListNoticesRequest{Kinds: []noticev1.NoticeKind{approved}}, nil},
		{&noticev1.ListNoticesRequest{CaseId: d.sealed}, []string{"last", "sealed"}},
		{&noticev1.ListNoticesRequest{CaseId: uuid.NewString()}, nil},
		{&noticev1.ListNoticesRequest{CaseId: d.open, Kinds: []noticev1.NoticeKind{joined}}, []string{"late in the evening"}},
		{&noticev1.ListNoticesRequest{From: "2025-03-03"}, []string{"last", "after midnight in the office"}},
		{&noticev1.ListNoticesRequest{To: "2025-03-02"}, []string{"late in the evening", "sealed", "first"}},
		{&noticev1.ListNoticesRequest{From: "2025-03-02", To: "2025-03-02"}, []string{"late in the evening", "sealed"}},
	} {
		answer := d.list(anna, c.asked)
		if diff := cmp.Diff(c.want, about(answer.GetNotices())); diff != "" {
			t.Errorf("%v (-want +got):\n%s", c.asked, diff)
		}
		if answer.GetLast() != 10 || answer.GetNextPageToken() != "" {
			t.Errorf("%v: last %d, next page %q", c.asked, answer.GetLast(), answer.GetNextPageToken())
		}
	}
}

// A filter opens nothing: of a case in which somebody is not named there is none.
func TestNobodyIsShownTheNoticesOfACaseByAskingForIt(t *testing.T) {
	d := openDesk(t)
	d.give("to bruno", d.sealed, []string{"op.bruno"}, []string{"ACSI"})
	if got := about(d.list(anna, &noticev1.ListNoticesRequest{CaseId: d.sealed}).GetNotices()); got != nil {
		t.Errorf("anna is shown %q", got)
	}
}

func TestPagesOfAFilterAreTurned(t *testing.T) {
	d := openDesk(t)
	var want, got []string
	for i := range 12 {
		name := fmt.Sprint(i)
		d.give(name, d.open, []string{"op.anna"}, nil)
		d.send(&noticev1.Notice{Kind: joined, CaseId: d.open, About: "not " + name, Users: []string{"op.anna"}})
		want = append([]string{name}, want...)
	}
	for token := ""; ; {
		answer := d.list(anna, &noticev1.ListNoticesRequest{Kinds: []noticev1.NoticeKind{called}, PageSize: 5, PageToken: token})
		got = append(got, about(answer.GetNotices())...)
		if token = answer.GetNextPageToken(); token == "" {
			break
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("pages (-want +got):\n%s", diff)
	}
}

func TestDaysThatAreNoneOrTheWrongWayRoundAreRefused(t *testing.T) {
	d := openDesk(t)
	for field, r := range map[string]*noticev1.ListNoticesRequest{
		"from":    {From: "2025-02-30"},
		"to":      {From: "2025-03-02", To: "2025-03-01"},
		"case_id": {CaseId: "one"},
	} {
		_, err := d.ListNotices(access.WithCaller(t.Context(), anna), r)
		if fault.KindOf(err) != fault.Invalid || !strings.HasPrefix(err.Error(), field+": ") {
			t.Errorf("%v: %v, want a fault of %s", r, err, field)
		}
	}
}
