package sample

import (
	"fmt"
	"time"

	"percorsi/internal/access"
	"percorsi/internal/casework"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	personv1 "percorsi/internal/gen/percorsi/person/v1"
	"percorsi/internal/person"
)

// profile is what kind of people a service meets.
type profile struct {
	// ages in years, both ends included.
	ages []weighted[[2]int]
	// female, foreign and uncoded are shares in percent; uncoded are those
	// without a codice fiscale.
	female, foreign, uncoded float64
	// unnamed keeps name, birth date and home out of the record.
	unnamed bool
}

// someone is a person of the district. ref is the id of the command that
// registers the person, by which a script names people before the server has
// given the pseudonyms.
type someone struct {
	ref          string
	kind         eventv1.IdentifierKind
	identity     *eventv1.Identity
	demographics *eventv1.Demographics
}

func (p *someone) age(on casework.Day) int { return on.Year() - int(p.demographics.GetBirthYear()) }

// Places where people of other states were born, by their cadastral codes.
var (
	euPlaces    = []string{"Z129", "Z112", "Z110", "Z127"}
	otherPlaces = []string{"Z100", "Z330", "Z336", "Z216", "Z352", "Z343", "Z222", "Z138"}
)

// encounter makes up a person who lives in a Comune.
func (s *script) encounter(of profile, home person.Comune) *someone {
	ages := weigh(s, of.ages)
	born := s.birthday(ages[0], ages[1])
	sex := eventv1.Sex_SEX_MALE
	if s.chance(of.female) {
		sex = eventv1.Sex_SEX_FEMALE
	}
	p := &someone{demographics: &eventv1.Demographics{
		BirthYear: int32(born.Year()), Sex: sex, Citizenship: s.citizenship(of), Comune: home.ISTAT,
	}}
	p.identity = &eventv1.Identity{
		Surname: s.surname(), Name: pick(s, givenNames(sex)), BirthDate: born.Format(time.DateOnly),
		Address: fmt.Sprintf("%s, %d - %s", pick(s, streets), s.number(1, 180), home.Name),
		Phones:  []string{s.phone()},
	}
	if s.chance(30) {
		p.identity.Email = fmt.Sprintf("%s.%d@%s", p.identity.GetName(), s.number(1, 999), mailHost)
	}
	s.identify(p, of, born)
	if of.unnamed {
		p.identity = &eventv1.Identity{}
		p.demographics.Comune = ""
	}
	return p
}

// birthday gives a day of birth by which the person is of an age today.
func (s *script) birthday(youngest, oldest int) time.Time {
	return s.today.Time().AddDate(-s.number(youngest, oldest), 0, -s.number(1, 360))
}

func (s *script) surname() string { return pick(s, surnameHeads) + pick(s, surnameTails) }

func (s *script) phone() string { return fmt.Sprintf("%s%04d", phonePrefix, s.number(0, 9999)) }

func (s *script) citizenship(of profile) eventv1.Citizenship {
	switch {
	case !s.chance(of.foreign):
		return eventv1.Citizenship_CITIZENSHIP_ITALIAN
	case s.chance(28):
		return eventv1.Citizenship_CITIZENSHIP_EU
	default:
		return eventv1.Citizenship_CITIZENSHIP_NON_EU
	}
}

// identify gives the person a code, or none.
func (s *script) identify(p *someone, of profile, born time.Time) {
	if of.unnamed || s.chance(of.uncoded) {
		s.withoutCode(p, of)
		return
	}
	sex := person.Male
	if p.demographics.GetSex() == eventv1.Sex_SEX_FEMALE {
		sex = person.Female
	}
	code, err := person.ComposeCodiceFiscale(p.identity.GetSurname(), p.identity.GetName(), born, sex, s.birthplace(p))
	if err != nil {
		s.fail(fmt.Errorf("make up a codice fiscale: %w", err))
		return
	}
	if s.chance(1) {
		code = code.Variant(1)
	}
	p.kind, p.identity.Identifier = eventv1.IdentifierKind_IDENTIFIER_KIND_CODICE_FISCALE, string(code)
}

func (s *script) birthplace(p *someone) string {
	switch p.demographics.GetCitizenship() {
	case eventv1.Citizenship_CITIZENSHIP_EU:
		return pick(s, euPlaces)
	case eventv1.Citizenship_CITIZENSHIP_NON_EU:
		return pick(s, otherPlaces)
	default:
		return weigh(s, s.comuni).Cadastral
	}
}

// withoutCode gives what people have who have no codice fiscale: the code of a
// foreigner present for a time, that of a European who is not enrolled, a
// temporary one, or nothing.
func (s *script) withoutCode(p *someone, of profile) {
	kind, code := eventv1.IdentifierKind_IDENTIFIER_KIND_NONE, ""
	switch citizenship := p.demographics.GetCitizenship(); {
	case of.unnamed || s.chance(30):
	case citizenship == eventv1.Citizenship_CITIZENSHIP_NON_EU && s.chance(60):
		kind, code = eventv1.IdentifierKind_IDENTIFIER_KIND_STP, fmt.Sprintf("STP030321%07d", s.number(1, 9_999_999))
	case citizenship == eventv1.Citizenship_CITIZENSHIP_EU:
		kind, code = eventv1.IdentifierKind_IDENTIFIER_KIND_ENI, fmt.Sprintf("ENI030321%07d", s.number(1, 9_999_999))
	default:
		kind, code = eventv1.IdentifierKind_IDENTIFIER_KIND_TEMPORARY_CODE, temporaryCode(s.number(1, 9_999_999))
	}
	p.kind, p.identity.Identifier = kind, code
}

// temporaryCode numbers a temporary code of the invented office 999 and adds
// the check digit: that of VAT numbers.
func temporaryCode(n int) string {
	body, sum := fmt.Sprintf("%07d999", n), 0
	for i := range len(body) {
		d := int(body[i] - '0')
		if i%2 == 1 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return fmt.Sprintf("%s%d", body, (10-sum%10)%10)
}

// register records the person.
func (s *script) register(by access.Caller, p *someone) {
	p.ref = s.add(by, s.today, nil, &personv1.RegisterPersonRequest{
		IdentifierKind: p.kind, Identity: p.identity, Demographics: p.demographics,
	}).String()
}

// moveHouse records another telephone number and another address: a wrong
// contact was found out.
func (s *script) moveHouse(by access.Caller, p *someone) {
	next := &eventv1.Identity{
		Surname: p.identity.GetSurname(), Name: p.identity.GetName(), BirthDate: p.identity.GetBirthDate(),
		Address: fmt.Sprintf("%s, %d", pick(s, streets), s.number(1, 180)), Phones: []string{s.phone()},
	}
	s.add(by, s.today, nil, &personv1.ChangeDetailsRequest{PersonId: p.ref, Identity: next, Demographics: p.demographics})
}

// moment gives a moment of a day, between eight and seventeen in UTC, so that
// it is the same day in Lodi.
func (s *script) moment(on casework.Day) time.Time {
	return on.Time().Add(time.Duration(s.number(8*60, 17*60)) * time.Minute)
}
