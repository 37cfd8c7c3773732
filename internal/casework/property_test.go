package casework_test

import (
	"encoding/json"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/testing/protocmp"
	"pgregory.net/rapid"

	"percorsi/internal/casework"
	"percorsi/internal/casework/casetest"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

// drawn is chance that rapid draws, so that it can look for a smaller story.
type drawn struct{ t *rapid.T }

func (d drawn) IntN(n int) int { return rapid.IntRange(0, n-1).Draw(d.t, "roll") }

// told is a story while it is told.
type told struct {
	t       *rapid.T
	teller  *casetest.Teller
	commits []*eventv1.Commit
	copies  []*eventv1.Commit // of the commits, made before they were folded
	c       *casework.Case
}

// tell opens a case of some pathway, and has people send up to 40 commands.
// each sees every command with its answer; the story goes on from after.
func tell(t *rapid.T, each func(s *told, cmd casework.Command, decided []*eventv1.Fact, err error)) *told {
	start := time.Date(2025, 1, 7, 8, 0, 0, 0, time.UTC)
	s := &told{t: t, teller: casetest.NewTeller(drawn{t}, 1, start)}
	cmd := s.teller.Open(rapid.SampledFrom(casetest.Pathways()).Draw(t, "pathway"))
	for range rapid.IntRange(1, 40).Draw(t, "commands") {
		facts, err := casework.Decide(s.c, cmd, s.teller.Now())
		if each != nil {
			each(s, cmd, facts, err)
		}
		if err == nil {
			s.commit(cmd, facts)
		}
		if s.c == nil {
			t.Fatalf("the opening was refused: %v", err)
		}
		cmd = s.teller.Propose(s.c)
	}
	return s
}

func (s *told) commit(cmd casework.Command, facts []*eventv1.Fact) {
	commit := s.teller.Commit(s.c, cmd, facts)
	s.copies = append(s.copies, proto.CloneOf(commit))
	next, err := casework.Evolve(s.c, casework.Position(len(s.commits)+1), commit)
	if err != nil {
		s.t.Fatalf("an accepted command does not fold: %v", err)
	}
	s.c, s.commits = next, append(s.commits, commit)
}

// picture is everything a case holds, in words.
func picture(t *rapid.T, c *casework.Case) string {
	text, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestFoldingInOneGoOrInTwoIsTheSame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := tell(t, nil)
		n := len(s.commits)
		cut := rapid.IntRange(0, n).Draw(t, "cut")
		again := rapid.IntRange(0, cut).Draw(t, "delivered again from")
		first, err := casetest.Fold(nil, 1, s.commits[:cut]...)
		if err != nil {
			t.Fatal(err)
		}
		both, err := casetest.Fold(first, casework.Position(again+1), s.commits[again:]...)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(s.c, both, protocmp.Transform()); diff != "" {
			t.Fatalf("cut at %d of %d, again from %d (-one go +two):\n%s", cut, n, again, diff)
		}
	})
}

func TestACommitDeliveredTwiceChangesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := tell(t, nil)
		i := rapid.IntRange(0, len(s.commits)-1).Draw(t, "commit")
		again, err := casework.Evolve(s.c, casework.Position(i+1), s.commits[i])
		if err != nil || again != s.c {
			t.Fatalf("commit %d again gives another case (%v)", i+1, err)
		}
	})
}

func TestNoStateEverChanges(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		states, pictures := []*casework.Case{}, []string{}
		s := tell(t, func(s *told, cmd casework.Command, facts []*eventv1.Fact, err error) {
			if s.c == nil || err != nil {
				return
			}
			states, pictures = append(states, s.c), append(pictures, picture(t, s.c))
			fork(s, cmd, facts)
		})
		for i, c := range states {
			if got := picture(t, c); got != pictures[i] {
				t.Fatalf("the state after %d commits changed:\n%s", i+1, cmp.Diff(pictures[i], got))
			}
		}
		if diff := cmp.Diff(s.copies, s.commits, protocmp.Transform()); diff != "" {
			t.Fatalf("a commit changed (-before +after):\n%s", diff)
		}
		alone, err := casetest.Fold(nil, 1, s.copies...)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(alone, s.c, protocmp.Transform()); diff != "" {
			t.Fatalf("the case differs from one that shares nothing with it (-alone +story):\n%s", diff)
		}
	})
}

// fork lets the same command end in two other futures of the case, which must
// not disturb the one that the story takes.
func fork(s *told, cmd casework.Command, facts []*eventv1.Fact) {
	at := casework.Position(len(s.commits) + 1)
	for _, day := range []string{"2025-01-08", "2026-12-30"} {
		other := s.teller.Commit(s.c, cmd, []*eventv1.Fact{proto.CloneOf(facts[0])})
		other.GetFacts()[0].OccurredOn = day
		if _, err := casework.Evolve(s.c, at, other); err != nil {
			s.t.Fatal(err)
		}
	}
}

func TestTwoFuturesOfOneCaseAtTheSameTime(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := tell(t, nil)
		base, at := s.c, s.c.Last+1
		var futures []*eventv1.Commit
		for range 8 {
			cmd := s.teller.Propose(base)
			if facts, err := casework.Decide(base, cmd, s.teller.Now()); err == nil {
				futures = append(futures, s.teller.Commit(base, cmd, facts))
			}
		}
		got := make([][2]*casework.Case, len(futures))
		var wg sync.WaitGroup
		for who := range 2 {
			wg.Go(func() {
				for i, commit := range futures {
					got[i][who], _ = casework.Evolve(base, at, commit)
				}
			})
		}
		wg.Wait()
		for i := range got {
			if got[i][0] == nil || picture(t, got[i][0]) != picture(t, got[i][1]) {
				t.Fatalf("commit %s gives two cases", futures[i].GetCommandId())
			}
		}
	})
}

func TestDecidingTwiceGivesTheSameAnswerAndChangesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tell(t, func(s *told, cmd casework.Command, decided []*eventv1.Fact, err error) {
			before, asked := picture(t, s.c), proto.CloneOf(cmd.Fact)
			again, err2 := casework.Decide(s.c, cmd, s.teller.Now())
			if diff := cmp.Diff(decided, again, protocmp.Transform()); diff != "" {
				t.Fatalf("other facts (-first +second):\n%s", diff)
			}
			if (err == nil) != (err2 == nil) || (err != nil && err.Error() != err2.Error()) {
				t.Fatalf("other errors: %v, then %v", err, err2)
			}
			if !proto.Equal(asked, cmd.Fact) || picture(t, s.c) != before {
				t.Fatal("deciding changed the command or the case")
			}
		})
	})
}

func TestNoFactIsAcceptedBeforeItHappens(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tell(t, func(s *told, cmd casework.Command, decided []*eventv1.Fact, err error) {
			today := casework.DayOf(s.teller.Now())
			if err == nil && day(decided[0].GetOccurredOn()) > today {
				t.Fatalf("accepted on %s a fact of %s", today, decided[0].GetOccurredOn())
			}
			early := cmd
			early.Fact = proto.CloneOf(cmd.Fact)
			early.Fact.OccurredOn = (today + casework.Day(rapid.IntRange(1, 500).Draw(t, "days"))).String()
			if _, err := casework.Decide(s.c, early, s.teller.Now()); err == nil {
				t.Fatalf("accepted on %s a fact of %s", today, early.Fact.GetOccurredOn())
			}
		})
	})
}

func TestEveryAcceptedFactIsInTheTimelineAndMovesItsPart(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		parts := map[casework.Part]casework.Revision{}
		var timeline []casework.Moment
		s := tell(t, func(s *told, _ casework.Command, decided []*eventv1.Fact, err error) {
			if err != nil {
				return
			}
			at := casework.Position(len(s.commits) + 1)
			for _, f := range decided {
				timeline = append(timeline, casework.Moment{Position: at, Kind: casework.KindOf(f), Day: day(f.GetOccurredOn())})
				part, err := casework.PartOf(f)
				if err != nil {
					t.Fatal(err)
				}
				parts[part] = casework.Revision(at)
				if movesManager(s.c, f) {
					parts[casework.PartManager] = casework.Revision(at)
				}
			}
		})
		got := map[casework.Part]casework.Revision{}
		for _, p := range s.c.Parts {
			got[p.Part] = s.c.Revision(p.Part)
		}
		if diff := cmp.Diff(parts, got); diff != "" {
			t.Fatalf("revisions (-want +got):\n%s", diff)
		}
		plain := slices.Clone(s.c.Timeline)
		for i := range plain {
			plain[i].At, plain[i].About = 0, ""
		}
		if diff := cmp.Diff(timeline, plain); diff != "" {
			t.Fatalf("timeline (-want +got):\n%s", diff)
		}
	})
}

// movesManager tells whether a fact is the acceptance of a transfer, which
// brings a new case manager with it.
func movesManager(c *casework.Case, f *eventv1.Fact) bool {
	a := f.GetReferralAnswered()
	return a.GetAnswer() == eventv1.AnswerKind_ANSWER_KIND_ACCEPTED && slices.ContainsFunc(c.Referrals, func(r *casework.Referral) bool {
		return r.ID == a.GetReferralId() && r.Kind == eventv1.ReferralKind_REFERRAL_KIND_TRANSFER
	})
}

func TestWhatHoldsForEveryCase(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := tell(t, func(s *told, _ casework.Command, _ []*eventv1.Fact, _ error) {
			if s.c != nil {
				sound(t, s.c)
			}
		})
		sound(t, s.c)
		if len(s.c.Commands) != len(s.commits) || s.c.Last != casework.Position(len(s.commits)) {
			t.Fatalf("%d commands and last %d after %d commits", len(s.c.Commands), s.c.Last, len(s.commits))
		}
	})
}

// sound says what no accepted command may break.
func sound(t *rapid.T, c *casework.Case) {
	hold := func(what string, ok bool) {
		if !ok {
			t.Fatalf("%s: %s", what, picture(t, c))
		}
	}
	ended := c.Status == casework.Closed || c.Status == casework.Refused
	hold("a case has a beginning", c.OpenedOn != 0 && c.Person != "" && c.Pathway != 0 && c.Status != 0)
	hold("a case has an end if, and only if, it ended", ended == (c.ClosedOn != 0))
	hold("a closed case says how and why", (c.Status == casework.Closed) == (c.Outcome != 0 && c.ClosingReason != 0))
	hold("a refused case says why", (c.Status == casework.Refused) == (c.RefusalReason != 0))
	inCharge := c.Status == casework.InCharge || c.Status == casework.Suspended || c.Status == casework.Closed
	hold("a case in charge was taken in charge", inCharge == (c.InChargeOn != 0))
	hold("a closed case was in charge before", c.Status != casework.Closed || c.ClosedOn >= c.InChargeOn)
	hold("bodies are named once", distinct(c.Bodies, func(b string) string { return b }))
	hold("the managing body works on the case", slices.Contains(c.Bodies, c.ManagingBody))
	hold("housing is oldest first", slices.IsSortedFunc(c.Housing, func(a, b *casework.Housing) int { return int(a.On - b.On) }))
	hold("parts are sorted", slices.IsSortedFunc(c.Parts, func(a, b casework.PartRevision) int { return strings.Compare(string(a.Part), string(b.Part)) }))
	hold("there is one evaluation for each project, voice and aspect", distinct(c.Evaluations, func(e *casework.Evaluation) casework.Evaluation {
		return casework.Evaluation{Project: e.Project, Voice: e.Voice, Aspect: e.Aspect}
	}))
	for _, e := range c.Evaluations {
		for _, o := range c.Evaluations {
			same := e.Project == o.Project && e.Aspect == o.Aspect && e.Missing == 0 && o.Missing == 0
			hold("both sides evaluate on one scale", !same || e.HasScore == o.HasScore)
		}
	}
	for _, p := range c.Paths {
		hold("a path is proposed, started, ended", ordered(p.ProposedOn, p.StartedOn, p.EndedOn))
		hold("a tirocinio starts once it is agreed", p.Kind != eventv1.PathKind_PATH_KIND_TIROCINIO || p.StartedOn == 0 || p.AgreedOn != 0 && p.AgreedOn <= p.StartedOn)
		hold("a path ends after it starts", ordered(p.StartedOn, p.EndsOn))
		hold("a month is paid once", distinct(p.Payments, func(m *casework.Payment) string { return m.Month }))
	}
	for _, s := range c.Supports {
		hold("a support is arranged, begun, ended", ordered(s.ArrangedOn, s.StartedOn, s.StoppedOn))
		hold("deliveries are oldest first", slices.IsSortedFunc(s.Deliveries, func(a, b *casework.Delivery) int { return int(a.On - b.On) }))
	}
	for _, p := range c.Projects {
		hold("a project ends after it starts", ordered(p.StartsOn, p.EndsOn) && ordered(p.StartsOn, p.ConcludedOn))
		hold("each signature has its day", len(p.Signers) == len(p.SignerDays) && distinct(p.Signers, func(s eventv1.Signer) eventv1.Signer { return s }))
		hold("a signed project was drafted before", ordered(p.DraftedOn, p.SignedOn))
		hold("a version begins, is submitted, approved", ordered(p.Since, p.SubmittedOn, p.ApprovedOn) && p.ApprovedOn == p.Approval.On)
		hold("what is approved was submitted", p.ApprovedOn == 0 || p.SubmittedOn != 0)
		holdOfApproval(hold, p.Approval)
		hold("versions follow each other", len(p.Past) == int(p.Version)-1)
		for i, v := range c.Versions(p) {
			last := i == len(p.Past)
			hold("a version has its number and its days", v.Number == int32(i+1) && ordered(v.From, v.To) && last == (v.To == 0))
			hold("a version begins where the one before ends", i == 0 || v.From == p.Past[i-1].To)
			for _, s := range v.Signatures {
				hold("a signature is of the version of its day", s.On >= v.From && (last || s.On <= v.To))
			}
		}
		hold("a calendar rises", slices.IsSorted(p.Calendar) && distinct(p.Calendar, func(d casework.Day) casework.Day { return d }))
		hold("who made a version wrote of it", slices.Contains(p.Approval.Authors, p.By) && distinct(p.Approval.Authors, func(u string) string { return u }))
		for _, m := range p.Commitments {
			hold("checks are oldest first, and the last one counts", slices.IsSortedFunc(m.Checks, func(a, b *casework.Check) int { return int(a.On - b.On) }) &&
				(len(m.Checks) == 0 || m.Checks[len(m.Checks)-1].Activation == m.Activation))
		}
	}
	for _, a := range c.Assessments {
		hold("an assessment is opened, concluded, approved", ordered(a.OpenedOn, a.ConcludedOn, a.ApprovedOn))
		hold("an approved assessment was concluded", a.ApprovedOn == 0 || a.ConcludedOn != 0)
		hold("an approval has one day", a.ApprovedOn == a.Approval.On)
		holdOfApproval(hold, a.Approval)
	}
	if p := c.Closure; p != nil {
		hold("a closure is proposed, approved", ordered(p.ProposedOn, p.Approval.On))
		holdOfApproval(hold, p.Approval)
	}
	for _, m := range c.Meetings {
		hold("a meeting is called, held", ordered(m.CalledOn, m.HeldOn) && (!m.Cancelled || m.HeldOn == 0))
	}
	if d := c.Discharge; d != nil {
		hold("the person leaves hospital, is met, the service ends", ordered(d.ReportedOn, d.DischargedOn, d.ConcludedOn))
		hold("nobody comes before the discharge", d.FirstAccessAt == 0 || d.FirstAccessAt >= d.DischargedAt)
		hold("a bed is entered, left", ordered(d.BedEnteredOn, d.BedLeftOn))
	}
	hold("a case has a stage", c.Stage() != "")
}

func holdOfApproval(hold func(string, bool), a casework.Approval) {
	hold("what is approved, somebody wrote and somebody else approved", a.On == 0 || len(a.Authors) > 0 && a.By != "" && !slices.Contains(a.Authors, a.By))
	hold("an approval stands, or has lapsed, or was sent back", a.On == 0 || a.LapsedOn == 0 && a.SentBackOn == 0)
}

// ordered tells whether the days that are there do not fall.
func ordered(days ...casework.Day) bool {
	return slices.IsSorted(slices.DeleteFunc(days, func(d casework.Day) bool { return d == 0 }))
}

func distinct[T any, K comparable](list []T, key func(T) K) bool {
	seen := map[K]bool{}
	for _, v := range list {
		if seen[key(v)] {
			return false
		}
		seen[key(v)] = true
	}
	return true
}
