package notifier_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/testing/protocmp"
	"pgregory.net/rapid"

	"percorsi/internal/access"
	"percorsi/internal/casework"
	"percorsi/internal/casework/casetest"
	"percorsi/internal/eventlog"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	noticev1 "percorsi/internal/gen/percorsi/notice/v1"
	"percorsi/internal/notice"
	"percorsi/internal/readmodel"
	"percorsi/services/notifier"
)

// anew gives the notices that a log is owed after a position, each from a case
// that is folded from its first commit on.
func (w *world) anew(after casework.Position) []*noticev1.Notice {
	w.t.Helper()
	var out []*noticev1.Notice
	past := map[eventlog.Stream][]readmodel.Delivery{}
	for r, err := range w.log.Read(w.t.Context(), 0, 0) {
		if err != nil {
			w.t.Fatal(err)
		}
		d := readmodel.Decode(r)
		past[r.Stream] = append(past[r.Stream], d)
		if casework.Position(r.Position) <= after {
			continue
		}
		s := notice.Step{At: casework.Position(r.Position), Commit: d.Commit}
		for _, one := range past[r.Stream] {
			s.Before = s.After
			if s.After, err = readmodel.EvolveCase(w.t.Context(), s.Before, casework.Position(one.Record.Position), one.Commit, w.past); err != nil {
				w.t.Fatal(err)
			}
		}
		s.Earlier, s.Sealed = w.earlier(s.After), access.Sealed(s.After) || s.Before != nil && access.Sealed(s.Before)
		notices, err := notice.Of(s)
		if err != nil {
			w.t.Fatal(err)
		}
		out = append(out, notices...)
	}
	return out
}

// However many cases are kept, and wherever the notifier began again, what is
// told is what a fold of the whole history tells.
func TestNoticesAreThoseOfAFoldFromTheBeginning(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		w := inMemory(t)
		w.begin()
		seed, n := rapid.Uint64Range(0, 1<<20).Draw(rt, "seed"), rapid.IntRange(1, 4).Draw(rt, "cases")
		commits := casetest.Correct(seed, casetest.District(seed, n), rapid.IntRange(0, n).Draw(rt, "corrections"))
		keep := func(c *notifier.Config) { c.Keep = rapid.IntRange(1, 4).Draw(rt, "kept") }
		var want []*noticev1.Notice
		for from := 0; from < len(commits); {
			to := rapid.IntRange(from+1, len(commits)).Draw(rt, "recorded")
			w.record(commits[from:to]...)
			want = append(want, w.anew(casework.Position(from))...)
			from = to
			if len(want) > 0 {
				stop := w.notify(keep)
				if d := cmp.Diff(want, w.given(want[len(want)-1]), protocmp.Transform()); d != "" {
					rt.Errorf("notices (-want +got):\n%s", d)
				}
				stop()
			}
		}
	})
}

// counted counts the commits that are read.
type counted struct {
	past readmodel.Past
	read int
}

func (c *counted) commits(ctx context.Context, at []casework.Position) ([]*eventv1.Commit, error) {
	c.read += len(at)
	return c.past(ctx, at)
}

// assigned is a case of n commits, each but the first of which tells two people.
func assigned(n int) []*eventv1.Commit {
	opens := casetest.Story(1, eventv1.Pathway_PATHWAY_GENERALE)[0]
	out := []*eventv1.Commit{opens}
	for i := range n - 1 {
		c := proto.CloneOf(opens)
		c.CommandId, c.CommitId = uuid.NewString(), uuid.NewString()
		c.Facts = []*eventv1.Fact{{OccurredOn: opens.GetFacts()[0].GetOccurredOn(), Fact: &eventv1.Fact_CaseManagerAssigned{
			CaseManagerAssigned: &eventv1.CaseManagerAssigned{CaseManager: fmt.Sprintf("op.%d", i%2), Body: "ACSI"},
		}}}
		out = append(out, c)
	}
	return out
}

func TestTheCostOfANoticeDoesNotGrowWithTheHistoryOfItsCase(t *testing.T) {
	w := inMemory(t)
	w.begin()
	commits := assigned(500)
	w.record(commits...)
	read := &counted{past: w.past}
	stop := w.notify(func(c *notifier.Config) { c.Past = read.commits })
	w.mustGive(w.due(0))
	stop()
	if read.read != 1 { // that which opens it, and tells nobody
		t.Errorf("%d commits were read for the notices of %d", read.read, len(commits))
	}
}

func TestAFactThatIsCorrectedIsReadAndNoOther(t *testing.T) {
	w := inMemory(t)
	w.begin()
	commits := assigned(50)
	w.record(commits...)
	read := &counted{past: w.past}
	stop := w.notify(func(c *notifier.Config) { c.Past = read.commits })
	w.mustGive(w.due(0))
	read.read = 0
	last := commits[len(commits)-1]
	settled := proto.CloneOf(last)
	settled.CommandId, settled.CommitId = uuid.NewString(), uuid.NewString()
	settled.Actor.User = "op.clash"
	settled.Facts = append(settled.GetFacts(), &eventv1.Fact{OccurredOn: last.GetFacts()[0].GetOccurredOn(), Fact: &eventv1.Fact_ClashSettled{
		ClashSettled: &eventv1.ClashSettled{Part: "case-manager", Choice: eventv1.ChoiceKind_CHOICE_KIND_KEEP_MINE, Theirs: int64(len(commits))},
	}})
	w.record(settled)
	w.mustGive(w.due(0))
	stop()
	if read.read != 1 { // that which was replaced
		t.Errorf("%d commits were read", read.read)
	}
}
