package figures_test

import (
	"errors"
	"slices"
	"strconv"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"pgregory.net/rapid"

	"percorsi/internal/casework"
	"percorsi/internal/fault"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	"percorsi/internal/indicator"
	"percorsi/internal/person"
	"percorsi/internal/plan"
	"percorsi/internal/readmodel/figures"
)

const (
	planID       = "LODI-2025-2027"
	casesOpened  = "A1.OUT.1"
	meetingsHeld = "A1.OUT.2"
	everyCase    = "case.opened_on != 0"
)

// published makes a plan that counts the cases which meet an expression, and
// the meetings that were recorded for it.
func published(id string, at uint64, of string) *plan.State {
	define := func(id string, d *eventv1.Definition) *eventv1.Indicator {
		d.Version, d.Period = 1, eventv1.PeriodKind_PERIOD_KIND_TRIENNIUM
		return &eventv1.Indicator{
			IndicatorId: id, ObjectiveId: "A1", Label: id, Dimension: eventv1.Dimension_DIMENSION_OUTPUT, Definition: d,
		}
	}
	return &plan.State{PublishedAt: at, Last: at, Plan: &eventv1.Plan{
		PlanId: id, Version: 1, From: "2025-01-01", To: "2027-12-31",
		Objectives: []*eventv1.Objective{{ObjectiveId: "A1", Area: eventv1.Area_AREA_POVERTY, Title: "Poverty"}},
		Indicators: []*eventv1.Indicator{
			define(casesOpened, &eventv1.Definition{
				Unit: eventv1.UnitOfCount_UNIT_OF_COUNT_CASE, Aggregation: eventv1.Aggregation_AGGREGATION_COUNT,
				Source: eventv1.Source_SOURCE_CASES, Of: of,
			}),
			define(meetingsHeld, &eventv1.Definition{
				Unit: eventv1.UnitOfCount_UNIT_OF_COUNT_ACTIVITY, Aggregation: eventv1.Aggregation_AGGREGATION_SUM,
				Source: eventv1.Source_SOURCE_ACTIVITIES, Value: "activity.quantity",
			}),
		},
	}}
}

// held gives the plan after one more meeting.
func held(s *plan.State, quantity int64) *plan.State {
	next := *s
	next.Last++
	next.Activities = append(slices.Clip(s.Activities), &plan.Activity{
		OccurredOn: "2025-03-01", Position: next.Last, ActivityRecorded: &eventv1.ActivityRecorded{
			ActivityId: strconv.FormatUint(next.Last, 10), Kind: eventv1.ActivityKind_ACTIVITY_KIND_MEETING,
			Indicator: meetingsHeld, Quantity: quantity,
		},
	})
	return &next
}

// opened makes a case of a person.
func opened(person string, last casework.Position) *casework.Case {
	return &casework.Case{ID: uuid.New(), Person: person, OpenedOn: 20_200, Status: casework.Signalled, Last: last}
}

// byName opens demographics that are the name of a sex; any other cannot be
// opened.
type byName struct{}

func (byName) OpenDemographics(_ string, sealed []byte) (*eventv1.Demographics, error) {
	sex, ok := eventv1.Sex_value["SEX_"+string(sealed)]
	if !ok {
		return nil, errors.New("the key is gone")
	}
	return &eventv1.Demographics{Sex: eventv1.Sex(sex)}, nil
}

func boards() *figures.Boards {
	return figures.New(figures.Config{Opener: byName{}, Today: func() casework.Day { return 21_000 }})
}

// tell tells of a plan where it counts cases.
func tell(t *testing.T, b *figures.Boards, s *plan.State, cases ...*casework.Case) {
	t.Helper()
	if err := b.Plan(s, nil, slices.Values(cases)); err != nil {
		t.Fatal(err)
	}
}

// values gives the figures of one indicator of the plan by their groups.
func values(t *testing.T, b *figures.Boards, id string, by indicator.By) map[string]float64 {
	t.Helper()
	f, err := b.Figures(t.Context(), planID, indicator.Query{Indicators: []string{id}, By: by})
	if err != nil {
		t.Fatal(err)
	}
	out := make(map[string]float64)
	for _, one := range f {
		if one.Value != nil {
			out[one.Group] = *one.Value
		}
	}
	return out
}

func expect(t *testing.T, what string, want, got map[string]float64) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

func TestAPublicationCountsTheCasesThatThereAreAndThoseThatCome(t *testing.T) {
	b := boards()
	before, later := opened("one", 1), opened("two", 3)
	b.Case(before)
	tell(t, b, published(planID, 2, everyCase), before)
	expect(t, "at first", map[string]float64{"": 1}, values(t, b, casesOpened, indicator.NotSplit))
	b.Case(later)
	expect(t, "once a case was opened", map[string]float64{"": 2}, values(t, b, casesOpened, indicator.NotSplit))

	tell(t, b, published(planID, 4, "case.status == Status.CLOSED"), before, later)
	expect(t, "by the next publication", map[string]float64{"": 0}, values(t, b, casesOpened, indicator.NotSplit))
	closed := *later
	closed.Status, closed.Last = casework.Closed, 5
	b.Case(&closed)
	expect(t, "once a case was closed", map[string]float64{"": 1}, values(t, b, casesOpened, indicator.NotSplit))
}

func TestWhatIsRecordedForAPlanCountsWithoutALookAtTheCases(t *testing.T) {
	b, s := boards(), published(planID, 1, everyCase)
	tell(t, b, s)
	s = held(s, 3)
	err := b.Plan(s, nil, func(func(*casework.Case) bool) { t.Error("the publication is the same and every case was asked for") })
	if err != nil {
		t.Fatal(err)
	}
	expect(t, "meetings", map[string]float64{"": 3}, values(t, b, meetingsHeld, indicator.NotSplit))
	if got, err := b.State(planID); got != s || err != nil {
		t.Errorf("the plan is %v, %v", got, err)
	}
	tell(t, b, held(published(planID, 3, everyCase), 5))
	expect(t, "meetings, in the next publication", map[string]float64{"": 5}, values(t, b, meetingsHeld, indicator.NotSplit))
}

func TestAPublicationThatDoesNotCompileLeavesTheOneBefore(t *testing.T) {
	b, first := boards(), published(planID, 1, everyCase)
	if err := b.Plan(published(planID, 1, "case.nothing"), nil, slices.Values([]*casework.Case(nil))); fault.KindOf(err) != fault.Invalid || err == nil {
		t.Fatalf("a plan that does not compile: %v", err)
	}
	if _, err := b.State(planID); fault.KindOf(err) != fault.NotFound {
		t.Errorf("it is there: %v", err)
	}
	tell(t, b, first)
	if err := b.Plan(published(planID, 2, "case.nothing"), nil, slices.Values([]*casework.Case(nil))); err == nil {
		t.Error("a plan that does not compile was taken")
	}
	b.Case(opened("one", 3))
	expect(t, "cases", map[string]float64{"": 1}, values(t, b, casesOpened, indicator.NotSplit))
	if got, err := b.State(planID); got != first || err != nil {
		t.Errorf("the plan is %v, %v", got, err)
	}
}

func TestFiguresAreSplitByWhatCanBeOpened(t *testing.T) {
	b := boards()
	tell(t, b, published(planID, 1, everyCase))
	for i, sealed := range []string{"FEMALE", "FEMALE", "MALE", "", "broken"} {
		id := strconv.Itoa(i)
		if i%2 == 0 {
			b.Person(&person.Record{ID: id, Demographics: []byte(sealed)})
		}
		b.Case(opened(id, casework.Position(i+2)))
		if i%2 == 1 {
			b.Person(&person.Record{ID: id, Demographics: []byte(sealed)})
		}
	}
	want := map[string]float64{"FEMALE": 2, "MALE": 1, indicator.NotAvailable: 2}
	expect(t, "by sex", want, values(t, b, casesOpened, indicator.BySex))

	closed := figures.New(figures.Config{Today: func() casework.Day { return 21_000 }})
	tell(t, closed, published(planID, 1, everyCase))
	closed.Person(&person.Record{ID: "0", Demographics: []byte("FEMALE")})
	closed.Case(opened("0", 2))
	expect(t, "by sex, where nothing is opened", map[string]float64{indicator.NotAvailable: 1}, values(t, closed, casesOpened, indicator.BySex))
}

func TestTheOnlyPlanNeedsNoName(t *testing.T) {
	b := boards()
	ask := func(id string, want fault.Kind) {
		t.Helper()
		_, err1 := b.State(id)
		_, err2 := b.Program(id)
		_, err3 := b.Figures(t.Context(), id, indicator.Query{})
		_, err4 := b.Explain(t.Context(), id, casesOpened, "", indicator.Page{})
		for _, err := range []error{err1, err2, err3, err4} {
			if (err == nil) != (want == 0) || err != nil && fault.KindOf(err) != want {
				t.Errorf("plan %q of %v: %v", id, b.IDs(), err)
			}
		}
	}
	ask("", fault.NotFound)
	tell(t, b, published(planID, 1, everyCase))
	ask("", 0)
	ask(planID, 0)
	ask("CREMA-2025-2027", fault.NotFound)
	tell(t, b, published("CREMA-2025-2027", 2, everyCase))
	ask("", fault.Invalid)
	ask(planID, 0)
	if got := b.IDs(); !slices.Equal(got, []string{"CREMA-2025-2027", planID}) {
		t.Errorf("plans: %v", got)
	}
}

// What is told in any order, states of the past included, is the figures of
// the newest states.
func TestFiguresDoNotDependOnTheOrderInWhichTheyWereTold(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		b, s := boards(), published(planID, 1, everyCase)
		var newest []*casework.Case
		sexes, bySex := map[string]string{}, map[string]float64{}
		for i := range rapid.IntRange(1, 30).Draw(r, "steps") {
			who := strconv.Itoa(rapid.IntRange(0, 4).Draw(r, "who"))
			switch rapid.IntRange(0, 4).Draw(r, "step") {
			case 0:
				sexes[who] = rapid.SampledFrom([]string{"FEMALE", "MALE", ""}).Draw(r, "sex")
				b.Person(&person.Record{ID: who, Demographics: []byte(sexes[who])})
			case 1:
				s = published(planID, uint64(i+2), everyCase)
				tell(t, b, s, newest...)
			case 2:
				if err := b.Settle(t.Context()); err != nil {
					r.Fatal(err)
				}
			default:
				c := opened(who, casework.Position(i+1))
				newest = append(newest, c)
				next := *c
				next.Last++
				newest[len(newest)-1] = &next
				b.Case(&next)
				b.Case(c)
			}
		}
		tell(t, b, s, newest...)
		for _, c := range newest {
			sex := sexes[c.Person]
			if sex == "" {
				sex = indicator.NotAvailable
			}
			bySex[sex]++
		}
		if diff := cmp.Diff(bySex, values(t, b, casesOpened, indicator.BySex)); diff != "" {
			r.Fatalf("by sex (-want +got):\n%s", diff)
		}
	})
}

func TestAnybodyAsksWhileOneTells(t *testing.T) {
	b, s := boards(), published(planID, 1, everyCase)
	tell(t, b, s)
	done := make(chan struct{})
	var asking sync.WaitGroup
	for range 3 {
		asking.Go(func() {
			for last := 0.0; ; {
				got := values(t, b, casesOpened, indicator.NotSplit)[""]
				if got < last {
					t.Errorf("the cases became fewer: %v after %v", got, last)
				}
				last = got
				select {
				case <-done:
					return
				default:
				}
			}
		})
	}
	var all []*casework.Case
	for i := range 300 {
		all = append(all, opened(strconv.Itoa(i%7), casework.Position(i+2)))
		b.Case(all[i])
		b.Person(&person.Record{ID: strconv.Itoa(i % 7)})
		if i%100 == 50 {
			tell(t, b, published(planID, uint64(i+2), everyCase), all...)
		}
		if i%10 == 0 {
			s, err := b.State(planID)
			if err != nil {
				t.Fatal(err)
			}
			tell(t, b, held(s, 1), all...)
		}
	}
	close(done)
	asking.Wait()
	expect(t, "cases", map[string]float64{"": 300}, values(t, b, casesOpened, indicator.NotSplit))
}
