package figures_test

import (
	"fmt"
	"slices"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"percorsi/internal/casework"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	"percorsi/internal/indicator"
	"percorsi/internal/person"
	"percorsi/internal/plan"
	"percorsi/internal/readmodel/figures"
)

// counting persons makes the plan count persons with a case.
func countingPersons() *plan.State {
	s := published(planID, 1, everyCase)
	s.Plan.Indicators[0].Definition.Unit = eventv1.UnitOfCount_UNIT_OF_COUNT_PERSON
	return s
}

// registered makes a registration at a position, with links to others.
func registered(id, sex string, at person.Position, links ...string) *person.Record {
	r := &person.Record{ID: id, Demographics: []byte(sex), Commands: []person.Answered{{Position: at}}, Last: at}
	for _, other := range slices.Sorted(slices.Values(links)) {
		r.Last++
		r.Bonds = append(r.Bonds, person.Bond{Other: other, Kind: person.Linked, Revision: person.Revision(r.Last)})
	}
	return r
}

// unlinked gives a registration after its links were undone.
func unlinked(r *person.Record) *person.Record {
	next := *r
	next.Bonds = slices.Clone(r.Bonds)
	for i := range next.Bonds {
		next.Last++
		next.Bonds[i].Kind, next.Bonds[i].Revision = person.Unlinked, person.Revision(next.Last)
	}
	return &next
}

func TestLinkedRegistrationsAreOnePersonInFiguresUntilTheyAreUnlinked(t *testing.T) {
	b := boards()
	tell(t, b, countingPersons())
	a, c := registered("a", "", 9, "c"), registered("c", "FEMALE", 3)
	for _, r := range []*person.Record{registered("a", "", 9), registered("b", "MALE", 5), c} {
		b.Person(r)
	}
	for i, who := range []string{"a", "b", "c"} {
		b.Case(opened(who, casework.Position(20+i)))
	}
	apart := map[string]float64{"MALE": 1, "FEMALE": 1, indicator.NotAvailable: 1}
	expect(t, "before", apart, values(t, b, casesOpened, indicator.BySex))

	b.Person(a)
	expect(t, "persons", map[string]float64{"": 2}, values(t, b, casesOpened, indicator.NotSplit))
	expect(t, "split by what is known of either", map[string]float64{"MALE": 1, "FEMALE": 1}, values(t, b, casesOpened, indicator.BySex))
	if key, since := b.Key("a"); key != "c" || since != 10 {
		t.Errorf("counted under %s since %d, want the first registered, c, since 10", key, since)
	}
	x, err := b.Explain(t.Context(), planID, casesOpened, "", indicator.Page{})
	if err != nil {
		t.Fatal(err)
	}
	if shown := fmt.Sprint(keysOf(x)); shown != "[b c c]" {
		t.Errorf("the evidence counts %s", shown)
	}

	b.Person(unlinked(a))
	expect(t, "afterwards", apart, values(t, b, casesOpened, indicator.BySex))
	if key, since := b.Key("a"); key != "a" || since != 11 {
		t.Errorf("counted under %s since %d, want a since 11", key, since)
	}
}

func keysOf(x indicator.Explanation) []string {
	var out []string
	for _, e := range x.Evidence {
		out = append(out, e.Key)
	}
	slices.Sort(out)
	return out
}

func TestAPublicationThatFollowsKnowsWhoIsOnePerson(t *testing.T) {
	b := boards()
	b.Person(registered("a", "", 1, "b"))
	b.Person(registered("b", "", 2))
	tell(t, b, countingPersons(), opened("a", 3), opened("b", 4))
	expect(t, "persons", map[string]float64{"": 1}, values(t, b, casesOpened, indicator.NotSplit))
}

// What was linked and unlinked in any order is counted as a straight count of
// the newest links has it, and as if no link had been there once all are undone.
func TestFiguresFollowTheNewestLinksInWhateverOrderTheyAreTold(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		const many = 6
		ids := make([]string, many)
		b, records := boards(), make([]*person.Record, many)
		tell(t, b, countingPersons())
		at := person.Position(100)
		for i := range ids {
			ids[i] = strconv.Itoa(i)
			records[i] = registered(ids[i], rapid.SampledFrom([]string{"FEMALE", "MALE", ""}).Draw(r, "sex"), person.Position(many-i))
			b.Person(records[i])
			b.Case(opened(ids[i], casework.Position(50+i)))
		}
		untouched := values(t, b, casesOpened, indicator.BySex)
		say := func(i, j int, kind person.BondKind) {
			at++
			next := *records[i]
			next.Last = at
			bond := person.Bond{Other: ids[j], Kind: kind, Revision: person.Revision(at)}
			k := slices.IndexFunc(next.Bonds, func(b person.Bond) bool { return b.Other == ids[j] })
			next.Bonds = slices.Clone(next.Bonds)
			if k < 0 {
				next.Bonds = append(next.Bonds, bond)
			} else {
				next.Bonds[k] = bond
			}
			records[i] = &next
			b.Person(&next)
		}
		for range rapid.IntRange(1, 12).Draw(r, "sayings") {
			i := rapid.IntRange(0, many-2).Draw(r, "one")
			j := rapid.IntRange(i+1, many-1).Draw(r, "other")
			say(i, j, rapid.SampledFrom([]person.BondKind{person.Linked, person.Linked, person.Unlinked, person.ToldApart}).Draw(r, "kind"))
			if rapid.Bool().Draw(r, "ask") {
				values(t, b, casesOpened, indicator.NotSplit)
			}
		}
		fresh := boards()
		for _, i := range rapid.Permutation([]int{0, 1, 2, 3, 4, 5}).Draw(r, "order") {
			fresh.Person(records[i])
		}
		tell(t, fresh, countingPersons(), casesOf(ids)...)
		same(t, r, "told anew", b, fresh)
		for i := range records {
			for _, bond := range records[i].Bonds {
				if bond.Kind == person.Linked {
					say(i, slices.Index(ids, bond.Other), person.Unlinked)
				}
			}
		}
		if diff := cmp.Diff(untouched, values(t, b, casesOpened, indicator.BySex)); diff != "" {
			r.Fatalf("all links undone (-never linked +got):\n%s", diff)
		}
	})
}

func casesOf(ids []string) []*casework.Case {
	var out []*casework.Case
	for i, id := range ids {
		out = append(out, opened(id, casework.Position(50+i)))
	}
	return out
}

func same(t *testing.T, r *rapid.T, what string, x, y *figures.Boards) {
	t.Helper()
	for _, by := range []indicator.By{indicator.NotSplit, indicator.BySex} {
		if diff := cmp.Diff(values(t, x, casesOpened, by), values(t, y, casesOpened, by)); diff != "" {
			r.Fatalf("%s:\n%s", what, diff)
		}
	}
}
