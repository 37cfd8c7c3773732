package person

import (
	"errors"
	"fmt"
	"slices"

	"github.com/google/uuid"

	"percorsi/internal/correction"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

// ErrNeedsHistory is the answer of Evolve to a commit that corrects an earlier
// one. A record does not hold the facts that it came from: fold the person again
// with Refold.
var ErrNeedsHistory = errors.New("the commit corrects an earlier one: the person must be folded again from its commits")

// Refold gives the person after all of its commits, in order, some of which
// correct others. Every fact that stands is folded in the place where it, or
// what it replaces, was recorded. So the person is the one that a record without
// the errors would have given, but for Commands, Last, and the revisions of what
// was corrected, which are those of the newest correction. Of somebody of whom
// nothing that was said stands there is a bond of the kind NoBond, with that
// revision.
func Refold(history []correction.Recorded) (*Record, error) {
	l, err := correction.Read(history)
	if err != nil {
		return nil, err
	}
	var r *Record
	for _, c := range history {
		if r, err = successor(r, c.Commit); err != nil {
			return nil, fmt.Errorf("commit %d: %w", c.At, err)
		}
		if err := r.note(Position(c.At), c.Commit); err != nil {
			return nil, err
		}
	}
	for e := range l.All() {
		if !e.Stands() {
			continue
		}
		if err := r.fold(Position(e.At), e.Commit.GetActor(), e.Fact); err != nil {
			return nil, fmt.Errorf("commit %d, corrected: %w", e.At, err)
		}
	}
	if !r.known() {
		return nil, errUnregistered
	}
	for e := range l.All() {
		if e.Of == nil {
			continue
		}
		if err := r.corrected(e); err != nil {
			return nil, fmt.Errorf("commit %d, corrects: %w", e.At, err)
		}
	}
	return r, nil
}

// note remembers a commit and the command that made it.
func (r *Record) note(at Position, commit *eventv1.Commit) error {
	command, err := uuid.Parse(commit.GetCommandId())
	if err != nil {
		return fmt.Errorf("commit %d: command id: %w", at, err)
	}
	answer := Answered{ID: command, Position: at}
	copy(answer.Digest[:], commit.GetCommandDigest())
	r.Commands = append(slices.Clip(r.Commands), answer)
	r.Last = at
	return nil
}

// corrected gives the revision of a correction to what it changed.
func (r *Record) corrected(e *correction.Entry) error {
	about, ok := bondIn(e.Root().Recorded)
	if !ok {
		r.Revision = max(r.Revision, Revision(e.At))
		return nil
	}
	b := r.bond(about.Other)
	b.Other, b.Revision = about.Other, max(b.Revision, Revision(e.At))
	return r.bind(b)
}
