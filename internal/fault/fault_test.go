package fault_test

import (
	"errors"
	"fmt"
	"testing"

	"percorsi/internal/fault"
)

func TestTheKindOfAFaultIsFoundUnderWhateverWrapsIt(t *testing.T) {
	for _, tt := range []struct {
		name string
		err  error
		want fault.Kind
	}{
		{"a fault", fault.New(fault.NotFound, "there is no such case"), fault.NotFound},
		{"a field that is wrong", fault.Field("fact.comune", "is not a Comune"), fault.Invalid},
		{"a wrapped fault", fmt.Errorf("load case: %w", fault.New(fault.Clash, "changed")), fault.Clash},
		{"a joined fault", errors.Join(errors.New("close"), fault.New(fault.Denied, "no")), fault.Denied},
		{"an error of somebody else", errors.New("disk is full"), fault.Internal},
		{"no error", nil, fault.Internal},
		{"the zero fault", &fault.Error{}, fault.Internal},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := fault.KindOf(tt.err); got != tt.want {
				t.Errorf("kind %d, want %d", got, tt.want)
			}
		})
	}
}

func TestAFaultNamesEveryFieldThatIsWrong(t *testing.T) {
	err := &fault.Error{Kind: fault.Invalid, Message: "two things are wrong", Violations: []fault.Violation{
		{Field: "fact.from", Do: "is after to"}, {Field: "fact.to", Do: "is before from"},
	}}
	if got, want := err.Error(), "two things are wrong; fact.from: is after to; fact.to: is before from"; got != want {
		t.Errorf("it reads %q, want %q", got, want)
	}
	if got, want := fault.Field("fact.to", "is before %s", "from").Error(), "fact.to: is before from"; got != want {
		t.Errorf("it reads %q, want %q", got, want)
	}
}

func TestAFaultKeepsItsCause(t *testing.T) {
	cause := errors.New("disk is full")
	err := &fault.Error{Kind: fault.Unavailable, Message: "nothing can be recorded now", Err: cause}
	if !errors.Is(err, cause) {
		t.Error("the cause is lost")
	}
	if got, want := err.Error(), "nothing can be recorded now: disk is full"; got != want {
		t.Errorf("it reads %q, want %q", got, want)
	}
}

func TestAFaultIsToldWithTheNamesOfWhoSentIt(t *testing.T) {
	inner := fault.Field("fact.comune", "is not one")
	outer := fault.Renamed(fmt.Errorf("decide: %w", inner), func(field string) string { return "corrections[2]." + field })
	if got := outer.Error(); got != "corrections[2].fact.comune: is not one" || fault.KindOf(outer) != fault.Invalid {
		t.Errorf("it is %q of kind %d", got, fault.KindOf(outer))
	}
	if got := inner.Violations[0].Field; got != "fact.comune" {
		t.Errorf("the first one speaks of %q now", got)
	}
	other := errors.New("the disk is full")
	if got := fault.Renamed(other, func(string) string { return "" }); !errors.Is(got, other) {
		t.Errorf("another error became %v", got)
	}
}
