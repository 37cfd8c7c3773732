package person

import (
	"bytes"
	"slices"
	"time"

	"percorsi/internal/correction"
	"percorsi/internal/fault"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

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
	r *Record, history []correction.Recorded, others []*Record, cmd correction.Command, now time.Time,
) ([]*eventv1.Fact, error) {
	l, err := correction.Read(history)
	if err != nil {
		return nil, err
	}
	facts, err := cmd.Facts(l, now, "there is no such fact about this person: take command_id and index from its records", mayCorrect)
	if err != nil {
		return nil, err
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

// mayCorrect says that a fact of a person may be corrected.
func mayCorrect(e *correction.Entry, with *eventv1.Fact, field string) (*eventv1.Fact, error) {
	if with != nil {
		return with, ofTheSame(e.Recorded, with, field)
	}
	if e.Recorded.GetPersonRegistered() != nil {
		return nil, fault.New(fault.NotNow, "who was registered stays registered: amend what is wrong, or link the person with the right registration, with the basis CODE_REPLACED")
	}
	return nil, nil
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
