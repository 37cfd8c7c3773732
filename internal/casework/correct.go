package casework

import (
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	"percorsi/internal/correction"
	"percorsi/internal/fault"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

// CorrectionCommand asks to correct facts of a case, all of them or none.
type CorrectionCommand struct {
	// ID is the caller's id of the command.
	ID uuid.UUID
	// On is the day of the correction, as the caller wrote it.
	On string
	// User is the pseudonym of who corrects.
	User string
	// Under is what the Ambito has laid down, as for a Command.
	Under Rulebook
	// Asked is what is to be corrected.
	Asked []AskedCorrection
}

// AskedCorrection is one fact that is to be corrected.
type AskedCorrection struct {
	Of correction.Ref
	// Revision of the part that the fact changed, as the caller last saw it.
	Revision Revision
	// Replacement is the fact as it should have been; nil voids the fact. Its
	// words are sealed already.
	Replacement *eventv1.Fact
	Reason      eventv1.CorrectionReason
	// Note is sealed already.
	Note *eventv1.Text
}

// DecideCorrections says which facts follow from a command that corrects. c is
// the case and history every commit of it. now is the moment of recording in
// the zone of the office.
//
// What was recorded after a fact was found right on the strength of it. So the
// whole history is looked at again as it will stand: a fact that could be
// recorded in its place before, and could not any more, makes the command
// NotNow, and is named. Correct it in the same command. A fact that was out of
// place already is no reason.
//
// The error is a *Clash or a *fault.Error whose violations name the fields as
// the API does.
func DecideCorrections(c *Case, history []correction.Recorded, cmd CorrectionCommand, now time.Time) ([]*eventv1.Fact, error) {
	on, err := ParseDay(cmd.On)
	switch {
	case err != nil:
		return nil, fault.Field("command.occurred_on", "%s", err)
	case on == 0:
		return nil, fault.Field("command.occurred_on", "is missing: give the day of the correction")
	case on > DayOf(now):
		return nil, fault.Field("command.occurred_on", "is in the future: give the day of the correction")
	}
	l, err := correction.Read(history)
	if err != nil {
		return nil, err
	}
	d := corrections{c: c, ledger: l, now: now, on: cmd.On, done: make(map[correction.Ref]bool)}
	var facts []*eventv1.Fact
	for i, asked := range cmd.Asked {
		f, err := d.decide(i, asked)
		if err != nil {
			return nil, err
		}
		facts = append(facts, f)
	}
	at := uint64(c.Last) + 1
	after := append(slices.Clip(history), correction.Recorded{At: at, Commit: &eventv1.Commit{
		CommandId: cmd.ID.String(), Facts: facts, RecordedAt: timestamppb.New(now),
		Actor: &eventv1.Actor{User: cmd.User},
	}})
	return facts, consistent(history, after, cmd, now.Location())
}

// corrections is what the corrections of one command are decided on.
type corrections struct {
	c      *Case
	ledger *correction.Ledger
	now    time.Time
	on     string
	done   map[correction.Ref]bool
}

// decide gives the fact that corrects one.
func (d *corrections) decide(i int, asked AskedCorrection) (*eventv1.Fact, error) {
	e := d.ledger.Find(asked.Of)
	switch {
	case e == nil:
		return nil, wrong(i, "command_id", "there is no such fact in this case: take command_id and index from its history")
	case d.done[asked.Of]:
		return nil, wrong(i, "command_id", "is corrected twice here: correct a fact once")
	}
	d.done[asked.Of] = true
	part, err := PartOf(e.Root().Fact)
	if err != nil {
		return nil, err
	}
	if current := d.c.Revision(part); asked.Revision != current {
		return nil, &Clash{Part: part, Seen: asked.Revision, Current: current}
	}
	if asked.Replacement == nil {
		return correction.Void(e, d.why(asked))
	}
	return d.amend(i, asked, e)
}

func (d *corrections) why(asked AskedCorrection) correction.Why {
	return correction.Why{On: d.on, Reason: asked.Reason, Note: asked.Note}
}

func (d *corrections) amend(i int, asked AskedCorrection, e *correction.Entry) (*eventv1.Fact, error) {
	field := fmt.Sprintf("corrections[%d].amend", i)
	if err := correction.Amendable(e, asked.Replacement, field); err != nil {
		return nil, err
	}
	if personOf(asked.Replacement) != personOf(e.Recorded) {
		return nil, notNow("a case stays with its person, whose key seals its words: void the case, and open one for the right person")
	}
	if err := d.happened(i, asked.Replacement); err != nil {
		return nil, err
	}
	replacement, err := madeTheSame(i, asked.Replacement, e.Recorded)
	if err != nil {
		return nil, err
	}
	return correction.Amend(e, replacement, field, d.why(asked))
}

// happened checks the day of what takes the place of a fact.
func (d *corrections) happened(i int, f *eventv1.Fact) error {
	on, err := ParseDay(f.GetOccurredOn())
	switch {
	case err != nil:
		return wrong(i, "amend.occurred_on", "%s", err)
	case on == 0:
		return wrong(i, "amend.occurred_on", "is missing: give the day it happened")
	case on > DayOf(d.now):
		return wrong(i, "amend.occurred_on", "is in the future: a fact is recorded once it has happened")
	}
	return nil
}

// madeTheSame gives the replacement with the id of what the fact made, which
// may be left out.
func madeTheSame(i int, replacement, recorded *eventv1.Fact) (*eventv1.Fact, error) {
	was, err := ruleOf(recorded)
	if err != nil || was.newID == nil {
		return replacement, err
	}
	next := proto.CloneOf(replacement)
	is, err := ruleOf(next)
	if err != nil {
		return nil, err
	}
	if *is.newID != "" && *is.newID != *was.newID {
		return nil, wrong(i, "amend.fact", "the id of what was made stays: leave it empty")
	}
	*is.newID = *was.newID
	return next, nil
}

// personOf gives the person of a case that a fact opens.
func personOf(f *eventv1.Fact) string {
	if p := f.GetSignalled().GetPersonId(); p != "" {
		return p
	}
	return f.GetApplied().GetPersonId()
}

// wrong makes the error of a field of one of the corrections.
func wrong(i int, field, format string, args ...any) error {
	return fault.Field(fmt.Sprintf("corrections[%d].%s", i, field), format, args...)
}

// consistent says that nothing became impossible.
func consistent(before, after []correction.Recorded, cmd CorrectionCommand, zone *time.Location) error {
	was, err := impossible(before, cmd.Under, zone)
	if err != nil {
		return err
	}
	is, err := impossible(after, cmd.Under, zone)
	if err != nil {
		return err
	}
	return correction.Orphaned(was, is, func(of correction.Ref) int {
		return slices.IndexFunc(cmd.Asked, func(a AskedCorrection) bool { return a.Of == of && a.Replacement != nil })
	}, "what was recorded later")
}

// impossible gives the facts of a history that could not be recorded where they
// stand. Each is looked at as when it was recorded, and an amended one as when
// it was amended. Revisions do not matter: nobody is in between.
func impossible(history []correction.Recorded, book Rulebook, zone *time.Location) ([]correction.Orphan, error) {
	l, err := correction.Read(history)
	if err != nil {
		return nil, err
	}
	var (
		out []correction.Orphan
		c   *Case
	)
	for e := range l.All() {
		if e.Of != nil && c != nil {
			c.lapse(e)
		}
		if !e.Stands() {
			continue
		}
		if err := possible(c, e, book, zone); err != nil {
			out = append(out, correction.Orphan{Entry: e, Why: err})
		}
		next := &Case{ID: e.Command}
		if c != nil {
			*next = *c
		}
		if err := fold(next, Position(e.At), e.Commit, e.Fact); err == nil {
			c = next
		}
	}
	return out, nil
}

// possible tells why a fact cannot be recorded on a case; nil if it can.
func possible(c *Case, e *correction.Entry, book Rulebook, zone *time.Location) error {
	r, err := ruleOf(e.Fact)
	if err != nil {
		return err
	}
	on, err := ParseDay(e.Fact.GetOccurredOn())
	if err != nil {
		return err
	}
	when := when{on: on, user: e.Commit.GetActor().GetUser(), now: e.Commit.GetRecordedAt().AsTime().In(zone), book: book}
	if e.By != nil {
		when.now = e.By.Commit.GetRecordedAt().AsTime().In(zone)
	}
	if err := admit(c, r, when, c.revisionOf(r)); err != nil {
		return err
	}
	if r.check == nil {
		return nil
	}
	return r.check(c, when)
}

// revisionOf gives the revision of what a rule changes, as one who looks at the
// case sees it.
func (c *Case) revisionOf(r rule) Revision {
	if c == nil {
		return 0
	}
	return c.Revision(r.part)
}
