package readmodeltest

import (
	"slices"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"percorsi/internal/access"
	"percorsi/internal/casework"
	"percorsi/internal/casework/casetest"
	"percorsi/internal/indicator"
	"percorsi/internal/readmodel"
)

func (s *suite) histories() map[string]func(*testing.T) {
	return map[string]func(*testing.T){
		"any history in any pieces is a straight fold": s.anyHistory,
		"everybody reads while the log is folded":      s.everybodyReads,
	}
}

// anyHistory folds random histories in random pieces, some of which come again
// from an earlier place, and compares with a straight fold after each.
func (s *suite) anyHistory(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		seed := rapid.Uint64Range(0, 1<<20).Draw(r, "seed")
		log := casetest.District(seed, rapid.IntRange(1, 5).Draw(r, "cases"))
		whole := newBook()
		for _, c := range casetest.Correct(seed, log, rapid.IntRange(0, 6).Draw(r, "corrections")) {
			whole.write(t, c)
		}
		m, b := s.model(t), newBook()
		b.write(t, published(t, planID, 1, everyCase))
		for next := 0; next < len(whole.records); {
			back := casework.Position(rapid.IntRange(0, 5).Draw(r, "comes again"))
			from := b.last() - min(back, b.last()-1)
			n := min(rapid.IntRange(1, 400).Draw(r, "piece"), len(whole.records)-next)
			for _, record := range whole.records[next : next+n] {
				b.write(t, readmodel.Decode(record).Commit)
			}
			next += n
			if err := m.Apply(t.Context(), b.deliveries(min(from, at(t, m)+1), b.last())); err != nil {
				r.Fatal(err)
			}
			s.compare(t, b, m, access.Caller{User: "op-002", Role: access.CaseManager, Body: "ACSI"})
		}
		for id, want := range b.states {
			got, err := m.Case(t.Context(), id)
			if err != nil {
				r.Fatal(err)
			}
			equal(t, "case", want, got)
		}
		if t.Failed() {
			r.Fatal("see above")
		}
	})
}

// compare asks for everything.
func (s *suite) compare(t *testing.T, b *book, m readmodel.Model, caller access.Caller) {
	t.Helper()
	sees := func(c *casework.Case) bool { return access.Sees(caller, c) }
	equalRows(t, "cases", b.newestFirst(always), rows(t, m, readmodel.Everything(), readmodel.CaseFilter{}, 5))
	equalRows(t, "cases of a caller", b.newestFirst(sees), rows(t, m, readmodel.SeenBy(caller), readmodel.CaseFilter{}, 3))
	equalItems(t, s.agenda(b, everyOne), items(t, m, readmodel.Everything(), readmodel.ClockFilter{}, 5))
	equalItems(t, s.agenda(b, func(c *casework.Case, _ casework.Clock) bool { return sees(c) }),
		items(t, m, readmodel.SeenBy(caller), readmodel.ClockFilter{}, 3))
	for id, c := range b.states {
		got, err := m.Case(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		equal(t, "case", markOf(c), markOf(got))
		of, err := m.CasesOf(t.Context(), c.Person)
		if err != nil {
			t.Fatal(err)
		}
		equalStates(t, "cases of a person", b.newestFirst(isIn(c.Person)), of)
	}
	if got := value(t, m, figureCases); got != b.counted(always) {
		t.Errorf("%v cases counted, want %v", got, b.counted(always))
	}
}

// everybodyReads is for the race detector, and for answers that are of one
// position in all their parts.
func (s *suite) everybodyReads(t *testing.T) {
	b, m := newBook(), s.model(t)
	b.write(t, published(t, planID, 1, everyCase))
	for _, r := range district(t, 51, 30).records {
		b.write(t, readmodel.Decode(r).Commit)
	}
	done := make(chan struct{})
	var readers sync.WaitGroup
	for n := range 4 {
		readers.Go(func() { s.read(t, b, m, n, done) })
	}
	for p := casework.Position(1); p <= b.last(); p += 3 {
		if err := m.Apply(t.Context(), b.deliveries(p, min(p+2, b.last()))); err != nil {
			t.Error(err)
			break
		}
	}
	close(done)
	readers.Wait()
	s.compare(t, b, m, access.Caller{User: "op-002", Role: access.CaseManager, Body: "ACSI"})
}

// read asks this and that until done, and once more.
func (s *suite) read(t *testing.T, b *book, m readmodel.Model, n int, done <-chan struct{}) {
	caller := access.Caller{User: "op-002", Role: access.Coordinator, Body: []string{"ACSI", "ASSC"}[n%2]}
	for last := casework.Position(0); ; {
		page, err := m.Cases(t.Context(), readmodel.SeenBy(caller), readmodel.CaseFilter{}, readmodel.Page{Size: 20})
		if err != nil {
			t.Error(err)
		}
		for _, c := range page.Rows {
			state := b.stateAt(t, c.ID, c.Last)
			if c.Last > page.Position || !access.Sees(caller, state) {
				t.Errorf("a page of position %d shows a state of %d, seen = %v", page.Position, c.Last, access.Sees(caller, state))
			}
			equal(t, "row", summaryOf(state), c)
		}
		clocks, err := m.Clocks(t.Context(), readmodel.SeenBy(caller), readmodel.ClockFilter{}, readmodel.Page{Size: 20})
		if err != nil {
			t.Error(err)
		}
		s.clocksAgree(t, b, clocks)
		if page.Position < last || clocks.Position < page.Position {
			t.Errorf("positions went back: %d, %d, %d", last, page.Position, clocks.Position)
		}
		last = clocks.Position
		if _, err := m.Figures(t.Context(), "", indicator.Query{By: indicator.ByComune}); err != nil && last > 0 {
			t.Error(err)
		}
		if _, err := m.CasesOf(t.Context(), b.states[b.opened[n]].Person); err != nil {
			t.Error(err)
		}
		select {
		case <-done:
			return
		default:
		}
	}
}

// clocksAgree checks that a row shows a clock of the very state it shows.
func (s *suite) clocksAgree(t *testing.T, b *book, page readmodel.ClockPage) {
	t.Helper()
	for _, r := range page.Rows {
		state := b.stateAt(t, r.Case.ID, r.Case.Last)
		equal(t, "case of a clock", summaryOf(state), r.Case)
		if !slices.Contains(casework.Running(s.rules, state), r.Clock) || r.Case.Last > page.Position {
			t.Errorf("a page of position %d shows a clock that the case, last changed at %d, does not have", page.Position, r.Case.Last)
		}
	}
}
