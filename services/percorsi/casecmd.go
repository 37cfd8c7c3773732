package main

import (
	"context"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"percorsi/internal/access"
	casefilev1 "percorsi/internal/gen/percorsi/casefile/v1"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

func newCase(g *globals) *cobra.Command {
	cmd := &cobra.Command{Use: "case", Short: "Show cases, watch them, and correct them", Args: cobra.NoArgs}
	cmd.AddCommand(newCaseShow(g), newCaseHistory(g), newCaseList(g), newCaseWatch(g), newCaseWho(g), newCaseOpen(g), newCaseResponsible(g), newCaseVersions(g), newCaseCorrect(g))
	return cmd
}

func newCaseShow(g *globals) *cobra.Command {
	return &cobra.Command{
		Use:   "show ID",
		Short: "Show one case",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			answer, err := g.getCase(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			if g.json {
				return printJSON(cmd.OutOrStdout(), answer)
			}
			return printCase(cmd.OutOrStdout(), answer.GetCase())
		},
	}
}

// getCase asks for one case.
func (g *globals) getCase(ctx context.Context, id string) (*casefilev1.GetCaseResponse, error) {
	conn, err := g.dial(access.Planner)
	if err != nil {
		return nil, err
	}
	defer hangUp(conn)
	return casefilev1.NewCaseFileServiceClient(conn).GetCase(ctx, &casefilev1.GetCaseRequest{CaseId: id})
}

func newCaseHistory(g *globals) *cobra.Command {
	var role string
	cmd := &cobra.Command{
		Use:   "history ID",
		Short: "Show every fact of one case, in the order it was recorded",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			caller := access.Caller{User: operator, Role: access.Role(role), Body: operatorBody}
			if err := caller.Check(); err != nil {
				return usagef("--as %s: %w", role, err)
			}
			conn, err := g.dialAs(caller)
			if err != nil {
				return err
			}
			defer hangUp(conn)
			t := newTable(cmd.OutOrStdout())
			client := casefilev1.NewCaseFileServiceClient(conn)
			request := &casefilev1.GetHistoryRequest{CaseId: args[0], PageSize: 500}
			for {
				page, err := client.GetHistory(cmd.Context(), request)
				if err != nil {
					return err
				}
				for _, e := range page.GetEntries() {
					if g.json {
						if err := printJSON(cmd.OutOrStdout(), e); err != nil {
							return err
						}
						continue
					}
					t.row(factRow(e)...)
				}
				if page.GetNextPageToken() == "" {
					return t.flush()
				}
				request.PageToken = page.GetNextPageToken()
			}
		},
	}
	cmd.Flags().StringVar(&role, "as", string(access.Planner), "role, where no token says it; who works on cases reads their words (--json)")
	return cmd
}

// factRow gives what a list of facts shows of one.
func factRow(e *casefilev1.HistoryEntry) []any {
	return []any{
		e.GetPosition(), e.GetOccurredOn(), e.GetType() + marked(e), e.GetPart(),
		e.GetUser() + " " + e.GetBody(), e.GetRecordedAt().AsTime().Format("2006-01-02 15:04:05Z"),
	}
}

// marked says what became of a fact.
func marked(e *casefilev1.HistoryEntry) string {
	if e.GetVoided() {
		return " (voided)"
	}
	for _, m := range e.GetCorrections() {
		if m.GetInForce() {
			return fmt.Sprintf(" (amended at %d)", m.GetPosition())
		}
	}
	return ""
}

func newCaseList(g *globals) *cobra.Command {
	request := &casefilev1.ListCasesRequest{}
	var pathway, status string
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List cases, newest first",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := caseFilter(request, pathway, status); err != nil {
				return err
			}
			conn, err := g.dial(access.Planner)
			if err != nil {
				return err
			}
			defer hangUp(conn)
			page, err := casefilev1.NewCaseFileServiceClient(conn).ListCases(cmd.Context(), request)
			if err != nil {
				return err
			}
			if g.json {
				return printJSON(cmd.OutOrStdout(), page)
			}
			return printCases(cmd.OutOrStdout(), page)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&pathway, "pathway", "", "ADI, SELF, DISCHARGE or GENERALE")
	flags.StringVar(&status, "status", "", "SIGNALLED, WAITING, IN_CHARGE, SUSPENDED, CLOSED or REFUSED")
	flags.StringVar(&request.Comune, "comune", "", "ISTAT code")
	flags.StringVar(&request.ManagingBody, "body", "", "managing body")
	flags.StringVar(&request.CaseManager, "manager", "", "case manager")
	flags.StringVar(&request.PersonId, "person", "", "person")
	flags.StringVar(&request.Member, "member", "", "who works on them: the case manager or somebody in the team")
	flags.BoolVar(&request.AwaitsApproval, "awaiting-approval", false, "only cases in which something waits for an approval")
	flags.Int32Var(&request.PageSize, "limit", 50, "most rows")
	flags.StringVar(&request.PageToken, "page", "", "token of the page before")
	return cmd
}

func caseFilter(r *casefilev1.ListCasesRequest, pathway, status string) error {
	if pathway != "" {
		v, ok := readTerm[eventv1.Pathway](pathway)
		if !ok {
			return usagef("--pathway %s: give ADI, SELF, DISCHARGE or GENERALE", pathway)
		}
		r.Pathway = v
	}
	if status != "" {
		v, ok := readTerm[casefilev1.CaseStatus](status)
		if !ok {
			return usagef("--status %s: give SIGNALLED, WAITING, IN_CHARGE, SUSPENDED, CLOSED or REFUSED", status)
		}
		r.Status = v
	}
	return nil
}

// awaitedOf says what of a case waits for its approval, and since when.
func awaitedOf(c *casefilev1.CaseSummary) string {
	var out []string
	for _, a := range c.GetAwaited() {
		out = append(out, term(a.GetOf())+" since "+a.GetSince())
	}
	return strings.Join(out, ", ")
}

func printCases(w io.Writer, page *casefilev1.ListCasesResponse) error {
	t := newTable(w)
	t.row("CASE", "PATHWAY", "STATUS", "STAGE", "COMUNE", "BODY", "OPENED", "CLOSED", "TO APPROVE")
	for _, c := range page.GetCases() {
		t.row(c.GetCaseId(), term(c.GetPathway()),
			term(c.GetStatus()), strings.ToLower(c.GetStage()), c.GetComune(), c.GetManagingBody(), c.GetOpenedOn(), c.GetClosedOn(), dash(awaitedOf(c)))
	}
	if err := t.flush(); err != nil {
		return err
	}
	return printRest(w, len(page.GetCases()), "cases", page)
}

// printRest says how many of a list were shown, and how to see more.
func printRest(w io.Writer, shown int, what string, page interface {
	GetTotal() int64
	GetMoreThanTotal() bool
	GetPosition() uint64
	GetNextPageToken() string
},
) error {
	_, err := fmt.Fprintf(w, "%d of %s %s, at position %d\n", shown, matches(page.GetTotal(), page.GetMoreThanTotal()), what, page.GetPosition())
	if err == nil && page.GetNextPageToken() != "" {
		_, err = fmt.Fprintf(w, "more: --page %s\n", page.GetNextPageToken())
	}
	return err
}

// matches says how many match a list, which is counted only so far.
func matches(total int64, more bool) string {
	if more {
		return "more than " + thousands(total)
	}
	return thousands(total)
}

// thousands writes a number that is not negative with a mark at the thousands.
func thousands(n int64) string {
	s := strconv.FormatInt(n, 10)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
