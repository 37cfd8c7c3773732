package fact_test

import (
	"testing"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/dynamicpb"

	"percorsi/internal/fact"
	"percorsi/internal/fact/facttest"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

func TestEveryKindOfFactIsWrappedAndUnwrapped(t *testing.T) {
	for _, kind := range facttest.Kinds() {
		t.Run(string(kind.Name()), func(t *testing.T) {
			want := facttest.Filled(kind)
			msg := fact.Unwrap(want)
			if msg.ProtoReflect().Descriptor() != kind.Message() {
				t.Fatalf("unwrapped a %s, want a %s", msg.ProtoReflect().Descriptor().FullName(), kind.Message().FullName())
			}
			got, err := fact.Wrap(msg, want.GetOccurredOn())
			if err != nil {
				t.Fatal(err)
			}
			if !proto.Equal(got, want) {
				t.Errorf("wrapped again: %v, want %v", got, want)
			}
			if fact.Kind(got) != int32(kind.Number()) || fact.Name(got) != string(kind.Name()) {
				t.Errorf("it is %d %s, want %d %s", fact.Kind(got), fact.Name(got), kind.Number(), kind.Name())
			}
		})
	}
}

func TestAFactIsNamedAsInTheSchema(t *testing.T) {
	f, err := fact.Wrap(&eventv1.FirstMeetingHeld{Mode: eventv1.MeetingMode_MEETING_MODE_SUMMONED}, "2025-03-31")
	if err != nil {
		t.Fatal(err)
	}
	if f.GetFirstMeetingHeld().GetMode() != eventv1.MeetingMode_MEETING_MODE_SUMMONED || f.GetOccurredOn() != "2025-03-31" {
		t.Errorf("wrapped %v", f)
	}
	if fact.Name(f) != "first_meeting_held" || fact.Kind(f) != 25 {
		t.Errorf("it is %d %s, want 25 first_meeting_held", fact.Kind(f), fact.Name(f))
	}
}

func TestOnlyFactsAreWrapped(t *testing.T) {
	closed := (*eventv1.Closed)(nil)
	for name, msg := range map[string]proto.Message{
		"nothing":                         nil,
		"a nil fact":                      closed,
		"a part of a fact":                &eventv1.Presence{},
		"the envelope":                    &eventv1.Fact{},
		"a fact that is not our own type": dynamicpb.NewMessage(closed.ProtoReflect().Descriptor()),
	} {
		t.Run(name, func(t *testing.T) {
			if f, err := fact.Wrap(msg, "2025-03-31"); err == nil {
				t.Errorf("Wrap gave %v and no error", f)
			}
		})
	}
}

func TestAnEmptyEnvelopeHasNoKind(t *testing.T) {
	for name, f := range map[string]*eventv1.Fact{"empty": {OccurredOn: "2025-03-31"}, "nil": nil} {
		t.Run(name, func(t *testing.T) {
			if msg := fact.Unwrap(f); msg != nil {
				t.Errorf("Unwrap gave %v", msg)
			}
			if fact.Kind(f) != 0 || fact.Name(f) != "" {
				t.Errorf("it is %d %q", fact.Kind(f), fact.Name(f))
			}
		})
	}
}
