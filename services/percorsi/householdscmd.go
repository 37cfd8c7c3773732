package main

import (
	"cmp"

	"github.com/spf13/cobra"

	personv1 "percorsi/internal/gen/percorsi/person/v1"
)

func newPersonHouseholds(g *globals) *cobra.Command {
	return &cobra.Command{
		Use:   "households ID",
		Short: "Show the households that a person is or was in",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return g.people(func(c personv1.PersonServiceClient) error {
				answer, err := c.ListHouseholds(cmd.Context(), &personv1.ListHouseholdsRequest{PersonId: args[0]})
				if err != nil {
					return err
				}
				if g.json {
					return printJSON(cmd.OutOrStdout(), answer)
				}
				t := newTable(cmd.OutOrStdout())
				t.row("CASE", "BODY", "PERSON", "RELATION", "OBLIGATION", "FROM", "TO")
				for _, h := range answer.GetHouseholds() {
					for _, m := range h.GetMembers() {
						t.row(h.GetCaseId(), h.GetManagingBody(), m.GetPersonId(), term(m.GetRelation()),
							cmp.Or(term(m.GetObligation()), "unspecified"), m.GetFrom(), orToday(m.GetTo()))
					}
				}
				return t.flush()
			})
		},
	}
}
