package fact

import (
	"fmt"

	"google.golang.org/protobuf/proto"

	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

// Encode gives the bytes of a commit for the log; the same commit gives the
// same bytes. It refuses what Decode would refuse: a commit that cannot be
// read again would stop its case for ever.
func Encode(commit *eventv1.Commit) ([]byte, error) {
	b, err := proto.MarshalOptions{Deterministic: true}.Marshal(commit)
	if err == nil {
		err = commitShape.known(b)
	}
	if err == nil {
		err = check(commit)
	}
	if err != nil {
		return nil, fmt.Errorf("encode commit: %w", err)
	}
	return b, nil
}

// Decode reads a commit from the log, with every fact in its newest shape.
// The error wraps ErrUnknown where a newer version wrote something that this
// one cannot know: a kind of fact, a field, or a word of a vocabulary.
func Decode(b []byte) (*eventv1.Commit, error) { return decode(b, lifts) }

func decode(b []byte, lifts liftTable) (*eventv1.Commit, error) {
	commit := &eventv1.Commit{}
	if err := proto.Unmarshal(b, commit); err != nil {
		return nil, fmt.Errorf("decode commit: %w", err)
	}
	if err := commitShape.known(b); err != nil {
		return nil, fmt.Errorf("decode commit: %w", err)
	}
	if err := check(commit); err != nil {
		return nil, fmt.Errorf("decode commit: %w", err)
	}
	for i, f := range commit.GetFacts() {
		newest, err := lifts.apply(f)
		if err != nil {
			return nil, fmt.Errorf("decode commit: facts[%d]: %w", i, err)
		}
		commit.Facts[i] = newest
	}
	return commit, nil
}
