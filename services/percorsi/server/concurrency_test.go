package server_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/uuid"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"

	"percorsi/internal/access"
	casefilev1 "percorsi/internal/gen/percorsi/casefile/v1"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	"percorsi/services/percorsi/server/servertest"
)

const (
	clients = 32
	rounds  = 2
)

// accepted is a change of the shared part that was recorded.
type accepted struct {
	command  string
	stated   uint64 // revision that the change was based on
	position uint64
}

// colleague works on a case at the same time as the others.
type colleague struct {
	t    *testing.T
	user string
	conn grpc.ClientConnInterface
	file string
	goal string // a part that is only this colleague's
	// patience is how often a command is sent again that the server had no
	// time for. In one process nobody needs any.
	patience int

	shared  []accepted
	sent    []string // ids of every command that was recorded
	clashes int
}

// TestWhoRecordsAtTheSameTimeLosesNothing shares one office: each part works on
// a case of its own.
func TestWhoRecordsAtTheSameTimeLosesNothing(t *testing.T) {
	atTheSameTime(t, openOffice(t))
}

func atTheSameTime(t *testing.T, o *office) {
	for name, record := range map[string]func(*testing.T, *office){
		"32 colleagues on one case":                     colleagues,
		"one command sent by many":                      sentByMany,
		"a call that is given up leaves no half":        givenUp,
		"a clash over many long texts shows the newest": longTexts,
	} {
		t.Run(name, func(t *testing.T) { record(t, o) })
	}
	verify(t, o.administrator)
}

// colleagues lets 32 people change the same
// part, parts of their own, and add facts, all at once.
func colleagues(t *testing.T, o *office) {
	j := o.open(t, toSELF(servertest.Register(t, o.manager, "Moroni")))
	project := j.Do("2025-02-02", &eventv1.ProjectDrafted{Measure: eventv1.Measure_MEASURE_SELF, StartsOn: "2025-02-02"})
	before := len(o.history(t, o.manager, j.Case))

	staff := make([]*colleague, clients)
	for i := range staff {
		user := fmt.Sprintf("op.%d", 100+i)
		staff[i] = &colleague{t: t, user: user, conn: o.as(access.CaseManager, user, body), file: j.Case, patience: o.patience}
	}
	var group sync.WaitGroup
	for _, c := range staff {
		group.Go(func() { c.work(project) })
	}
	group.Wait()
	if t.Failed() {
		t.FailNow()
	}

	entries := o.history(t, o.manager, j.Case)
	if !sorted(entries) {
		t.Error("the history is not in the order of the log")
	}
	onceEach(t, entries[before:], staff)
	noSilentOverwrite(t, entries, staff)
	verify(t, o.administrator)
}

// work does each kind of thing in an order of its own.
func (c *colleague) work(project string) {
	var revision uint64 // of the own goal
	for i := range rounds {
		for _, step := range rand.Perm(3) {
			switch step {
			case 0:
				c.change(&eventv1.NeedsRecorded{Needs: []eventv1.Need{eventv1.Need(1 + rand.IntN(10))}})
			case 1:
				c.add(&eventv1.ContactAttempted{Channel: eventv1.Channel_CHANNEL_PHONE, Note: plain("da " + c.user)})
			case 2:
				revision = c.own(project, i, revision)
			}
		}
	}
}

// change changes the part that all share: on a clash it reads the revision from
// the answer and tries again with a new command, as a person who has looked at
// both versions would.
func (c *colleague) change(content proto.Message) {
	var seen uint64
	for {
		id := uuid.NewString()
		answer, err := c.send(id, seen, content)
		if err == nil {
			c.shared = append(c.shared, accepted{command: id, stated: seen, position: answer.GetPosition()})
			c.sent = append(c.sent, id)
			return
		}
		clash := clashOf(err)
		if clash == nil {
			c.t.Errorf("%s: %v", c.user, err)
			return
		}
		c.clashes++
		if problem := incomplete(clash, seen); problem != "" {
			c.t.Errorf("a clash %s: %v", problem, clash)
			return
		}
		seen = clash.GetCurrentRevision()
	}
}

// add records a fact that only adds, and sends it again as a lost answer would
// make a client do.
func (c *colleague) add(content proto.Message) {
	id := uuid.NewString()
	first, err := c.send(id, 0, content)
	if err != nil {
		c.t.Errorf("%s: an additive fact: %v", c.user, err)
		return
	}
	c.sent = append(c.sent, id)
	again, err := c.send(id, 0, content)
	if err != nil || !proto.Equal(first, again) {
		c.t.Errorf("%s: sent again it is answered %v, %v; first %v", c.user, again, err, first)
	}
}

// own works on a part that nobody else touches: it never clashes.
func (c *colleague) own(project string, round int, revision uint64) uint64 {
	var content proto.Message = &eventv1.CommitmentChecked{
		ProjectId: project, CommitmentId: c.goal,
		Activation: eventv1.Activation(1 + round%3), Says: eventv1.Voice_VOICE_OPERATORS,
	}
	if c.goal == "" {
		content = &eventv1.CommitmentAgreed{ProjectId: project, By: eventv1.Voice_VOICE_OPERATORS, Wording: plain("di " + c.user)}
	}
	id := uuid.NewString()
	answer, err := c.send(id, revision, content)
	if err != nil {
		c.t.Errorf("%s on a part of their own: %v", c.user, err)
		return revision
	}
	if c.goal == "" {
		c.goal = answer.GetId()
	}
	c.sent = append(c.sent, id)
	return answer.GetRevision()
}

// send sends a command, and sends it again where the answer asks for that:
// another process was faster, again and again.
func (c *colleague) send(id string, revision uint64, content proto.Message) (answer *casefilev1.Recorded, err error) {
	for range 1 + c.patience {
		answer, err = servertest.Send(c.t, c.conn, &casefilev1.Command{
			CommandId: id, CaseId: c.file, Revision: revision, OccurredOn: "2025-02-03",
		}, proto.Clone(content))
		if status.Code(err) != codes.Unavailable {
			break
		}
	}
	return answer, err
}

// clashOf gives the clash that an answer carries; nil if it is no clash.
func clashOf(err error) *casefilev1.Clash {
	if status.Code(err) != codes.Aborted {
		return nil
	}
	for _, d := range status.Convert(err).Details() {
		if clash, ok := d.(*casefilev1.Clash); ok {
			return clash
		}
	}
	return nil
}

// incomplete says what a person could not do with a clash; empty for nothing.
func incomplete(c *casefilev1.Clash, seen uint64) string {
	switch {
	case c.GetPart() != "needs" || c.GetSeenRevision() != seen || c.GetCurrentRevision() <= seen:
		return "does not name the part and both revisions"
	case c.GetMine().GetType() != "needs_recorded" || c.GetMine().GetOccurredOn() != "2025-02-03" || len(c.GetMine().GetData().GetFields()) == 0:
		return "does not hold what the caller wanted"
	case len(c.GetTheirs()) == 0 || c.GetTheirs()[len(c.GetTheirs())-1].GetPosition() != c.GetCurrentRevision():
		return "does not hold what the others recorded"
	}
	for _, e := range c.GetTheirs() {
		if e.GetPosition() <= seen || e.GetUser() == "" || e.GetBody() != body || e.GetRole() == "" ||
			e.GetRecordedAt() == nil || len(e.GetData().GetFields()) == 0 {
			return "does not say who recorded what when"
		}
	}
	return ""
}

// onceEach wants every command that was answered exactly once in the history,
// and nothing else there.
func onceEach(t *testing.T, entries []*casefilev1.HistoryEntry, staff []*colleague) {
	t.Helper()
	times := map[string]int{}
	for _, e := range entries {
		times[e.GetCommandId()]++
	}
	sent := 0
	for _, c := range staff {
		for _, id := range c.sent {
			sent++
			if times[id] != 1 {
				t.Errorf("command %s of %s is %d times in the history", id, c.user, times[id])
			}
		}
	}
	if len(entries) != sent || sent != clients*rounds*3 {
		t.Errorf("%d facts in the history, %d answered, %d sent", len(entries), sent, clients*rounds*3)
	}
}

// noSilentOverwrite wants each change of the shared part to have stated the
// revision just before it.
func noSilentOverwrite(t *testing.T, entries []*casefilev1.HistoryEntry, staff []*colleague) {
	t.Helper()
	var changes []accepted
	clashes := 0
	for _, c := range staff {
		changes = append(changes, c.shared...)
		clashes += c.clashes
	}
	slices.SortFunc(changes, func(a, b accepted) int { return int(a.position) - int(b.position) })
	var before uint64
	for _, c := range changes {
		if c.stated != before {
			t.Errorf("the change at %d was based on %d, and the one before it is at %d", c.position, c.stated, before)
		}
		before = c.position
	}
	var recorded []uint64
	for _, e := range entries {
		if e.GetPart() == "needs" {
			recorded = append(recorded, e.GetPosition())
		}
	}
	if len(recorded) != len(changes) || recorded[len(recorded)-1] != before {
		t.Errorf("%d changes of the part in the history, %d answered", len(recorded), len(changes))
	}
	t.Logf("%d changes, %d clashes", len(changes), clashes)
	if clashes < clients-1 {
		t.Errorf("only %d clashes: 32 people who all begin at revision 0 must meet", clashes)
	}
}

// sentByMany sends the same command over
// several connections at the same time.
func sentByMany(t *testing.T, o *office) {
	person := servertest.Register(t, o.manager, "Negri")
	before := o.last(t)
	command := &casefilev1.Command{CommandId: uuid.NewString(), OccurredOn: "2025-01-15"}
	answers := make([]*casefilev1.Recorded, clients)
	var group sync.WaitGroup
	for i := range answers {
		conn := o.as(access.CaseManager, "op.1", body)
		group.Go(func() {
			answer, err := servertest.Send(t, conn, proto.CloneOf(command), toSELF(person))
			if err != nil {
				t.Errorf("the same command at the same time: %v", err)
			}
			answers[i] = answer
		})
	}
	group.Wait()
	for _, a := range answers {
		if !proto.Equal(a, answers[0]) {
			t.Errorf("one command has two answers:\n%v\n%v", a, answers[0])
		}
	}
	if after := o.last(t); after != before+1 {
		t.Errorf("one command moved the log by %d", after-before)
	}
}

// givenUp cancels calls at any moment and sends each
// again: it stands in the history once.
func givenUp(t *testing.T, o *office) {
	j := o.open(t, toSELF(servertest.Register(t, o.manager, "Oldani")))
	client := casefilev1.NewCaseFileServiceClient(o.manager)
	const calls = 40
	for range calls {
		command := &casefilev1.Command{CommandId: uuid.NewString(), CaseId: j.Case, OccurredOn: "2025-02-03"}
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() {
			defer close(done)
			// Anything that takes a moment: the call is given up meanwhile.
			_, _ = client.GetCase(t.Context(), &casefilev1.GetCaseRequest{CaseId: j.Case})
			cancel()
		}()
		content := &eventv1.ContactAttempted{Channel: eventv1.Channel_CHANNEL_PHONE}
		_, _ = servertest.SendContext(ctx, t, o.manager, command, content) // it may or may not have been given up in time
		<-done
		cancel()
		if _, err := servertest.Send(t, o.manager, command, content); err != nil {
			t.Fatalf("sent again: %v", err)
		}
	}
	if got := len(o.history(t, o.manager, j.Case)); got != calls+2 {
		t.Errorf("%d facts in the history, not %d", got, calls+2)
	}
}

// longTexts changes one part more often,
// and with longer words, than one answer can hold.
func longTexts(t *testing.T, o *office) {
	j := servertest.NewJourney(t, o.manager)
	j.Do("2025-01-15", toSELF(servertest.Register(t, o.manager, "Pizzi")))
	long := strings.Repeat("parole ", 1100)
	for range 30 {
		j.Do("2025-02-03", &eventv1.EligibilityAssessed{Eligible: true, Note: plain(long)})
	}
	_, err := servertest.Send(t, o.manager, &casefilev1.Command{
		CommandId: uuid.NewString(), CaseId: j.Case, Revision: 1, OccurredOn: "2025-02-03",
	}, &eventv1.EligibilityAssessed{Note: plain(long)})
	clash := clashOf(err)
	if clash == nil {
		t.Fatalf("the answer does not carry the clash: %v", err)
	}
	theirs := clash.GetTheirs()
	if len(theirs) == 0 || theirs[len(theirs)-1].GetPosition() != clash.GetCurrentRevision() || theirs[0].GetUser() != "op.1" {
		t.Errorf("the newest change is not shown with its author: %v", theirs)
	}
	if len(clash.GetMine().GetData().GetFields()) == 0 {
		t.Error("what the caller wanted is not shown")
	}
}
