package main

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"percorsi/internal/access"
	casefilev1 "percorsi/internal/gen/percorsi/casefile/v1"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

func newTeam(g *globals) *cobra.Command {
	cmd := &cobra.Command{Use: "team", Short: "Show what multidisciplinary teams did", Args: cobra.NoArgs}
	cmd.AddCommand(newTeamFigures(g))
	return cmd
}

func newTeamFigures(g *globals) *cobra.Command {
	request, kind := &casefilev1.ListTeamFiguresRequest{}, ""
	cmd := &cobra.Command{
		Use:   "figures",
		Short: "Count meetings, professions and bodies, by year and kind of team",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if kind != "" {
				v, ok := readTerm[eventv1.TeamKind](kind)
				if !ok {
					return usagef("--team %s: give POVERTY, UVM, MARGINALITY, EGIDA, SCHOOL, ANTI_VIOLENCE, INTERNAL or SELF", kind)
				}
				request.Team = v
			}
			conn, err := g.dial(access.Planner)
			if err != nil {
				return err
			}
			defer hangUp(conn)
			figures, err := casefilev1.NewCaseFileServiceClient(conn).ListTeamFigures(cmd.Context(), request)
			if err != nil {
				return err
			}
			if g.json {
				return printJSON(cmd.OutOrStdout(), figures)
			}
			return printTeams(cmd.OutOrStdout(), figures)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&kind, "team", "", "only teams of this kind, such as UVM")
	flags.StringVar(&request.From, "from", "", "first day, as 2025-01-01")
	flags.StringVar(&request.To, "to", "", "last day")
	flags.StringVar(&request.ManagingBody, "body", "", "only cases of this managing body")
	return cmd
}

func printTeams(w io.Writer, figures *casefilev1.ListTeamFiguresResponse) error {
	t := newTable(w)
	t.row("YEAR", "TEAM", "CALLED", "HELD", "CANCELLED", "EXPECTED", "CAME", "SHARE", "CASES", "OF TWO BODIES")
	for _, f := range figures.GetRows() {
		t.row(f.GetYear(), term(f.GetTeam()), f.GetCalled(), f.GetHeld(), f.GetCancelled(),
			f.GetExpected(), f.GetExpectedPresent(), share(f.GetExpectedPresent(), f.GetExpected()), f.GetCases(), f.GetCasesTwoBodies())
	}
	if err := t.flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintf(w, "at position %d\n", figures.GetPosition())
	return err
}

// share gives a part of a whole in percent.
func share(part, whole int64) string {
	if whole == 0 {
		return "-"
	}
	return fmt.Sprintf("%d %%", (100*part+whole/2)/whole)
}
