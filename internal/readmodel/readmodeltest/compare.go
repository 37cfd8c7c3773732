package readmodeltest

import (
	"reflect"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/testing/protocmp"

	"percorsi/internal/casework"
	"percorsi/internal/fault"
	"percorsi/internal/readmodel"
)

// equal compares what may hold messages. Messages that are the same down to
// their caches are equal, and most are: that saves the way through cmp.
func equal(t *testing.T, what string, want, got any) {
	t.Helper()
	if reflect.DeepEqual(want, got) {
		return
	}
	if diff := cmp.Diff(want, got, protocmp.Transform()); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

// mark is what tells one state of a case from another: a state is what its
// commits make of it, which other tests compare in full.
type mark struct {
	ID     casework.CaseID
	Last   casework.Position
	Status casework.Status
}

func markOf(c *casework.Case) mark { return mark{ID: c.ID, Last: c.Last, Status: c.Status} }

// equalStates compares lists of states.
func equalStates(t *testing.T, what string, want, got []*casework.Case) {
	t.Helper()
	equal(t, what, each(want, markOf), each(got, markOf))
}

// equalRows compares a list of cases with the states it has to show, whole.
func equalRows(t *testing.T, what string, want []*casework.Case, got []readmodel.Summary) {
	t.Helper()
	equal(t, what, each(want, summaryOf), each(got, itself))
}

// equalItems compares work lists, whole.
func equalItems(t *testing.T, want, got []readmodel.ClockRow) {
	t.Helper()
	equal(t, "work list", each(want, itself), each(got, itself))
}

func itself[T any](e T) T { return e }

func each[T, V any](list []T, of func(T) V) []V {
	var out []V
	for _, e := range list {
		out = append(out, of(e))
	}
	return out
}

// kind checks the kind of an error.
func kind(t *testing.T, what string, err error, want fault.Kind) {
	t.Helper()
	if err == nil || fault.KindOf(err) != want {
		t.Errorf("%s: %v, want an error of kind %d", what, err, want)
	}
}

// rows walks all pages of a list of cases, and checks on each what all have in
// common.
func rows(t *testing.T, m readmodel.Model, by readmodel.Scope, f readmodel.CaseFilter, size int) []readmodel.Summary {
	t.Helper()
	var out []readmodel.Summary
	total := -1
	for p := (readmodel.Page{Size: size}); ; {
		page, err := m.Cases(t.Context(), by, f, p)
		if err != nil {
			t.Fatal(err)
		}
		if total >= 0 && page.Total != total {
			t.Errorf("the total changed from %d to %d", total, page.Total)
		}
		total = page.Total
		if len(page.Rows) > size || page.Next != "" && len(page.Rows) < size {
			t.Errorf("a page of %d rows, and next %q; asked for %d", len(page.Rows), page.Next, size)
		}
		out = append(out, page.Rows...)
		if p.Token = page.Next; p.Token == "" {
			break
		}
	}
	if total != len(out) {
		t.Errorf("total %d, and %d rows on all pages", total, len(out))
	}
	return out
}

// items walks all pages of the work list.
func items(t *testing.T, m readmodel.Model, by readmodel.Scope, f readmodel.ClockFilter, size int) []readmodel.ClockRow {
	t.Helper()
	var out []readmodel.ClockRow
	for p := (readmodel.Page{Size: size}); ; {
		page, err := m.Clocks(t.Context(), by, f, p)
		if err != nil {
			t.Fatal(err)
		}
		if len(page.Rows) > size || page.Next != "" && len(page.Rows) < size {
			t.Errorf("a page of %d clocks, and next %q; asked for %d", len(page.Rows), page.Next, size)
		}
		out = append(out, page.Rows...)
		if p.Token = page.Next; p.Token == "" {
			if page.Total != len(out) {
				t.Errorf("total %d, and %d clocks on all pages", page.Total, len(out))
			}
			return out
		}
	}
}
