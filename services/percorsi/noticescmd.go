package main

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"google.golang.org/protobuf/encoding/protojson"

	"percorsi/internal/access"
	noticev1 "percorsi/internal/gen/percorsi/notice/v1"
	"percorsi/internal/notice"
)

func newNotices(g *globals) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "notices",
		Short: "Show what somebody was told: assigned, asked, called to a meeting, corrected",
		Args:  cobra.NoArgs,
	}
	var as actor
	as.flags(cmd.PersistentFlags(), access.CaseManager)
	cmd.AddCommand(newNoticesList(g, &as), newNoticesFollow(g, &as))
	return cmd
}

// notices asks for notices as somebody.
func (g *globals) notices(as *actor, ask func(noticev1.NoticeServiceClient) error) error {
	conn, err := g.dialActor(as)
	if err != nil {
		return err
	}
	defer hangUp(conn)
	return ask(noticev1.NewNoticeServiceClient(conn))
}

func newNoticesList(g *globals, as *actor) *cobra.Command {
	request := &noticev1.ListNoticesRequest{}
	var kinds []string
	cmd := &cobra.Command{
		Use:   "list",
		Short: "Show notices, newest first",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) (err error) {
			if request.Kinds, err = kindsNamed(kinds); err != nil {
				return err
			}
			return g.notices(as, func(c noticev1.NoticeServiceClient) error {
				answer, err := c.ListNotices(cmd.Context(), request)
				if err != nil {
					return err
				}
				if g.json {
					return printJSON(cmd.OutOrStdout(), answer)
				}
				return printNotices(cmd.OutOrStdout(), answer)
			})
		},
	}
	flags := cmd.Flags()
	flags.StringSliceVar(&kinds, "kind", nil, "only notices of these kinds: "+strings.Join(kindNames(), ", "))
	flags.StringVar(&request.CaseId, "case", "", "only notices of this case")
	flags.StringVar(&request.From, "from", "", "first day on which it was told, as 2025-01-01")
	flags.StringVar(&request.To, "to", "", "last day")
	flags.Int32Var(&request.PageSize, "size", 0, "notices of the page; 0 for 50")
	flags.StringVar(&request.PageToken, "page", "", "token of the page before")
	return cmd
}

// kindsNamed reads the kinds of notices that are asked for.
func kindsNamed(names []string) (out []noticev1.NoticeKind, err error) {
	for _, name := range names {
		kind, ok := readTerm[noticev1.NoticeKind](name)
		if !ok {
			return nil, usagef("--kind %s: give %s", name, strings.Join(kindNames(), ", "))
		}
		out = append(out, kind)
	}
	return out, nil
}

// kindNames gives the names of every kind of notice.
func kindNames() (out []string) {
	values := noticev1.NoticeKind(0).Descriptor().Values()
	for i := 1; i < values.Len(); i++ {
		out = append(out, notice.Name(noticev1.NoticeKind(values.Get(i).Number())))
	}
	return out
}

func printNotices(w io.Writer, answer *noticev1.ListNoticesResponse) error {
	t := newTable(w)
	t.row("NUMBER", "TOLD", "WHAT", "DAY", "CASE", "ABOUT", "BY")
	for _, n := range answer.GetNotices() {
		t.row(n.GetNumber(), toldAt(n), whatOf(n), n.GetDay(), n.GetCaseId(), n.GetAbout(), n.GetBy())
	}
	if err := t.flush(); err != nil || answer.GetNextPageToken() == "" {
		return err
	}
	_, err := fmt.Fprintf(w, "more: --page %s\n", answer.GetNextPageToken())
	return err
}

func newNoticesFollow(g *globals, as *actor) *cobra.Command {
	request := &noticev1.WatchNoticesRequest{}
	cmd := &cobra.Command{
		Use:   "follow",
		Short: "Show notices as they are given, until Ctrl-C",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return g.notices(as, func(c noticev1.NoticeServiceClient) error {
				if !cmd.Flags().Changed("after") {
					newest, err := c.ListNotices(cmd.Context(), &noticev1.ListNoticesRequest{PageSize: 1})
					if err != nil {
						return err
					}
					request.After = newest.GetLast()
				}
				return keepOn(cmd.Context(), cmd.ErrOrStderr(), func() (bool, error) {
					return g.followNotices(cmd.Context(), cmd.OutOrStdout(), c, request)
				})
			})
		},
	}
	cmd.Flags().Uint64Var(&request.After, "after", 0, "go on behind this number, as list and follow show it; 0 for all (default what is new)")
	return cmd
}

// followNotices follows over one connection, and tells whether anything came.
// The request remembers how far it was.
func (g *globals) followNotices(ctx context.Context, w io.Writer, c noticev1.NoticeServiceClient, r *noticev1.WatchNoticesRequest) (came bool, err error) {
	stream, err := c.WatchNotices(ctx, r)
	if err != nil {
		return false, err
	}
	for {
		answer, err := stream.Recv()
		if err != nil {
			return came, err
		}
		if err := g.printNotice(w, answer.GetNotice()); err != nil {
			return came, err
		}
		came, r.After = true, answer.GetNotice().GetNumber()
	}
}

// printNotice prints a notice in one line.
func (g *globals) printNotice(w io.Writer, n *noticev1.Notice) error {
	line := strings.TrimRight(strings.Join([]string{
		fmt.Sprint(n.GetNumber()), toldAt(n), whatOf(n), n.GetDay(), n.GetCaseId(), n.GetAbout(), n.GetBy(),
	}, "  "), " ")
	if g.json {
		data, err := protojson.MarshalOptions{UseProtoNames: true}.Marshal(n)
		if err != nil {
			return err
		}
		line = string(data)
	}
	_, err := fmt.Fprintln(w, line)
	return err
}

func toldAt(n *noticev1.Notice) string { return n.GetAt().AsTime().Local().Format(time.DateTime) }

// whatOf puts in words what a notice is about.
func whatOf(n *noticev1.Notice) string {
	words := strings.ReplaceAll(notice.Name(n.GetKind()), "-", " ")
	if more := n.GetFact() + n.GetClock(); more != "" {
		words += ": " + inWords(more)
	}
	return words
}
