package server_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/protobuf/proto"

	"percorsi/internal/access"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	noticev1 "percorsi/internal/gen/percorsi/notice/v1"
	"percorsi/internal/notice"
	"percorsi/services/percorsi/server/servertest"
)

// told follows the notices of somebody behind a number.
func told(t *testing.T, conn grpc.ClientConnInterface, after uint64) func() *noticev1.Notice {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	t.Cleanup(cancel)
	stream, err := noticev1.NewNoticeServiceClient(conn).WatchNotices(ctx, &noticev1.WatchNoticesRequest{After: after})
	if err != nil {
		t.Fatal(err)
	}
	return func() *noticev1.Notice {
		t.Helper()
		answer, err := stream.Recv()
		if err != nil {
			t.Fatalf("wait for a notice: %v", err)
		}
		return answer.GetNotice()
	}
}

// listed gives the kinds of the notices of somebody, newest first.
func listed(t *testing.T, conn grpc.ClientConnInterface) (kinds string, last uint64) {
	t.Helper()
	answer, err := noticev1.NewNoticeServiceClient(conn).ListNotices(t.Context(), &noticev1.ListNoticesRequest{})
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, n := range answer.GetNotices() {
		names = append(names, notice.Name(n.GetKind()))
	}
	return strings.Join(names, " "), answer.GetLast()
}

// giveNotices waits until notices are given: of what was recorded before nobody
// is told.
func giveNotices(t *testing.T, o *office) {
	t.Helper()
	poll(t, time.Minute, "notices are given", func() bool {
		_, last := listed(t, o.manager)
		return last > 0
	})
}

func TestPeopleAreToldWhatConcernsThem(t *testing.T) {
	onBothBackends(t, func(t *testing.T, o *office) {
		giveNotices(t, o)
		j := o.open(t, toSELF(servertest.Register(t, o.manager, "Quaini"))).As(o.coordinator)
		manager, body := told(t, o.manager, 0), told(t, o.as(access.TeamMember, "op.90", "ASFOL"), 0)
		j.Do("2025-02-10", &eventv1.CaseManagerAssigned{CaseManager: "op.1", Body: "ACSI"})
		referral := j.Do("2025-02-11", &eventv1.Referred{Kind: eventv1.ReferralKind_REFERRAL_KIND_REFERRAL, ToBody: "ASFOL"})
		meeting := j.Do("2025-02-12", &eventv1.MeetingCalled{
			Team: eventv1.TeamKind_TEAM_KIND_SELF, MeetingOn: "2025-02-20", Bodies: []string{"ASFOL"},
			ProfessionsExpected: []eventv1.Profession{eventv1.Profession_PROFESSION_TUTOR},
		})
		facts, newest := o.last(t), uint64(0)
		for _, want := range []struct {
			to    func() *noticev1.Notice
			kind  noticev1.NoticeKind
			about string
		}{
			{manager, noticev1.NoticeKind_NOTICE_KIND_ASSIGNED, ""},
			{body, noticev1.NoticeKind_NOTICE_KIND_REFERRAL_SENT, referral},
			{manager, noticev1.NoticeKind_NOTICE_KIND_MEETING_CALLED, meeting},
			{body, noticev1.NoticeKind_NOTICE_KIND_MEETING_CALLED, meeting},
		} {
			n := want.to()
			if n.GetKind() != want.kind || n.GetAbout() != want.about || n.GetCaseId() != j.Case || n.GetBy() != "op.3" {
				t.Errorf("%v, want %s about %q", n, want.kind, want.about)
			}
			newest = n.GetNumber()
		}
		if kinds, last := listed(t, o.manager); kinds != "meeting-called assigned" || last != newest {
			t.Errorf("the case manager is shown %q of %d", kinds, last)
		}
		if kinds, _ := listed(t, o.ward); kinds != "" {
			t.Errorf("a reporting body without a part in the case is shown %q", kinds)
		}
		poll(t, time.Minute, "the metrics count the notice of the assignment", func() bool {
			return strings.Contains(metrics(t, o.HTTPAddr()), `percorsi_notices_given_total{kind="assigned"} 1`)
		})
		if now := o.last(t); now != facts {
			t.Errorf("notices moved the log from %d to %d", facts, now)
		}
	})
}

// metrics reads the page of metrics.
func metrics(t *testing.T, addr string) string {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+addr+"/metrics", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	page, err := io.ReadAll(answer.Body)
	if err := errors.Join(err, answer.Body.Close()); err != nil {
		t.Fatal(err)
	}
	return string(page)
}

// A session that comes back goes on behind the last notice it has seen, whatever
// happened to the server.
func TestAWatcherOfNoticesGoesOnWhereItWas(t *testing.T) {
	dir := t.TempDir()
	r := servertest.Start(t, dir)
	o := officeOn(r)
	giveNotices(t, o)
	j := o.open(t, toSELF(servertest.Register(t, o.manager, "Quaini"))).As(o.coordinator)
	j.Do("2025-02-10", &eventv1.CaseManagerAssigned{CaseManager: "op.1", Body: "ACSI"})
	first := told(t, o.manager, 0)()
	r.Stop()

	again := officeOn(servertest.Start(t, dir))
	j = j.As(again.coordinator)
	next := told(t, again.manager, first.GetNumber())
	j.Do("2025-02-11", &eventv1.CaseManagerAssigned{CaseManager: "op.80", Body: "ACSI"})
	if n := next(); n.GetKind() != noticev1.NoticeKind_NOTICE_KIND_HANDED_OVER || n.GetNumber() <= first.GetNumber() {
		t.Errorf("after %d: %v", first.GetNumber(), n)
	}
	if kinds, _ := listed(t, again.manager); kinds != "handed-over assigned" {
		t.Errorf("the list is %q", kinds)
	}
}

// Two processes give notices, and one notice is given.
func TestProcessesThatGiveNoticesGiveEachOnce(t *testing.T) {
	g := servertest.NewGroup(t)
	o := officeBy(g.Start(), g.As)
	g.Start()
	o = officeBy(o.Running, g.As)
	giveNotices(t, o)
	j := o.open(t, toSELF(servertest.Register(t, o.manager, "Quaini"))).As(o.coordinator)
	users := []string{"op.1", "op.80"}
	for i := range 20 {
		j.Do("2025-02-10", &eventv1.CaseManagerAssigned{CaseManager: users[i%2], Body: "ACSI"})
	}
	next := told(t, o.manager, 0)
	for i := range 20 {
		want := noticev1.NoticeKind_NOTICE_KIND_ASSIGNED
		if i%2 == 1 {
			want = noticev1.NoticeKind_NOTICE_KIND_HANDED_OVER
		}
		if n := next(); n.GetKind() != want {
			t.Fatalf("notice %d is %s", i, n.GetKind())
		}
	}
	if kinds, _ := listed(t, o.manager); strings.Count(kinds, "-over") != 10 || strings.Count(kinds, "assigned") != 10 {
		t.Errorf("in all: %s", kinds)
	}
}

// A case of an anti-violence centre tells only who works on it.
func TestASealedCaseTellsNoBody(t *testing.T) {
	o := openOffice(t)
	giveNotices(t, o)
	sealed := proto.CloneOf(toSELF(servertest.Register(t, o.manager, "Quaini")))
	sealed.Pathway, sealed.Area = eventv1.Pathway_PATHWAY_GENERALE, eventv1.Area_AREA_MINORS
	sealed.Service, sealed.Flow = eventv1.Service_SERVICE_ANTI_VIOLENCE_CENTRE, 0
	j := o.open(t, sealed).As(o.coordinator)
	j.Do("2025-02-11", &eventv1.Referred{Kind: eventv1.ReferralKind_REFERRAL_KIND_REFERRAL, ToBody: "ASFOL"})
	j.Do("2025-02-12", &eventv1.CaseManagerAssigned{CaseManager: "op.1", Body: "ACSI"})
	n := told(t, o.manager, 0)()
	if n.GetKind() != noticev1.NoticeKind_NOTICE_KIND_ASSIGNED || !n.GetSealed() || len(n.GetBodies()) != 0 {
		t.Errorf("%v", n)
	}
	if kinds, last := listed(t, o.as(access.Coordinator, "op.90", "ASFOL")); kinds != "" || last != n.GetNumber() {
		t.Errorf("the body that was asked is shown %q of %d", kinds, last)
	}
}
