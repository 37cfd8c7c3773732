package main

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"percorsi/internal/access"
	casefilev1 "percorsi/internal/gen/percorsi/casefile/v1"
)

// caseWatch shows the facts of a case as they are recorded.
type caseWatch struct {
	json     bool
	out, err io.Writer
	request  casefilev1.WatchCaseRequest
}

func newCaseWatch(g *globals) *cobra.Command {
	w := &caseWatch{}
	var as actor
	cmd := &cobra.Command{
		Use:   "watch ID",
		Short: "Show every fact of one case, and then each as it is recorded, until Ctrl-C",
		Long: `Show every fact of one case, and then each as it is recorded. A lost connection
is made anew, and each fact is shown once. At the end the token is printed with
which --after goes on, today or in a year.`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			conn, err := g.dialActor(&as)
			if err != nil {
				return err
			}
			defer hangUp(conn)
			w.json, w.out, w.err, w.request.CaseId = g.json, cmd.OutOrStdout(), cmd.ErrOrStderr(), args[0]
			return w.run(cmd.Context(), conn)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&w.request.Resume, "after", "", "only facts after the one with this token")
	flags.Uint64Var(&w.request.AfterPosition, "after-position", 0, "only facts after this position")
	as.flags(flags, access.CaseManager)
	return cmd
}

// run watches until ctx ends, which is how it is ended.
func (w *caseWatch) run(ctx context.Context, conn grpc.ClientConnInterface) error {
	err := keepOn(ctx, w.err, func() (bool, error) { return w.once(ctx, conn) })
	if w.request.GetResume() != "" {
		_, _ = fmt.Fprintf(w.err, "go on with --after %s\n", w.request.GetResume())
	}
	return err
}

// once watches over one connection, and tells whether anything came.
func (w *caseWatch) once(ctx context.Context, conn grpc.ClientConnInterface) (came bool, err error) {
	stream, err := casefilev1.NewCaseFileServiceClient(conn).WatchCase(ctx, &w.request)
	if err != nil {
		return false, err
	}
	for {
		answer, err := stream.Recv()
		if err != nil {
			return came, err
		}
		if err := w.show(answer); err != nil {
			return came, err
		}
		came, w.request.Resume = true, answer.GetToken()
	}
}

func (w *caseWatch) show(answer *casefilev1.WatchCaseResponse) error {
	if w.json {
		return printJSON(w.out, answer)
	}
	_, err := fmt.Fprintln(w.out, factRow(answer.GetEntry())...) // no column can know its width
	return err
}

// The pauses before a lost connection is made anew.
const (
	watchAgain     = 100 * time.Millisecond
	watchAgainMost = 5 * time.Second
)

// keepOn calls what watches a server again and again while the server cannot be
// reached or is stopping, until ctx ends: that is no error. watch tells whether
// anything came.
func keepOn(ctx context.Context, out io.Writer, watch func() (bool, error)) error {
	for pause := watchAgain; ; pause = min(2*pause, watchAgainMost) {
		came, err := watch()
		switch {
		case ctx.Err() != nil || status.Code(err) != codes.Unavailable:
			return unlessEnded(ctx, err)
		case came:
			pause = watchAgain
		}
		_, _ = fmt.Fprintf(out, "the connection was lost, trying again in %s: %s\n", pause, explain(err))
		t := time.NewTimer(pause)
		select {
		case <-t.C:
		case <-ctx.Done():
			t.Stop()
			return nil
		}
	}
}

// unlessEnded drops the error of what ended because it was asked to.
func unlessEnded(ctx context.Context, err error) error {
	if ctx.Err() == nil {
		return err
	}
	return nil
}
