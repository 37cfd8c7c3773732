package correction

import (
	"fmt"
	"reflect"
	"strings"

	"google.golang.org/protobuf/proto"

	"percorsi/internal/fault"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

// Why is what a correction says of itself.
type Why struct {
	// On is the day of the correction, as 2025-03-31.
	On     string
	Reason eventv1.CorrectionReason
	// Note is sealed already; nil for none.
	Note *eventv1.Text
}

// Void gives the fact that voids another one, which may be a correction. The
// error is a *fault.Error that says what to correct instead.
func Void(e *Entry, why Why) (*eventv1.Fact, error) {
	switch {
	case e.Voided:
		return nil, fault.New(fault.NotNow, "this was voided already, by the command %s: to bring it back, void that one", e.By.Command)
	case e.Of != nil && e.Of.By != e:
		return nil, fault.New(fault.NotNow, "this correction is not in force any more: correct the newer one")
	}
	return &eventv1.Fact{OccurredOn: why.On, Fact: &eventv1.Fact_FactVoided{FactVoided: &eventv1.FactVoided{
		CommandId: e.Command.String(), Index: int64(e.Index), Reason: why.Reason, Note: why.Note,
	}}}, nil
}

// Amendable says that a fact may be amended with another one. The error is a
// *fault.Error; field is where the caller named the other one.
func Amendable(e *Entry, with *eventv1.Fact, field string) error {
	switch {
	case e.Of != nil:
		return fault.Field(field, "a correction is not amended: amend the fact itself again, or void the correction")
	case e.Voided:
		return fault.New(fault.NotNow, "this was voided, by the command %s: void that one first", e.By.Command)
	case reflect.TypeOf(with.GetFact()) != reflect.TypeOf(e.Recorded.GetFact()):
		return fault.Field(field+".fact", "is of another kind: void the fact, and record the right one")
	}
	return nil
}

// Amend gives the fact that puts another one, whole, in the place of e.
func Amend(e *Entry, with *eventv1.Fact, field string, why Why) (*eventv1.Fact, error) {
	if proto.Equal(with, e.Fact) {
		return nil, fault.Field(field, "says what the fact says already")
	}
	return &eventv1.Fact{OccurredOn: why.On, Fact: &eventv1.Fact_FactAmended{FactAmended: &eventv1.FactAmended{
		CommandId: e.Command.String(), Index: int64(e.Index), Replacement: with, Reason: why.Reason, Note: why.Note,
	}}}, nil
}

// Newest gives the position of what was last recorded about a fact: itself, or
// its newest correction.
func (e *Entry) Newest() uint64 {
	at := e.At
	for _, by := range e.Trail {
		at = max(at, by.Newest())
	}
	return at
}

// Amending gives an error about a fact with its fields named as they are in the
// command in which it is the ith correction. An error of another type stays.
func Amending(i int, err error) error {
	return fault.Renamed(err, func(field string) string {
		return fmt.Sprintf("corrections[%d].amend.%s", i, strings.TrimPrefix(field, "command."))
	})
}
