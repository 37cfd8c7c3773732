package person

import (
	"bytes"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"percorsi/internal/correction"
	"percorsi/internal/fault"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

// CorrectionCommand asks to correct what was recorded of a person, all of it or
// nothing.
type CorrectionCommand struct {
	// ID is the caller's id of the command.
	ID uuid.UUID
	// On is the day of the correction, as 2025-03-31.
	On    string
	Asked []AskedCorrection
}

// AskedCorrection is one fact of a person that is to be corrected.
type AskedCorrection struct {
	Of correction.Ref
	// Seen is the position of what the caller last saw recorded about it: the
	// fact, or its newest correction.
	Seen uint64
	// Replacement is the fact as it should have been, sealed already; nil voids
	// the fact.
	Replacement *eventv1.Fact
	Reason      eventv1.CorrectionReason
	// Note is sealed already; nil for none.
	Note *eventv1.Text
}

// DecideCorrections says which facts follow from a command that corrects. r is the
// person and history every commit of it; others is everybody in the groups of the
// person and of those of whom the corrected facts tell. now is the moment of
// recording in the zone of the office.
//
//   - Who was registered stays registered, under the same identifier.
//   - What is said of two stays about these two. What was said of them later has to
//     follow from what stands, as Decide asks for. What did not follow before is no
//     reason.
//   - No two of one group are told apart then who are not so already.
//
// Every error is a *fault.Error; its violations name the fields as the API does.
func DecideCorrections(
	r *Record, history []correction.Recorded, others []*Record, cmd CorrectionCommand, now time.Time,
) ([]*eventv1.Fact, error) {
	if err := happened("occurred_on", cmd.On, now); err != nil {
		return nil, err
	}
	l, err := correction.Read(history)
	if err != nil {
		return nil, err
	}
	var facts []*eventv1.Fact
	for i, asked := range cmd.Asked {
		f, err := correct(l, cmd, i, now)
		if err != nil {
			return nil, err
		}
		if slices.ContainsFunc(cmd.Asked[:i], func(a AskedCorrection) bool { return a.Of == asked.Of }) {
			return nil, wrong(i, "command_id", "is corrected twice here: correct a fact once")
		}
		facts = append(facts, f)
	}
	after := append(slices.Clip(history), correction.Recorded{At: uint64(r.Last) + 1, Commit: &eventv1.Commit{
		CommandId: cmd.ID.String(), Stream: StreamPrefix + r.ID, Facts: facts,
	}})
	if err := consistent(history, after, cmd); err != nil {
		return nil, err
	}
	next, err := Refold(after)
	if err != nil {
		return nil, err
	}
	return facts, oneOrTwo(r, next, others)
}

// correct gives the fact that corrects the ith one.
func correct(l *correction.Ledger, cmd CorrectionCommand, i int, now time.Time) (*eventv1.Fact, error) {
	asked := cmd.Asked[i]
	e := l.Find(asked.Of)
	switch {
	case e == nil:
		return nil, wrong(i, "command_id", "there is no such fact about this person: take command_id and index from its records")
	case asked.Seen != e.Newest():
		return nil, fault.New(fault.Clash, "somebody corrected this in between, at position %d: look at it again, and say seen %d if it is still wrong", e.Newest(), e.Newest())
	}
	why := correction.Why{On: cmd.On, Reason: asked.Reason, Note: asked.Note}
	if asked.Replacement == nil {
		if e.Recorded.GetPersonRegistered() != nil {
			return nil, fault.New(fault.NotNow, "who was registered stays registered: amend what is wrong, or link the person with the right registration, with the basis CODE_REPLACED")
		}
		return correction.Void(e, why)
	}
	field := fmt.Sprintf("corrections[%d].amend", i)
	if err := correction.Amendable(e, asked.Replacement, field); err != nil {
		return nil, err
	}
	if err := happened(field+".occurred_on", asked.Replacement.GetOccurredOn(), now); err != nil {
		return nil, err
	}
	if err := ofTheSame(e.Recorded, asked.Replacement, field); err != nil {
		return nil, err
	}
	return correction.Amend(e, asked.Replacement, field, why)
}

// ofTheSame says that what takes the place of a fact is about whom the fact is
// about.
func ofTheSame(was, is *eventv1.Fact, field string) error {
	a, b := was.GetPersonRegistered(), is.GetPersonRegistered()
	if a.GetIdentifierKind() != b.GetIdentifierKind() || !bytes.Equal(a.GetIdentifierKey(), b.GetIdentifierKey()) {
		return OtherIdentifier(field + ".identity.identifier")
	}
	before, _ := bondIn(was)
	if after, _ := bondIn(is); before.Other != after.Other {
		return fault.Field(field+".other_id", "cannot change: void this, and say it of the right two")
	}
	return nil
}

// OtherIdentifier says what to do about a wrong identifier, which field names. The
// error is a *fault.Error.
func OtherIdentifier(field string) error {
	return fault.Field(field,
		"cannot change: register the person with the right one, and link the two with the basis CODE_REPLACED")
}

// happened checks a day against the day of now.
func happened(field, day string, now time.Time) error {
	_, err := time.Parse(time.DateOnly, day)
	switch {
	case err != nil:
		return fault.Field(field, "is not a calendar day: write it as 2025-03-31")
	case day > now.Format(time.DateOnly):
		return fault.Field(field, "is in the future: give a day that has come")
	}
	return nil
}

// wrong makes the error of a field of one of the corrections.
func wrong(i int, field, format string, args ...any) error {
	return fault.Field(fmt.Sprintf("corrections[%d].%s", i, field), format, args...)
}
