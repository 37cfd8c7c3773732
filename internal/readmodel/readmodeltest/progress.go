package readmodeltest

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"percorsi/internal/casework"
	"percorsi/internal/eventlog"
	"percorsi/internal/fault"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	"percorsi/internal/readmodel"
)

func (s *suite) progress() map[string]func(*testing.T) {
	return map[string]func(*testing.T){
		"the position is that of the last record":             s.position,
		"a commit that comes twice changes nothing":           s.twice,
		"a record that comes too early is a gap":              s.gap,
		"a wait ends once the position is reached":            s.wait,
		"a wait for what is there ends at once":               s.waitForThePast,
		"a wait that takes too long says so":                  s.waitTooLong,
		"a wait that nobody wants any more ends":              s.waitCancelled,
		"settling changes no answer":                          s.settle,
		"who watches a case is told of its next commit":       s.watch,
		"who is behind is told at once":                       s.watchBehind,
		"who watches a case that nobody opened is told so":    s.watchNothing,
		"who gives up watching goes":                          s.watchCancelled,
		"a question of somebody who hung up is not answered":  s.hungUp,
		"a batch that ends in a gap counts as far as it goes": s.gapInBatch,
	}
}

func at(t *testing.T, m readmodel.Model) casework.Position {
	t.Helper()
	p, err := m.Position(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func (s *suite) position(t *testing.T) {
	b, m := s.district(), s.model(t)
	if got := at(t, m); got != 0 {
		t.Errorf("an empty model is at %d", got)
	}
	b.tell(t, m)
	if got := at(t, m); got != b.last() {
		t.Errorf("at %d, want %d", got, b.last())
	}
}

func (s *suite) twice(t *testing.T) {
	b, m := s.district(), s.model(t)
	b.write(t, published(t, planID, 1, everyCase))
	b.write(t, activity(t, 1))
	b.tell(t, m)
	for _, from := range []casework.Position{1, b.last() / 2, b.last()} {
		if err := m.Apply(t.Context(), b.deliveries(from, b.last())); err != nil {
			t.Fatal(err)
		}
	}
	if got := at(t, m); got != b.last() {
		t.Errorf("at %d, want %d", got, b.last())
	}
	equalRows(t, "cases", b.newestFirst(always), rows(t, m, readmodel.Everything(), readmodel.CaseFilter{}, 50))
	equalItems(t, s.agenda(b, everyOne), items(t, m, readmodel.Everything(), readmodel.ClockFilter{}, 50))
	if got := value(t, m, figureCases); got != b.counted(always) {
		t.Errorf("%v cases counted, want %v", got, b.counted(always))
	}
	if got := value(t, m, figureMeetings); got != 1 {
		t.Errorf("%v meetings counted, want 1", got)
	}
}

func (s *suite) gap(t *testing.T) {
	b, m := s.district(), s.model(t)
	for _, missing := range []casework.Position{1, 4} {
		err := m.Apply(t.Context(), b.deliveries(missing+1, missing+2))
		gap, ok := errors.AsType[*eventlog.Gap](err)
		if !ok || casework.Position(gap.Position) != missing {
			t.Errorf("%v, want a gap at %d", err, missing)
		}
		if got := at(t, m); got != missing-1 {
			t.Errorf("at %d after the gap, want %d", got, missing-1)
		}
		if err := m.Apply(t.Context(), b.deliveries(missing, 3)); err != nil && missing < 3 {
			t.Fatal(err)
		}
	}
}

func (s *suite) gapInBatch(t *testing.T) {
	b, m := s.district(), s.model(t)
	batch := append(b.deliveries(1, 3), b.deliveries(5, 6)...)
	if err := m.Apply(t.Context(), batch); !errors.Is(err, eventlog.ErrGap) {
		t.Errorf("%v, want a gap", err)
	}
	b.tell(t, m)
	equalRows(t, "cases", b.newestFirst(always), rows(t, m, readmodel.Everything(), readmodel.CaseFilter{}, 50))
}

// waiting starts many waits, and gives their ends.
func waiting(ctx context.Context, m readmodel.Model, positions ...casework.Position) <-chan error {
	ends := make(chan error, len(positions))
	for _, p := range positions {
		go func() {
			err := m.Wait(ctx, p)
			if err == nil {
				if now, _ := m.Position(ctx); now < p {
					err = errors.New("the wait ended too early")
				}
			}
			ends <- err
		}()
	}
	return ends
}

func (s *suite) wait(t *testing.T) {
	b, m := s.district(), s.model(t)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	ends := waiting(ctx, m, 1, 2, 2, b.last()/2, b.last(), b.last())
	for at := casework.Position(0); at < b.last(); { // in pieces that grow
		next := min(1+at+at/10, b.last())
		if err := m.Apply(t.Context(), b.deliveries(at+1, next)); err != nil {
			t.Fatal(err)
		}
		at = next
	}
	for range cap(ends) {
		if err := <-ends; err != nil {
			t.Error(err)
		}
	}
}

func (s *suite) waitForThePast(t *testing.T) {
	b, m := s.district(), s.model(t)
	b.tell(t, m)
	for _, p := range []casework.Position{0, 1, b.last()} {
		if err := m.Wait(t.Context(), p); err != nil {
			t.Errorf("position %d: %v", p, err)
		}
	}
}

func (s *suite) waitTooLong(t *testing.T) {
	m := s.model(t)
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	err := m.Wait(ctx, 7)
	kind(t, "a wait that takes too long", err, fault.Unavailable)
	if !strings.Contains(err.Error(), "not yet at position 7") {
		t.Errorf("it does not say what was missing: %v", err)
	}
}

func (s *suite) waitCancelled(t *testing.T) {
	m := s.model(t)
	ctx, cancel := context.WithCancel(t.Context())
	ends := waiting(ctx, m, 7)
	cancel()
	if err := <-ends; !errors.Is(err, context.Canceled) {
		t.Errorf("%v, want that the wait was cancelled", err)
	}
}

func (s *suite) settle(t *testing.T) {
	b, m := s.district(), s.model(t)
	b.write(t, published(t, planID, 1, everyCase))
	if err := m.Settle(t.Context()); err != nil {
		t.Fatal(err)
	}
	b.tell(t, m)
	for range 2 {
		if err := m.Settle(t.Context()); err != nil {
			t.Fatal(err)
		}
		equalItems(t, s.agenda(b, everyOne), items(t, m, readmodel.Everything(), readmodel.ClockFilter{}, 50))
		if got := value(t, m, figureCases); got != b.counted(always) {
			t.Errorf("%v cases counted, want %v", got, b.counted(always))
		}
	}
}

// changed starts to watch a case after the first position of the log, and gives
// what comes of it.
func changed(ctx context.Context, m readmodel.Model, id casework.CaseID) <-chan any {
	out := make(chan any, 1)
	go func() {
		ctx, cancel := context.WithTimeout(ctx, time.Minute) // told by then, or never
		defer cancel()
		c, err := m.Changed(ctx, id, 1)
		if err != nil {
			out <- err
			return
		}
		out <- c.Last
	}()
	return out
}

// two writes two cases and a commit for each, and gives their ids.
func two(t *testing.T, b *book) (one, other casework.CaseID) {
	t.Helper()
	var ids []casework.CaseID
	for range 2 {
		c := signal(t, uuid.NewString())
		b.write(t, c)
		ids = append(ids, uuid.MustParse(c.GetCommandId()))
	}
	return ids[0], ids[1]
}

// takeInCharge writes one more commit of a case.
func takeInCharge(t *testing.T, b *book, id casework.CaseID) casework.Position {
	t.Helper()
	return b.write(t, commit(t, stream(id), "2025-02-02", &eventv1.TakenInCharge{}))
}

func (s *suite) watch(t *testing.T) {
	b, m := newBook(), s.model(t)
	one, other := two(t, b)
	b.tell(t, m)
	told := changed(t.Context(), m, one)
	again := changed(t.Context(), m, one)
	takeInCharge(t, b, other)
	b.tell(t, m)
	select {
	case got := <-told:
		t.Fatalf("told of another case: %v", got)
	default:
	}
	want := takeInCharge(t, b, one)
	b.tell(t, m)
	for _, ch := range []<-chan any{told, again} {
		if got := <-ch; got != want {
			t.Errorf("told %v, want %d", got, want)
		}
	}
}

func (s *suite) watchBehind(t *testing.T) {
	b, m := newBook(), s.model(t)
	one, _ := two(t, b)
	want := takeInCharge(t, b, one)
	b.tell(t, m)
	for _, after := range []casework.Position{0, 1, want - 1} {
		if c, err := m.Changed(t.Context(), one, after); err != nil || c.Last != want {
			t.Errorf("after %d: %v, %v", after, c, err)
		}
	}
}

func (s *suite) watchNothing(t *testing.T) {
	_, err := s.model(t).Changed(t.Context(), uuid.New(), 0)
	kind(t, "a case that nobody opened", err, fault.NotFound)
}

func (s *suite) watchCancelled(t *testing.T) {
	b, m := newBook(), s.model(t)
	one, _ := two(t, b)
	b.tell(t, m)
	ctx, cancel := context.WithCancel(t.Context())
	gone, stays := changed(ctx, m, one), changed(t.Context(), m, one)
	cancel()
	if got, ok := (<-gone).(error); !ok || !errors.Is(got, context.Canceled) {
		t.Errorf("who gave up got %v", got)
	}
	want := takeInCharge(t, b, one)
	b.tell(t, m)
	if got := <-stays; got != want {
		t.Errorf("who stayed got %v, want %d", got, want)
	}
}

func (s *suite) hungUp(t *testing.T) {
	b, m := s.district(), s.model(t)
	if err := m.Apply(t.Context(), b.deliveries(1, 1)); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err1 := m.Case(ctx, b.opened[0])
	_, err2 := m.Cases(ctx, readmodel.Everything(), readmodel.CaseFilter{}, readmodel.Page{})
	_, err3 := m.Clocks(ctx, readmodel.Everything(), readmodel.ClockFilter{}, readmodel.Page{})
	_, err4 := m.CasesOf(ctx, "nobody")
	_, err5 := m.Person(ctx, "nobody")
	_, err6 := m.Quarantined(ctx, readmodel.Page{})
	err7 := m.Apply(ctx, b.deliveries(2, 2))
	for i, err := range []error{err1, err2, err3, err4, err5, err6, err7} {
		if !errors.Is(err, context.Canceled) {
			t.Errorf("question %d: %v", i+1, err)
		}
	}
	b.tell(t, m)
	equalItems(t, s.agenda(b, everyOne), items(t, m, readmodel.Everything(), readmodel.ClockFilter{}, 50))
}
