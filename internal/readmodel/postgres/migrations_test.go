package postgres_test

import (
	"slices"
	"testing"

	"percorsi/internal/readmodel"
)

// TestTablesOfTheVersionBeforeAreBroughtUpToDateWhereTheyStand opens a model on
// tables with rows in them that lack the newest migration.
func TestTablesOfTheVersionBeforeAreBroughtUpToDateWhereTheyStand(t *testing.T) {
	t.Parallel()
	b, p := district(t, 4, 20), pool(t)
	indexes := func() []string {
		return list[string](t, p, "select indexdef from pg_indexes where schemaname = 'percorsi' order by 1")
	}
	want := indexes()
	m := open(t, p, needs(t))
	b.tell(m, 0)
	closed(t, m)
	exec(t, p, "drop index percorsi.clocks_of_name")
	exec(t, p, "update percorsi.schema_version set version = 3")
	if slices.Equal(want, indexes()) {
		t.Fatal("nothing is missing")
	}
	m = open(t, p, needs(t))
	if got := indexes(); !slices.Equal(want, got) {
		t.Errorf("the tables have %v, want %v", got, want)
	}
	page, err := m.Clocks(t.Context(), readmodel.Everything(), readmodel.ClockFilter{}, readmodel.Page{})
	if err != nil || page.Total == 0 {
		t.Errorf("%d clocks are left, %v", page.Total, err)
	}
	isTheLog(t, b, m)
}
