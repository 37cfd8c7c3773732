package notice_test

import (
	"context"
	"fmt"
	"log/slog"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"percorsi/internal/access"
	"percorsi/internal/casework"
	"percorsi/internal/casework/casetest"
	"percorsi/internal/eventlog"
	"percorsi/internal/eventlog/memlog"
	"percorsi/internal/fact"
	"percorsi/internal/fault"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	noticev1 "percorsi/internal/gen/percorsi/notice/v1"
	"percorsi/internal/notice/outbox"
	"percorsi/internal/readmodel"
	"percorsi/internal/readmodel/memory"
	"percorsi/services/notice"
)

// desk is a service with an open and a sealed case.
type desk struct {
	*notice.Server
	t            *testing.T
	outbox       *outbox.Outbox
	at           outbox.Standing
	open, sealed string
}

func openDesk(t *testing.T) *desk {
	t.Helper()
	rome, err := time.LoadLocation("Europe/Rome")
	if err != nil {
		t.Fatal(err)
	}
	model := memory.New(memory.Config{Today: func() casework.Day { return 21_000 }})
	d := &desk{t: t, outbox: outbox.New(memlog.New(time.Now), "lodi")}
	for i, service := range []eventv1.Service{eventv1.Service_SERVICE_EMERGENCY_INTERVENTION, eventv1.Service_SERVICE_ANTI_VIOLENCE_CENTRE} {
		c := casetest.Story(1, eventv1.Pathway_PATHWAY_GENERALE)[0]
		c.CommandId, c.Facts[0].GetSignalled().Service = uuid.NewString(), service
		c.Facts[0].GetSignalled().ManagingBody = "ACSI"
		c.Stream = readmodel.CaseStream + "." + c.GetCommandId()
		data, err := fact.Encode(c)
		if err != nil {
			t.Fatal(err)
		}
		record := eventlog.Record{Position: eventlog.Position(i + 1), Stream: eventlog.Stream(c.GetStream()), Data: data}
		if err := model.Apply(t.Context(), []readmodel.Delivery{readmodel.Decode(record)}); err != nil {
			t.Fatal(err)
		}
		d.open, d.sealed = d.sealed, c.GetCommandId()
	}
	inbox := notice.NewInbox(d.outbox, rome, slog.New(slog.DiscardHandler))
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = inbox.Run(ctx) // which ends with its context
	}()
	t.Cleanup(func() {
		cancel()
		<-ended
	})
	d.Server = notice.NewServer(inbox, model)
	return d
}

// give sends a notice; about is what it is known by.
func (d *desk) give(about, file string, users, bodies []string) {
	d.t.Helper()
	d.send(&noticev1.Notice{
		Kind: noticev1.NoticeKind_NOTICE_KIND_MEETING_CALLED, CaseId: file, About: about, Users: users, Bodies: bodies,
	})
}

// send sends a notice, with the fields that nobody asks about filled in.
func (d *desk) send(n *noticev1.Notice) {
	d.t.Helper()
	n.Id, n.Position, n.Sealed = n.GetAbout(), 2, n.GetCaseId() == d.sealed
	var err error
	if d.at, err = d.outbox.Send(d.t.Context(), d.at, outbox.Batch{Notices: []*noticev1.Notice{n}}); err != nil {
		d.t.Fatal(err)
	}
}

func (d *desk) list(c access.Caller, r *noticev1.ListNoticesRequest) *noticev1.ListNoticesResponse {
	d.t.Helper()
	answer, err := d.ListNotices(access.WithCaller(d.t.Context(), c), r)
	if err != nil {
		d.t.Fatal(err)
	}
	return answer
}

func about(list []*noticev1.Notice) []string {
	var out []string
	for _, n := range list {
		out = append(out, n.GetAbout())
	}
	return out
}

var anna = access.Caller{User: "op.anna", Role: access.CaseManager, Body: "ACSI"}

func TestEverybodyIsShownWhatIsForThem(t *testing.T) {
	d := openDesk(t)
	d.give("to anna", d.open, []string{"op.anna"}, nil)
	d.give("to her body", d.open, nil, []string{"ACSI"})
	d.give("to both, sealed", d.sealed, []string{"op.anna"}, []string{"ACSI"})
	d.give("to the body, sealed", d.sealed, nil, []string{"ACSI"})
	d.give("to bruno and dora", d.open, []string{"op.bruno", "op.dora"}, nil)
	d.give("to another body", d.open, nil, []string{"ASSC"})
	d.give("of no case", uuid.NewString(), nil, []string{"ACSI"})
	d.give("to anna and her body", d.open, []string{"op.anna"}, []string{"ACSI"})
	for sentence, c := range map[string]struct {
		caller access.Caller
		want   []string
	}{
		"a case manager": {anna, []string{"to anna and her body", "to both, sealed", "to her body", "to anna"}},
		"a colleague": {
			access.Caller{User: "op.bruno", Role: access.TeamMember, Body: "ACSI"},
			[]string{"to anna and her body", "to bruno and dora", "to her body"},
		},
		"their coordinator": {
			access.Caller{User: "op.erica", Role: access.Coordinator, Body: "ACSI"},
			[]string{"to anna and her body", "to the body, sealed", "to both, sealed", "to her body"},
		},
		"another body": {access.Caller{User: "op.carla", Role: access.Coordinator, Body: "ASSC"}, []string{"to another body"}},
		"a planner who is named": {
			access.Caller{User: "op.dora", Role: access.Planner, Body: "UFFICIO-DI-PIANO"}, []string{"to bruno and dora"},
		},
		"somebody whom nobody tells anything": {access.Caller{User: "op.x", Role: access.CaseManager, Body: "X"}, nil},
	} {
		answer := d.list(c.caller, &noticev1.ListNoticesRequest{})
		if diff := cmp.Diff(c.want, about(answer.GetNotices())); diff != "" {
			t.Errorf("%s (-want +got):\n%s", sentence, diff)
		}
		if answer.GetLast() != 8 || answer.GetNextPageToken() != "" {
			t.Errorf("%s: last %d, next page %q", sentence, answer.GetLast(), answer.GetNextPageToken())
		}
	}
}

func TestNoticesAreTurnedPageByPageWhileOthersAreGiven(t *testing.T) {
	d := openDesk(t)
	var want []string
	for i := range 25 {
		name := fmt.Sprint(i)
		d.give(name, d.open, []string{"op.anna"}, []string{"ACSI"})
		d.give("not "+name, d.open, []string{"op.bruno"}, nil)
		want = append([]string{name}, want...)
	}
	var got []string
	token := ""
	for {
		answer := d.list(anna, &noticev1.ListNoticesRequest{PageSize: 10, PageToken: token})
		for _, n := range answer.GetNotices() {
			got = append(got, n.GetAbout())
			if n.GetNumber()%2 != 1 {
				t.Errorf("%s has the number %d", n.GetAbout(), n.GetNumber())
			}
		}
		if token = answer.GetNextPageToken(); token == "" {
			break
		}
		d.give("later", d.open, []string{"op.anna"}, nil)
		d.give("later", d.open, []string{"op.anna"}, nil)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("pages (-want +got):\n%s", diff)
	}
}

func TestATokenThatNoAnswerGaveIsRefused(t *testing.T) {
	d := openDesk(t)
	_, err := d.ListNotices(access.WithCaller(t.Context(), anna), &noticev1.ListNoticesRequest{PageToken: "!"})
	if fault.KindOf(err) != fault.Invalid {
		t.Errorf("%v", err)
	}
}

func TestAnEmptyOutboxIsAnEmptyList(t *testing.T) {
	if answer := openDesk(t).list(anna, &noticev1.ListNoticesRequest{}); len(answer.GetNotices()) != 0 || answer.GetLast() != 0 {
		t.Errorf("%v", answer)
	}
}
