package notifier_test

import (
	"context"
	"iter"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"percorsi/internal/access"
	"percorsi/internal/casework"
	"percorsi/internal/casework/casetest"
	"percorsi/internal/eventlog"
	"percorsi/internal/eventlog/memlog"
	"percorsi/internal/fact"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	noticev1 "percorsi/internal/gen/percorsi/notice/v1"
	"percorsi/internal/history"
	"percorsi/internal/notice"
	"percorsi/internal/notice/outbox"
	"percorsi/internal/readmodel"
	"percorsi/internal/readmodel/memory"
	"percorsi/services/notifier"
	"percorsi/services/projector"
)

// factLog is a log of facts, in memory or in JetStream.
type factLog interface {
	projector.Log
	Append(ctx context.Context, e eventlog.Entry) (eventlog.Position, error)
	Read(ctx context.Context, after, upTo eventlog.Position) iter.Seq2[eventlog.Record, error]
	LastOf(ctx context.Context, s eventlog.Stream) (eventlog.Position, error)
}

// world is what notifiers work in.
type world struct {
	t     *testing.T
	log   factLog
	past  readmodel.Past
	model readmodel.Model
	// kept is where the notices are.
	kept outbox.Log
	// today is the day of the office.
	today atomic.Int64
}

// inMemory makes a world without anything.
func inMemory(t *testing.T) *world {
	t.Helper()
	return newWorld(t, memlog.New(time.Now), memlog.New(time.Now))
}

// newWorld makes a world on two logs, with a read model in memory that follows.
func newWorld(t *testing.T, log factLog, kept outbox.Log, rules ...casework.ClockRule) *world {
	t.Helper()
	w := &world{t: t, log: log, past: history.NewReader(log, nil).Commits, kept: kept}
	w.today.Store(21_000)
	w.model = memory.New(memory.Config{Clocks: rules, Today: w.day, Past: w.past})
	running(t, projector.New(projector.Config{Log: log, Model: w.model}).Run)
	return w
}

func (w *world) day() casework.Day { return casework.Day(w.today.Load()) }

// running runs a loop until it is stopped or the test ends.
func running(t *testing.T, loop func(context.Context) error) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = loop(ctx) // which ends with its context
	}()
	stop = func() {
		cancel()
		<-ended
	}
	t.Cleanup(stop)
	return stop
}

// record appends commits in order.
func (w *world) record(commits ...*eventv1.Commit) {
	w.t.Helper()
	for _, c := range commits {
		data, err := fact.Encode(c)
		if err != nil {
			w.t.Fatal(err)
		}
		w.store(eventlog.Stream(c.GetStream()), fact.Headers(c), data)
	}
}

func (w *world) store(s eventlog.Stream, header map[string]string, data []byte) eventlog.Position {
	w.t.Helper()
	last, err := w.log.LastOf(w.t.Context(), s)
	if err != nil {
		w.t.Fatal(err)
	}
	at, err := w.log.Append(w.t.Context(), eventlog.Entry{Stream: s, Expect: eventlog.ExpectLast(last), Header: header, Data: data})
	if err != nil {
		w.t.Fatal(err)
	}
	return at
}

// config is that of a notifier which is quicker than a real one.
func (w *world) config(changes ...func(*notifier.Config)) notifier.Config {
	cfg := notifier.Config{
		Log: w.log, Model: w.model, Past: w.past, Outbox: outbox.New(w.kept, "lodi"), Today: w.day,
		GatherFor: 5 * time.Millisecond, StandBy: 20 * time.Millisecond,
	}
	for _, change := range changes {
		change(&cfg)
	}
	return cfg
}

// begin makes an outbox that was used up to the first fact, which tells nobody.
func (w *world) begin() {
	w.t.Helper()
	w.beginAt(1)
}

// beginAt makes an outbox that was used up to a position.
func (w *world) beginAt(p casework.Position) {
	w.t.Helper()
	if _, err := outbox.New(w.kept, "lodi").Send(w.t.Context(), outbox.Standing{}, outbox.Batch{Mark: p}); err != nil {
		w.t.Fatal(err)
	}
}

// notify runs a notifier.
func (w *world) notify(changes ...func(*notifier.Config)) (stop func()) {
	w.t.Helper()
	return running(w.t, notifier.New(w.config(changes...)).Run)
}

// due gives the notices that the log is owed after a position: its cases folded
// one commit after the other.
func (w *world) due(after casework.Position) []*noticev1.Notice {
	w.t.Helper()
	var out []*noticev1.Notice
	cases := map[eventlog.Stream]*casework.Case{}
	for r, err := range w.log.Read(w.t.Context(), 0, 0) {
		if err != nil {
			w.t.Fatal(err)
		}
		d, at := readmodel.Decode(r), casework.Position(r.Position)
		if d.Err != nil {
			continue
		}
		before := cases[r.Stream]
		next, err := readmodel.EvolveCase(w.t.Context(), before, at, d.Commit, w.past)
		if err != nil {
			w.t.Fatal(err)
		}
		cases[r.Stream] = next
		if at <= after {
			continue
		}
		notices, err := notice.Of(notice.Step{
			Before: before, After: next, At: at, Commit: d.Commit, Earlier: w.earlier(next), Sealed: access.Sealed(next),
		})
		if err != nil {
			w.t.Fatal(err)
		}
		out = append(out, notices...)
	}
	return out
}

// earlier reads the commits of a case. Stories tell of some that are none of
// theirs.
func (w *world) earlier(c *casework.Case) func(casework.Position) (*eventv1.Commit, error) {
	return func(p casework.Position) (*eventv1.Commit, error) {
		if !slices.ContainsFunc(c.Commands, func(a casework.Answered) bool { return a.Position == p }) {
			return nil, nil
		}
		commits, err := w.past(w.t.Context(), []casework.Position{p})
		if err != nil {
			return nil, err
		}
		return commits[0], nil
	}
}

// patience bounds every wait.
const patience = time.Minute

// given waits until a notice was given, and gives all up to it.
func (w *world) given(last *noticev1.Notice) []*noticev1.Notice {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.t.Context(), patience)
	defer cancel()
	var out []*noticev1.Notice
	for m, err := range outbox.New(w.kept, "lodi").Follow(ctx, 0) {
		if err != nil {
			w.t.Fatalf("%s was not given: %v\nthese were: %q", ids([]*noticev1.Notice{last}), err, ids(out))
		}
		if m.Notice == nil {
			continue
		}
		if out = append(out, m.Notice); m.Notice.GetId() == last.GetId() {
			break
		}
	}
	return out
}

// mustGive waits for notices and compares them: each once, in order.
func (w *world) mustGive(want []*noticev1.Notice) {
	w.t.Helper()
	if len(want) == 0 {
		w.t.Fatal("nobody is told anything: the test shows nothing")
	}
	if d := cmp.Diff(ids(want), ids(w.given(want[len(want)-1]))); d != "" {
		w.t.Errorf("notices (-want +got):\n%s", d)
	}
}

// ids are what tells notices from each other; what is in them is compared where
// they are made.
func ids(list []*noticev1.Notice) []string {
	out := make([]string, len(list))
	for i, n := range list {
		out[i] = notice.Name(n.GetKind()) + " " + n.GetCaseId() + " " + n.GetId()
	}
	return out
}

// district is the commits of n cases, some of which are corrected.
func district(seed uint64, n int) []*eventv1.Commit {
	log := casetest.District(seed, n)
	return casetest.Correct(seed, slices.Clip(log), n/4)
}
