package person

import (
	"context"
	"errors"
	"time"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	"percorsi/internal/access"
	"percorsi/internal/casework"
	"percorsi/internal/fault"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	personv1 "percorsi/internal/gen/percorsi/person/v1"
	"percorsi/internal/person"
	"percorsi/internal/privacy"
	"percorsi/internal/readmodel"
	"percorsi/internal/recorder"
)

// Model is what the service asks of a read model.
type Model interface {
	readmodel.People
	CasesOf(ctx context.Context, person string) ([]*casework.Case, error)
	Position(ctx context.Context) (casework.Position, error)
	Wait(ctx context.Context, p casework.Position) error
}

// Comuni tells whether an ISTAT code is that of a Comune of the Ambito.
type Comuni interface {
	Has(istat string) bool
}

// Server serves PersonService.
type Server struct {
	personv1.UnimplementedPersonServiceServer
	people  *recorder.People
	model   Model
	history History
	vault   *privacy.Vault
	comuni  Comuni
	today   func() casework.Day
	zone    *time.Location
}

// NewServer makes the service. today is the day in the zone of the office.
func NewServer(people *recorder.People, model Model, history History, vault *privacy.Vault, comuni Comuni, today func() casework.Day, zone *time.Location) *Server {
	return &Server{people: people, model: model, history: history, vault: vault, comuni: comuni, today: today, zone: zone}
}

// errKnown says that the person was registered before: nothing is recorded.
var errKnown = errors.New("the person is known")

// RegisterPerson records the fact PersonRegistered. Somebody who is known by
// the same identifier keeps the pseudonym, and nothing is recorded.
func (s *Server) RegisterPerson(ctx context.Context, r *personv1.RegisterPersonRequest) (*personv1.PersonRecorded, error) {
	who, err := s.read(r.GetIdentifierKind(), r.GetIdentity(), r.GetDemographics())
	if err != nil {
		return nil, err
	}
	a, err := s.attempt(ctx, r.GetCommandId(), r)
	if err != nil {
		return nil, err
	}
	a.Stream = a.Command.String()
	if c := who.identifier.Canonical(); c != "" {
		a.Stream = s.vault.PersonID(c).String()
	}
	if err := s.vault.CreateKey(a.Stream); err != nil {
		return nil, err
	}
	var known *person.Record
	out, err := s.people.Record(ctx, a, func(old *person.Record, now time.Time) ([]*eventv1.Fact, error) {
		if old != nil {
			known = old
			return nil, errKnown
		}
		if err := happened(r.GetOccurredOn(), now.In(s.zone)); err != nil {
			return nil, err
		}
		sealed, err := who.seal(s.vault, a.Stream)
		return []*eventv1.Fact{sealed.registered(r)}, err
	})
	var answer *personv1.PersonRecorded
	switch {
	case errors.Is(err, errKnown):
		answer = alreadyKnown(ctx, known)
	case err != nil:
		return nil, err
	default:
		answer = recorded(a.Stream, out)
	}
	s.propose(ctx, who.portrait(), known, answer)
	return answer, nil
}

// alreadyKnown answers a registration of somebody who is known. A reporting
// body gets the pseudonym and is not told the difference.
func alreadyKnown(ctx context.Context, r *person.Record) *personv1.PersonRecorded {
	caller, _ := access.CallerFrom(ctx)
	return &personv1.PersonRecorded{
		PersonId: r.ID, Position: uint64(r.Last), Revision: uint64(r.Revision),
		AlreadyKnown: caller.Role != access.ReportingBody,
	}
}

func (s *Server) attempt(ctx context.Context, command string, r proto.Message) (recorder.Attempt, error) {
	caller, err := recorder.Caller(ctx)
	if err != nil {
		return recorder.Attempt{}, err
	}
	return recorder.NewAttempt(s.vault, caller, command, r)
}

func recorded(id string, out recorder.Outcome[*person.Record]) *personv1.PersonRecorded {
	return &personv1.PersonRecorded{
		PersonId: id, Position: uint64(out.Position), Revision: uint64(out.Position),
		RecordedAt: timestamppb.New(out.RecordedAt),
	}
}

// ChangeDetails records the fact PersonDetailsChanged.
func (s *Server) ChangeDetails(ctx context.Context, r *personv1.ChangeDetailsRequest) (*personv1.PersonRecorded, error) {
	a, err := s.attempt(ctx, r.GetCommandId(), r)
	if err != nil {
		return nil, err
	}
	a.Stream = r.GetPersonId()
	out, err := s.people.Record(ctx, a, func(old *person.Record, now time.Time) ([]*eventv1.Fact, error) {
		if err := s.mayRead(ctx, old); err != nil {
			return nil, err
		}
		if old.Revision != person.Revision(r.GetRevision()) {
			mine, err := s.change(old, r)
			if err != nil {
				return nil, err
			}
			return nil, &staleError{known: old, mine: mine[0]}
		}
		if err := happened(r.GetOccurredOn(), now.In(s.zone)); err != nil {
			return nil, err
		}
		return s.change(old, r)
	})
	// Both versions are read once the turn of the person is given back.
	if stale, ok := errors.AsType[*staleError](err); ok {
		return nil, s.clash(ctx, stale, r)
	}
	if err != nil {
		return nil, err
	}
	return recorded(a.Stream, out), nil
}

// change seals the new details. The identifier stays as it was registered.
func (s *Server) change(old *person.Record, r *personv1.ChangeDetailsRequest) ([]*eventv1.Fact, error) {
	before, err := s.vault.OpenIdentity(old.ID, old.Identity)
	if err != nil {
		return nil, err
	}
	if given := r.GetIdentity().GetIdentifier(); given != "" && given != before.GetIdentifier() {
		return nil, fault.Field("identity.identifier", "cannot change: a person with another identifier is registered as another person")
	}
	next := r.GetIdentity()
	next.Identifier = before.GetIdentifier()
	who, err := s.read(old.IdentifierKind, next, r.GetDemographics())
	if err != nil {
		return nil, err
	}
	sealed, err := who.seal(s.vault, old.ID)
	return []*eventv1.Fact{sealed.changed(r)}, err
}

// noSuchPerson is the one answer about somebody who is not known and about
// somebody whom the caller may not find.
func noSuchPerson() error {
	return fault.New(fault.NotFound, "there is no such person among those you see: check the id, or register the person")
}

// mayRead says whether the caller may be told who a person is.
func (s *Server) mayRead(ctx context.Context, r *person.Record) error {
	caller, err := recorder.Caller(ctx)
	if err != nil {
		return err
	}
	if r == nil {
		return noSuchPerson()
	}
	cases, err := s.model.CasesOf(ctx, r.ID)
	if err != nil {
		return err
	}
	if !access.ReadsPerson(caller, cases) {
		return noSuchPerson()
	}
	return nil
}

// GetPerson shows one person.
func (s *Server) GetPerson(ctx context.Context, r *personv1.GetPersonRequest) (*personv1.GetPersonResponse, error) {
	at, err := readmodel.Reach(ctx, s.model, r.GetMinPosition())
	if err != nil {
		return nil, err
	}
	record, err := s.readable(ctx, r.GetPersonId())
	if err != nil {
		return nil, err
	}
	shown, err := s.show(record)
	if err != nil {
		return nil, err
	}
	linked, err := s.linked(ctx, record)
	return &personv1.GetPersonResponse{Person: shown, Position: at, Linked: linked}, err
}

// maxFound bounds the people of one search.
const maxFound = 50

// FindPersons looks for people by identifier, or by surname and name as they
// sound.
func (s *Server) FindPersons(ctx context.Context, r *personv1.FindPersonsRequest) (*personv1.FindPersonsResponse, error) {
	at, err := readmodel.Reach(ctx, s.model, r.GetMinPosition())
	if err != nil {
		return nil, err
	}
	found, err := s.find(ctx, r)
	if err != nil {
		return nil, err
	}
	out := &personv1.FindPersonsResponse{Position: at}
	for _, record := range found {
		if err := s.mayRead(ctx, record); err != nil {
			if fault.KindOf(err) == fault.NotFound {
				continue
			}
			return nil, err
		}
		shown, err := s.show(record)
		if err != nil {
			return nil, err
		}
		out.Persons = append(out.Persons, shown)
	}
	return out, nil
}

func (s *Server) find(ctx context.Context, r *personv1.FindPersonsRequest) ([]*person.Record, error) {
	switch {
	case r.GetIdentifier() != "":
		return s.model.PersonsByIdentifierKey(ctx, s.identifierKey(r.GetIdentifier()))
	case r.GetSurname() != "":
		return s.model.PersonsBySearchKeys(ctx, nameKeys(s.vault, r.GetSurname(), r.GetName()), maxFound)
	default:
		return nil, fault.Field("surname", "is missing: give an identifier, or a surname")
	}
}

// identifierKey finds out what kind of identifier was typed. One that is of no
// kind finds nobody.
func (s *Server) identifierKey(typed string) []byte {
	for _, kind := range []person.IdentifierKind{person.KindCodiceFiscale, person.KindTemporaryCode, person.KindSTP, person.KindENI} {
		if id, err := person.ParseIdentifier(kind, typed); err == nil {
			return s.vault.SearchKey(formIdentifier, id.Canonical())
		}
	}
	return nil
}

// show opens who a person is. Once the key is gone only the pseudonym is left.
func (s *Server) show(r *person.Record) (*personv1.Person, error) {
	out := &personv1.Person{PersonId: r.ID, IdentifierKind: r.IdentifierKind, Revision: uint64(r.Revision)}
	identity, err := s.vault.OpenIdentity(r.ID, r.Identity)
	if errors.Is(err, privacy.ErrErased) {
		out.Erased = true
		return out, nil
	}
	if err != nil {
		return nil, err
	}
	out.Identity = identity
	out.Demographics, err = s.vault.OpenDemographics(r.ID, r.Demographics)
	return out, err
}
