package casefile_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/testing/protocmp"

	"percorsi/deploy/clocks"
	"percorsi/internal/access"
	"percorsi/internal/casework"
	"percorsi/internal/casework/casetest"
	"percorsi/internal/casework/clockfile"
	"percorsi/internal/eventlog"
	"percorsi/internal/fact"
	"percorsi/internal/fault"
	casefilev1 "percorsi/internal/gen/percorsi/casefile/v1"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	"percorsi/internal/readmodel"
	"percorsi/internal/readmodel/memory"
	"percorsi/services/casefile"
)

// worklists is a server over a model that a test tells commits, on a day that the
// test sets.
type worklists struct {
	t      *testing.T
	model  *memory.Model
	server *casefile.Server

	mu    sync.Mutex
	day   casework.Day
	told  []*eventv1.Commit
	spoil func(readmodel.FeedPage, error) (readmodel.FeedPage, error)
}

func newWorklists(t *testing.T) *worklists {
	t.Helper()
	rules, err := clockfile.Read(clocks.YAML())
	if err != nil {
		t.Fatal(err)
	}
	l := &worklists{t: t, day: 20_400}
	asked := casework.Approvals{{Of: casework.ApprovableAssessment}}
	l.model = memory.New(memory.Config{Clocks: rules, Approvals: asked, Today: l.today, Past: l.past})
	l.server = casefile.NewServer(casefile.Config{Model: spoilt{l.model, l}, Clocks: rules, Approvals: asked, Today: l.today})
	return l
}

func (l *worklists) today() casework.Day {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.day
}

func (l *worklists) past(_ context.Context, at []casework.Position) ([]*eventv1.Commit, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	var out []*eventv1.Commit
	for _, p := range at {
		out = append(out, l.told[p-1])
	}
	return out, nil
}

// spoilt is a model whose feed a test may spoil.
type spoilt struct {
	*memory.Model
	by *worklists
}

func (s spoilt) Feed(ctx context.Context, after uint64) (readmodel.FeedPage, error) {
	page, err := s.Model.Feed(ctx, after)
	s.by.mu.Lock()
	defer s.by.mu.Unlock()
	if s.by.spoil != nil {
		page, err = s.by.spoil(page, err)
	}
	return page, err
}

// tell folds commits, and waits until everybody who watches was told.
func (l *worklists) tell(commits ...*eventv1.Commit) {
	l.t.Helper()
	var batch []readmodel.Delivery
	l.mu.Lock()
	for _, c := range commits {
		data, err := fact.Encode(c)
		if err != nil {
			l.t.Fatal(err)
		}
		l.told = append(l.told, c)
		batch = append(batch, readmodel.Decode(eventlog.Record{
			Position: eventlog.Position(len(l.told)), Stream: eventlog.Stream(c.GetStream()), Data: data, StoredAt: stoppedAt,
		}))
	}
	l.mu.Unlock()
	if err := l.model.Apply(l.t.Context(), batch); err != nil {
		l.t.Fatal(err)
	}
	synctest.Wait()
}

// listening is a client that keeps the list it is sent.
type listening struct {
	grpc.ServerStream
	ctx context.Context //nolint:containedctx // a stream hands its context on

	mu        sync.Mutex
	cases     map[string][]*casefilev1.WorkItem
	whole     bool
	truncated bool
	begun     int
	steps     int
	ended     chan error
	hangUp    func()
}

func (l *listening) Context() context.Context { return l.ctx }

func (l *listening) Send(r *casefilev1.WatchWorklistResponse) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.steps++
	switch step := r.GetStep().(type) {
	case *casefilev1.WatchWorklistResponse_Begin:
		l.cases, l.whole, l.begun = map[string][]*casefilev1.WorkItem{}, false, l.begun+1
	case *casefilev1.WatchWorklistResponse_End:
		l.whole, l.truncated = true, step.End.GetTruncated()
	case *casefilev1.WatchWorklistResponse_Work:
		if l.cases[step.Work.GetCaseId()] = step.Work.GetItems(); len(step.Work.GetItems()) == 0 {
			delete(l.cases, step.Work.GetCaseId())
		}
	}
	return nil
}

// watch begins to watch a list.
func (l *worklists) watch(caller access.Caller, r *casefilev1.ListClocksRequest) *listening {
	l.t.Helper()
	ctx, cancel := context.WithCancel(access.WithCaller(l.t.Context(), caller))
	out := &listening{ctx: ctx, ended: make(chan error, 1), hangUp: cancel}
	go func() { out.ended <- l.server.WatchWorklist(&casefilev1.WatchWorklistRequest{Clocks: r}, out) }()
	synctest.Wait()
	return out
}

// wantCurrent wants that a client has what the list says now.
func (l *worklists) wantCurrent(c *listening, r *casefilev1.ListClocksRequest) {
	l.t.Helper()
	ask := proto.CloneOf(r)
	if ask == nil {
		ask = &casefilev1.ListClocksRequest{}
	}
	want := map[string][]*casefilev1.WorkItem{}
	for ask.PageSize = 500; ; {
		page, err := l.server.ListClocks(c.ctx, ask)
		if err != nil {
			l.t.Fatal(err)
		}
		for _, i := range page.GetItems() {
			want[i.GetCase().GetCaseId()] = append(want[i.GetCase().GetCaseId()], i)
		}
		if ask.PageToken = page.GetNextPageToken(); ask.GetPageToken() == "" {
			break
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.whole && maps.EqualFunc(want, c.cases, sameWork) {
		return
	}
	l.t.Errorf("the list %v, whole %v (-list +watched):\n%s", r, c.whole, cmp.Diff(want, c.cases, protocmp.Transform()))
}

func sameWork(a, b []*casefilev1.WorkItem) bool {
	return slices.EqualFunc(a, b, func(a, b *casefilev1.WorkItem) bool { return proto.Equal(a, b) })
}

var staff = access.Caller{User: "op.1", Role: access.Coordinator, Body: "ACSI"}

// TestAWatchedListIsTheListAtAnyTime follows a district from its first commit,
// with many eyes and questions.
func TestAWatchedListIsTheListAtAnyTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newWorklists(t)
		commits := casetest.District(5, 40)
		type watcher struct {
			client *listening
			asked  *casefilev1.ListClocksRequest
		}
		var watchers []watcher
		within := int32(30)
		for _, asked := range []*casefilev1.ListClocksRequest{
			nil, {Clock: "T120"}, {DueWithinDays: &within}, {Mine: true}, {Body: staff.Body}, {DueFrom: "2025-09-01"}, {AwaitsApproval: true},
		} {
			for _, caller := range everybodyIn(commits) {
				watchers = append(watchers, watcher{l.watch(caller, asked), asked})
			}
		}
		shown := 0
		for batch := range slices.Chunk(commits, 1+len(commits)/12) {
			l.tell(batch...)
			for _, w := range watchers {
				l.wantCurrent(w.client, w.asked)
				shown += len(w.client.cases)
			}
		}
		for _, w := range watchers {
			if w.client.begun != 1 {
				t.Errorf("the list began %d times", w.client.begun)
			}
			w.client.hangUp()
			if err := <-w.client.ended; !errors.Is(err, context.Canceled) {
				t.Errorf("it ended with %v", err)
			}
		}
		if shown < 100 {
			t.Errorf("%d cases were shown: nothing was tried", shown)
		}
	})
}

// everybodyIn gives some who work on the cases of a district.
func everybodyIn(commits []*eventv1.Commit) []access.Caller {
	bodies, managers := map[string]bool{}, map[string]bool{}
	for _, c := range commits {
		for _, f := range c.GetFacts() {
			if s := f.GetSignalled(); s != nil {
				bodies[s.GetManagingBody()] = true
			}
			if a := f.GetCaseManagerAssigned(); a != nil {
				managers[a.GetCaseManager()] = true
			}
		}
	}
	var out []access.Caller
	for _, b := range slices.Sorted(maps.Keys(bodies)) {
		out = append(out, access.Caller{User: "op.1", Role: access.Coordinator, Body: b})
	}
	for _, m := range slices.Sorted(maps.Keys(managers))[:2] {
		out = append(out, access.Caller{User: m, Role: access.CaseManager, Body: "NOWHERE"})
	}
	return out
}

// application is how a case of ADI begins.
var application = sync.OnceValue(func() *eventv1.Commit { return casetest.Story(1, eventv1.Pathway_PATHWAY_ADI)[0] })

// applied makes a commit that opens a case of ADI, and what makes others of it.
func applied(t *testing.T) (*eventv1.Commit, func(day string, content proto.Message) *eventv1.Commit) {
	t.Helper()
	first := proto.CloneOf(application())
	first.CommandId, first.CommitId = uuid.NewString(), uuid.NewString()
	first.Stream = readmodel.CaseStream + "." + first.GetCommandId()
	return first, func(day string, content proto.Message) *eventv1.Commit {
		f, err := fact.Wrap(content, day)
		if err != nil {
			t.Fatal(err)
		}
		next := proto.CloneOf(first)
		next.CommandId, next.CommitId, next.Facts = uuid.NewString(), uuid.NewString(), []*eventv1.Fact{f}
		return next
	}
}

// eyes gives somebody who sees a case, and somebody who does not.
func eyes(l *worklists, opening *eventv1.Commit) (insider, stranger access.Caller) {
	l.t.Helper()
	c, err := l.model.Case(l.t.Context(), uuid.MustParse(opening.GetCommandId()))
	if err != nil {
		l.t.Fatal(err)
	}
	return access.Caller{User: "op.1", Role: access.Coordinator, Body: c.ManagingBody}, access.Caller{User: "op.99", Role: access.TeamMember, Body: "NOWHERE"}
}

func TestACaseComesAndGoesAsItIsSeenAndChanges(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newWorklists(t)
		opening, then := applied(t)
		l.tell(opening)
		insider, stranger := eyes(l, opening)
		asked := &casefilev1.ListClocksRequest{Clock: "T120"}
		in, out := l.watch(insider, asked), l.watch(stranger, asked)
		day, err := l.model.Clocks(t.Context(), readmodel.Everything(), readmodel.ClockFilter{Name: "T120"}, readmodel.Page{})
		if err != nil || len(day.Rows) != 1 {
			t.Fatalf("%v, %v", day, err)
		}
		began := day.Rows[0].Case.OpenedOn.String()
		wantCases := func(when string, insider, stranger int) {
			t.Helper()
			l.wantCurrent(in, asked)
			l.wantCurrent(out, asked)
			if len(in.cases) != insider || len(out.cases) != stranger {
				t.Errorf("%s the insider has %d cases, the stranger %d; want %d and %d", when, len(in.cases), len(out.cases), insider, stranger)
			}
		}
		wantCases("at the begin", 1, 0)
		joined := then(began, &eventv1.TeamMemberAdded{
			User: stranger.User, Profession: eventv1.Profession_PROFESSION_EDUCATOR, Body: "ASFOL", Role: eventv1.TeamRole_TEAM_ROLE_MEMBER,
		})
		joined.GetFacts()[0].GetTeamMemberAdded().MemberId = joined.GetCommandId()
		l.tell(joined)
		wantCases("once the stranger is in the team", 1, 1)
		steps := in.steps
		l.tell(then(began, &eventv1.ContactAttempted{Channel: eventv1.Channel_CHANNEL_PHONE}))
		if in.steps != steps {
			t.Error("what changes nothing in the list was sent")
		}
		l.tell(then(began, &eventv1.TeamMemberRemoved{MemberId: joined.GetCommandId()}))
		wantCases("once the stranger has left", 1, 0)
		l.tell(then(began, &eventv1.FirstMeetingHeld{Mode: eventv1.MeetingMode_MEETING_MODE_SPONTANEOUS}))
		wantCases("after the first meeting", 0, 0)
	})
}

func TestAListBeginsAnewWithEachDay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newWorklists(t)
		opening, _ := applied(t)
		l.tell(opening)
		insider, _ := eyes(l, opening)
		page, err := l.model.Clocks(t.Context(), readmodel.Everything(), readmodel.ClockFilter{Name: "T120"}, readmodel.Page{})
		if err != nil {
			t.Fatal(err)
		}
		due := page.Rows[0].Clock.DueOn
		week := int32(7)
		asked := &casefilev1.ListClocksRequest{Clock: "T120", DueWithinDays: &week}
		l.day = due - 8
		c := l.watch(insider, asked)
		if len(c.cases) != 0 {
			t.Errorf("8 days before it is due the list has %v", c.cases)
		}
		for left := int32(7); left >= -1; left-- {
			l.mu.Lock()
			l.day = due - casework.Day(left)
			l.mu.Unlock()
			<-time.After(time.Minute)
			synctest.Wait()
			l.wantCurrent(c, asked)
			for _, items := range c.cases {
				if got := items[0].GetClock().GetDaysLeft(); got != left {
					t.Errorf("%d days are left, shown %d", left, got)
				}
			}
			if len(c.cases) != 1 {
				t.Errorf("%d days before it is due the list has %v", left, c.cases)
			}
		}
	})
}

func TestAListBeginsAnewWhereTheServerLostCount(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newWorklists(t)
		opening, then := applied(t)
		l.tell(opening)
		insider, _ := eyes(l, opening)
		c := l.watch(insider, nil)
		l.spoil = func(page readmodel.FeedPage, err error) (readmodel.FeedPage, error) {
			return readmodel.FeedPage{Next: page.Next}, err
		}
		l.tell(then("2025-03-01", &eventv1.FirstMeetingHeld{Mode: eventv1.MeetingMode_MEETING_MODE_SPONTANEOUS}))
		if l.wantCurrent(c, nil); c.begun != 2 {
			t.Errorf("the list began %d times", c.begun)
		}
	})
}

func TestWhoWatchesIsToldThatNothingCanBeRead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newWorklists(t)
		opening, then := applied(t)
		l.tell(opening)
		insider, _ := eyes(l, opening)
		first, second := l.watch(insider, nil), l.watch(staff, nil)
		broken := fault.New(fault.Unavailable, "nothing can be read at the moment")
		l.spoil = func(readmodel.FeedPage, error) (readmodel.FeedPage, error) { return readmodel.FeedPage{}, broken }
		l.tell(then("2025-03-01", &eventv1.ContactAttempted{Channel: eventv1.Channel_CHANNEL_PHONE}))
		for _, c := range []*listening{first, second} {
			if err := <-c.ended; !errors.Is(err, broken) {
				t.Errorf("it ended with %v", err)
			}
		}
		l.spoil = nil
		again := l.watch(insider, nil)
		l.tell(then("2025-03-01", &eventv1.FirstMeetingHeld{Mode: eventv1.MeetingMode_MEETING_MODE_SPONTANEOUS}))
		l.wantCurrent(again, nil)
	})
}

// TestALongListIsSentAsFarAsAnybodyReads and says so.
func TestALongListIsSentAsFarAsAnybodyReads(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newWorklists(t)
		var commits []*eventv1.Commit
		for range 2_001 {
			opening, _ := applied(t)
			commits = append(commits, opening)
		}
		l.tell(commits[:2_000]...)
		insider, _ := eyes(l, commits[0])
		asked := &casefilev1.ListClocksRequest{Clock: "T120"}
		whole := l.watch(insider, asked)
		if whole.truncated {
			t.Error("the whole list is said not to be")
		}
		l.wantCurrent(whole, asked)
		l.tell(commits[2_000])
		l.wantCurrent(whole, asked)
		if part := l.watch(insider, asked); len(part.cases) != 2_000 || !part.truncated {
			t.Errorf("of 2,001 cases %d are sent, truncated %v", len(part.cases), part.truncated)
		}
	})
}

func TestAWatchedListOfAPersonFollowsWhoIsWho(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newWorklists(t)
		opening, _ := applied(t)
		l.tell(opening)
		insider, _ := eyes(l, opening)
		id := uuid.MustParse(opening.GetCommandId())
		state, err := l.model.Case(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		said := func(person string, content proto.Message) *eventv1.Commit {
			f, err := fact.Wrap(content, "2025-03-01")
			if err != nil {
				t.Fatal(err)
			}
			c := proto.CloneOf(opening)
			c.Stream, c.CommandId, c.CommitId = readmodel.PersonStream+"."+person, uuid.NewString(), uuid.NewString()
			c.Facts = []*eventv1.Fact{f}
			return c
		}
		one, other := min(state.Person, "ffffffff-0000-4000-8000-000000000000"), "ffffffff-0000-4000-8000-000000000000"
		for _, p := range []string{one, other} {
			l.tell(said(p, &eventv1.PersonRegistered{IdentifierKind: eventv1.IdentifierKind_IDENTIFIER_KIND_NONE, Identity: []byte("sealed")}))
		}
		asked := &casefilev1.ListClocksRequest{PersonId: other}
		c, everything := l.watch(insider, asked), l.watch(insider, nil)
		if len(c.cases) != 0 {
			t.Errorf("the list of somebody else has %v", c.cases)
		}
		l.tell(said(one, &eventv1.PersonLinked{Other: other, Basis: eventv1.LinkBasis_LINK_BASIS_DOCUMENT}))
		if l.wantCurrent(c, asked); len(c.cases) != 1 {
			t.Errorf("once they are one person, the list has %v", fmt.Sprint(c.cases))
		}
		if everything.begun != 1 {
			t.Error("a list of nobody in particular began anew")
		}
	})
}
