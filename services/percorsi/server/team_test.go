package server_test

import (
	"flag"
	"fmt"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"
	"pgregory.net/rapid"

	"percorsi/internal/casework"
	"percorsi/internal/eventlog"
	"percorsi/internal/fact"
	casefilev1 "percorsi/internal/gen/percorsi/casefile/v1"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	"percorsi/services/percorsi/server/servertest"
)

const (
	professionals = 16
	// teamCommands is how many commands a team sends, answers to clashes among
	// them; in PostgreSQL, where the log and the rows share a disk, half of it.
	teamCommands = 2000
)

// TestSixteenProfessionalsOnOneCase lets a team work on one case at the same
// time, in an order that is drawn: nothing that was accepted is lost, nothing is
// overwritten that was not seen, each clash shows both versions to somebody, and
// nobody meets one over a part that nobody else had touched.
func TestSixteenProfessionalsOnOneCase(t *testing.T) {
	scripts := drawScripts(t)
	commands := int64(teamCommands)
	if testing.Short() {
		commands /= 10
	}
	onBothBackends(t, func(t *testing.T, o *office) {
		o.teamwork(t, scripts, commands)
		commands /= 2
	})
}

// drawScripts draws what each professional does.
func drawScripts(t *testing.T) (scripts [][]move) {
	t.Helper()
	setFlag(t, "rapid.seed", strconv.FormatUint(seeded(t), 10))
	checks := "1"
	if testing.Short() {
		checks = "5" // of which rapid then makes one
	}
	setFlag(t, "rapid.checks", checks)
	const each = teamCommands / professionals // most; who meets a clash sends more
	moves := func(me int) *rapid.Generator[move] {
		kinds := changes
		if roleOf(me) != "case-manager" {
			kinds = leading
		}
		return rapid.Custom(func(t *rapid.T) move {
			return move{
				what: rapid.IntRange(0, kinds-1).Draw(t, "what"), value: rapid.IntRange(0, 999).Draw(t, "value"),
				way: way(rapid.IntRange(0, int(ways)-1).Draw(t, "way")), looks: rapid.IntRange(0, 4).Draw(t, "looks") == 0,
			}
		})
	}
	rapid.Check(t, func(t *rapid.T) {
		scripts = nil
		for me := range professionals {
			scripts = append(scripts, rapid.SliceOfN(moves(me), each, each).Draw(t, fmt.Sprint("professional ", me)))
		}
	})
	return scripts
}

// setFlag sets a flag of the tests for as long as a test lasts.
func setFlag(t *testing.T, name, value string) {
	t.Helper()
	f := flag.Lookup(name)
	before := f.Value.String()
	if err := f.Value.Set(value); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Value.Set(before) })
}

// teamwork plays the scripts at the same time, until so many commands were sent,
// and looks at what came of them.
func (o *office) teamwork(t *testing.T, scripts [][]move, commands int64) {
	s := openTeamwork(t, o.coordinator, len(scripts))
	begun := len(o.history(t, o.coordinator, s.file))
	before := revisionsOf(o.get(t, o.coordinator, s.file))
	team := o.team(t, s, len(scripts))
	var group sync.WaitGroup
	var sent atomic.Int64
	for i, p := range team {
		group.Go(func() {
			for _, m := range scripts[i] {
				before := len(p.acts)
				if p.do(m); t.Failed() || sent.Add(int64(len(p.acts)-before)) >= commands {
					return
				}
			}
		})
	}
	group.Wait()
	if sent.Load() < commands {
		t.Errorf("%d commands were sent, not %d", sent.Load(), commands)
	}
	if t.Failed() {
		t.FailNow()
	}
	var acts []act
	for _, p := range team {
		acts = append(acts, p.acts...)
	}
	tellTeamwork(t, acts, time.Since(team[0].begin))
	entries := o.history(t, o.coordinator, s.file)
	inTheHistory(t, entries[begun:], acts)
	inTurn(t, before, acts)
	o.wantFold(t, s.file, entries)
	verify(t, o.administrator)
}

// team gives the professionals, each with a connection of their own.
func (o *office) team(t *testing.T, s shared, n int) []*professional {
	team := make([]*professional, n)
	for i := range team {
		user := fmt.Sprintf("op.%d", 200+i)
		conn := o.as(roleOf(i), user, body)
		team[i] = &professional{
			t: t, me: i, user: user, shared: s, begin: time.Now(), seen: map[casework.Part]uint64{},
			call: func(c *casefilev1.Command, content proto.Message) (*casefilev1.Recorded, error) {
				return servertest.Send(t, conn, c, content)
			},
			look: func() *casefilev1.Case {
				answer, err := casefilev1.NewCaseFileServiceClient(conn).GetCase(t.Context(), &casefilev1.GetCaseRequest{CaseId: s.file})
				if err != nil {
					t.Errorf("%s looks at the case: %v", user, err)
				}
				return answer.GetCase()
			},
		}
	}
	return team
}

// tellTeamwork says how much there was of everything, and wants enough of it.
func tellTeamwork(t *testing.T, acts []act, took time.Duration) {
	t.Helper()
	clashes, choices := 0, map[eventv1.ChoiceKind]int{}
	for _, a := range acts {
		if a.clash != nil {
			clashes++
		}
		if a.answer != nil {
			choices[a.choice]++
		}
	}
	t.Logf("%d commands in %s, %d clashes, choices %v", len(acts), took.Round(time.Millisecond), clashes, choices)
	if clashes == 0 || len(choices) != int(ways) {
		t.Errorf("there were %d clashes and choices %v: nobody met", clashes, choices)
	}
}

// wantFold folds the case out of the records of the log, apart from the server,
// and wants what the server shows.
func (o *office) wantFold(t *testing.T, file string, entries []*casefilev1.HistoryEntry) {
	t.Helper()
	var folded *casework.Case
	for _, e := range entries {
		if e.GetIndex() != 0 {
			continue // of a commit that was folded whole
		}
		record, err := o.Log().At(t.Context(), eventlog.Position(e.GetPosition()))
		if err != nil {
			t.Fatal(err)
		}
		commit, err := fact.Decode(record.Data)
		if err != nil {
			t.Fatal(err)
		}
		if folded, err = casework.Evolve(folded, casework.Position(e.GetPosition()), commit); err != nil {
			t.Fatal(err)
		}
	}
	if diff := gocmp.Diff(outlineOf(folded), shownOutline(o.get(t, o.coordinator, file))); diff != "" {
		t.Errorf("the case is not the fold of its facts (-fold +shown):\n%s", diff)
	}
}

// outlined is what a team can change of a case.
type outlined struct {
	Parts       map[casework.Part]uint64
	Needs       []eventv1.Need
	Housing     eventv1.HousingStatus
	Findings    map[string]int64
	Commitments map[string]eventv1.Activation
	Budget      []int64
}

func outlineOf(c *casework.Case) outlined {
	out := outlined{
		Parts: map[casework.Part]uint64{}, Needs: c.Needs,
		Findings: map[string]int64{}, Commitments: map[string]eventv1.Activation{},
	}
	for _, p := range c.Parts {
		out.Parts[p.Part] = uint64(p.Revision)
	}
	if n := len(c.Housing); n > 0 {
		out.Housing = c.Housing[n-1].Status
	}
	for _, d := range c.Assessments[0].Domains {
		out.Findings[d.Scale] = d.NeedLevel
	}
	for _, m := range c.Projects[0].Commitments {
		out.Commitments[m.ID] = m.Activation
	}
	for _, b := range c.Projects[0].Budget {
		out.Budget = append(out.Budget, b.Share)
	}
	return out
}

func shownOutline(c *casefilev1.Case) outlined {
	out := outlined{
		Parts: revisionsOf(c), Needs: c.GetNeeds(), Housing: c.GetHousing(),
		Findings: map[string]int64{}, Commitments: map[string]eventv1.Activation{},
	}
	for _, d := range c.GetAssessments()[0].GetDomains() {
		out.Findings[d.GetScale()] = d.GetNeedLevel()
	}
	for _, m := range c.GetProjects()[0].GetCommitments() {
		out.Commitments[m.GetCommitmentId()] = m.GetActivation()
	}
	for _, b := range c.GetProjects()[0].GetBudget() {
		out.Budget = append(out.Budget, b.GetShare())
	}
	return out
}
