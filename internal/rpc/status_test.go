package rpc_test

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/testing/protocmp"

	"percorsi/internal/access"
	"percorsi/internal/fault"
	casefilev1 "percorsi/internal/gen/percorsi/casefile/v1"
	"percorsi/internal/rpc"
)

// failing serves a service of which every call ends with an error.
func failing(t *testing.T, err error) *edge {
	t.Helper()
	return serve(t, rpc.Config{}, &caseFile{
		get: func(context.Context, *casefilev1.GetCaseRequest) (*casefilev1.GetCaseResponse, error) {
			return nil, err
		},
		watch: func(*casefilev1.WatchCaseRequest, grpc.ServerStreamingServer[casefilev1.WatchCaseResponse]) error {
			return err
		},
	})
}

// watchCase opens a stream and gives its first error.
func (e *edge) watchCase(ctx context.Context) error {
	s, err := e.cases.WatchCase(ctx, &casefilev1.WatchCaseRequest{CaseId: caseID})
	if err != nil {
		return err
	}
	_, err = s.Recv()
	return err
}

func TestEveryKindOfFaultHasItsCode(t *testing.T) {
	for kind, want := range map[fault.Kind]codes.Code{
		fault.Invalid:         codes.InvalidArgument,
		fault.NotFound:        codes.NotFound,
		fault.Exists:          codes.AlreadyExists,
		fault.NotNow:          codes.FailedPrecondition,
		fault.Clash:           codes.Aborted,
		fault.Unauthenticated: codes.Unauthenticated,
		fault.Denied:          codes.PermissionDenied,
		fault.Unavailable:     codes.Unavailable,
	} {
		cause := errors.New("the disk of the log is full")
		f := &fault.Error{Kind: kind, Message: "do this instead", Err: cause}
		e := failing(t, fmt.Errorf("load case: %w", f))
		for _, err := range []error{e.getCase(as(t, access.CaseManager)), e.watchCase(as(t, access.CaseManager))} {
			if s := statusOf(t, err, want); s.Message() != "do this instead" {
				t.Errorf("%s says %q", want, s.Message())
			}
		}
		if logged := strings.Contains(e.log.String(), cause.Error()); logged != (kind == fault.Unavailable) {
			t.Errorf("%s: the cause was logged: %v", want, logged)
		}
	}
}

func TestAnInternalErrorIsLoggedOnceAndNotTold(t *testing.T) {
	for sentence, err := range map[string]error{
		"an error of no kind":        errors.New("secret of the machine"),
		"an internal fault":          fault.New(fault.Internal, "secret of the machine"),
		"an unknown status":          status.Error(codes.Unknown, "secret of the machine"),
		"an internal status":         status.Error(codes.Internal, "secret of the machine"),
		"a kind that does not exist": fault.New(99, "secret of the machine"),
	} {
		e := failing(t, fmt.Errorf("load case: %w", err))
		s := statusOf(t, e.getCase(as(t, access.CaseManager)), codes.Internal)
		if strings.Contains(s.Message(), "secret") {
			t.Errorf("%s: the caller reads %q", sentence, s.Message())
		}
		id := regexp.MustCompile(`logged under (\w{12})$`).FindStringSubmatch(s.Message())
		if id == nil {
			t.Fatalf("%s: there is no id in %q", sentence, s.Message())
		}
		if n := strings.Count(e.log.String(), "id="+id[1]); n != 1 {
			t.Errorf("%s: it was logged %d times: %s", sentence, n, e.log)
		}
		if !strings.Contains(e.log.String(), "secret of the machine") {
			t.Errorf("%s: the cause is not in the log", sentence)
		}
	}
}

func TestAnEndedContextHasItsOwnCodes(t *testing.T) {
	for _, c := range []struct {
		err  error
		want codes.Code
		says string
	}{
		{fmt.Errorf("read: %w", context.DeadlineExceeded), codes.DeadlineExceeded, "try again"},
		{fmt.Errorf("read: %w", context.Canceled), codes.Unavailable, "stopping"}, // the caller is still there
		{&fault.Error{Kind: fault.Unavailable, Message: "the log is busy", Err: context.DeadlineExceeded}, codes.Unavailable, "busy"},
		{&fault.Error{Err: context.DeadlineExceeded}, codes.DeadlineExceeded, "try again"},
	} {
		e := failing(t, c.err)
		s := statusOf(t, e.getCase(as(t, access.CaseManager)), c.want)
		if !strings.Contains(s.Message(), c.says) {
			t.Errorf("%v: got %q", c.err, s.Message())
		}
	}
}

func TestACallThatItsCallerEndedIsCancelled(t *testing.T) {
	began, ended := make(chan struct{}), make(chan error, 1)
	ctx, cancel := context.WithCancel(as(t, access.CaseManager))
	defer cancel()
	e := serve(t, rpc.Config{Options: []grpc.ServerOption{grpc.StatsHandler(&endings{ended: ended})}}, &caseFile{
		get: func(ctx context.Context, _ *casefilev1.GetCaseRequest) (*casefilev1.GetCaseResponse, error) {
			close(began)
			<-ctx.Done()
			return nil, fmt.Errorf("read: %w", ctx.Err())
		},
	})
	go func() { <-began; cancel() }()
	statusOf(t, e.getCase(ctx), codes.Canceled)
	statusOf(t, <-ended, codes.Canceled)
	if e.log.String() != "" {
		t.Errorf("it was logged: %s", e.log)
	}
}

func TestAStatusOfGRPCStaysButNotTheTextAroundIt(t *testing.T) {
	e := failing(t, fmt.Errorf("secret of the machine: %w", status.Error(codes.ResourceExhausted, "too large")))
	if s := statusOf(t, e.getCase(as(t, access.CaseManager)), codes.ResourceExhausted); s.Message() != "too large" {
		t.Errorf("got %q", s.Message())
	}
}

func TestAMethodThatIsNotBuiltIsUnimplemented(t *testing.T) {
	e := serve(t, rpc.Config{}, &caseFile{})
	_, err := e.cases.ListClocks(as(t, access.CaseManager), &casefilev1.ListClocksRequest{})
	statusOf(t, err, codes.Unimplemented)
}

func TestAPanicIsAnInternalErrorWithItsStack(t *testing.T) {
	e := serve(t, rpc.Config{}, &caseFile{
		get: func(context.Context, *casefilev1.GetCaseRequest) (*casefilev1.GetCaseResponse, error) {
			panic("secret of the machine")
		},
		watch: func(*casefilev1.WatchCaseRequest, grpc.ServerStreamingServer[casefilev1.WatchCaseResponse]) error {
			var none *caseFile
			return none.watch(nil, nil)
		},
	})
	for i, call := range []func(context.Context) error{e.getCase, e.watchCase} {
		s := statusOf(t, call(as(t, access.CaseManager)), codes.Internal)
		if strings.Contains(s.Message(), "secret") {
			t.Errorf("the caller reads %q", s.Message())
		}
		log := e.log.String()
		if n := strings.Count(log, "call failed"); n != i+1 {
			t.Errorf("%d lines after %d panics", n, i+1)
		}
		if n := strings.Count(log, "status_test.go"); n < i+1 {
			t.Error("the stack does not lead to the panic")
		}
	}
	if _, err := e.cases.ListClocks(as(t, access.CaseManager), &casefilev1.ListClocksRequest{}); status.Code(err) != codes.Unimplemented {
		t.Errorf("the server does not live on: %v", err)
	}
}

func TestViolationsBecomeABadRequest(t *testing.T) {
	f := &fault.Error{Kind: fault.Invalid, Violations: []fault.Violation{
		{Field: "fact.comune", Do: "write six digits"},
		{Field: "command.occurred_on", Do: "write the day as 2025-03-31"},
	}}
	e := failing(t, fmt.Errorf("signal: %w", f))
	s := statusOf(t, e.getCase(as(t, access.CaseManager)), codes.InvalidArgument)
	if want := "fact.comune: write six digits; command.occurred_on: write the day as 2025-03-31"; s.Message() != want {
		t.Errorf("got %q", s.Message())
	}
	want := []any{&errdetails.BadRequest{FieldViolations: []*errdetails.BadRequest_FieldViolation{
		{Field: "fact.comune", Description: "write six digits"},
		{Field: "command.occurred_on", Description: "write the day as 2025-03-31"},
	}}}
	if diff := cmp.Diff(want, s.Details(), protocmp.Transform()); diff != "" {
		t.Error(diff)
	}
}

func TestOfAHundredViolationsTheFirstTwentyAreTold(t *testing.T) {
	f := &fault.Error{Kind: fault.Invalid}
	for i := range 100 {
		f.Violations = append(f.Violations, fault.Violation{Field: fmt.Sprintf("members[%d]", i), Do: "give it"})
	}
	s := statusOf(t, failing(t, f).getCase(as(t, access.CaseManager)), codes.InvalidArgument)
	if n := strings.Count(s.Message(), "give it"); n != 20 {
		t.Errorf("the text names %d", n)
	}
	bad, ok := s.Details()[0].(*errdetails.BadRequest)
	if !ok || len(bad.GetFieldViolations()) != 20 {
		t.Errorf("got %v", s.Details())
	}
}

func TestAClashShowsBothSides(t *testing.T) {
	clash := &casefilev1.Clash{
		Part: "intake", SeenRevision: 7, CurrentRevision: 9,
		Theirs: []*casefilev1.HistoryEntry{{Position: 9, Type: "needs_recorded", User: "op.5", Body: "ASSC"}},
		Mine:   &casefilev1.HistoryEntry{Type: "needs_recorded"},
	}
	err := rpc.WithDetails(fault.New(fault.Clash, "op.5 changed the needs: look, then choose"), clash)
	s := statusOf(t, failing(t, fmt.Errorf("record: %w", err)).getCase(as(t, access.CaseManager)), codes.Aborted)
	if s.Message() != "op.5 changed the needs: look, then choose" {
		t.Errorf("got %q", s.Message())
	}
	if diff := cmp.Diff([]any{clash}, s.Details(), protocmp.Transform()); diff != "" {
		t.Error(diff)
	}
}

func TestDetailsThatAreTooLargeAreLeftOut(t *testing.T) {
	large := &casefilev1.Clash{Part: strings.Repeat("x", 1<<20)}
	small := &casefilev1.Clash{Part: "intake"}
	err := rpc.WithDetails(fault.New(fault.Clash, "look, then choose"), large, small)
	s := statusOf(t, failing(t, err).getCase(as(t, access.CaseManager)), codes.Aborted)
	if diff := cmp.Diff([]any{small}, s.Details(), protocmp.Transform()); diff != "" {
		t.Error(diff)
	}
}
