package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"percorsi/internal/casework"
	casefilev1 "percorsi/internal/gen/percorsi/casefile/v1"
)

func newCaseResponsible(g *globals) *cobra.Command {
	var on string
	cmd := &cobra.Command{
		Use:   "responsible ID",
		Short: "Show who was responsible for one case, on every day or on one",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			day, err := casework.ParseDay(on)
			if err != nil {
				return fmt.Errorf("--on: %w", err)
			}
			answer, err := g.getCase(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			list := answer.GetCase().GetResponsible()
			if day != 0 {
				if list = tenureOn(list, day); len(list) == 0 {
					return fmt.Errorf("nobody was responsible on %s: the case began later", day)
				}
			}
			t := newTable(cmd.OutOrStdout())
			for _, one := range list {
				if g.json {
					if err := printJSON(cmd.OutOrStdout(), one); err != nil {
						return err
					}
					continue
				}
				t.row(one.GetFrom(), orToday(one.GetTo()), one.GetManagingBody(), orNobody(one.GetCaseManager()), one.GetCaseManagerBody())
			}
			return t.flush()
		},
	}
	cmd.Flags().StringVar(&on, "on", "", "one day, as 2025-03-31")
	return cmd
}

// tenureOn gives the one of a list that has a day, or none. Days are written so
// that their texts sort.
func tenureOn(list []*casefilev1.Tenure, day casework.Day) []*casefilev1.Tenure {
	for _, one := range list {
		if one.GetFrom() <= day.String() && (one.GetTo() == "" || day.String() <= one.GetTo()) {
			return []*casefilev1.Tenure{one}
		}
	}
	return nil
}

func orToday(day string) string {
	if day == "" {
		return "today"
	}
	return day
}

func orNobody(user string) string {
	if user == "" {
		return "no case manager"
	}
	return user
}
