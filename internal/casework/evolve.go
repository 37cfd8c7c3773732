package casework

import (
	"fmt"
	"slices"

	"github.com/google/uuid"

	"percorsi/internal/correction"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

// FoldVersion counts the ways in which facts were folded into cases. Raise it
// with every change of what the same facts give, or of what parts are called:
// rows that an earlier program made are then known to be of another fold.
//
// 4: a signature belongs to the version of its day, and refusals are counted; who
// wrote something does not approve it, and corrections make approvals fall;
// meetings know who was present of which body, and what has to be done after them;
// a project has a calendar; who left a household is still found with the case; cases
// say what they lack.
// 5: lists say what waits for an approval.
// 6: a case that was entered in error stays void, whatever follows.
const FoldVersion = 6

// Evolve gives the case after one commit. c is nil before the first commit of
// the case and is never changed. A commit that the case holds already changes
// nothing, so a delivery may come twice. A fact that is not known is an error,
// never skipped: the fold of the case stops there. A commit that corrects an
// earlier one is ErrNeedsHistory.
func Evolve(c *Case, at Position, commit *eventv1.Commit) (*Case, error) {
	if c != nil && at <= c.Last {
		return c, nil
	}
	if correction.Corrects(commit) {
		return nil, ErrNeedsHistory
	}
	answered, err := answer(at, commit)
	if err != nil {
		return nil, err
	}
	next := Case{ID: answered.ID}
	if c != nil {
		next = *c
	}
	for _, f := range commit.GetFacts() {
		if err := fold(&next, at, commit, f); err != nil {
			return nil, fmt.Errorf("commit %d: %w", at, err)
		}
	}
	if c != nil && c.Status == Voided { // whatever follows, as in Refold
		next.Status = Voided
	}
	next.Commands = grow(next.Commands, answered, func(a *Answered) *Position { return &a.Position })
	next.Last = at
	return &next, nil
}

// fold applies one fact to the copy.
func fold(next *Case, at Position, commit *eventv1.Commit, f *eventv1.Fact) error {
	r, err := ruleOf(f)
	if err != nil {
		return err
	}
	on, err := ParseDay(f.GetOccurredOn())
	if err != nil {
		return fmt.Errorf("occurred_on: %w", err)
	}
	if err := foldable(next, r); err != nil {
		return err
	}
	if r.opens {
		next.Opened = at
	}
	about := r.about
	if r.mark != nil {
		about = r.mark(next)
	}
	r.apply(next, when{on: on, user: commit.GetActor().GetUser(), at: Revision(at)})
	next.Parts = next.withRevision(r.part, Revision(at))
	next.Timeline = grow(next.Timeline, Moment{Position: at, Kind: KindOf(f), Day: on, At: r.at, About: about},
		func(m *Moment) *Position { return &m.Position })
	return nil
}

// foldable refuses a history that cannot be one: facts before the opening, or
// a second opening.
func foldable(next *Case, r rule) error {
	if begun := len(next.Timeline) > 0; begun == r.opens {
		return fmt.Errorf("a case begins with exactly one signal or application")
	}
	return nil
}

// answer remembers the command of a commit.
func answer(at Position, commit *eventv1.Commit) (Answered, error) {
	command, err := uuid.Parse(commit.GetCommandId())
	if err != nil {
		return Answered{}, fmt.Errorf("commit %d: command id: %w", at, err)
	}
	a := Answered{ID: command, Position: at}
	copy(a.Digest[:], commit.GetCommandDigest())
	return a, nil
}

// KindOf gives the number of a fact's type in the event schema, 0 for none.
func KindOf(f *eventv1.Fact) int32 {
	m := f.ProtoReflect()
	field := m.WhichOneof(m.Descriptor().Oneofs().Get(0))
	if field == nil {
		return 0
	}
	return int32(field.Number())
}

// Answer finds the command with this id, if the case recorded it.
func (c *Case) Answer(id uuid.UUID) (Answered, bool) {
	if c == nil {
		return Answered{}, false
	}
	for _, a := range slices.Backward(c.Commands) {
		if a.ID == id {
			return a, true
		}
	}
	return Answered{}, false
}
