package indicator

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"pgregory.net/rapid"

	"percorsi/internal/casework"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	"percorsi/internal/indicator/statetest"
)

// everyKind is a plan with a definition of every unit, aggregation and period.
func everyKind(tb testing.TB) *Program {
	tb.Helper()
	n := 0
	next := func(d *eventv1.Definition) *eventv1.Indicator {
		n++
		return define(fmt.Sprintf("A1.OUT.%d", n), d)
	}
	const (
		started = "within(path.started_on, from, to)"
		paid    = "sum(path.payments.map(p, p.cents))"
	)
	return compile(tb,
		withTarget(next(&eventv1.Definition{Aggregation: ratio, Of: opened, Known: "case.summoned_on != 0", Hit: "case.eligible", Coverage: 30}), 60),
		next(&eventv1.Definition{Aggregation: ratio, Unit: unitPerson, Of: opened, Known: "case.accepted_on != 0", Hit: "case.eligible"}),
		next(&eventv1.Definition{Aggregation: count, Unit: unitPerson, Of: "overlaps(case.in_charge_on, case.closed_on, from, to)", Period: meanOfYears}),
		next(&eventv1.Definition{Aggregation: count, Unit: unitProject, Of: "within(project.signed_on, from, to)", Hit: "size(project.goals) > 1"}),
		next(&eventv1.Definition{Aggregation: count, Unit: unitMeeting, Of: "within(meeting.held_on, from, to)", Period: eachYear}),
		next(&eventv1.Definition{Aggregation: sum, Unit: unitSupport, Of: "support.kind != SupportKind.UNSPECIFIED", Value: "sum(support.deliveries.map(d, within(d.on, from, to), d.quantity))", Scale: 10}),
		next(&eventv1.Definition{Aggregation: mean, Unit: unitEvaluation, Of: "within(evaluation.on, from, to)", Known: "evaluation.has_score", Value: "evaluation.score", Period: meanOfYears}),
		next(&eventv1.Definition{Aggregation: distinct, Unit: unitPath, Of: started, Known: "path.host != 'C'", Key: "path.host"}),
		next(&eventv1.Definition{Aggregation: distinct, Of: opened, Key: "case.bodies + case.paths.map(p, p.host)"}),
		next(&eventv1.Definition{Aggregation: valueRatio, Unit: unitPath, Of: started, Hit: "path.certificate", Value: paid}),
		next(&eventv1.Definition{Aggregation: keyShare, Unit: unitPath, Of: started, Known: "path.minutes > 1", Key: "path.host", Hit: "path.interrupted"}),
		next(&eventv1.Definition{Aggregation: keyShare, Unit: unitSupport, Of: "within(support.started_on, from, to)", Key: "support.provider", HitUnit: unitPath, Hit: started, HitKey: "path.host"}),
		next(&eventv1.Definition{Aggregation: growth, Of: "overlaps(case.opened_on, case.closed_on, from, to)"}),
		next(&eventv1.Definition{Aggregation: growth, Unit: unitPerson, Of: opened}),
		next(&eventv1.Definition{Aggregation: growth, Unit: unitPath, Of: started, Value: paid}),
		next(&eventv1.Definition{Aggregation: growth, Unit: unitPath, Of: started, Key: "path.host"}),
		next(&eventv1.Definition{Aggregation: count, Of: "until(case.opened_on, as_of) && case.closed_on == 0"}),
		next(&eventv1.Definition{Aggregation: ratio, Of: opened, Known: "months(case.opened_on, 6) <= as_of || case.eligible", Hit: "case.eligible", Pathways: []eventv1.Pathway{1, 3}}),
		next(&eventv1.Definition{Aggregation: ratio, Of: opened, Hit: "case.meetings[2].cancelled"}),
		next(&eventv1.Definition{Aggregation: count, Of: "case.area == Area.WORK"}),
		next(&eventv1.Definition{Aggregation: sum, Unit: unitActivity, Source: fromActivities, Value: "activity.quantity"}),
		next(&eventv1.Definition{Aggregation: count, Unit: unitActivity, Source: fromActivities, Of: "activity.kind == ActivityKind.MEETING && within(activity.on, from, to)", Period: meanOfYears}),
		next(&eventv1.Definition{Aggregation: keyShare, Unit: unitActivity, Source: fromActivities, Of: "activity.indicator != ''", Key: "activity.bodies", HitUnit: unitPath, Hit: started, HitKey: "path.host"}),
		next(&eventv1.Definition{Aggregation: ratio, Unit: unitSupplied, Source: fromSupplied}),
		next(&eventv1.Definition{Aggregation: mean, Unit: unitSupplied, Source: fromSupplied, Period: meanOfYears}),
		next(&eventv1.Definition{Aggregation: growth, Unit: unitSupplied, Source: fromSupplied}),
	)
}

func anyAttributes(pick statetest.Pick) Attributes {
	return Attributes{
		BirthYear: []int32{0, 1950, 1965, 1990, 2010}[pick(5)],
		Sex:       eventv1.Sex(pick(3)), Citizenship: eventv1.Citizenship(pick(5)),
	}
}

func anyFacts(p *Program, pick statetest.Pick) PlanFacts {
	var out PlanFacts
	ids := p.plan.GetIndicators()
	for i := range pick(20) {
		a, s := &Activity{}, &Supplied{}
		statetest.Fill(a, pick)
		statetest.Fill(s, pick)
		a.ID, s.ID = fmt.Sprint("a", i), fmt.Sprint("s", i)
		a.Indicator, s.Indicator = ids[pick(len(ids))].GetIndicatorId(), ids[pick(len(ids))].GetIndicatorId()
		s.To = s.From + 90
		out.Activities, out.Supplied = append(out.Activities, a), append(out.Supplied, s)
	}
	return out
}

var everySplit = []By{NotSplit, ByComune, ByManagingBody, ByFlow, BySex, ByAgeClass, ByYear, ByArea, ByCitizenship}

// differs asks two boards for every figure, and tells where they differ.
func differs(ctx context.Context, t interface{ Fatal(...any) }, x, y *Board) string {
	for n, by := range everySplit {
		period := []string{"", "2025", "2026", ""}[n%4]
		var answers [2][]Figure
		for i, b := range []*Board{x, y} {
			figures, err := b.Figures(ctx, Query{Period: period, By: by})
			if err != nil {
				t.Fatal(err)
			}
			answers[i] = figures
		}
		if !reflect.DeepEqual(answers[0], answers[1]) {
			return fmt.Sprintf("%s by %d: %s", period, by, cmp.Diff(answers[0], answers[1]))
		}
	}
	return ""
}

// history is a random past: what was noted, one thing after the other.
type history struct {
	pick    statetest.Pick
	newest  map[casework.CaseID]*casework.Case
	persons map[string]Attributes
	// keys is under whose pseudonym persons are counted.
	keys map[string]string
	last casework.Position
}

func newHistory(seed uint64) *history {
	return &history{
		pick:   rand.New(rand.NewPCG(seed, 1)).IntN,
		newest: map[casework.CaseID]*casework.Case{}, persons: map[string]Attributes{}, keys: map[string]string{},
	}
}

// next notes a new state of one of a few cases.
func (h *history) next() (*casework.Case, Attributes) {
	c := statetest.Case(uuid.UUID{byte(h.pick(12))}, h.pick)
	h.last++
	c.Last = h.last
	h.newest[c.ID] = c
	who := anyAttributes(h.pick)
	h.persons[c.Person] = who
	return c, who
}

func TestALiveBoardGivesTheFiguresOfOneBuiltFromScratch(t *testing.T) {
	program := everyKind(t)
	ctx := t.Context()
	rapid.Check(t, func(t *rapid.T) {
		h := newHistory(rapid.Uint64().Draw(t, "seed"))
		today := casework.Day(20_300)
		live := NewBoard(program, func() casework.Day { return today })
		facts := PlanFacts{}
		for _, step := range rapid.SliceOfN(rapid.IntRange(0, 9), 1, 40).Draw(t, "steps") {
			switch step {
			case 0:
				today += casework.Day(h.pick(200))
			case 1:
				facts = anyFacts(program, h.pick)
				live.SetPlanFacts(facts)
			case 2:
				if _, err := live.Figures(ctx, Query{}); err != nil {
					t.Fatal(err)
				}
			case 3:
				person := fmt.Sprintf("person-%d", h.pick(8))
				h.persons[person] = anyAttributes(h.pick)
				live.TouchPerson(person, h.persons[person])
			case 4:
				for _, c := range h.newest { // The same again.
					live.Touch(c, h.persons[c.Person])
				}
			case 5:
				live.foldSlice()
			case 6:
				person := fmt.Sprintf("person-%d", h.pick(8))
				h.keys[person] = fmt.Sprintf("person-%d", h.pick(8))
				live.Regroup(person, h.keys[person])
			default:
				c, who := h.next()
				old := h.newest[c.ID]
				live.Touch(c, who)
				live.Touch(old, who)
			}
		}
		fresh := NewBoard(program, func() casework.Day { return today })
		fresh.SetPlanFacts(facts)
		for _, c := range h.newest { // In the order of the map: any.
			fresh.Touch(c, h.persons[c.Person])
		}
		for person, who := range h.persons {
			fresh.TouchPerson(person, who)
		}
		for person, key := range h.keys {
			fresh.Regroup(person, key)
		}
		if diff := differs(ctx, t, fresh, live); diff != "" {
			t.Fatal(diff)
		}
	})
}

func TestAnOlderStateNeverReplacesANewerOne(t *testing.T) {
	program := compile(t, define("A1.OUT.1", &eventv1.Definition{Aggregation: count, Of: opened}))
	older, newer := caseOf(t, 1, "ada", "2025-01-01"), caseOf(t, 1, "ada", "2026-01-01")
	older.Last, newer.Last = 7, 9
	for name, order := range map[string][]*casework.Case{
		"before": {older, newer}, "after": {newer, older},
	} {
		t.Run(name, func(t *testing.T) {
			board := boardOf(t, program, "2027-12-31")
			for _, c := range order {
				board.Touch(c, Attributes{})
			}
			if f := figureAt(t, board, "A1.OUT.1", "2026"); *f.Value != 1 {
				t.Errorf("got %v", *f.Value)
			}
			board.Touch(older, Attributes{})
			if f := figureAt(t, board, "A1.OUT.1", "2025"); *f.Value != 0 {
				t.Errorf("noted once more: got %v", *f.Value)
			}
		})
	}
}

func TestPersonsUnderOneKeyAreCountedOnceAndApartAgainAfterwards(t *testing.T) {
	program := compile(t,
		define("A1.OUT.1", &eventv1.Definition{Unit: eventv1.UnitOfCount_UNIT_OF_COUNT_PERSON, Aggregation: count, Of: opened}),
		define("A1.OUT.2", &eventv1.Definition{Aggregation: count, Of: opened}),
	)
	board := boardOf(t, program, "2027-12-31")
	female, unknown := Attributes{Sex: eventv1.Sex_SEX_FEMALE}, Attributes{}
	board.Touch(caseOf(t, 1, "ada", "2025-01-01"), female)
	board.Touch(caseOf(t, 2, "ada bis", "2025-01-01"), unknown)
	board.Touch(caseOf(t, 3, "eva", "2025-01-01"), female)
	persons := func(what string, want float64, keys ...string) {
		t.Helper()
		if f := figureAt(t, board, "A1.OUT.1", ""); *f.Value != want {
			t.Errorf("%s: %v persons, want %v", what, *f.Value, want)
		}
		if f := figureAt(t, board, "A1.OUT.2", ""); *f.Value != 3 {
			t.Errorf("%s: %v cases, want 3", what, *f.Value)
		}
		x, err := board.Explain(t.Context(), "A1.OUT.1", "", Page{})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, e := range x.Evidence {
			got = append(got, e.Key)
		}
		slices.Sort(got) // rows are in the order of the cases
		if !slices.Equal(got, keys) {
			t.Errorf("%s: counted under %q, want %q", what, got, keys)
		}
	}
	persons("before", 3, "ada", "ada bis", "eva")
	board.Regroup("ada bis", "ada")
	persons("as one", 2, "ada", "ada", "eva")
	by, err := board.Figures(t.Context(), Query{Indicators: []string{"A1.OUT.1"}, By: BySex})
	if err != nil || len(by) != 2 || *by[0].Value != 2 || *by[1].Value != 1 {
		t.Errorf("by sex, where one of the two is not known: %+v, %v", by, err)
	}
	board.Regroup("ada bis", "ada bis")
	persons("apart again", 3, "ada", "ada bis", "eva")
}

func TestWhatDependsOnTheDayFollowsIt(t *testing.T) {
	program := compile(t,
		define("A1.OUT.1", &eventv1.Definition{Aggregation: count, Of: "months(case.opened_on, 6) <= as_of"}),
		define("A1.OUT.2", &eventv1.Definition{Aggregation: count, Of: opened}),
	)
	today := day(t, "2025-06-30")
	board := NewBoard(program, func() casework.Day { return today })
	board.Touch(caseOf(t, 1, "ada", "2025-01-01"), Attributes{})
	if f := figureAt(t, board, "A1.OUT.1", ""); *f.Value != 0 {
		t.Errorf("the day before: got %v", *f.Value)
	}
	today++
	if f := figureAt(t, board, "A1.OUT.1", ""); *f.Value != 1 || f.AsOf != today {
		t.Errorf("on the day: got %v as of %s", *f.Value, f.AsOf)
	}
	if f := figureAt(t, board, "A1.OUT.2", ""); *f.Value != 1 {
		t.Errorf("what does not depend on it: got %v", *f.Value)
	}
	for _, id := range []string{"A1.OUT.1", "A1.OUT.2"} {
		if x, err := board.Explain(t.Context(), id, "", Page{}); err != nil || x.Total != 1 {
			t.Errorf("%s opens into %d units, %v", id, x.Total, err)
		}
	}
}

func TestManyAskWhileOneWrites(t *testing.T) {
	program := everyKind(t)
	board := boardOf(t, program, "2026-06-30")
	ctx, cancel := context.WithCancel(t.Context())
	var background, readers sync.WaitGroup
	background.Go(func() {
		if err := board.Run(ctx); !errors.Is(err, context.Canceled) {
			t.Errorf("Run ended with %v", err)
		}
	})
	h := newHistory(42)
	for n := range 4 {
		readers.Go(func() {
			for i := range 15 {
				if _, err := board.Figures(ctx, Query{By: everySplit[(n+i)%len(everySplit)]}); err != nil {
					t.Error(err)
				}
				if _, err := board.Explain(ctx, fmt.Sprintf("A1.OUT.%d", 1+i), "", Page{}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	for range 400 {
		board.Touch(h.next())
		if h.pick(20) == 0 {
			person := fmt.Sprintf("person-%d", h.pick(8))
			h.keys[person] = fmt.Sprintf("person-%d", h.pick(8))
			board.Regroup(person, h.keys[person])
		}
		if h.pick(40) == 0 {
			board.SetPlanFacts(anyFacts(program, h.pick))
		}
	}
	readers.Wait()
	facts := anyFacts(program, h.pick)
	board.SetPlanFacts(facts)
	fresh := boardOf(t, program, "2026-06-30")
	fresh.SetPlanFacts(facts)
	for _, c := range h.newest {
		fresh.Touch(c, h.persons[c.Person])
	}
	for person, who := range h.persons {
		fresh.TouchPerson(person, who)
	}
	for person, key := range h.keys {
		fresh.Regroup(person, key)
	}
	if diff := differs(ctx, t, fresh, board); diff != "" {
		t.Error(diff)
	}
	cancel()
	background.Wait()
}

func TestRunEvaluatesWhatWasNotedWithoutAQuestion(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		board := boardOf(t, everyKind(t), "2026-06-30")
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error)
		go func() { ended <- board.Run(ctx) }()
		h := newHistory(7)
		for range 3 * sliceSize {
			c, who := h.next()
			c.ID = uuid.NewSHA1(uuid.Nil, []byte(fmt.Sprint(h.last)))
			board.Touch(c, who)
		}
		synctest.Wait()
		if len(board.dirty) != 0 || len(board.seen.cases) != 3*sliceSize {
			t.Errorf("%d cases wait and %d are counted", len(board.dirty), len(board.seen.cases))
		}
		cancel()
		if err := <-ended; !errors.Is(err, context.Canceled) {
			t.Errorf("ended with %v", err)
		}
	})
}

func TestAQuestionThatIsGivenUpLosesNothing(t *testing.T) {
	board := boardOf(t, compile(t, define("A1.OUT.1", &eventv1.Definition{Aggregation: count, Of: opened})), "2025-12-31",
		caseOf(t, 1, "ada", "2025-01-01"), caseOf(t, 2, "bea", "2025-01-01"))
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := board.Figures(gone, Query{}); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if f := figureAt(t, board, "A1.OUT.1", ""); *f.Value != 2 {
		t.Errorf("asked again: got %v", *f.Value)
	}
}
