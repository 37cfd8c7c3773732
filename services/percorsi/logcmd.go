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
	cmd := &cobra.Command{Use: "log", Short: "Export and verify the log", Args: cobra.NoArgs}
	cmd.AddCommand(newLogExport(g), newLogVerify(g))
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
		Short: "Read the whole log and check it: no gap, every commit decodes, every case folds",
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
			return fmt.Errorf("%d problems in %d positions: stop writing and compare with a copy", problems, v.GetLast())
		case v.GetDone():
			_, err := fmt.Fprintf(cmd.OutOrStdout(), "the log is whole: %d positions, %d facts\n", v.GetLast(), v.GetFacts())
			return err
		default:
			if _, err := fmt.Fprintf(cmd.ErrOrStderr(), "\rverified %d of %d", v.GetPosition(), v.GetLast()); err != nil {
				return err
			}
		}
	}
}
