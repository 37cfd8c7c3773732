package casework

import (
	"fmt"
	"time"

	"github.com/google/uuid"
	"google.golang.org/protobuf/proto"

	"percorsi/internal/fault"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

// Command asks to record one fact.
type Command struct {
	// ID is the caller's id of the command. What the command makes takes it.
	ID uuid.UUID
	// Revision of the part as the caller last saw it.
	Revision Revision
	// Fact to record. Its words are sealed already.
	Fact *eventv1.Fact
	// User is the pseudonym of who records it.
	User string
	// Choice answers a clash that the command met before; nil otherwise.
	Choice *Choice
	// Under is what the Ambito has laid down; the zero Rulebook asks for
	// nothing.
	Under Rulebook
}

// Rulebook is what the Ambito has laid down as data, for what is recorded from
// now on. The fold never looks at it: what was recorded under an older one
// stays.
type Rulebook struct {
	Forms     Forms
	Approvals Approvals
}

// Clash says that somebody else changed the part since the caller saw it.
type Clash struct { //nolint:errname // the word of the domain, and of the API
	Part          Part
	Seen, Current Revision
}

// Error tells the person what to do.
func (e *Clash) Error() string {
	return fmt.Sprintf("somebody changed %s in between: compare both versions, then send yours again with revision %d, or leave theirs", e.Part, e.Current)
}

// Unwrap gives the fault, so that a clash has its kind.
func (e *Clash) Unwrap() error { return fault.New(fault.Clash, "%s", e.Error()) }

// Decide says which facts follow from a command on the case as it is; c is nil
// where the case does not exist. now is the moment of recording in the zone of
// the office. A choice comes before the fact it is about, and alone where theirs
// is kept. The error is a *Clash or a *fault.Error whose violations name the
// fields as the API does.
func Decide(c *Case, cmd Command, now time.Time) ([]*eventv1.Fact, error) {
	fact, r, err := prepare(cmd)
	if err != nil {
		return nil, err
	}
	on, err := ParseDay(fact.GetOccurredOn())
	switch {
	case err != nil:
		return nil, fault.Field("command.occurred_on", "%s", err)
	case on == 0:
		return nil, fault.Field("command.occurred_on", "is missing: give the day it happened")
	case on > DayOf(now):
		return nil, fault.Field("command.occurred_on", "is in the future: a fact is recorded once it has happened")
	}
	settled, err := cmd.chosen(c, r)
	switch {
	case err != nil:
		return nil, err
	case settled != nil && cmd.Choice.Kind == eventv1.ChoiceKind_CHOICE_KIND_KEEP_THEIRS:
		return []*eventv1.Fact{settled}, nil
	}
	w := when{on: on, user: cmd.User, now: now, book: cmd.Under}
	if err := admit(c, r, w, cmd.Revision); err != nil {
		return nil, err
	}
	if r.check != nil {
		if err := r.check(c, w); err != nil {
			return nil, err
		}
	}
	if settled != nil {
		return []*eventv1.Fact{settled, fact}, nil
	}
	return []*eventv1.Fact{fact}, nil
}

// unchanged says that nobody changed the part since the caller saw it.
func unchanged(c *Case, r rule, seen Revision) error {
	if c == nil {
		return fault.New(fault.NotFound, "there is no such case: check case_id")
	}
	if current := c.Revision(r.part); seen != current && (!r.adds || seen != 0) {
		return &Clash{Part: r.part, Seen: seen, Current: current}
	}
	return nil
}

// PartOf tells which part of a case a fact changes.
func PartOf(f *eventv1.Fact) (Part, error) {
	r, err := ruleOf(f)
	return r.part, err
}

// Part tells which part of a case the command changes, or makes.
func (cmd Command) Part() (Part, error) {
	_, r, err := prepare(cmd)
	return r.part, err
}

// prepare finds the rule of the command's fact and names what it makes.
func prepare(cmd Command) (*eventv1.Fact, rule, error) {
	r, err := ruleOf(cmd.Fact)
	if err != nil || r.newID == nil {
		return cmd.Fact, r, err
	}
	fact := proto.CloneOf(cmd.Fact)
	if r, err = ruleOf(fact); err != nil {
		return nil, rule{}, err
	}
	id := cmd.ID.String()
	if *r.newID != "" && *r.newID != id {
		return nil, rule{}, fault.Field("fact", "leave the id of what is new empty: it takes the id of the command")
	}
	*r.newID = id
	r, err = ruleOf(fact)
	return fact, r, err
}

// admit checks what every fact has in common: that the case is there, that
// nobody changed the part, and that the day lies inside the life of the case.
func admit(c *Case, r rule, w when, seen Revision) error {
	if r.opens {
		if c != nil {
			return fault.New(fault.Exists, "this id is taken by another case: give the command a new id")
		}
		return nil
	}
	if err := unchanged(c, r, seen); err != nil {
		return err
	}
	if c.Status == Voided {
		return notNow("the case was entered in error and is void: void that correction first, if the case is right after all")
	}
	if !r.early {
		if err := notBefore(w, c.OpenedOn, "the day the case began"); err != nil {
			return err
		}
	}
	if c.ended() && !r.after && w.on > c.ClosedOn {
		return notNow("the case ended on %s: reopen it first, or give the day before that on which it happened", c.ClosedOn)
	}
	return nil
}
