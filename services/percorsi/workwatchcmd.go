package main

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"
	"google.golang.org/grpc"

	"percorsi/internal/access"
	casefilev1 "percorsi/internal/gen/percorsi/casefile/v1"
)

func newWorkWatch(g *globals, as *access.Caller) *cobra.Command {
	clocks, due := &casefilev1.ListClocksRequest{}, &dueFlags{}
	cmd := &cobra.Command{
		Use:   "watch",
		Short: "List the clocks that run, and then each case of which something else is due, until Ctrl-C",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			clocks.DueWithinDays = due.within(cmd)
			conn, err := g.dialAs(*as)
			if err != nil {
				return err
			}
			defer hangUp(conn)
			return keepOn(cmd.Context(), cmd.ErrOrStderr(), func() (bool, error) {
				w := &workWatch{json: g.json, out: cmd.OutOrStdout()}
				return w.once(cmd.Context(), conn, clocks)
			})
		},
	}
	workFlags(cmd, clocks, due)
	return cmd
}

// workWatch shows a work list that is sent step by step.
type workWatch struct {
	json bool
	out  io.Writer
	// list is the table of what came, until it is whole; then nil.
	list *table
}

// once watches over one connection, and tells whether anything came.
func (w *workWatch) once(ctx context.Context, conn grpc.ClientConnInterface, r *casefilev1.ListClocksRequest) (came bool, err error) {
	stream, err := casefilev1.NewCaseFileServiceClient(conn).WatchWorklist(ctx, &casefilev1.WatchWorklistRequest{Clocks: r})
	if err != nil {
		return false, err
	}
	for {
		answer, err := stream.Recv()
		if err != nil {
			return came, err
		}
		came = true
		if err := w.show(answer); err != nil {
			return came, err
		}
	}
}

func (w *workWatch) show(answer *casefilev1.WatchWorklistResponse) error {
	if w.json {
		return printJSON(w.out, answer)
	}
	switch step := answer.GetStep().(type) {
	case *casefilev1.WatchWorklistResponse_Begin:
		w.list = newTable(w.out)
		w.list.row(workHead...)
	case *casefilev1.WatchWorklistResponse_Work:
		if w.list == nil {
			return w.change(step.Work)
		}
		for _, i := range step.Work.GetItems() {
			w.list.row(workRow(i)...)
		}
	case *casefilev1.WatchWorklistResponse_End:
		return w.whole(step.End)
	}
	return nil
}

func (w *workWatch) whole(end *casefilev1.WorklistEnd) error {
	if err := w.list.flush(); err != nil {
		return err
	}
	w.list = nil
	note := "that is all"
	if end.GetTruncated() {
		note = "there is more that is less urgent"
	}
	_, err := fmt.Fprintf(w.out, "%s, at position %d; what changes:\n", note, end.GetPosition())
	return err
}

// change shows what a case has in the list now.
func (w *workWatch) change(work *casefilev1.WorkOfCase) error {
	now := time.Now().Format(time.TimeOnly)
	if len(work.GetItems()) == 0 {
		_, err := fmt.Fprintln(w.out, now, "-", work.GetCaseId())
		return err
	}
	for _, i := range work.GetItems() {
		if _, err := fmt.Fprintln(w.out, append([]any{now, "+"}, workRow(i)...)...); err != nil {
			return err
		}
	}
	return nil
}
