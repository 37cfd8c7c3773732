package main

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"percorsi/internal/access"
	"percorsi/internal/casework"
	"percorsi/internal/sample"
	"percorsi/services/percorsi/server"
)

const (
	// smallDistrict is about how many cases `up --sample` plays.
	smallDistrict = 400
	sampleSeed    = 1
	// sampleTokens is how long the tokens of the sample's operators live.
	sampleTokens = 12 * time.Hour
)

func newSample(g *globals) *cobra.Command {
	cfg := sample.Config{}
	var from, to, keys string
	cmd := &cobra.Command{
		Use:   "sample",
		Short: "Play a fictional district against a running server, through its API",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			var err error
			if cfg.From, err = casework.ParseDay(from); err != nil {
				return usagef("--from: %w", err)
			}
			if cfg.To, err = casework.ParseDay(to); err != nil {
				return usagef("--to: %w", err)
			}
			issuer, err := server.OpenIssuer(cmd.Context(), g.data, keys)
			if err != nil {
				return err
			}
			return playSample(cmd.Context(), cmd, g.addr, issuer, cfg)
		},
	}
	flags := cmd.Flags()
	flags.Uint64Var(&cfg.Seed, "seed", sampleSeed, "the same seed gives the same facts")
	flags.IntVar(&cfg.Cases, "cases", 0, "about how many cases; 0 for as many as the Ambito has")
	flags.StringVar(&from, "from", "2025-01-01", "first day on which cases open")
	flags.StringVar(&to, "to", time.Now().Format(time.DateOnly), "last day on which anything is recorded")
	flags.StringVar(&keys, "keys", "", keysUsage)
	return cmd
}

// sampleCalls is what the sample asks of a server.
func sampleCalls() []server.Service {
	return []server.Service{server.Intake, server.Assessment, server.Project, server.Discharge, server.Correction, server.Person, server.Indicator}
}

// playSmall plays a small district on a server that has just started.
func playSmall(ctx context.Context, cmd *cobra.Command, s *server.Server) error {
	return playSample(ctx, cmd, s.Addr(), s.Issuer(), sample.Config{
		Seed: sampleSeed, Cases: smallDistrict, To: casework.DayOf(time.Now()) - 1,
	})
}

// playSample plays a district and prints its summary. Progress goes to standard
// error.
func playSample(ctx context.Context, cmd *cobra.Command, addr string, issuer *access.Issuer, cfg sample.Config) error {
	conn, err := dial(addr, "")
	if err != nil {
		return err
	}
	defer hangUp(conn)
	cfg.Conn = conn
	cfg.Token = func(c access.Caller) (string, error) { return issuer.Issue(c, sampleTokens) }
	cfg.Progress = func(done, total int) {
		if done%50 == 0 || done == total {
			_, _ = fmt.Fprintf(cmd.ErrOrStderr(), "\rsample: %d of %d stories", done, total) // progress may be lost
		}
		if done == total {
			_, _ = fmt.Fprintln(cmd.ErrOrStderr())
		}
	}
	summary, err := sample.Play(ctx, cfg)
	if err != nil {
		return err
	}
	return json.NewEncoder(cmd.OutOrStdout()).Encode(summary)
}
