package casework

import (
	"errors"
	"fmt"

	"percorsi/internal/correction"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

// ErrNeedsHistory is the answer of Evolve to a commit that corrects an earlier
// one. A state does not hold the facts that it came from: fold the case again
// with Refold.
var ErrNeedsHistory = errors.New("the commit corrects an earlier one: the case must be folded again from its commits")

// Correction is a fact of a case that was amended or voided.
type Correction struct {
	// Of is the fact, By the fact that corrects it. A correction may be
	// corrected itself: then Of is the correction.
	Of, By correction.Ref
	// At is the position of the commit that corrects.
	At Position
	// Void is set where nothing follows from the fact any more; else it was
	// amended.
	Void   bool
	Reason eventv1.CorrectionReason
	// User is the pseudonym of who corrected it.
	User string
	// InForce is not set where the correction was voided, or where a newer one
	// took its place.
	InForce bool
}

// Refold gives the case after all of its commits, in order, some of which
// correct others. Every fact that stands is folded in the place where it, or
// what it replaces, was recorded. So the case is the one that a record without
// the errors would have given, but for what tells of the corrections themselves:
// Corrections, Commands, Last, and the revisions of the parts that a corrected
// fact changes, which are that of its newest correction; and for approvals of what
// the fact lies under, which a correction makes fall. A case whose opening is void
// shows what was entered, and is Voided.
func Refold(history []correction.Recorded) (*Case, error) {
	l, err := correction.Read(history)
	if err != nil {
		return nil, err
	}
	c, entered := &Case{}, false // in error
	for e := range l.All() {
		opens := c.ID == noCase
		switch {
		case opens: // the case takes the id of the command that opened it
			c.ID = e.Command
		case e.Of != nil:
			c.lapse(e)
			continue
		case e.Voided:
			continue
		}
		if err := fold(c, Position(e.At), e.Commit, e.Fact); err != nil {
			return nil, fmt.Errorf("commit %d, corrected: %w", e.At, err)
		}
		entered = entered || opens && e.Voided
	}
	if entered {
		c.Status = Voided
	}
	for _, r := range history {
		answered, err := answer(Position(r.At), r.Commit)
		if err != nil {
			return nil, err
		}
		c.Commands = append(c.Commands, answered)
		c.Last = Position(r.At)
	}
	for e := range l.All() {
		if e.Of != nil {
			c.corrected(e)
		}
	}
	return c, nil
}

var noCase CaseID

// corrected notes a correction, and gives its revision to what it changed.
func (c *Case) corrected(e *correction.Entry) {
	amended, voided := e.Recorded.GetFactAmended(), e.Recorded.GetFactVoided()
	next := &Correction{
		Of: e.Of.Ref, By: e.Ref, At: Position(e.At), Void: voided != nil,
		Reason: voided.GetReason(), User: e.Commit.GetActor().GetUser(), InForce: e.Of.By == e,
	}
	if amended != nil {
		next.Reason = amended.GetReason()
	}
	c.Corrections = append(c.Corrections, next)
	for _, p := range partsOf(e.Root(), e.At) {
		if c.Revision(p) != 0 || p != PartManager {
			c.Parts = c.withRevision(p, max(c.Revision(p), Revision(e.At)))
		}
	}
}

// partsOf gives every part that a fact has changed, as it was recorded and as
// it was amended.
func partsOf(root *correction.Entry, upTo uint64) []Part {
	var parts []Part
	for _, f := range versionsOf(root, upTo) {
		if p, err := PartOf(f); err == nil {
			parts = append(parts, p)
		}
		// An accepted transfer names the new case manager.
		if f.GetReferred() != nil || f.GetReferralAnswered() != nil {
			parts = append(parts, PartManager)
		}
	}
	return parts
}

// versionsOf gives a fact as it was recorded, and as it was amended up to a
// position.
func versionsOf(root *correction.Entry, upTo uint64) []*eventv1.Fact {
	facts := []*eventv1.Fact{root.Recorded}
	for _, e := range root.Trail {
		if f := e.Recorded.GetFactAmended().GetReplacement(); f != nil && e.At <= upTo {
			facts = append(facts, f)
		}
	}
	return facts
}
