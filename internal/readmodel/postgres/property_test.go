package postgres_test

import (
	"math/rand/v2"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"
	"pgregory.net/rapid"

	"percorsi/internal/casework/casetest"
	"percorsi/internal/eventlog"
	"percorsi/internal/eventlog/pgcopy"
	"percorsi/internal/readmodel"
	"percorsi/internal/readmodel/memory"
	"percorsi/internal/readmodel/postgres"
)

// inMemory opens a model that the others are compared with.
func inMemory(t testing.TB) *memory.Model {
	t.Helper()
	return inMemoryWith(t, nil)
}

// inMemoryWith opens one that can read what corrections are about.
func inMemoryWith(t testing.TB, past readmodel.Past) *memory.Model {
	t.Helper()
	n := needs(t)
	return memory.New(memory.Config{Clocks: n.Clocks, Approvals: n.Approvals, Opener: n.Opener, Today: n.Today, Past: past})
}

// replayed gives a model in memory that is folded from the copy of the log.
func replayed(t testing.TB, p *pgxpool.Pool, past readmodel.Past) *memory.Model {
	t.Helper()
	m := inMemoryWith(t, past)
	for r, err := range pgcopy.New(p).Read(t.Context(), 0, 0) {
		if err != nil {
			t.Fatal(err)
		}
		if err := m.Apply(t.Context(), []readmodel.Delivery{readmodel.Decode(r)}); err != nil {
			t.Fatal(err)
		}
	}
	return m
}

// piece is a part of a log as a projector delivers it: after a position, up to
// another. Parts may come again.
type piece struct{ after, upTo eventlog.Position }

// pieces cuts a log into parts.
func pieces(last eventlog.Position, rng *rand.Rand) []piece {
	var out []piece
	for at := eventlog.Position(0); at < last; {
		next := min(at+eventlog.Position(1+rng.IntN(120)), last)
		out = append(out, piece{after: at - min(at, eventlog.Position(rng.IntN(30))), upTo: next})
		if rng.IntN(5) == 0 {
			out = append(out, out[len(out)-1])
		}
		at = next
	}
	return out
}

func TestAnyHistoryInAnyPiecesIsTheSameInMemoryInPostgresAndReplayed(t *testing.T) {
	t.Parallel()
	p := pool(t)
	rapid.Check(t, func(r *rapid.T) {
		seed := rapid.Uint64Range(0, 1<<20).Draw(r, "seed")
		log := casetest.District(seed, rapid.IntRange(1, 7).Draw(r, "cases"))
		b := historyOf(t, seed, casetest.Correct(seed, log, rapid.IntRange(0, 6).Draw(r, "corrections")))
		rng := rand.New(rand.NewPCG(seed, 2))
		b.mendPeople(rng, rapid.IntRange(0, 12).Draw(r, "corrections of people"))
		empty(t, p)
		n := needs(t)
		// Few states are kept, so that most are folded again.
		m := openWith(t, postgres.Config{Pool: p, Clocks: n.Clocks, Approvals: n.Approvals, Opener: n.Opener, Today: n.Today, Past: b.past, Keep: 1 + rng.IntN(12)})
		want := inMemoryWith(t, b.past)
		defer closed(t, m)
		list := pieces(b.at, rng)
		for i, one := range list {
			for _, m := range []readmodel.Model{want, m} {
				if err := m.Apply(t.Context(), b.deliveries(one.after, one.upTo)); err != nil {
					r.Fatal(err)
				}
			}
			if i == len(list)/2 {
				agree(t, want, m, everything(b, rng))
			}
		}
		questions := everything(b, rng)
		agree(t, want, m, questions)
		agree(t, want, replayed(t, p, b.past), questions)
		found, err := m.Reconcile(t.Context(), b, nil)
		if err != nil {
			r.Fatal(err)
		}
		if found.Total != 0 {
			t.Errorf("differences: %v", found.Differences)
		}
		if t.Failed() {
			r.Fatal("see above")
		}
	})
}
