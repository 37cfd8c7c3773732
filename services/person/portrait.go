package person

import (
	"bytes"
	"slices"
	"time"

	"percorsi/internal/casework"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	"percorsi/internal/person"
	"percorsi/internal/privacy"
)

// portrait is what a registration is compared by.
type portrait person.Portrait

func (p *particulars) portrait() portrait {
	return portraitOf(p.identifier, p.identity, p.demographics)
}

// portraitOf reads a registration. A birth date that is not declared is that of
// the codice fiscale.
func portraitOf(id person.Identifier, identity *eventv1.Identity, d *eventv1.Demographics) portrait {
	out := portrait{
		Identifier: id, Surname: identity.GetSurname(), Name: identity.GetName(),
		Born: identity.GetBirthDate(), BirthYear: int(d.GetBirthYear()), Comune: d.GetComune(),
	}
	switch d.GetSex() {
	case eventv1.Sex_SEX_FEMALE:
		out.Sex = person.Female
	case eventv1.Sex_SEX_MALE:
		out.Sex = person.Male
	default:
	}
	if out.Born == "" && id.Kind == person.KindCodiceFiscale && out.BirthYear != 0 {
		// The code has two digits of the year; what was declared, or read of
		// it, says which century.
		end := time.Date(out.BirthYear, time.December, 31, 0, 0, 0, 0, time.UTC)
		if born := person.CodiceFiscale(id.Value).BirthDate(end); born.Year() == out.BirthYear {
			out.Born = born.Format(time.DateOnly)
		}
	}
	if on, err := casework.ParseDay(out.Born); err == nil && out.BirthYear == 0 {
		out.BirthYear = on.Year()
	}
	return out
}

// searchKeys gives the keys under which a registration is kept. Those for a
// search of duplicates ask for one name that sounds the same, besides the birth
// date: names that are both typed wrong are not found.
func (p portrait) searchKeys(v *privacy.Vault) [][]byte {
	keys := nameKeys(v, p.Surname, p.Name)
	if p.Identifier.Kind == person.KindCodiceFiscale {
		keys = append(keys, v.SearchKey(formBase, string(person.CodiceFiscale(p.Identifier.Value).Base())))
	}
	return append(keys, p.bornKeys(v, p.Born)...)
}

// bornKeys gives the keys of a birth date with each of the names.
func (p portrait) bornKeys(v *privacy.Vault, born string) [][]byte {
	var keys [][]byte
	if born == "" {
		return nil
	}
	if surname := person.Phonetic(p.Surname); surname != "" {
		keys = append(keys, v.SearchKey(formBornSurname, born+" "+surname))
	}
	if name := person.Phonetic(p.Name); name != "" {
		keys = append(keys, v.SearchKey(formBornName, born+" "+name))
	}
	return keys
}

// likeKeys gives the keys under which registrations like this one may be kept:
// its own, those of the names in each other's place, and those of the birth
// date with day and month in each other's place. The surname alone is not among
// them: too many share it.
func (p portrait) likeKeys(v *privacy.Vault) [][]byte {
	own, alone := p.searchKeys(v), v.SearchKey(formSurname, person.Phonetic(p.Surname))
	keys := slices.DeleteFunc(own, func(key []byte) bool { return bytes.Equal(key, alone) })
	if p.Surname != "" && p.Name != "" {
		keys = append(keys, v.SearchKey(formPhonetic, person.Phonetic(p.Name)+" "+person.Phonetic(p.Surname)))
	}
	if other := person.SwapDayAndMonth(p.Born); other != p.Born {
		keys = append(keys, p.bornKeys(v, other)...)
	}
	return keys
}
