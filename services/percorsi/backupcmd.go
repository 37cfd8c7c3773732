package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"

	"github.com/spf13/cobra"

	"percorsi/internal/access"
	"percorsi/internal/eventlog"
	"percorsi/internal/eventlog/backup"
	"percorsi/internal/eventlog/wire"
	eventlogv1 "percorsi/internal/gen/percorsi/eventlog/v1"
)

func newLogBackup(g *globals) *cobra.Command {
	return &cobra.Command{
		Use:   "backup FILE",
		Short: "Write the whole log of a running server to one compressed file, sealed as it is",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			conn, err := g.dial(access.Administrator)
			if err != nil {
				return err
			}
			defer hangUp(conn)
			stream, err := eventlogv1.NewEventLogServiceClient(conn).ReadRecords(cmd.Context(), &eventlogv1.ReadRecordsRequest{})
			if err != nil {
				return err
			}
			digest, err := backup.Create(args[0], counted(cmd, received(stream.Recv)))
			if err != nil {
				return err
			}
			return g.copied(cmd.OutOrStdout(), "wrote "+args[0], digest)
		},
	}
}

// received gives the records that a server sends.
func received(recv func() (*eventlogv1.ReadRecordsResponse, error)) iter.Seq2[eventlog.Record, error] {
	return func(yield func(eventlog.Record, error) bool) {
		for {
			run, err := recv()
			if errors.Is(err, io.EOF) {
				return
			}
			if err != nil {
				yield(eventlog.Record{}, err)
				return
			}
			for _, m := range run.GetRecords() {
				r, err := wire.Decode(m)
				if !yield(r, err) || err != nil {
					return
				}
			}
		}
	}
}

// countEvery is how many records lie between two words on progress.
const countEvery = 10_000

// counted gives records as they are and says now and then how many they were.
func counted(cmd *cobra.Command, records iter.Seq2[eventlog.Record, error]) iter.Seq2[eventlog.Record, error] {
	return func(yield func(eventlog.Record, error) bool) {
		for r, err := range records {
			if !yield(r, err) {
				return
			}
			if r.Position%countEvery == 0 && err == nil {
				_, _ = fmt.Fprintf(cmd.ErrOrStderr(), "\rread %d", r.Position) // a word on progress is worth no failure
			}
		}
	}
}

// copied prints what is known of a log that was copied as a whole.
func (g *globals) copied(w io.Writer, done string, d *eventlog.Digest) error {
	if g.json {
		return json.NewEncoder(w).Encode(struct {
			Records uint64 `json:"records"`
			SHA256  string `json:"sha256"`
		}{d.Count(), d.String()})
	}
	_, err := fmt.Fprintf(w, "%s: %d records, sha256 %s\n", done, d.Count(), d)
	return err
}
