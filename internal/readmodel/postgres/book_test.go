package postgres_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/uuid"
	"google.golang.org/protobuf/proto"

	"percorsi/internal/casework"
	"percorsi/internal/casework/casetest"
	"percorsi/internal/eventlog"
	"percorsi/internal/eventlog/memlog"
	"percorsi/internal/fact"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	facts "percorsi/internal/history"
	"percorsi/internal/readmodel"
)

// book is a log in memory that a test writes.
type book struct {
	*memlog.Log
	t    testing.TB
	last map[eventlog.Stream]eventlog.Position
	at   eventlog.Position
}

func newBook(t testing.TB) *book {
	now := time.Unix(1_750_000_000, 123_456_789).UTC()
	b := &book{t: t, last: make(map[eventlog.Stream]eventlog.Position)}
	b.Log = memlog.New(func() time.Time {
		now = now.Add(time.Second)
		return now
	})
	return b
}

// district gives the log of n cases.
func district(t testing.TB, seed uint64, n int) *book {
	t.Helper()
	b := newBook(t)
	for _, c := range casetest.District(seed, n) {
		b.write(c)
	}
	return b
}

// write appends a commit.
func (b *book) write(c *eventv1.Commit) {
	b.t.Helper()
	data, err := fact.Encode(c)
	if err != nil {
		b.t.Fatal(err)
	}
	b.raw(eventlog.Stream(c.GetStream()), fact.Headers(c), data)
}

// poison appends bytes that no version can read.
func (b *book) poison(s eventlog.Stream) {
	b.t.Helper()
	b.raw(s, nil, []byte{0xff, 0xff})
}

func (b *book) raw(s eventlog.Stream, header map[string]string, data []byte) {
	b.t.Helper()
	at, err := b.Append(b.t.Context(), eventlog.Entry{Stream: s, Expect: eventlog.ExpectLast(b.last[s]), Header: header, Data: data})
	if err != nil {
		b.t.Fatal(err)
	}
	b.at, b.last[s] = at, at
}

// past reads commits of the book.
func (b *book) past(ctx context.Context, at []casework.Position) ([]*eventv1.Commit, error) {
	return facts.NewReader(b.Log, nil).Commits(ctx, at)
}

// deliveries gives what follows a position, up to and with another.
func (b *book) deliveries(after, upTo eventlog.Position) []readmodel.Delivery {
	b.t.Helper()
	var out []readmodel.Delivery
	for r, err := range b.Read(b.t.Context(), after, upTo) {
		if err != nil {
			b.t.Fatal(err)
		}
		out = append(out, readmodel.Decode(r))
	}
	return out
}

// tell applies to a model what it does not have yet, up to a position; 0
// stands for the end.
func (b *book) tell(m readmodel.Model, upTo eventlog.Position) {
	b.t.Helper()
	if upTo == 0 {
		upTo = b.at
	}
	if err := m.Apply(b.t.Context(), b.deliveries(eventlog.Position(at(b.t, m)), upTo)); err != nil {
		b.t.Fatal(err)
	}
}

// streams gives the streams of a kind, in the order of their first commits.
func (b *book) streams(kind string) []eventlog.Stream {
	b.t.Helper()
	var out []eventlog.Stream
	seen := make(map[eventlog.Stream]bool)
	for _, d := range b.deliveries(0, 0) {
		s := d.Record.Stream
		if k, _ := readmodel.Split(s); k == kind && !seen[s] {
			seen[s] = true
			out = append(out, s)
		}
	}
	return out
}

// history writes a district of n cases and all that lives beside them: people
// who are registered and change their names, households that shrink, a plan
// with activities, and now and then bytes that stop a stream. first comes in
// front of all.
func history(t testing.TB, seed uint64, n int, first ...*eventv1.Commit) *book {
	t.Helper()
	return historyOf(t, seed, casetest.District(seed, n), first...)
}

// historyOf writes a log of cases and all that lives beside them.
func historyOf(t testing.TB, seed uint64, log []*eventv1.Commit, first ...*eventv1.Commit) *book {
	t.Helper()
	b, rng := newBook(t), rand.New(rand.NewPCG(seed, 1))
	for _, c := range first {
		b.write(c)
	}
	b.write(publication(t, 1))
	persons := []string{}
	for _, c := range log {
		b.write(c)
		for _, f := range c.GetFacts() {
			if id := f.GetSignalled().GetPersonId() + f.GetApplied().GetPersonId(); id != "" {
				b.write(registered(t, id, rng))
				persons = append(persons, id)
			}
		}
		b.aside(rng, persons, c.GetStream())
	}
	return b
}

// aside now and then writes something beside a commit of a case.
func (b *book) aside(rng *rand.Rand, persons []string, of string) {
	b.t.Helper()
	switch rng.IntN(60) {
	case 0:
		b.write(commit(b.t, "person."+persons[rng.IntN(len(persons))], &eventv1.PersonDetailsChanged{
			Identity: []byte("sealed"), SearchKeys: searchKeys(rng),
		}))
	case 1:
		b.write(commit(b.t, of, &eventv1.HouseholdRecorded{Members: []*eventv1.HouseholdMember{
			{PersonId: persons[rng.IntN(len(persons))], Relation: eventv1.Relation_RELATION_APPLICANT},
		}}))
	case 2:
		b.write(commit(b.t, planStream, &eventv1.ActivityRecorded{
			ActivityId: uuid.NewString(), Kind: eventv1.ActivityKind_ACTIVITY_KIND_MEETING, Indicator: figureMeetings, Quantity: int64(1 + rng.IntN(9)),
		}))
	case 3:
		b.write(publication(b.t, int32(b.at)))
	case 4:
		b.poison([]eventlog.Stream{
			eventlog.Stream(of), eventlog.Stream("person." + persons[rng.IntN(len(persons))]),
			"case." + eventlog.Stream(uuid.NewString()), "case.x", "Plan", "plan.OTHER",
		}[rng.IntN(6)])
	case 5, 6, 7:
		b.write(saying(b.t, rng, persons))
	}
}

// saying says something of two people; now and then of one and the same, or
// where it does not belong, which stops the stream of that person.
func saying(t testing.TB, rng *rand.Rand, persons []string) *eventv1.Commit {
	one, other := persons[rng.IntN(len(persons))], persons[rng.IntN(len(persons))]
	if rng.IntN(20) > 0 {
		one, other = min(one, other), max(one, other)
	}
	stream := "person." + one
	switch rng.IntN(6) {
	case 0, 1:
		return commit(t, stream, &eventv1.PersonUnlinked{Other: other})
	case 2:
		return commit(t, stream, &eventv1.PersonsToldApart{Other: other})
	default:
		return commit(t, stream, &eventv1.PersonLinked{Other: other, Basis: eventv1.LinkBasis_LINK_BASIS_PERSON_SAYS})
	}
}

// mendPeople corrects what was recorded of people, and corrections of it, now and
// then so that it stops the stream of that person.
func (b *book) mendPeople(rng *rand.Rand, n int) {
	b.t.Helper()
	var wrong []*eventv1.Commit
	for _, d := range b.deliveries(0, 0) {
		if kind, _ := readmodel.Split(d.Record.Stream); kind == readmodel.PersonStream && d.Err == nil {
			wrong = append(wrong, d.Commit)
		}
	}
	for range n {
		if len(wrong) == 0 {
			return
		}
		of := wrong[rng.IntN(len(wrong))]
		right := proto.CloneOf(of.GetFacts()[0])
		right.OccurredOn = "2025-02-01"
		if p := right.GetPersonRegistered(); p != nil {
			p.Demographics, p.SearchKeys = nil, searchKeys(rng)
		}
		if p := right.GetPersonDetailsChanged(); p != nil {
			p.SearchKeys = searchKeys(rng)
		}
		var by proto.Message = &eventv1.FactAmended{CommandId: of.GetCommandId(), Replacement: right}
		if right.GetPersonRegistered() == nil && rng.IntN(4) > 0 || rng.IntN(20) == 0 {
			by = &eventv1.FactVoided{CommandId: of.GetCommandId()}
		}
		c := commit(b.t, of.GetStream(), by)
		b.write(c)
		wrong = append(wrong, c)
	}
}

// The plan of the tests, and its figures: cases, activities.
const (
	planID         = "LODI-2025-2027"
	planStream     = "plan." + planID
	figureCases    = "A1.OUT.1"
	figureMeetings = "A1.OUT.2"
	figurePersons  = "A1.OUT.3"
)

func publication(t testing.TB, version int32) *eventv1.Commit {
	define := func(id string, d *eventv1.Definition) *eventv1.Indicator {
		d.Version, d.Period = version, eventv1.PeriodKind_PERIOD_KIND_TRIENNIUM
		return &eventv1.Indicator{
			IndicatorId: id, ObjectiveId: "A1", Label: id, Dimension: eventv1.Dimension_DIMENSION_OUTPUT, Definition: d,
		}
	}
	return commit(t, planStream, &eventv1.PlanPublished{Plan: &eventv1.Plan{
		PlanId: planID, Version: version, From: "2025-01-01", To: "2027-12-31",
		Objectives: []*eventv1.Objective{{ObjectiveId: "A1", Area: eventv1.Area_AREA_POVERTY, Title: "Poverty"}},
		Indicators: []*eventv1.Indicator{
			define(figureCases, &eventv1.Definition{
				Unit: eventv1.UnitOfCount_UNIT_OF_COUNT_CASE, Aggregation: eventv1.Aggregation_AGGREGATION_COUNT,
				Source: eventv1.Source_SOURCE_CASES, Of: "case.opened_on != 0",
			}),
			define(figureMeetings, &eventv1.Definition{
				Unit: eventv1.UnitOfCount_UNIT_OF_COUNT_ACTIVITY, Aggregation: eventv1.Aggregation_AGGREGATION_SUM,
				Source: eventv1.Source_SOURCE_ACTIVITIES, Value: "activity.quantity",
			}),
			define(figurePersons, &eventv1.Definition{
				Unit: eventv1.UnitOfCount_UNIT_OF_COUNT_PERSON, Aggregation: eventv1.Aggregation_AGGREGATION_COUNT,
				Source: eventv1.Source_SOURCE_CASES, Of: "case.opened_on != 0",
			}),
		},
	}})
}

// identifiers and names are what people of a history are found by.
var (
	identifiers = [][]byte{[]byte("A"), []byte("B"), {0, 1, 2}}
	names       = [][]byte{[]byte("ROSSI"), []byte("BIANCHI"), []byte("VERDI"), []byte("ANNA"), {0xff, 0}}
)

func searchKeys(rng *rand.Rand) [][]byte {
	var out [][]byte
	for range rng.IntN(4) {
		out = append(out, names[rng.IntN(len(names))])
	}
	return out
}

func registered(t testing.TB, id string, rng *rand.Rand) *eventv1.Commit {
	demographics, err := proto.Marshal(&eventv1.Demographics{BirthYear: int32(1930 + rng.IntN(80)), Sex: eventv1.Sex(1 + rng.IntN(2))})
	if err != nil {
		t.Fatal(err)
	}
	f := &eventv1.PersonRegistered{
		IdentifierKind: eventv1.IdentifierKind_IDENTIFIER_KIND_STP, Identity: []byte("sealed"),
		Demographics: demographics, SearchKeys: searchKeys(rng),
	}
	if rng.IntN(3) > 0 {
		f.IdentifierKey = identifiers[rng.IntN(len(identifiers))]
	}
	return commit(t, "person."+id, f)
}

// commit makes a commit by hand.
func commit(t testing.TB, stream string, content ...proto.Message) *eventv1.Commit {
	t.Helper()
	c := &eventv1.Commit{
		CommitId: uuid.NewString(), CommandId: uuid.NewString(), CommandDigest: make([]byte, 16),
		Stream: stream, Actor: &eventv1.Actor{User: "op-001", Role: "case-manager", Body: "ACSI"},
	}
	for _, m := range content {
		f, err := fact.Wrap(m, "2025-03-01")
		if err != nil {
			t.Fatal(err)
		}
		c.Facts = append(c.Facts, f)
	}
	return c
}

// signal makes the commit that opens a case, which change may change before.
func signal(t testing.TB, change func(*eventv1.Signalled)) *eventv1.Commit {
	t.Helper()
	f := &eventv1.Signalled{
		PersonId: uuid.NewString(), Pathway: eventv1.Pathway_PATHWAY_GENERALE, Area: eventv1.Area_AREA_POVERTY,
		Service: eventv1.Service_SERVICE_POVERTY_TEAM, Comune: "098031", ManagingBody: "ACSI",
		SignalledByKind: eventv1.BodyKind_BODY_KIND_CITIZEN,
	}
	if change != nil {
		change(f)
	}
	c := commit(t, "", f)
	c.Stream = "case." + c.GetCommandId()
	return c
}

func idOf(t testing.TB, s eventlog.Stream) uuid.UUID {
	t.Helper()
	_, name := readmodel.Split(s)
	id, err := uuid.Parse(name)
	if err != nil {
		t.Fatal(fmt.Errorf("stream %s: %w", s, err))
	}
	return id
}
