package postgres

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"pgregory.net/rapid"

	"percorsi/deploy/clocks"
	"percorsi/internal/casework"
	"percorsi/internal/casework/casetest"
	"percorsi/internal/casework/clockfile"
	"percorsi/internal/eventlog"
	"percorsi/internal/fact"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	"percorsi/internal/readmodel"
)

// held is what tables hold: rows by table and key.
type held map[string]map[string]row

// apply does to the tables what the statements of the changes do: rows that go
// first, then those that are put in. A statement puts no row in twice.
func (h held) apply(t testing.TB, c *changes) {
	t.Helper()
	for _, table := range tables {
		if h[table.name] == nil {
			h[table.name] = make(map[string]row)
		}
		for _, key := range c.gone[table] {
			delete(h[table.name], fmt.Sprint(key[:table.keys]))
		}
		put := make(map[string]bool)
		for _, r := range c.puts[table] {
			key := fmt.Sprint(r[:table.keys])
			if put[key] {
				t.Fatalf("table %s: a row is put in twice: %s", table.name, key)
			}
			put[key] = true
			h[table.name][key] = r
		}
	}
}

// afresh gives the tables that hold one state and nothing else.
func afresh(t testing.TB, by rules, s readmodel.State) held {
	t.Helper()
	h, c := make(held), newChanges()
	c.between(&entry{}, entryOf(by, s))
	h.apply(t, c)
	return h
}

// followed gives the tables that held one state after the other.
func followed(t testing.TB, by rules, states ...readmodel.State) held {
	t.Helper()
	h, had := make(held), &entry{}
	for _, s := range states {
		c, next := newChanges(), entryOf(by, s)
		c.between(had, next)
		h.apply(t, c)
		had = next
	}
	return h
}

// lives gives every state of a stream, the first after its first commit.
func lives(t testing.TB, commits []*eventv1.Commit) []readmodel.State {
	t.Helper()
	var (
		s   readmodel.State
		out []readmodel.State
	)
	for i, c := range commits {
		data, err := fact.Encode(c)
		if err != nil {
			t.Fatal(err)
		}
		s, err = s.Evolve(t.Context(), readmodel.Decode(eventlog.Record{
			Position: eventlog.Position(10 * (i + 1)), Stream: eventlog.Stream(c.GetStream()), Data: data,
		}), nil)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, s)
	}
	return out
}

// shrink puts facts between those of a story that make lists shorter: members
// who leave the household.
func shrink(t testing.TB, story []*eventv1.Commit, rng *rand.Rand) []*eventv1.Commit {
	t.Helper()
	out := story[:1:1]
	household := []*eventv1.HouseholdMember{}
	for _, c := range story[1:] {
		out = append(out, c)
		for _, f := range c.GetFacts() {
			if m := f.GetHouseholdRecorded().GetMembers(); len(m) > 0 {
				household = m
			}
		}
		if n := len(household); n > 0 && rng.IntN(4) == 0 {
			out = append(out, commit(t, eventlog.Stream(c.GetStream()), "2025-03-01", &eventv1.HouseholdRecorded{Members: household[:rng.IntN(n)]}))
		}
	}
	return out
}

// shippedRules are the clocks of the program, and approvals of every assessment.
func shippedRules(t testing.TB) rules {
	t.Helper()
	list, err := clockfile.Read(clocks.YAML())
	if err != nil {
		t.Fatal(err)
	}
	return rules{clocks: list, approvals: casework.Approvals{{Of: casework.ApprovableAssessment}}}
}

func same(t *testing.T, what string, want, got held) {
	t.Helper()
	if reflect.DeepEqual(want, got) {
		return // as it is nearly always, and sooner known
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-afresh +followed):\n%s", what, diff)
	}
}

func TestChangesBetweenAnyTwoStatesOfACaseGiveTheRowsOfTheSecond(t *testing.T) {
	t.Parallel()
	by := shippedRules(t)
	rapid.Check(t, func(r *rapid.T) {
		seed := rapid.Uint64Range(0, 1<<20).Draw(r, "seed")
		rng := rand.New(rand.NewPCG(seed, 3))
		for _, pathway := range casetest.Pathways() {
			story := shrink(t, casetest.Story(seed, pathway), rng)
			states, again := lives(t, story), lives(t, story)
			last := states[len(states)-1]
			same(t, "commit by commit", afresh(t, by, last), followed(t, by, states...))
			for range 6 {
				j := rng.IntN(len(states))
				i, want := rng.IntN(j+1), afresh(t, by, states[j])
				what := fmt.Sprintf("from commit %d to %d of a %v story", i+1, j+1, pathway)
				same(t, what, want, followed(t, by, states[i], states[j]))
				// Two foldings share nothing in memory.
				same(t, what+", folded twice", want, followed(t, by, states[i], again[j]))
			}
		}
		if t.Failed() {
			r.Fatal("see above")
		}
	})
}

func TestChangesBetweenStatesOfAPersonGiveTheRowsOfTheSecond(t *testing.T) {
	t.Parallel()
	stream := "person." + uuid.NewString()
	keys := func(words ...string) (out [][]byte) {
		for _, w := range words {
			out = append(out, []byte(w))
		}
		return out
	}
	commits := []*eventv1.Commit{commit(t, eventlog.Stream(stream), "2025-03-01", &eventv1.PersonRegistered{
		IdentifierKind: eventv1.IdentifierKind_IDENTIFIER_KIND_STP, Identity: []byte("sealed"),
		IdentifierKey: []byte("A"), SearchKeys: keys("ROSSI", "ANNA", "ROSSI"),
	})}
	for _, now := range [][][]byte{keys("VERDI", "ANNA"), nil, keys("ROSSI", "VERDI", "VERDI"), keys("ROSSI")} {
		commits = append(commits, commit(t, eventlog.Stream(stream), "2025-03-01", &eventv1.PersonDetailsChanged{Identity: []byte("other"), SearchKeys: now}))
	}
	states, again := lives(t, commits), lives(t, commits)
	for j := range states {
		for i := range j + 1 {
			same(t, fmt.Sprintf("from %d to %d", i, j), afresh(t, rules{}, states[j]), followed(t, rules{}, states[i], states[j]))
			same(t, fmt.Sprintf("from %d to %d, folded twice", i, j), afresh(t, rules{}, states[j]), followed(t, rules{}, states[i], again[j]))
		}
	}
}

// TestTwoThingsUnderOneIDAreOneRow is about a log that somebody else wrote:
// this program gives each thing an id of its own.
func TestTwoThingsUnderOneIDAreOneRow(t *testing.T) {
	t.Parallel()
	opening := commit(t, "", "2025-03-01", &eventv1.Signalled{
		PersonId: uuid.NewString(), Pathway: eventv1.Pathway_PATHWAY_GENERALE, Area: eventv1.Area_AREA_POVERTY,
		Service: eventv1.Service_SERVICE_POVERTY_TEAM, Comune: "098031", ManagingBody: "ACSI",
		SignalledByKind: eventv1.BodyKind_BODY_KIND_CITIZEN,
	})
	opening.Stream = "case." + opening.GetCommandId()
	twice := uuid.NewString()
	member := func(user string) *eventv1.TeamMemberAdded {
		return &eventv1.TeamMemberAdded{
			MemberId: twice, User: user, Body: "ACSI", Profession: eventv1.Profession_PROFESSION_SOCIAL_WORKER,
		}
	}
	for name, commits := range map[string][]*eventv1.Commit{
		"in one commit":  {opening, commit(t, eventlog.Stream(opening.GetStream()), "2025-03-01", member("op-001"), member("op-002"))},
		"in two commits": {opening, commit(t, eventlog.Stream(opening.GetStream()), "2025-03-01", member("op-001")), commit(t, eventlog.Stream(opening.GetStream()), "2025-03-01", member("op-002"))},
	} {
		t.Run(name, func(t *testing.T) {
			states := lives(t, commits)
			want := afresh(t, rules{}, states[len(states)-1])
			same(t, "rows", want, followed(t, rules{}, states...))
			if n := len(want[teamTable.name]); n != 1 {
				t.Errorf("%d rows, want 1", n)
			}
		})
	}
}
