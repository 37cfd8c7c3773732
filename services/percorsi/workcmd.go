package main

import (
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"percorsi/internal/access"
	casefilev1 "percorsi/internal/gen/percorsi/casefile/v1"
)

func newWork(g *globals) *cobra.Command {
	as := access.Caller{Role: access.Coordinator}
	cmd := &cobra.Command{Use: "work", Short: "Show what has to be done", Args: cobra.NoArgs}
	cmd.PersistentFlags().StringVar(&as.User, "user", operator, "who asks, where no token says it")
	cmd.PersistentFlags().StringVar(&as.Body, "for", operatorBody, "body of who asks, where no token says it")
	cmd.AddCommand(newWorkList(g, &as), newWorkWatch(g, &as))
	return cmd
}

func newWorkList(g *globals, as *access.Caller) *cobra.Command {
	request, due := &casefilev1.ListClocksRequest{}, &dueFlags{}
	var lacks []string
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List the clocks that run, the most urgent first; or the cases that lack something, or wait for an approval",
		Long: `List the clocks that run, the most urgent first.

With --lacks, --awaiting-approval or --to-approve it lists cases, and what waits in
them since when; with --overdue, --within or --clock besides one of the latter two,
the clocks of these cases.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			request.DueWithinDays = due.within(cmd)
			missing, err := lacksNamed(lacks)
			if err != nil {
				return err
			}
			conn, err := g.dialAs(*as)
			if err != nil {
				return err
			}
			defer hangUp(conn)
			client := casefilev1.NewCaseFileServiceClient(conn)
			if len(missing) > 0 || waits(request) && !asksForClocks(cmd) {
				return g.listWorkCases(cmd, client, request, missing)
			}
			page, err := client.ListClocks(cmd.Context(), request)
			if err != nil {
				return err
			}
			if g.json {
				return printJSON(cmd.OutOrStdout(), page)
			}
			return printWork(cmd.OutOrStdout(), page)
		},
	}
	workFlags(cmd, request, due)
	flags := cmd.Flags()
	flags.Int32Var(&request.PageSize, "limit", 50, "most rows")
	flags.StringVar(&request.PageToken, "page", "", "token of the page before")
	flags.StringSliceVar(&lacks, "lacks", nil, "cases without: "+strings.Join(lackNames(), ", "))
	for _, clocks := range ofClocks() {
		cmd.MarkFlagsMutuallyExclusive("lacks", clocks)
	}
	return cmd
}

// ofClocks gives the flags that say something of clocks.
func ofClocks() []string { return []string{"overdue", "within", "clock"} }

func asksForClocks(cmd *cobra.Command) bool {
	return slices.ContainsFunc(ofClocks(), cmd.Flags().Changed)
}

// waits tells whether only what waits for an approval is asked for.
func waits(r *casefilev1.ListClocksRequest) bool {
	return r.GetAwaitsApproval() || r.GetAwaitsMyApproval()
}

// listWorkCases lists cases in the place of clocks, for the same people.
func (g *globals) listWorkCases(cmd *cobra.Command, client casefilev1.CaseFileServiceClient, r *casefilev1.ListClocksRequest, lacks []casefilev1.Lack) error {
	page, err := client.ListCases(cmd.Context(), &casefilev1.ListCasesRequest{
		Lacks: lacks, Mine: r.GetMine(), Member: r.GetMember(), PersonId: r.GetPersonId(), Body: r.GetBody(),
		AwaitsApproval: r.GetAwaitsApproval(), AwaitsMyApproval: r.GetAwaitsMyApproval(),
		PageSize: r.GetPageSize(), PageToken: r.GetPageToken(),
	})
	if err != nil {
		return err
	}
	if g.json {
		return printJSON(cmd.OutOrStdout(), page)
	}
	return printCases(cmd.OutOrStdout(), page)
}

// lackNames gives what a case may lack, as the command line calls it.
func lackNames() []string {
	var out []string
	for n := range len(casefilev1.Lack_name) - 1 {
		out = append(out, term(casefilev1.Lack(n+1)))
	}
	return out
}

// lacksNamed reads what cases are to lack.
func lacksNamed(names []string) (out []casefilev1.Lack, err error) {
	for _, name := range names {
		l, ok := readTerm[casefilev1.Lack](name)
		if !ok {
			return nil, usagef("--lacks %s: give %s", name, strings.Join(lackNames(), ", "))
		}
		out = append(out, l)
	}
	return out, nil
}

// dueFlags are how the command line says by when something is due.
type dueFlags struct {
	overdue bool
	days    int32
}

// within gives the days from today, nil where none are given.
func (d *dueFlags) within(cmd *cobra.Command) *int32 {
	switch {
	case d.overdue:
		past := int32(-1)
		return &past
	case cmd.Flags().Changed("within"):
		return &d.days
	default:
		return nil
	}
}

// workFlags adds the flags that say which clocks.
func workFlags(cmd *cobra.Command, r *casefilev1.ListClocksRequest, due *dueFlags) {
	flags := cmd.Flags()
	flags.BoolVar(&due.overdue, "overdue", false, "only what is overdue")
	flags.Int32Var(&due.days, "within", 0, "only what is due within so many days, or overdue")
	flags.StringVar(&r.Clock, "clock", "", "only clocks of this name, such as T120")
	flags.BoolVar(&r.Mine, "mine", false, "only cases that you work on")
	flags.StringVar(&r.Member, "member", "", "only cases that this user works on")
	flags.StringVar(&r.PersonId, "person", "", "only cases that this person is in")
	flags.StringVar(&r.Body, "body", "", "only cases that this body manages or works on")
	flags.BoolVar(&r.AwaitsApproval, "awaiting-approval", false, "only cases in which something waits for an approval")
	flags.BoolVar(&r.AwaitsMyApproval, "to-approve", false, "only cases in which something waits that you may approve, having written nothing of it")
	cmd.MarkFlagsMutuallyExclusive("overdue", "within")
	cmd.MarkFlagsMutuallyExclusive("mine", "member")
}

var workHead = []any{"DUE", "DAYS", "CLOCK", "WHAT", "CASE", "MANAGER", "BODY", "TO APPROVE"}

func workRow(i *casefilev1.WorkItem) []any {
	k, c := i.GetClock(), i.GetCase()
	return []any{k.GetDueOn(), k.GetDaysLeft(), k.GetName(), k.GetLabel(), c.GetCaseId(), c.GetCaseManager(), c.GetManagingBody(), dash(awaitedOf(c))}
}

func printWork(w io.Writer, page *casefilev1.ListClocksResponse) error {
	t := newTable(w)
	t.row(workHead...)
	for _, i := range page.GetItems() {
		t.row(workRow(i)...)
	}
	if err := t.flush(); err != nil {
		return err
	}
	return printRest(w, len(page.GetItems()), "clocks", page)
}
