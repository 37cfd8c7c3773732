package notice_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"google.golang.org/protobuf/testing/protocmp"

	"percorsi/internal/casework"
	"percorsi/internal/casework/casetest"
	"percorsi/internal/fact"
	"percorsi/internal/fact/facttest"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	noticev1 "percorsi/internal/gen/percorsi/notice/v1"
	"percorsi/internal/notice"
)

func TestWhoIsToldOfWhat(t *testing.T) {
	for _, tt := range tellings() {
		t.Run(tt.sentence, func(t *testing.T) {
			s := begin(t, tt.service)
			it := tt.when(s)
			var want []*noticev1.Notice
			for _, w := range tt.want {
				want = append(want, w.notice(s, it))
			}
			if d := cmp.Diff(want, s.told, protocmp.Transform(), protocmp.IgnoreFields(&noticev1.Notice{}, "id")); d != "" {
				t.Errorf("notices (-want +got):\n%s", d)
			}
		})
	}
}

// Kinds of clocks do not follow from a commit.
func TestEveryKindThatFollowsFromACommitIsInTheTable(t *testing.T) {
	var told []noticev1.NoticeKind
	for _, tt := range tellings() {
		for _, w := range tt.want {
			told = append(told, w.kind)
		}
	}
	for value, name := range noticev1.NoticeKind_name {
		if value != 0 && !strings.Contains(name, "_CLOCK_") && !slices.Contains(told, noticev1.NoticeKind(value)) {
			t.Errorf("no line of the table tells of %s", name)
		}
	}
}

func TestTheIdOfANoticeIsThatOfItsCommandAndItsThing(t *testing.T) {
	s := begin(t, open)
	s.do(anna, "2025-02-10", assigned(bruno))
	s.do(anna, "2025-03-10", assigned(carla))
	ids := map[string]bool{}
	for _, n := range s.told {
		if _, err := uuid.Parse(n.GetId()); err != nil {
			t.Errorf("%s is no id: %v", n.GetId(), err)
		}
		ids[n.GetId()] = true
	}
	again, err := notice.Of(s.step)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(s.told, again, protocmp.Transform()); d != "" || len(ids) != 2 {
		t.Errorf("made again, of %d ids (-first +again):\n%s", len(ids), d)
	}
}

// What Tells says no to must tell nobody, or a notifier would leave it out.
func TestNobodyIsToldOfOtherKindsOfFacts(t *testing.T) {
	told := 0
	for seed := range uint64(60) {
		for _, pathway := range casetest.Pathways() {
			var c *casework.Case
			for i, commit := range casetest.Story(seed, pathway) {
				at := casework.Position(i + 1)
				after, err := casework.Evolve(c, at, commit)
				if err != nil {
					t.Fatal(err)
				}
				notices, err := notice.Of(notice.Step{
					Before: c, After: after, At: at, Commit: commit, Approvals: everything,
					Earlier: func(casework.Position) (*eventv1.Commit, error) { return commit, nil },
				})
				if err != nil {
					t.Fatal(err)
				}
				tells := slices.ContainsFunc(commit.GetFacts(), func(f *eventv1.Fact) bool { return notice.Tells(fact.Name(f)) })
				if !tells && len(notices) > 0 {
					t.Fatalf("told of %s: %v", fact.Name(commit.GetFacts()[0]), notices)
				}
				told += len(notices)
				c = after
			}
		}
	}
	if told < 100 {
		t.Errorf("only %d notices in all stories", told)
	}
}

func TestEveryKindOfFactThatTellsIsOneOfTheSchema(t *testing.T) {
	tells := 0
	for _, kind := range facttest.Kinds() {
		if notice.Tells(string(kind.Name())) {
			tells++
		}
	}
	if tells != 22 {
		t.Errorf("%d kinds of facts tell somebody of something: is one misspelt?", tells)
	}
}

func TestKindsHaveNames(t *testing.T) {
	taken := map[string]bool{}
	for value := range noticev1.NoticeKind_name {
		name := notice.Name(noticev1.NoticeKind(value))
		if name == "" || taken[name] || strings.ContainsAny(name, "_ ") {
			t.Errorf("the kind %d has the name %q", value, name)
		}
		taken[name] = true
	}
	if notice.Name(noticev1.NoticeKind_NOTICE_KIND_TEAM_JOINED) != "team-joined" {
		t.Error(notice.Name(noticev1.NoticeKind_NOTICE_KIND_TEAM_JOINED))
	}
}
