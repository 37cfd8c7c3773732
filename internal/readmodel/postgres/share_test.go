package postgres_test

import (
	"context"
	"strings"
	"testing"

	"percorsi/internal/casework"
	"percorsi/internal/eventlog"
	"percorsi/internal/indicator"
	"percorsi/internal/readmodel"
	"percorsi/internal/readmodel/postgres"
)

// counted asks for the figures of the plan of the tests.
var counted = []question{one("figures", func(ctx context.Context, m readmodel.Model) (any, error) {
	return m.Figures(ctx, planID, indicator.Query{})
})}

func TestWhoWritesNeedsNoCopyToCountFigures(t *testing.T) {
	t.Parallel()
	b, p := history(t, 21, 20), pool(t)
	want, m := inMemory(t), open(t, p, needs(t))
	b.tell(want, 0)
	b.tell(m, 20)
	if err := m.Settle(t.Context()); err != nil {
		t.Fatal(err)
	}
	b.tell(m, 0)
	exec(t, p, "truncate percorsi_log.commits")
	agree(t, want, m, counted)
}

func TestFiguresFollowWhoeverWrites(t *testing.T) {
	t.Parallel()
	b, p := history(t, 22, 30), pool(t)
	models := []*postgres.Model{open(t, p, needs(t)), open(t, reach(t, p.Config().ConnString()), needs(t))}
	const steps, turn = 12, 3
	for step := range steps {
		if step%turn == 0 {
			for _, pid := range holders(t, p, postgres.Leadership) {
				exec(t, p, cutOne, pid)
			}
		}
		upTo := b.at * eventlog.Position(step+1) / steps
		list := b.deliveries(b.at*eventlog.Position(step)/steps, upTo)
		writer := models[step/turn%len(models)]
		if err := writer.Apply(t.Context(), list); err != nil && step%turn == 0 { // it may have led before
			err = writer.Apply(t.Context(), list)
			if err != nil {
				t.Fatal(err)
			}
		}
		want := inMemory(t)
		b.tell(want, upTo)
		for _, m := range models {
			if err := m.Wait(t.Context(), casework.Position(upTo)); err != nil {
				t.Fatal(err)
			}
			agree(t, want, m, counted)
		}
	}
}

// TestABatchOfManyPartsStopsWhereATableRefuses has parts that were folded on
// top of one that fails.
func TestABatchOfManyPartsStopsWhereATableRefuses(t *testing.T) {
	t.Parallel()
	b, p := district(t, 23, 120), pool(t)
	streams := b.streams(readmodel.CaseStream)
	for _, s := range []int{0, len(streams) / 2, len(streams) - 1} {
		id := strings.TrimPrefix(string(streams[s]), "case.")
		exec(t, p, "alter table percorsi.cases add check (commits < 4 or case_id <> '"+id+"')")
	}
	m := open(t, p, needs(t))
	b.tell(m, 0)
	if got := eventlog.Position(at(t, m)); got != b.at {
		t.Errorf("the rows are at %d, and the log goes to %d", got, b.at)
	}
	if n := value[int](t, p, "select count(*) from percorsi.quarantine"); n != 3 {
		t.Errorf("%d streams stopped: %v", n, list[string](t, p, "select reason from percorsi.quarantine"))
	}
	for _, name := range list[string](t, p, "select conname from pg_constraint where conrelid = 'percorsi.cases'::regclass and contype = 'c'") {
		exec(t, p, "alter table percorsi.cases drop constraint "+name)
	}
	closed(t, m)
	next := open(t, p, needs(t))
	if err := next.Lead(t.Context()); err != nil {
		t.Fatal(err)
	}
	isTheLog(t, b, next)
}
