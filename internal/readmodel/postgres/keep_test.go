package postgres_test

import (
	"log/slog"
	"math/rand/v2"
	"testing"

	"percorsi/internal/eventlog"
	"percorsi/internal/readmodel"
	"percorsi/internal/readmodel/postgres"
)

// TestAWriterThatKeepsFewStatesWritesTheSameRows lets states be dropped all the
// time: they come back from the figures of the process, or from the commits.
func TestAWriterThatKeepsFewStatesWritesTheSameRows(t *testing.T) {
	log, p, n := district(t, 11, 40), pool(t), needs(t)
	m, err := postgres.Open(t.Context(), postgres.Config{Pool: p, Clocks: n.Clocks, Approvals: n.Approvals, Opener: n.Opener, Today: n.Today, Past: n.Past, Keep: 3, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = m.Close(t.Context()) }) // the test is over
	rng := rand.New(rand.NewPCG(11, 11))
	for at := eventlog.Position(0); at < log.at; {
		at = min(log.at, at+eventlog.Position(1+rng.IntN(150)))
		log.tell(m, at)
		if rng.IntN(3) == 0 {
			if err := m.Settle(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
	}
	found, err := m.Reconcile(t.Context(), log, nil)
	if err != nil || found.Total != 0 {
		t.Errorf("%d streams differ: %v (%v)", found.Total, found.Differences, err)
	}
}

// TestACaseThatAnOlderProgramCouldReadStopsAlone puts rows there for a commit
// that this program cannot read, as an older one may have left them.
func TestACaseThatAnOlderProgramCouldReadStopsAlone(t *testing.T) {
	log, p := district(t, 12, 10), pool(t)
	m := open(t, p, needs(t))
	half := log.at / 2
	log.tell(m, half)
	if err := m.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	stream := value[string](t, p, "select stream from percorsi_log.commits where position <= $1 and stream = any($2) group by stream limit 1", int64(half), laterOf(log, half))
	exec(t, p, "update percorsi_log.commits set data = '\\xffff' where position = (select min(position) from percorsi_log.commits where stream = $1)", stream)

	again := open(t, p, needs(t))
	log.tell(again, log.at)
	page, err := again.Quarantined(t.Context(), readmodel.Page{Size: 10})
	if err != nil {
		t.Fatal(err)
	}
	if len(page.Rows) != 1 || string(page.Rows[0].Stream) != stream {
		t.Errorf("stopped are %+v, want %s alone", page.Rows, stream)
	}
	if got := at(t, again); eventlog.Position(got) != log.at {
		t.Errorf("the rows are at %d, and the log goes to %d", got, log.at)
	}
}

// laterOf gives the streams that go on after a position.
func laterOf(b *book, p eventlog.Position) []string {
	var out []string
	for _, d := range b.deliveries(p, b.at) {
		out = append(out, string(d.Record.Stream))
	}
	return out
}
