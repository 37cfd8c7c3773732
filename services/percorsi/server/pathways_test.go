package server_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	casefilev1 "percorsi/internal/gen/percorsi/casefile/v1"
	"percorsi/internal/testenv/postgres"
	"percorsi/services/percorsi/server"
	"percorsi/services/percorsi/server/servertest"
)

// one of one, and one that is only counted.
var (
	whole = count{Numerator: 1, Denominator: 1}
	one   = count{Numerator: 1}
)

// pathways are the journeys from signal or application to closure, with all
// figures of 2025 that each of them moves, and by how much.
var pathways = []struct {
	name   string
	travel func(*testing.T, *office, string) *servertest.Journey
	moves  map[string]count
}{
	{
		name: "a household goes from the application for ADI to closure", travel: throughADI,
		moves: map[string]count{
			"A1.INP.1": whole,                          // accepted, with a case manager
			"A1.INP.2": one,                            // one team called
			"A1.PRO.1": whole,                          // in charge, with a signed PaIS
			"A1.PRO.2": {Numerator: 1, Denominator: 2}, // one of two professions came
			"A1.OUT.1": whole,                          // assigned to a case manager
			"A1.OUT.2": one,                            // one team called, none the year before
			"A1.IMP.1": whole,                          // judges the path well
		},
	},
	{
		name: "a person goes from the signal to SELF to closure", travel: throughSELF,
		moves: map[string]count{
			"H1.INP.1": one, "H1.PRO.1": one, // one body signals
			"H1.INP.2": one, "H1.OUT.1": one, // one person in charge
			"H1.INP.3": one,                  // one tirocinio
			"H1.INP.4": one,                  // one person in training
			"H1.INP.5": {Numerator: 45_000},  // cents of allowance
			"H1.PRO.2": whole,                // a wide network
			"H1.PRO.3": whole,                // a Kit di bilancio
			"H1.OUT.2": {Numerator: 2},       // two paths
			"H1.IMP.1": whole,                // closed with a positive outcome
			"H1.IMP.2": whole,                // training with a certificate
			"H2.INP.3": one, "H2.OUT.1": one, // one company hosts a tirocinio
		},
	},
	{
		name: "an elderly person goes home from hospital", travel: throughHome,
		moves: map[string]count{
			"DE3.INP.4": one,   // one person in need of care at home
			"DE3.PRO.1": one,   // one report
			"DE3.PRO.2": whole, // first access within 72 hours
			"DE3.PRO.3": one,   // one Comune
			"DE3.OUT.2": one,   // one PAI signed
			"DE3.IMP.1": whole, // not back in hospital
		},
	},
	{
		name: "a person without a home goes from hospital to a bed", travel: throughShelter,
		moves: map[string]count{
			"A2.INP.1": one, "A2.OUT.1": one, // one discharge
			"A2.PRO.1": one,          // one bed for women
			"A2.IMP.1": whole,        // autonomous
			"A1.IMP.1": {Unknown: 1}, // of the area of poverty, and never asked
		},
	},
}

func TestEachPathwayMovesItsOwnFiguresAndNoOther(t *testing.T) {
	onBothBackends(t, func(t *testing.T, o *office) {
		travelAll(t, o)
		verify(t, o.administrator)
	})
}

// travelAll goes every pathway, one after the other.
func travelAll(t *testing.T, o *office) {
	for _, p := range pathways {
		t.Run(p.name, func(t *testing.T) {
			before := o.figures(t)
			j := p.travel(t, o, "Bassi")
			if diff := cmp.Diff(p.moves, moved(before, o.figures(t))); diff != "" {
				t.Errorf("figures moved otherwise than the plan says (-want +got):\n%s", diff)
			}
			if got := o.get(t, o.manager, j.Case).GetSummary().GetStatus(); got != casefilev1.CaseStatus_CASE_STATUS_CLOSED {
				t.Errorf("the case is %v at the end", got)
			}
		})
	}
}

func TestTheSameFiguresComeBackAfterARestart(t *testing.T) {
	database := postgres.Database(t)
	for name, change := range map[string]func(*server.Config){
		"in memory":     func(*server.Config) {},
		"in PostgreSQL": func(c *server.Config) { c.Postgres = database },
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			first := officeOn(servertest.Start(t, dir, change))
			for _, p := range pathways {
				p.travel(t, first, "Bassi")
			}
			before, last := first.figures(t), first.last(t)
			first.Stop()

			again := officeOn(servertest.Start(t, dir, change))
			if got := again.last(t); got != last {
				t.Errorf("a restart moved the last position from %d to %d", last, got)
			}
			if diff := cmp.Diff(before, again.figures(t)); diff != "" {
				t.Errorf("the figures differ after a restart (-before +after):\n%s", diff)
			}
		})
	}
}
