package person

import "percorsi/internal/fault"

const temporaryLength = 11

// TemporaryCode is the numeric tax code given while no codice fiscale can be
// issued: seven digits that count, three of the office, one check digit. It is
// replaced within months, so a person may have had both; the two are linked by
// a fact, never by a rule. The empty value is no code.
type TemporaryCode string

// ParseTemporaryCode verifies the length and the check digit of s, which is
// that of VAT numbers: digits in odd places as they are, those in even places
// doubled and less 9 where two-figured; the sum ends in 0. The error is of
// kind Invalid on the field "temporary_code" and repeats nothing of s.
func ParseTemporaryCode(s string) (TemporaryCode, error) {
	code := compact(s)
	if len(code) != temporaryLength || !allDigits(code) {
		return "", fault.Field("temporary_code", "write all 11 digits, and nothing else")
	}
	if allZeros(code) {
		return "", fault.Field("temporary_code", placeholder)
	}
	sum := 0
	for i := range len(code) {
		d := int(code[i] - '0')
		if i%2 == 1 {
			d *= 2
		}
		if d > 9 {
			d -= 9
		}
		sum += d
	}
	if sum%10 != 0 {
		return "", fault.Field("temporary_code", "a digit was mistyped: compare every digit with the document, since the last one does not fit the others")
	}
	return TemporaryCode(code), nil
}

// placeholder refuses the zeros that people write to get past a form: whoever
// did so would become one person.
const placeholder = "zeros are no code: where the person has none, record that there is none"

func allZeros(s string) bool {
	for i := range len(s) {
		if s[i] != '0' {
			return false
		}
	}
	return true
}
