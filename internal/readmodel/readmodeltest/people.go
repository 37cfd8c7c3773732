package readmodeltest

import (
	"strconv"
	"testing"

	"github.com/google/uuid"
	"google.golang.org/protobuf/proto"

	"percorsi/internal/eventlog"
	"percorsi/internal/fault"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	"percorsi/internal/person"
	"percorsi/internal/readmodel"
)

func (s *suite) people() map[string]func(*testing.T) {
	return map[string]func(*testing.T){
		"a person is what was registered and changed":           s.personIsItsFacts,
		"a person that nobody registered is not found":          s.noSuchPerson,
		"a person is found by the identifier":                   s.byIdentifier,
		"a person is found by the name, the best hits in front": s.byName,
		"a person who changed the name is found by the new one": s.byNewName,
		"no more are found than were asked for":                 s.byNameBounded,
	}
}

// keys makes search keys of words.
func keys(words ...string) [][]byte {
	var out [][]byte
	for _, w := range words {
		out = append(out, []byte(w))
	}
	return out
}

// register makes the commit by which a person becomes known.
func register(t *testing.T, id, identifier string, d *eventv1.Demographics, search ...string) *eventv1.Commit {
	t.Helper()
	f := &eventv1.PersonRegistered{
		IdentifierKind: eventv1.IdentifierKind_IDENTIFIER_KIND_STP, Identity: []byte("sealed"),
		Demographics: seal(t, d), SearchKeys: keys(search...),
	}
	if identifier != "" {
		f.IdentifierKey = []byte(identifier)
	}
	return commit(t, personStream(id), "2025-01-10", f)
}

func seal(t *testing.T, d *eventv1.Demographics) []byte {
	t.Helper()
	if d == nil {
		return nil
	}
	b, err := proto.Marshal(d)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func personStream(id string) eventlog.Stream {
	return eventlog.Stream(readmodel.PersonStream + "." + id)
}

func (s *suite) personIsItsFacts(t *testing.T) {
	b, m := newBook(), s.model(t)
	id := uuid.NewString()
	first := register(t, id, "code", nil, "ROSSI")
	change := commit(t, personStream(id), "2025-02-10", &eventv1.PersonDetailsChanged{
		Identity: []byte("other"), SearchKeys: keys("BIANCHI"),
	})
	var want *person.Record
	for _, c := range []*eventv1.Commit{first, change} {
		at := b.write(t, c)
		b.tell(t, m)
		var err error
		if want, err = person.Evolve(want, person.Position(at), c); err != nil {
			t.Fatal(err)
		}
		got, err := m.Person(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		equal(t, "person", want, got)
	}
}

func (s *suite) noSuchPerson(t *testing.T) {
	_, err := s.model(t).Person(t.Context(), uuid.NewString())
	kind(t, "a person that nobody registered", err, fault.NotFound)
}

// town registers persons by their identifiers and search keys.
func town(t *testing.T, m readmodel.Model, of ...[]string) []string {
	t.Helper()
	b := newBook()
	var ids []string
	for _, p := range of {
		ids = append(ids, uuid.NewString())
		b.write(t, register(t, ids[len(ids)-1], p[0], nil, p[1:]...))
	}
	b.tell(t, m)
	return ids
}

func idsOf(records []*person.Record) []string {
	var out []string
	for _, r := range records {
		out = append(out, r.ID)
	}
	return out
}

func (s *suite) byIdentifier(t *testing.T) {
	m := s.model(t)
	ids := town(t, m, []string{"A"}, []string{"B"}, []string{"A"}, []string{""})
	for key, want := range map[string][]string{"A": {ids[0], ids[2]}, "B": {ids[1]}, "C": nil, "": nil} {
		got, err := m.PersonsByIdentifierKey(t.Context(), []byte(key))
		if err != nil {
			t.Fatal(err)
		}
		equal(t, "persons with the identifier "+key, want, idsOf(got))
	}
}

func (s *suite) byName(t *testing.T) {
	m := s.model(t)
	ids := town(t, m, []string{"", "ROSSI", "RS"}, []string{"", "ROSSI", "ANNA", "RS"}, []string{"", "ANNA"}, []string{"", "VERDI"})
	for _, tt := range []struct{ ask, want []string }{
		{[]string{"ROSSI", "ANNA"}, []string{ids[1], ids[0], ids[2]}},
		{[]string{"ROSSI", "RS"}, []string{ids[0], ids[1]}},
		{[]string{"ANNA", "ANNA", "ROSSI", "RS"}, []string{ids[1], ids[0], ids[2]}},
		{[]string{"NERI"}, nil},
		{nil, nil},
	} {
		got, err := m.PersonsBySearchKeys(t.Context(), keys(tt.ask...), 50)
		if err != nil {
			t.Fatal(err)
		}
		equal(t, "persons found", tt.want, idsOf(got))
	}
}

func (s *suite) byNewName(t *testing.T) {
	m, b, id := s.model(t), newBook(), uuid.NewString()
	b.write(t, register(t, id, "", nil, "ROSSI", "ANNA"))
	b.write(t, commit(t, personStream(id), "2025-02-10", &eventv1.PersonDetailsChanged{SearchKeys: keys("VERDI", "ANNA")}))
	b.tell(t, m)
	for key, want := range map[string][]string{"ROSSI": nil, "VERDI": {id}, "ANNA": {id}} {
		got, err := m.PersonsBySearchKeys(t.Context(), keys(key), 50)
		if err != nil {
			t.Fatal(err)
		}
		equal(t, "persons found by "+key, want, idsOf(got))
	}
}

func (s *suite) byNameBounded(t *testing.T) {
	m := s.model(t)
	var of [][]string
	for i := range 12 {
		of = append(of, []string{strconv.Itoa(i), "ROSSI"})
	}
	ids := town(t, m, of...)
	for _, limit := range []int{0, 1, 5, 12, 50} {
		got, err := m.PersonsBySearchKeys(t.Context(), keys("ROSSI"), limit)
		if err != nil {
			t.Fatal(err)
		}
		equal(t, "persons found", append([]string(nil), ids[:min(limit, 12)]...), idsOf(got))
	}
}
