package readmodeltest

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"

	"percorsi/internal/casework"
	"percorsi/internal/readmodel"
)

func (s *suite) feed() map[string]func(*testing.T) {
	return map[string]func(*testing.T){
		"the feed tells which cases change, and what is read covers it": s.feedCases,
		"the feed tells that something is said of people":               s.feedPeople,
		"who gives up on the feed goes":                                 s.feedCancelled,
	}
}

// heard follows a feed from a place until it has told of all that is wanted, in
// any number of answers.
func heard(t *testing.T, m readmodel.Model, after uint64, people bool, want ...casework.CaseID) uint64 {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute) // told by then, or never
	defer cancel()
	for len(want) > 0 || people {
		page, err := m.Feed(ctx, after)
		if err != nil {
			t.Fatalf("%d cases were not told of, people %v: %v", len(want), people, err)
		}
		if !page.Whole {
			t.Fatal("the feed lost what happened")
		}
		want = slices.DeleteFunc(want, func(id casework.CaseID) bool { return slices.Contains(page.Cases, id) })
		people = people && !page.People
		after = page.Next
	}
	return after
}

func (s *suite) feedCases(t *testing.T) {
	b, m := newBook(), s.model(t)
	one, other := two(t, b)
	b.tell(t, m)
	begin, err := m.Feed(t.Context(), 0)
	if err != nil || begin.Whole || begin.Next == 0 {
		t.Fatalf("at the begin: %+v, %v", begin, err)
	}
	last := takeInCharge(t, b, one)
	b.tell(t, m)
	at := heard(t, m, begin.Next, false, one)
	if c, err := m.Case(t.Context(), one); err != nil || c.Last != last {
		t.Errorf("what was told of is not read: %v, %v", c, err)
	}
	takeInCharge(t, b, other)
	opened := signal(t, uuid.NewString())
	b.write(t, opened)
	b.tell(t, m)
	heard(t, m, at, false, other, uuid.MustParse(opened.GetCommandId()))
}

func (s *suite) feedPeople(t *testing.T) {
	b, m := newBook(), s.model(t)
	begin, err := m.Feed(t.Context(), 0)
	if err != nil {
		t.Fatal(err)
	}
	two(t, b)
	person := uuid.NewString()
	b.write(t, register(t, person, "code", nil, "ROSSI"))
	b.tell(t, m)
	heard(t, m, begin.Next, true)
	if _, err := m.Person(t.Context(), person); err != nil {
		t.Errorf("who was told of is not read: %v", err)
	}
}

func (s *suite) feedCancelled(t *testing.T) {
	m := s.model(t)
	begin, err := m.Feed(t.Context(), 0)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() {
		for after := begin.Next; ; {
			page, err := m.Feed(ctx, after)
			if err != nil {
				ended <- err
				return
			}
			after = page.Next
		}
	}()
	cancel()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("who gave up is told %v", err)
	}
}
