package correction_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"percorsi/internal/correction"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

// command gives the id of the nth command of a history.
func command(n int) string { return uuid.UUID{15: byte(n)}.String() }

func contact(day string) *eventv1.Fact {
	return &eventv1.Fact{OccurredOn: day, Fact: &eventv1.Fact_ContactAttempted{ContactAttempted: &eventv1.ContactAttempted{}}}
}

func amend(n int, with *eventv1.Fact) *eventv1.Fact {
	return &eventv1.Fact{Fact: &eventv1.Fact_FactAmended{FactAmended: &eventv1.FactAmended{
		CommandId: command(n), Replacement: with,
	}}}
}

func void(n, index int) *eventv1.Fact {
	return &eventv1.Fact{Fact: &eventv1.Fact_FactVoided{FactVoided: &eventv1.FactVoided{CommandId: command(n), Index: int64(index)}}}
}

// history records the facts of a commit each; the nth has position 10 n.
func history(commits ...[]*eventv1.Fact) []correction.Recorded {
	var out []correction.Recorded
	for i, facts := range commits {
		out = append(out, correction.Recorded{
			At: uint64(10 * (i + 1)), Commit: &eventv1.Commit{CommandId: command(i + 1), Facts: facts},
		})
	}
	return out
}

func one(f ...*eventv1.Fact) []*eventv1.Fact { return f }

func TestWhatStands(t *testing.T) {
	a, b, c := contact("2025-01-01"), contact("2025-01-02"), contact("2025-01-03")
	for _, tt := range []struct {
		name    string
		history []correction.Recorded
		want    string
	}{
		{"nothing was corrected", history(one(a), one(b)), "10/0 2025-01-01, 20/0 2025-01-02"},
		{"an amended fact stands in its own place", history(one(a), one(b), one(amend(1, c))), "10/0 2025-01-03, 20/0 2025-01-02"},
		{"a voided fact does not stand", history(one(a), one(b), one(void(1, 0))), "20/0 2025-01-02"},
		{"one fact of several", history(one(a, b), one(void(1, 1))), "10/0 2025-01-01"},
		{"of two amendments the last stands", history(one(a), one(amend(1, b)), one(amend(1, c))), "10/0 2025-01-03"},
		{"an amendment that is voided lets the one before stand", history(one(a), one(amend(1, b)), one(amend(1, c)), one(void(3, 0))), "10/0 2025-01-02"},
		{"voiding both amendments brings the fact back", history(one(a), one(amend(1, b)), one(amend(1, c)), one(void(3, 0)), one(void(2, 0))), "10/0 2025-01-01"},
		{"a void that is voided brings the fact back", history(one(a), one(void(1, 0)), one(void(2, 0))), "10/0 2025-01-01"},
		{"and a void of that takes it away again", history(one(a), one(void(1, 0)), one(void(2, 0)), one(void(3, 0))), ""},
		{"an amendment before a void that is voided is in force again", history(one(a), one(amend(1, c)), one(void(1, 0)), one(void(3, 0))), "10/0 2025-01-03"},
		{"several corrections in one commit", history(one(a), one(b), one(void(1, 0), amend(2, c))), "20/0 2025-01-03"},
		{"a correction beside another fact", history(one(a), one(void(1, 0), b)), "20/1 2025-01-02"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			l, err := correction.Read(tt.history)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for e := range l.All() {
				if e.Stands() {
					got = append(got, fmt.Sprintf("%d/%d %s", e.At, e.Index, e.Fact.GetOccurredOn()))
				}
			}
			if diff := cmp.Diff(tt.want, strings.Join(got, ", ")); diff != "" {
				t.Errorf("stands (-want +got):\n%s", diff)
			}
		})
	}
}

func TestAHistoryThatCannotBeIsRefused(t *testing.T) {
	a := contact("2025-01-01")
	for _, tt := range []struct {
		name    string
		history []correction.Recorded
	}{
		{"a fact that is not there", history(one(a), one(void(7, 0)))},
		{"a place that is not there", history(one(a), one(void(1, 1)))},
		{"a place before the first", history(one(a), one(void(1, -1)))},
		{"a fact that comes later", history(one(void(2, 0)), one(a))},
		{"a fact of the same commit", history(one(a, void(1, 0)))},
		{"an amendment of an amendment", history(one(a), one(amend(1, a)), one(amend(2, a)))},
		{"nothing in the place of a fact", history(one(a), one(amend(1, nil)))},
		{"a correction in the place of a fact", history(one(a), one(amend(1, void(1, 0))))},
		{"a name that is none", history(one(a), one(&eventv1.Fact{Fact: &eventv1.Fact_FactVoided{FactVoided: &eventv1.FactVoided{CommandId: "x"}}}))},
		{"a command without an id", []correction.Recorded{{At: 1, Commit: &eventv1.Commit{CommandId: "x"}}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := correction.Read(tt.history); err == nil {
				t.Error("read, want an error")
			}
		})
	}
}

func TestAFactKnowsWhatBecameOfIt(t *testing.T) {
	a, b := contact("2025-01-01"), contact("2025-01-02")
	l, err := correction.Read(history(one(a), one(amend(1, b)), one(void(1, 0)), one(void(3, 0))))
	if err != nil {
		t.Fatal(err)
	}
	fact := l.Find(correction.Ref{Command: uuid.MustParse(command(1))})
	void := l.Find(correction.Ref{Command: uuid.MustParse(command(3))})
	last := l.Find(correction.Ref{Command: uuid.MustParse(command(4))})
	switch {
	case fact.Recorded != a || fact.Fact != b || fact.Voided:
		t.Errorf("recorded %v, stands %v, voided %t", fact.Recorded, fact.Fact, fact.Voided)
	case len(fact.Trail) != 2 || fact.By == nil || fact.By.At != 20:
		t.Errorf("%d corrections, in force is %v", len(fact.Trail), fact.By)
	case !void.Voided || void.By != last || last.Root() != fact:
		t.Errorf("the void of %v is corrected by %v, which is about %v", void.Of, void.By, last.Root())
	case l.Find(correction.Ref{Command: uuid.MustParse(command(1)), Index: 1}) != nil:
		t.Error("a fact that is not there was found")
	}
}
