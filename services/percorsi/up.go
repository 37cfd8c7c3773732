package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"percorsi/services/percorsi/server"
)

// closeWithin bounds how long the files may take to close.
const closeWithin = 30 * time.Second

func newUp(g *globals) *cobra.Command {
	cfg := server.Config{}
	var services string
	var play bool
	cmd := &cobra.Command{
		Use:   "up",
		Short: "Serve: the log, the read model and the services, all in one process or some of them",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) (err error) {
			if cfg.Services, err = server.ParseServices(services); err != nil {
				return usagef("--services: %w", err)
			}
			if err := canPlay(cfg, play); err != nil {
				return err
			}
			cfg.Data = g.data
			cfg.Logger = slog.New(slog.NewTextHandler(cmd.ErrOrStderr(), nil))
			return up(cmd, cfg, play)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&cfg.GRPC, "grpc", "127.0.0.1:9090", "address of the API")
	flags.StringVar(&cfg.HTTP, "http", "127.0.0.1:8080", "address of the health checks")
	flags.StringVar(&cfg.NATS, "nats", "", "JetStream server; by default one is embedded in --data")
	flags.StringVar(&cfg.Postgres, "postgres", "", "PostgreSQL database of the read model, such as postgres://percorsi@host/percorsi; its password comes from PGPASSWORD or PGPASSFILE; by default the read model is in memory")
	flags.StringVar(&cfg.Keys, "keys", "", keysUsage)
	flags.StringVar(&services, "services", server.JoinServices(server.Services()), "what this process serves; with --nats and --keys other processes serve the rest")
	flags.BoolVar(&play, "sample", false, "play the sample district first, on an empty log")
	return cmd
}

// keysUsage explains the flag of the commands that need the keys.
const keysUsage = "PostgreSQL database in which processes share their keys, such as postgres://percorsi@host/keys; its password comes from PGPASSWORD or PGPASSFILE; by default the keys are in --data"

// canPlay tells whether a process serves what the sample district calls.
func canPlay(cfg server.Config, play bool) error {
	if !play {
		return nil
	}
	for _, s := range sampleCalls() {
		if !cfg.Serves(s) {
			return usagef("--sample needs %s, and this process does not serve %s: add it to --services, or play with percorsi sample against a server that has them all", server.JoinServices(sampleCalls()), s)
		}
	}
	return nil
}

func up(cmd *cobra.Command, cfg server.Config, play bool) (err error) {
	s, err := server.Open(cmd.Context(), cfg)
	if err != nil {
		return err
	}
	defer func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(cmd.Context()), closeWithin)
		defer cancel()
		err = errors.Join(err, s.Close(ctx))
	}()
	group, ctx := errgroup.WithContext(cmd.Context())
	group.Go(func() error { return s.Run(ctx) })
	group.Go(func() error {
		select {
		case <-s.Ready():
		case <-ctx.Done():
			return nil
		}
		if play && !s.HasCases(ctx) {
			if err := playSmall(ctx, cmd, s); err != nil {
				return err
			}
		}
		_, err := fmt.Fprintf(cmd.OutOrStdout(), "ready grpc=%s http=%s\n", s.Addr(), s.HTTPAddr())
		return err
	})
	return group.Wait()
}
