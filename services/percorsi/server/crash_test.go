package server_test

import (
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"

	"percorsi/internal/access"
	casefilev1 "percorsi/internal/gen/percorsi/casefile/v1"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	"percorsi/services/percorsi/server/servertest"
)

const (
	crashes   = 10
	senders   = 16
	crashTime = 50 * time.Second // no new round after that
)

// sent is a command with the answer it got; nil where the server died first.
type sent struct {
	command *casefilev1.Command
	content proto.Message
	answer  *casefilev1.Recorded
}

// TestNothingThatWasAnsweredIsLostWhenTheServerIsKilled kills the server under
// load, again and again on the same folder, also while it starts.
func TestNothingThatWasAnsweredIsLostWhenTheServerIsKilled(t *testing.T) {
	dir := t.TempDir()
	p, manager, administrator := serving(t, dir)
	person := servertest.Register(t, manager, "Pavesi")
	shared := &sent{command: &casefilev1.Command{CommandId: uuid.NewString(), OccurredOn: "2025-01-15"}, content: toSELF(person)}
	if err := shared.send(t, manager); err != nil {
		t.Fatal(err)
	}
	all, times := []*sent{shared}, crashes
	if testing.Short() {
		times = 3
	}
	begin := time.Now()
	for round := 0; round < times && time.Since(begin) < crashTime; round++ {
		fresh := underLoad(t, p, manager, person, shared.answer.GetCaseId())
		if round%2 == 1 {
			killWhileStarting(t, dir)
		}
		p, manager, administrator = serving(t, dir)
		wantAnswered(t, manager, fresh, 0) // before anything is sent again
		verify(t, administrator)
		again(t, manager, fresh)
		last := verify(t, administrator).GetLast()
		again(t, manager, fresh)
		if now := verify(t, administrator).GetLast(); now != last {
			t.Errorf("round %d: all was sent a third time and the log moved from %d to %d", round, last, now)
		}
		if all = append(all, fresh...); t.Failed() {
			t.FailNow()
		}
	}
	last := verify(t, administrator).GetLast()
	again(t, manager, all)
	wantAnswered(t, manager, all, last)
	if now := verify(t, administrator).GetLast(); now != last {
		t.Errorf("sent again at the end, the log moved from %d to %d", last, now)
	}
	t.Logf("%d commands over %s", len(all), time.Since(begin).Round(time.Second))
}

// serving starts a server on a folder and connects to it.
func serving(t *testing.T, dir string) (p *servertest.Process, manager, administrator *grpc.ClientConn) {
	t.Helper()
	p = servertest.StartProcess(t, dir)
	addr, issuer := p.Addr(), servertest.Issuer(t, dir)
	manager = servertest.Connect(t, addr, issuer, access.Caller{User: "op.1", Role: access.CaseManager, Body: body})
	administrator = servertest.Connect(t, addr, issuer, access.Caller{User: "op.5", Role: access.Administrator, Body: "UFFICIO-DI-PIANO"})
	return p, manager, administrator
}

// killWhileStarting kills a server somewhere between its first instruction and
// its first answer.
func killWhileStarting(t *testing.T, dir string) {
	t.Helper()
	p := servertest.StartProcess(t, dir)
	<-time.After(rand.N(400 * time.Millisecond))
	p.Kill()
}

// underLoad has many clients send commands, kills the server among them, and
// gives what they sent.
func underLoad(t *testing.T, p *servertest.Process, conn *grpc.ClientConn, person, shared string) []*sent {
	t.Helper()
	var group sync.WaitGroup
	lists := make([][]*sent, senders)
	for i := range lists {
		group.Go(func() { lists[i] = sendUntilKilled(t, conn, person, shared) })
	}
	<-time.After(50*time.Millisecond + rand.N(400*time.Millisecond))
	p.Kill()
	group.Wait()
	var out []*sent
	answered := 0
	for _, list := range lists {
		out = append(out, list...)
		answered += len(list) - 1 // the last one of each was cut off
	}
	if answered == 0 {
		t.Log("the server was killed before its first answer")
	}
	return out
}

// sendUntilKilled opens cases, changes their parts and adds facts, until the
// first call that gets no answer.
func sendUntilKilled(t *testing.T, conn *grpc.ClientConn, person, shared string) (list []*sent) {
	var file string
	var revision uint64 // of the needs of file
	for i := 0; ; i++ {
		s := &sent{command: &casefilev1.Command{CommandId: uuid.NewString(), CaseId: file, OccurredOn: "2025-01-20"}}
		switch {
		case i%12 == 0:
			s.command.CaseId, s.content = "", toSELF(person)
		case i%3 == 1:
			s.command.Revision = revision
			s.content = &eventv1.NeedsRecorded{Needs: []eventv1.Need{eventv1.Need(1 + rand.IntN(10))}}
		case i%3 == 2:
			s.command.CaseId = shared
			s.content = &eventv1.ContactAttempted{Channel: eventv1.Channel_CHANNEL_PHONE}
		default:
			s.content = &eventv1.ContactAttempted{Channel: eventv1.Channel_CHANNEL_LETTER, Note: plain(wordsOfContact)}
		}
		list = append(list, s)
		if err := s.send(t, conn); err != nil {
			if status.Code(err) != codes.Unavailable {
				t.Errorf("under load: %v", err)
			}
			return list
		}
		switch s.content.(type) {
		case *eventv1.Signalled:
			file, revision = s.answer.GetCaseId(), 0
		case *eventv1.NeedsRecorded:
			revision = s.answer.GetRevision()
		}
	}
}

// send sends the command and keeps its first answer.
func (s *sent) send(t *testing.T, conn grpc.ClientConnInterface) error {
	answer, err := servertest.Send(t, conn, s.command, proto.Clone(s.content))
	if err == nil && s.answer == nil {
		s.answer = answer
	}
	if err == nil && !proto.Equal(answer, s.answer) {
		t.Errorf("sent again, command %s is answered otherwise:\nfirst %v\nnow   %v", s.command.GetCommandId(), s.answer, answer)
	}
	return err
}

// again sends everything again, each client's commands in their order.
func again(t *testing.T, conn *grpc.ClientConn, list []*sent) {
	t.Helper()
	for _, s := range list {
		if err := s.send(t, conn); err != nil {
			t.Errorf("sent again, a command of %T is refused: %v", s.content, err)
		}
	}
}

// wantAnswered wants every command that was answered at its position in the
// history, once, and nothing in the histories that nobody sent. They are read up to
// a position at least.
func wantAnswered(t *testing.T, conn *grpc.ClientConn, list []*sent, least uint64) {
	t.Helper()
	known, files := map[string]bool{}, map[string]bool{} // of a file: whether the list holds it from its opening
	for _, s := range list {
		known[s.command.GetCommandId()] = true
		if s.answer != nil {
			files[s.answer.GetCaseId()] = files[s.answer.GetCaseId()] || s.command.GetCaseId() == ""
		}
	}
	positions := map[string][]uint64{}
	for file, whole := range files {
		entries, err := historyOf(t.Context(), conn, file, least)
		if err != nil {
			t.Fatalf("read the history after the crash: %v", err)
		}
		if !sorted(entries) {
			t.Errorf("the history of %s is out of order", file)
		}
		for _, e := range entries {
			if whole && !known[e.GetCommandId()] {
				t.Errorf("%s at %d was never sent", e.GetType(), e.GetPosition())
			}
			positions[e.GetCommandId()] = append(positions[e.GetCommandId()], e.GetPosition())
		}
	}
	for _, s := range list {
		at := positions[s.command.GetCommandId()]
		if s.answer != nil && (len(at) != 1 || at[0] != s.answer.GetPosition()) {
			t.Errorf("%T was answered at %d and stands at %v", s.content, s.answer.GetPosition(), at)
		}
	}
}
