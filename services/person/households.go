package person

import (
	"cmp"
	"context"
	"slices"

	"percorsi/internal/access"
	"percorsi/internal/casework"
	"percorsi/internal/fault"
	personv1 "percorsi/internal/gen/percorsi/person/v1"
	"percorsi/internal/readmodel"
	"percorsi/internal/recorder"
)

// ListHouseholds shows the households that a person is or was in.
func (s *Server) ListHouseholds(ctx context.Context, r *personv1.ListHouseholdsRequest) (*personv1.ListHouseholdsResponse, error) {
	at, err := readmodel.Reach(ctx, s.model, r.GetMinPosition())
	if err != nil {
		return nil, err
	}
	caller, err := recorder.Caller(ctx)
	if err != nil {
		return nil, err
	}
	record, err := s.readable(ctx, r.GetPersonId())
	if err != nil {
		return nil, err
	}
	cases, err := s.casesOfGroup(ctx, record.ID)
	if err != nil {
		return nil, err
	}
	out := &personv1.ListHouseholdsResponse{Position: at}
	for _, c := range cases {
		if len(c.Composition) > 0 && access.ReadsFile(caller, c) {
			out.Households = append(out.Households, household(c))
		}
	}
	return out, nil
}

// casesOfGroup gives the cases that a person is or was in, under any of the
// registrations that the caller may find, each once, the one opened last in front.
func (s *Server) casesOfGroup(ctx context.Context, id string) ([]*casework.Case, error) {
	group, err := s.model.Group(ctx, id)
	if err != nil {
		return nil, err
	}
	var all []*casework.Case
	for _, one := range group {
		err := s.mayRead(ctx, one)
		switch {
		case err != nil && fault.KindOf(err) == fault.NotFound:
			continue
		case err != nil:
			return nil, err
		}
		cases, err := s.model.CasesOf(ctx, one.ID)
		if err != nil {
			return nil, err
		}
		all = append(all, cases...)
	}
	slices.SortFunc(all, func(a, b *casework.Case) int { return cmp.Compare(b.Opened, a.Opened) })
	return slices.CompactFunc(all, func(a, b *casework.Case) bool { return a.ID == b.ID }), nil
}

func household(c *casework.Case) *personv1.Household {
	out := &personv1.Household{CaseId: c.ID.String(), Pathway: c.Pathway, ManagingBody: c.ManagingBody}
	for _, m := range c.Memberships() {
		out.Members = append(out.Members, &personv1.Membership{
			PersonId: m.Person, Relation: m.Relation, Obligation: m.Obligation, From: m.From.String(), To: m.To.String(),
		})
	}
	return out
}
