package person

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"

	"percorsi/internal/correction"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

// Position is the place of a commit in the log, from 1.
type Position uint64

// Revision is the position of the commit that last changed a person. The zero
// Revision means that the person is not there yet.
type Revision uint64

// StreamPrefix begins the name of the stream of a person; the pseudonym
// follows.
const StreamPrefix = "person."

// Record is one person as the log tells it: a pseudonym, and what is sealed
// with the key of the person. A Record is never changed; Evolve gives a new
// one. What it holds is ciphertext and keyed hashes, so it tells nothing to
// who has no key.
type Record struct {
	// ID is the pseudonym, a UUID, as cases and streams name the person.
	ID             string
	IdentifierKind eventv1.IdentifierKind
	// Identity is a sealed Identity, Demographics a sealed Demographics. Each
	// may be empty: not everybody is known from the first day.
	Identity     []byte
	Demographics []byte
	// IdentifierKey is the keyed hash of the identifier; empty without one.
	IdentifierKey []byte
	// SearchKeys are keyed hashes of the forms of the name.
	SearchKeys [][]byte

	// Bonds is what was said of the person and of others whose pseudonym is
	// larger, by that pseudonym. What was said of others is with them: ask
	// BondOf.
	Bonds []Bond

	// Revision is what a change of the details has to state. A bond does not
	// move it, a correction of the details does.
	Revision Revision
	// Commands is every command that was recorded, for good.
	Commands []Answered
	// Last is the position of the newest commit.
	Last Position
}

// Answered remembers a command, so that a retry gets the first answer.
type Answered struct {
	ID       uuid.UUID
	Digest   [16]byte
	Position Position
}

// Evolve gives the person after one commit. r is nil before the first commit
// of the person and is never changed. A commit that the record holds already
// changes nothing, so a delivery may come twice. A fact that is not known is
// an error, never skipped: the fold of the person stops there. A commit that
// corrects an earlier one gives ErrNeedsHistory.
func Evolve(r *Record, at Position, commit *eventv1.Commit) (*Record, error) {
	if r != nil && at <= r.Last {
		return r, nil
	}
	if correction.Corrects(commit) {
		return nil, ErrNeedsHistory
	}
	next, err := successor(r, commit)
	if err != nil {
		return nil, fmt.Errorf("commit %d: %w", at, err)
	}
	for _, f := range commit.GetFacts() {
		if err := next.fold(at, commit.GetActor(), f); err != nil {
			return nil, fmt.Errorf("commit %d: %w", at, err)
		}
	}
	if err := next.note(at, commit); err != nil {
		return nil, err
	}
	return next, nil
}

// Answer finds the command with this id, if the person recorded it.
func (r *Record) Answer(id uuid.UUID) (Answered, bool) {
	if r == nil {
		return Answered{}, false
	}
	for _, a := range slices.Backward(r.Commands) {
		if a.ID == id {
			return a, true
		}
	}
	return Answered{}, false
}

// successor gives the copy that a commit may change. The first commit names
// the person by its stream.
func successor(r *Record, commit *eventv1.Commit) (*Record, error) {
	if r != nil {
		next := *r
		return &next, nil
	}
	id, ok := strings.CutPrefix(commit.GetStream(), StreamPrefix)
	if !ok {
		return nil, errors.New("the stream is not that of a person")
	}
	if parsed, err := uuid.Parse(id); err != nil || parsed.String() != id {
		return nil, errors.New("the stream does not end in a pseudonym, a UUID in small letters")
	}
	return &Record{ID: id}, nil
}

// fold applies one fact to the copy. A person is registered once, first of
// all; what is given later is whole, but the identifier stays.
func (r *Record) fold(at Position, by *eventv1.Actor, f *eventv1.Fact) error {
	known := r.known()
	if reg := f.GetPersonRegistered(); reg != nil {
		return r.register(at, reg, known)
	}
	if b, ok := bondIn(f); ok && known {
		b.Revision, b.User, b.Body = Revision(at), by.GetUser(), by.GetBody()
		return r.bind(b)
	}
	switch f := f.GetFact().(type) {
	case *eventv1.Fact_PersonDetailsChanged:
		if !known {
			return errUnregistered
		}
		p := f.PersonDetailsChanged
		r.Identity, r.Demographics, r.SearchKeys = p.GetIdentity(), p.GetDemographics(), p.GetSearchKeys()
		r.Revision = Revision(at)
	case *eventv1.Fact_PersonLinked, *eventv1.Fact_PersonUnlinked, *eventv1.Fact_PersonsToldApart:
		return errUnregistered
	default:
		return fmt.Errorf("a person knows no fact of type %T", f)
	}
	return nil
}

// known tells whether the person was registered.
func (r *Record) known() bool {
	return r != nil && r.IdentifierKind != eventv1.IdentifierKind_IDENTIFIER_KIND_UNSPECIFIED
}

var errUnregistered = errors.New("a person begins with a registration")

func (r *Record) register(at Position, p *eventv1.PersonRegistered, known bool) error {
	switch {
	case known:
		return errors.New("a person is registered once")
	case p.GetIdentifierKind() == eventv1.IdentifierKind_IDENTIFIER_KIND_UNSPECIFIED:
		return errors.New("a person is registered with a kind of identifier, even if it is none")
	}
	r.IdentifierKind, r.IdentifierKey = p.GetIdentifierKind(), p.GetIdentifierKey()
	r.Identity, r.Demographics, r.SearchKeys = p.GetIdentity(), p.GetDemographics(), p.GetSearchKeys()
	r.Revision = Revision(at)
	return nil
}

// Registered gives the position of the registration; 0 for a record that was
// not folded from the log.
func (r *Record) Registered() Position {
	if len(r.Commands) == 0 {
		return 0
	}
	return r.Commands[0].Position
}
