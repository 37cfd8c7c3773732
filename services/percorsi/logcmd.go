package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"percorsi/internal/access"
	eventlogv1 "percorsi/internal/gen/percorsi/eventlog/v1"
)

func newLog(g *globals) *cobra.Command {
	cmd := &cobra.Command{Use: "log", Short: "Export, verify, back up and restore the log", Args: cobra.NoArgs}
	cmd.AddCommand(newLogExport(g), newLogVerify(g), newLogBackup(g), newLogRestore(g))
	return cmd
}

// exported is one fact of the log as scripts read it.
type exported struct {
	Position   uint64         `json:"position"`
	Index      int32          `json:"index"`
	CommitID   string         `json:"commit_id"`
	CommandID  string         `json:"command_id"`
	Stream     string         `json:"stream"`
	Type       string         `json:"type"`
	OccurredOn string         `json:"occurred_on"`
	RecordedAt string         `json:"recorded_at"`
	Actor      string         `json:"actor"`
	Role       string         `json:"role"`
	Body       string         `json:"body"`
	Data       map[string]any `json:"data"`
}

func newLogExport(g *globals) *cobra.Command {
	request := &eventlogv1.ExportRequest{}
	cmd := &cobra.Command{
		Use:   "export",
		Short: "Print every fact as one JSON line, in log order",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			conn, err := g.dial(access.Administrator)
			if err != nil {
				return err
			}
			defer hangUp(conn)
			stream, err := eventlogv1.NewEventLogServiceClient(conn).Export(cmd.Context(), request)
			if err != nil {
				return err
			}
			enc := json.NewEncoder(cmd.OutOrStdout())
			enc.SetEscapeHTML(false)
			for {
				f, err := stream.Recv()
				if errors.Is(err, io.EOF) {
					return nil
				}
				if err != nil {
					return err
				}
				if err := enc.Encode(line(f)); err != nil {
					return err
				}
			}
		},
	}
	cmd.Flags().Uint64Var(&request.From, "from", 0, "first position")
	cmd.Flags().Uint64Var(&request.To, "to", 0, "last position")
	cmd.Flags().BoolVar(&request.Personal, "personal", false, "with personal fields, for who may read them")
	return cmd
}

func line(f *eventlogv1.ExportResponse) exported {
	return exported{
		Position: f.GetPosition(), Index: f.GetIndex(), CommitID: f.GetCommitId(), CommandID: f.GetCommandId(),
		Stream: f.GetStream(), Type: f.GetType(), OccurredOn: f.GetOccurredOn(),
		RecordedAt: f.GetRecordedAt().AsTime().Format("2006-01-02T15:04:05.000000Z"),
		Actor:      f.GetActor(), Role: f.GetRole(), Body: f.GetBody(), Data: f.GetData().AsMap(),
	}
}

func newLogVerify(g *globals) *cobra.Command {
	return &cobra.Command{
		Use:   "verify",
		Short: "Read the whole log and check it: no gap, every commit decodes, every case folds, its copy is the same",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			conn, err := g.dial(access.Administrator)
			if err != nil {
				return err
			}
			defer hangUp(conn)
			stream, err := eventlogv1.NewEventLogServiceClient(conn).Verify(cmd.Context(), &eventlogv1.VerifyRequest{})
			if err != nil {
				return err
			}
			return followVerify(cmd, stream.Recv)
		},
	}
}

func followVerify(cmd *cobra.Command, recv func() (*eventlogv1.VerifyResponse, error)) error {
	problems := 0
	for {
		v, err := recv()
		switch {
		case errors.Is(err, io.EOF):
			return errors.New("the check ended early: run it again")
		case err != nil:
			return err
		case v.GetProblem() != "":
			problems++
			if _, err := fmt.Fprintln(cmd.OutOrStdout(), v.GetProblem()); err != nil {
				return err
			}
		case v.GetDone() && problems > 0:
			return fmt.Errorf("%d problems in %d positions: stop writing and compare with a copy (%s)", problems, v.GetLast(), compared(v))
		case v.GetDone():
			_, err := fmt.Fprintf(cmd.OutOrStdout(), "the log is whole: %d positions, %d facts\n%s\n", v.GetLast(), v.GetFacts(), compared(v))
			return err
		case v.GetCopy() != nil:
			err = progress(cmd, "compared with the copy", v.GetCopy().GetPosition(), v.GetCopy().GetLast())
		default:
			err = progress(cmd, "verified", v.GetPosition(), v.GetLast())
		}
		if err != nil {
			return err
		}
	}
}

// compared says what the end of a check knows of the copy in Postgres.
func compared(v *eventlogv1.VerifyResponse) string {
	switch c := v.GetCopy(); {
	case c == nil:
		return "there is no copy in PostgreSQL to compare it with"
	case c.GetLast() < v.GetLast():
		return fmt.Sprintf("compared with its copy in PostgreSQL up to position %d, where the copy ends: %d are not in it yet", c.GetPosition(), v.GetLast()-c.GetLast())
	default:
		return fmt.Sprintf("compared with its copy in PostgreSQL up to position %d", c.GetPosition())
	}
}

// progress overwrites one line on stderr with how far a command is.
func progress(cmd *cobra.Command, done string, at, of uint64) error {
	_, err := fmt.Fprintf(cmd.ErrOrStderr(), "\r%s %d of %d", done, at, of)
	if err == nil && at == of {
		_, err = fmt.Fprintln(cmd.ErrOrStderr())
	}
	return err
}
