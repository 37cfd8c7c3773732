package person

import (
	"slices"
	"strings"
	"unicode"
)

// Likeness is one way in which two registrations are alike, or not. Its numbers
// are those of the API.
type Likeness int

// The ways. Those of one kind (code, name, birth, the rest) exclude each other.
const (
	NotAlike Likeness = iota
	SameBaseCode
	CodeTyped
	OtherCode
	SameName
	NameSoundsSame
	NameSwapped
	NameTyped
	SameBirthDate
	BirthDateSwapped
	BirthDateTyped
	SameBirthYear
	OtherBirthDate
	OtherSex
	SameComune
)

// Proposed is the score from which two registrations are shown to somebody who
// may know.
const Proposed = 60

// scores weigh each likeness. They were set so that a name and a birth date
// with one error in one of them are proposed, and with one in each only with
// something besides; that twins and homonyms are not, unless nothing tells them
// apart; and that nothing is proposed by names that differ. alike_test.go has
// the pairs.
var scores = map[Likeness]int{
	SameBaseCode: 60, CodeTyped: 35, OtherCode: -25,
	SameName: 40, NameSoundsSame: 34, NameSwapped: 34, NameTyped: 28,
	SameBirthDate: 35, BirthDateSwapped: 28, BirthDateTyped: 24, SameBirthYear: 15, OtherBirthDate: -30,
	OtherSex: -10, SameComune: 5,
}

// Portrait is what two registrations are compared by. What is not known is
// zero.
type Portrait struct {
	Identifier    Identifier
	Surname, Name string
	// Born is a day, as 1980-01-31.
	Born      string
	BirthYear int
	Sex       Sex
	// Comune is the ISTAT code of that of residence.
	Comune string
}

// Compare says how much two registrations look like those of one person, from 0
// to 100, and why. It proves nothing: who looks decides.
//
// Without a likeness of names, or of codes, the score is 0: a birth date and a
// Comune are shared by many.
func Compare(a, b Portrait) (score int, why []Likeness) {
	named := likeNames(a, b)
	coded := likeCodes(a.Identifier, b.Identifier)
	if named == NotAlike && coded != SameBaseCode {
		return 0, nil
	}
	for _, l := range []Likeness{coded, named, likeBirths(a, b)} {
		if l != NotAlike {
			why = append(why, l)
		}
	}
	if a.Sex != SexUnknown && b.Sex != SexUnknown && a.Sex != b.Sex {
		why = append(why, OtherSex)
	}
	if a.Comune != "" && a.Comune == b.Comune {
		why = append(why, SameComune)
	}
	for _, l := range why {
		score += scores[l]
	}
	return min(max(score, 0), 100), why
}

// NamedApart tells whether two registrations have names that are not alike. Those
// of one identifier should.
func NamedApart(a, b Portrait) bool {
	return a.named() && b.named() && likeNames(a, b) == NotAlike
}

func (p Portrait) named() bool { return p.Surname != "" && p.Name != "" }

// likeCodes compares codici fiscali. Other codes are replaced so often that
// another one says nothing.
func likeCodes(a, b Identifier) Likeness {
	if a.Kind != KindCodiceFiscale || b.Kind != KindCodiceFiscale || a.Value == b.Value {
		return NotAlike
	}
	x, y := CodiceFiscale(a.Value).Base(), CodiceFiscale(b.Value).Base()
	switch {
	case x == y:
		return SameBaseCode
	// The check letter follows from the rest.
	case distance([]rune(string(x[:checkAt])), []rune(string(y[:checkAt])), 2) <= 2:
		return CodeTyped
	default:
		return OtherCode
	}
}

// likeNames compares surname with surname and name with name, and then the one
// with the other.
func likeNames(a, b Portrait) Likeness {
	if !a.named() || !b.named() {
		return NotAlike
	}
	surnames, names := likeName(a.Surname, b.Surname), likeName(a.Name, b.Name)
	if surnames != NotAlike && names != NotAlike {
		return max(surnames, names) // the less alike of the two
	}
	if soundsLike(a.Surname, b.Name) && soundsLike(a.Name, b.Surname) {
		return NameSwapped
	}
	return NotAlike
}

func likeName(a, b string) Likeness {
	x, y := Normalise(a), Normalise(b)
	switch {
	case x == "" || y == "":
		return NotAlike
	case x == y:
		return SameName
	case soundsLike(a, b):
		return NameSoundsSame
	case mistyped(x, y), oneOf(a, b), oneOf(b, a):
		return NameTyped
	default:
		return NotAlike
	}
}

func soundsLike(a, b string) bool {
	x := Phonetic(a)
	return x != "" && x == Phonetic(b)
}

// oneOf tells whether a name is made of some of the names of another one: Anna
// is one of Anna Maria.
func oneOf(short, long string) bool {
	some, all := names(short), names(long)
	return len(some) < len(all) && len(some) > 0 && !slices.ContainsFunc(some, func(n string) bool { return !slices.Contains(all, n) })
}

func names(s string) []string {
	parts := strings.FieldsFunc(s, func(r rune) bool { return unicode.IsSpace(r) || r == '-' })
	for i, p := range parts {
		parts[i] = Normalise(p)
	}
	return slices.DeleteFunc(parts, func(p string) bool { return len(p) < 2 })
}

// likeBirths compares days where both are known, and years otherwise.
func likeBirths(a, b Portrait) Likeness {
	if a.Born == "" || b.Born == "" {
		switch {
		case a.BirthYear == 0 || b.BirthYear == 0:
			return NotAlike
		case a.BirthYear == b.BirthYear:
			return SameBirthYear
		default:
			return OtherBirthDate
		}
	}
	switch {
	case a.Born == b.Born:
		return SameBirthDate
	case SwapDayAndMonth(a.Born) == b.Born:
		return BirthDateSwapped
	case distance([]rune(a.Born), []rune(b.Born), 1) == 1:
		return BirthDateTyped
	default:
		return OtherBirthDate
	}
}

// SwapDayAndMonth gives a day, as 1980-12-31, with day and month in each
// other's place, whether or not there is such a day; what is no day stays as it
// is.
func SwapDayAndMonth(day string) string {
	if len(day) != len("2006-01-02") {
		return day
	}
	return day[:5] + day[8:] + day[4:5] + day[5:7]
}
