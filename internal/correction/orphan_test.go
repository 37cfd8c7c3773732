package correction_test

import (
	"strings"
	"testing"

	"github.com/google/uuid"

	"percorsi/internal/correction"
	"percorsi/internal/fault"
)

// orphans makes so many of them, of commands from one on.
func orphans(from, n int) []correction.Orphan {
	var out []correction.Orphan
	for i := from; i < from+n; i++ {
		out = append(out, correction.Orphan{
			Entry: &correction.Entry{Ref: correction.Ref{Command: uuid.UUID{15: byte(i)}}, At: uint64(10 * i), Fact: contact("2025-01-01")},
			Why:   fault.Field("fact.channel", "is not one that there was"),
		})
	}
	return out
}

func TestWhatACorrectionMakesImpossible(t *testing.T) {
	second := uuid.UUID{15: 2}
	for name, c := range map[string]struct {
		before, after []correction.Orphan
		amended       uuid.UUID
		kind          fault.Kind
		says, not     string
	}{
		"what was so already is no reason":       {before: orphans(1, 2), after: orphans(1, 2)},
		"what it puts right is no reason":        {before: orphans(1, 2), after: orphans(1, 1)},
		"what comes later is named":              {before: orphans(1, 1), after: orphans(1, 2), kind: fault.NotNow, says: "what came later could not have been, had this been right: correct it in the same command (contact_attempted of 2025-01-01 at position 20)"},
		"of many the first ten are named":        {after: orphans(1, 13), kind: fault.NotNow, says: "at position 100, and 3 more)", not: "position 110"},
		"of what is amended the field is named":  {after: orphans(1, 2), amended: second, kind: fault.Invalid, says: "corrections[4].amend.fact.channel"},
		"what is amended and was wrong may stay": {before: orphans(2, 1), after: orphans(2, 1), amended: second},
	} {
		t.Run(name, func(t *testing.T) {
			err := correction.Orphaned(c.before, c.after, func(r correction.Ref) int {
				if r.Command == c.amended {
					return 4
				}
				return -1
			}, "what came later")
			if c.says == "" {
				if err != nil {
					t.Fatal(err)
				}
				return
			}
			if err == nil || fault.KindOf(err) != c.kind || !strings.Contains(err.Error(), c.says) || c.not != "" && strings.Contains(err.Error(), c.not) {
				t.Errorf("%v, want %v with %q", err, c.kind, c.says)
			}
		})
	}
}
