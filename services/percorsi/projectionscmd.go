package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"google.golang.org/grpc"

	"percorsi/internal/access"
	projectionv1 "percorsi/internal/gen/percorsi/projection/v1"
)

func newProjections(g *globals) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "projections",
		Short: "Show the read model, build it anew, compare it with the log, mend one case",
		Args:  cobra.NoArgs,
	}
	cmd.AddCommand(newProjectionsStatus(g), newProjectionsRebuild(g), newProjectionsReconcile(g), newProjectionsRepair(g))
	return cmd
}

// projections calls the server as a role.
func (g *globals) projections(role access.Role, call func(projectionv1.ProjectionServiceClient) error) error {
	conn, err := g.dial(role)
	if err != nil {
		return err
	}
	defer hangUp(conn)
	return call(projectionv1.NewProjectionServiceClient(conn))
}

func newProjectionsStatus(g *globals) *cobra.Command {
	request := &projectionv1.GetStatusRequest{}
	cmd := &cobra.Command{
		Use:   "status",
		Short: "Show where the read model stands, and which streams stopped",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return g.projections(access.Planner, func(client projectionv1.ProjectionServiceClient) error {
				answer, err := client.GetStatus(cmd.Context(), request)
				if err != nil {
					return err
				}
				if g.json {
					return printJSON(cmd.OutOrStdout(), answer)
				}
				return printStatus(cmd.OutOrStdout(), answer, time.Now())
			})
		},
	}
	cmd.Flags().Int32Var(&request.PageSize, "limit", 50, "most streams shown")
	cmd.Flags().StringVar(&request.PageToken, "page", "", "token of the page before")
	return cmd
}

func newProjectionsRebuild(g *globals) *cobra.Command {
	request := &projectionv1.RebuildRequest{}
	cmd := &cobra.Command{
		Use:   "rebuild",
		Short: "Fold the whole log into new rows beside the live ones, and put them in their place; Ctrl-C cancels",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return g.projections(access.Administrator, func(client projectionv1.ProjectionServiceClient) error {
				stream, err := client.Rebuild(cmd.Context(), request)
				if err != nil {
					return err
				}
				done, err := follow(cmd.ErrOrStderr(), stream, (*projectionv1.RebuildResponse).GetProgress, (*projectionv1.RebuildResponse).GetRebuilt)
				switch {
				case err != nil && cmd.Context().Err() != nil:
					return cancelled(cmd.Context(), client)
				case err != nil:
					return err
				case g.json:
					err = printJSON(cmd.OutOrStdout(), done)
				default:
					err = printRebuilt(cmd.OutOrStdout(), done)
				}
				return errors.Join(err, inPlace(done))
			})
		},
	}
	cmd.Flags().BoolVar(&request.Afresh, "afresh", false, "do not go on with a rebuild that was broken off")
	return cmd
}

const (
	// clearWithin bounds how long a command that was cancelled waits for the
	// server to clear away, and clearEvery is how often it asks.
	clearWithin = 15 * time.Second
	clearEvery  = 100 * time.Millisecond
)

// cancelled waits until the server has dropped a rebuild, and says so.
func cancelled(ctx context.Context, client projectionv1.ProjectionServiceClient) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), clearWithin)
	defer cancel()
	tick := time.NewTicker(clearEvery)
	defer tick.Stop()
	for {
		answer, err := client.GetStatus(ctx, &projectionv1.GetStatusRequest{PageSize: 1})
		switch {
		case err != nil:
			return fmt.Errorf("cancelled; the read model is the one from before, but the server did not say that it has cleared away what it had begun: see percorsi projections status (%s)", explain(err))
		case answer.GetRebuilding() == nil:
			return errors.New("cancelled: nothing was left behind, and the read model is the one from before")
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
		}
	}
}

func newProjectionsReconcile(g *globals) *cobra.Command {
	return &cobra.Command{
		Use:   "reconcile",
		Short: "Compare the read model with the log; exit status 1 if they differ",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return g.projections(access.Administrator, func(client projectionv1.ProjectionServiceClient) error {
				stream, err := client.Reconcile(cmd.Context(), &projectionv1.ReconcileRequest{})
				if err != nil {
					return err
				}
				done, err := follow(cmd.ErrOrStderr(), stream, (*projectionv1.ReconcileResponse).GetProgress, (*projectionv1.ReconcileResponse).GetReconciled)
				switch {
				case err != nil && cmd.Context().Err() != nil:
					return errors.New("cancelled: nothing was changed")
				case err != nil:
					return err
				case g.json:
					err = printJSON(cmd.OutOrStdout(), done)
				default:
					err = printReconciled(cmd.OutOrStdout(), done)
				}
				return errors.Join(err, differs(done))
			})
		},
	}
}

func newProjectionsRepair(g *globals) *cobra.Command {
	return &cobra.Command{
		Use:   "repair CASE",
		Short: "Fold one case again from its commits, and replace its rows",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return g.projections(access.Administrator, func(client projectionv1.ProjectionServiceClient) error {
				done, err := client.Repair(cmd.Context(), &projectionv1.RepairRequest{CaseId: args[0]})
				if err != nil {
					return err
				}
				if g.json {
					err = printJSON(cmd.OutOrStdout(), done)
				} else if done.GetWhole() {
					err = printRepaired(cmd.OutOrStdout(), done)
				}
				if !done.GetWhole() {
					err = errors.Join(err, fmt.Errorf("the case stays in quarantine: %s", done.GetReason()))
				}
				return err
			})
		},
	}
}

// follow shows how far a long work is, until its result comes.
func follow[M any, R any](w io.Writer, stream grpc.ServerStreamingClient[M], progress func(*M) *projectionv1.Progress, result func(*M) *R) (*R, error) {
	line := newLine(w)
	defer line.clear()
	for {
		step, err := stream.Recv()
		switch {
		case errors.Is(err, io.EOF):
			return nil, errors.New("the server ended without a result: run it again")
		case err != nil:
			return nil, err
		}
		if done := result(step); done != nil {
			return done, nil
		}
		if p := progress(step); p != nil {
			line.show(p.GetPhase(), progressText(p))
		}
	}
}

// progressText is how far a long work is, in one line.
func progressText(p *projectionv1.Progress) string {
	parts := []string{p.GetPhase()}
	switch {
	case p.GetTotal() > 0:
		parts = append(parts, fmt.Sprintf("%d%%", p.GetDone()*100/p.GetTotal()), fmt.Sprintf("%d of %d", p.GetDone(), p.GetTotal()))
	case p.GetDone() > 0:
		parts = append(parts, fmt.Sprint(p.GetDone()))
	}
	if p.GetPerSecond() > 0 {
		parts = append(parts, fmt.Sprintf("%.0f/s", p.GetPerSecond()))
	}
	if left := p.GetLeft().AsDuration(); left > 0 {
		parts = append(parts, left.Round(time.Second).String()+" left")
	}
	return strings.Join(parts, "  ")
}
