package person

import (
	"context"
	"slices"
	"time"

	"github.com/google/uuid"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	"percorsi/internal/fault"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	personv1 "percorsi/internal/gen/percorsi/person/v1"
	"percorsi/internal/person"
	"percorsi/internal/readmodel"
	"percorsi/internal/recorder"
)

// about is a request that says something of two persons.
type about interface {
	proto.Message
	GetCommandId() string
	GetPersonId() string
	GetOtherId() string
	GetRevision() uint64
	GetOccurredOn() string
	GetReason() *eventv1.Text
}

// LinkPersons records the fact PersonLinked.
func (s *Server) LinkPersons(ctx context.Context, r *personv1.LinkPersonsRequest) (*personv1.BondRecorded, error) {
	return s.say(ctx, r, func(other string, reason *eventv1.Text) *eventv1.Fact {
		return &eventv1.Fact{OccurredOn: r.GetOccurredOn(), Fact: &eventv1.Fact_PersonLinked{
			PersonLinked: &eventv1.PersonLinked{Other: other, Basis: r.GetBasis(), Reason: reason},
		}}
	})
}

// UnlinkPersons records the fact PersonUnlinked.
func (s *Server) UnlinkPersons(ctx context.Context, r *personv1.UnlinkPersonsRequest) (*personv1.BondRecorded, error) {
	out, err := s.say(ctx, r, func(other string, reason *eventv1.Text) *eventv1.Fact {
		return &eventv1.Fact{OccurredOn: r.GetOccurredOn(), Fact: &eventv1.Fact_PersonUnlinked{
			PersonUnlinked: &eventv1.PersonUnlinked{Other: other, Reason: reason},
		}}
	})
	if err != nil {
		return nil, err
	}
	one, other, err := pair(r)
	if err != nil {
		return nil, err
	}
	// The group that is read may be older than the answer: then the link itself
	// is still in it, and only a way around it counts.
	group, err := s.model.Group(ctx, one)
	out.StillLinked = err == nil && leads(group, one, other)
	return out, nil
}

// TellPersonsApart records the fact PersonsToldApart.
func (s *Server) TellPersonsApart(ctx context.Context, r *personv1.TellPersonsApartRequest) (*personv1.BondRecorded, error) {
	return s.say(ctx, r, func(other string, reason *eventv1.Text) *eventv1.Fact {
		return &eventv1.Fact{OccurredOn: r.GetOccurredOn(), Fact: &eventv1.Fact_PersonsToldApart{
			PersonsToldApart: &eventv1.PersonsToldApart{Other: other, Reason: reason},
		}}
	})
}

// leads tells whether links lead from one of a group to another one without the
// link between the two.
func leads(group []*person.Record, from, to string) bool {
	var reached []*person.Record
	for _, r := range group {
		if r.ID == from {
			reached = append(reached, r)
		}
	}
	for i := 0; i < len(reached); i++ {
		at := reached[i]
		for _, r := range group {
			between := at.ID == from && r.ID == to
			if !between && !slices.Contains(reached, r) && person.BondOf(at, r).Kind == person.Linked {
				reached = append(reached, r)
			}
		}
	}
	return slices.ContainsFunc(reached, func(r *person.Record) bool { return r.ID == to })
}

// say records what is said of two persons, in the stream of the smaller of the
// two pseudonyms, so that two who say it at once meet there. Both persons must
// be known, and such that the caller may be told of them.
func (s *Server) say(ctx context.Context, r about, fact func(other string, reason *eventv1.Text) *eventv1.Fact) (*personv1.BondRecorded, error) {
	one, other, err := pair(r)
	if err != nil {
		return nil, err
	}
	a, err := s.attempt(ctx, r.GetCommandId(), r)
	if err != nil {
		return nil, err
	}
	a.Stream = one
	if _, err := s.known(ctx, one); err != nil {
		return nil, err
	}
	second, err := s.known(ctx, other)
	if err != nil {
		return nil, err
	}
	var before person.Bond
	var mine *eventv1.Fact
	var decidedOn *person.Record
	out, err := s.people.Record(ctx, a, func(first *person.Record, now time.Time) ([]*eventv1.Fact, error) {
		for _, p := range []*person.Record{first, second} {
			if err := s.mayRead(ctx, p); err != nil {
				return nil, err
			}
		}
		if err := happened(r.GetOccurredOn(), now.In(s.zone)); err != nil {
			return nil, err
		}
		reason, err := s.sealReason(r, one)
		if err != nil {
			return nil, err
		}
		decidedOn, before, mine = first, person.BondOf(first, second), fact(other, reason)
		return []*eventv1.Fact{mine}, s.mayBeSaid(ctx, first, second, person.Saying{Fact: mine, Revision: person.Revision(r.GetRevision())})
	})
	switch {
	case err != nil && fault.KindOf(err) == fault.Clash:
		return nil, s.bondClash(ctx, err, decidedOn, before, mine, r.GetRevision())
	case err != nil:
		return nil, err
	}
	return bonded(out), nil
}

func bonded(out recorder.Outcome[*person.Record]) *personv1.BondRecorded {
	return &personv1.BondRecorded{
		Position: uint64(out.Position), Revision: uint64(out.Position), RecordedAt: timestamppb.New(out.RecordedAt),
	}
}

// pair gives the two pseudonyms of a request, the smaller first.
func pair(r about) (one, other string, err error) {
	a, err1 := uuid.Parse(r.GetPersonId())
	b, err2 := uuid.Parse(r.GetOtherId())
	switch {
	case err1 != nil:
		return "", "", fault.Field("person_id", "is not a UUID")
	case err2 != nil:
		return "", "", fault.Field("other_id", "is not a UUID")
	case a == b:
		return "", "", fault.Field("other_id", "is the same person: name two")
	}
	return min(a.String(), b.String()), max(a.String(), b.String()), nil
}

// known gives a person as the read model has it. Somebody who has a key was
// registered a moment ago, and is waited for.
func (s *Server) known(ctx context.Context, id string) (*person.Record, error) {
	waiting, cancel := context.WithTimeout(ctx, searching)
	defer cancel()
	for {
		at, err := s.model.Position(ctx)
		if err != nil {
			return nil, err
		}
		r, err := s.model.Person(ctx, id)
		switch {
		case err == nil:
			return r, nil
		case fault.KindOf(err) != fault.NotFound:
			return nil, err
		case s.vault.CheckKey(id) != nil:
			return nil, noSuchPerson()
		}
		if err := s.model.Wait(waiting, at+1); err != nil {
			return nil, fault.New(fault.Unavailable, "this person was registered a moment ago, and cannot be read yet: send the same command again")
		}
	}
}

// mayBeSaid asks the rules, with the groups that the two are in. What was said of
// them last is waited for: a group that still has a link which was undone a moment
// ago would stand in the way of what is right.
func (s *Server) mayBeSaid(ctx context.Context, first, second *person.Record, what person.Saying) error {
	if _, err := readmodel.Reach(ctx, s.model, uint64(max(first.Last, second.Last))); err != nil {
		return err
	}
	ones, err := s.groupOf(ctx, first)
	if err != nil {
		return err
	}
	others, err := s.groupOf(ctx, second)
	if err != nil {
		return err
	}
	return person.Decide(first, second, ones, others, what)
}

// groupOf gives the group of a person, who may be newer than the read model.
func (s *Server) groupOf(ctx context.Context, r *person.Record) ([]*person.Record, error) {
	group, err := s.model.Group(ctx, r.ID)
	if err != nil && fault.KindOf(err) != fault.NotFound {
		return nil, err
	}
	out := []*person.Record{r}
	for _, g := range group {
		if g.ID != r.ID {
			out = append(out, g)
		}
	}
	return out, nil
}

// sealReason gives the words of a request sealed with the key of the one in
// whose stream they will lie; nil for none. The request stays as it is: it may
// be decided again.
func (s *Server) sealReason(r about, one string) (*eventv1.Text, error) {
	if r.GetReason().GetAbout() != "" {
		return nil, fault.Field("reason.about", "must be empty here: the words are about the two")
	}
	sealed, ok := proto.Clone(r).(about)
	if !ok {
		return nil, fault.New(fault.Internal, "a copy is not what it is of")
	}
	if err := s.vault.SealTexts(sealed, one); err != nil {
		return nil, err
	}
	return sealed.GetReason(), nil
}

// linked shows the other registrations of a person, as far as the caller may
// find them: a link opens nobody who is closed to the caller.
func (s *Server) linked(ctx context.Context, r *person.Record) ([]*personv1.LinkedPerson, error) {
	group, err := s.model.Group(ctx, r.ID)
	if err != nil {
		return nil, err
	}
	var out []*personv1.LinkedPerson
	for _, other := range group {
		if other.ID == r.ID {
			continue
		}
		err := s.mayRead(ctx, other)
		switch {
		case err != nil && fault.KindOf(err) == fault.NotFound:
			continue
		case err != nil:
			return nil, err
		}
		shown, err := s.link(r, other)
		if err != nil {
			return nil, err
		}
		out = append(out, shown)
	}
	return out, nil
}

// link shows how another registration is linked with one.
func (s *Server) link(r, other *person.Record) (*personv1.LinkedPerson, error) {
	out := &personv1.LinkedPerson{PersonId: other.ID}
	bond := person.BondOf(r, other)
	if bond.Kind != person.Linked {
		return out, nil
	}
	out.Direct, out.Basis, out.Since, out.User, out.Body, out.Revision = true, bond.Basis, bond.On, bond.User, bond.Body, uint64(bond.Revision)
	var err error
	out.Reason, err = s.vault.OpenText(min(r.ID, other.ID), bond.Reason)
	return out, err
}
