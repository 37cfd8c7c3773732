package memory

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"percorsi/internal/access"
	"percorsi/internal/readmodel"
)

func TestASetOfVisibleCasesIsWalkedFromItsEnd(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := rapid.SliceOfN(rapid.Bool(), 1, 300).Draw(t, "visible")
		set := &visible{words: make([]uint64, len(in)/wordSize+1)}
		for slot, ok := range in {
			if ok {
				set.words[slot/wordSize] |= 1 << (slot % wordSize)
			}
		}
		for n := 0; n <= len(in); n++ {
			want := n - 1
			for want >= 0 && !in[want] {
				want--
			}
			if got := set.last(n); got != want {
				t.Fatalf("the last below %d is %d, want %d", n, got, want)
			}
			if n < len(in) && set.has(n) != in[n] {
				t.Fatalf("has %d: %v", n, set.has(n))
			}
		}
	})
}

func TestNoSetHasEverything(t *testing.T) {
	var all *visible
	if !all.has(7) || all.last(7) != 6 || all.last(0) != -1 {
		t.Errorf("has 7: %v; last below 7: %d, below 0: %d", all.has(7), all.last(7), all.last(0))
	}
}

func TestTheViewsThatAreKeptAreBounded(t *testing.T) {
	var vs views
	caller := func(i int) readmodel.Scope {
		return readmodel.SeenBy(access.Caller{User: fmt.Sprintf("op-%d", i), Role: access.Planner})
	}
	first := vs.of(caller(0))
	if vs.of(caller(0)) != first {
		t.Error("the view of a caller is not kept")
	}
	for i := range 3 * maxViews {
		vs.of(caller(i))
	}
	if len(vs.by) > maxViews {
		t.Errorf("%d views are kept", len(vs.by))
	}
}
