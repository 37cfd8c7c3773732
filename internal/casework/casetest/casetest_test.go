package casetest_test

import (
	"slices"
	"testing"

	"buf.build/go/protovalidate"
	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/testing/protocmp"

	"percorsi/internal/casework"
	"percorsi/internal/casework/casetest"
	"percorsi/internal/fact"
	"percorsi/internal/fact/facttest"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

func TestTheSameSeedTellsTheSameStory(t *testing.T) {
	for _, p := range casetest.Pathways() {
		if !same(casetest.Story(7, p), casetest.Story(7, p)) {
			t.Errorf("%s: the same seed tells another story", p)
		}
		if same(casetest.Story(7, p), casetest.Story(8, p)) {
			t.Errorf("%s: another seed tells the same story", p)
		}
	}
}

func same(a, b []*eventv1.Commit) bool {
	return slices.EqualFunc(a, b, func(x, y *eventv1.Commit) bool { return proto.Equal(x, y) })
}

// factsOf counts the facts of a story: a choice lies with another one.
func factsOf(story []*eventv1.Commit) (n int) {
	for _, commit := range story {
		n += len(commit.GetFacts())
	}
	return n
}

func TestAStoryIsOneCaseOfItsPathway(t *testing.T) {
	for _, p := range casetest.Pathways() {
		for seed := range uint64(50) {
			story := casetest.Story(seed, p)
			c, err := casetest.Fold(nil, 1, story...)
			if err != nil {
				t.Fatal(err)
			}
			if c.Pathway != p || len(c.Timeline) != factsOf(story) || len(story) > 60 {
				t.Fatalf("seed %d: pathway %s, %d moments of %d facts", seed, c.Pathway, len(c.Timeline), factsOf(story))
			}
			for i, commit := range story {
				if want := "case." + c.ID.String(); commit.GetStream() != want {
					t.Fatalf("seed %d, commit %d: stream %s, want %s", seed, i, commit.GetStream(), want)
				}
				if i > 0 && commit.GetRecordedAt().AsTime().Before(story[i-1].GetRecordedAt().AsTime()) {
					t.Fatalf("seed %d, commit %d: recorded before the one before", seed, i)
				}
			}
		}
	}
}

func TestStoriesAreAsTheLogWantsThem(t *testing.T) {
	for _, p := range casetest.Pathways() {
		for seed := range uint64(3) {
			for _, commit := range casetest.Story(seed, p) {
				for _, f := range commit.GetFacts() {
					if err := protovalidate.Validate(f); err != nil {
						t.Fatalf("%s: %v", fact.Name(f), err)
					}
				}
				data, err := fact.Encode(commit)
				if err != nil {
					t.Fatal(err)
				}
				back, err := fact.Decode(data)
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(commit, back, protocmp.Transform()); diff != "" {
					t.Fatalf("read back (-written +read):\n%s", diff)
				}
			}
		}
	}
}

func TestStoriesTellOfEveryFactAndStatus(t *testing.T) {
	kinds, statuses := map[int32]bool{}, map[casework.Status]bool{}
	const statusesThereAre = 6
	wanted := 0
	for _, k := range facttest.Kinds() {
		if k.Number() < 200 { // the facts of people and of the plan follow
			wanted++
		}
	}
	for seed := range uint64(2000) {
		for _, p := range casetest.Pathways() {
			c, err := casetest.Fold(nil, 1, casetest.Story(seed, p)...)
			if err != nil {
				t.Fatal(err)
			}
			statuses[c.Status] = true
			for _, m := range c.Timeline {
				kinds[m.Kind] = true
			}
		}
		if len(kinds) == wanted && len(statuses) == statusesThereAre {
			return
		}
	}
	t.Errorf("%d of %d kinds, %d of %d statuses", len(kinds), wanted, len(statuses), statusesThereAre)
}

func TestADistrictIsOneLogOfManyCases(t *testing.T) {
	const n = 64
	log := casetest.District(3, n)
	cases, commands, persons := map[string]*casework.Case{}, map[string]bool{}, map[string]bool{}
	for i, commit := range log {
		if i > 0 && commit.GetRecordedAt().AsTime().Before(log[i-1].GetRecordedAt().AsTime()) {
			t.Fatalf("commit %d was recorded before the one before", i)
		}
		if commands[commit.GetCommandId()] || commands[commit.GetCommitId()] {
			t.Fatalf("commit %d has an id that another one has", i)
		}
		commands[commit.GetCommandId()], commands[commit.GetCommitId()] = true, true
		c, err := casework.Evolve(cases[commit.GetStream()], casework.Position(i+1), commit)
		if err != nil {
			t.Fatal(err)
		}
		cases[commit.GetStream()], persons[c.Person] = c, true
	}
	if len(cases) != n || len(persons) >= n || len(persons) < n/2 {
		t.Errorf("%d cases of %d persons, want %d of fewer", len(cases), len(persons), n)
	}
	if !same(log, casetest.District(3, n)) {
		t.Error("the same seed gives another district")
	}
}

// loaded is chance that always falls on the same side.
type loaded int

func (l loaded) IntN(n int) int { return int(l) % n }

func TestATellerOpensEveryPathway(t *testing.T) {
	for _, p := range casetest.Pathways() {
		for _, l := range []loaded{0, 1, 99} {
			teller := casetest.NewTeller(l, 1, day.Time())
			facts, err := casework.Decide(nil, teller.Open(p), teller.Now())
			if err != nil {
				t.Fatalf("%s: %v", p, err)
			}
			opened := facts[0].GetSignalled().GetPathway()
			if p == eventv1.Pathway_PATHWAY_ADI && facts[0].GetApplied() != nil {
				opened = p
			}
			if opened != p {
				t.Errorf("%s opens %s", p, opened)
			}
		}
	}
}

const day = casework.Day(20_000)
