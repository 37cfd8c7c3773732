package postgres

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"percorsi/internal/casework"
	"percorsi/internal/casework/casetest"
	"percorsi/internal/eventlog"
	"percorsi/internal/fault"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	"percorsi/internal/indicator"
	"percorsi/internal/readmodel"
	"percorsi/internal/readmodel/figures"
	"percorsi/internal/readmodel/memory"
	"percorsi/internal/readmodel/readmodeltest"
)

func follow(s *store) *follower {
	return newFollower(s.pool, figures.Config{Opener: readmodeltest.Opener{}, Today: today}, nil, quiet())
}

func inMemory() *memory.Model {
	return memory.New(memory.Config{Opener: readmodeltest.Opener{}, Today: today})
}

// feed brings the other backend up to a position.
func (s *store) feed(m *memory.Model, upTo casework.Position) {
	s.Helper()
	at, err := m.Position(s.Context())
	if err != nil {
		s.Fatal(err)
	}
	var more []readmodel.Delivery
	for _, r := range s.records[at:upTo] {
		more = append(more, readmodel.Decode(r))
	}
	if err := m.Apply(s.Context(), more); err != nil {
		s.Fatal(err)
	}
}

// asker is what both backends answer about figures.
type asker func(ctx context.Context, id string, q indicator.Query) ([]indicator.Figure, error)

func (f *follower) at(upTo casework.Position) asker {
	return func(ctx context.Context, id string, q indicator.Query) ([]indicator.Figure, error) {
		return f.figures(ctx, upTo, id, q)
	}
}

// agree compares every figure that two backends give.
func (s *store) agree(want, got asker) {
	s.Helper()
	for _, q := range []indicator.Query{
		{},
		{Period: "2025"},
		{Period: "2026", By: indicator.ByComune},
		{By: indicator.BySex},
		{By: indicator.ByYear},
	} {
		w, err := want(s.Context(), "", q)
		if err != nil {
			s.Fatal(err)
		}
		g, err := got(s.Context(), "", q)
		if err != nil {
			s.Fatal(err)
		}
		if diff := cmp.Diff(w, g); diff != "" {
			s.Fatalf("%+v (-memory +postgres):\n%s", q, diff)
		}
	}
}

// register makes the commit by which the person of a case becomes known.
func register(tb testing.TB, person string, sex eventv1.Sex) *eventv1.Commit {
	tb.Helper()
	return commit(tb, eventlog.Stream(readmodel.PersonStream+"."+person), "2025-01-10", &eventv1.PersonRegistered{
		IdentifierKind: eventv1.IdentifierKind_IDENTIFIER_KIND_STP, Identity: []byte("sealed"),
		Demographics: sealed(tb, &eventv1.Demographics{BirthYear: 1980, Sex: sex}),
	})
}

// town writes a district of n cases, the plan of the program somewhere among
// them, and every third person.
func (s *store) town(n int) {
	s.Helper()
	commits := casetest.District(3, n)
	for i, c := range commits {
		if i == len(commits)/3 {
			s.write(shippedPlan(s))
		}
		s.write(c)
		if signalled := c.GetFacts()[0].GetSignalled(); signalled != nil && i%3 == 0 {
			s.write(register(s, signalled.GetPersonId(), eventv1.Sex_SEX_FEMALE))
		}
	}
}

func TestFiguresAreThoseOfTheStatesInWhateverPiecesTheyAreRead(t *testing.T) {
	s := newStore(t)
	s.town(80)
	s.copyAll()
	f, m := follow(s), inMemory()
	for _, at := range []casework.Position{s.last() / 2, s.last()/2 + 1, s.last() - 40, s.last()} {
		s.stand(at)
		s.feed(m, at)
		s.agree(m.Figures, f.at(at))
	}
	s.agree(f.at(s.last()), follow(s).at(s.last()))
	want, err := m.Explain(t.Context(), "", "A1.OUT.1", "", indicator.Page{Size: 500})
	if err != nil {
		t.Fatal(err)
	}
	got, err := f.explain(t.Context(), s.last(), "", "A1.OUT.1", "", indicator.Page{Size: 500})
	if err != nil {
		t.Fatal(err)
	}
	if want.Total == 0 || got.Total != want.Total || !slices.Equal(got.Evidence, want.Evidence) {
		t.Errorf("explained by %d units, want %d", got.Total, want.Total)
	}
}

func TestFiguresDoNotRunAheadOfTheRows(t *testing.T) {
	s := newStore(t)
	s.town(20)
	s.copyAll()
	s.stand(s.last() - 100)
	f := follow(s)
	if err := f.catchUp(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	if got := casework.Position(f.reached.Load()); got != s.last()-100 {
		t.Errorf("the figures are at %d, the rows at %d", got, s.last()-100)
	}
	_, err := f.figures(t.Context(), s.last(), "", indicator.Query{})
	if fault.KindOf(err) != fault.Unavailable || err == nil {
		t.Errorf("a position that the rows do not have: %v", err)
	}
}

// count gives how many cases a plan of one indicator counts.
func count(t *testing.T, f *follower, at casework.Position) float64 {
	t.Helper()
	out, err := f.figures(t.Context(), at, onePlan, indicator.Query{Indicators: []string{"A1.OUT.1"}})
	if err != nil {
		t.Fatal(err)
	}
	return *out[0].Value
}

const onePlan = "LODI-2025-2027"

// casesPlan is a plan that counts the cases which meet an expression.
func casesPlan(tb testing.TB, of string) *eventv1.Commit {
	tb.Helper()
	return published(tb, &eventv1.Plan{
		PlanId: onePlan, Version: 1, From: "2025-01-01", To: "2027-12-31",
		Objectives: []*eventv1.Objective{{ObjectiveId: "A1", Area: eventv1.Area_AREA_POVERTY, Title: "Poverty"}},
		Indicators: []*eventv1.Indicator{{
			IndicatorId: "A1.OUT.1", ObjectiveId: "A1", Label: "cases", Dimension: eventv1.Dimension_DIMENSION_OUTPUT,
			Definition: &eventv1.Definition{
				Version: 1, Period: eventv1.PeriodKind_PERIOD_KIND_TRIENNIUM,
				Unit: eventv1.UnitOfCount_UNIT_OF_COUNT_CASE, Aggregation: eventv1.Aggregation_AGGREGATION_COUNT,
				Source: eventv1.Source_SOURCE_CASES, Of: of,
			},
		}},
	})
}

const everyCase = "case.opened_on != 0"

// opening makes the commit that opens a case, and gives its stream.
func opening(tb testing.TB) (eventlog.Stream, *eventv1.Commit) {
	tb.Helper()
	c := commit(tb, "", "2025-02-01", &eventv1.Signalled{
		PersonId: uuid.NewString(), Pathway: eventv1.Pathway_PATHWAY_GENERALE, Area: eventv1.Area_AREA_POVERTY,
		Service: eventv1.Service_SERVICE_POVERTY_TEAM, Comune: "098031", ManagingBody: "ACSI",
		SignalledByKind: eventv1.BodyKind_BODY_KIND_CITIZEN,
	})
	c.Stream = readmodel.CaseStream + "." + c.GetCommandId()
	return eventlog.Stream(c.GetStream()), c
}

func TestACommitThatCannotBeFoldedStopsItsStreamAlone(t *testing.T) {
	s := newStore(t)
	s.write(casesPlan(t, "case.status == Status.IN_CHARGE"))
	bad, c := opening(t)
	s.write(c)
	good, c := opening(t)
	s.write(c)
	s.raw(bad, []byte{0xff})
	s.write(commit(t, bad, "2025-02-02", &eventv1.TakenInCharge{}))
	s.write(commit(t, good, "2025-02-02", &eventv1.TakenInCharge{}))
	s.load()
	f := follow(s)
	if got := count(t, f, s.last()); got != 1 {
		t.Errorf("%v cases are in charge, want 1", got)
	}
	if at := f.stoppedAt(bad); at != 4 {
		t.Errorf("stopped at %d, want 4", at)
	}
}

func TestFiguresStopWhereTheRowsDoAndGoOnWithThem(t *testing.T) {
	s := newStore(t)
	s.write(casesPlan(t, "case.status == Status.IN_CHARGE"))
	stream, c := opening(t)
	s.write(c)
	s.load()
	f := follow(s)
	count(t, f, s.last())

	s.stop(stream, s.write(commit(t, stream, "2025-02-02", &eventv1.TakenInCharge{})))
	s.load()
	if got := count(t, f, s.last()); got != 0 {
		t.Errorf("%v cases are in charge while the case is in quarantine", got)
	}
	s.exec("delete from percorsi.quarantine")
	_, c = opening(t)
	s.write(c)
	s.load()
	if got := count(t, f, s.last()); got != 1 {
		t.Errorf("%v cases are in charge once it goes on, want 1", got)
	}
}

func TestAPlanOfWhichNothingCouldBeFoldedSaysSo(t *testing.T) {
	s := newStore(t)
	at := s.write(casesPlan(t, "case.nothing"))
	s.load()
	f := follow(s)
	_, err := f.figures(t.Context(), at, onePlan, indicator.Query{})
	if fault.KindOf(err) != fault.Unavailable || err == nil || !strings.Contains(err.Error(), "position 1") {
		t.Errorf("a plan that stopped: %v", err)
	}
	for _, id := range []string{"", "OTHER"} {
		if _, err := f.explain(t.Context(), at, id, "A1.OUT.1", "", indicator.Page{}); fault.KindOf(err) != fault.NotFound {
			t.Errorf("plan %q: %v", id, err)
		}
	}
}

func TestAHoleInTheCopyIsAnAlarm(t *testing.T) {
	for _, missing := range []int64{1, 2, 5} {
		s := newStore(t)
		for range 5 {
			_, c := opening(t)
			s.write(c)
		}
		s.load()
		s.exec("delete from percorsi_log.commits where position = $1", missing)
		err := follow(s).catchUp(t.Context(), 5)
		if gap, ok := errors.AsType[*eventlog.Gap](err); !ok || int64(gap.Position) != missing {
			t.Errorf("%v, want a gap at %d", err, missing)
		}
	}
}

func TestWhoCannotWaitForTheFirstReadingIsToldSo(t *testing.T) {
	s := newStore(t)
	s.write(casesPlan(t, everyCase))
	s.load()
	f := follow(s)
	if err := f.hold(t.Context()); err != nil { // somebody reads
		t.Fatal(err)
	}
	short, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	if _, err := f.figures(short, 1, "", indicator.Query{}); fault.KindOf(err) != fault.Unavailable || err == nil {
		t.Errorf("out of time: %v", err)
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := f.figures(gone, 1, "", indicator.Query{}); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	f.release()
	if got := count(t, f, 1); got != 0 {
		t.Errorf("%v cases of none", got)
	}
}

func TestManyAskWhileTheRowsMoveOn(t *testing.T) {
	s := newStore(t)
	s.write(casesPlan(t, everyCase))
	for range 60 {
		_, c := opening(t)
		s.write(c)
	}
	s.copyAll()
	s.stand(1)
	f := follow(s)
	var asking sync.WaitGroup
	failures := make(chan error, 4)
	for range cap(failures) {
		asking.Go(func() {
			for at := casework.Position(1); at <= s.last(); {
				var rows int64
				if err := s.pool.QueryRow(t.Context(), "select position from percorsi.progress").Scan(&rows); err != nil {
					failures <- err
					return
				}
				at = casework.Position(rows)
				out, err := f.figures(t.Context(), at, "", indicator.Query{})
				if err != nil || *out[0].Value < float64(at-1) {
					failures <- fmt.Errorf("at %d: %+v, %w", at, out, err)
					return
				}
				if at == s.last() {
					return
				}
			}
		})
	}
	for at := casework.Position(1); at <= s.last(); at++ {
		s.stand(at)
	}
	asking.Wait()
	close(failures)
	for err := range failures {
		t.Error(err)
	}
}
