package postgres

import (
	"testing"

	"github.com/google/uuid"
	"google.golang.org/protobuf/proto"

	"percorsi/internal/fact"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

// handmade makes a commit by hand.
func handmade(t testing.TB, stream string, content ...proto.Message) *eventv1.Commit {
	t.Helper()
	c := &eventv1.Commit{
		CommitId: uuid.NewString(), CommandId: uuid.NewString(), CommandDigest: make([]byte, 16),
		Stream: stream, Actor: &eventv1.Actor{User: "op-001", Role: "case-manager", Body: "ACSI"},
	}
	for _, m := range content {
		f, err := fact.Wrap(m, "2025-03-01")
		if err != nil {
			t.Fatal(err)
		}
		c.Facts = append(c.Facts, f)
	}
	return c
}
