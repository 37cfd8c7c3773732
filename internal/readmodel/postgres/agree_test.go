package postgres_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"reflect"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"google.golang.org/protobuf/testing/protocmp"

	"percorsi/internal/access"
	"percorsi/internal/casework"
	"percorsi/internal/eventlog"
	"percorsi/internal/fault"
	"percorsi/internal/indicator"
	"percorsi/internal/readmodel"
)

func at(t testing.TB, m readmodel.Model) casework.Position {
	t.Helper()
	p, err := m.Position(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// question is one that any model answers the same at the same position.
type question struct {
	what string
	ask  func(ctx context.Context, m readmodel.Model) (any, error)
}

func one[T any](what string, ask func(context.Context, readmodel.Model) (T, error)) question {
	return question{what: what, ask: func(ctx context.Context, m readmodel.Model) (any, error) { return ask(ctx, m) }}
}

// failed is an answer that is an error: what of it callers see.
type failed struct {
	kind fault.Kind
	text string
}

// agree fails unless a model answers every question as another one does.
func agree(t testing.TB, want, got readmodel.Model, questions []question) {
	t.Helper()
	for _, q := range questions {
		a, b := answer(t, want, q), answer(t, got, q)
		if reflect.DeepEqual(a, b) {
			continue
		}
		if diff := cmp.Diff(a, b, protocmp.Transform(), cmp.AllowUnexported(failed{})); diff != "" {
			t.Errorf("%s (-want +got):\n%s", q.what, diff)
		}
	}
}

func answer(t testing.TB, m readmodel.Model, q question) any {
	t.Helper()
	a, err := q.ask(t.Context(), m)
	switch {
	case err == nil:
		return a
	case fault.KindOf(err) == fault.KindOf(errors.New("")): // not one that callers see
		t.Fatalf("%s: %v", q.what, err)
	}
	return failed{kind: fault.KindOf(err), text: err.Error()}
}

// everything gives questions of each kind about a log: all of those about one
// stream, and lists with some of the filters that are possible.
func everything(b *book, rng *rand.Rand) []question {
	b.t.Helper()
	qs := []question{
		one("position", func(ctx context.Context, m readmodel.Model) (casework.Position, error) { return m.Position(ctx) }),
		one("no case", func(ctx context.Context, m readmodel.Model) (any, error) { return m.Case(ctx, uuid.UUID{15: 1}) }),
		one("no person", func(ctx context.Context, m readmodel.Model) (any, error) { return m.Person(ctx, "nobody") }),
		one("no plan", func(ctx context.Context, m readmodel.Model) (any, error) { return m.Plan(ctx, "NONE") }),
		one("the only plan", func(ctx context.Context, m readmodel.Model) (any, error) { return m.Plan(ctx, "") }),
		quarantined(1 + rng.IntN(3)),
	}
	for _, s := range b.streams(readmodel.CaseStream) {
		qs = append(qs, stopped(s))
		if s != "case.x" {
			qs = append(qs, ofCase(idOf(b.t, s))...)
		}
	}
	for _, s := range b.streams(readmodel.PersonStream) {
		_, id := readmodel.Split(s)
		qs = append(qs, stopped(s), stopped("person.nobody"),
			one("person", func(ctx context.Context, m readmodel.Model) (any, error) { return m.Person(ctx, id) }),
			one("group of a person", func(ctx context.Context, m readmodel.Model) (any, error) { return m.Group(ctx, id) }),
			one("cases of all registrations of a person", func(ctx context.Context, m readmodel.Model) (any, error) {
				return m.Cases(ctx, readmodel.Everything(), readmodel.CaseFilter{Person: id}, readmodel.Page{})
			}),
			one("cases of a person", func(ctx context.Context, m readmodel.Model) (any, error) { return m.CasesOf(ctx, id) }))
	}
	qs = append(qs, byKeys(rng)...)
	qs = append(qs, ofPlan()...)
	return append(qs, b.lists(rng)...)
}

func ofCase(id casework.CaseID) []question {
	return []question{
		one("case", func(ctx context.Context, m readmodel.Model) (any, error) { return m.Case(ctx, id) }),
		one("case that has changed", func(ctx context.Context, m readmodel.Model) (any, error) {
			return m.Changed(ctx, id, 0)
		}),
	}
}

func stopped(s eventlog.Stream) question {
	return one("quarantine of "+string(s), func(ctx context.Context, m readmodel.Model) (any, error) {
		q, ok, err := m.QuarantineOf(ctx, s)
		return plain(q, ok), err
	})
}

// plain gives what is kept of a moment: microseconds.
func plain(q readmodel.Quarantine, ok bool) any {
	q.Since = q.Since.Truncate(1000)
	return fmt.Sprintf("%v %+v", ok, q)
}

func quarantined(size int) question {
	return one("what stopped", func(ctx context.Context, m readmodel.Model) (any, error) {
		var out []any
		for p := (readmodel.Page{Size: size}); ; {
			page, err := m.Quarantined(ctx, p)
			if err != nil {
				return nil, err
			}
			for _, q := range page.Rows {
				out = append(out, plain(q, true))
			}
			out = append(out, page.Total, page.Position, page.Next)
			if p.Token = page.Next; p.Token == "" {
				return out, nil
			}
		}
	})
}

func byKeys(rng *rand.Rand) []question {
	var qs []question
	for _, key := range append([][]byte{nil, {}, []byte("nobody")}, identifiers...) {
		qs = append(qs, one("persons by identifier", func(ctx context.Context, m readmodel.Model) (any, error) {
			return m.PersonsByIdentifierKey(ctx, key)
		}))
	}
	for range 4 {
		keys, limit := searchKeys(rng), rng.IntN(5)
		qs = append(qs, one("persons by name", func(ctx context.Context, m readmodel.Model) (any, error) {
			return m.PersonsBySearchKeys(ctx, keys, limit)
		}))
	}
	return qs
}

func ofPlan() []question {
	qs := []question{
		one("plan", func(ctx context.Context, m readmodel.Model) (any, error) { return m.Plan(ctx, planID) }),
		one("plan that stopped", func(ctx context.Context, m readmodel.Model) (any, error) { return m.Plan(ctx, "OTHER") }),
		one("units", func(ctx context.Context, m readmodel.Model) (any, error) {
			return m.Explain(ctx, planID, figureCases, "", indicator.Page{})
		}),
		one("persons", func(ctx context.Context, m readmodel.Model) (any, error) {
			return m.Explain(ctx, planID, figurePersons, "", indicator.Page{})
		}),
	}
	for _, q := range []indicator.Query{{}, {By: indicator.BySex}, {Indicators: []string{"A9.OUT.9"}}} {
		qs = append(qs, one("figures", func(ctx context.Context, m readmodel.Model) (any, error) {
			return m.Figures(ctx, planID, q)
		}))
	}
	return qs
}

// lists gives questions for lists: with the eyes of people of each role, and
// with filters by what some case has.
func (b *book) lists(rng *rand.Rand) []question {
	b.t.Helper()
	states := b.states()
	var qs []question
	for _, by := range scopes(states[rng.IntN(len(states))]) {
		like := states[rng.IntN(len(states))]
		p := readmodel.Page{Size: 1 + rng.IntN(7), CountTo: rng.IntN(12)}
		for _, f := range someCases(like, rng) {
			qs = append(qs, casesOf(by, f, p))
		}
		for _, f := range someClocks(like, rng) {
			qs = append(qs, clocksOf(by, f, p))
		}
	}
	return qs
}

// states gives the cases of a log as far as they can be folded.
func (b *book) states() []*casework.Case {
	b.t.Helper()
	var order []eventlog.Stream
	states := make(map[eventlog.Stream]readmodel.State)
	for _, d := range b.deliveries(0, 0) {
		s := d.Record.Stream
		had := states[s]
		next, err := had.Evolve(b.t.Context(), d, b.past)
		if err == nil && next.Case != nil {
			if had.Case == nil {
				order = append(order, s)
			}
			states[s] = next
		}
	}
	var out []*casework.Case
	for _, s := range order {
		out = append(out, states[s].Case)
	}
	return out
}

// scopes gives the program, nobody, and people of each role who have to do with
// a case, or with none.
func scopes(c *casework.Case) []readmodel.Scope {
	out := []readmodel.Scope{readmodel.Everything(), {}}
	for _, role := range access.Roles() {
		out = append(out,
			readmodel.SeenBy(access.Caller{User: "op-999", Role: role, Body: c.ManagingBody}),
			readmodel.SeenBy(access.Caller{User: c.CaseManager, Role: role, Body: "NOBODY"}),
			readmodel.SeenBy(access.Caller{User: "op-003", Role: role, Body: c.SignalledBy}))
	}
	return out
}

// someCases gives no filter, and one by a few of the things that a case has.
func someCases(c *casework.Case, rng *rand.Rand) []readmodel.CaseFilter {
	var f readmodel.CaseFilter
	for _, set := range []func(){
		func() { f.Pathway = c.Pathway }, func() { f.Area = c.Area }, func() { f.Service = c.Service },
		func() { f.Status = c.Status }, func() { f.Comune = c.Comune }, func() { f.ManagingBody = c.ManagingBody },
		func() { f.CaseManager = c.CaseManager }, func() { f.Person = c.Person },
		func() { f.Awaiting = true }, func() { f.Approver = []string{"op-001", "op-002", "nobody"}[rng.IntN(3)] },
	} {
		if rng.IntN(4) == 0 {
			set()
		}
	}
	return []readmodel.CaseFilter{{}, f}
}

func someClocks(c *casework.Case, rng *rand.Rand) []readmodel.ClockFilter {
	f := readmodel.ClockFilter{DueBy: c.OpenedOn + casework.Day(rng.IntN(200))}
	for _, set := range []func(){
		func() { f.Name = []string{"T120", "T15", "none"}[rng.IntN(3)] }, func() { f.CaseManager = c.CaseManager },
		func() { f.ManagingBody = c.ManagingBody }, func() { f.DueBy = 0 },
		func() { f.Awaiting = true }, func() { f.Approver = []string{"op-001", "op-002", "nobody"}[rng.IntN(3)] },
	} {
		if rng.IntN(3) == 0 {
			set()
		}
	}
	return []readmodel.ClockFilter{{}, f}
}

func casesOf(by readmodel.Scope, f readmodel.CaseFilter, p readmodel.Page) question {
	return one(fmt.Sprintf("cases %+v for %+v, counted to %d", f, by, p.Bound()), func(ctx context.Context, m readmodel.Model) (any, error) {
		var out []readmodel.CasePage
		for p := p; ; {
			page, err := m.Cases(ctx, by, f, p)
			if err != nil {
				return nil, err
			}
			out = append(out, page)
			if p.Token = page.Next; p.Token == "" {
				return out, nil
			}
		}
	})
}

func clocksOf(by readmodel.Scope, f readmodel.ClockFilter, p readmodel.Page) question {
	return one(fmt.Sprintf("clocks %+v for %+v, counted to %d", f, by, p.Bound()), func(ctx context.Context, m readmodel.Model) (any, error) {
		var out []readmodel.ClockPage
		for p := p; ; {
			page, err := m.Clocks(ctx, by, f, p)
			if err != nil {
				return nil, err
			}
			out = append(out, page)
			if p.Token = page.Next; p.Token == "" {
				return out, nil
			}
		}
	})
}
