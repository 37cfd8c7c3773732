package person

import (
	"fmt"
	"strings"
	"time"

	"percorsi/internal/fault"
)

// ComposeCodiceFiscale builds the code that the rules give to fictional people
// in samples and tests. It never makes the code of a real person: only the tax
// register issues one, and omocodia makes it differ from the rules. Of born
// only the date in its own location counts; place is a cadastral code. The
// error is of kind Invalid on the field that cannot be used.
func ComposeCodiceFiscale(surname, name string, born time.Time, sex Sex, place string) (CodiceFiscale, error) {
	place = compact(place)
	family, ok := lettersOf(surname)
	if !ok {
		return "", fault.Field("surname", "write it in Latin letters")
	}
	given, ok := lettersOf(name)
	if !ok {
		return "", fault.Field("name", "write it in Latin letters")
	}
	if born.IsZero() {
		return "", fault.Field("birth_date", "give the date of birth")
	}
	if sex != Male && sex != Female {
		return "", fault.Field("sex", "say which sex the code shall carry")
	}
	if !isCadastral(place) {
		return "", fault.Field("birth_place", "give a cadastral code: a letter and three digits")
	}
	day := born.Day()
	if sex == Female {
		day += femaleDayOffset
	}
	body := fmt.Sprintf("%s%s%02d%c%02d%s_", surnamePart(family), namePart(given),
		born.Year()%century, monthLetters[born.Month()-1], day, place)
	return sealed([]byte(body)), nil
}

// Variant gives one of the 128 codes that share the base of c: bit 0 of n
// replaces the rightmost digit by a letter, bit 6 the leftmost, so that 0, 1,
// 3, 7 ... is the order of the tax register. Only those seven bits of n count.
// For samples and tests: nobody but the tax register issues an omocode.
func (c CodiceFiscale) Variant(n int) CodiceFiscale {
	if len(c) != codeLength {
		return ""
	}
	b := []byte(c.Base())
	for bit, i := range digitPositions {
		if n&(1<<bit) != 0 {
			b[i] = omocodeLetters[b[i]-'0']
		}
	}
	return sealed(b)
}

// lettersOf gives the letters of a name, folded; false where there is none or
// one is not Latin.
func lettersOf(name string) (string, bool) {
	folded := Normalise(name)
	for i := range len(folded) {
		if !letterAt(folded, i) {
			return "", false
		}
	}
	return folded, folded != ""
}

// surnamePart takes consonants, then vowels, then X, up to three.
func surnamePart(folded string) string {
	consonants, vowels := split(folded)
	return (consonants + vowels + "XX")[:3]
}

// namePart does as surnamePart, but of four or more consonants it takes the
// first, the third and the fourth.
func namePart(folded string) string {
	consonants, vowels := split(folded)
	if len(consonants) > 3 {
		return consonants[:1] + consonants[2:4]
	}
	return (consonants + vowels + "XX")[:3]
}

func split(folded string) (consonants, vowels string) {
	keep := func(vowel bool) string {
		return strings.Map(func(r rune) rune {
			if isVowel(r) == vowel {
				return r
			}
			return -1
		}, folded)
	}
	return keep(false), keep(true)
}

func isVowel(r rune) bool { return strings.ContainsRune("AEIOU", r) }

func isCadastral(s string) bool {
	return len(s) == 4 && letterAt(s, 0) && allDigits(s[1:])
}
