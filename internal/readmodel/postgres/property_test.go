package postgres_test

import (
	"math/rand/v2"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"
	"pgregory.net/rapid"

	"percorsi/internal/eventlog"
	"percorsi/internal/eventlog/pgcopy"
	"percorsi/internal/readmodel"
	"percorsi/internal/readmodel/memory"
	"percorsi/internal/readmodel/postgres"
)

// inMemory opens a model that the others are compared with.
func inMemory(t testing.TB) *memory.Model {
	t.Helper()
	n := needs(t)
	return memory.New(memory.Config{Clocks: n.Clocks, Opener: n.Opener, Today: n.Today})
}

// replayed gives a model in memory that is folded from the copy of the log.
func replayed(t testing.TB, p *pgxpool.Pool) *memory.Model {
	t.Helper()
	m := inMemory(t)
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
		b := history(t, seed, rapid.IntRange(1, 7).Draw(r, "cases"))
		rng := rand.New(rand.NewPCG(seed, 2))
		empty(t, p)
		n := needs(t)
		// Few states are kept, so that most are folded again.
		m := openWith(t, postgres.Config{Pool: p, Clocks: n.Clocks, Opener: n.Opener, Today: n.Today, Keep: 1 + rng.IntN(12)})
		want := inMemory(t)
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
		agree(t, want, replayed(t, p), questions)
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
