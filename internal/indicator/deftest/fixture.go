package deftest

import (
	"fmt"

	"github.com/google/uuid"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	"percorsi/internal/casework"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	"percorsi/internal/indicator"
	"percorsi/internal/plan"
	"percorsi/internal/plan/planfile"
)

// caseOf folds a fixture as far as it had happened by a day, each fact one
// commit. The case is nil where it had not begun. A repetition, from 1 on, is
// told of other persons.
func caseOf(fixture *planfile.Fixture, repetition int, asOf casework.Day) (*casework.Case, error) {
	var c *casework.Case
	for i, fact := range fixture.Facts {
		on, err := casework.ParseDay(fact.GetOccurredOn())
		if err != nil {
			return nil, fmt.Errorf("fact %d: %w", i+1, err)
		}
		if on > asOf {
			continue
		}
		if repetition > 0 {
			fact = proto.CloneOf(fact)
			rename(fact.ProtoReflect(), repetition)
		}
		commit := &eventv1.Commit{
			CommandId: idOf(fmt.Sprintf("%s/%d/%d", fixture.Name, repetition, i)).String(),
			Facts:     []*eventv1.Fact{fact},
		}
		if c, err = casework.Evolve(c, casework.Position(i+1), commit); err != nil {
			return nil, fmt.Errorf("fact %d: %w", i+1, err)
		}
	}
	return c, nil
}

// rename gives everything that has a UUID another one, always the same for the
// same repetition.
func rename(m protoreflect.Message, repetition int) {
	m.Range(func(f protoreflect.FieldDescriptor, v protoreflect.Value) bool {
		switch {
		case f.Message() != nil && f.IsList():
			for i := range v.List().Len() {
				rename(v.List().Get(i).Message(), repetition)
			}
		case f.Message() != nil:
			rename(v.Message(), repetition)
		case f.Kind() == protoreflect.StringKind && !f.IsList() && uuid.Validate(v.String()) == nil:
			m.Set(f, protoreflect.ValueOfString(idOf(fmt.Sprintf("%s/%d", v.String(), repetition)).String()))
		}
		return true
	})
}

func idOf(name string) uuid.UUID {
	return uuid.NewSHA1(uuid.NameSpaceURL, []byte("percorsi:deftest:"+name))
}

// planFacts folds the activities and supplied figures of a test, as far as they
// had happened by a day.
func planFacts(p *eventv1.Plan, facts []*eventv1.Fact, asOf casework.Day) (indicator.PlanFacts, error) {
	published := &eventv1.Fact{
		OccurredOn: p.GetFrom(),
		Fact:       &eventv1.Fact_PlanPublished{PlanPublished: &eventv1.PlanPublished{Plan: p}},
	}
	state, err := plan.Evolve(nil, 1, planCommit(0, published))
	if err != nil {
		return indicator.PlanFacts{}, err
	}
	for i, fact := range facts {
		on, err := casework.ParseDay(fact.GetOccurredOn())
		if err != nil {
			return indicator.PlanFacts{}, fmt.Errorf("plan fact %d: %w", i+1, err)
		}
		if on > asOf {
			continue
		}
		if state, err = plan.Evolve(state, uint64(i+2), planCommit(i+1, fact)); err != nil {
			return indicator.PlanFacts{}, fmt.Errorf("plan fact %d: %w", i+1, err)
		}
	}
	return indicator.FactsOf(state)
}

func planCommit(n int, fact *eventv1.Fact) *eventv1.Commit {
	return &eventv1.Commit{CommandId: idOf(fmt.Sprintf("plan/%d", n)).String(), Facts: []*eventv1.Fact{fact}}
}
