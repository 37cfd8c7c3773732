package postgres_test

import (
	"context"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"

	platform "percorsi/internal/platform/postgres"
	"percorsi/internal/readmodel"
	"percorsi/internal/readmodel/postgres"
	"percorsi/internal/readmodel/readmodeltest"
	testenv "percorsi/internal/testenv/postgres"
)

func TestPostgresIsAReadModel(t *testing.T) {
	readmodeltest.Run(t, func(t *testing.T, n readmodeltest.Needs) readmodel.Model {
		return open(t, pool(t), n)
	})
}

// pool reaches a database of the test's own, with empty schemas.
func pool(t testing.TB) *pgxpool.Pool {
	t.Helper()
	p, err := platform.Open(t.Context(), testenv.DatabaseFrom(t, postgres.SchemaKey(t), prepare))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	return p
}

// open opens a model, which is closed at the end of the test.
func open(t testing.TB, p *pgxpool.Pool, n readmodeltest.Needs) *postgres.Model {
	t.Helper()
	m, err := postgres.Open(t.Context(), postgres.Config{Pool: p, Clocks: n.Clocks, Opener: n.Opener, Today: n.Today})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := m.Close(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
	})
	return m
}

func prepare(ctx context.Context, url string) error {
	p, err := platform.Open(ctx, url)
	if err != nil {
		return err
	}
	defer p.Close()
	return postgres.Prepare(ctx, p, postgres.Schema)
}
