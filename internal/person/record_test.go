package person_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/google/uuid"

	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	"percorsi/internal/person"
)

const (
	recorded   = "7f3f0a1e-5d1b-4c39-9c53-0d6a8f1f6a01"
	registerID = "0190a1b2-0000-7000-8000-000000000001"
	changeID   = "0190a1b2-0000-7000-8000-000000000002"
)

func commitOf(command string, facts ...*eventv1.Fact) *eventv1.Commit {
	return &eventv1.Commit{
		CommandId:     command,
		CommandDigest: []byte("0123456789abcdef"),
		Stream:        "person." + recorded,
		Facts:         facts,
	}
}

func registration() *eventv1.Fact {
	return &eventv1.Fact{OccurredOn: "2025-03-31", Fact: &eventv1.Fact_PersonRegistered{PersonRegistered: &eventv1.PersonRegistered{
		IdentifierKind: eventv1.IdentifierKind_IDENTIFIER_KIND_STP,
		Identity:       []byte("sealed identity"),
		Demographics:   []byte("sealed demographics"),
		IdentifierKey:  []byte("identifier"),
		SearchKeys:     [][]byte{[]byte("normal"), []byte("phonetic")},
	}}}
}

func change() *eventv1.Fact {
	return &eventv1.Fact{OccurredOn: "2025-04-30", Fact: &eventv1.Fact_PersonDetailsChanged{PersonDetailsChanged: &eventv1.PersonDetailsChanged{
		Identity:   []byte("other identity"),
		SearchKeys: [][]byte{[]byte("other")},
	}}}
}

func evolved(t *testing.T, r *person.Record, at person.Position, c *eventv1.Commit) *person.Record {
	t.Helper()
	next, err := person.Evolve(r, at, c)
	if err != nil {
		t.Fatal(err)
	}
	return next
}

func TestAPersonBecomesKnown(t *testing.T) {
	got := evolved(t, nil, 7, commitOf(registerID, registration()))
	want := &person.Record{
		ID:             recorded,
		IdentifierKind: eventv1.IdentifierKind_IDENTIFIER_KIND_STP,
		Identity:       []byte("sealed identity"),
		Demographics:   []byte("sealed demographics"),
		IdentifierKey:  []byte("identifier"),
		SearchKeys:     [][]byte{[]byte("normal"), []byte("phonetic")},
		Revision:       7,
		Commands:       []person.Answered{{ID: uuid.MustParse(registerID), Digest: [16]byte([]byte("0123456789abcdef")), Position: 7}},
		Last:           7,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("record (-want +got):\n%s", diff)
	}
}

func TestNewDetailsReplaceTheOldOnesAndTheIdentifierStays(t *testing.T) {
	first := evolved(t, nil, 7, commitOf(registerID, registration()))
	before := *first
	got := evolved(t, first, 9, commitOf(changeID, change()))

	if string(got.Identity) != "other identity" || got.Demographics != nil || len(got.SearchKeys) != 1 {
		t.Errorf("details: %+v", got)
	}
	if got.ID != first.ID || got.IdentifierKind != first.IdentifierKind || string(got.IdentifierKey) != "identifier" {
		t.Errorf("identifier: %+v", got)
	}
	if got.Revision != 9 || got.Last != 9 {
		t.Errorf("revision %d at %d, want 9 at 9", got.Revision, got.Last)
	}
	if diff := cmp.Diff(&before, first, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("the record before the change was changed:\n%s", diff)
	}
}

func TestTwoChangesOfOneRecordDoNotDisturbEachOther(t *testing.T) {
	first := evolved(t, nil, 7, commitOf(registerID, registration()))
	first = evolved(t, first, 8, commitOf(uuid.NewString(), change()))
	one := evolved(t, first, 9, commitOf(changeID, change()))
	two := evolved(t, first, 10, commitOf(uuid.NewString(), change()))
	if a, ok := one.Answer(uuid.MustParse(changeID)); !ok || a.Position != 9 {
		t.Errorf("the answer of the first successor is %+v, %v", a, ok)
	}
	if _, ok := two.Answer(uuid.MustParse(changeID)); ok {
		t.Error("the second successor has an answer of the first one")
	}
}

func TestACommitOfAPersonThatComesTwiceChangesNothing(t *testing.T) {
	first := evolved(t, nil, 7, commitOf(registerID, registration()))
	if again := evolved(t, first, 7, commitOf(registerID, registration())); again != first {
		t.Error("the second delivery made another record")
	}
}

func TestTheAnswerOfACommandIsRememberedForGood(t *testing.T) {
	r := evolved(t, nil, 7, commitOf(registerID, registration()))
	r = evolved(t, r, 9, commitOf(changeID, change()))
	for id, at := range map[string]person.Position{registerID: 7, changeID: 9} {
		if a, ok := r.Answer(uuid.MustParse(id)); !ok || a.Position != at || a.Digest == [16]byte{} {
			t.Errorf("answer of %s: %+v, %v, want position %d", id, a, ok, at)
		}
	}
	if _, ok := r.Answer(uuid.New()); ok {
		t.Error("a command that nobody sent has an answer")
	}
	if _, ok := (*person.Record)(nil).Answer(uuid.New()); ok {
		t.Error("nobody has an answer")
	}
}

func TestAHistoryThatCannotBeStopsTheFoldOfThePerson(t *testing.T) {
	known := evolved(t, nil, 7, commitOf(registerID, registration()))
	foreign := &eventv1.Fact{Fact: &eventv1.Fact_TakenInCharge{TakenInCharge: &eventv1.TakenInCharge{}}}
	nameless := &eventv1.Fact{Fact: &eventv1.Fact_PersonRegistered{PersonRegistered: &eventv1.PersonRegistered{}}}
	elsewhere := func(stream string) *eventv1.Commit {
		c := commitOf(registerID, registration())
		c.Stream = stream
		return c
	}
	for _, tt := range []struct {
		name   string
		before *person.Record
		commit *eventv1.Commit
		says   string
	}{
		{"registered twice", known, commitOf(changeID, registration()), "registered once"},
		{"registered twice at once", nil, commitOf(registerID, registration(), registration()), "registered once"},
		{"changed before the registration", nil, commitOf(changeID, change()), "begins with a registration"},
		{"without a kind of identifier", nil, commitOf(registerID, nameless), "kind of identifier"},
		{"a fact of a case", known, commitOf(changeID, foreign), "no fact of type"},
		{"a fact without content", known, commitOf(changeID, &eventv1.Fact{}), "no fact of type"},
		{"a command without an id", nil, commitOf("", registration()), "command id"},
		{"the stream of a case", nil, elsewhere("case." + recorded), "not that of a person"},
		{"a stream that names nobody", nil, elsewhere("person.nobody"), "a UUID"},
		{"a pseudonym in capital letters", nil, elsewhere("person." + strings.ToUpper(recorded)), "small letters"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := person.Evolve(tt.before, 9, tt.commit)
			if err == nil || got != nil || !strings.Contains(err.Error(), tt.says) {
				t.Errorf("Evolve = %v, %v; want an error that says %q", got, err, tt.says)
			}
		})
	}
}
