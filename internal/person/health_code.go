package person

import (
	"strings"

	"percorsi/internal/fault"
)

const (
	prefixSTP    = "STP"
	prefixENI    = "ENI"
	healthDigits = codeLength - len(prefixSTP)
)

// STP is the code under which the health service treats a foreigner present
// for a time and not in order with the rules of stay (straniero temporaneamente
// presente): "STP" and 13 digits. As INMP, the national institute for health
// and migration, describes it: three digits of the Region, three of the health
// body, seven that count. It is valid for six months in all of Italy and may
// be issued anew with another number, so one person may have had several.
type STP string

// ENI is the like code of an indigent European citizen who can neither be
// enrolled nor is insured at home (europeo non iscritto): "ENI" and 13 digits.
// Each Region decides on it and some do not issue it; it is valid there.
type ENI string

// ParseSTP checks that s is STP and 13 digits, in any case and with blanks,
// dots, hyphens or slashes between them. There is no check digit. Region and
// health body are not compared with a list: both have been renumbered, and old
// codes stay in use. The error is of kind Invalid on the field "stp" and
// repeats nothing of s.
func ParseSTP(s string) (STP, error) {
	code, err := parseHealthCode("stp", prefixSTP, s)
	return STP(code), err
}

// ParseENI does for ENI codes what [ParseSTP] does, on the field "eni". A
// Region's own code of another shape is not an ENI: record such a person
// without a code.
func ParseENI(s string) (ENI, error) {
	code, err := parseHealthCode("eni", prefixENI, s)
	return ENI(code), err
}

func parseHealthCode(field, prefix, s string) (string, error) {
	code := compact(separators.Replace(s))
	digits, ok := strings.CutPrefix(code, prefix)
	if !ok || len(digits) != healthDigits || !allDigits(digits) {
		return "", fault.Field(field, "write %s and all 13 digits after it", prefix)
	}
	if allZeros(digits) {
		return "", fault.Field(field, placeholder)
	}
	return code, nil
}

// separators are what printed cards put between the groups of a code.
var separators = strings.NewReplacer("-", "", ".", "", "/", "")
