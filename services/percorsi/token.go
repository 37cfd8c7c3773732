package main

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"percorsi/internal/access"
	"percorsi/services/percorsi/server"
)

func newToken(g *globals) *cobra.Command {
	var user, role, body, keys string
	var ttl time.Duration
	cmd := &cobra.Command{
		Use:   "token --user U --role R [--body B]",
		Short: "Make a token with the issuer's key: in --data, or shared with --keys",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			r, err := access.ParseRole(role)
			if err != nil {
				return usageError{err}
			}
			issuer, err := server.OpenIssuer(cmd.Context(), g.data, keys)
			if err != nil {
				return err
			}
			token, err := issuer.Issue(access.Caller{User: user, Role: r, Body: body}, ttl)
			if err != nil {
				return err
			}
			_, err = fmt.Fprintln(cmd.OutOrStdout(), token)
			return err
		},
	}
	cmd.Flags().StringVar(&user, "user", "", "pseudonym of the operator, such as op-017")
	cmd.Flags().StringVar(&role, "role", "", "role: case-manager, team-member, coordinator, planner, reporting-body or administrator")
	cmd.Flags().StringVar(&body, "body", "", "code of the body, such as ACSI")
	cmd.Flags().StringVar(&keys, "keys", "", keysUsage)
	cmd.Flags().DurationVar(&ttl, "ttl", 12*time.Hour, "how long the token holds")
	return cmd
}
