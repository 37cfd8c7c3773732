package person

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	"percorsi/internal/access"
	"percorsi/internal/correction"
	"percorsi/internal/fault"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	personv1 "percorsi/internal/gen/percorsi/person/v1"
	"percorsi/internal/person"
	"percorsi/internal/privacy"
	"percorsi/internal/readmodel"
	"percorsi/internal/recorder"
)

// CorrectPersonRecords amends or voids what was recorded of a person.
func (s *Server) CorrectPersonRecords(ctx context.Context, r *personv1.CorrectPersonRecordsRequest) (*personv1.PersonRecordsCorrected, error) {
	caller, err := recorder.Caller(ctx)
	if err != nil {
		return nil, err
	}
	id, err := uuid.Parse(r.GetPersonId())
	if err != nil {
		return nil, fault.Field("person_id", "is not a UUID")
	}
	a, err := s.attempt(ctx, r.GetCommandId(), r)
	if err != nil {
		return nil, err
	}
	a.Stream = id.String()
	out, err := s.people.Record(ctx, a, func(known *person.Record, now time.Time) ([]*eventv1.Fact, error) {
		if err := s.mayRead(ctx, known); err != nil {
			return nil, err
		}
		past, err := readmodel.PersonHistory(ctx, known, s.history.Commits)
		if err != nil {
			return nil, err
		}
		c := &correcting{of: s, caller: caller, known: known, cmd: correction.Command{ID: a.Command, On: r.GetOccurredOn()}}
		if err := c.read(ctx, r, past); err != nil {
			return nil, err
		}
		return person.DecideCorrections(known, past, c.groups, c.cmd, now.In(s.zone))
	})
	if err != nil {
		return nil, err
	}
	return &personv1.PersonRecordsCorrected{
		PersonId: a.Stream, Id: a.Command.String(), Position: uint64(out.Position), RecordedAt: timestamppb.New(out.RecordedAt),
	}, nil
}

// correcting is one request on its way.
type correcting struct {
	of     *Server
	caller access.Caller
	known  *person.Record
	cmd    correction.Command
	// groups has everybody whom the corrections may join or part.
	groups []*person.Record
}

// read reads what is asked for, seals it, and says whether the caller may ask.
func (c *correcting) read(ctx context.Context, r *personv1.CorrectPersonRecordsRequest, past []correction.Recorded) error {
	ledger, err := correction.Read(past)
	if err != nil {
		return err
	}
	sealed, err := c.seal(r)
	if err != nil {
		return err
	}
	for i, one := range r.GetCorrections() {
		ref, ok := correction.RefOf(one.GetCommandId(), int(one.GetIndex()))
		if !ok {
			return fault.Field(fmt.Sprintf("corrections[%d].command_id", i), "is not a UUID")
		}
		asked := correction.Asked{Of: ref, Seen: one.GetSeen(), Reason: one.GetReason(), Note: sealed.GetCorrections()[i].GetNote()}
		if e := ledger.Find(ref); e != nil { // else the decision says it better
			if err := c.may(ctx, e); err != nil {
				return err
			}
			words := sealed.GetCorrections()[i].GetAmend().GetReason()
			if asked.Replacement, err = c.amended(i, e, one.GetAmend(), words); err != nil {
				return err
			}
		}
		c.cmd.Asked = append(c.cmd.Asked, asked)
	}
	return nil
}

// seal gives the request with its words sealed with the key of the person. The
// request stays as it is: it may be decided again.
func (c *correcting) seal(r *personv1.CorrectPersonRecordsRequest) (*personv1.CorrectPersonRecordsRequest, error) {
	for i, one := range r.GetCorrections() {
		switch {
		case one.GetNote().GetAbout() != "":
			return nil, fault.Field(fmt.Sprintf("corrections[%d].note.about", i), "must be empty here: the words are about the person")
		case one.GetAmend().GetReason().GetAbout() != "":
			return nil, fault.Field(fmt.Sprintf("corrections[%d].amend.reason.about", i), "must be empty here: the words are about the two")
		}
	}
	sealed := proto.CloneOf(r)
	return sealed, c.of.vault.SealTexts(sealed, c.known.ID)
}

// may says that the caller may correct a fact: its like may be recorded, and the
// other one of whom it tells may be read.
func (c *correcting) may(ctx context.Context, e *correction.Entry) error {
	root := e.Root().Recorded
	if err := access.MayCorrectPerson(c.caller, root); err != nil {
		return err
	}
	id := person.SaidOf(root)
	if id == "" {
		return nil
	}
	other, err := c.of.known(ctx, id)
	if err != nil {
		return err
	}
	if err := c.of.mayRead(ctx, other); err != nil {
		return err
	}
	return c.join(ctx, other)
}

// join adds the groups of the two of whom something was said. What was said of them
// last is waited for, as where something new is said.
func (c *correcting) join(ctx context.Context, other *person.Record) error {
	if _, err := readmodel.Reach(ctx, c.of.model, uint64(max(c.known.Last, other.Last))); err != nil {
		return err
	}
	for _, one := range []*person.Record{c.known, other} {
		group, err := c.of.groupOf(ctx, one)
		if err != nil {
			return err
		}
		c.groups = append(c.groups, group...)
	}
	return nil
}

// amended gives what takes the place of a fact; nil where nothing does. What is
// sealed again although it says the same stays as it was. words is the reason,
// sealed.
func (c *correcting) amended(i int, e *correction.Entry, right *personv1.PersonContent, words *eventv1.Text) (*eventv1.Fact, error) {
	field := fmt.Sprintf("corrections[%d].amend", i)
	switch {
	case right == nil:
		return nil, nil
	case e.Of != nil:
		return proto.CloneOf(e.Recorded), nil // which the decision refuses
	case person.SaidOf(e.Recorded) != "":
		return c.said(field, e, right, words)
	case right.GetBasis() != 0:
		return nil, fault.Field(field+".basis", "does not belong to who a person is: leave it out")
	case right.GetReason() != nil:
		return nil, fault.Field(field+".reason", "does not belong to who a person is: leave it out, or give a note")
	case right.GetIdentity() == nil:
		return nil, fault.Field(field+".identity", "is missing: give it whole, as it should have been")
	case right.GetDemographics() == nil:
		return nil, fault.Field(field+".demographics", "is missing: give them whole, as they should have been")
	}
	f, err := c.details(e, right)
	if err != nil {
		return nil, correction.Amending(i, err)
	}
	return f, nil
}

// details gives a registration or a change with other details.
func (c *correcting) details(e *correction.Entry, right *personv1.PersonContent) (*eventv1.Fact, error) {
	was, err := c.of.content(c.known.ID, e.Fact)
	if err != nil {
		return nil, err
	}
	if was.GetIdentity() == nil {
		return nil, &fault.Error{Kind: fault.NotNow, Message: "about a person who was erased nothing more is written", Err: privacy.ErrErased}
	}
	next := proto.CloneOf(right.GetIdentity())
	identifier := was.GetIdentity().GetIdentifier()
	if given := next.GetIdentifier(); given != "" && given != identifier {
		return nil, person.OtherIdentifier("identity.identifier")
	}
	next.Identifier = identifier
	who, err := c.of.read(c.known.IdentifierKind, next, right.GetDemographics())
	if err != nil {
		return nil, err
	}
	f := proto.CloneOf(e.Fact)
	f.OccurredOn = right.GetOccurredOn()
	if proto.Equal(who.identity, was.GetIdentity()) && proto.Equal(who.demographics, was.GetDemographics()) {
		return f, nil
	}
	sealed, err := who.seal(c.of.vault, c.known.ID)
	if err != nil {
		return nil, err
	}
	if p := f.GetPersonRegistered(); p != nil {
		p.Identity, p.Demographics, p.SearchKeys = sealed.identity, sealed.demographics, sealed.searchKeys
	}
	if p := f.GetPersonDetailsChanged(); p != nil {
		p.Identity, p.Demographics, p.SearchKeys = sealed.identity, sealed.demographics, sealed.searchKeys
	}
	return f, nil
}

// said gives what was said of two in other words, on another basis or day.
func (c *correcting) said(field string, e *correction.Entry, right *personv1.PersonContent, words *eventv1.Text) (*eventv1.Fact, error) {
	linked := e.Fact.GetPersonLinked()
	switch {
	case right.GetIdentity() != nil:
		return nil, fault.Field(field+".identity", "does not belong to what was said of two: leave it out")
	case right.GetDemographics() != nil:
		return nil, fault.Field(field+".demographics", "do not belong to what was said of two: leave them out")
	case linked != nil && right.GetBasis() == 0:
		return nil, fault.Field(field+".basis", "is missing: say what shows that the two are one")
	case linked == nil && right.GetBasis() != 0:
		return nil, fault.Field(field+".basis", "belongs to a link only: leave it out")
	}
	was, err := c.of.content(c.known.ID, e.Fact)
	if err != nil {
		return nil, err
	}
	if right.GetReason().GetPlain() == was.GetReason().GetPlain() {
		words = reasonIn(e.Fact)
	}
	f := proto.CloneOf(e.Fact)
	f.OccurredOn = right.GetOccurredOn()
	switch f := f.GetFact().(type) {
	case *eventv1.Fact_PersonLinked:
		f.PersonLinked.Basis, f.PersonLinked.Reason = right.GetBasis(), words
	case *eventv1.Fact_PersonUnlinked:
		f.PersonUnlinked.Reason = words
	case *eventv1.Fact_PersonsToldApart:
		f.PersonsToldApart.Reason = words
	}
	return f, nil
}
