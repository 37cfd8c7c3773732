package notice_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/uuid"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	"percorsi/internal/casework"
	"percorsi/internal/correction"
	"percorsi/internal/fact"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	noticev1 "percorsi/internal/gen/percorsi/notice/v1"
	"percorsi/internal/notice"
	"percorsi/internal/readmodel"
)

// The people of the stories, all of the body ACSI but dora.
const (
	anna  = "op-anna"
	bruno = "op-bruno"
	carla = "op-carla"
	dora  = "op-dora" // of ASSC
)

// everything asks for every approval there is.
var everything = casework.Approvals{{Of: casework.ApprovableAssessment}, {Of: casework.ApprovableClosure}}

var now = time.Date(2025, 12, 31, 12, 0, 0, 0, time.UTC)

// id gives the id that a name stands for.
func id(name string) string { return uuid.NewSHA1(uuid.Nil, []byte(name)).String() }

// story is a case that people work on; its commits are those of its positions.
type story struct {
	t       *testing.T
	service eventv1.Service
	c       *casework.Case
	log     []*eventv1.Commit
	// finding is the command that assessed a domain.
	finding string
	// step is the newest commit, told what it tells.
	step notice.Step
	told []*noticev1.Notice
}

// begin opens a case, as anna.
func begin(t *testing.T, service eventv1.Service) *story {
	t.Helper()
	s := &story{t: t, service: service}
	s.do(anna, "2025-02-01", &eventv1.Signalled{
		PersonId: id("person"), Pathway: eventv1.Pathway_PATHWAY_GENERALE, Area: eventv1.Area_AREA_POVERTY, Service: service,
		Comune: "098031", ManagingBody: "ACSI",
		SignalledBy: "COM-098031", SignalledByKind: eventv1.BodyKind_BODY_KIND_MUNICIPAL_SERVICES,
	})
	return s
}

// do records a fact by Decide, with the newest revision seen, and gives the id
// of its command, which is that of what it made.
func (s *story) do(user, day string, happened proto.Message) string {
	s.t.Helper()
	return s.settle(user, day, happened, nil)
}

// settle records a fact that answers a clash.
func (s *story) settle(user, day string, happened proto.Message, choice *casework.Choice) string {
	s.t.Helper()
	f, err := fact.Wrap(happened, day)
	if err != nil {
		s.t.Fatal(err)
	}
	cmd := casework.Command{ID: uuid.New(), Fact: f, User: user, Choice: choice}
	if part, err := cmd.Part(); err == nil && s.c != nil {
		cmd.Revision = s.c.Revision(part)
	}
	facts, err := casework.Decide(s.c, cmd, now)
	if err != nil {
		s.t.Fatalf("%s: %v", fact.Name(f), err)
	}
	s.record(cmd.ID, user, facts)
	return cmd.ID.String()
}

// correct voids or amends the first fact of a command.
func (s *story) correct(user, command string, replacement *eventv1.Fact) string {
	s.t.Helper()
	ref, _ := correction.RefOf(command, 0)
	e := s.ledger().Find(ref)
	part, err := casework.PartOf(e.Root().Fact)
	if err != nil {
		s.t.Fatal(err)
	}
	cmd := casework.CorrectionCommand{ID: uuid.New(), On: "2025-06-30", User: user, Asked: []casework.AskedCorrection{{
		Of: ref, Revision: s.c.Revision(part), Replacement: replacement, Reason: eventv1.CorrectionReason_CORRECTION_REASON_TYPING_ERROR,
	}}}
	facts, err := casework.DecideCorrections(s.c, s.history(), cmd, now)
	if err != nil {
		s.t.Fatalf("correct: %v", err)
	}
	s.record(cmd.ID, user, facts)
	return cmd.ID.String()
}

func (s *story) history() []correction.Recorded {
	out := make([]correction.Recorded, len(s.log))
	for i, c := range s.log {
		out[i] = correction.Recorded{At: uint64(i + 1), Commit: c}
	}
	return out
}

func (s *story) ledger() *correction.Ledger {
	s.t.Helper()
	l, err := correction.Read(s.history())
	if err != nil {
		s.t.Fatal(err)
	}
	return l
}

func (s *story) record(command uuid.UUID, user string, facts []*eventv1.Fact) {
	s.t.Helper()
	body := "ACSI"
	if user == dora {
		body = "ASSC"
	}
	commit := &eventv1.Commit{
		CommandId: command.String(), Facts: facts, RecordedAt: timestamppb.New(now),
		Actor: &eventv1.Actor{User: user, Role: "case-manager", Body: body},
	}
	at := casework.Position(len(s.log) + 1)
	after, err := readmodel.EvolveCase(s.t.Context(), s.c, at, commit, s.past)
	if err != nil {
		s.t.Fatal(err)
	}
	s.step = notice.Step{Before: s.c, After: after, At: at, Commit: commit, Earlier: s.earlier, Approvals: everything, Sealed: s.service == sealed}
	if s.told, err = notice.Of(s.step); err != nil {
		s.t.Fatal(err)
	}
	s.c, s.log = after, append(s.log, commit)
}

func (s *story) earlier(at casework.Position) (*eventv1.Commit, error) {
	if at == 0 || int(at) > len(s.log) {
		return nil, errors.New("there is no such commit")
	}
	return s.log[at-1], nil
}

func (s *story) past(_ context.Context, at []casework.Position) ([]*eventv1.Commit, error) {
	out := make([]*eventv1.Commit, len(at))
	for i, p := range at {
		out[i] = s.log[p-1]
	}
	return out, nil
}
