package correction

import (
	"errors"
	"fmt"
	"iter"
	"slices"

	"github.com/google/uuid"

	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

// Ref names a fact of a stream.
type Ref struct {
	// Command is the id of the command that recorded it.
	Command uuid.UUID
	// Index is its place in the commit of that command, from 0.
	Index int
}

// Recorded is a commit with its position in the log.
type Recorded struct {
	At     uint64
	Commit *eventv1.Commit
}

// Entry is one fact of a stream, with what became of it.
type Entry struct {
	Ref

	// At is the position of the commit that has it.
	At     uint64
	Commit *eventv1.Commit
	// Recorded is the fact as it was recorded, Fact as it stands.
	Recorded, Fact *eventv1.Fact
	// Voided is set where nothing follows from it any more.
	Voided bool
	// By is the correction in force, nil for none.
	By *Entry
	// Trail is every correction that names it, the oldest first, in force or
	// not.
	Trail []*Entry
	// Of is the fact that a correction names; nil for any other fact.
	Of *Entry
}

// Ledger is every fact of a stream.
type Ledger struct {
	entries []*Entry
	of      map[Ref]*Entry
}

// The reasons for which a history cannot be one.
var (
	errNoTarget  = errors.New("it corrects a fact that was not recorded before it")
	errAmended   = errors.New("it amends a correction: only the fact itself can be amended")
	errNoContent = errors.New("it puts nothing, or a correction, in the place of a fact")
)

// Corrects tells whether a commit corrects others.
func Corrects(c *eventv1.Commit) bool {
	return slices.ContainsFunc(c.GetFacts(), Is)
}

// Is tells whether a fact is a correction of another one.
func Is(f *eventv1.Fact) bool {
	switch f.GetFact().(type) {
	case *eventv1.Fact_FactAmended, *eventv1.Fact_FactVoided:
		return true
	default:
		return false
	}
}

// Read reads the commits of a stream, in order. The newest correction of a fact
// is in force, unless it was voided itself: then the one before it is, or none.
func Read(history []Recorded) (*Ledger, error) {
	l := &Ledger{of: make(map[Ref]*Entry, len(history))}
	for _, r := range history {
		command, err := uuid.Parse(r.Commit.GetCommandId())
		if err != nil {
			return nil, fmt.Errorf("commit %d: command id: %w", r.At, err)
		}
		for i, f := range r.Commit.GetFacts() {
			e := &Entry{Ref: Ref{Command: command, Index: i}, At: r.At, Commit: r.Commit, Recorded: f, Fact: f}
			if err := l.add(e); err != nil {
				return nil, fmt.Errorf("commit %d: %w", r.At, err)
			}
		}
	}
	l.settle()
	return l, nil
}

// add takes one fact more, which may name an earlier one.
func (l *Ledger) add(e *Entry) error {
	if ref, ok := Target(e.Recorded); ok {
		e.Of = l.of[ref]
		switch {
		case e.Of == nil, e.Of.At >= e.At:
			return errNoTarget
		case e.amends() && e.Of.Of != nil:
			return errAmended
		case e.amends() && (e.replacement().GetFact() == nil || Is(e.replacement())):
			return errNoContent
		}
		e.Of.Trail = append(e.Of.Trail, e)
	}
	l.entries = append(l.entries, e)
	l.of[e.Ref] = e
	return nil
}

// settle finds what is in force, the newest first: when its turn comes,
// everything that could correct a fact has been looked at.
func (l *Ledger) settle() {
	for _, e := range slices.Backward(l.entries) {
		if e.Of == nil || e.Voided || e.Of.By != nil {
			continue
		}
		e.Of.By = e
		if e.amends() {
			e.Of.Fact = e.replacement()
		} else {
			e.Of.Voided = true
		}
	}
}

func (e *Entry) amends() bool { return e.Recorded.GetFactAmended() != nil }

func (e *Entry) replacement() *eventv1.Fact { return e.Recorded.GetFactAmended().GetReplacement() }

// Stands tells whether something follows from a fact: it was not voided, and it is
// no correction. It does so in the place where it, or what it replaces, was
// recorded.
func (e *Entry) Stands() bool { return e.Of == nil && !e.Voided }

// Root gives the fact that a correction is about in the end, which may be a
// correction of a correction; any other fact is its own.
func (e *Entry) Root() *Entry {
	for e.Of != nil {
		e = e.Of
	}
	return e
}

// Target gives the name of the fact that a correction names; false for a fact
// that corrects nothing. A name that is none gives the zero Ref, which no fact
// has.
func Target(f *eventv1.Fact) (Ref, bool) {
	var (
		command string
		index   int64
	)
	switch f := f.GetFact().(type) {
	case *eventv1.Fact_FactAmended:
		command, index = f.FactAmended.GetCommandId(), f.FactAmended.GetIndex()
	case *eventv1.Fact_FactVoided:
		command, index = f.FactVoided.GetCommandId(), f.FactVoided.GetIndex()
	default:
		return Ref{}, false
	}
	ref, _ := RefOf(command, int(index))
	return ref, true
}

// RefOf reads the name of a fact; false for one that is none.
func RefOf(command string, index int) (Ref, bool) {
	id, err := uuid.Parse(command)
	if err != nil {
		return Ref{}, false
	}
	return Ref{Command: id, Index: index}, true
}

// All gives every fact in the order it was recorded, corrections too.
func (l *Ledger) All() iter.Seq[*Entry] {
	return func(yield func(*Entry) bool) {
		for _, e := range l.entries {
			if !yield(e) {
				return
			}
		}
	}
}

// Find gives a fact by its name, nil where there is none.
func (l *Ledger) Find(r Ref) *Entry { return l.of[r] }
