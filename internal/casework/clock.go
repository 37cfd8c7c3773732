package casework

import (
	"slices"

	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

// ClockRule declares a clock: which cases have it, what starts and stops it,
// how long it runs, and which source says so. It is data: a change of the law
// is another rule of the same name with other days of validity. A clock only
// ever alerts; it never decides.
type ClockRule struct {
	// Name, such as T120.
	Name string
	// Label says in short words what is due.
	Label string
	// Source is the law or the section of the plan.
	Source string
	// Note says how certain the rule is, and what the sources leave open.
	Note string

	// Cases says which cases have the clock.
	Cases Scope
	// Each says who or what of the case has a clock. A fact about one does not
	// count for another; a fact about none counts for all.
	Each Subject
	// Obligations narrow EachMember to members with one of them.
	Obligations []eventv1.Obligation

	// From is the day of the case the clock starts on; empty where facts
	// start it.
	From CaseDay
	// Start is the facts that start the clock, or start it anew.
	Start []FactRef
	// Reset is the facts that start a clock anew while it runs. A clock that
	// recurs is reset by the very thing it waits for.
	Reset []FactRef
	// Stop is the facts that end it.
	Stop []FactRef
	// Exempt is the facts after which there is no such clock, whatever their
	// day.
	Exempt []FactRef
	// Length is how long it runs.
	Length Length
	// Survives is set where the clock also runs on a case that has ended.
	Survives bool
	// ValidFrom and ValidTo bound the day a count starts on, both included;
	// zero leaves that side open.
	ValidFrom, ValidTo Day
}

// Subject says what has a clock.
type Subject string

// What may have one.
const (
	// TheCase is the case itself.
	TheCase Subject = ""
	// EachMember is every member of the household.
	EachMember Subject = "member"
	// EachProject is every project.
	EachProject Subject = "project"
)

// Subjects gives every subject that a clock can name.
func Subjects() []Subject { return []Subject{EachMember, EachProject} }

// Scope says which cases a rule is for. What is empty does not narrow.
type Scope struct {
	Pathways []eventv1.Pathway
	Services []eventv1.Service
	// Lines of the dimissioni protette; a case without a discharge has none.
	Lines []eventv1.DischargeLine
	// OpenedFrom and OpenedTo bound the day the case began, both included.
	OpenedFrom, OpenedTo Day
}

// Length is how long a clock runs; one of its fields is set.
type Length struct {
	// Hours run from the moment that the starting fact states, on every day
	// of the week.
	Hours int
	// Days are calendar days.
	Days int
	// Months are calendar months, see Day.AddMonths.
	Months int
	// Until is the day of the case by which the thing is due.
	Until CaseDay
}

// CaseDay names a day that facts state inside them, beside the day they
// happened on.
type CaseDay string

// The days that clocks count from or until.
const (
	// CaseDayPadSigned is the day of the patto di attivazione digitale; that
	// of a renewal takes its place.
	CaseDayPadSigned CaseDay = "pad_signed_on"
	// CaseDayTransmitted is the day the case was transmitted to GePI.
	CaseDayTransmitted CaseDay = "transmitted_on"
	// CaseDayExpected is the day of discharge expected by the ward.
	CaseDayExpected CaseDay = "expected_on"
	// CaseDayFollowUp is the day by which the first of what meetings decided
	// has to be done, CaseDayDecided that of the meeting that decided it.
	CaseDayFollowUp CaseDay = "follow_up_on"
	CaseDayDecided  CaseDay = "follow_up_decided_on"
	// CaseDayMonitoring is the first planned day of a project without a meeting;
	// for a clock of the case itself, that of any project.
	CaseDayMonitoring CaseDay = "next_monitoring"
)

// CaseDays gives every day that a clock can name.
func CaseDays() []CaseDay {
	return []CaseDay{
		CaseDayPadSigned, CaseDayTransmitted, CaseDayExpected, CaseDayFollowUp, CaseDayDecided, CaseDayMonitoring,
	}
}

// of gives the day in a case, or in what of it is named; zero where it is not
// there.
func (d CaseDay) of(c *Case, about string) Day {
	switch {
	case d == CaseDayPadSigned:
		return c.PadSignedOn
	case d == CaseDayTransmitted:
		return c.TransmittedOn
	case d == CaseDayExpected && c.Discharge != nil:
		return c.Discharge.ExpectedOn
	case d == CaseDayFollowUp || d == CaseDayDecided:
		held, next := c.nextFollowUp()
		if next != nil && d == CaseDayFollowUp {
			return next.DueOn
		}
		return held
	case d == CaseDayMonitoring:
		return c.nextMonitoring(about)
	default:
		return 0
	}
}

func (s *Scope) holds(c *Case) bool {
	var line eventv1.DischargeLine
	if c.Discharge != nil {
		line = c.Discharge.Line
	}
	return oneOf(s.Pathways, c.Pathway) && oneOf(s.Services, c.Service) && oneOf(s.Lines, line) &&
		inside(c.OpenedOn, s.OpenedFrom, s.OpenedTo)
}

// oneOf tells whether v is in a list that, empty, has everything.
func oneOf[T comparable](list []T, v T) bool { return len(list) == 0 || slices.Contains(list, v) }

// inside tells whether a day lies between two others, of which the zero Day
// leaves its side open.
func inside(d, from, to Day) bool { return (from == 0 || d >= from) && (to == 0 || d <= to) }
