package sample

import (
	"github.com/google/uuid"
	"google.golang.org/protobuf/proto"

	"percorsi/internal/access"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	personv1 "percorsi/internal/gen/percorsi/person/v1"
	"percorsi/internal/person"
)

// registerTwice has an emergency service meet a person whom another service
// knows, and register the person in its own way: without a code, or with an
// omocode. Most are linked once somebody compares documents, some by mistake,
// which is undone, or void as what was said of the wrong two; a few are told apart.
func (s *script) registerTwice(p *someone, home person.Comune) {
	again := s.registeredOtherwise(p)
	poverty("pis").playFor(s, again, home)
	s.after(2, 30, func() { s.compare(p, again) })
}

// poverty gives one of the services of area A by its name.
func poverty(name string) service {
	for _, of := range povertyServices() {
		if of.name == name {
			return of
		}
	}
	panic("there is no service " + name) // cannot be reached: the names are written above
}

// registeredOtherwise gives the same person as another office writes it down.
func (s *script) registeredOtherwise(p *someone) *someone {
	out := &someone{
		kind: eventv1.IdentifierKind_IDENTIFIER_KIND_NONE, identity: proto.CloneOf(p.identity), demographics: proto.CloneOf(p.demographics),
	}
	out.identity.Identifier = ""
	out.identity.Phones = []string{s.phone()}
	if p.kind == eventv1.IdentifierKind_IDENTIFIER_KIND_CODICE_FISCALE && s.chance(40) {
		out.kind = p.kind
		out.identity.Identifier = string(person.CodiceFiscale(p.identity.GetIdentifier()).Variant(s.number(2, 127)))
		return out
	}
	if day := person.SwapDayAndMonth(p.identity.GetBirthDate()); day[5:7] <= "12" {
		out.identity.BirthDate = day
	}
	return out
}

// compare says of two registrations what somebody found out.
func (s *script) compare(p, again *someone) {
	by := s.manager(udp)
	if s.chance(12) {
		s.apart(by, p, again)
		return
	}
	basis := weigh(s, []weighted[eventv1.LinkBasis]{
		{50, eventv1.LinkBasis_LINK_BASIS_DOCUMENT},
		{20, eventv1.LinkBasis_LINK_BASIS_PERSON_SAYS},
		{20, eventv1.LinkBasis_LINK_BASIS_TYPING_ERROR},
		{10, eventv1.LinkBasis_LINK_BASIS_CODE_REPLACED},
	})
	link := s.add(by, s.today, nil, &personv1.LinkPersonsRequest{PersonId: p.ref, OtherId: again.ref, Basis: basis, Reason: s.note(onLikeness)})
	if !s.chance(30) {
		return
	}
	s.after(20, 200, func() {
		if s.chance(30) {
			s.unsay(by, p, link)
		} else {
			s.add(by, s.today, nil, &personv1.UnlinkPersonsRequest{PersonId: again.ref, OtherId: p.ref, Reason: s.words(onDifference)})
		}
		s.after(1, 10, func() { s.apart(by, p, again) })
	})
}

// unsay voids what was said of two people: it was entered for the wrong ones.
func (s *script) unsay(by access.Caller, p *someone, said uuid.UUID) {
	s.add(by, s.today, nil, &personv1.CorrectPersonRecordsRequest{
		PersonId: p.ref, Corrections: []*personv1.PersonRecordCorrection{{
			CommandId: said.String(), What: &personv1.PersonRecordCorrection_Void{Void: true},
			Reason: eventv1.CorrectionReason_CORRECTION_REASON_WRONG_PERSON, Note: s.note(onDifference),
		}},
	})
}

func (s *script) apart(by access.Caller, p, again *someone) {
	s.add(by, s.today, nil, &personv1.TellPersonsApartRequest{PersonId: p.ref, OtherId: again.ref, Reason: s.note(onDifference)})
}
