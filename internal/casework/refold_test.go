package casework_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/google/uuid"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/testing/protocmp"
	"pgregory.net/rapid"

	"percorsi/internal/casework"
	"percorsi/internal/correction"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

// recorded gives commits their positions, from 1.
func recorded(commits []*eventv1.Commit) []correction.Recorded {
	out := make([]correction.Recorded, len(commits))
	for i, c := range commits {
		out[i] = correction.Recorded{At: uint64(i + 1), Commit: c}
	}
	return out
}

// then adds a commit of corrections.
func then(history []correction.Recorded, facts ...*eventv1.Fact) []correction.Recorded {
	at := history[len(history)-1].At + 1
	commit := commitOf(casework.Command{ID: uuid.UUID{0: 0xff, 15: byte(at)}, User: bruno}, facts...)
	return append(slices.Clip(history), correction.Recorded{At: at, Commit: commit})
}

// voids gives what voids every fact of a commit.
func voids(of correction.Recorded) (out []*eventv1.Fact) {
	for i := range of.Commit.GetFacts() {
		out = append(out, on("2026-12-31", &eventv1.FactVoided{
			CommandId: of.Commit.GetCommandId(), Index: int64(i), Reason: eventv1.CorrectionReason_CORRECTION_REASON_NOT_HAPPENED,
		}))
	}
	return out
}

func amends(of correction.Recorded, with *eventv1.Fact) *eventv1.Fact {
	return on("2026-12-31", &eventv1.FactAmended{
		CommandId: of.Commit.GetCommandId(), Replacement: with, Reason: eventv1.CorrectionReason_CORRECTION_REASON_WRONG_DATE,
	})
}

// straight folds a history without corrections.
func straight(t rapid.TB, history []correction.Recorded) *casework.Case {
	t.Helper()
	var c *casework.Case
	for _, r := range history {
		next, err := casework.Evolve(c, casework.Position(r.At), r.Commit)
		if err != nil {
			t.Fatal(err)
		}
		c = next
	}
	return c
}

func refold(t rapid.TB, history []correction.Recorded) *casework.Case {
	t.Helper()
	c, err := casework.Refold(history)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// butForCorrections leaves out what tells of the corrections themselves, and the
// approvals that they make fall.
var butForCorrections = cmp.Options{
	cmpopts.IgnoreFields(casework.Case{}, "Commands", "Last", "Corrections", "Parts"),
	cmpopts.IgnoreFields(casework.Assessment{}, "ApprovedOn", "Approval"),
	cmpopts.IgnoreFields(casework.Project{}, "ApprovedOn", "Approval", "SubmittedOn"),
	cmpopts.IgnoreFields(casework.ProjectVersion{}, "ApprovedOn"),
	cmpopts.IgnoreFields(casework.Closure{}, "Approval"),
	cmpopts.EquateEmpty(), protocmp.Transform(),
}

func same(t rapid.TB, what string, want, got *casework.Case) {
	t.Helper()
	if diff := cmp.Diff(want, got, butForCorrections); diff != "" {
		t.Fatalf("%s (-never wrong +corrected):\n%s", what, diff)
	}
}

// wrongly gives a fact as somebody might have recorded it by mistake: of
// another day.
func wrongly(t *rapid.T, f *eventv1.Fact) *eventv1.Fact {
	wrong := proto.CloneOf(f)
	by := casework.Day(rapid.IntRange(-400, 400).Draw(t, "days off"))
	wrong.OccurredOn = (day(f.GetOccurredOn()) + by).String()
	return wrong
}

func TestACorrectedCaseIsTheOneThatWasNeverWrong(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		truth := recorded(tell(t, nil).commits)
		want := straight(t, truth)
		i := rapid.IntRange(0, len(truth)-1).Draw(t, "wrong commit")
		right := truth[i].Commit.GetFacts()[0]

		history := append([]correction.Recorded(nil), truth...)
		commit := proto.CloneOf(truth[i].Commit)
		commit.Facts[0] = wrongly(t, right)
		history[i].Commit = commit

		amended := then(history, amends(history[i], right))
		same(t, "amended", want, refold(t, amended))
		twice := then(then(history, amends(history[i], wrongly(t, right))), amends(history[i], right))
		same(t, "amended wrongly, then rightly", want, refold(t, twice))
		voided := then(amended, amends(history[i], wrongly(t, right)))
		voided = then(voided, voids(voided[len(voided)-1])...)
		same(t, "amended rightly, then wrongly, which was voided", want, refold(t, voided))
	})
}

func TestAVoidedFactMightAsWellNotBeThere(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		history := recorded(tell(t, nil).commits)
		if len(history) < 2 {
			t.Skip("nothing but the opening")
		}
		i := rapid.IntRange(1, len(history)-1).Draw(t, "voided commit")
		without := append(append([]correction.Recorded(nil), history[:i]...), history[i+1:]...)
		voided := then(history, voids(history[i])...)
		same(t, "voided", straight(t, without), refold(t, voided))
		back := then(voided, voids(voided[len(voided)-1])...)
		same(t, "brought back", straight(t, history), refold(t, back))
	})
}

// What follows on a correction is folded into what it gave, and with the whole
// history again after the next one.
func TestAFactBehindACorrectionGivesWhatAFoldOfTheWholeHistoryGives(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		history := recorded(tell(t, nil).commits)
		upTo := rapid.IntRange(1, len(history)).Draw(t, "corrected behind")
		wrong := history[rapid.IntRange(0, upTo-1).Draw(t, "wrong commit")]
		correct := voids(wrong)
		if rapid.Bool().Draw(t, "amended") {
			correct = []*eventv1.Fact{amends(wrong, wrongly(t, wrong.Commit.GetFacts()[0]))}
		}
		begun := then(history[:upTo], correct...)
		c := refold(t, begun)
		for _, r := range history[upTo:] {
			r.At++
			next, err := casework.Evolve(c, casework.Position(r.At), r.Commit)
			if err != nil {
				t.Fatal(err)
			}
			begun, c = append(begun, r), next
		}
		if d := cmp.Diff(refold(t, begun), c, cmpopts.EquateEmpty(), protocmp.Transform()); d != "" {
			t.Fatalf("the case (-whole +on):\n%s", d)
		}
	})
}

func TestAStateCannotTakeACorrectionByItself(t *testing.T) {
	history := recorded([]*eventv1.Commit{commitOf(command(0), generaleInCharge()...)})
	c := straight(t, history)
	last := then(history, voids(history[0])...)[1]
	if next, err := casework.Evolve(c, casework.Position(last.At), last.Commit); !errors.Is(err, casework.ErrNeedsHistory) || next != nil {
		t.Errorf("got %v (%v), want ErrNeedsHistory", next, err)
	}
}

func TestACorrectionMovesTheRevisionOfWhatItChanges(t *testing.T) {
	history := recorded([]*eventv1.Commit{
		commitOf(command(0), generale()...),
		commitOf(command(1), on("2025-02-10", &eventv1.NeedsRecorded{Needs: []eventv1.Need{eventv1.Need_NEED_HOUSING}})),
		commitOf(command(2), on("2025-02-11", &eventv1.ContactAttempted{Channel: eventv1.Channel_CHANNEL_PHONE})),
	})
	c := refold(t, then(history, voids(history[1])...))
	if got := c.Revision(casework.PartNeeds); got != 4 {
		t.Errorf("needs at revision %d, want that of the correction, 4", got)
	}
	if got := c.Revision(casework.PartContacts); got != 3 {
		t.Errorf("contacts at revision %d, want 3: nobody changed them", got)
	}
	if len(c.Commands) != 4 || c.Last != 4 {
		t.Errorf("%d commands, last %d, want 4 and 4", len(c.Commands), c.Last)
	}
	of := correction.Ref{Command: command(1).ID}
	if n := c.Corrections; len(n) != 1 || n[0].Of != of || !n[0].Void || !n[0].InForce || n[0].At != 4 || n[0].User != bruno {
		t.Errorf("corrections %v", n)
	}
	if a, ok := c.Answer(command(1).ID); !ok || a.Position != 2 {
		t.Error("the command of a voided fact was forgotten: a retry would record it again")
	}
}
