package server_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"percorsi/internal/access"
	casefilev1 "percorsi/internal/gen/percorsi/casefile/v1"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	"percorsi/services/percorsi/server"
	"percorsi/services/percorsi/server/servertest"
)

// seenWithin bounds how long a test waits until something is seen.
const seenWithin = time.Minute

// attending is somebody who has a case open.
type attending struct {
	t      testing.TB
	shown  chan string // each list: users with their parts
	ended  chan error
	hangUp func()
}

// attend opens a case; without a session one only looks.
func attend(t testing.TB, conn grpc.ClientConnInterface, file, session, part string) *attending {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	t.Cleanup(cancel)
	stream, err := casefilev1.NewCaseFileServiceClient(conn).Attend(ctx, &casefilev1.AttendRequest{CaseId: file, SessionId: session, Part: part})
	if err != nil {
		t.Fatal(err)
	}
	a := &attending{t: t, shown: make(chan string, 1000), ended: make(chan error, 1), hangUp: cancel}
	go func() {
		for {
			answer, err := stream.Recv()
			if err != nil {
				a.ended <- err
				return
			}
			a.shown <- people(answer)
		}
	}()
	return a
}

func people(answer *casefilev1.AttendResponse) string {
	var out []string
	for _, p := range answer.GetPresent() {
		out = append(out, strings.TrimSuffix(p.GetUser()+":"+p.GetPart(), ":"))
	}
	return strings.Join(out, " ")
}

// sees waits until somebody is shown a list, and gives how long it took.
func (a *attending) sees(want string) time.Duration {
	a.t.Helper()
	begun, last := time.Now(), "nothing"
	for late := time.After(seenWithin); ; {
		select {
		case last = <-a.shown:
			if last == want {
				return time.Since(begun)
			}
		case err := <-a.ended:
			a.t.Fatalf("it ended with %v before %q was shown", err, want)
		case <-late:
			a.t.Fatalf("%q was never shown, the last was %q", want, last)
		}
	}
}

// ends waits until the call ends, and wants a code.
func (a *attending) ends(want codes.Code) {
	a.t.Helper()
	select {
	case err := <-a.ended:
		if errors.Is(err, io.EOF) {
			err = nil
		}
		if status.Code(err) != want {
			a.t.Errorf("it ended with %v, want %s", err, want)
		}
	case <-time.After(seenWithin):
		a.t.Fatalf("it did not end with %s", want)
	}
}

func TestWhoHasACaseOpenIsSeenByWhoHasItOpenToo(t *testing.T) {
	o := openOffice(t)
	j := o.open(t, toSELF(servertest.Register(t, o.manager, "Presenti")))
	o.get(t, o.manager, j.Case)
	before := o.last(t)
	looks := attend(t, o.coordinator, j.Case, "", "")
	looks.sees("")
	a := attend(t, o.manager, j.Case, uuid.NewString(), "needs")
	a.sees("op.1:needs")
	looks.sees("op.1:needs")
	session := uuid.NewString()
	b := attend(t, o.member, j.Case, session, "")
	a.sees("op.1:needs op.2")
	again := attend(t, o.member, j.Case, session, "intake")
	b.ends(codes.OK)
	a.sees("op.1:needs op.2:intake")
	again.sees("op.1:needs op.2:intake")
	again.hangUp()
	if took := a.sees("op.1:needs"); took > seenWithin/6 {
		t.Errorf("who hung up was shown for %s", took)
	}
	if after := o.last(t); after != before {
		t.Errorf("the log moved from %d to %d", before, after)
	}
}

func TestWhoIsPresentIsShownWithTheProfessionInTheTeam(t *testing.T) {
	o := openOffice(t)
	j := o.open(t, toSELF(servertest.Register(t, o.manager, "Professioni")))
	o.get(t, o.manager, j.Case)
	stream, err := casefilev1.NewCaseFileServiceClient(o.member).Attend(t.Context(), &casefilev1.AttendRequest{CaseId: j.Case, SessionId: uuid.NewString(), Part: "needs"})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []eventv1.Profession{0, eventv1.Profession_PROFESSION_TUTOR} {
		answer, err := stream.Recv()
		if err != nil {
			t.Fatal(err)
		}
		p := answer.GetPresent()[0]
		if p.GetUser() != "op.2" || p.GetRole() != string(access.TeamMember) || p.GetBody() != body || p.GetPart() != "needs" ||
			p.GetProfession() != want || time.Since(p.GetSince().AsTime()) > seenWithin || p.GetSessionId() == "" {
			t.Errorf("shown as %v, want profession %s", p, want)
		}
		if want == 0 {
			j.Do("2025-02-02", &eventv1.TeamMemberAdded{User: "op.2", Profession: eventv1.Profession_PROFESSION_TUTOR, Body: body, Role: eventv1.TeamRole_TEAM_ROLE_MEMBER})
		}
	}
}

// TestWhoMayNotSeeTheCaseAnyMoreLeavesIt and is not shown either.
func TestWhoMayNotSeeTheCaseAnyMoreLeavesIt(t *testing.T) {
	o := openOffice(t)
	j := o.open(t, toSELF(servertest.Register(t, o.manager, "Uscenti")))
	member := j.Do("2025-02-02", &eventv1.TeamMemberAdded{User: "op.62", Profession: eventv1.Profession_PROFESSION_TUTOR, Body: "ASFOL", Role: eventv1.TeamRole_TEAM_ROLE_MEMBER})
	o.get(t, o.manager, j.Case)
	a := attend(t, o.manager, j.Case, uuid.NewString(), "")
	a.sees("op.1")
	guest := attend(t, o.as(access.TeamMember, "op.62", "COOP-LUNA"), j.Case, uuid.NewString(), "")
	a.sees("op.1 op.62")
	j.Do("2025-02-03", &eventv1.TeamMemberRemoved{MemberId: member})
	guest.ends(codes.NotFound)
	a.sees("op.1")
}

// TestNobodyReadsInTheProcessLogWhoLooksAtWhom at any level.
func TestNobodyReadsInTheProcessLogWhoLooksAtWhom(t *testing.T) {
	var log written
	o := officeOn(servertest.Start(t, t.TempDir(), func(c *server.Config) {
		c.Logger = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug - 8}))
	}))
	j := o.open(t, toSELF(servertest.Register(t, o.manager, "Taciturni")))
	o.get(t, o.manager, j.Case)
	a := attend(t, o.manager, j.Case, uuid.NewString(), "needs")
	a.sees("op.1:needs")
	b := attend(t, o.as(access.CaseManager, "op.77", body), j.Case, uuid.NewString(), "housing")
	a.sees("op.1:needs op.77:housing")
	b.hangUp()
	a.sees("op.1:needs")
	o.Stop()
	a.ends(codes.Unavailable)
	text := log.String()
	if !strings.Contains(text, "CaseFileService/Attend") {
		t.Fatal("the call is not in the log: nothing would be found there")
	}
	for _, secret := range []string{"op.1", "op.77", j.Case, "housing"} {
		if strings.Contains(text, secret) {
			t.Errorf("the process log has %q", secret)
		}
	}
}

// written keeps what was logged.
type written struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (w *written) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.text.Write(p)
}

func (w *written) String() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.text.String()
}

// TestAServerThatStopsSendsAwayWhoWatches at once, so that they go to another.
func TestAServerThatStopsSendsAwayWhoWatches(t *testing.T) {
	o := openOffice(t)
	j := o.open(t, toSELF(servertest.Register(t, o.manager, "Congedati")))
	o.get(t, o.manager, j.Case)
	a := attend(t, o.manager, j.Case, uuid.NewString(), "")
	a.sees("op.1")
	watch := watchCase(t, o.manager, &casefilev1.WatchCaseRequest{CaseId: j.Case})
	for range 2 {
		if _, err := watch(); err != nil {
			t.Fatal(err)
		}
	}
	work := watchWork(t, o.manager, nil)
	if _, err := work(); err != nil {
		t.Fatal(err)
	}
	begun := time.Now()
	o.Stop()
	if took := time.Since(begun); took > 8*time.Second {
		t.Errorf("the server took %s to stop: it waited for who watches", took)
	}
	a.ends(codes.Unavailable)
	if _, err := watch(); status.Code(err) != codes.Unavailable {
		t.Errorf("who watched a case is told %v", err)
	}
	for range 1_000 { // what was sent before comes first
		if _, err := work(); err != nil {
			if status.Code(err) != codes.Unavailable {
				t.Errorf("who watched a work list is told %v", err)
			}
			return
		}
	}
	t.Error("a work list is watched on")
}

func TestTwoServersShowWhoHasACaseOpenInTheOther(t *testing.T) {
	g := servertest.NewGroup(t)
	o, other := officeOn(g.Start()), officeOn(g.Start())
	j := o.open(t, toSELF(servertest.Register(t, o.manager, "Lontani")))
	o.get(t, o.manager, j.Case)
	other.get(t, other.manager, j.Case)
	a := attend(t, o.manager, j.Case, uuid.NewString(), "needs")
	a.sees("op.1:needs")
	session := uuid.NewString()
	b := attend(t, other.member, j.Case, session, "")
	b.sees("op.1:needs op.2")
	a.sees("op.1:needs op.2")
	b.hangUp()
	a.sees("op.1:needs")
	b = attend(t, other.member, j.Case, session, "intake")
	a.sees("op.1:needs op.2:intake")
	other.Stop() // those it had are told to go elsewhere
	b.ends(codes.Unavailable)
	a.sees("op.1:needs")
}

var wrongAttendance = []wrong{
	{"somebody who has a case of others open", func(d *desk) error {
		return d.attend(d.elsewhere, &casefilev1.AttendRequest{CaseId: d.mine.id, SessionId: uuid.NewString()})
	}, codes.NotFound, ""},
	{"a session that is no UUID", func(d *desk) error {
		return d.attend(d.manager, &casefilev1.AttendRequest{CaseId: d.mine.id, SessionId: "window 1"})
	}, codes.InvalidArgument, "session_id"},
	{"a part that is none", func(d *desk) error {
		return d.attend(d.manager, &casefilev1.AttendRequest{CaseId: d.mine.id, Part: "La casa di Rossi"})
	}, codes.InvalidArgument, "part"},
}

func (d *desk) attend(conn grpc.ClientConnInterface, r *casefilev1.AttendRequest) error {
	stream, err := casefilev1.NewCaseFileServiceClient(conn).Attend(d.t.Context(), r)
	if err != nil {
		return err
	}
	answer, err := stream.Recv()
	if err == nil {
		err = fmt.Errorf("shown %v", answer)
	}
	return err
}
