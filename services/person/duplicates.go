package person

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"github.com/google/uuid"

	"percorsi/internal/access"
	"percorsi/internal/casework"
	"percorsi/internal/fault"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	personv1 "percorsi/internal/gen/percorsi/person/v1"
	"percorsi/internal/person"
	"percorsi/internal/privacy"
	"percorsi/internal/readmodel"
)

// The limits of a search for duplicates.
const (
	// candidates is how many registrations are compared, those with the most
	// keys in common first.
	candidates = 60
	// proposed is how many are shown.
	proposed = 10
	// searching is how long the read model is waited for, so that it has a
	// registration and all before it.
	searching = time.Second
)

// candidate is a registration that may be of the same person.
type candidate struct {
	record *person.Record
	score  int
	why    []person.Likeness
	bond   person.Bond
}

// propose adds to the answer of a registration what somebody should look at: the
// possible duplicates, and whether who is known under its identifier, nil for
// nobody, has another name. The registration stands whatever comes of the search;
// what could not be searched is said.
func (s *Server) propose(ctx context.Context, p portrait, known *person.Record, answer *personv1.PersonRecorded) {
	caller, ok := access.CallerFrom(ctx)
	if !ok || caller.Role == access.ReportingBody {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, searching)
	defer cancel()
	err := s.model.Wait(ctx, casework.Position(answer.GetPosition()))
	if err == nil {
		answer.Duplicates, err = s.duplicates(ctx, answer.GetPersonId(), p, false)
	}
	if err == nil && known != nil {
		answer.KnownByAnotherName, err = s.namedApart(ctx, known, p)
	}
	answer.DuplicatesNotSearched = err != nil
}

// namedApart tells whether a person has another name than a registration gives, as
// far as the caller may be told who the person is.
func (s *Server) namedApart(ctx context.Context, known *person.Record, p portrait) (bool, error) {
	err := s.mayRead(ctx, known)
	switch {
	case err != nil && fault.KindOf(err) == fault.NotFound:
		return false, nil
	case err != nil:
		return false, err
	}
	was, err := s.portraitOf(known)
	if errors.Is(err, privacy.ErrErased) {
		return false, nil // nothing is left to compare
	}
	return err == nil && person.NamedApart(person.Portrait(was), person.Portrait(p)), err
}

// FindDuplicates looks for registrations that may be of the same person.
func (s *Server) FindDuplicates(ctx context.Context, r *personv1.FindDuplicatesRequest) (*personv1.FindDuplicatesResponse, error) {
	at, err := readmodel.Reach(ctx, s.model, r.GetMinPosition())
	if err != nil {
		return nil, err
	}
	record, err := s.readable(ctx, r.GetPersonId())
	if err != nil {
		return nil, err
	}
	out := &personv1.FindDuplicatesResponse{Position: at}
	p, err := s.portraitOf(record)
	if errors.Is(err, privacy.ErrErased) {
		return out, nil // nothing is left to compare
	}
	if err != nil {
		return nil, err
	}
	out.Duplicates, err = s.duplicates(ctx, record.ID, p, r.GetToldApart())
	return out, err
}

// readable gives a person of whom the caller may be told.
func (s *Server) readable(ctx context.Context, id string) (*person.Record, error) {
	parsed, err := uuid.Parse(id)
	if err != nil {
		return nil, fault.Field("person_id", "is not a UUID")
	}
	record, err := s.model.Person(ctx, parsed.String())
	switch {
	case err != nil && fault.KindOf(err) == fault.NotFound:
		return nil, noSuchPerson()
	case err != nil:
		return nil, err
	}
	return record, s.mayRead(ctx, record)
}

// duplicates gives the registrations that look most like one person, as far as
// the caller may find them, without those that are linked with the person.
func (s *Server) duplicates(ctx context.Context, id string, p portrait, toldApart bool) ([]*personv1.PossibleDuplicate, error) {
	found, err := s.model.PersonsBySearchKeys(ctx, p.likeKeys(s.vault), candidates)
	if err != nil {
		return nil, err
	}
	group, err := s.model.Group(ctx, id)
	if err != nil {
		return nil, err
	}
	like, err := s.compare(p, found, group, id, toldApart)
	if err != nil {
		return nil, err
	}
	var out []*personv1.PossibleDuplicate
	for _, c := range like {
		if len(out) == proposed {
			break
		}
		shown, err := s.proposal(ctx, c)
		if err != nil {
			return nil, err
		}
		if shown != nil {
			out = append(out, shown)
		}
	}
	return out, nil
}

// compare gives those who are alike enough, the most alike first, and of equal
// ones the first registered.
func (s *Server) compare(p portrait, found, group []*person.Record, id string, toldApart bool) ([]candidate, error) {
	self := group[slices.IndexFunc(group, func(r *person.Record) bool { return r.ID == id })]
	var out []candidate
	for _, r := range found {
		if slices.ContainsFunc(group, func(g *person.Record) bool { return g.ID == r.ID }) {
			continue
		}
		bond := person.BondOf(self, r)
		if bond.Kind == person.ToldApart && !toldApart {
			continue
		}
		other, err := s.portraitOf(r)
		if errors.Is(err, privacy.ErrErased) {
			continue
		}
		if err != nil {
			return nil, err
		}
		if score, why := person.Compare(person.Portrait(p), person.Portrait(other)); score >= person.Proposed {
			out = append(out, candidate{record: r, score: score, why: why, bond: bond})
		}
	}
	slices.SortStableFunc(out, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(a.record.Registered(), b.record.Registered()))
	})
	return out, nil
}

// proposal shows a candidate; nil where the caller may not find that person.
func (s *Server) proposal(ctx context.Context, c candidate) (*personv1.PossibleDuplicate, error) {
	err := s.mayRead(ctx, c.record)
	switch {
	case err != nil && fault.KindOf(err) == fault.NotFound:
		return nil, nil
	case err != nil:
		return nil, err
	}
	shown, err := s.show(c.record)
	if err != nil {
		return nil, err
	}
	out := &personv1.PossibleDuplicate{
		Person: shown, Score: int32(c.score), Bond: personv1.BondKind(c.bond.Kind), BondRevision: uint64(c.bond.Revision),
	}
	for _, l := range c.why {
		out.Likeness = append(out.Likeness, personv1.Likeness(l))
	}
	return out, nil
}

// portraitOf opens what a registration is compared by.
func (s *Server) portraitOf(r *person.Record) (portrait, error) {
	identity, err := s.vault.OpenIdentity(r.ID, r.Identity)
	if err != nil {
		return portrait{}, err
	}
	d, err := s.vault.OpenDemographics(r.ID, r.Demographics)
	if err != nil {
		return portrait{}, err
	}
	kind := person.IdentifierKind(r.IdentifierKind)
	if r.IdentifierKind == eventv1.IdentifierKind_IDENTIFIER_KIND_UNSPECIFIED {
		kind = person.KindNone
	}
	return portraitOf(person.Identifier{Kind: kind, Value: identity.GetIdentifier()}, identity, d), nil
}
