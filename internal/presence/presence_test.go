package presence_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/uuid"
	"pgregory.net/rapid"

	"percorsi/internal/casework"
	"percorsi/internal/presence"
)

var here, elsewhere = casework.CaseID{1}, casework.CaseID{2}

// pass lets time pass, which is that of the bubble.
func pass(d time.Duration) { <-time.After(d) }

// process is a board of a test.
type process struct {
	*presence.Board
	end  *end
	kill func()
}

// begin starts a process, which ends with the test.
func begin(t testing.TB, l *line) *process {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	e := l.end()
	p := &process{Board: presence.NewBoard(e, time.Now), end: e, kill: cancel}
	go func() { _ = p.Run(ctx) }() // ends with ctx
	return p
}

// person is somebody who attends a case.
type person struct {
	t    testing.TB
	sees <-chan []presence.Session
	last string
	gone func()
}

// attend opens a case. A session is written as user/id, or as user/ for one who
// only looks.
func (p *process) attend(t testing.TB, id casework.CaseID, session, part string) *person {
	t.Helper()
	user, window, _ := strings.Cut(session, "/")
	ctx, cancel := context.WithCancel(t.Context())
	sees, err := p.Attend(ctx, id, presence.Session{ID: window, User: user, Role: "case-manager", Body: "ACSI", Part: part})
	if err != nil {
		t.Fatal(err)
	}
	return &person{t: t, sees: sees, gone: cancel}
}

// seen gives who is there, once everybody has said what there is to say, as
// user/id:part.
func (p *person) seen() string {
	synctest.Wait()
	for {
		select {
		case list, ok := <-p.sees:
			if !ok {
				return "over"
			}
			var out []string
			for _, s := range list {
				out = append(out, fmt.Sprintf("%s/%s:%s", s.User, s.ID, s.Part))
			}
			p.last = strings.Join(out, " ")
		default:
			return p.last
		}
	}
}

// sees wants that people see the same.
func sees(t testing.TB, want string, people ...*person) {
	t.Helper()
	for i, p := range people {
		if got := p.seen(); got != want {
			t.Errorf("after %s, number %d sees %q, want %q", time.Since(time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)), i+1, got, want)
		}
	}
}

func TestWhoOpensACaseIsSeenAtOnceInEveryProcess(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLine()
		one, two, three := begin(t, l), begin(t, l), begin(t, l)
		a := one.attend(t, here, "op.1/a", "needs")
		sees(t, "op.1/a:needs", a)
		pass(time.Second)
		b := two.attend(t, here, "op.2/b", "")
		sees(t, "op.1/a:needs op.2/b:", a, b)
		looks := three.attend(t, here, "op.3/", "")
		other := three.attend(t, elsewhere, "op.4/d", "housing")
		sees(t, "op.1/a:needs op.2/b:", a, b, looks)
		sees(t, "op.4/d:housing", other)
		a.gone()
		sees(t, "op.2/b:", b, looks)
		sees(t, "over", a)
		b.gone()
		sees(t, "", looks)
		looks.gone()
		other.gone()
		synctest.Wait()
		if n := l.listening(); n != 0 {
			t.Errorf("%d processes listen although nobody is there", n)
		}
	})
}

func TestASessionGoesOnOnAnotherPart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLine()
		one, two := begin(t, l), begin(t, l)
		b := two.attend(t, here, "op.2/b", "")
		pass(time.Second)
		first := one.attend(t, here, "op.1/a", "needs")
		began := time.Now().UTC()
		pass(time.Minute)
		second := one.attend(t, here, "op.1/a", "housing")
		sees(t, "op.2/b: op.1/a:housing", second, b)
		sees(t, "over", first)
		first.gone() // its end comes late
		sees(t, "op.2/b: op.1/a:housing", b)
		pass(time.Second)
		third := two.attend(t, here, "op.1/a", "budget") // on another connection
		sees(t, "op.2/b: op.1/a:budget", second, third, b)
		second.gone()
		sees(t, "op.2/b: op.1/a:budget", third, b)
		last := two.attend(t, here, "op.3/", "")
		synctest.Wait()
		if since := (<-last.sees)[1].Since; !since.Equal(began) {
			t.Errorf("the case is open since %s, want %s", since, began)
		}
	})
}

func TestNobodyTakesOverASessionOfSomebodyElse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := begin(t, newLine())
		a := p.attend(t, here, "op.1/a", "needs")
		b := p.attend(t, here, "op.2/a", "housing")
		sees(t, "op.1/a:needs op.2/a:housing", a, b)
		first, second := p.attend(t, here, "op.3/", ""), p.attend(t, here, "op.3/", "")
		sees(t, "op.1/a:needs op.2/a:housing", first, second) // who only looks has no session
	})
}

func TestWhoseProcessDiedIsForgottenWithinSeconds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLine()
		one, two := begin(t, l), begin(t, l)
		a := one.attend(t, here, "op.1/a", "")
		b := two.attend(t, here, "op.2/b", "")
		both := "op.1/a: op.2/b:"
		pass(time.Hour)
		sees(t, both, a, b)
		l.set(two.end, true)
		two.kill()
		pass(5 * time.Second)
		sees(t, both, a)
		pass(3 * time.Second)
		sees(t, "op.1/a:", a)
	})
}

func TestProcessesThatLoseEachOtherFindEachOtherAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLine()
		one, two := begin(t, l), begin(t, l)
		a := one.attend(t, here, "op.1/a", "")
		pass(time.Millisecond)
		b := two.attend(t, here, "op.2/b", "")
		both := "op.1/a: op.2/b:"
		sees(t, both, a, b)
		l.set(two.end, true)
		pass(3 * time.Second)
		sees(t, both, a, b) // a beat may be lost
		l.set(two.end, false)
		pass(10 * time.Second)
		l.set(two.end, true)
		pass(10 * time.Second)
		sees(t, "op.1/a:", a)
		sees(t, "op.2/b:", b)
		l.set(two.end, false)
		pass(2 * time.Second)
		sees(t, both, a, b)
	})
}

type object = map[string]any

// speak says something as no process does.
func (e *end) speak(t testing.TB, m any) {
	t.Helper()
	data, err := json.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	if err := e.Publish(here, data); err != nil {
		t.Fatal(err)
	}
	synctest.Wait()
}

// TestWhoAsksWhoIsThereIsAnswered even if something newer of the same process
// was heard before.
func TestWhoAsksWhoIsThereIsAnswered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLine()
		a := begin(t, l).attend(t, here, "op.1/a", "")
		sees(t, "op.1/a:", a)
		asks, answers := l.end(), 0
		stop, err := asks.Subscribe(here, func(data []byte) {
			if !strings.Contains(string(data), `"by":"two"`) {
				answers++
			}
		})
		if err != nil {
			t.Fatal(err)
		}
		defer stop()
		for i, nth := range []int{8, 7} {
			asks.speak(t, object{"by": "two", "nth": nth, "asks": true})
			if answers != i+1 {
				t.Errorf("message %d was answered %d times in all, want %d", nth, answers, i+1)
			}
		}
		asks.speak(t, object{"by": "two", "nth": 9})
		if answers != 2 {
			t.Error("what was no question was answered")
		}
	})
}

func TestWhatComesLateOrIsNoMessageChangesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLine()
		a := begin(t, l).attend(t, here, "op.1/a", "")
		stranger := l.end()
		speak := func(m any) {
			t.Helper()
			stranger.speak(t, m)
		}
		session := func(user string) []object {
			return []object{{"user": user, "id": "x", "since": "2001-01-01T00:00:00Z"}}
		}
		speak(object{"by": "two", "nth": 7, "sessions": session("op.7")})
		sees(t, "op.1/a: op.7/x:", a)
		speak(object{"by": "two", "nth": 6, "sessions": session("op.6")})
		speak(object{"by": "", "nth": 8, "sessions": session("op.8")})
		speak("what")
		sees(t, "op.1/a: op.7/x:", a)
		speak(object{"by": "two", "nth": 9})
		sees(t, "op.1/a:", a)
	})
}

// step is what somebody does: comes, on a part, in a process, or goes.
type step struct {
	who, process int
	part         string
	goes         bool
	pause        time.Duration
}

// TestEveryProcessSeesTheSame lets people come, go and change parts in several
// processes at once.
func TestEveryProcessSeesTheSame(t *testing.T) {
	steps := rapid.SliceOfN(rapid.Custom(func(r *rapid.T) step {
		return step{
			who: rapid.IntRange(1, 5).Draw(r, "who"), process: rapid.IntRange(0, 2).Draw(r, "process"),
			part: rapid.SampledFrom([]string{"needs", "housing", "budget"}).Draw(r, "part"), goes: rapid.Bool().Draw(r, "goes"),
			pause: time.Duration(rapid.IntRange(1, 3000).Draw(r, "pause")) * time.Millisecond,
		}
	}), 1, 30)
	rapid.Check(t, func(r *rapid.T) {
		script := steps.Draw(r, "steps")
		wrong := ""
		synctest.Test(t, func(t *testing.T) { wrong = play(t, script) })
		if wrong != "" {
			r.Fatal(wrong)
		}
	})
}

// play plays a script and says what is wrong with what is seen at its end.
func play(t *testing.T, script []step) (wrong string) {
	l := newLine()
	processes := []*process{begin(t, l), begin(t, l), begin(t, l)}
	there, parts := map[string]*person{}, map[string]string{}
	for _, s := range script {
		who := fmt.Sprintf("op.%d/w", s.who)
		before := there[who]
		if before == nil || !s.goes {
			there[who], parts[who] = processes[s.process].attend(t, here, who, s.part), s.part
		} else {
			delete(there, who)
			delete(parts, who)
		}
		if before != nil {
			before.gone()
		}
		pass(s.pause)
	}
	var want []string
	for who, part := range parts {
		want = append(want, who+":"+part)
	}
	slices.Sort(want)
	for i, p := range processes {
		looks := p.attend(t, here, "op.9/", "")
		got := strings.Fields(looks.seen())
		if slices.Sort(got); !slices.Equal(got, want) {
			wrong = fmt.Sprintf("process %d shows %q, there are %q", i, got, want)
		}
		looks.gone()
	}
	for _, p := range there {
		p.gone()
	}
	synctest.Wait()
	if n := l.listening(); n != 0 {
		wrong = fmt.Sprintf("%d still listen", n)
	}
	return wrong
}

// deaf is a transport that cannot be reached.
type deaf struct{ presence.Transport }

func (deaf) Subscribe(uuid.UUID, func([]byte)) (func(), error) { return nil, fmt.Errorf("no line") }

func TestWhoCannotBeToldOfOthersIsToldSo(t *testing.T) {
	b := presence.NewBoard(deaf{}, time.Now)
	if _, err := b.Attend(t.Context(), here, presence.Session{ID: "a", User: "op.1"}); err == nil {
		t.Error("nobody could be heard, and nobody said so")
	}
}
