package readmodeltest

import (
	"slices"
	"testing"

	"github.com/google/uuid"
	"google.golang.org/protobuf/proto"

	"percorsi/internal/casework"
	"percorsi/internal/eventlog"
	"percorsi/internal/fact"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	"percorsi/internal/indicator"
	"percorsi/internal/person"
	"percorsi/internal/readmodel"
)

func (s *suite) personCorrections() map[string]func(*testing.T) {
	return map[string]func(*testing.T){
		"details that are voided give way to those before":                 s.voidedDetails,
		"an amended birth year moves the class of age":                     s.amendedBirthYear,
		"a link that is voided leaves nobody linked, listed or counted so": s.voidedLink,
		"what was told apart and voided is not said any more":              s.voidedApart,
		"a person that is corrected wrongly stops, and the rest goes on":   s.personOutOfPlace,
	}
}

// voids makes the commit that voids the first fact of another one.
func voids(t *testing.T, c *eventv1.Commit) *eventv1.Commit {
	t.Helper()
	return commit(t, eventlog.Stream(c.GetStream()), "2025-06-01", &eventv1.FactVoided{
		CommandId: c.GetCommandId(), Reason: eventv1.CorrectionReason_CORRECTION_REASON_NOT_HAPPENED,
	})
}

// amends makes the commit that puts something else in the place of the first fact
// of another one.
func amends(t *testing.T, c *eventv1.Commit, content proto.Message) *eventv1.Commit {
	t.Helper()
	right, err := fact.Wrap(content, c.GetFacts()[0].GetOccurredOn())
	if err != nil {
		t.Fatal(err)
	}
	return commit(t, eventlog.Stream(c.GetStream()), "2025-06-01", &eventv1.FactAmended{
		CommandId: c.GetCommandId(), Replacement: right, Reason: eventv1.CorrectionReason_CORRECTION_REASON_TYPING_ERROR,
	})
}

func (s *suite) voidedDetails(t *testing.T) {
	b, m, id := newBook(), s.model(t), uuid.NewString()
	b.write(t, register(t, id, "code", nil, "ROSSI", "ANNA"))
	change := commit(t, personStream(id), "2025-02-10", &eventv1.PersonDetailsChanged{SearchKeys: keys("VERDI", "ANNA")})
	b.write(t, change)
	b.tell(t, m)
	found := func(what string, want map[string][]string) {
		t.Helper()
		b.tell(t, m)
		for key, ids := range want {
			got, err := m.PersonsBySearchKeys(t.Context(), keys(key), 50)
			if err != nil {
				t.Fatal(err)
			}
			equal(t, what+", found by "+key, ids, idsOf(got))
		}
	}
	void := voids(t, change)
	at := b.write(t, void)
	found("voided", map[string][]string{"ROSSI": {id}, "VERDI": nil, "ANNA": {id}})
	r, err := m.Person(t.Context(), id)
	if err != nil || string(r.Identity) != "sealed" || casework.Position(r.Revision) != at || casework.Position(r.Last) != at {
		t.Errorf("the person: %+v, %v", r, err)
	}
	b.write(t, voids(t, void))
	found("the voiding void", map[string][]string{"ROSSI": nil, "VERDI": {id}, "ANNA": {id}})
	b.write(t, amends(t, change, &eventv1.PersonDetailsChanged{SearchKeys: keys("BIANCHI")}))
	found("amended", map[string][]string{"ROSSI": nil, "VERDI": nil, "ANNA": nil, "BIANCHI": {id}})
	byCode, err := m.PersonsByIdentifierKey(t.Context(), []byte("code"))
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "found by the identifier", []string{id}, idsOf(byCode))
}

func (s *suite) amendedBirthYear(t *testing.T) {
	b, m, id := newBook(), s.model(t), uuid.NewString()
	b.write(t, published(t, planID, 1, everyCase))
	registration := register(t, id, "", &eventv1.Demographics{BirthYear: 2015, Sex: eventv1.Sex_SEX_FEMALE})
	b.write(t, registration)
	b.write(t, signal(t, id))
	byAge := func(what string, want map[string]float64) {
		t.Helper()
		b.tell(t, m)
		f, err := m.Figures(t.Context(), planID, indicator.Query{Indicators: []string{figureCases}, By: indicator.ByAgeClass})
		if err != nil {
			t.Fatal(err)
		}
		got := make(map[string]float64)
		for _, one := range f {
			if *one.Value != 0 {
				got[one.Group] = *one.Value
			}
		}
		equal(t, what, want, got)
	}
	byAge("as registered", map[string]float64{"0-17": 1})
	right := proto.CloneOf(registration.GetFacts()[0].GetPersonRegistered())
	right.Demographics = seal(t, &eventv1.Demographics{BirthYear: 1951, Sex: eventv1.Sex_SEX_FEMALE})
	amended := amends(t, registration, right)
	b.write(t, amended)
	byAge("amended", map[string]float64{"75+": 1})
	b.write(t, voids(t, amended))
	byAge("the amendment void", map[string]float64{"0-17": 1})
}

func (s *suite) voidedLink(t *testing.T) {
	b, m := newBook(), s.model(t)
	plan := published(t, planID, 1, everyCase)
	plan.GetFacts()[0].GetPlanPublished().GetPlan().GetIndicators()[0].GetDefinition().Unit = eventv1.UnitOfCount_UNIT_OF_COUNT_PERSON
	b.write(t, plan)
	ids := village(t, b, 3)
	for _, id := range ids {
		b.write(t, signal(t, id))
	}
	first := commit(t, personStream(ids[0]), "2025-06-01", linked(ids[1]))
	b.write(t, first)
	said(t, b, ids[1], linked(ids[2]))
	are := func(what string, persons float64, group, keys []string) {
		t.Helper()
		b.tell(t, m)
		equal(t, what+", the group", group, groupOf(t, m, ids[0]))
		want := b.newestFirst(func(c *casework.Case) bool { return slices.Contains(group, c.Person) })
		equalRows(t, what+", the cases", want, rows(t, m, readmodel.Everything(), readmodel.CaseFilter{Person: ids[0]}, 2))
		if got := value(t, m, figureCases); got != persons {
			t.Errorf("%s: %v persons, want %v", what, got, persons)
		}
		x, err := m.Explain(t.Context(), planID, figureCases, "", indicator.Page{})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, e := range x.Evidence {
			got = append(got, e.Key)
		}
		slices.Sort(got)
		equal(t, what+", counted under", keys, got)
	}
	one := []string{ids[2], ids[2], ids[2]}
	all := []string{ids[2], ids[1], ids[0]}
	are("linked", 1, all, one)
	void := voids(t, first)
	b.write(t, void)
	are("the link void", 2, ids[:1], []string{ids[0], ids[2], ids[2]})
	b.write(t, voids(t, void))
	are("the voiding void", 1, all, one)
	b.write(t, voids(t, first))
	are("void once more", 2, ids[:1], []string{ids[0], ids[2], ids[2]})
	// What is said next is as between two of whom nothing was said.
	said(t, b, ids[0], linked(ids[2]))
	are("linked with another", 1, all, one)
}

func (s *suite) voidedApart(t *testing.T) {
	b, m := newBook(), s.model(t)
	ids := village(t, b, 2)
	apart := commit(t, personStream(ids[0]), "2025-06-01", &eventv1.PersonsToldApart{Other: ids[1]})
	b.write(t, apart)
	b.tell(t, m)
	at := b.write(t, voids(t, apart))
	b.tell(t, m)
	r, err := m.Person(t.Context(), ids[0])
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "what is left", []person.Bond{{Other: ids[1], Revision: person.Revision(at)}}, r.Bonds)
	equal(t, "group", ids[:1], groupOf(t, m, ids[0]))
}

func (s *suite) personOutOfPlace(t *testing.T) {
	b, m := newBook(), s.model(t)
	ids := village(t, b, 2)
	foreign := register(t, ids[1], "", nil)
	foreign.Stream = string(personStream(ids[0]))
	at := b.write(t, voids(t, foreign))
	said(t, b, ids[1], &eventv1.PersonDetailsChanged{Identity: []byte("other")})
	b.tell(t, m)
	q, stopped, err := m.QuarantineOf(t.Context(), personStream(ids[0]))
	if err != nil || !stopped || q.At != at {
		t.Errorf("stopped %t at %d (%v), want at %d", stopped, q.At, err, at)
	}
	if r, err := m.Person(t.Context(), ids[1]); err != nil || string(r.Identity) != "other" {
		t.Errorf("the other person: %+v, %v", r, err)
	}
}
