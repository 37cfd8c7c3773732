package fact

import (
	"slices"
	"testing"

	"google.golang.org/protobuf/proto"

	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

func TestAFactIsLiftedByTheFunctionOfItsKind(t *testing.T) {
	suspended := &eventv1.Fact{OccurredOn: "2025-03-31", Fact: &eventv1.Fact_Suspended{Suspended: &eventv1.Suspended{}}}
	resumed := &eventv1.Fact{OccurredOn: "2025-04-30", Fact: &eventv1.Fact_Resumed{Resumed: &eventv1.Resumed{}}}
	table := liftTable{Kind(suspended): func(proto.Message) proto.Message {
		return &eventv1.Closed{Outcome: eventv1.Outcome_OUTCOME_POSITIVE}
	}}

	got, err := table.apply(suspended)
	if err != nil {
		t.Fatal(err)
	}
	want := &eventv1.Fact{OccurredOn: "2025-03-31", Fact: &eventv1.Fact_Closed{
		Closed: &eventv1.Closed{Outcome: eventv1.Outcome_OUTCOME_POSITIVE},
	}}
	if !proto.Equal(got, want) {
		t.Errorf("lifted to %v, want %v", got, want)
	}
	if got, err := table.apply(resumed); err != nil || got != resumed {
		t.Errorf("a kind without a lift became %v, %v", got, err)
	}
}

func TestEveryFactOfACommitIsLiftedWhenItIsDecoded(t *testing.T) {
	suspended := &eventv1.Fact{OccurredOn: "2025-03-31", Fact: &eventv1.Fact_Suspended{Suspended: &eventv1.Suspended{}}}
	resumed := &eventv1.Fact{OccurredOn: "2025-04-30", Fact: &eventv1.Fact_Resumed{Resumed: &eventv1.Resumed{}}}
	b, err := Encode(&eventv1.Commit{Facts: []*eventv1.Fact{suspended, resumed, suspended}})
	if err != nil {
		t.Fatal(err)
	}
	commit, err := decode(b, liftTable{Kind(suspended): func(proto.Message) proto.Message { return &eventv1.Reopened{} }})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, f := range commit.GetFacts() {
		got = append(got, f.GetOccurredOn()+" "+Name(f))
	}
	want := []string{"2025-03-31 reopened", "2025-04-30 resumed", "2025-03-31 reopened"}
	if !slices.Equal(got, want) {
		t.Errorf("decoded %q, want %q", got, want)
	}
}

func TestALiftToSomethingThatIsNoFactIsAnError(t *testing.T) {
	suspended := &eventv1.Fact{Fact: &eventv1.Fact_Suspended{Suspended: &eventv1.Suspended{}}}
	table := liftTable{Kind(suspended): func(proto.Message) proto.Message { return &eventv1.Text{} }}
	if got, err := table.apply(suspended); err == nil {
		t.Errorf("apply gave %v and no error", got)
	}
}
