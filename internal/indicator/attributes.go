package indicator

import (
	"strconv"

	"google.golang.org/protobuf/reflect/protoreflect"

	"percorsi/internal/casework"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

// Attributes is what figures can be split by of a person. What is not known,
// or was erased, is zero and counts as not available.
type Attributes struct {
	BirthYear   int32
	Sex         eventv1.Sex
	Citizenship eventv1.Citizenship
}

// AttributesOf takes from the demographics of a person what figures are split
// by. d may be nil.
func AttributesOf(d *eventv1.Demographics) Attributes {
	return Attributes{BirthYear: d.GetBirthYear(), Sex: d.GetSex(), Citizenship: d.GetCitizenship()}
}

// By is what figures are split by.
type By int

// The splits. All but ByYear are of the case or of its person; figures of
// activities and supplied figures are given whole, because nothing of the kind
// is recorded with them.
const (
	NotSplit By = iota
	ByComune
	ByManagingBody
	ByFlow
	BySex
	ByAgeClass
	ByYear
	ByArea
	ByCitizenship
)

// NotAvailable is the group of what is not recorded.
const NotAvailable = "NOT_AVAILABLE"

// ageClasses are the classes by their first year of age, from the oldest.
var ageClasses = [...]struct {
	from  int
	label string
}{{75, "75+"}, {65, "65-74"}, {60, "60-64"}, {45, "45-59"}, {30, "30-44"}, {18, "18-29"}, {0, "0-17"}}

// ageClass gives the class of the age that a person reaches in a year. Of a
// person only the year of birth is known here, so the age is that of the last
// day of the year.
func ageClass(birthYear, year int) string {
	if birthYear == 0 || birthYear > year {
		return NotAvailable
	}
	for _, class := range ageClasses {
		if year-birthYear >= class.from {
			return class.label
		}
	}
	return NotAvailable
}

// group gives the group of a case and its person at the end of a span.
func (by By) group(c *casework.Case, who Attributes, span Span) string {
	switch by {
	case ByComune:
		return orNotAvailable(c.Comune)
	case ByManagingBody:
		return orNotAvailable(c.ManagingBody)
	case ByFlow:
		return wordOf(c.Flow)
	case BySex:
		return wordOf(who.Sex)
	case ByAgeClass:
		return ageClass(int(who.BirthYear), span.To.Year())
	case ByArea:
		return wordOf(c.Area)
	case ByCitizenship:
		return wordOf(who.Citizenship)
	default:
		return NotAvailable
	}
}

func orNotAvailable(s string) string {
	if s == "" {
		return NotAvailable
	}
	return s
}

// wordOf gives the value of a vocabulary as definitions write it, such as
// FEMALE. A value that the vocabulary does not know is given as its number.
func wordOf(e protoreflect.Enum) string {
	if e.Number() == 0 {
		return NotAvailable
	}
	v := e.Descriptor().Values().ByNumber(e.Number())
	if v == nil {
		return strconv.Itoa(int(e.Number()))
	}
	return word(e.Descriptor(), v)
}
