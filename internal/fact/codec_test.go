package fact_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/testing/protocmp"
	"pgregory.net/rapid"

	"percorsi/internal/fact"
	"percorsi/internal/fact/facttest"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

func TestWhatIsEncodedIsDecodedUnchanged(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := facttest.Commit(rapid.SliceOfN(facttest.Facts(), 1, 4).Draw(t, "facts")...)
		b, err := fact.Encode(want)
		if err != nil {
			t.Fatal(err)
		}
		got, err := fact.Decode(b)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got, protocmp.Transform()); diff != "" {
			t.Errorf("decoded commit (-want +got):\n%s", diff)
		}
		again, err := fact.Encode(got)
		if err != nil || string(again) != string(b) {
			t.Errorf("the decoded commit encodes to other bytes: %x, %v; want %x", again, err, b)
		}
	})
}

// unknownField is a field of a number that no message has.
func unknownField(number protowire.Number) []byte {
	return protowire.AppendString(protowire.AppendTag(nil, number, protowire.BytesType), "later")
}

// spoiled is a way to make a commit that neither Encode nor Decode takes.
type spoiled struct {
	spoil func(*eventv1.Commit)
	want  string // in the error
	newer bool   // whether a newer version may have written it
}

func spoiledCommits() map[string]spoiled {
	return map[string]spoiled{
		"a kind of fact that came later": {func(c *eventv1.Commit) {
			f := &eventv1.Fact{OccurredOn: "2025-03-31"}
			f.ProtoReflect().SetUnknown(unknownField(977))
			c.Facts = append(c.Facts, f)
		}, "number 977 of Fact", true},
		"a field of the envelope that came later": {func(c *eventv1.Commit) {
			c.ProtoReflect().SetUnknown(unknownField(978))
		}, "number 978 of Commit", true},
		"a field of the actor that came later": {func(c *eventv1.Commit) {
			c.GetActor().ProtoReflect().SetUnknown(unknownField(979))
		}, "number 979 of Actor", true},
		"a field of a fact that came later": {func(c *eventv1.Commit) {
			c.GetFacts()[0].GetMeetingHeld().ProtoReflect().SetUnknown(unknownField(980))
		}, "number 980 of MeetingHeld", true},
		"a field in a list of a fact that came later": {func(c *eventv1.Commit) {
			c.GetFacts()[0].GetMeetingHeld().GetPresent()[1].ProtoReflect().SetUnknown(unknownField(981))
		}, "number 981 of Presence", true},
		"a word of a vocabulary that came later": {func(c *eventv1.Commit) {
			c.GetFacts()[0].GetMeetingHeld().GetPresent()[0].Profession = 982
		}, "value 982 of percorsi.event.v1.Presence.profession", true},
		"a fact without content": {func(c *eventv1.Commit) {
			c.Facts = append(c.Facts, &eventv1.Fact{OccurredOn: "2025-03-31"})
		}, "facts[1]: the fact has no content", false},
		"a commit without facts": {func(c *eventv1.Commit) { c.Facts = nil }, "the commit has no facts", false},
	}
}

func meetingHeld() *eventv1.Commit {
	for _, kind := range facttest.Kinds() {
		if kind.Name() == "meeting_held" {
			return facttest.Commit(facttest.Filled(kind))
		}
	}
	return nil
}

func TestWhatIsNotKnownIsNeverPassedOver(t *testing.T) {
	for name, c := range spoiledCommits() {
		t.Run(name, func(t *testing.T) {
			commit := meetingHeld()
			c.spoil(commit)
			b, err := proto.Marshal(commit)
			if err != nil {
				t.Fatal(err)
			}
			_, err = fact.Decode(b)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("Decode: error %v, want one with %q", err, c.want)
			}
			if errors.Is(err, fact.ErrUnknown) != c.newer {
				t.Errorf("Decode: %v is ErrUnknown: %t, want %t", err, !c.newer, c.newer)
			}
			if _, err := fact.Encode(commit); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("Encode: error %v, want one with %q", err, c.want)
			}
		})
	}
}

func TestBytesThatAreNoCommitAreAnError(t *testing.T) {
	for name, b := range map[string][]byte{"nothing": nil, "half a field": {0x0a}, "other": []byte("not a commit")} {
		t.Run(name, func(t *testing.T) {
			if commit, err := fact.Decode(b); err == nil {
				t.Errorf("Decode gave %v and no error", commit)
			}
		})
	}
}

func FuzzDecode(f *testing.F) {
	for _, kind := range facttest.Kinds() {
		b, err := fact.Encode(facttest.Commit(facttest.Filled(kind)))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		first, err := fact.Decode(b)
		if err != nil {
			return
		}
		encoded, err := fact.Encode(first)
		if err != nil {
			t.Fatalf("decoded, but does not encode: %v", err)
		}
		second, err := fact.Decode(encoded)
		if err != nil {
			t.Fatalf("encoded, but does not decode: %v", err)
		}
		if !proto.Equal(first, second) {
			t.Errorf("first %v, second %v", first, second)
		}
	})
}

func BenchmarkEncode(b *testing.B) {
	commit := meetingHeld()
	for b.Loop() {
		if _, err := fact.Encode(commit); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkDecode(b *testing.B) {
	encoded, err := fact.Encode(meetingHeld())
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := fact.Decode(encoded); err != nil {
			b.Fatal(err)
		}
	}
}
