package main

import (
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/google/uuid"
	"github.com/spf13/cobra"

	"percorsi/internal/access"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	indicatorv1 "percorsi/internal/gen/percorsi/indicator/v1"
	"percorsi/internal/indicator/deftest"
	"percorsi/internal/plan/planfile"
)

func newPlan(g *globals) *cobra.Command {
	cmd := &cobra.Command{Use: "plan", Short: "Publish, show and check the plan; show and correct what was recorded for it", Args: cobra.NoArgs}
	cmd.AddCommand(newPlanShow(g), newPlanPublish(g), newPlanCheck(), newPlanRecords(g), newPlanCorrect(g))
	return cmd
}

func newPlanShow(g *globals) *cobra.Command {
	return &cobra.Command{
		Use:   "show",
		Short: "Show the plan as it was last published",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			conn, err := g.dial(access.Planner)
			if err != nil {
				return err
			}
			defer hangUp(conn)
			answer, err := indicatorv1.NewIndicatorServiceClient(conn).GetPlan(cmd.Context(), &indicatorv1.GetPlanRequest{})
			if err != nil {
				return err
			}
			if g.json {
				return printJSON(cmd.OutOrStdout(), answer)
			}
			p := answer.GetPlan()
			t := newTable(cmd.OutOrStdout())
			t.row("PLAN", p.GetPlanId(), fmt.Sprintf("version %d, %s to %s", p.GetVersion(), p.GetFrom(), p.GetTo()))
			for _, o := range p.GetObjectives() {
				t.row("OBJECTIVE", o.GetObjectiveId(), o.GetTitle())
				for _, i := range p.GetIndicators() {
					if i.GetObjectiveId() == o.GetObjectiveId() {
						t.row("", i.GetIndicatorId(), i.GetLabel())
					}
				}
			}
			return t.flush()
		},
	}
}

// readPlan reads a folder of plan files.
func readPlan(path string) (*planfile.Source, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("read the plan: %w", err)
	}
	if !info.IsDir() {
		path = filepath.Dir(path)
	}
	return planfile.Read(os.DirFS(path))
}

func newPlanPublish(g *globals) *cobra.Command {
	return &cobra.Command{
		Use:   "publish FILE",
		Short: "Publish a version of the plan; FILE is its plan.yaml or the folder",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			source, err := readPlan(args[0])
			if err != nil {
				return err
			}
			conn, err := g.dial(access.Administrator)
			if err != nil {
				return err
			}
			defer hangUp(conn)
			answer, err := indicatorv1.NewIndicatorServiceClient(conn).PublishPlan(cmd.Context(), publication(source.Plan, time.Now()))
			if err != nil {
				return err
			}
			_, err = fmt.Fprintf(cmd.OutOrStdout(), "published %s version %d at position %d\n", answer.GetPlanId(), source.Plan.GetVersion(), answer.GetPosition())
			return err
		},
	}
}

// publication asks to publish a plan. Its id follows from plan and version, so
// that publishing the same version twice is one command.
func publication(p *eventv1.Plan, now time.Time) *indicatorv1.PublishPlanRequest {
	id := uuid.NewSHA1(uuid.NameSpaceURL, fmt.Appendf(nil, "percorsi:plan:%s:%d", p.GetPlanId(), p.GetVersion()))
	return &indicatorv1.PublishPlanRequest{CommandId: id.String(), OccurredOn: now.Format(time.DateOnly), Plan: p}
}

func newPlanCheck() *cobra.Command {
	return &cobra.Command{
		Use:   "check FILE",
		Short: "Compile every definition of a plan and run its tests; no server is needed",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			source, err := readPlan(args[0])
			if err != nil {
				return err
			}
			failed, err := deftest.Run(source)
			if err != nil {
				return err
			}
			for _, f := range failed {
				if _, err := fmt.Fprintln(cmd.OutOrStdout(), f); err != nil {
					return err
				}
			}
			if len(failed) > 0 {
				return fmt.Errorf("%d of %d tests of the plan fail", len(failed), len(source.Tests))
			}
			_, err = fmt.Fprintf(cmd.OutOrStdout(), "%d indicators compile, %d tests pass\n", len(source.Plan.GetIndicators()), len(source.Tests))
			return err
		},
	}
}
