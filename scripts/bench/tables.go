package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"percorsi/deploy/clocks"
	"percorsi/internal/casework"
	"percorsi/internal/casework/clockfile"
	"percorsi/internal/eventlog"
	platform "percorsi/internal/platform/postgres"
	"percorsi/internal/readmodel"
	"percorsi/internal/readmodel/postgres"
	testenv "percorsi/internal/testenv/postgres"
	"percorsi/services/projector"
)

// settings are those of a server that a small office would run. Everything
// else is as PostgreSQL ships it, syncs included, but for what a test server
// has.
var settings = []string{
	"alter system set shared_buffers = '512MB'",
	"alter system set max_wal_size = '4GB'",
}

// shown are the settings that tell one measurement from another.
var shown = []string{
	"server_version", "shared_buffers", "max_wal_size", "work_mem", "fsync", "full_page_writes", "synchronous_commit", "jit",
}

// projectorBatch is the size of a batch that the program folds into
// PostgreSQL.
const projectorBatch = 8_000

// tables is a read model in PostgreSQL, on a server of its own.
type tables struct {
	server *testenv.Server
	about  string // its settings
	desk
}

// desk is what a process has of the read model.
type desk struct {
	pool  *pgxpool.Pool
	model *postgres.Model
}

// newTables starts a server and makes the empty read model in it.
func newTables(ctx context.Context, progress io.Writer) (*tables, error) {
	s, err := testenv.Start(ctx, testenv.Options{Durable: true})
	if err != nil {
		return nil, err
	}
	t := &tables{server: s}
	if err := t.open(ctx); err != nil {
		return nil, errors.Join(err, t.close(ctx))
	}
	tell(progress, "  PostgreSQL at %s, %s", s.URL(), t.about)
	return t, nil
}

func (t *tables) open(ctx context.Context) error {
	if err := t.set(ctx); err != nil {
		return err
	}
	var err error
	if t.desk, err = openDesk(ctx, t.server.URL()); err != nil {
		return err
	}
	var about []string
	for _, name := range shown {
		var value string
		if err := t.pool.QueryRow(ctx, "select current_setting($1)", name).Scan(&value); err != nil {
			return err
		}
		about = append(about, name+"="+value)
	}
	t.about = strings.Join(about, " ")
	return nil
}

// set gives the server its settings, which takes a restart.
func (t *tables) set(ctx context.Context) error {
	pool, err := platform.Open(ctx, t.server.URL())
	if err != nil {
		return err
	}
	defer pool.Close()
	for _, statement := range settings {
		if _, err := pool.Exec(ctx, statement); err != nil {
			return err
		}
	}
	return firstOf(t.server.Kill(ctx), t.server.Restart(ctx))
}

func (t *tables) close(ctx context.Context) error {
	return errors.Join(t.desk.close(ctx), t.server.Stop())
}

// openDesk opens the read model as one more process does.
func openDesk(ctx context.Context, url string) (desk, error) {
	rules, err := clockfile.Read(clocks.YAML())
	if err != nil {
		return desk{}, err
	}
	pool, err := platform.Open(ctx, url)
	if err != nil {
		return desk{}, err
	}
	m, err := postgres.Open(ctx, postgres.Config{
		Pool: pool, Clocks: rules, Today: func() casework.Day { return casework.DayOf(time.Now()) },
	})
	return desk{pool: pool, model: m}, err
}

func (d desk) close(ctx context.Context) (err error) {
	if d.model != nil {
		err = d.model.Close(ctx)
	}
	if d.pool != nil {
		d.pool.Close()
	}
	return err
}

// begun gives the tables with what the long log had at first, made in one go
// if they are not there yet.
func (l *lab) begun(ctx context.Context) (*tables, error) {
	if l.tables != nil {
		return l.tables, nil
	}
	log, err := l.log(ctx, false)
	if err != nil {
		return nil, err
	}
	_, err = l.make(ctx, log)
	return l.tables, err
}

// make makes the tables of a log in an empty database.
func (l *lab) make(ctx context.Context, log eventlog.Reader) (readmodel.Rebuilt, error) {
	var err error
	if l.tables, err = newTables(ctx, l.progress); err != nil {
		return readmodel.Rebuilt{}, err
	}
	return l.tables.model.Rebuild(ctx, log, readmodel.RebuildOptions{}, teller(l.progress))
}

// teller tells the phases of a rebuild, each when the next one begins.
func teller(progress io.Writer) func(readmodel.Progressing) {
	var last readmodel.Progressing
	begin := time.Now()
	return func(p readmodel.Progressing) {
		if p.Phase != last.Phase {
			if last.Phase != "" {
				tell(progress, "  %s: %d in %v", last.Phase, last.Done, time.Since(begin).Round(10*time.Millisecond))
			}
			begin = time.Now()
		}
		last = p
	}
}

// follow runs the projector of the program until stop is called. ready is closed
// once the tables are as far as the log and the figures are counted.
func (d desk) follow(ctx context.Context, log projector.Log) (ready <-chan struct{}, stop func() error) {
	p := projector.New(projector.Config{Log: log, Model: d.model, Lead: d.model.Lead, BatchSize: projectorBatch})
	ctx, cancel := context.WithCancel(ctx)
	ended := make(chan error, 1)
	go func() { ended <- p.Run(ctx) }()
	return p.Ready(), func() error {
		cancel()
		if err := <-ended; !errors.Is(err, context.Canceled) {
			return fmt.Errorf("the projector ended: %w", err)
		}
		return nil
	}
}

// keepUp runs the projector on the tables, and returns once they are as far as
// the log and the figures are counted.
func (l *lab) keepUp(ctx context.Context, t *tables, log projector.Log) (stop func() error, err error) {
	begin := time.Now()
	ready, stop := t.follow(ctx, log)
	select {
	case <-ready:
	case <-ctx.Done():
		return nil, firstOf(ctx.Err(), stop())
	}
	tell(l.progress, "  the tables are up to date and the figures counted after %v", time.Since(begin).Round(time.Millisecond))
	return stop, nil
}

// current gives the tables as far as the log goes, and the office that keeps
// them there while it records perSecond facts each second.
func (l *lab) current(ctx context.Context, perSecond int) (*tables, *office, error) {
	t, err := l.begun(ctx)
	if err != nil {
		return nil, nil, err
	}
	log, err := l.log(ctx, true)
	if err != nil {
		return nil, nil, err
	}
	stop, err := l.keepUp(ctx, t, log)
	if err != nil {
		return nil, nil, err
	}
	o := &office{stop: stop}
	if perSecond > 0 {
		o.record(ctx, l.district, log, perSecond)
	}
	return t, o, nil
}
