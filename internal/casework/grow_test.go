package casework

import (
	"slices"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func momentAt(m *Moment) *Position { return &m.Position }

// longAs gives a list of so many moments, grown one by one.
func longAs(n int) []Moment {
	var list []Moment
	for p := range Position(n) {
		list = grow(list, Moment{Position: p + 1}, momentAt)
	}
	return list
}

func TestWhatFollowsFromAStateLeavesTheOthersAlone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		states, want := [][]Moment{longAs(exact - 2)}, [][]Moment{longAs(exact - 2)}
		for p := range Position(rapid.IntRange(1, 200).Draw(t, "commits")) {
			from := rapid.OneOf(rapid.Just(len(states)-1), rapid.IntRange(0, len(states)-1)).Draw(t, "from")
			next := Moment{Position: 1000 + p, About: "another"}
			states = append(states, grow(states[from], next, momentAt))
			want = append(want, append(slices.Clone(want[from]), next))
		}
		for i := range want {
			if !slices.Equal(want[i], states[i]) {
				t.Fatalf("state %d (-want +got):\n%s", i, cmp.Diff(want[i], states[i]))
			}
		}
	})
}

func TestStatesThatFollowFromTheSameOneAtTheSameTimeShareNothingNew(t *testing.T) {
	const many = 16
	from := longAs(200)
	ends := make([][]Moment, many)
	var all sync.WaitGroup
	for i := range ends {
		all.Go(func() {
			ends[i] = from
			for range 100 {
				ends[i] = grow(ends[i], Moment{Position: Position(1000 + i)}, momentAt)
			}
		})
	}
	all.Wait()
	for i, end := range ends {
		if !slices.Equal(end[:200], from) || slices.ContainsFunc(end[200:], func(m Moment) bool { return m.Position != Position(1000+i) }) {
			t.Errorf("the state %d has the moments of another one", i)
		}
	}
}

func TestALongCaseIsSeldomCopied(t *testing.T) {
	list, copied := longAs(exact), 0
	for p := range Position(10_000) {
		before := &list[0]
		if list = grow(list, Moment{Position: p}, momentAt); before != &list[0] {
			copied++
		}
	}
	if copied > 30 {
		t.Errorf("it was copied %d times", copied)
	}
}

func TestAListOfElsewhereIsCopied(t *testing.T) {
	roomy := make([]Moment, exact, 4*exact)
	if grown := grow(roomy, Moment{Position: 1}, momentAt); &grown[0] == &roomy[0] {
		t.Error("a place was taken in a list that does not count its places")
	}
}
