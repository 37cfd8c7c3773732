package readmodeltest

import (
	"context"
	"maps"
	"slices"
	"sync"
	"testing"

	"percorsi/deploy/clocks"
	"percorsi/internal/casework"
	"percorsi/internal/casework/clockfile"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	"percorsi/internal/readmodel"
)

// Needs is what a model under test is made with, besides an empty store.
type Needs struct {
	// Clocks are the rules that the district lives by.
	Clocks []casework.ClockRule
	// Approvals are those of the function of this name.
	Approvals casework.Approvals
	// Opener opens what the people of the district have sealed.
	Opener Opener
	// Today is the day that figures stand at.
	Today func() casework.Day
	// Past reads what a correction is about.
	Past readmodel.Past
}

// Open makes a model at the beginning of the log. What it takes up is given
// back at the end of the test.
type Open func(t *testing.T, n Needs) readmodel.Model

// Run runs the suite.
func Run(t *testing.T, open Open) {
	t.Helper()
	s := &suite{open: open, rules: rules(t), town: district(t, 1, 60)}
	for name, tests := range map[string]map[string]func(*testing.T){
		"cases":       s.cases(),
		"clocks":      s.clocks(),
		"counts":      s.counts(),
		"teams":       s.teams(),
		"people":      s.people(),
		"links":       s.links(),
		"plans":       s.plans(),
		"progress":    s.progress(),
		"feed":        s.feed(),
		"quarantine":  s.quarantine(),
		"histories":   s.histories(),
		"corrections": s.corrections(),
		"approvals":   s.approvals(),
		"of people":   s.personCorrections(),
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
	log := &told{commits: make(map[casework.Position]*eventv1.Commit)}
	log.Model = s.open(t, Needs{Clocks: s.rules, Approvals: Approvals(), Opener: Opener{}, Today: func() casework.Day { return today }, Past: log.past})
	return log
}

// told is a model together with what it was told, which stands for the log in
// which it looks up what corrections are about.
type told struct {
	readmodel.Model

	mu      sync.Mutex
	commits map[casework.Position]*eventv1.Commit
}

// Apply keeps the batch before the model folds it.
func (l *told) Apply(ctx context.Context, batch []readmodel.Delivery) error {
	l.mu.Lock()
	for _, d := range batch {
		l.commits[casework.Position(d.Record.Position)] = d.Commit
	}
	l.mu.Unlock()
	return l.Model.Apply(ctx, batch)
}

func (l *told) past(_ context.Context, at []casework.Position) ([]*eventv1.Commit, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	var out []*eventv1.Commit
	for _, p := range at {
		out = append(out, l.commits[p])
	}
	return out, nil
}

// Approvals gives what must be approved in every district of the tests: enough
// that something waits in many cases, and in others nothing does.
func Approvals() casework.Approvals {
	return casework.Approvals{{
		Of: casework.ApprovableAssessment, Pathways: []eventv1.Pathway{eventv1.Pathway_PATHWAY_ADI, eventv1.Pathway_PATHWAY_DISCHARGE},
	}}
}

// summaryOf gives what lists have to show of a case.
func summaryOf(c *casework.Case) readmodel.Summary { return readmodel.SummaryOf(c, Approvals()) }

// rules gives the rules of the program.
func rules(t *testing.T) []casework.ClockRule {
	t.Helper()
	r, err := clockfile.Read(clocks.YAML())
	if err != nil {
		t.Fatal(err)
	}
	return r
}
