package readmodeltest

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"
	"google.golang.org/protobuf/proto"

	"percorsi/internal/casework"
	"percorsi/internal/casework/casetest"
	"percorsi/internal/eventlog"
	"percorsi/internal/fact"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	"percorsi/internal/readmodel"
)

// book is a log and, beside it, the states that a straight fold gives. It is
// what answers are compared with.
type book struct {
	records []eventlog.Record
	states  map[casework.CaseID]*casework.Case
	// opened has the cases in the order they were opened.
	opened []casework.CaseID
}

func newBook() *book { return &book{states: make(map[casework.CaseID]*casework.Case)} }

// district writes n cases into a book.
func district(t *testing.T, seed uint64, n int) *book {
	t.Helper()
	b := newBook()
	for _, c := range casetest.District(seed, n) {
		b.write(t, c)
	}
	return b
}

// write appends a commit and gives its position. A commit of a case is folded.
func (b *book) write(t *testing.T, c *eventv1.Commit) casework.Position {
	t.Helper()
	data, err := fact.Encode(c)
	if err != nil {
		t.Fatal(err)
	}
	at := b.raw(eventlog.Stream(c.GetStream()), data)
	kind, name := readmodel.Split(eventlog.Stream(c.GetStream()))
	if kind != readmodel.CaseStream {
		return at
	}
	id := uuid.MustParse(name)
	if b.states[id] == nil {
		b.opened = append(b.opened, id)
	}
	if b.states[id], err = readmodel.EvolveCase(t.Context(), b.states[id], at, c, b.past); err != nil {
		t.Fatal(err)
	}
	return at
}

// stateAt gives a case as it was at one of its commits, folded from the log.
func (b *book) stateAt(t *testing.T, id casework.CaseID, at casework.Position) *casework.Case {
	t.Helper()
	if c := b.states[id]; c != nil && c.Last == at {
		return c
	}
	var c *casework.Case
	for _, r := range b.records[:min(at, b.last())] {
		if r.Stream != stream(id) {
			continue
		}
		next, err := readmodel.EvolveCase(t.Context(), c, casework.Position(r.Position), readmodel.Decode(r).Commit, b.past)
		if err != nil {
			t.Error(err)
			return c
		}
		c = next
	}
	if c == nil || c.Last != at {
		t.Errorf("case %s has no commit at position %d", id, at)
		return &casework.Case{Timeline: make([]casework.Moment, 1)}
	}
	return c
}

// past reads commits of the book.
func (b *book) past(_ context.Context, at []casework.Position) ([]*eventv1.Commit, error) {
	var out []*eventv1.Commit
	for _, p := range at {
		out = append(out, readmodel.Decode(b.records[p-1]).Commit)
	}
	return out, nil
}

// raw appends bytes that need not mean anything.
func (b *book) raw(s eventlog.Stream, data []byte) casework.Position {
	at := eventlog.Position(len(b.records) + 1)
	b.records = append(b.records, eventlog.Record{
		Position: at, Stream: s, Data: data,
		StoredAt: time.Unix(1_750_000_000+int64(at), 0).UTC(),
	})
	return casework.Position(at)
}

// deliveries gives the records from one position to another, both included.
func (b *book) deliveries(from, to casework.Position) []readmodel.Delivery {
	var out []readmodel.Delivery
	for _, r := range b.records[from-1 : to] {
		out = append(out, readmodel.Decode(r))
	}
	return out
}

func (b *book) last() casework.Position { return casework.Position(len(b.records)) }

// tell applies all that the model does not have yet.
func (b *book) tell(t *testing.T, m readmodel.Model) {
	t.Helper()
	at, err := m.Position(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := m.Apply(t.Context(), b.deliveries(at+1, b.last())); err != nil {
		t.Fatal(err)
	}
}

// newestFirst gives the states in the order of a list.
func (b *book) newestFirst(match func(*casework.Case) bool) []*casework.Case {
	var out []*casework.Case
	for _, id := range slices.Backward(b.opened) {
		if c := b.states[id]; match(c) {
			out = append(out, c)
		}
	}
	return out
}

// stream gives the stream of a case.
func stream(id casework.CaseID) eventlog.Stream {
	return eventlog.Stream(readmodel.CaseStream + "." + id.String())
}

// commit makes a commit by hand.
func commit(t *testing.T, s eventlog.Stream, on string, content ...proto.Message) *eventv1.Commit {
	t.Helper()
	c := &eventv1.Commit{
		CommitId: uuid.NewString(), CommandId: uuid.NewString(), CommandDigest: make([]byte, 16),
		Stream: string(s), Actor: &eventv1.Actor{User: "op-001", Role: "case-manager", Body: "ACSI"},
	}
	for _, m := range content {
		f, err := fact.Wrap(m, on)
		if err != nil {
			t.Fatal(err)
		}
		c.Facts = append(c.Facts, f)
	}
	return c
}

// signal makes the commit that opens a case of a person.
func signal(t *testing.T, person string) *eventv1.Commit {
	t.Helper()
	c := commit(t, "", "2025-02-01", &eventv1.Signalled{
		PersonId: person, Pathway: eventv1.Pathway_PATHWAY_GENERALE, Area: eventv1.Area_AREA_POVERTY,
		Service: eventv1.Service_SERVICE_POVERTY_TEAM, Comune: "098031", ManagingBody: "ACSI",
		SignalledByKind: eventv1.BodyKind_BODY_KIND_CITIZEN,
	})
	c.Stream = readmodel.CaseStream + "." + c.GetCommandId()
	return c
}
