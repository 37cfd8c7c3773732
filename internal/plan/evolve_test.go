package plan_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/google/uuid"
	"google.golang.org/protobuf/testing/protocmp"
	"pgregory.net/rapid"

	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	"percorsi/internal/plan"
)

// same compares states by what follows from their commits.
func same(want, got *plan.State, more ...cmp.Option) string {
	options := append([]cmp.Option{protocmp.Transform(), cmpopts.IgnoreUnexported(plan.State{}), cmpopts.IgnoreFields(plan.State{}, "Commits")}, more...)
	return cmp.Diff(want, got, options...)
}

// sameRecords compares states by what was recorded after the plan, which makes
// the properties quick.
func sameRecords(want, got *plan.State) string {
	return same(want, got, cmpopts.IgnoreFields(plan.State{}, "Plan"))
}

func TestTheStateHoldsWhatWasRecorded(t *testing.T) {
	first := commit(publish(small()))
	first.CommandDigest = []byte("0123456789abcdef")
	second := commit(record(meeting(ofActivities)), supply(figure(ofCounts, 7, 0)))
	got := fold(t, first, second)
	want := &plan.State{
		Plan: small(), PublishedAt: 1, Last: 2,
		Activities: []*plan.Activity{{OccurredOn: "2025-06-30", Position: 2, ActivityRecorded: meeting(ofActivities)}},
		Supplied:   []*plan.Supplied{{OccurredOn: "2025-12-31", Position: 2, FigureSupplied: figure(ofCounts, 7, 0)}},
		Commands: []plan.Answered{
			{ID: uuid.MustParse(first.GetCommandId()), Digest: [16]byte([]byte("0123456789abcdef")), Position: 1},
			{ID: uuid.MustParse(second.GetCommandId()), Position: 2},
		},
	}
	if diff := same(want, got); diff != "" {
		t.Errorf("state (-want +got):\n%s", diff)
	}
}

func TestANewVersionTakesThePlaceOfTheOldOne(t *testing.T) {
	next := small()
	next.Version, next.GetIndicators()[0].Label = 2, "another label"
	s := fold(t, commit(publish(small())), commit(record(meeting(ofActivities))), commit(publish(next)))
	if s.Plan.GetVersion() != 2 || s.PublishedAt != 3 || len(s.Activities) != 1 {
		t.Errorf("version %d of position %d with %d activities", s.Plan.GetVersion(), s.PublishedAt, len(s.Activities))
	}
	if got := s.Indicator(ofShares).GetLabel(); got != "another label" {
		t.Errorf("the label is %q", got)
	}
	if s.Indicator("A1.OUT.9") != nil {
		t.Error("an indicator was found that the plan does not have")
	}
}

func TestAFigureForTheSameDaysReplacesTheOneBefore(t *testing.T) {
	of2026 := figure(ofCounts, 5, 0)
	of2026.From, of2026.To = "2026-01-01", "2026-12-31"
	other := figure(ofCounts, 9, 0)
	other.SuppliedBy = "ASSC"
	s := fold(t, commit(publish(small())), commit(supply(figure(ofCounts, 7, 0))), commit(supply(of2026)),
		commit(supply(other)), commit(supply(figure(ofCounts, 8, 0))))
	var got []int64
	for _, f := range s.Supplied {
		got = append(got, f.GetNumerator())
	}
	if diff := cmp.Diff([]int64{5, 9, 8}, got); diff != "" {
		t.Errorf("figures that stand (-want +got):\n%s", diff)
	}
}

func TestAHistoryThatCannotBeOneIsRefused(t *testing.T) {
	s := published(t)
	for name, test := range map[string]struct {
		state  *plan.State
		commit *eventv1.Commit
		want   string
	}{
		"an activity before the plan": {nil, commit(record(meeting(ofActivities))), "begins with its publication"},
		"a fact of a case": {
			s, commit(&eventv1.Fact{Fact: &eventv1.Fact_TakenInCharge{TakenInCharge: &eventv1.TakenInCharge{}}}),
			"no fact of type *eventv1.Fact_TakenInCharge",
		},
		"a fact without content": {s, commit(&eventv1.Fact{}), "no fact of type <nil>"},
		"no command id":          {s, &eventv1.Commit{Facts: []*eventv1.Fact{publish(small())}}, "command id"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := plan.Evolve(test.state, 9, test.commit)
			if err == nil || !strings.Contains(err.Error(), test.want) || !strings.Contains(err.Error(), "commit 9") {
				t.Errorf("state %v, error %v", got, err)
			}
		})
	}
}

func TestAnAnswerIsFoundByItsCommand(t *testing.T) {
	c := commit(publish(small()))
	s := fold(t, c, commit(record(meeting(ofActivities))))
	if got, ok := s.Answer(uuid.MustParse(c.GetCommandId())); !ok || got.Position != 1 {
		t.Errorf("answer %v, found %t", got, ok)
	}
	if _, ok := s.Answer(uuid.New()); ok {
		t.Error("a command was found that was never recorded")
	}
	var none *plan.State
	if _, ok := none.Answer(uuid.New()); ok {
		t.Error("a command was found in a plan without history")
	}
}

// commits draws a history that begins with a publication.
func commits() *rapid.Generator[[]*eventv1.Commit] {
	fact := rapid.Custom(func(t *rapid.T) *eventv1.Fact {
		n := rapid.Int64Range(1, 9).Draw(t, "n")
		if rapid.Bool().Draw(t, "activity") {
			return record(&eventv1.ActivityRecorded{Indicator: ofActivities, Kind: 1, Quantity: n})
		}
		f := figure(ofCounts, n, 0)
		f.SuppliedBy = rapid.SampledFrom([]string{"ACSI", "ASSC"}).Draw(t, "body")
		return supply(f)
	})
	return rapid.Custom(func(t *rapid.T) []*eventv1.Commit {
		out := []*eventv1.Commit{commit(publish(small()))}
		for range rapid.IntRange(0, 12).Draw(t, "commits") {
			out = append(out, commit(rapid.SliceOfN(fact, 1, 3).Draw(t, "facts")...))
		}
		return out
	})
}

// foldFrom folds commits from a position on.
func foldFrom(t *rapid.T, s *plan.State, at int, list []*eventv1.Commit) *plan.State {
	for i, c := range list {
		next, err := plan.Evolve(s, uint64(at+i), c)
		if err != nil {
			t.Fatal(err)
		}
		s = next
	}
	return s
}

func TestDeliveriesMayComeTwice(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		list := commits().Draw(t, "commits")
		once := foldFrom(t, nil, 1, list)
		from := rapid.IntRange(0, len(list)-1).Draw(t, "from")
		again := foldFrom(t, once, from+1, list[from:])
		if diff := sameRecords(once, again); diff != "" {
			t.Errorf("folded twice (-once +twice):\n%s", diff)
		}
	})
}

func TestStatesThatBranchDoNotDisturbEachOther(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		trunk := commits().Draw(t, "trunk")
		left, right := commits().Draw(t, "left")[1:], commits().Draw(t, "right")[1:]
		s := foldFrom(t, nil, 1, trunk)
		before := foldFrom(t, nil, 1, trunk)
		at := len(trunk) + 1
		a := foldFrom(t, s, at, left)
		b := foldFrom(t, s, at, right)
		for name, pair := range map[string][2]*plan.State{
			"the trunk": {before, s},
			"the left":  {foldFrom(t, before, at, left), a},
			"the right": {foldFrom(t, nil, 1, slices.Concat(trunk, right)), b},
		} {
			if diff := sameRecords(pair[0], pair[1]); diff != "" {
				t.Errorf("%s (-alone +branched):\n%s", name, diff)
			}
		}
	})
}
