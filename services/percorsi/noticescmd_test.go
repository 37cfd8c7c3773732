package main

import (
	"strings"
	"testing"

	"percorsi/internal/access"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	noticev1 "percorsi/internal/gen/percorsi/notice/v1"
	"percorsi/services/percorsi/server/servertest"
)

func TestTheCommandLineShowsWhatSomebodyWasTold(t *testing.T) {
	dir := t.TempDir()
	r := servertest.Start(t, dir)
	conn := r.As(access.Coordinator, "op.5", operatorBody)
	j := servertest.NewJourney(t, conn)
	j.Do("2025-01-15", &eventv1.Signalled{
		PersonId: servertest.Register(t, conn, "Provanotizia"), Pathway: eventv1.Pathway_PATHWAY_GENERALE, Area: eventv1.Area_AREA_POVERTY,
		Service: eventv1.Service_SERVICE_SEVERE_MARGINALITY, Comune: "098031", ManagingBody: operatorBody,
		SignalledByKind: eventv1.BodyKind_BODY_KIND_CITIZEN,
	})
	j.Do("2025-02-01", &eventv1.CaseManagerAssigned{CaseManager: "op.7", Body: operatorBody})
	watch, err := noticev1.NewNoticeServiceClient(r.As(access.CaseManager, "op.7", operatorBody)).
		WatchNotices(t.Context(), &noticev1.WatchNoticesRequest{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := watch.Recv(); err != nil { // it was given
		t.Fatal(err)
	}
	for _, c := range []struct {
		args []string
		want string
		not  string
	}{
		{[]string{"list", "--user", "op.7"}, "assigned", ""},
		{[]string{"list", "--user", "op.7"}, j.Case, ""},
		{[]string{"list", "--user", "op.7", "--json"}, "NOTICE_KIND_ASSIGNED", ""},
		{[]string{"list", "--user", "op.8"}, "NUMBER", j.Case},
		{[]string{"list", "--user", "op.7", "--kind", "assigned,team-joined", "--case", j.Case}, "assigned", ""},
		{[]string{"list", "--user", "op.7", "--kind", "team-joined"}, "NUMBER", j.Case},
		{[]string{"list", "--user", "op.7", "--to", "2024-12-31"}, "NUMBER", j.Case},
		{[]string{"list", "--user", "op.7", "--kind", "joined"}, "--kind joined: give assigned, handed-over", ""},
		{[]string{"list", "--user", "op.7", "--from", "yesterday"}, "write the day as 2025-03-31", ""},
		{[]string{"list", "--user", "Anna Rossi"}, "pseudonym", ""},
		{[]string{"follow", "--user", "op.7", "--after", "1000"}, "beyond the newest notice", ""},
	} {
		out, err := execute(t, append([]string{"notices", "--data", dir, "--addr", r.Addr()}, c.args...)...)
		if err != nil {
			out = explain(err)
		}
		if !strings.Contains(out, c.want) || c.not != "" && strings.Contains(out, c.not) {
			t.Errorf("percorsi notices %s says:\n%s\nwant %q and not %q", strings.Join(c.args, " "), out, c.want, c.not)
		}
	}
}
