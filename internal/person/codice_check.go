package person

import (
	"strings"
	"time"
	"unicode"
)

// What a person reads when a codice fiscale is refused. Each text is fixed, so
// that nothing of the code can slip into it.
const (
	wrongLength     = "write all 16 characters, and no others"
	looksTemporary  = "this is a temporary code of 11 digits: record it as a temporary code"
	looksHealth     = "this is an STP or ENI code: record it as what it is"
	wrongNames      = "check characters 1 to 6: they are letters, three of the surname and three of the name"
	wrongYear       = "check characters 7 and 8, the year of birth: they are digits, or the letters that stand for digits in an omocode"
	wrongMonth      = "check character 9, the month of birth: it is one of A B C D E H L M P R S T"
	wrongDay        = "check characters 10 and 11, the day of birth: from 01 to 31, for a woman from 41 to 71"
	wrongPlace      = "check characters 12 to 15, the place of birth: a letter and three digits"
	wrongCheckShape = "check character 16: it is a letter"
	wrongDate       = "check characters 7 to 11, the date of birth: there is no such day"
	wrongCheck      = "a character was mistyped: compare every character with the card, since the last one does not fit the others"
)

// digitPositions are the places of digits, which omocodia may turn into
// letters; from the right, the order in which the tax register does so.
var digitPositions = [...]int{14, 13, 12, 10, 9, 7, 6}

// oddWeights are the values of A to Z in the odd places, counted from one; a
// digit weighs as the letter of the same rank (0 as A). In the even places a
// character weighs its rank. Both tables are the decree's.
var oddWeights = [26]int{
	1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18,
	20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23,
}

// shape lists the parts of a code with the text that says what they must be.
var shape = []struct {
	from, to int
	fits     func(code string, i int) bool
	do       string
}{
	{0, yearAt, letterAt, wrongNames},
	{yearAt, monthAt, anyDigitAt, wrongYear},
	{monthAt, dayAt, monthLetterAt, wrongMonth},
	{dayAt, placeAt, anyDigitAt, wrongDay},
	{placeAt, placeAt + 1, letterAt, wrongPlace},
	{placeAt + 1, checkAt, anyDigitAt, wrongPlace},
	{checkAt, codeLength, letterAt, wrongCheckShape},
}

// complaint says what is wrong with a compacted code, or nothing.
func complaint(code string) string {
	if what := otherCode(code); what != "" {
		return what
	}
	if len(code) != codeLength {
		return wrongLength
	}
	for _, part := range shape {
		for i := part.from; i < part.to; i++ {
			if !part.fits(code, i) {
				return part.do
			}
		}
	}
	c := CodiceFiscale(code)
	month, day := c.monthAndDay()
	if day < 1 || day > 31 {
		return wrongDay
	}
	// The years 2000 to 2099 have the leap days that any century may have.
	if time.Date(2000+c.twoDigits(yearAt), month, day, 0, 0, 0, 0, time.UTC).Month() != month {
		return wrongDate
	}
	if c != sealed([]byte(c)) {
		return wrongCheck
	}
	return ""
}

// otherCode recognises the codes that people write where a codice fiscale is
// asked for.
func otherCode(code string) string {
	if len(code) == temporaryLength && allDigits(code) {
		return looksTemporary
	}
	if len(code) == codeLength && allDigits(code[3:]) && (code[:3] == prefixSTP || code[:3] == prefixENI) {
		return looksHealth
	}
	return ""
}

// sealed replaces the last of 16 well-shaped characters by the check letter of
// the others. It changes b.
func sealed(b []byte) CodiceFiscale {
	sum := 0
	for i, ch := range b[:checkAt] {
		rank := int(ch - 'A')
		if isDigit(ch) {
			rank = int(ch - '0')
		}
		if i%2 == 0 {
			rank = oddWeights[rank]
		}
		sum += rank
	}
	b[checkAt] = byte('A' + sum%26)
	return CodiceFiscale(b)
}

// monthAndDay gives the day without the 40 of a woman; it may be out of range
// in a code that is not verified yet.
func (c CodiceFiscale) monthAndDay() (time.Month, int) {
	day := c.twoDigits(dayAt)
	if day > femaleDayOffset {
		day -= femaleDayOffset
	}
	return time.Month(1 + strings.IndexByte(monthLetters, c[monthAt])), day
}

func (c CodiceFiscale) twoDigits(i int) int {
	if len(c) != codeLength {
		return 0
	}
	tens, _ := digitAt(string(c), i)
	units, _ := digitAt(string(c), i+1)
	return 10*tens + units
}

// digitAt reads a digit or the letter that stands for it in an omocode.
func digitAt(code string, i int) (int, bool) {
	if isDigit(code[i]) {
		return int(code[i] - '0'), true
	}
	d := strings.IndexByte(omocodeLetters, code[i])
	return max(d, 0), d >= 0
}

func anyDigitAt(code string, i int) bool {
	_, ok := digitAt(code, i)
	return ok
}

func letterAt(code string, i int) bool { return 'A' <= code[i] && code[i] <= 'Z' }

func monthLetterAt(code string, i int) bool { return strings.IndexByte(monthLetters, code[i]) >= 0 }

func isDigit(b byte) bool { return '0' <= b && b <= '9' }

func allDigits(s string) bool {
	for i := range len(s) {
		if !isDigit(s[i]) {
			return false
		}
	}
	return true
}

// compact drops blanks and the invisible characters of a paste, and raises
// a-z. It raises no other letter: a dotless i or a long s is not of a code.
func compact(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r), unicode.Is(unicode.Cf, r):
			return -1
		case 'a' <= r && r <= 'z':
			return r - 'a' + 'A'
		}
		return r
	}, s)
}
