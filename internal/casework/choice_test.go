package casework_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"google.golang.org/protobuf/testing/protocmp"

	"percorsi/internal/casework"
	"percorsi/internal/fact"
	"percorsi/internal/fault"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

const (
	keepMine   = eventv1.ChoiceKind_CHOICE_KIND_KEEP_MINE
	keepTheirs = eventv1.ChoiceKind_CHOICE_KIND_KEEP_THEIRS
	merged     = eventv1.ChoiceKind_CHOICE_KIND_MERGED
)

// sealed gives words as they lie in a fact.
func sealed(words string) *eventv1.Text {
	return &eventv1.Text{Form: &eventv1.Text_Sealed{Sealed: []byte(words)}}
}

// settling is an answer to a clash: somebody saw needs at 2, bruno changed them
// at 3, and anna says what counts.
type settling struct {
	name   string
	given  facts // after the two changes
	choice casework.Choice
	what   *eventv1.Fact // the change of anna, if nil

	want  []string // kinds of facts
	kind  fault.Kind
	field string
	fresh bool // another clash
}

func choiceDecisions() []settling {
	why := sealed("sentita la famiglia")
	contact := on("2025-03-01", &eventv1.ContactAttempted{Channel: eventv1.Channel_CHANNEL_PHONE})
	return []settling{
		{
			name: "keep mine records the choice and the change", choice: casework.Choice{Kind: keepMine, Seen: 2, Reason: why},
			want: []string{"clash_settled", "needs_recorded"},
		},
		{
			name: "merged records the choice and what was made from both", choice: casework.Choice{Kind: merged, Seen: 2, Reason: why},
			want: []string{"clash_settled", "needs_recorded"},
		},
		{
			name: "keep theirs records the choice alone", choice: casework.Choice{Kind: keepTheirs, Seen: 2, Reason: why},
			want: []string{"clash_settled"},
		},
		{
			name: "who had seen nothing of the part may answer too", choice: casework.Choice{Kind: keepMine, Reason: why},
			want: []string{"clash_settled", "needs_recorded"},
		},
		{
			name: "keep theirs asks not whether mine were still possible", choice: casework.Choice{Kind: keepTheirs, Seen: 2, Reason: why},
			given: facts{on("2025-02-01", &eventv1.Refused{Reason: eventv1.RefusalReason_REFUSAL_REASON_OTHER_SERVICE})},
			want:  []string{"clash_settled"},
		},
		{
			name: "keep mine does", choice: casework.Choice{Kind: keepMine, Seen: 2, Reason: why},
			given: facts{on("2025-02-01", &eventv1.Refused{Reason: eventv1.RefusalReason_REFUSAL_REASON_OTHER_SERVICE})},
			kind:  fault.NotNow,
		},
		{
			name: "a part that was changed once more clashes again", choice: casework.Choice{Kind: keepMine, Seen: 2, Reason: why},
			given: facts{on("2025-03-01", needsOf(eventv1.Need_NEED_HOUSING))}, fresh: true,
		},
		{
			name: "so it does for who keeps theirs", choice: casework.Choice{Kind: keepTheirs, Seen: 2, Reason: why},
			given: facts{on("2025-03-01", needsOf(eventv1.Need_NEED_HOUSING))}, fresh: true,
		},
		{
			name: "a choice without words is refused", choice: casework.Choice{Kind: keepMine, Seen: 2},
			kind: fault.Invalid, field: "command.choice.reason",
		},
		{
			name: "a choice of nothing is refused", choice: casework.Choice{Seen: 2, Reason: why},
			kind: fault.Invalid, field: "command.choice.kind",
		},
		{
			name: "a choice where nobody was faster is refused", choice: casework.Choice{Kind: keepMine, Seen: 3, Reason: why},
			kind: fault.Invalid, field: "command.choice.seen_revision",
		},
		{
			name: "a choice on a revision to come is refused", choice: casework.Choice{Kind: keepMine, Seen: 9, Reason: why},
			kind: fault.Invalid, field: "command.choice.seen_revision",
		},
		{
			name: "a fact that only adds never clashes", choice: casework.Choice{Kind: keepMine, Seen: 2, Reason: why},
			what: contact, kind: fault.Invalid, field: "command.choice",
		},
		{
			name: "nor does one that opens a case", choice: casework.Choice{Kind: keepMine, Seen: 2, Reason: why},
			what: on("2025-01-10", signal(eventv1.Pathway_PATHWAY_GENERALE)), kind: fault.Invalid, field: "command.choice",
		},
	}
}

func needsOf(n ...eventv1.Need) *eventv1.NeedsRecorded { return &eventv1.NeedsRecorded{Needs: n} }

// disputed is a case whose needs were changed twice, at 2 and at 3.
func disputed() facts {
	return and(generale(), on("2025-01-20", needsOf(eventv1.Need_NEED_ECONOMIC)), on("2025-01-25", needsOf(eventv1.Need_NEED_HEALTH)))
}

func TestChoices(t *testing.T) {
	for _, d := range choiceDecisions() {
		t.Run(d.name, func(t *testing.T) {
			s := given(t, and(disputed(), d.given...)...)
			cmd := casework.Command{ID: uuid.New(), User: anna, Revision: 3, Choice: &d.choice, Fact: d.what}
			if cmd.Fact == nil {
				cmd.Fact = on("2025-03-01", needsOf(eventv1.Need_NEED_WORK_INCLUSION))
			}
			before := s.c
			made, err := s.when(cmd)
			if d.fresh {
				if clash, ok := errors.AsType[*casework.Clash](err); !ok || clash.Seen != 3 || clash.Current != 4 {
					t.Fatalf("got %v, want another clash", err)
				}
				return
			}
			if d.want == nil {
				refused(t, err, d.kind, d.field)
				return
			}
			if err != nil {
				t.Fatalf("refused: %v", err)
			}
			var kinds []string
			for _, f := range made {
				kinds = append(kinds, fact.Name(f))
			}
			if diff := cmp.Diff(d.want, kinds); diff != "" {
				t.Errorf("facts (-want +got):\n%s", diff)
			}
			wantSettled(t, made[0], d.choice)
			wantChosen(t, before, s.c, d.choice.Kind)
		})
	}
}

// wantSettled says that the fact of the choice tells what was chosen of what.
func wantSettled(t *testing.T, f *eventv1.Fact, c casework.Choice) {
	t.Helper()
	want := on("2025-03-01", &eventv1.ClashSettled{
		Part: "needs", Seen: int64(c.Seen), Theirs: 3, Choice: c.Kind, Fact: "needs_recorded", Reason: c.Reason,
	})
	if diff := cmp.Diff(want, f, protocmp.Transform()); diff != "" {
		t.Errorf("the choice (-want +got):\n%s", diff)
	}
}

// wantChosen says that the part moved with what was recorded on it and stayed
// where theirs was kept.
func wantChosen(t *testing.T, before, after *casework.Case, k eventv1.ChoiceKind) {
	t.Helper()
	moved := after.Revision(casework.PartNeeds) != before.Revision(casework.PartNeeds)
	if mine := k != keepTheirs; moved != mine || moved == cmp.Equal(before.Needs, after.Needs) {
		t.Errorf("the needs moved from %d to %d and are %v", before.Revision(casework.PartNeeds), after.Revision(casework.PartNeeds), after.Needs)
	}
	if got := after.Revision("choices/needs"); got != casework.Revision(after.Last) {
		t.Errorf("the choice is at %d, not at %d", got, after.Last)
	}
}

func TestAChoiceIsNotRecordedByItself(t *testing.T) {
	s := given(t, disputed()...)
	_, err := s.when(s.command(on("2025-03-01", &eventv1.ClashSettled{Part: "needs", Theirs: 3, Choice: keepMine, Fact: "needs_recorded"})))
	refused(t, err, fault.NotNow, "")
}

// TestTwoScalesOfOneDomainAreTwoParts since two professionals measure the same
// person at the same time, each with an instrument of their own.
func TestTwoScalesOfOneDomainAreTwoParts(t *testing.T) {
	assess := func(scale string, score int64) *eventv1.Fact {
		f := &eventv1.DomainAssessed{
			AssessmentId: id("assessment"), Domain: eventv1.Domain_DOMAIN_DAILY_LIVING, Scale: scale, Score: score,
			Profession: eventv1.Profession_PROFESSION_NURSE,
		}
		if scale != "" {
			f.ScaleVersion = "1"
		}
		return on("2025-03-01", f)
	}
	s := given(t, assessing()...)
	seen := s.c
	for _, f := range []*eventv1.Fact{assess("ADL", 4), assess("IADL", 6), assess("", 0), assess("MNA/SF", 12)} {
		cmd := s.command(f)
		part, _ := cmd.Part()
		cmd.Revision = seen.Revision(part) // nobody has seen what the others record
		if _, err := s.when(cmd); err != nil {
			t.Fatalf("%s: %v", part, err)
		}
	}
	again := s.command(assess("ADL", 5))
	if _, err := s.when(again); err != nil {
		t.Fatal(err)
	}
	got := map[string]int64{}
	for _, d := range s.c.Assessments[0].Domains {
		got[d.Scale] += d.Score
	}
	if diff := cmp.Diff(map[string]int64{"ADL": 5, "IADL": 6, "": 0, "MNA/SF": 12}, got); diff != "" {
		t.Errorf("findings (-want +got):\n%s", diff)
	}
	if s.c.Revision(casework.Part("assessment/"+id("assessment")+"/domain/daily_living/mna-sf")) == 0 {
		t.Errorf("parts: %v", s.c.Parts)
	}
}
