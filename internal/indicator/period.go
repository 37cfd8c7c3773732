package indicator

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"percorsi/internal/casework"
	"percorsi/internal/fault"
)

// Span is a stretch of days that figures are counted over.
type Span struct {
	// Label is a year such as 2025, or years such as 2025-2027.
	Label string
	// From and To are the first and the last day.
	From, To casework.Day
}

// spans gives the years of a plan, then the plan as a whole, then the year
// before the first: what growth in the first year is counted on.
type spans struct {
	list []Span
	// years is how many of them are years of the plan.
	years int
}

// maxYears bounds the length of a plan.
const maxYears = 10

func newSpans(from, to casework.Day) (spans, error) {
	first, last := from.Year(), to.Year()
	if to < from || last-first >= maxYears {
		return spans{}, fault.Field("to", "must not be before from, nor more than %d years after it", maxYears)
	}
	s := spans{years: last - first + 1}
	for year := first; year <= last; year++ {
		s.list = append(s.list, Span{
			Label: strconv.Itoa(year),
			From:  max(from, startOf(year)),
			To:    min(to, startOf(year+1)-1),
		})
	}
	s.list = append(s.list,
		Span{Label: fmt.Sprintf("%d-%d", first, last), From: from, To: to},
		Span{Label: strconv.Itoa(first - 1), From: startOf(first - 1), To: startOf(first) - 1})
	return s, nil
}

func startOf(year int) casework.Day {
	return casework.DayOf(time.Date(year, time.January, 1, 0, 0, 0, 0, time.UTC))
}

// whole is the place of the plan as a whole.
func (s spans) whole() int { return s.years }

// before gives the place of the year before a year.
func (s spans) before(year int) int {
	if year == 0 {
		return s.years + 1
	}
	return year - 1
}

// begun tells how many years of the plan had begun by a day.
func (s spans) begun(by casework.Day) int {
	n := 0
	for n < s.years && s.list[n].From <= by {
		n++
	}
	return n
}

// find gives the place of a period: a year of the plan, or all of them. The
// empty label is the whole plan.
func (s spans) find(label string) (int, error) {
	if label == "" {
		return s.whole(), nil
	}
	known := make([]string, 0, s.years+1)
	for i, span := range s.list[:s.years+1] {
		if span.Label == label {
			return i, nil
		}
		known = append(known, span.Label)
	}
	return 0, fault.Field("period", "is not a period of the plan: give one of %s", strings.Join(known, ", "))
}
