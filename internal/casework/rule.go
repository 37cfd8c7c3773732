package casework

import (
	"slices"
	"time"

	"percorsi/internal/fault"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

// rule is what the domain knows of one kind of fact: the part it changes, when
// it may be recorded, and how it changes the case. Each kind has one function
// that makes its rule; ruleOf finds it.
type rule struct {
	// part is what the fact changes.
	part Part
	// opens is set where the fact begins a case.
	opens bool
	// over is what the fact is approved with: an assessment, a project or the
	// closure; empty for what nobody approves, and for approvals themselves.
	over Part
	// adds is set where the fact only adds to its part, so that two of them
	// never clash; the caller need not know the revision.
	adds bool
	// early is set where the fact may be older than the case.
	early bool
	// after is set where the fact may follow the closure of the case.
	after bool
	// newID points at the id of what the fact makes; the command's id goes
	// there.
	newID *string
	// about is the member or path the fact is about, or its mark, for clocks.
	about string
	// mark gives about of a fact that does not say it by itself; nil means that
	// about says it.
	mark func(c *Case) string
	// at is the moment in Unix seconds, where the fact states one.
	at int64
	// check says whether the fact may be recorded now; nil means always.
	check func(c *Case, w when) error
	// apply changes the copy it is given. It replaces what c shares with
	// other states, and never writes into it.
	apply func(c *Case, w when)
}

// when is what a rule may know of the recording of its fact.
type when struct {
	// on is the day the fact happened.
	on Day
	// user is the pseudonym of who records it.
	user string
	// now is the moment of recording; the zero time while folding.
	now time.Time
	// book is what is laid down; the zero Rulebook while folding.
	book Rulebook
	// at is the revision that the fact gives to what it changes; zero while
	// deciding.
	at Revision
}

// The errors that several rules give.

func notNow(format string, args ...any) error {
	return fault.New(fault.NotNow, format, args...)
}

func invalid(field, format string, args ...any) error {
	return fault.Field("fact."+field, format, args...)
}

// inCharge says that the case must be in charge for what, such as "a project".
func inCharge(c *Case, what string) error {
	if c.Status == InCharge || c.Status == Suspended || c.Status == Closed {
		return nil
	}
	return notNow("%s needs a case in charge: take the case in charge first", what)
}

// only says that a fact belongs to some pathways.
func only(c *Case, what string, pathways ...eventv1.Pathway) error {
	if slices.Contains(pathways, c.Pathway) {
		return nil
	}
	return notNow("%s does not belong to the pathway of this case, %s", what, c.Pathway)
}

// notBefore says that a fact cannot be older than another.
func notBefore(w when, earlier Day, what string) error {
	if w.on >= earlier {
		return nil
	}
	return fault.Field("command.occurred_on", "is before %s, %s: check both dates", what, earlier)
}

// dayField reads a day inside a fact; empty is the zero Day.
func dayField(field, s string) (Day, error) {
	d, err := ParseDay(s)
	if err != nil {
		return 0, invalid(field, "%s", err)
	}
	return d, nil
}

// pastField reads a day inside a fact that cannot lie after the recording.
func pastField(w when, field, s string) (Day, error) {
	d, err := dayField(field, s)
	if err == nil && d > DayOf(w.now) {
		return 0, invalid(field, "is in the future: a fact is recorded once it has happened")
	}
	return d, err
}

// day reads a day that Decide has already found right.
func day(s string) Day {
	d, _ := ParseDay(s)
	return d
}

// latest tells whether a fact of a day is the newest of its kind, and keeps the
// day if it is. A fact may be recorded late: one that is older than what is
// known is kept in the history and changes nothing. Of one day the fact that
// was recorded last counts.
func latest(known *Day, on Day) bool {
	if on < *known {
		return false
	}
	*known = on
	return true
}

// first gives the first error there is.
func first(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// add gives a list with one more, and leaves alone the list, which other states
// share. It takes the room it needs and no more: append would double it for
// every state.
func add[T any](list []T, v T) []T {
	out := make([]T, len(list)+1)
	copy(out, list)
	out[len(list)] = v
	return out
}

// addByDay adds to a list that is kept oldest first, since a fact may be
// recorded late.
func addByDay[T any](list []T, v T, on func(T) Day) []T {
	out := add(list, v)
	for i := len(list); i > 0 && on(out[i-1]) > on(v); i-- {
		out[i-1], out[i] = out[i], out[i-1]
	}
	return out
}

// edit gives the list with a changed copy of its i-th element.
func edit[T any](list []*T, i int, change func(*T)) []*T {
	out, v := slices.Clone(list), *list[i]
	change(&v)
	out[i] = &v
	return out
}

// involve gives the bodies with more of them, each once.
func involve(bodies []string, more ...string) []string {
	for _, b := range more {
		if b != "" && !slices.Contains(bodies, b) {
			bodies = add(bodies, b)
		}
	}
	return bodies
}
