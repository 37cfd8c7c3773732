package casefile_test

import (
	"strings"
	"testing"

	"github.com/google/uuid"

	"percorsi/deploy/clocks"
	"percorsi/internal/access"
	"percorsi/internal/casework"
	"percorsi/internal/casework/casetest"
	"percorsi/internal/casework/clockfile"
	"percorsi/internal/eventlog"
	"percorsi/internal/fact"
	"percorsi/internal/fault"
	casefilev1 "percorsi/internal/gen/percorsi/casefile/v1"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	"percorsi/internal/readmodel"
	"percorsi/internal/readmodel/memory"
	"percorsi/services/casefile"
)

// opened folds n cases of ADI that were just opened, after those that are there.
func opened(t *testing.T, m *memory.Model, n int) {
	t.Helper()
	at, err := m.Position(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	c := casetest.Story(1, eventv1.Pathway_PATHWAY_ADI)[0]
	var batch []readmodel.Delivery
	for range n {
		c.CommandId, c.CommitId = uuid.NewString(), uuid.NewString()
		c.Stream = readmodel.CaseStream + "." + c.GetCommandId()
		data, err := fact.Encode(c)
		if err != nil {
			t.Fatal(err)
		}
		at++
		batch = append(batch, readmodel.Decode(eventlog.Record{
			Position: eventlog.Position(at), Stream: eventlog.Stream(c.GetStream()), Data: data, StoredAt: stoppedAt,
		}))
	}
	if err := m.Apply(t.Context(), batch); err != nil {
		t.Fatal(err)
	}
}

func TestListsSayThatMoreMatchThanAreCounted(t *testing.T) {
	rules, err := clockfile.Read(clocks.YAML())
	if err != nil {
		t.Fatal(err)
	}
	m := memory.New(memory.Config{Clocks: rules, Today: func() casework.Day { return 21_000 }})
	server := serve(m)
	ctx := access.WithCaller(t.Context(), access.Caller{User: "op.1", Role: access.Planner, Body: "UFFICIO-DI-PIANO"})
	for _, c := range []struct {
		opened int
		more   bool
	}{{readmodel.CountedTo, false}, {1, true}} {
		opened(t, m, c.opened)
		cases, err := server.ListCases(ctx, &casefilev1.ListCasesRequest{})
		if err != nil {
			t.Fatal(err)
		}
		if cases.GetTotal() != readmodel.CountedTo || cases.GetMoreThanTotal() != c.more {
			t.Errorf("cases: %d, more %v, want more %v", cases.GetTotal(), cases.GetMoreThanTotal(), c.more)
		}
		work, err := server.ListClocks(ctx, &casefilev1.ListClocksRequest{Clock: "T120"})
		if err != nil {
			t.Fatal(err)
		}
		if work.GetTotal() != readmodel.CountedTo || work.GetMoreThanTotal() != c.more {
			t.Errorf("work list: %d, more %v, want more %v", work.GetTotal(), work.GetMoreThanTotal(), c.more)
		}
	}
}

func TestAWorkListIsForThoseWhoAreAskedForAndForTheDaysThatAre(t *testing.T) {
	rules, err := clockfile.Read(clocks.YAML())
	if err != nil {
		t.Fatal(err)
	}
	story := casetest.Story(1, eventv1.Pathway_PATHWAY_ADI)
	m := memory.New(memory.Config{Clocks: rules, Today: func() casework.Day { return 21_000 }})
	fold(t, m, story[:1], false)
	all, err := m.Clocks(t.Context(), readmodel.Everything(), readmodel.ClockFilter{Name: "T120"}, readmodel.Page{})
	if err != nil || len(all.Rows) != 1 {
		t.Fatalf("%+v, %v", all, err)
	}
	clock, of := all.Rows[0].Clock, all.Rows[0].Case
	day := func(after int32) *int32 { return &after }
	for name, c := range map[string]struct {
		today casework.Day
		ask   *casefilev1.ListClocksRequest
		want  int
	}{
		"everything":                         {clock.DueOn, &casefilev1.ListClocksRequest{}, 1},
		"overdue, on the day it is due":      {clock.DueOn, &casefilev1.ListClocksRequest{DueWithinDays: day(-1)}, 0},
		"overdue, the day after":             {clock.DueOn + 1, &casefilev1.ListClocksRequest{DueWithinDays: day(-1)}, 1},
		"due today":                          {clock.DueOn, &casefilev1.ListClocksRequest{DueWithinDays: day(0)}, 1},
		"due today, the day before":          {clock.DueOn - 1, &casefilev1.ListClocksRequest{DueWithinDays: day(0)}, 0},
		"due within a week":                  {clock.DueOn - 7, &casefilev1.ListClocksRequest{DueWithinDays: day(7)}, 1},
		"due within a week, but not overdue": {clock.DueOn + 1, &casefilev1.ListClocksRequest{DueWithinDays: day(7), DueFrom: (clock.DueOn + 1).String()}, 0},
		"of the person":                      {clock.DueOn, &casefilev1.ListClocksRequest{PersonId: of.Person}, 1},
		"of somebody else":                   {clock.DueOn, &casefilev1.ListClocksRequest{PersonId: uuid.NewString()}, 0},
		"of the body":                        {clock.DueOn, &casefilev1.ListClocksRequest{Body: of.ManagingBody}, 1},
		"of another body":                    {clock.DueOn, &casefilev1.ListClocksRequest{Body: "NOBODY"}, 0},
		"of whom nobody assigned":            {clock.DueOn, &casefilev1.ListClocksRequest{Mine: true}, 0},
	} {
		server := casefile.NewServer(casefile.Config{Model: m, Clocks: rules, Today: func() casework.Day { return c.today }})
		ctx := access.WithCaller(t.Context(), access.Caller{User: "op.1", Role: access.Coordinator, Body: of.ManagingBody})
		c.ask.Clock = "T120"
		page, err := server.ListClocks(ctx, c.ask)
		if err != nil || len(page.GetItems()) != c.want {
			t.Errorf("%s: %d items, want %d, %v", name, len(page.GetItems()), c.want, err)
		}
	}
}

// managed gives a model with one case, which has a case manager.
func managed(t *testing.T) (*memory.Model, readmodel.Summary) {
	t.Helper()
	for seed := range uint64(30) {
		m := newModel()
		fold(t, m, casetest.Story(seed, eventv1.Pathway_PATHWAY_ADI), false)
		all, err := m.Cases(t.Context(), readmodel.Everything(), readmodel.CaseFilter{}, readmodel.Page{})
		if err != nil {
			t.Fatal(err)
		}
		if all.Total == 1 && all.Rows[0].CaseManager != "" {
			return m, all.Rows[0]
		}
	}
	t.Fatal("no story has a case manager")
	return nil, readmodel.Summary{}
}

func TestMineIsWhatTheCallerWorksOn(t *testing.T) {
	m, one := managed(t)
	for user, want := range map[string]int{one.CaseManager: 1, "op.nobody": 0} {
		ctx := access.WithCaller(t.Context(), access.Caller{User: user, Role: access.Coordinator, Body: one.ManagingBody})
		for _, ask := range []*casefilev1.ListCasesRequest{{Mine: true}, {Member: user}} {
			page, err := serve(m).ListCases(ctx, ask)
			if err != nil || len(page.GetCases()) != want {
				t.Errorf("%s, %v: %d cases, want %d, %v", user, ask, len(page.GetCases()), want, err)
			}
		}
	}
}

func TestAWorkListIsNotAskedForInTwoWaysAtOnce(t *testing.T) {
	ctx := access.WithCaller(t.Context(), access.Caller{User: "op.1", Role: access.Coordinator, Body: "ACSI"})
	today := int32(0)
	for field, ask := range map[string]*casefilev1.ListClocksRequest{
		"due_within_days": {DueWithinDays: &today, DueBy: "2025-03-31"},
		"member":          {Mine: true, Member: "op.2"},
		"due_from":        {DueFrom: "2025-02-30"},
		"due_by":          {DueBy: "2025-02-30"},
	} {
		_, err := serve(newModel()).ListClocks(ctx, ask)
		if fault.KindOf(err) != fault.Invalid || !strings.Contains(err.Error(), field) {
			t.Errorf("%s: %v", field, err)
		}
	}
	_, err := serve(newModel()).ListCases(ctx, &casefilev1.ListCasesRequest{Mine: true, Member: "op.2"})
	if fault.KindOf(err) != fault.Invalid {
		t.Errorf("cases: %v", err)
	}
}

func TestCasesAreListedByWhatTheyLack(t *testing.T) {
	m := newModel()
	opened(t, m, 3)
	server := serve(m)
	ctx := access.WithCaller(t.Context(), access.Caller{User: "op.1", Role: access.Planner, Body: "UFFICIO-DI-PIANO"})
	for _, c := range []struct {
		lacks []casefilev1.Lack
		want  int64
	}{
		{nil, 3},
		{[]casefilev1.Lack{casefilev1.Lack_LACK_MEETING}, 3},
		{[]casefilev1.Lack{casefilev1.Lack_LACK_MEETING, casefilev1.Lack_LACK_SUMMONS}, 3},
		{[]casefilev1.Lack{casefilev1.Lack_LACK_MEETING, casefilev1.Lack_LACK_ANSWER}, 0},
	} {
		page, err := server.ListCases(ctx, &casefilev1.ListCasesRequest{Lacks: c.lacks})
		if err != nil || page.GetTotal() != c.want {
			t.Errorf("%v: %d cases, want %d, %v", c.lacks, page.GetTotal(), c.want, err)
		}
	}
}
