package readmodeltest

import (
	"maps"
	"slices"
	"testing"

	"percorsi/deploy/clocks"
	"percorsi/internal/casework"
	"percorsi/internal/casework/clockfile"
	"percorsi/internal/readmodel"
)

// Needs is what a model under test is made with, besides an empty store.
type Needs struct {
	// Clocks are the rules that the district lives by.
	Clocks []casework.ClockRule
	// Opener opens what the people of the district have sealed.
	Opener Opener
	// Today is the day that figures stand at.
	Today func() casework.Day
}

// Open makes a model at the beginning of the log. What it takes up is given
// back at the end of the test.
type Open func(t *testing.T, n Needs) readmodel.Model

// Run runs the suite.
func Run(t *testing.T, open Open) {
	t.Helper()
	s := &suite{open: open, rules: rules(t), town: district(t, 1, 60)}
	for name, tests := range map[string]map[string]func(*testing.T){
		"cases":      s.cases(),
		"clocks":     s.clocks(),
		"counts":     s.counts(),
		"people":     s.people(),
		"plans":      s.plans(),
		"progress":   s.progress(),
		"quarantine": s.quarantine(),
		"histories":  s.histories(),
	} {
		t.Run(name, func(t *testing.T) {
			for name, test := range tests {
				t.Run(name, test)
			}
		})
	}
}

type suite struct {
	open  Open
	rules []casework.ClockRule
	town  *book
}

// district gives a book of sixty cases, the same for every test.
func (s *suite) district() *book {
	return &book{
		records: slices.Clone(s.town.records),
		states:  maps.Clone(s.town.states),
		opened:  slices.Clone(s.town.opened),
	}
}

// today is the day that figures stand at in every test.
const today = casework.Day(21_000) // 2027-07-01

// model opens a model over the rules of the program.
func (s *suite) model(t *testing.T) readmodel.Model {
	t.Helper()
	return s.open(t, Needs{Clocks: s.rules, Opener: Opener{}, Today: func() casework.Day { return today }})
}

// rules gives the rules of the program.
func rules(t *testing.T) []casework.ClockRule {
	t.Helper()
	r, err := clockfile.Read(clocks.YAML())
	if err != nil {
		t.Fatal(err)
	}
	return r
}
