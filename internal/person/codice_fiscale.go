package person

import (
	"time"

	"percorsi/internal/fault"
)

// CodiceFiscale is the 16-character tax code of a person, upper-case and
// verified (DM 23.12.1976, "Sistemi di codificazione dei soggetti da iscrivere
// all'anagrafe tributaria"):
//
//	1-6    letters of the surname and of the name
//	7-8    year of birth, two digits
//	9      month of birth, a letter
//	10-11  day of birth, plus 40 for a woman
//	12-15  place of birth, cadastral code: a letter and three digits
//	16     check letter over the 15 before it
//
// The seven digits may be letters: see [CodiceFiscale.Omocode]. The empty
// value is no code, and its methods give zero values. Make one with
// [ParseCodiceFiscale]. What the code says about a person was true when it was
// issued; it is never a reason to refuse what the person declares.
type CodiceFiscale string

// Sex is what a codice fiscale or a register says; the zero value is not known.
type Sex int

const (
	// SexUnknown is the zero value: nothing says.
	SexUnknown Sex = iota
	// Male is "M" in Italian registers.
	Male
	// Female is "F" in Italian registers.
	Female
)

// String gives "M", "F", or "" where nothing says.
func (s Sex) String() string {
	switch s {
	case Male:
		return "M"
	case Female:
		return "F"
	case SexUnknown:
	}
	return ""
}

const (
	codeLength      = 16
	femaleDayOffset = 40
	monthLetters    = "ABCDEHLMPRST"
	omocodeLetters  = "LMNPQRSTUV"
	fieldCodiceFisc = "codice_fiscale"
	yearAt, monthAt = 6, 8
	dayAt, placeAt  = 9, 11
	checkAt         = codeLength - 1
	century         = 100
)

// ParseCodiceFiscale verifies s and gives it in upper case, without blanks. It
// checks the shape, the month letter, that the day exists, and the check
// letter. 29 February is taken in every year divisible by four: two digits do
// not tell 1900 from 2000. The check letter finds any one wrong character, not
// every swap of two.
//
// The error is of kind Invalid on the field "codice_fiscale"; it says which
// rule failed and repeats nothing of s.
func ParseCodiceFiscale(s string) (CodiceFiscale, error) {
	code := compact(s)
	if what := complaint(code); what != "" {
		return "", fault.Field(fieldCodiceFisc, "%s", what)
	}
	return CodiceFiscale(code), nil
}

// Omocode says whether letters stand in place of some digits. The tax register
// does so, usually from the right, when two people would share a code. An
// omocode is the one and only code of its holder.
func (c CodiceFiscale) Omocode() bool {
	if len(c) != codeLength {
		return false
	}
	for _, i := range digitPositions {
		if !isDigit(c[i]) {
			return true
		}
	}
	return false
}

// Base gives the code with omocodia undone and the check letter made anew.
// Use it only to find candidates for duplicates, never as an identity:
// omocodia exists because another person holds the base.
func (c CodiceFiscale) Base() CodiceFiscale {
	if len(c) != codeLength {
		return ""
	}
	b := []byte(c)
	for _, i := range digitPositions {
		d, _ := digitAt(string(c), i)
		b[i] = byte('0' + d)
	}
	return sealed(b)
}

// Sex is told by the day of birth: over 40 for a woman.
func (c CodiceFiscale) Sex() Sex {
	switch day := c.twoDigits(dayAt); {
	case day > femaleDayOffset:
		return Female
	case day > 0:
		return Male
	}
	return SexUnknown
}

// BirthYear gives the latest year that ends in the two digits of the code and
// is not after reference, usually the present year. People who turn 100 or
// more in the reference year are therefore taken for a century younger: where
// a declared date of birth is known, prefer it.
func (c CodiceFiscale) BirthYear(reference int) int {
	if len(c) != codeLength {
		return 0
	}
	year := reference - reference%century + c.twoDigits(yearAt)
	if year > reference {
		year -= century
	}
	return year
}

// BirthDate gives midnight UTC of the latest day that agrees with the code and
// is not after today, whose own location says which day that is. It is
// ambiguous as [CodiceFiscale.BirthYear] is. The empty code gives the zero time.
func (c CodiceFiscale) BirthDate(today time.Time) time.Time {
	if len(c) != codeLength {
		return time.Time{}
	}
	last := time.Date(today.Year(), today.Month(), today.Day(), 0, 0, 0, 0, time.UTC)
	month, day := c.monthAndDay()
	year := c.BirthYear(today.Year())
	for {
		born := time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
		if !born.After(last) && born.Month() == month {
			return born
		}
		year -= century
	}
}

// BirthPlace gives the cadastral code of the Comune of birth as it was then,
// which may have been merged since, or of the State for who was born abroad.
func (c CodiceFiscale) BirthPlace() string {
	if len(c) != codeLength {
		return ""
	}
	return string(c.Base()[placeAt:checkAt])
}

// BornAbroad says whether the place of birth is a State: Z and three digits.
func (c CodiceFiscale) BornAbroad() bool {
	return len(c) == codeLength && c[placeAt] == 'Z'
}
