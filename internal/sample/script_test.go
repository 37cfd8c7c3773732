package sample

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"percorsi/internal/casework"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	"percorsi/internal/person"
)

// districtOf makes the district of a seed, whole, from 2025 to a last day.
func districtOf(t testing.TB, seed uint64, to string) *district {
	t.Helper()
	first, err1 := casework.ParseDay(defaultFrom)
	last, err2 := casework.ParseDay(to)
	d, err3 := newDistrict(Config{Seed: seed, From: first, To: last}, 1)
	for _, err := range []error{err1, err2, err3} {
		if err != nil {
			t.Fatal(err)
		}
	}
	return d
}

func TestAScriptIsToldInTheOrderOfTheDaysAndEndsOnTheLast(t *testing.T) {
	d := districtOf(t, 1, "2025-12-31")
	rapid.Check(t, func(t *rapid.T) {
		s := newScript(d, "any")
		type moment struct {
			on     casework.Day
			number int
		}
		var told []moment
		number := 0
		var plan func(depth int)
		plan = func(depth int) {
			for range rapid.IntRange(0, 4).Draw(t, "things") {
				on := d.from + casework.Day(rapid.IntRange(-10, 500).Draw(t, "day"))
				number++
				mine := number
				s.at(on, func() {
					told = append(told, moment{s.today, mine})
					if depth < 3 {
						plan(depth + 1)
					}
				})
			}
		}
		plan(0)
		s.tell()
		for i, m := range told {
			if m.on > d.to {
				t.Fatalf("something was told on %s, after the last day", m.on)
			}
			if i > 0 && m.on < told[i-1].on {
				t.Fatalf("%s was told after %s", m.on, told[i-1].on)
			}
			if i > 0 && m.on == told[i-1].on && m.number < told[i-1].number {
				t.Fatalf("two things of %s were told the other way round", m.on)
			}
		}
	})
}

func TestSomeGivesSoManyDifferentThingsInTheirOrder(t *testing.T) {
	d := districtOf(t, 1, "2025-12-31")
	list := []int{1, 2, 3, 4, 5, 6, 7}
	rapid.Check(t, func(t *rapid.T) {
		s := newScript(d, rapid.String().Draw(t, "name"))
		n := rapid.IntRange(0, 9).Draw(t, "n")
		got := some(s, list, n)
		if len(got) != min(n, len(list)) {
			t.Fatalf("%d things, want %d", len(got), n)
		}
		for i := 1; i < len(got); i++ {
			if got[i] <= got[i-1] {
				t.Fatalf("%v is out of order", got)
			}
		}
	})
}

func TestWeighFollowsTheWeights(t *testing.T) {
	s := newScript(districtOf(t, 1, "2025-12-31"), "weights")
	count := map[string]int{}
	for range 10_000 {
		count[weigh(s, []weighted[string]{{70, "often"}, {30, "seldom"}, {0, "never"}})]++
	}
	if math.Abs(float64(count["often"])-7000) > 300 || count["never"] != 0 {
		t.Error(count)
	}
}

func TestAsManyStoriesOpenAsAreWanted(t *testing.T) {
	for _, want := range []int{60, 200, 1000, 4000} {
		d := districtOf(t, 9, "2026-11-22")
		got := openings(d, want, density(want, d.from, d.to))
		if math.Abs(float64(len(got)-want)) > float64(want)*0.06+float64(len(kinds()))/2 {
			t.Errorf("%d stories open, want about %d", len(got), want)
		}
		seen := map[string]bool{}
		for i, o := range got {
			seen[o.kind.name] = true
			if o.on < d.from || o.on > d.to || i > 0 && o.on < got[i-1].on {
				t.Fatalf("story %s opens on %s", o.name(), o.on)
			}
		}
		if len(seen) != len(kinds()) {
			t.Errorf("of %d kinds of stories %d open", len(kinds()), len(seen))
		}
	}
}

func TestADistrictTellsEveryKindOfFact(t *testing.T) {
	d := districtOf(t, 2, "2026-11-22")
	told := map[string]int{}
	for _, o := range openings(d, 2500, density(2500, d.from, d.to)) {
		s := o.script(d)
		if s.err != nil {
			t.Fatal(s.err)
		}
		for _, next := range s.steps {
			for _, kind := range next.facts() {
				told[kind]++
			}
		}
	}
	kinds := (*eventv1.Fact)(nil).ProtoReflect().Descriptor().Oneofs().ByName("fact").Fields()
	for i := range kinds.Len() {
		switch name := string(kinds.Get(i).Name()); name {
		case "plan_published", "activity_recorded", "figure_supplied":
			// the plan's, which the stories of cases do not tell
		default:
			if told[name] == 0 {
				t.Errorf("nobody tells %s", name)
			}
		}
	}
}

func TestIdentifiersAreOfTheirKind(t *testing.T) {
	d := districtOf(t, 4, "2026-11-22")
	s := newScript(d, "people")
	s.today = d.to
	seen := map[eventv1.IdentifierKind]int{}
	for range 3000 {
		p := s.encounter(profile{ages: []weighted[[2]int]{{1, [2]int{0, 100}}}, female: 50, foreign: 50, uncoded: 50}, d.lodi())
		seen[p.kind]++
		if _, err := person.ParseIdentifier(person.IdentifierKind(p.kind), p.identity.GetIdentifier()); err != nil {
			t.Fatalf("%s: %v", p.kind, err)
		}
		if age := p.age(d.to); age < 0 || age > 102 {
			t.Fatalf("somebody is %d years old", age)
		}
	}
	if s.err != nil || len(seen) != 5 {
		t.Errorf("kinds of identifiers: %v, error %v", seen, s.err)
	}
}
