package projector_test

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"percorsi/internal/casework"
	"percorsi/internal/casework/casetest"
	"percorsi/internal/eventlog/memlog"
	platform "percorsi/internal/platform/postgres"
	"percorsi/internal/readmodel/postgres"
	testenv "percorsi/internal/testenv/postgres"
	"percorsi/services/projector"
)

// process is one of several that keep a read model in PostgreSQL.
type process struct {
	*projector.Projector

	model *postgres.Model
	stop  func() error
	// cut ends every connection to the database.
	cut func()
}

// begin starts a process on a database.
func begin(t *testing.T, url string, log *memlog.Log) *process {
	t.Helper()
	pool, err := platform.Open(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	quiet := slog.New(slog.DiscardHandler)
	m, err := postgres.Open(t.Context(), postgres.Config{Pool: pool, Logger: quiet, Today: func() casework.Day { return 21_000 }})
	if err != nil {
		t.Fatal(err)
	}
	p := projector.New(projector.Config{Log: log, Model: m, Lead: m.Lead, BatchSize: 50, Logger: quiet})
	one := &process{Projector: p, model: m, stop: run(t, p)}
	one.cut = func() {
		const others = "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()"
		for range 10 { // the connection of who asks may have been cut before
			if _, err := pool.Exec(t.Context(), others); err == nil {
				return
			}
		}
		t.Error("the connections could not be cut")
	}
	t.Cleanup(func() {
		_ = one.stop()
		if err := m.Close(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
	})
	return one
}

// within gives a context that ends with the patience of a test.
func within(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	t.Cleanup(cancel)
	return ctx
}

// eventually looks until something is so.
func eventually(t *testing.T, what string, so func() bool) {
	t.Helper()
	ctx := within(t)
	for !so() {
		select {
		case <-time.After(20 * time.Millisecond):
		case <-ctx.Done():
			t.Fatalf("it never came to be that %s", what)
		}
	}
}

func TestConnectionsThatAreCutLoseAndDoubleNothing(t *testing.T) {
	url, log := testenv.Database(t), memlog.New(time.Now)
	a, b := begin(t, url, log), begin(t, url, log)
	history := casetest.District(28, 100)
	for i, c := range history {
		record(t, log, c)
		if i%100 == 50 {
			a.cut()
		}
	}
	for name, p := range map[string]*process{"the first": a, "the second": b} {
		if err := p.model.Wait(within(t), casework.Position(len(history))); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		<-p.Ready()
		eventually(t, name+" is in step", func() bool {
			s, err := p.Status(t.Context())
			return err == nil && s.Health == projector.Live && s.Err == nil
		})
	}
	found, err := a.model.Reconcile(within(t), log, nil)
	if err != nil || found.Total != 0 {
		t.Errorf("%+v, %v", found, err)
	}
}

func TestAProcessThatFollowsTakesOverFromOneThatEnds(t *testing.T) {
	url, log := testenv.Database(t), memlog.New(time.Now)
	history := casetest.District(29, 20)
	record(t, log, history[:100]...)
	first := begin(t, url, log)
	<-first.Ready()
	second := begin(t, url, log)
	<-second.Ready()
	if s := statusOf(t, second.Projector); s.Leading || s.Position != 100 {
		t.Errorf("the second: %+v", s)
	}
	if err := first.stop(); err == nil {
		t.Error("it ended without an error")
	}
	first.stop = func() error { return nil }
	if err := first.model.Close(t.Context()); err != nil {
		t.Error(err)
	}
	record(t, log, history[100:]...)
	began := time.Now()
	if err := second.model.Wait(within(t), casework.Position(len(history))); err != nil {
		t.Fatal(err)
	}
	if took := time.Since(began); took > 30*time.Second {
		t.Errorf("it took %s to take over", took)
	}
	if s := statusOf(t, second.Projector); !s.Leading {
		t.Errorf("the second, after it took over: %+v", s)
	}
}
