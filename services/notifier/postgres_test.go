package notifier_test

import (
	"context"
	"log/slog"
	"testing"

	"percorsi/internal/casework"
	platform "percorsi/internal/platform/postgres"
	"percorsi/internal/readmodel/postgres"
	testenv "percorsi/internal/testenv/postgres"
	"percorsi/services/projector"
)

func TestNoticesAreTheSameWithAReadModelInPostgreSQL(t *testing.T) {
	w := inMemory(t)
	w.begin()
	pool, err := platform.Open(t.Context(), testenv.Database(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	quiet := slog.New(slog.DiscardHandler)
	tables, err := postgres.Open(t.Context(), postgres.Config{
		Pool: pool, Logger: quiet, Past: w.past, Today: func() casework.Day { return 21_000 },
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := tables.Close(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
	})
	w.model = tables
	running(t, projector.New(projector.Config{Log: w.log, Model: tables, Lead: tables.Lead, Logger: quiet}).Run)
	w.notify()
	w.record(district(10, 40)...)
	w.mustGive(w.due(0))
}
