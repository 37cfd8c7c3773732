package plandata_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"google.golang.org/protobuf/reflect/protoreflect"

	plandata "percorsi/deploy/plan"
	"percorsi/internal/casework"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	"percorsi/internal/plan/planfile"
)

// readLodi reads the shipped plan once; no test changes it.
var readLodi = sync.OnceValues(func() (*planfile.Source, error) { return planfile.Read(plandata.Lodi()) })

func lodi(t *testing.T) *planfile.Source {
	t.Helper()
	source, err := readLodi()
	if err != nil {
		t.Fatal(err)
	}
	return source
}

// made names the field that holds the id of what a fact makes.
func made(kind protoreflect.Name) protoreflect.Name {
	return map[protoreflect.Name]protoreflect.Name{
		"referred":          "referral_id",
		"assessment_opened": "assessment_id",
		"team_member_added": "member_id",
		"meeting_called":    "meeting_id",
		"project_drafted":   "project_id",
		"goal_set":          "goal_id",
		"support_arranged":  "support_id",
		"commitment_agreed": "commitment_id",
		"path_proposed":     "path_id",
	}[kind]
}

// commandOf gives the command that would record a fact of a fixture.
func commandOf(c *casework.Case, f *eventv1.Fact) (casework.Command, error) {
	cmd := casework.Command{ID: uuid.New(), Fact: f, User: "op.verdi"}
	m := f.ProtoReflect()
	kind := m.WhichOneof(m.Descriptor().Oneofs().Get(0))
	if name := made(kind.Name()); name != "" {
		fact := m.Get(kind).Message()
		id := fact.Get(fact.Descriptor().Fields().ByName(name)).String()
		parsed, err := uuid.Parse(id)
		if err != nil {
			return cmd, fmt.Errorf("%s of %s: %w", name, kind.Name(), err)
		}
		cmd.ID = parsed
	}
	if c == nil {
		return cmd, nil
	}
	part, err := casework.PartOf(f)
	cmd.Revision = c.Revision(part)
	return cmd, err
}

func TestEveryFixtureIsAHistoryThatTheDomainTakes(t *testing.T) {
	for name, fixture := range lodi(t).Fixtures {
		t.Run(name, func(t *testing.T) {
			var c *casework.Case
			for i, f := range fixture.Facts {
				cmd, err := commandOf(c, f)
				if err != nil {
					t.Fatalf("fact %d: %v", i, err)
				}
				day, err := time.Parse(time.DateOnly, f.GetOccurredOn())
				if err != nil {
					t.Fatalf("fact %d: %v", i, err)
				}
				facts, err := casework.Decide(c, cmd, day.Add(24*time.Hour-time.Second))
				if err != nil {
					t.Fatalf("fact %d, %s: %v", i, f.GetOccurredOn(), err)
				}
				commit := &eventv1.Commit{CommandId: cmd.ID.String(), Facts: facts}
				if c, err = casework.Evolve(c, casework.Position(i+1), commit); err != nil {
					t.Fatalf("fact %d: %v", i, err)
				}
			}
		})
	}
}
