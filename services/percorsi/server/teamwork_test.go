package server_test

import (
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/google/uuid"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/proto"

	"percorsi/deploy/forms"
	"percorsi/internal/access"
	"percorsi/internal/casework"
	"percorsi/internal/casework/formfile"
	"percorsi/internal/fact"
	casefilev1 "percorsi/internal/gen/percorsi/casefile/v1"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	"percorsi/services/percorsi/server/servertest"
)

// teamDay is the day of everything that a team records at the same time.
const teamDay = "2025-03-01"

// move is what a professional wants to do next.
type move struct {
	// what is the kind of change, see changes.
	what int
	// value tells two changes of one kind apart.
	value int
	// way is what to do about a clash.
	way way
	// looks is set where the professional reads the case before.
	looks bool
}

// way is what somebody does who meets a clash.
type way int

const (
	walkAway way = iota // remembers what is there now
	keepMine
	keepTheirs
	merge
	ways
)

func (w way) kind() eventv1.ChoiceKind { return eventv1.ChoiceKind(w) }

// shared is what a team finds in its case.
type shared struct {
	file, project, assessment string
	commitments               []string // one of everybody, then one for each professional
	scales                    []casework.Scale
	// last is the position of the newest commit before the team begins.
	last uint64
}

// changes are what professionals do, each on a part: some share it with all,
// some have it for themselves, some only add to it. Those from leading on take a
// case manager.
const (
	leading = 8
	changes = 10
)

// answer answers every item of a scale, as a number says.
func answer(f *eventv1.DomainAssessed, scale casework.Scale, value int) {
	f.Scale, f.ScaleVersion = scale.ID, scale.Version
	for i, item := range scale.Items {
		score := item.Values[value>>i%len(item.Values)]
		f.Items = append(f.Items, &eventv1.ScaleItem{Code: item.Code, Score: score})
		f.Score += score
	}
}

func (m move) content(s shared, me int) proto.Message {
	finding := func(scale string) proto.Message {
		f := &eventv1.DomainAssessed{
			AssessmentId: s.assessment, Domain: eventv1.Domain_DOMAIN_DAILY_LIVING,
			NeedLevel: int64(m.value % 5), Profession: eventv1.Profession_PROFESSION_NURSE, Note: plain("letto"),
		}
		for _, known := range s.scales {
			if known.ID == scale {
				answer(f, known, m.value)
			}
		}
		return f
	}
	check := func(commitment string) proto.Message {
		return &eventv1.CommitmentChecked{
			ProjectId: s.project, CommitmentId: commitment,
			Activation: eventv1.Activation(1 + m.value%3), Says: eventv1.Voice_VOICE_OPERATORS,
		}
	}
	switch m.what {
	case 0:
		return &eventv1.NeedsRecorded{Needs: []eventv1.Need{eventv1.Need(1 + m.value%10)}}
	case 1:
		return &eventv1.HousingRecorded{Status: eventv1.HousingStatus(1 + m.value%5)}
	case 2:
		return finding("ADL")
	case 3:
		return finding("IADL")
	case 4:
		return finding("")
	case 5:
		return check(s.commitments[0])
	case 6:
		return check(s.commitments[1+me])
	case 7:
		return &eventv1.ContactAttempted{Channel: eventv1.Channel_CHANNEL_PHONE, Reached: m.value%2 == 0}
	case 8:
		return &eventv1.EligibilityAssessed{Eligible: m.value%2 == 0, Note: plain(fmt.Sprint("motivo ", m.value))}
	default:
		share := int64(1 + m.value%99)
		return &eventv1.BudgetSet{ProjectId: s.project, Lines: []*eventv1.BudgetLine{
			{Fund: eventv1.Fund_FUND_QSFP, AmountCents: 100 * share, Share: share},
			{Fund: eventv1.Fund_FUND_COMUNE, AmountCents: 100 * (100 - share), Share: 100 - share},
		}}
	}
}

// openTeamwork makes a case for a team of n.
func openTeamwork(t *testing.T, coordinator grpc.ClientConnInterface, n int) shared {
	t.Helper()
	j := servertest.NewJourney(t, coordinator)
	j.Do("2025-01-15", toSELF(servertest.Register(t, coordinator, "Tognoli")))
	j.Do("2025-02-01", &eventv1.TakenInCharge{})
	known, err := formfile.Read(forms.YAML())
	if err != nil {
		t.Fatal(err)
	}
	s := shared{file: j.Case, scales: known.Scales}
	s.assessment = j.Do("2025-02-02", &eventv1.AssessmentOpened{Form: eventv1.Form_FORM_MULTIDIMENSIONAL, FormVersion: "2025"})
	s.project = j.Do("2025-02-02", &eventv1.ProjectDrafted{Measure: eventv1.Measure_MEASURE_SELF, StartsOn: "2025-02-02"})
	for range 1 + n {
		s.commitments = append(s.commitments, j.Do("2025-02-02", &eventv1.CommitmentAgreed{ProjectId: s.project, By: eventv1.Voice_VOICE_OPERATORS}))
	}
	s.last = j.Last.GetPosition()
	return s
}

// act is one command and what came of it: an answer or a clash.
type act struct {
	by     int
	id     string
	part   casework.Part
	adds   bool
	stated uint64
	choice eventv1.ChoiceKind
	// called and returned are when the first call was made and the last one
	// answered, since the beginning.
	called, returned time.Duration
	answer           *casefilev1.Recorded
	clash            *casefilev1.Clash
}

// changed tells whether the command changed its part.
func (a act) changed() bool {
	return a.answer != nil && !a.adds && a.choice != keepTheirs.kind()
}

// facts is how many facts the command left in the log.
func (a act) facts() int {
	switch {
	case a.answer == nil:
		return 0
	case a.choice == keepMine.kind() || a.choice == merge.kind():
		return 2
	default:
		return 1
	}
}

// professional is one of a team, who remembers what they saw of each part.
type professional struct {
	t      *testing.T
	me     int
	user   string
	shared shared
	begin  time.Time
	// call makes a call, as long as it takes to be answered.
	call func(*casefilev1.Command, proto.Message) (*casefilev1.Recorded, error)
	look func() *casefilev1.Case
	seen map[casework.Part]uint64
	acts []act
}

// do makes a move, and settles the clash that it may meet.
func (p *professional) do(m move) {
	if m.looks {
		p.lookAround()
	}
	content := m.content(p.shared, p.me)
	var choice *casefilev1.ClashChoice
	for {
		a := p.send(content, choice)
		switch {
		case p.t.Failed():
			return
		case a.answer != nil:
			if !a.adds {
				p.seen[a.part] = a.answer.GetRevision()
			}
			return
		}
		if choice == nil {
			choice = &casefilev1.ClashChoice{Kind: m.way.kind(), SeenRevision: a.stated, Reason: plain("deciso insieme")}
		}
		p.seen[a.part] = a.clash.GetCurrentRevision()
		if m.way == walkAway {
			return
		}
	}
}

// lookAround reads the case. It may show less than the professional's own newest
// changes, which they remember.
func (p *professional) lookAround() {
	for _, part := range p.look().GetParts() {
		name := casework.Part(part.GetPart())
		p.seen[name] = max(p.seen[name], part.GetRevision())
	}
}

// send sends a command with a new id and keeps what came of it.
func (p *professional) send(content proto.Message, choice *casefilev1.ClashChoice) act {
	id := uuid.New()
	f, err := fact.Wrap(content, teamDay)
	if err != nil {
		p.t.Errorf("%v", err)
		return act{}
	}
	part, err := casework.Command{ID: id, Fact: f}.Part()
	if err != nil {
		p.t.Errorf("%v", err)
		return act{}
	}
	_, adds := content.(*eventv1.ContactAttempted)
	a := act{by: p.me, id: id.String(), part: part, adds: adds, choice: choice.GetKind(), called: time.Since(p.begin)}
	if !adds {
		a.stated = p.seen[part]
	}
	a.answer, err = p.call(&casefilev1.Command{
		CommandId: a.id, CaseId: p.shared.file, Revision: a.stated, OccurredOn: teamDay, Choice: choice,
	}, proto.Clone(content))
	a.returned = time.Since(p.begin)
	if err != nil {
		a.answer, a.clash = nil, clashOf(err)
		if problem := p.unfit(a, f); problem != "" {
			p.t.Errorf("%s is told of %s at %d: %s: %v", p.user, part, a.stated, problem, err)
		}
	}
	p.acts = append(p.acts, a)
	return a
}

// unfit says why a refusal is none that the professional can go on from; empty
// for a clash with others that shows both versions.
func (p *professional) unfit(a act, mine *eventv1.Fact) string {
	c := a.clash
	switch {
	case c == nil:
		return "it is no clash"
	case a.adds:
		return "what only adds clashes with nothing"
	case c.GetPart() != string(a.part) || c.GetSeenRevision() != a.stated || c.GetCurrentRevision() <= a.stated:
		return "it does not name the part and both revisions"
	case c.GetMine().GetType() != fact.Name(mine) || len(c.GetMine().GetData().GetFields()) == 0:
		return "it does not show what was wanted"
	case len(c.GetTheirs()) == 0 || c.GetTheirs()[len(c.GetTheirs())-1].GetPosition() != c.GetCurrentRevision():
		return "it does not show what the others recorded"
	}
	for _, e := range c.GetTheirs() {
		switch {
		case e.GetUser() == p.user:
			return "nobody else had touched the part"
		case e.GetPosition() <= a.stated || e.GetUser() == "" || e.GetRole() == "" || e.GetBody() == "" || e.GetRecordedAt() == nil:
			return "it does not say who recorded what when"
		}
	}
	newest := c.GetTheirs()[len(c.GetTheirs())-1]
	if same := proto.Equal(newest.GetData(), c.GetMine().GetData()); newest.GetType() == c.GetMine().GetType() && same != (len(c.GetFields()) == 0) {
		return "the fields do not tell where the versions differ"
	}
	return ""
}

// inTheHistory wants each answered command in the history once, whole and where
// its answer says, and nothing else there.
func inTheHistory(t *testing.T, entries []*casefilev1.HistoryEntry, acts []act) {
	t.Helper()
	if !sorted(entries) {
		t.Error("the history is not in the order of the log")
	}
	found := map[string][]*casefilev1.HistoryEntry{}
	for _, e := range entries {
		found[e.GetCommandId()] = append(found[e.GetCommandId()], e)
	}
	facts := 0
	for _, a := range acts {
		facts += a.facts()
		if got := found[a.id]; len(got) != a.facts() || len(got) > 0 && got[0].GetPosition() != a.answer.GetPosition() {
			t.Errorf("command %s on %s, answered %v, is in the history as %v", a.id, a.part, a.answer, got)
		}
	}
	if len(entries) != facts {
		t.Errorf("%d facts in the history, %d were answered", len(entries), facts)
	}
}

// inTurn wants each change to rest on the one before it, and theirs to be kept
// only where it was still the newest.
func inTurn(t *testing.T, before map[casework.Part]uint64, acts []act) {
	t.Helper()
	before = maps.Clone(before)
	answered := slices.DeleteFunc(slices.Clone(acts), func(a act) bool { return a.answer == nil || a.adds })
	slices.SortFunc(answered, func(a, b act) int { return int(a.answer.GetPosition()) - int(b.answer.GetPosition()) })
	for _, a := range answered {
		if a.stated != before[a.part] {
			t.Errorf("%s at %d rests on %d, and the change before it is at %d", a.part, a.answer.GetPosition(), a.stated, before[a.part])
		}
		if a.changed() {
			before[a.part] = a.answer.GetPosition()
		}
	}
}

// revisionsOf gives the revisions of the parts of a case.
func revisionsOf(c *casefilev1.Case) map[casework.Part]uint64 {
	out := map[casework.Part]uint64{}
	for _, p := range c.GetParts() {
		out[casework.Part(p.GetPart())] = p.GetRevision()
	}
	return out
}

// seeded gives the number that a test draws from, that of -rapid.seed or a new
// one, and says how to draw from it again.
func seeded(t *testing.T) uint64 {
	t.Helper()
	given, err := strconv.ParseUint(flag.Lookup("rapid.seed").Value.String(), 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	if given == 0 {
		given = 1 + rand.Uint64N(1<<62)
	}
	t.Logf("draw the same again: go test ./services/percorsi/server -run '^%s$' -rapid.seed=%d", t.Name(), given)
	return given
}

// roleOf gives the role of a professional: one in four is no case manager.
func roleOf(me int) access.Role {
	if me%4 == 3 {
		return access.TeamMember
	}
	return access.CaseManager
}
