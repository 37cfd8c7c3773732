package person

import (
	"strings"
	"time"

	"google.golang.org/protobuf/proto"

	"percorsi/internal/casework"
	"percorsi/internal/fault"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	personv1 "percorsi/internal/gen/percorsi/person/v1"
	"percorsi/internal/person"
	"percorsi/internal/privacy"
)

// The forms under which keyed hashes of a person are kept.
const (
	formIdentifier  = "identifier"
	formName        = "name"
	formPhonetic    = "phonetic"
	formSurname     = "surname"
	formBase        = "base"
	formBornSurname = "born surname"
	formBornName    = "born name"
)

// particulars is who somebody is, checked and not yet sealed.
type particulars struct {
	identifier   person.Identifier
	identity     *eventv1.Identity
	demographics *eventv1.Demographics
}

// read checks what a registration says. The copies it keeps may be changed.
func (s *Server) read(kind eventv1.IdentifierKind, identity *eventv1.Identity, demographics *eventv1.Demographics) (particulars, error) {
	p := particulars{identity: &eventv1.Identity{}, demographics: &eventv1.Demographics{}}
	proto.Merge(p.identity, identity)
	proto.Merge(p.demographics, demographics)
	var err error
	if p.identifier, err = person.ParseIdentifier(person.IdentifierKind(kind), p.identity.GetIdentifier()); err != nil {
		return p, fault.Field("identity.identifier", "%s", reasons(err))
	}
	p.identity.Identifier = p.identifier.Value
	born, err := casework.ParseDay(p.identity.GetBirthDate())
	switch {
	case err != nil:
		return p, fault.Field("identity.birth_date", "%s", err)
	case born > s.today():
		return p, fault.Field("identity.birth_date", "is in the future")
	}
	if c := p.demographics.GetComune(); c != "" && !s.comuni.Has(c) {
		return p, fault.Field("demographics.comune", "is not the ISTAT code of a Comune of the Ambito: leave it empty for a residence outside")
	}
	p.complete(born, s.today())
	return p, nil
}

// reasons gives what is wrong without the name of the field, which is another
// one in the API.
func reasons(err error) string {
	return strings.TrimLeft(err.Error()[strings.Index(err.Error(), ":")+1:], " ")
}

// complete reads birth year and sex from the birth date and the codice fiscale
// where they are not given. What is given is never contradicted: codes are
// wrong more often than people.
func (p *particulars) complete(born, today casework.Day) {
	if p.demographics.GetBirthYear() == 0 && born != 0 {
		p.demographics.BirthYear = int32(born.Year())
	}
	if p.identifier.Kind != person.KindCodiceFiscale {
		return
	}
	code := person.CodiceFiscale(p.identifier.Value)
	if p.demographics.GetBirthYear() == 0 {
		p.demographics.BirthYear = int32(code.BirthYear(today.Year()))
	}
	if p.demographics.GetSex() == 0 {
		p.demographics.Sex = sexOf[code.Sex()]
	}
}

var sexOf = map[person.Sex]eventv1.Sex{person.Female: eventv1.Sex_SEX_FEMALE, person.Male: eventv1.Sex_SEX_MALE}

// sealed is what of a person reaches the log.
type sealed struct {
	identity, demographics, identifierKey []byte
	searchKeys                            [][]byte
}

// seal seals the particulars with the key of the person, which must be there.
func (p *particulars) seal(v *privacy.Vault, id string) (sealed, error) {
	identity, err := v.SealIdentity(id, p.identity)
	if err != nil {
		return sealed{}, err
	}
	demographics, err := v.SealDemographics(id, p.demographics)
	if err != nil {
		return sealed{}, err
	}
	return sealed{
		identity:      identity,
		demographics:  demographics,
		identifierKey: v.SearchKey(formIdentifier, p.identifier.Canonical()),
		searchKeys:    p.portrait().searchKeys(v),
	}, nil
}

// nameKeys gives the keys by which a name is found.
func nameKeys(v *privacy.Vault, surname, name string) [][]byte {
	var keys [][]byte
	add := func(form, normal string) {
		if key := v.SearchKey(form, normal); key != nil {
			keys = append(keys, key)
		}
	}
	if surname != "" && name != "" {
		add(formName, person.Normalise(surname)+" "+person.Normalise(name))
		add(formPhonetic, person.Phonetic(surname)+" "+person.Phonetic(name))
	}
	add(formSurname, person.Phonetic(surname))
	return keys
}

// registered puts a registration into its fact.
func (x sealed) registered(r *personv1.RegisterPersonRequest) *eventv1.Fact {
	return &eventv1.Fact{OccurredOn: r.GetOccurredOn(), Fact: &eventv1.Fact_PersonRegistered{
		PersonRegistered: &eventv1.PersonRegistered{
			IdentifierKind: r.GetIdentifierKind(), Identity: x.identity, Demographics: x.demographics,
			IdentifierKey: x.identifierKey, SearchKeys: x.searchKeys,
		},
	}}
}

// changed puts a change of details into its fact.
func (x sealed) changed(r *personv1.ChangeDetailsRequest) *eventv1.Fact {
	return &eventv1.Fact{OccurredOn: r.GetOccurredOn(), Fact: &eventv1.Fact_PersonDetailsChanged{
		PersonDetailsChanged: &eventv1.PersonDetailsChanged{
			Identity: x.identity, Demographics: x.demographics, SearchKeys: x.searchKeys,
		},
	}}
}

// happened checks the day of a fact against the day of recording.
func happened(day string, now time.Time) error {
	on, err := casework.ParseDay(day)
	switch {
	case err != nil:
		return fault.Field("occurred_on", "%s", err)
	case on > casework.DayOf(now):
		return fault.Field("occurred_on", "is in the future: a fact is recorded once it has happened")
	}
	return nil
}
