package casefile

import (
	"testing"

	"pgregory.net/rapid"

	"percorsi/internal/casework"
	"percorsi/internal/fault"
	casefilev1 "percorsi/internal/gen/percorsi/casefile/v1"
)

func TestATokenNamesThePlaceOfOneFact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := mark{
			commit: casework.Position(rapid.Uint64Range(1, 1<<62).Draw(t, "commit")),
			index:  rapid.Int32Range(0, whole-1).Draw(t, "index"),
		}
		got, err := parseMark(m.token())
		if err != nil || got != m {
			t.Errorf("%v came back as %v, %v", m, got, err)
		}
	})
}

func TestWhatIsNoTokenIsRefused(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.OneOf(rapid.String(), rapid.StringMatching(`[A-Za-z0-9_-]{1,30}`)).Draw(t, "text")
		switch m, err := parseMark(text); {
		case err != nil && (fault.KindOf(err) != fault.Invalid || m != mark{}):
			t.Errorf("%q: %v, %v", text, m, err)
		case err == nil && (m.commit == 0 || m.index < 0 || m.index == whole):
			t.Errorf("%q is taken for %v", text, m)
		}
	})
	for _, text := range []string{"somewhere", "AA", mark{commit: 7, index: whole}.token(), mark{commit: 1 << 63}.token(), mark{commit: 7}.token() + "AA"} {
		if m, err := parseMark(text); err == nil {
			t.Errorf("%q is taken for %v", text, m)
		}
	}
}

func TestAMarkHasWhatLiesUpToIt(t *testing.T) {
	for _, tt := range []struct {
		mark  mark
		at    uint64
		index int32
		has   bool
	}{
		{mark{7, 1}, 6, 9, true},
		{mark{7, 1}, 7, 0, true},
		{mark{7, 1}, 7, 1, true},
		{mark{7, 1}, 7, 2, false},
		{mark{7, 1}, 8, 0, false},
		{mark{7, whole}, 7, 1000, true},
		{mark{0, whole}, 1, 0, false},
	} {
		e := &casefilev1.HistoryEntry{Position: tt.at, Index: tt.index}
		if got := tt.mark.has(e); got != tt.has {
			t.Errorf("%v has %d.%d: %v", tt.mark, tt.at, tt.index, got)
		}
		if !tt.has && casework.Position(tt.at) <= tt.mark.after() {
			t.Errorf("%v goes on after %d and misses %d.%d", tt.mark, tt.mark.after(), tt.at, tt.index)
		}
	}
}
