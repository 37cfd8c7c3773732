package rpc_test

import (
	"errors"
	"io"
	"strings"
	"testing"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"

	"percorsi/internal/access"
	casefilev1 "percorsi/internal/gen/percorsi/casefile/v1"
	"percorsi/internal/rpc"
)

// watchers is a service whose watch lasts until it is ended, with a word at the
// begin.
func watchers() *caseFile {
	return &caseFile{watch: func(_ *casefilev1.WatchCaseRequest, s grpc.ServerStreamingServer[casefilev1.WatchCaseResponse]) error {
		if err := s.Send(&casefilev1.WatchCaseResponse{}); err != nil {
			return err
		}
		<-s.Context().Done()
		return s.Context().Err()
	}}
}

func watching(t *testing.T, e *edge) grpc.ServerStreamingClient[casefilev1.WatchCaseResponse] {
	t.Helper()
	s, err := e.cases.WatchCase(as(t, access.CaseManager), &casefilev1.WatchCaseRequest{CaseId: caseID})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestWhoWatchesIsSentAwayBeforeTheServerStops(t *testing.T) {
	e := serve(t, rpc.Config{Endless: []string{casefilev1.CaseFileService_WatchCase_FullMethodName}}, watchers())
	before := watching(t, e)
	if _, err := before.Recv(); err != nil {
		t.Fatal(err)
	}
	e.server.EndWatches()
	for _, s := range []grpc.ServerStreamingClient[casefilev1.WatchCaseResponse]{before, watching(t, e)} {
		_, err := s.Recv()
		if said := statusOf(t, err, codes.Unavailable); !strings.Contains(said.Message(), "the server is stopping: try again") {
			t.Errorf("told %q", said.Message())
		}
	}
	if err := e.getCase(as(t, access.CaseManager)); err != nil {
		t.Errorf("a call that ends by itself: %v", err)
	}
	e.server.GracefulStop() // waits for all calls, of which there are none
}

func TestACallThatEndsByItselfIsLeftAlone(t *testing.T) {
	release := make(chan struct{})
	e := serve(t, rpc.Config{}, &caseFile{
		watch: func(_ *casefilev1.WatchCaseRequest, s grpc.ServerStreamingServer[casefilev1.WatchCaseResponse]) error {
			for range 2 {
				if err := s.Send(&casefilev1.WatchCaseResponse{}); err != nil {
					return err
				}
				<-release
			}
			return s.Context().Err()
		},
	})
	s := watching(t, e)
	if _, err := s.Recv(); err != nil {
		t.Fatal(err)
	}
	e.server.EndWatches()
	close(release)
	if _, err := s.Recv(); err != nil {
		t.Errorf("the call was ended: %v", err)
	}
	if _, err := s.Recv(); !errors.Is(err, io.EOF) {
		t.Errorf("at its end: %v", err)
	}
	if _, err := watching(t, e).Recv(); err != nil {
		t.Errorf("a call after it: %v", err)
	}
}
