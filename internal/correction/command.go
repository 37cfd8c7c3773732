package correction

import (
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"percorsi/internal/fault"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

// Command asks to correct facts of a stream, all of them or none.
type Command struct {
	// ID is the caller's id of the command.
	ID uuid.UUID
	// On is the day of the correction, as 2025-03-31.
	On    string
	Asked []Asked
}

// Asked is one fact that is to be corrected.
type Asked struct {
	Of Ref
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

// May says whether a fact may be corrected, which all streams answer in their own
// way, and gives what takes its place: with, or with what a recording adds to it;
// nothing where it is voided. field is where the caller named with.
type May func(e *Entry, with *eventv1.Fact, field string) (*eventv1.Fact, error)

// Facts gives the facts that follow from a command, each about another fact and in
// sight of what was last recorded about it. now is the moment of recording in the
// zone of the office; missing says where the names of facts are to be found. Every
// error is a *fault.Error; its violations name the fields as the API does.
func (cmd Command) Facts(l *Ledger, now time.Time, missing string, may May) ([]*eventv1.Fact, error) {
	if err := happened("occurred_on", cmd.On, now); err != nil {
		return nil, err
	}
	var facts []*eventv1.Fact
	for i, asked := range cmd.Asked {
		e := l.Find(asked.Of)
		switch {
		case e == nil:
			return nil, fault.Field(fmt.Sprintf("corrections[%d].command_id", i), "%s", missing)
		case asked.Seen != e.Newest():
			return nil, fault.New(fault.Clash, "somebody corrected this in between, at position %d: look at it again, and say seen %d if it is still wrong", e.Newest(), e.Newest())
		}
		f, err := cmd.fact(i, e, now, may)
		if err != nil {
			return nil, err
		}
		if slices.ContainsFunc(cmd.Asked[:i], func(a Asked) bool { return a.Of == asked.Of }) {
			return nil, fault.Field(fmt.Sprintf("corrections[%d].command_id", i), "is corrected twice here: correct a fact once")
		}
		facts = append(facts, f)
	}
	return facts, nil
}

// fact gives the fact that corrects the ith one.
func (cmd Command) fact(i int, e *Entry, now time.Time, may May) (*eventv1.Fact, error) {
	asked, field := cmd.Asked[i], fmt.Sprintf("corrections[%d].amend", i)
	if with := asked.Replacement; with != nil {
		if err := Amendable(e, with, field); err != nil {
			return nil, err
		}
		if err := happened(field+".occurred_on", with.GetOccurredOn(), now); err != nil {
			return nil, err
		}
	}
	with, err := may(e, asked.Replacement, field)
	if err != nil {
		return nil, err
	}
	why := Why{On: cmd.On, Reason: asked.Reason, Note: asked.Note}
	if asked.Replacement == nil {
		return Void(e, why)
	}
	return Amend(e, with, field, why)
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
