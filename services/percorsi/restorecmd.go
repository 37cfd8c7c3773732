package main

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"path/filepath"

	"github.com/nats-io/nats.go"
	"github.com/spf13/cobra"

	"percorsi/internal/eventlog"
	"percorsi/internal/eventlog/backup"
	"percorsi/internal/eventlog/jetstream"
	"percorsi/internal/eventlog/pgcopy"
	"percorsi/internal/platform/embednats"
	"percorsi/internal/platform/postgres"
	"percorsi/services/percorsi/server"
)

// restoring is what `log restore` was asked for.
type restoring struct {
	data     string
	nats     string
	postgres string // restore from there; empty restores from file
	file     string
}

func newLogRestore(g *globals) *cobra.Command {
	r := restoring{}
	var fromPostgres bool
	cmd := &cobra.Command{
		Use:   "restore FILE | restore --from-postgres --postgres URL",
		Short: "Make a lost log again, from a backup or from its copy in PostgreSQL; no server may run on it",
		Args:  cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			r.data = g.data
			switch {
			case fromPostgres && len(args) > 0, !fromPostgres && len(args) == 0:
				return usagef("restore from one place: name the file of a backup, or give --from-postgres")
			case fromPostgres && r.postgres == "":
				return usagef("--from-postgres needs --postgres with the address of the database that has the copy")
			case !fromPostgres && r.postgres != "":
				return usagef("--postgres is for --from-postgres: leave it out to restore from a file")
			case !fromPostgres:
				r.file = args[0]
			}
			digest, err := r.run(cmd)
			if err != nil {
				return err
			}
			return g.copied(cmd.OutOrStdout(), "restored the log", digest)
		},
	}
	flags := cmd.Flags()
	flags.BoolVar(&fromPostgres, "from-postgres", false, "restore from the copy of the log in PostgreSQL")
	flags.StringVar(&r.postgres, "postgres", "", "PostgreSQL database that has the copy, such as postgres://percorsi@host/percorsi; its password comes from PGPASSWORD or PGPASSFILE")
	flags.StringVar(&r.nats, "nats", "", "JetStream server to restore onto; by default the one embedded in --data")
	return cmd
}

// run restores the log, reads it back, and gives its digest.
func (r *restoring) run(cmd *cobra.Command) (*eventlog.Digest, error) {
	ctx := cmd.Context()
	from, err := r.source(ctx)
	if err != nil {
		return nil, err
	}
	defer from.close()
	conn, stop, err := r.target(ctx, cmd)
	if err != nil {
		return nil, err
	}
	digest, err := refill(cmd, config(conn), from)
	return digest, errors.Join(err, stop())
}

// source is where the records come from.
type source struct {
	records iter.Seq2[eventlog.Record, error]
	last    eventlog.Position
	close   func()
}

// source opens the copy. A file is read once through first: nothing is
// restored from one that is damaged.
func (r *restoring) source(ctx context.Context) (*source, error) {
	if r.postgres == "" {
		digest, err := backup.Check(r.file)
		if err != nil {
			return nil, err
		}
		return &source{records: backup.File(r.file), last: eventlog.Position(digest.Count()), close: func() {}}, nil
	}
	pool, err := postgres.Open(ctx, r.postgres)
	if err != nil {
		return nil, err
	}
	copied := pgcopy.New(pool)
	last, err := copied.Last(ctx)
	if err != nil {
		pool.Close()
		return nil, err
	}
	return &source{records: copied.Read(ctx, 0, last), last: last, close: pool.Close}, nil
}

// target connects to the server that keeps the log; stop ends what was begun.
func (r *restoring) target(ctx context.Context, cmd *cobra.Command) (conn *nats.Conn, stop func() error, err error) {
	if r.nats != "" {
		conn, err := jetstream.Connect(r.nats)
		if err != nil {
			return nil, nil, fmt.Errorf("reach the NATS server of --nats: %w", err)
		}
		return conn, func() error { conn.Close(); return nil }, nil
	}
	embedded, err := embednats.Start(embednats.Config{
		Dir:    filepath.Join(r.data, server.LogFolder),
		Logger: slog.New(slog.NewTextHandler(cmd.ErrOrStderr(), nil)),
	})
	if err != nil {
		return nil, nil, err
	}
	stop = func() error {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), closeWithin)
		defer cancel()
		return embedded.Shutdown(ctx)
	}
	if conn, err = embedded.Conn(); err != nil {
		return nil, nil, errors.Join(err, stop())
	}
	return conn, stop, nil
}

// ambito is whose log it is: the one that `percorsi up` serves.
const ambito = "lodi"

func config(conn *nats.Conn) jetstream.Config {
	name, prefix := jetstream.Names(ambito)
	return jetstream.Config{Conn: conn, Name: name, Prefix: prefix}
}

// refill restores the log and proves, by reading all of it, that it now has the
// records of the copy.
func refill(cmd *cobra.Command, cfg jetstream.Config, from *source) (*eventlog.Digest, error) {
	ctx := cmd.Context()
	given := eventlog.NewDigest()
	say := func(p eventlog.Position) {
		_ = progress(cmd, "restored", uint64(p), uint64(from.last)) // a word on progress is worth no failure
	}
	if _, err := jetstream.Restore(ctx, cfg, given.Through(from.records), say); err != nil {
		return nil, err
	}
	log, err := jetstream.Open(ctx, cfg)
	if err != nil {
		return nil, err
	}
	defer log.Close()
	stored := eventlog.NewDigest()
	for _, err := range stored.Through(log.Read(ctx, 0, 0)) {
		if err != nil {
			return nil, fmt.Errorf("read the restored log: %w", err)
		}
	}
	if stored.String() != given.String() {
		return nil, fmt.Errorf("the restored log is not the same as the copy (%d records, sha256 %s, instead of %d, sha256 %s): do not use it", stored.Count(), stored, given.Count(), given)
	}
	return stored, nil
}
