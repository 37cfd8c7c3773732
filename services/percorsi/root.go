package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	casefilev1 "percorsi/internal/gen/percorsi/casefile/v1"
)

// globals are the flags that every command has.
type globals struct {
	data  string
	addr  string
	token string
	json  bool
}

func newRoot() *cobra.Command {
	g := &globals{}
	root := &cobra.Command{
		Use:           "percorsi",
		Short:         "Case management of the Piano di Zona, and its figures from the record",
		SilenceUsage:  true,
		SilenceErrors: true,
		Args:          cobra.NoArgs,
	}
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usageError{err} })
	flags := root.PersistentFlags()
	flags.StringVar(&g.data, "data", "./data", "folder of the log, the keys and the issuer")
	flags.StringVar(&g.addr, "addr", "127.0.0.1:9090", "address of a running server")
	flags.StringVar(&g.token, "token", "", "token, or a file that holds one (default $PERCORSI_TOKEN, else made with the issuer's key in --data)")
	flags.BoolVar(&g.json, "json", false, "print JSON")
	root.AddCommand(
		newUp(g), newToken(g), newSample(g), newCase(g), newWork(g), newTeam(g), newPerson(g), newRecord(g), newPlan(g),
		newIndicators(g), newExplain(g), newNotices(g), newLog(g), newProjections(g),
	)
	return root
}

// usageError is a wrong use of the command line.
type usageError struct{ error }

func usagef(format string, args ...any) error { return usageError{fmt.Errorf(format, args...)} }

func isUsage(err error) bool {
	_, ok := errors.AsType[usageError](err)
	return ok || strings.HasPrefix(err.Error(), "unknown command") || strings.HasPrefix(err.Error(), "accepts ") ||
		strings.HasPrefix(err.Error(), "requires ")
}

// explain turns an error into one line: what, why, and what to do. A clash takes
// more, since somebody must choose.
func explain(err error) string {
	s, ok := status.FromError(err)
	if !ok || s.Code() == codes.Unknown {
		return strings.Join(strings.Fields(err.Error()), " ") // some libraries write several lines
	}
	if s.Code() == codes.Unavailable && strings.Contains(s.Message(), "connection") {
		return "no server answers: start one with `percorsi up`, or name it with --addr"
	}
	text := s.Message()
	for _, d := range s.Details() {
		switch d := d.(type) {
		case *errdetails.BadRequest:
			for _, v := range d.GetFieldViolations() {
				if !strings.Contains(text, v.GetDescription()) {
					text += "; " + v.GetField() + ": " + v.GetDescription()
				}
			}
		case *casefilev1.Clash:
			if !strings.HasPrefix(d.GetPart(), "link/") {
				return explainClash(d)
			}
			for _, e := range d.GetTheirs() { // of two persons there is nothing to merge
				text += fmt.Sprintf(" (%s, by %s of %s)", inWords(e.GetType()), e.GetUser(), e.GetBody())
			}
		}
	}
	return text
}
