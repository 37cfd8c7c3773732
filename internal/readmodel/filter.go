package readmodel

import (
	"slices"

	"percorsi/internal/access"
	"percorsi/internal/casework"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

// Scope says with whose eyes a list is read. The zero Scope sees nothing.
type Scope struct {
	// All is for what the program itself asks: figures, checks, exports.
	All bool
	// Caller sees what access.Sees allows.
	Caller access.Caller
}

// Everything sees every case.
func Everything() Scope { return Scope{All: true} }

// SeenBy sees what a caller may see.
func SeenBy(c access.Caller) Scope { return Scope{Caller: c} }

// Sees tells whether a case is in the scope. A backend that cannot ask it row
// by row, such as SQL, says the same in its own words, and the suite compares.
func (s Scope) Sees(c *casework.Case) bool { return s.All || access.Sees(s.Caller, c) }

// CaseFilter says which cases. A zero field asks for nothing; all that are set
// must hold.
type CaseFilter struct {
	Pathway eventv1.Pathway
	Area    eventv1.Area
	Service eventv1.Service
	Status  casework.Status
	// Comune is an ISTAT code.
	Comune       string
	ManagingBody string
	CaseManager  string
	// Person is the pseudonym of whom the case is about, or another one of the
	// same person, see People.Group.
	Person string
}

// Matches tells whether a case is one of those. group is that of f.Person, nil
// for a person who is linked with nobody.
func (f CaseFilter) Matches(c *casework.Case, group []string) bool {
	return fits(f.Pathway, c.Pathway) &&
		fits(f.Area, c.Area) &&
		fits(f.Service, c.Service) &&
		fits(f.Status, c.Status) &&
		fits(f.Comune, c.Comune) &&
		fits(f.ManagingBody, c.ManagingBody) &&
		fits(f.CaseManager, c.CaseManager) &&
		(fits(f.Person, c.Person) || slices.Contains(group, c.Person))
}

// ClockFilter says which clocks. A zero field asks for nothing; all that are
// set must hold.
type ClockFilter struct {
	// Name of the clock, such as T120.
	Name string
	// CaseManager and ManagingBody are those of the case.
	CaseManager  string
	ManagingBody string
	// DueBy is the last day on which the clock may be due.
	DueBy casework.Day
}

// Matches tells whether a clock of a case is one of those.
func (f ClockFilter) Matches(c *casework.Case, k casework.Clock) bool {
	return fits(f.Name, k.Name) &&
		fits(f.CaseManager, c.CaseManager) &&
		fits(f.ManagingBody, c.ManagingBody) &&
		(f.DueBy == 0 || k.DueOn <= f.DueBy)
}

// fits tells whether a value is the one asked for; the zero value asks for any.
func fits[T comparable](want, got T) bool {
	var zero T
	return want == zero || want == got
}
