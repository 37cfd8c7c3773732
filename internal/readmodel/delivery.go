package readmodel

import (
	"errors"
	"strings"

	"percorsi/internal/eventlog"
	"percorsi/internal/fact"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

// The kinds of stream, as their names begin.
const (
	CaseStream   = "case"
	PersonStream = "person"
	PlanStream   = "plan"
)

// Split gives the kind of a stream and the id inside the kind. A name without
// a dot is a kind that nobody knows.
func Split(s eventlog.Stream) (kind, id string) {
	kind, id, _ = strings.Cut(string(s), ".")
	return kind, id
}

// Delivery is one record of the log on its way into a model, with what it
// says, or with the reason why that cannot be read.
type Delivery struct {
	Record eventlog.Record
	// Commit is nil where Err is set.
	Commit *eventv1.Commit
	Err    error
}

// Decode reads a record. It always gives a delivery: what cannot be read stops
// its stream, not the model.
func Decode(r eventlog.Record) Delivery {
	c, err := fact.Decode(r.Data)
	if err == nil && c.GetStream() != string(r.Stream) {
		err = errors.New("the commit says that it belongs to another stream")
	}
	if err != nil {
		return Delivery{Record: r, Err: err}
	}
	return Delivery{Record: r, Commit: c}
}
