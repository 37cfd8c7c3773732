package readmodel

import (
	"percorsi/internal/casework"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

// Summary is what a list shows of a case. It is small and plain, so that a
// backend can keep it in columns and answer a list without any state. Fields
// are those of casework.Case, and zero where they are.
type Summary struct {
	ID      casework.CaseID
	Pathway eventv1.Pathway
	Area    eventv1.Area
	Service eventv1.Service
	Status  casework.Status
	Stage   casework.Stage
	// Person is the pseudonym of the person, or of the applicant.
	Person string
	// Comune is an ISTAT code.
	Comune       string
	ManagingBody string
	CaseManager  string
	OpenedOn     casework.Day
	ClosedOn     casework.Day
	// Waits is since when something waits for its approval.
	Waits casework.Waits
	// Opened is where the case was opened in the log: its place in every list.
	Opened casework.Position
	// Last is the position of the newest commit that this shows.
	Last casework.Position
}

// SummaryOf gives what lists show of a state, where those approvals are asked for.
func SummaryOf(c *casework.Case, asked casework.Approvals) Summary {
	return Summary{
		ID:           c.ID,
		Pathway:      c.Pathway,
		Area:         c.Area,
		Service:      c.Service,
		Status:       c.Status,
		Stage:        c.Stage(),
		Person:       c.Person,
		Comune:       c.Comune,
		ManagingBody: c.ManagingBody,
		CaseManager:  c.CaseManager,
		OpenedOn:     c.OpenedOn,
		ClosedOn:     c.ClosedOn,
		Waits:        casework.WaitsOf(c.Awaiting(asked)),
		Opened:       OpenedAt(c),
		Last:         c.Last,
	}
}
