package main

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"google.golang.org/protobuf/types/known/structpb"

	"percorsi/internal/access"
	casefilev1 "percorsi/internal/gen/percorsi/casefile/v1"
)

func newCaseVersions(g *globals) *cobra.Command {
	as := &actor{}
	cmd := &cobra.Command{
		Use:   "versions CASE PROJECT [N M]",
		Short: "Show what two versions of a project say differently",
		Long: `Show what two versions of a project say differently: the newest and the one
before it, or version N and version M. With --json both are shown whole. Who works
on the case (--as) reads the words.`,
		Args: cobra.MatchAll(cobra.MinimumNArgs(2), cobra.MaximumNArgs(4)),
		RunE: func(cmd *cobra.Command, args []string) error {
			request := &casefilev1.CompareVersionsRequest{CaseId: args[0], ProjectId: args[1]}
			if err := versionsNamed(request, args[2:]); err != nil {
				return err
			}
			conn, err := g.dialActor(as)
			if err != nil {
				return err
			}
			defer hangUp(conn)
			answer, err := casefilev1.NewCaseFileServiceClient(conn).CompareVersions(cmd.Context(), request)
			if err != nil {
				return err
			}
			if g.json {
				return printJSON(cmd.OutOrStdout(), answer)
			}
			return printVersions(cmd.OutOrStdout(), answer)
		},
	}
	as.flags(cmd.Flags(), access.Planner)
	return cmd
}

// versionsNamed reads the numbers of two versions, or none.
func versionsNamed(r *casefilev1.CompareVersionsRequest, args []string) error {
	if len(args) == 0 {
		return nil
	}
	if len(args) == 1 {
		return usagef("give two versions, or none for the newest and the one before it")
	}
	for i, into := range []*int32{&r.From, &r.To} {
		n, err := strconv.ParseInt(args[i], 10, 32)
		if err != nil || n < 1 {
			return usagef("%s is no version: versions count from 1", args[i])
		}
		*into = int32(n)
	}
	return nil
}

func printVersions(w io.Writer, a *casefilev1.CompareVersionsResponse) error {
	t := newTable(w)
	t.row("", headOf(a.GetFrom()), headOf(a.GetTo()))
	t.row("by", a.GetFrom().GetUser(), a.GetTo().GetUser())
	t.row("signed", cmp.Or(a.GetFrom().GetSignedOn(), "not yet"), cmp.Or(a.GetTo().GetSignedOn(), "not yet"))
	for _, c := range a.GetChanges() {
		name := strings.TrimSpace(term(c.GetWhat()) + " " + c.GetId())
		if c.GetBefore() == nil || c.GetAfter() == nil {
			t.row(name, presence(c.GetBefore()), presence(c.GetAfter()))
			continue
		}
		before, after := c.GetBefore().GetFields(), c.GetAfter().GetFields()
		for _, field := range fieldsThatDiffer(before, after) {
			t.row(name+", "+inWords(field), inOneLine(before[field]), inOneLine(after[field]))
		}
	}
	if len(a.GetChanges()) == 0 {
		t.row("nothing differs", "", "")
	}
	return t.flush()
}

func headOf(v *casefilev1.ProjectVersion) string {
	return fmt.Sprintf("version %d, from %s", v.GetNumber(), v.GetFrom())
}

func presence(object *structpb.Struct) string {
	if object == nil {
		return "-"
	}
	return "there"
}

// fieldsThatDiffer gives the names of the fields that two objects have
// differently, in order.
func fieldsThatDiffer(a, b map[string]*structpb.Value) []string {
	names := map[string]bool{}
	for _, object := range []map[string]*structpb.Value{a, b} {
		for name := range object {
			if inOneLine(a[name]) != inOneLine(b[name]) {
				names[name] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(names))
}

func inOneLine(v *structpb.Value) string { return strings.Join(linesOf(v), "; ") }
