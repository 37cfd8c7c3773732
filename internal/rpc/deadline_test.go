package rpc_test

import (
	"context"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"

	"percorsi/internal/access"
	casefilev1 "percorsi/internal/gen/percorsi/casefile/v1"
	"percorsi/internal/rpc"
)

func TestACallWithoutADeadlineGetsOne(t *testing.T) {
	e := serve(t, rpc.Config{DefaultTimeout: time.Millisecond}, &caseFile{
		get: func(ctx context.Context, _ *casefilev1.GetCaseRequest) (*casefilev1.GetCaseResponse, error) {
			<-ctx.Done()
			return nil, ctx.Err()
		},
	})
	statusOf(t, e.getCase(as(t, access.CaseManager)), codes.DeadlineExceeded)
}

func TestTheDeadlineOfACallerIsKept(t *testing.T) {
	var left time.Duration
	e := serve(t, rpc.Config{DefaultTimeout: time.Nanosecond}, &caseFile{
		get: func(ctx context.Context, _ *casefilev1.GetCaseRequest) (*casefilev1.GetCaseResponse, error) {
			stated, _ := ctx.Deadline()
			left = time.Until(stated)
			return &casefilev1.GetCaseResponse{}, ctx.Err()
		},
	})
	ctx, cancel := context.WithTimeout(as(t, access.CaseManager), time.Hour)
	defer cancel()
	if err := e.getCase(ctx); err != nil {
		t.Fatal(err)
	}
	if left < 50*time.Minute || left > time.Hour {
		t.Errorf("%s are left of an hour", left)
	}
}

func TestAStreamLastsAsLongAsItsCallerWants(t *testing.T) {
	bounded := true
	e := serve(t, rpc.Config{DefaultTimeout: time.Nanosecond}, &caseFile{
		watch: func(_ *casefilev1.WatchCaseRequest, s grpc.ServerStreamingServer[casefilev1.WatchCaseResponse]) error {
			_, bounded = s.Context().Deadline()
			return s.Send(&casefilev1.WatchCaseResponse{})
		},
	})
	if err := e.watchCase(as(t, access.CaseManager)); err != nil {
		t.Fatal(err)
	}
	if bounded {
		t.Error("the stream has a deadline")
	}
}
