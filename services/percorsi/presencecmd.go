package main

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/google/uuid"
	"github.com/spf13/cobra"
	"google.golang.org/grpc"

	"percorsi/internal/access"
	casefilev1 "percorsi/internal/gen/percorsi/casefile/v1"
)

// whoWithin is how long case who waits for what other servers have to say.
const whoWithin = time.Second

func newCaseWho(g *globals) *cobra.Command {
	var as actor
	cmd := &cobra.Command{
		Use:   "who ID",
		Short: "Show who has one case open at this moment, and which part",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			conn, err := g.dialActor(&as)
			if err != nil {
				return err
			}
			defer hangUp(conn)
			there, err := whoIsThere(cmd.Context(), conn, args[0])
			if err != nil {
				return err
			}
			return g.printPresent(cmd.OutOrStdout(), there)
		},
	}
	as.flags(cmd.Flags(), access.CaseManager)
	return cmd
}

// whoIsThere looks on for a moment, and gives the last that it was shown.
func whoIsThere(ctx context.Context, conn grpc.ClientConnInterface, file string) (*casefilev1.AttendResponse, error) {
	brief, cancel := context.WithCancel(ctx)
	defer cancel()
	stream, err := casefilev1.NewCaseFileServiceClient(conn).Attend(brief, &casefilev1.AttendRequest{CaseId: file})
	if err != nil {
		return nil, err
	}
	there, err := stream.Recv()
	if err != nil {
		return nil, err
	}
	defer time.AfterFunc(whoWithin, cancel).Stop()
	for {
		next, err := stream.Recv()
		if brief.Err() != nil {
			return there, ctx.Err()
		}
		if err != nil {
			return nil, err
		}
		there = next
	}
}

func newCaseOpen(g *globals) *cobra.Command {
	var as actor
	request := &casefilev1.AttendRequest{SessionId: uuid.NewString()}
	cmd := &cobra.Command{
		Use:   "open ID",
		Short: "Have one case open, so that colleagues see it, and show who else has, until Ctrl-C",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			conn, err := g.dialActor(&as)
			if err != nil {
				return err
			}
			defer hangUp(conn)
			request.CaseId = args[0]
			return keepOn(cmd.Context(), cmd.ErrOrStderr(), func() (bool, error) {
				return g.attend(cmd.Context(), cmd.OutOrStdout(), conn, request)
			})
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&request.Part, "part", "", "part you work on, as case show names it")
	as.flags(flags, access.CaseManager)
	return cmd
}

// attend shows who is there over one connection, and tells whether anything came.
func (g *globals) attend(ctx context.Context, w io.Writer, conn grpc.ClientConnInterface, r *casefilev1.AttendRequest) (came bool, err error) {
	stream, err := casefilev1.NewCaseFileServiceClient(conn).Attend(ctx, r)
	if err != nil {
		return false, err
	}
	for {
		there, err := stream.Recv()
		if err != nil {
			return came, err
		}
		if err := g.printPresent(w, there); err != nil {
			return came, err
		}
		came = true
	}
}

// printPresent prints one list of who is there.
func (g *globals) printPresent(w io.Writer, there *casefilev1.AttendResponse) error {
	if g.json {
		return printJSON(w, there)
	}
	t := newTable(w)
	t.row(time.Now().Format(time.TimeOnly), fmt.Sprintf("%d present", len(there.GetPresent())))
	for _, p := range there.GetPresent() {
		t.row("", p.GetUser(), p.GetRole(), p.GetBody(), dash(term(p.GetProfession())), dash(p.GetPart()), "since "+p.GetSince().AsTime().Local().Format(time.TimeOnly))
	}
	return t.flush()
}
