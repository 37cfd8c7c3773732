package server_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/status"

	"percorsi/internal/eventlog"
	casefilev1 "percorsi/internal/gen/percorsi/casefile/v1"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	eventlogv1 "percorsi/internal/gen/percorsi/eventlog/v1"
	projectionv1 "percorsi/internal/gen/percorsi/projection/v1"
	"percorsi/services/percorsi/server/servertest"
)

// TestWhatNobodyCanReadStopsItsCaseAndNoOther puts bytes into the log that no
// version of the program ever wrote, behind the back of two servers.
func TestWhatNobodyCanReadStopsItsCaseAndNoOther(t *testing.T) {
	for name, group := range groups {
		t.Run(name, func(t *testing.T) {
			g := group(t)
			first, second := g.Start(), g.Start()
			o := officeBy(first, g.As)
			sick := o.open(t, toSELF(servertest.Register(t, o.manager, "Bassi")))
			sick.Do("2025-02-02", &eventv1.NeedsRecorded{Needs: []eventv1.Need{eventv1.Need_NEED_ECONOMIC}})
			sound := o.open(t, toSELF(servertest.Register(t, o.manager, "Carli")))
			before := o.figures(t)

			at := spoil(t, g, sick)
			p := &poisoned{t: t, office: o, at: at, sick: sick, sound: sound}
			p.wantRefused(officeOn(first)) // which recorded on the case a moment ago
			for _, r := range []*servertest.Running{first, second} {
				p.wantPoisoned(r)
				p.wantShown(officeOn(r))
				p.wantRefused(officeOn(r))
			}
			p.wantListed()
			p.wantFound()
			// Everything else moves on: the other case, and the figures.
			sound.Do("2025-02-02", &eventv1.NeedsRecorded{Needs: []eventv1.Need{eventv1.Need_NEED_CARE}})
			o.wantShown(t, sound)
			throughSELF(t, o, "Danelli")
			if now := moved(before, o.figures(t)); now["H1.OUT.1"] != one {
				t.Errorf("the figures moved by %v", now)
			}
			if g.Postgres != "" {
				reconcile(t, o.administrator)
			}
		})
	}
}

// spoil appends to a case what cannot be read, and gives its position.
func spoil(t *testing.T, g *servertest.Group, j *servertest.Journey) uint64 {
	t.Helper()
	at, err := g.Log().Append(t.Context(), eventlog.Entry{
		Stream: eventlog.Stream("case." + j.Case), Expect: eventlog.ExpectLast(eventlog.Position(j.Last.GetPosition())),
		Header: map[string]string{"Pz-Facts": "needs_recorded"}, Data: []byte{0xff, 0x00, 0xc3, 0x28},
	})
	if err != nil {
		t.Fatal(err)
	}
	return uint64(at)
}

// poisoned is an office with a case that stopped, and one that did not.
type poisoned struct {
	t           *testing.T
	office      *office
	at          uint64 // of what cannot be read
	sick, sound *servertest.Journey
}

// wantPoisoned wants a server to say that it works, and that something is
// wrong.
func (p *poisoned) wantPoisoned(r *servertest.Running) {
	p.t.Helper()
	poll(p.t, time.Minute, "a server says that something stopped", func() bool {
		now, code, ok := readyz(p.t, r.HTTPAddr())
		return ok && now.State == "poisoned" && now.Quarantined == 1 && now.Position == now.Last && code == http.StatusOK
	})
}

// wantShown wants the case as it was before, with a word that it has stopped,
// and the other one without.
func (p *poisoned) wantShown(o *office) {
	p.t.Helper()
	c := o.get(p.t, o.coordinator, p.sick.Case)
	if s := c.GetStopped(); s.GetPosition() != p.at || s.GetSince().AsTime().IsZero() || !strings.Contains(s.GetNote(), fmt.Sprintf("position %d", p.at)) {
		p.t.Errorf("the case says %v, and stopped at %d", s, p.at)
	}
	if needs := c.GetNeeds(); len(needs) != 1 || needs[0] != eventv1.Need_NEED_ECONOMIC {
		p.t.Errorf("the case is shown with %v, not as it was before", needs)
	}
	if s := o.get(p.t, o.coordinator, p.sound.Case).GetStopped(); s != nil {
		p.t.Errorf("the other case says %v", s)
	}
	page, err := casefilev1.NewCaseFileServiceClient(o.coordinator).ListCases(p.t.Context(), &casefilev1.ListCasesRequest{MinPosition: p.at})
	if err != nil || page.GetTotal() < 2 {
		p.t.Errorf("%d cases are listed, %v", page.GetTotal(), err)
	}
}

// wantRefused wants a command on the case to be refused with the position, also
// by a server that had the case in its hands.
func (p *poisoned) wantRefused(o *office) {
	p.t.Helper()
	for _, conn := range []grpc.ClientConnInterface{o.manager, o.coordinator} {
		err := p.sick.As(conn).Try("2025-02-03", &eventv1.ContactAttempted{Channel: eventv1.Channel_CHANNEL_PHONE})
		if err == nil || !strings.Contains(status.Convert(err).Message(), fmt.Sprintf("position %d", p.at)) {
			p.t.Errorf("a command on the case is answered %v, want a refusal that names position %d", err, p.at)
		}
	}
}

// wantListed wants the case, and nothing else, among what stopped.
func (p *poisoned) wantListed() {
	p.t.Helper()
	status, err := projectionv1.NewProjectionServiceClient(p.office.administrator).GetStatus(p.t.Context(), &projectionv1.GetStatusRequest{})
	if err != nil {
		p.t.Fatal(err)
	}
	stopped := status.GetStopped()
	if status.GetHealth() != projectionv1.Health_HEALTH_POISONED || len(stopped) != 1 ||
		stopped[0].GetStream() != "case."+p.sick.Case || stopped[0].GetAt() != p.at || stopped[0].GetReason() == "" {
		p.t.Errorf("the status is %v", status)
	}
}

// wantFound wants the check of the log to name the position and nothing else.
func (p *poisoned) wantFound() {
	p.t.Helper()
	stream, err := eventlogv1.NewEventLogServiceClient(p.office.administrator).Verify(p.t.Context(), &eventlogv1.VerifyRequest{})
	if err != nil {
		p.t.Fatal(err)
	}
	var problems []string
	for {
		word, err := stream.Recv()
		if err != nil {
			p.t.Fatal(err)
		}
		if word.GetProblem() != "" {
			problems = append(problems, word.GetProblem())
		}
		if word.GetDone() {
			break
		}
	}
	if len(problems) != 1 || !strings.HasPrefix(problems[0], fmt.Sprintf("position %d, case.%s: ", p.at, p.sick.Case)) {
		p.t.Errorf("the check of the log says %q", problems)
	}
}
