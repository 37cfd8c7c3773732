package memory

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"percorsi/internal/casework"
)

func state(opened casework.Position) *casework.Case {
	return &casework.Case{Opened: opened}
}

// plain gives the rows of a table.
func plain(t table) []*casework.Case {
	out := make([]*casework.Case, t.rows)
	for slot := range out {
		out[slot] = t.at(slot)
	}
	return out
}

func TestAFrozenTableStaysAsItWas(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		type copyOf struct {
			frozen table
			rows   []*casework.Case
		}
		var (
			live   table
			rows   []*casework.Case
			copies []copyOf
		)
		for range rapid.IntRange(1, 60).Draw(t, "steps") {
			switch step := rapid.IntRange(0, 9).Draw(t, "step"); {
			case step == 0:
				copies = append(copies, copyOf{live.freeze(), slices.Clone(rows)})
			case step < 5 || len(rows) == 0:
				for range rapid.IntRange(1, chunkSize).Draw(t, "more") {
					c := state(casework.Position(3 * len(rows)))
					if slot := live.add(row{state: c}); slot != len(rows) {
						t.Fatalf("slot %d, want %d", slot, len(rows))
					}
					rows = append(rows, c)
				}
			default:
				slot := rapid.IntRange(0, len(rows)-1).Draw(t, "slot")
				rows[slot] = state(casework.Position(3 * slot))
				live.set(slot, row{state: rows[slot]})
			}
		}
		for _, c := range append(copies, copyOf{live, rows}) {
			if !slices.Equal(plain(c.frozen), c.rows) {
				t.Fatal("a table is not what it was")
			}
		}
		p := rapid.IntRange(0, 3*len(rows)+3).Draw(t, "position")
		if got, want := live.before(casework.Position(p)), min((p+2)/3, len(rows)); got != want {
			t.Errorf("%d cases before position %d, want %d", got, p, want)
		}
	})
}

func TestAChunkThatASnapshotSharesIsOlderThanWhatFollows(t *testing.T) {
	var live table
	live.add(row{state: state(1)})
	first := live.freeze()
	live.set(0, row{state: state(1)})
	second := live.freeze()
	third := live.freeze()
	if got := second.chunks[0].age; got <= first.age {
		t.Errorf("a chunk that was changed after snapshot %d has age %d", first.age, got)
	}
	if third.chunks[0] != second.chunks[0] || third.chunks[0].age > second.age {
		t.Errorf("a chunk that was not changed after snapshot %d has age %d", second.age, third.chunks[0].age)
	}
}

func TestASetOfSlotsHasEachOnce(t *testing.T) {
	var s slotSet
	for _, slot := range []int{5, 0, 5, 7, 0} {
		s.add(slot)
	}
	if got := s.takeAll(); !slices.Equal(got, []int{5, 0, 7}) {
		t.Errorf("took %v", got)
	}
	if got := s.takeAll(); len(got) != 0 {
		t.Errorf("took %v of what was empty", got)
	}
	s.add(5)
	if got := s.takeAll(); !slices.Equal(got, []int{5}) {
		t.Errorf("took %v, want what was added again", got)
	}
}
