package person_test

import (
	"slices"
	"strconv"
	"testing"

	"pgregory.net/rapid"

	"percorsi/internal/person"
)

// linkedTo gives a record that is linked with others, and was with more.
func linkedTo(id string, others, formerly []string) *person.Record {
	r := &person.Record{ID: id}
	for _, o := range others {
		r.Bonds = append(r.Bonds, person.Bond{Other: o, Kind: person.Linked})
	}
	for _, o := range formerly {
		r.Bonds = append(r.Bonds, person.Bond{Other: o, Kind: person.Unlinked})
	}
	return r
}

func TestAGroupIsEverybodyWhomLinksLeadTo(t *testing.T) {
	var g person.Groups
	for _, r := range []*person.Record{
		linkedTo("c", []string{"d", "e"}, nil), linkedTo("a", []string{"e"}, nil), linkedTo("b", []string{"f"}, nil), linkedTo("h", nil, nil),
	} {
		g.Put(r)
	}
	for id, want := range map[string][]string{
		"a": {"a", "c", "d", "e"}, "e": {"a", "c", "d", "e"}, "f": {"b", "f"}, "h": nil, "nobody": nil,
	} {
		if got := g.Of(id); !slices.Equal(got, want) {
			t.Errorf("the group of %s is %v, want %v", id, got, want)
		}
	}
}

func TestPutTellsWhoseGroupIsAnotherOne(t *testing.T) {
	var g person.Groups
	expect := func(r *person.Record, want ...string) {
		t.Helper()
		if got := g.Put(r); !slices.Equal(got, want) {
			t.Errorf("changed: %v, want %v", got, want)
		}
	}
	expect(linkedTo("a", nil, nil))
	expect(linkedTo("a", []string{"b"}, nil), "a", "b")
	expect(linkedTo("a", []string{"b"}, nil))
	expect(linkedTo("b", []string{"c"}, nil), "a", "b", "c")
	expect(linkedTo("a", nil, []string{"b"}), "a", "b", "c")
	expect(linkedTo("b", nil, []string{"c"}), "b", "c")
}

func TestACopyStaysAsItIs(t *testing.T) {
	var g person.Groups
	g.Put(linkedTo("a", []string{"b"}, nil))
	early := g.Copy()
	g.Put(linkedTo("b", []string{"c"}, nil))
	late := g.Copy()
	g.Put(linkedTo("a", nil, []string{"b"}))
	if a, b := early.Of("a"), late.Of("a"); !slices.Equal(a, []string{"a", "b"}) || !slices.Equal(b, []string{"a", "b", "c"}) {
		t.Errorf("early %v, late %v", a, b)
	}
	if got := g.Of("c"); !slices.Equal(got, []string{"b", "c"}) {
		t.Errorf("now %v", got)
	}
}

// Any groups are those of a set that is coloured by hand, whoever is put first.
func TestGroupsAreThoseOfTheNewestLinksInWhateverOrderTheyCome(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		const many = 7
		var ids []string
		links := make(map[string]map[string]bool)
		for i := range many {
			ids = append(ids, strconv.Itoa(i))
			links[ids[i]] = map[string]bool{}
		}
		record := func(id string) *person.Record {
			var now, formerly []string
			for _, o := range ids {
				if is, ever := links[id][o]; ever && is {
					now = append(now, o)
				} else if ever {
					formerly = append(formerly, o)
				}
			}
			return linkedTo(id, now, formerly)
		}
		var g person.Groups
		for range rapid.IntRange(0, 20).Draw(t, "sayings") {
			i := rapid.IntRange(0, many-2).Draw(t, "one")
			j := rapid.IntRange(i+1, many-1).Draw(t, "other")
			links[ids[i]][ids[j]] = rapid.IntRange(0, 2).Draw(t, "linked") > 0
			if rapid.Bool().Draw(t, "read") {
				g.Copy()
			}
			before := map[string][]string{}
			for _, id := range ids {
				before[id] = g.Of(id)
			}
			changed := g.Put(record(ids[i]))
			for _, id := range ids {
				if !slices.Equal(before[id], g.Of(id)) && !slices.Contains(changed, id) {
					t.Fatalf("the group of %s changed and %v were told", id, changed)
				}
			}
		}
		colour := map[string]int{}
		for i, id := range ids {
			colour[id] = i
		}
		for range many {
			for _, a := range ids {
				for b, is := range links[a] {
					if is {
						colour[a] = min(colour[a], colour[b])
						colour[b] = colour[a]
					}
				}
			}
		}
		for _, id := range ids {
			var want []string
			for _, o := range ids {
				if colour[o] == colour[id] {
					want = append(want, o)
				}
			}
			if len(want) == 1 {
				want = nil
			}
			if got := g.Of(id); !slices.Equal(got, want) {
				t.Fatalf("the group of %s is %v, want %v", id, got, want)
			}
		}
	})
}
