package servertest

import (
	"context"
	"sync"
	"testing"

	"github.com/google/uuid"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/proto"

	"percorsi/internal/casework"
	"percorsi/internal/client"
	"percorsi/internal/fact"
	casefilev1 "percorsi/internal/gen/percorsi/casefile/v1"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	personv1 "percorsi/internal/gen/percorsi/person/v1"
)

// Journey takes one case through its pathway over the public API. It remembers
// the revision of every part, as a client would.
type Journey struct {
	t         testing.TB
	conn      grpc.ClientConnInterface
	revisions map[casework.Part]uint64
	// Case is empty until the first fact opened it.
	Case string
	// Last is the newest answer.
	Last *casefilev1.Recorded
	// ID gives the id of the next command; nil for one that nobody knows.
	ID func() string
}

// NewJourney begins a journey of whoever conn speaks for.
func NewJourney(t testing.TB, conn grpc.ClientConnInterface) *Journey {
	return &Journey{t: t, conn: conn, revisions: map[casework.Part]uint64{}}
}

// As gives the same journey, went on by somebody else.
func (j *Journey) As(conn grpc.ClientConnInterface) *Journey {
	return &Journey{t: j.t, conn: conn, revisions: j.revisions, Case: j.Case, Last: j.Last, ID: j.ID}
}

// Do records a fact and gives the id of what it made. A refusal ends the test.
func (j *Journey) Do(day string, content proto.Message) string {
	j.t.Helper()
	if err := j.Try(day, content); err != nil {
		j.t.Fatalf("%s on %s: %v", content.ProtoReflect().Descriptor().Name(), day, err)
	}
	return j.Last.GetId()
}

// Try records a fact, or gives the refusal.
func (j *Journey) Try(day string, content proto.Message) error {
	j.t.Helper()
	command := &casefilev1.Command{CommandId: uuid.NewString(), CaseId: j.Case, OccurredOn: day}
	if j.ID != nil {
		command.CommandId = j.ID()
	}
	part, err := partOf(command.GetCommandId(), content)
	if err == nil {
		command.Revision = j.revisions[part]
	}
	recorded, err := Send(j.t, j.conn, command, content)
	if err != nil {
		return err
	}
	j.Case, j.Last = recorded.GetCaseId(), recorded
	j.revisions[casework.Part(recorded.GetPart())] = recorded.GetRevision()
	return nil
}

func partOf(command string, content proto.Message) (casework.Part, error) {
	f, err := fact.Wrap(content, "")
	if err != nil {
		return "", err
	}
	return casework.Command{ID: uuid.MustParse(command), Fact: f}.Part()
}

// Send calls the method of the API that records a kind of fact.
func Send(t testing.TB, conn grpc.ClientConnInterface, c *casefilev1.Command, content proto.Message) (*casefilev1.Recorded, error) {
	t.Helper()
	return SendContext(t.Context(), t, conn, c, content)
}

// SendContext is Send for as long as a context lasts.
func SendContext(ctx context.Context, t testing.TB, conn grpc.ClientConnInterface, c *casefilev1.Command, content proto.Message) (*casefilev1.Recorded, error) {
	t.Helper()
	calls, err := recordings()
	if err != nil {
		t.Fatal(err)
	}
	method, request, err := calls.Ask(c, content)
	if err != nil {
		t.Fatal(err)
	}
	out := &casefilev1.Recorded{}
	return out, conn.Invoke(ctx, method, request, out)
}

// recordings reads the calls of the API once for all tests.
var recordings = sync.OnceValues(client.ReadRecordings)

// Register makes a fictional person known, without any identifier, and gives
// the pseudonym.
func Register(t testing.TB, conn grpc.ClientConnInterface, surname string) string {
	t.Helper()
	answer, err := personv1.NewPersonServiceClient(conn).RegisterPerson(t.Context(), &personv1.RegisterPersonRequest{
		CommandId: uuid.NewString(), OccurredOn: "2025-01-02", IdentifierKind: eventv1.IdentifierKind_IDENTIFIER_KIND_NONE,
		Identity:     &eventv1.Identity{Surname: surname, Name: "Persona"},
		Demographics: &eventv1.Demographics{BirthYear: 1958, Sex: eventv1.Sex_SEX_FEMALE},
	})
	if err != nil {
		t.Fatalf("register a person: %v", err)
	}
	return answer.GetPersonId()
}
