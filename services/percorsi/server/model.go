package server

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5/pgxpool"

	"percorsi/internal/eventlog/pgcopy"
	"percorsi/internal/history"
	platform "percorsi/internal/platform/postgres"
	"percorsi/internal/readmodel"
	"percorsi/internal/readmodel/memory"
	"percorsi/internal/readmodel/postgres"
	"percorsi/services/eventlog"
	"percorsi/services/projection"
	"percorsi/services/projector"
)

// tablesBatch bounds what is folded into PostgreSQL in one go: several
// transactions, so that one part is folded while another is written, and no more
// than who stops the program waits for.
const tablesBatch = 8_000

// model is the read model of the process: in memory, or in PostgreSQL.
type model struct {
	readmodel.Model

	// pool and tables are nil in memory.
	pool   *pgxpool.Pool
	tables *postgres.Model
}

func (s *Server) openModel(ctx context.Context) (err error) {
	if s.model, err = s.chooseModel(ctx); err != nil {
		return err
	}
	cfg := projector.Config{Log: s.store.log, Model: s.model, Logger: s.cfg.Logger}
	if s.model.tables != nil {
		cfg.BatchSize, cfg.Lead = tablesBatch, follow
		if s.cfg.Serves(Projector) {
			cfg.Lead, cfg.Leads = s.model.tables.Lead, s.model.tables.Leads
		}
	}
	s.projector = projector.New(cfg)
	return nil
}

// follow is for a process that leaves the writing to others.
func follow(ctx context.Context) error {
	<-ctx.Done()
	return ctx.Err()
}

func (s *Server) chooseModel(ctx context.Context) (*model, error) {
	past := history.NewReader(s.store.log, s.vault).Commits
	if s.cfg.Postgres == "" {
		return &model{Model: memory.New(memory.Config{Clocks: s.clocks, Approvals: s.book.Approvals, Opener: s.vault, Today: s.today, Past: past})}, nil
	}
	pool, err := platform.Open(ctx, s.cfg.Postgres)
	if err != nil {
		return nil, fmt.Errorf("--postgres: %w", err)
	}
	tables, err := postgres.Open(ctx, postgres.Config{
		Pool: pool, Clocks: s.clocks, Approvals: s.book.Approvals, Opener: s.vault, Today: s.today, Past: past, Logger: s.cfg.Logger,
		NoFigures: !s.cfg.Serves(Indicator),
	})
	if err != nil {
		pool.Close()
		return nil, fmt.Errorf("--postgres: %w", err)
	}
	m := &model{Model: tables, pool: pool, tables: tables}
	if err := s.sameLog(ctx, m); err != nil {
		return nil, errors.Join(err, m.close(ctx))
	}
	return m, nil
}

// sameLog refuses a database that keeps the copy of another log: nothing in it
// would be about the cases of this one.
func (s *Server) sameLog(ctx context.Context, m *model) error {
	copied := pgcopy.New(m.pool)
	end, err := copied.Last(ctx)
	if err != nil || end == 0 {
		return err
	}
	last, err := s.store.log.Last(ctx)
	if err != nil {
		return err
	}
	at := min(end, last)
	if at == 0 {
		return fmt.Errorf("the database of --postgres has a copy of %d commits and the log is empty: bring the log back with percorsi log restore --from-postgres, or give the address of an empty database", end)
	}
	here, err := s.store.log.At(ctx, at)
	if err != nil {
		return err
	}
	for there, err := range copied.Read(ctx, at-1, at) {
		if err != nil {
			return err
		}
		if there.Stream != here.Stream || !bytes.Equal(there.Data, here.Data) {
			return fmt.Errorf("the database of --postgres has the copy of another log: at position %d they are not the same; give the address of the database that belongs to this log", at)
		}
	}
	return nil
}

// copied gives the copy of the log; nil where there is none.
func (m *model) copied() eventlog.Copy {
	if m.pool == nil {
		return nil
	}
	return pgcopy.New(m.pool)
}

// kept gives the tables that can be rebuilt; nil for a model in memory.
func (m *model) kept() projection.Tables {
	if m.tables == nil {
		return nil
	}
	return m.tables
}

func (m *model) close(ctx context.Context) error {
	if m.tables == nil {
		return nil
	}
	defer m.pool.Close()
	return m.tables.Close(ctx)
}
