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
	// Member is the case manager or is in the team now.
	Member string
	// Body manages the case, works on it or is asked to. Of a sealed case only
	// the managing body is found: nobody learns through a list who else does.
	Body string
	// Lacks is what the case lacks, all of it.
	Lacks casework.Lacks
	// Awaiting asks for cases in which something waits for its approval, see
	// casework.Case.Awaiting.
	Awaiting bool
	// Approver is a user who wrote nothing of something that waits for its
	// approval. Whether a role approves at all, access.MayApprove says.
	Approver string
}

// Matches tells whether a case is one of those, where those approvals are asked
// for. group is that of f.Person, nil for a person who is linked with nobody.
func (f CaseFilter) Matches(c *casework.Case, group []string, asked casework.Approvals) bool {
	return fits(f.Pathway, c.Pathway) &&
		fits(f.Area, c.Area) &&
		fits(f.Service, c.Service) &&
		fits(f.Status, c.Status) &&
		fits(f.Comune, c.Comune) &&
		fits(f.ManagingBody, c.ManagingBody) &&
		fits(f.CaseManager, c.CaseManager) &&
		(fits(f.Person, c.Person) || slices.Contains(group, c.Person)) &&
		(f.Lacks == 0 || c.Lacks().Has(f.Lacks)) &&
		awaits(c, asked, f.Awaiting, f.Approver) &&
		allSee(f.Hands(), c)
}

// Hands gives the eyes of the member and of the body that the filter asks for,
// who see what they have a hand in and nothing else: so a backend finds it as it
// finds what callers see.
func (f CaseFilter) Hands() []Scope { return hands(f.Member, f.Body) }

// ClockFilter says which clocks. A zero field asks for nothing; all that are
// set must hold.
type ClockFilter struct {
	// Name of the clock, such as T120.
	Name string
	// CaseManager and ManagingBody are those of the case.
	CaseManager  string
	ManagingBody string
	// Person is whom the case is about or a member of the household now, or
	// another pseudonym of the same person, see People.Group.
	Person string
	// Member, Body, Awaiting and Approver are those of CaseFilter.
	Member   string
	Body     string
	Awaiting bool
	Approver string
	// DueFrom and DueBy are the first and the last day on which the clock may
	// be due.
	DueFrom casework.Day
	DueBy   casework.Day
}

// Matches tells whether a clock of a case is one of those. group and asked are
// those of CaseFilter.Matches.
func (f ClockFilter) Matches(c *casework.Case, k casework.Clock, group []string, asked casework.Approvals) bool {
	return fits(f.Name, k.Name) &&
		fits(f.CaseManager, c.CaseManager) &&
		fits(f.ManagingBody, c.ManagingBody) &&
		(f.DueFrom == 0 || k.DueOn >= f.DueFrom) &&
		(f.DueBy == 0 || k.DueOn <= f.DueBy) &&
		(f.Person == "" || Involves(c, f.Person, group)) &&
		awaits(c, asked, f.Awaiting, f.Approver) &&
		allSee(f.Hands(), c)
}

// Hands are those of CaseFilter.Hands.
func (f ClockFilter) Hands() []Scope { return hands(f.Member, f.Body) }

func hands(member, body string) []Scope {
	var out []Scope
	if member != "" {
		out = append(out, SeenBy(access.Caller{User: member, Role: access.TeamMember}))
	}
	if body != "" {
		out = append(out, SeenBy(access.Caller{Body: body, Role: access.TeamMember}))
	}
	return out
}

// awaits tells whether something of a case waits for its approval, if that is asked
// for, and for one that the approver may give, if there is one.
func awaits(c *casework.Case, asked casework.Approvals, awaiting bool, approver string) bool {
	if !awaiting && approver == "" {
		return true
	}
	list := c.Awaiting(asked)
	return casework.WaitsOf(list).Any() && (approver == "" || !slices.Contains(casework.Barred(list), approver))
}

func allSee(scopes []Scope, c *casework.Case) bool {
	return !slices.ContainsFunc(scopes, func(s Scope) bool { return !s.Sees(c) })
}

// Involves tells whether a person, under any pseudonym of the group, is in a case
// now: as whom it is about or as a member of the household.
func Involves(c *casework.Case, person string, group []string) bool {
	is := func(id string) bool { return id == person || slices.Contains(group, id) }
	return is(c.Person) || slices.ContainsFunc(c.Household, func(m *casework.Member) bool { return is(m.Person) })
}

// fits tells whether a value is the one asked for; the zero value asks for any.
func fits[T comparable](want, got T) bool {
	var zero T
	return want == zero || want == got
}
