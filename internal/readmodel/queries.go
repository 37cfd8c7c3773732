package readmodel

import (
	"context"

	"percorsi/internal/casework"
	"percorsi/internal/eventlog"
	"percorsi/internal/indicator"
	"percorsi/internal/person"
	"percorsi/internal/plan"
)

// Model is everything a backend answers, and how the log reaches it. Who asks
// names the few methods it needs in an interface of its own.
type Model interface {
	Cases
	People
	Plans
	Progress
	Feed
	// Apply folds what follows in the log. What the model holds already is
	// left out, so a batch may come again after a failure. The error is a
	// *eventlog.Gap if a record is missing; what came before it is folded.
	Apply(ctx context.Context, batch []Delivery) error
	// Settle does what Apply may leave for later, so that the next question
	// finds nothing left to do. It changes no answer.
	Settle(ctx context.Context) error
}

// Cases answers about cases. States are shared: nobody changes them.
type Cases interface {
	// Case gives a case as far as it was folded. The error is NotFound where
	// there is none, and Unavailable where there is one of which nothing could
	// be folded. It looks at no rights: that is for the caller to do.
	Case(ctx context.Context, id casework.CaseID) (*casework.Case, error)
	// Cases gives the cases that match, the one opened last in front. An order
	// by the log: cases opened while somebody turns pages come before the
	// first page.
	Cases(ctx context.Context, by Scope, f CaseFilter, p Page) (CasePage, error)
	// CasesOf gives every case that a person is in, as the person it is about
	// or as somebody who is or was in the household, the one opened last in
	// front. It looks at no rights: it is what decides on them, so who leaves
	// the household of a sealed case is not found by everybody from then on.
	CasesOf(ctx context.Context, person string) ([]*casework.Case, error)
	// Clocks gives the clocks that run, the most urgent in front.
	Clocks(ctx context.Context, by Scope, f ClockFilter, p Page) (ClockPage, error)
	// TeamFigures counts the meetings of teams in the cases that are seen.
	TeamFigures(ctx context.Context, by Scope, f TeamFilter) (TeamFigures, error)
	// Changed waits until a case has a commit after a position and gives the
	// case. The errors are those of Case, that of a case which stopped
	// (Quarantine.Err), and that of ctx.
	Changed(ctx context.Context, id casework.CaseID, after casework.Position) (*casework.Case, error)
}

// People answers about persons. What is sealed stays sealed.
type People interface {
	// Person gives a person, or an error of kind NotFound.
	Person(ctx context.Context, id string) (*person.Record, error)
	// Group gives every registration that is of the same person as one, that
	// one included, the first registered in front. Errors are those of Person.
	Group(ctx context.Context, id string) ([]*person.Record, error)
	// PersonsByIdentifierKey gives the persons who were registered with an
	// identifier, the first registered in front; none for an empty key.
	PersonsByIdentifierKey(ctx context.Context, key []byte) ([]*person.Record, error)
	// PersonsBySearchKeys gives the persons who have at least one of the keys,
	// those with the most in front and then the first registered, at most
	// limit.
	PersonsBySearchKeys(ctx context.Context, keys [][]byte, limit int) ([]*person.Record, error)
}

// Plans answers about plans and their figures. The empty id stands for the
// only plan: it is Invalid where there are several. A plan that is not there
// is NotFound.
type Plans interface {
	// Plan gives a plan as it was last published, with what was recorded for
	// it.
	Plan(ctx context.Context, id string) (*plan.State, error)
	// Figures gives figures of the plan as it was last published, over every
	// case. Errors are those of indicator.Board.
	Figures(ctx context.Context, id string, q indicator.Query) ([]indicator.Figure, error)
	// Explain opens one figure. Errors are those of indicator.Board.
	Explain(ctx context.Context, id, figure, period string, p indicator.Page) (indicator.Explanation, error)
}

// Progress tells how far a model has come.
type Progress interface {
	// Position is that of the last record folded, 0 for none. An answer read
	// after it covers it.
	Position(ctx context.Context) (casework.Position, error)
	// Wait returns as soon as the model covers a position. When the deadline
	// of ctx comes first, the error is Unavailable and says how far the model
	// was; when ctx was cancelled, it is that of ctx.
	Wait(ctx context.Context, p casework.Position) error
	// Quarantined gives the streams that stopped, in the order they did.
	Quarantined(ctx context.Context, p Page) (QuarantinePage, error)
	// QuarantineOf tells whether a stream stopped, and why.
	QuarantineOf(ctx context.Context, s eventlog.Stream) (Quarantine, bool, error)
}
