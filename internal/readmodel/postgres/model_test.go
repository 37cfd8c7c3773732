package postgres_test

import (
	"context"
	"log/slog"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"

	platform "percorsi/internal/platform/postgres"
	"percorsi/internal/readmodel"
	"percorsi/internal/readmodel/postgres"
	"percorsi/internal/readmodel/readmodeltest"
	testenv "percorsi/internal/testenv/postgres"
)

// TestPostgresIsAReadModel runs all of the suite on one database, which is
// emptied for each model: to make one takes longer than most of the tests.
func TestPostgresIsAReadModel(t *testing.T) {
	t.Parallel()
	p := pool(t)
	var before *postgres.Model
	readmodeltest.Run(t, func(t *testing.T, n readmodeltest.Needs) readmodel.Model {
		if before != nil {
			closed(t, before)
		}
		empty(t, p)
		before = open(t, p, n)
		return before
	})
}

// pool reaches a database of the test's own, with empty schemas.
func pool(t testing.TB) *pgxpool.Pool {
	t.Helper()
	return reach(t, testenv.DatabaseFrom(t, postgres.SchemaKey(t), prepare))
}

// reach makes a pool, which is closed at the end of the test.
func reach(t testing.TB, url string) *pgxpool.Pool {
	t.Helper()
	p, err := platform.Open(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	return p
}

// open opens a model, which is closed at the end of the test.
func open(t testing.TB, p *pgxpool.Pool, n readmodeltest.Needs) *postgres.Model {
	t.Helper()
	return openWith(t, postgres.Config{Pool: p, Clocks: n.Clocks, Approvals: n.Approvals, Opener: n.Opener, Today: n.Today, Past: n.Past})
}

func openWith(t testing.TB, cfg postgres.Config) *postgres.Model {
	t.Helper()
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.DiscardHandler)
	}
	m, err := postgres.Open(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { closed(t, m) })
	return m
}

// closed closes a model; one that is closed already stays so.
func closed(t testing.TB, m *postgres.Model) {
	t.Helper()
	if err := m.Close(context.WithoutCancel(t.Context())); err != nil {
		t.Error(err)
	}
}

func prepare(ctx context.Context, url string) error {
	p, err := platform.Open(ctx, url)
	if err != nil {
		return err
	}
	defer p.Close()
	return postgres.Prepare(ctx, p, postgres.Schema)
}
