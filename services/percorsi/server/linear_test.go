package server_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"

	"percorsi/internal/access"
	"percorsi/internal/casework"
	casefilev1 "percorsi/internal/gen/percorsi/casefile/v1"
	"percorsi/services/percorsi/server/servertest"
)

const (
	linearClients  = 8
	linearCommands = 100 // of each client
	linearRestarts = 4
	linearLimit    = time.Minute // to check the history
)

// TestThePartsAreLinearizableWhileTheServerIsKilled lets people work on one case
// while the server is killed and started again under them. Whoever gets no answer
// sends the same command until there is one, so each operation lasts from the
// first call to the answer. Of what came back Porcupine must find an order that
// one part after the other could have been changed in.
func TestThePartsAreLinearizableWhileTheServerIsKilled(t *testing.T) {
	dir, seed := t.TempDir(), seeded(t)
	p, _, _ := serving(t, dir)
	l := newLine(t, dir, p.Addr())
	s := openTeamwork(t, l.as(access.Coordinator, "op.3"), linearClients)
	before := revisionsOf(l.caseAs(access.Coordinator, "op.3", s))
	commands := linearCommands
	if testing.Short() {
		commands /= 4
	}
	var done atomic.Int64
	team := l.team(s)
	var group sync.WaitGroup
	for i, who := range team {
		dice := rand.New(rand.NewPCG(seed, uint64(i)))
		group.Go(func() {
			for range commands {
				if who.do(randomMove(dice)); t.Failed() {
					return
				}
				done.Add(1)
				l.progress()
			}
		})
	}
	total := int64(commands * linearClients)
	for n := range int64(linearRestarts) {
		l.until(func() bool { return t.Failed() || done.Load() >= total*(n+1)/(linearRestarts+1) })
		p.Kill()
		p = servertest.StartProcess(t, dir)
		l.connect(p.Addr())
	}
	group.Wait()
	if t.Failed() {
		t.FailNow()
	}
	var acts []act
	for _, who := range team {
		acts = append(acts, who.acts...)
	}
	t.Logf("%d commands over %d restarts, %d calls were cut off", len(acts), linearRestarts, l.cut.Load())
	if l.cut.Load() == 0 {
		t.Error("no call was cut off: the server was killed while nobody worked")
	}
	wantLinearizable(t, before, acts)
	inTurn(t, before, acts)
	entries, err := historyOf(t.Context(), l.as(access.Coordinator, "op.3"), s.file, newest(acts))
	if err != nil {
		t.Fatal(err)
	}
	begun := func(e *casefilev1.HistoryEntry) bool { return e.GetPosition() <= s.last }
	inTheHistory(t, slices.DeleteFunc(entries, begun), acts)
}

// newest gives the position of the newest change.
func newest(acts []act) (last uint64) {
	for _, a := range acts {
		last = max(last, a.answer.GetPosition())
	}
	return last
}

func randomMove(dice *rand.Rand) move {
	return move{what: dice.IntN(leading), value: dice.IntN(999), way: way(dice.IntN(int(ways))), looks: dice.IntN(10) == 0}
}

// line is the way to a server that is killed and comes back elsewhere.
type line struct {
	t   *testing.T
	dir string
	cut atomic.Int64 // calls that got no answer

	mu    sync.Mutex
	addr  string
	conns map[string]*grpc.ClientConn
	moved chan struct{} // closed when the server is elsewhere
	news  chan struct{} // closed when something was done
}

func newLine(t *testing.T, dir, addr string) *line {
	return &line{
		t: t, dir: dir, addr: addr, conns: map[string]*grpc.ClientConn{},
		moved: make(chan struct{}), news: make(chan struct{}),
	}
}

// connect says where the server is now.
func (l *line) connect(addr string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.addr, l.conns = addr, map[string]*grpc.ClientConn{}
	close(l.moved)
	l.moved = make(chan struct{})
}

// as gives the connection of somebody to the server as it is now.
func (l *line) as(role access.Role, user string) grpc.ClientConnInterface {
	conn, _ := l.current(role, user)
	return conn
}

func (l *line) current(role access.Role, user string) (*grpc.ClientConn, <-chan struct{}) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.conns[user] == nil {
		l.conns[user] = servertest.Connect(l.t, l.addr, servertest.Issuer(l.t, l.dir), access.Caller{User: user, Role: role, Body: body})
	}
	return l.conns[user], l.moved
}

// progress says that something was done; until waits for enough of it.
func (l *line) progress() {
	l.mu.Lock()
	defer l.mu.Unlock()
	close(l.news)
	l.news = make(chan struct{})
}

func (l *line) until(enough func() bool) {
	for {
		l.mu.Lock()
		news := l.news
		l.mu.Unlock()
		if enough() {
			return
		}
		select {
		case <-news:
		case <-l.t.Context().Done():
			return
		}
	}
}

// patiently makes a call until it is answered, wherever the server is by then.
func (l *line) patiently(role access.Role, user string, call func(grpc.ClientConnInterface) error) error {
	for {
		conn, moved := l.current(role, user)
		err := call(conn)
		if status.Code(err) != codes.Unavailable {
			return err
		}
		l.cut.Add(1)
		select {
		case <-moved:
		case <-time.After(200 * time.Millisecond): // it may only have been busy
		case <-l.t.Context().Done():
			return errors.Join(err, context.Cause(l.t.Context()))
		}
	}
}

// caseAs reads the case, with all that was in it when the team began.
func (l *line) caseAs(role access.Role, user string, s shared) (out *casefilev1.Case) {
	err := l.patiently(role, user, func(conn grpc.ClientConnInterface) error {
		answer, err := casefilev1.NewCaseFileServiceClient(conn).GetCase(l.t.Context(), &casefilev1.GetCaseRequest{CaseId: s.file, MinPosition: s.last})
		out = answer.GetCase()
		return err
	})
	if err != nil {
		l.t.Errorf("%s looks at the case: %v", user, err)
	}
	return out
}

// team gives people who send the same command again until it is answered.
func (l *line) team(s shared) []*professional {
	team, begin := make([]*professional, linearClients), time.Now()
	for i := range team {
		user := fmt.Sprintf("op.%d", 300+i)
		team[i] = &professional{
			t: l.t, me: i, user: user, shared: s, begin: begin, seen: map[casework.Part]uint64{},
			call: func(c *casefilev1.Command, content proto.Message) (out *casefilev1.Recorded, err error) {
				err = l.patiently(access.CaseManager, user, func(conn grpc.ClientConnInterface) error {
					out, err = servertest.Send(l.t, conn, proto.CloneOf(c), proto.Clone(content))
					return err
				})
				return out, err
			},
			look: func() *casefilev1.Case { return l.caseAs(access.CaseManager, user, s) },
		}
	}
	return team
}

// wantLinearizable wants an order of the operations on each part in which every
// answer is right.
func wantLinearizable(t *testing.T, before map[casework.Part]uint64, acts []act) {
	t.Helper()
	byPart := map[casework.Part][]porcupine.Operation{}
	for _, a := range acts {
		byPart[a.part] = append(byPart[a.part], porcupine.Operation{
			ClientId: a.by, Input: a, Output: a, Call: int64(a.called), Return: int64(a.returned),
		})
	}
	for part, operations := range byPart {
		m := partModel(before[part])
		result, info := porcupine.CheckOperationsVerbose(m, operations, linearLimit)
		if result == porcupine.Ok {
			continue
		}
		picture := filepath.Join(t.ArtifactDir(), "history.html")
		if err := porcupine.VisualizePath(m, info, picture); err != nil {
			t.Error(err)
		}
		t.Errorf("%s: the history of %d operations is %s; go test -artifacts keeps %s", part, len(operations), result, picture)
	}
}

// partModel is what one part is to those who change it: a revision, which each
// change replaces by a newer one if it states the one that is there, and which is
// told to who states another one.
func partModel(begins uint64) porcupine.Model {
	return porcupine.Model{
		Init: func() any { return begins },
		Step: func(state, input, _ any) (bool, any) {
			now, ok := state.(uint64)
			a, isAct := input.(act)
			if !ok || !isAct {
				return false, state
			}
			switch {
			case a.clash != nil:
				return a.stated != now && a.clash.GetCurrentRevision() == now, now
			case a.adds:
				return a.answer.GetRevision() > now, a.answer.GetRevision()
			case !a.changed():
				return a.stated == now && a.answer.GetRevision() == now, now
			default:
				return a.stated == now && a.answer.GetRevision() > now, a.answer.GetRevision()
			}
		},
		DescribeOperation: func(input, _ any) string {
			a, _ := input.(act)
			return fmt.Sprintf("on %d: %d, clash at %d", a.stated, a.answer.GetRevision(), a.clash.GetCurrentRevision())
		},
	}
}

// TestTheModelOfAPartRefusesWhatMustNotBe keeps the proof honest: histories that
// lose a change or tell something old are found out.
func TestTheModelOfAPartRefusesWhatMustNotBe(t *testing.T) {
	change := func(called, returned, stated, became uint64) act {
		return act{
			called: time.Duration(called), returned: time.Duration(returned), stated: stated,
			answer: &casefilev1.Recorded{Revision: became, Position: became},
		}
	}
	clash := func(called, returned, stated, current uint64) act {
		return act{
			called: time.Duration(called), returned: time.Duration(returned), stated: stated,
			clash: &casefilev1.Clash{SeenRevision: stated, CurrentRevision: current},
		}
	}
	for name, tt := range map[string]struct {
		acts []act
		want porcupine.CheckResult
	}{
		"one after the other":                   {[]act{change(1, 2, 0, 5), change(3, 4, 5, 9)}, porcupine.Ok},
		"a clash, then the change":              {[]act{change(1, 2, 0, 5), clash(3, 4, 0, 5), change(5, 6, 5, 9)}, porcupine.Ok},
		"two at once, of which one clashes":     {[]act{change(1, 9, 0, 5), clash(2, 8, 0, 5)}, porcupine.Ok},
		"two changes of the same revision":      {[]act{change(1, 9, 0, 5), change(2, 8, 0, 6)}, porcupine.Illegal},
		"a clash over nothing":                  {[]act{clash(1, 2, 0, 0)}, porcupine.Illegal},
		"a clash that tells an old revision":    {[]act{change(1, 2, 0, 5), change(3, 4, 5, 9), clash(5, 6, 0, 5)}, porcupine.Illegal},
		"a clash that tells what is yet to be":  {[]act{clash(1, 2, 0, 5), change(3, 4, 0, 5)}, porcupine.Illegal},
		"a change that is lost after a restart": {[]act{change(1, 2, 0, 5), change(3, 4, 0, 6)}, porcupine.Illegal},
	} {
		t.Run(name, func(t *testing.T) {
			var operations []porcupine.Operation
			for i, a := range tt.acts {
				operations = append(operations, porcupine.Operation{ClientId: i, Input: a, Output: a, Call: int64(a.called), Return: int64(a.returned)})
			}
			if got := porcupine.CheckOperationsTimeout(partModel(0), operations, linearLimit); got != tt.want {
				t.Errorf("it is %s, want %s", got, tt.want)
			}
		})
	}
}
