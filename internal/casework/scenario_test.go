package casework_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/testing/protocmp"
	"google.golang.org/protobuf/types/known/timestamppb"

	"percorsi/internal/casework"
	"percorsi/internal/fact"
	"percorsi/internal/fault"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

// now is the moment at which the commands of the tests are recorded.
var now = time.Date(2026, 12, 31, 12, 0, 0, 0, time.UTC)

const (
	anna  = "op-anna"
	bruno = "op-bruno"
)

// id gives the id that a name stands for in a test.
func id(name string) string { return uuid.NewSHA1(uuid.Nil, []byte(name)).String() }

// on gives what happened on a day as a fact.
func on(day string, happened proto.Message) *eventv1.Fact {
	f, err := fact.Wrap(happened, day)
	if err != nil {
		panic(err)
	}
	return f
}

// at gives a moment, written as 2025-03-31T09:00Z.
func at(moment string) *timestamppb.Timestamp {
	t, err := time.Parse("2006-01-02T15:04Z07:00", moment)
	if err != nil {
		panic(err)
	}
	return timestamppb.New(t)
}

// day gives a day, written as 2025-03-31.
func day(s string) casework.Day {
	d, err := casework.ParseDay(s)
	if err != nil {
		panic(err)
	}
	return d
}

// scenario is a case with a history.
type scenario struct {
	t    *testing.T
	c    *casework.Case
	made int
}

// given records facts one after the other, each by Decide, so that no test
// stands on a history that cannot be.
func given(t *testing.T, facts ...*eventv1.Fact) *scenario {
	t.Helper()
	s := &scenario{t: t}
	for _, f := range facts {
		if err := s.record(f); err != nil {
			t.Fatalf("given %s on %s: %v", fact.Name(f), f.GetOccurredOn(), err)
		}
	}
	return s
}

// record records a fact for anna, who has seen the newest revision.
func (s *scenario) record(f *eventv1.Fact) error {
	cmd := s.command(f)
	_, err := s.when(cmd)
	return err
}

// command makes the command of a fact. A fact that makes something may have its
// id set; the command has it then.
func (s *scenario) command(f *eventv1.Fact) casework.Command {
	s.t.Helper()
	s.made++
	cmd := casework.Command{ID: uuid.NewSHA1(uuid.Nil, []byte{byte(s.made)}), Fact: f, User: anna}
	if made := madeBy(f); made != "" {
		cmd.ID = uuid.MustParse(made)
	}
	part, err := cmd.Part()
	if err == nil && s.c != nil {
		cmd.Revision = s.c.Revision(part)
	}
	return cmd
}

// when decides a command and folds what follows from it.
func (s *scenario) when(cmd casework.Command) ([]*eventv1.Fact, error) {
	s.t.Helper()
	facts, err := casework.Decide(s.c, cmd, now)
	if err != nil {
		return nil, err
	}
	if len(facts) == 0 {
		s.t.Fatal("an accepted command leaves no fact")
	}
	var last casework.Position
	if s.c != nil {
		last = s.c.Last
	}
	next, err := casework.Evolve(s.c, last+1, commitOf(cmd, facts...))
	if err != nil {
		s.t.Fatalf("fold an accepted command: %v", err)
	}
	s.c = next
	return facts, nil
}

func commitOf(cmd casework.Command, facts ...*eventv1.Fact) *eventv1.Commit {
	return &eventv1.Commit{
		CommandId: cmd.ID.String(), CommandDigest: cmd.ID[:], Facts: facts,
		Actor: &eventv1.Actor{User: cmd.User},
	}
}

// madeBy gives the id of what a fact makes, if it is set.
func madeBy(f *eventv1.Fact) string {
	switch f := fact.Unwrap(f).(type) {
	case *eventv1.Referred:
		return f.GetReferralId()
	case *eventv1.AssessmentOpened:
		return f.GetAssessmentId()
	case *eventv1.TeamMemberAdded:
		return f.GetMemberId()
	case *eventv1.MeetingCalled:
		return f.GetMeetingId()
	case *eventv1.ProjectDrafted:
		return f.GetProjectId()
	case *eventv1.GoalSet:
		return f.GetGoalId()
	case *eventv1.SupportArranged:
		return f.GetSupportId()
	case *eventv1.CommitmentAgreed:
		return f.GetCommitmentId()
	case *eventv1.PathProposed:
		return f.GetPathId()
	default:
		return ""
	}
}

// decision is one line of a table of decisions: a sentence, what had happened,
// what somebody wants to record, and either what the case shows afterwards or
// how the command is refused.
type decision struct {
	name  string
	given []*eventv1.Fact
	when  *eventv1.Fact
	by    string // anna, if empty
	under casework.Rulebook

	then func(c *casework.Case) (got, want any)

	kind  fault.Kind // of the refusal
	field string     // that is wrong, for fault.Invalid
}

func decide(t *testing.T, table []decision) {
	t.Helper()
	for _, d := range table {
		t.Run(d.name, func(t *testing.T) {
			t.Parallel()
			s := given(t, d.given...)
			cmd := s.command(proto.CloneOf(d.when))
			cmd.Under = d.under
			if d.by != "" {
				cmd.User = d.by
			}
			facts, err := s.when(cmd)
			if d.then == nil {
				refused(t, err, d.kind, d.field)
				return
			}
			if err != nil {
				t.Fatalf("refused: %v", err)
			}
			if len(facts) != 1 || fact.Kind(facts[0]) != fact.Kind(d.when) {
				t.Fatalf("decided %v, want the one fact asked for", facts)
			}
			got, want := d.then(s.c)
			if diff := cmp.Diff(want, got, protocmp.Transform()); diff != "" {
				t.Errorf("the case shows (-want +got):\n%s", diff)
			}
		})
	}
}

// refused says that a command was refused with a kind of fault, and for an
// invalid one which field is named.
func refused(t *testing.T, err error, kind fault.Kind, field string) {
	t.Helper()
	if err == nil {
		t.Fatal("accepted, want a refusal")
	}
	if got := fault.KindOf(err); got != kind {
		t.Fatalf("kind %d, want %d: %v", got, kind, err)
	}
	if kind != fault.Invalid {
		return
	}
	f, _ := errors.AsType[*fault.Error](err)
	if len(f.Violations) != 1 || f.Violations[0].Field != field {
		t.Errorf("names %v, want the field %s", f.Violations, field)
	}
	if f.Violations[0].Do == "" {
		t.Error("does not say what to do")
	}
}
