package rpc_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/known/emptypb"

	"percorsi/internal/access"
	assessmentv1 "percorsi/internal/gen/percorsi/assessment/v1"
	casefilev1 "percorsi/internal/gen/percorsi/casefile/v1"
	dischargev1 "percorsi/internal/gen/percorsi/discharge/v1"
	eventlogv1 "percorsi/internal/gen/percorsi/eventlog/v1"
	indicatorv1 "percorsi/internal/gen/percorsi/indicator/v1"
	intakev1 "percorsi/internal/gen/percorsi/intake/v1"
	personv1 "percorsi/internal/gen/percorsi/person/v1"
	projectv1 "percorsi/internal/gen/percorsi/project/v1"
	projectionv1 "percorsi/internal/gen/percorsi/projection/v1"
	"percorsi/internal/rpc"
)

func TestTheServiceKnowsWhoCalls(t *testing.T) {
	var got access.Caller
	e := serve(t, rpc.Config{}, &caseFile{
		get: func(ctx context.Context, _ *casefilev1.GetCaseRequest) (*casefilev1.GetCaseResponse, error) {
			got, _ = access.CallerFrom(ctx)
			return &casefilev1.GetCaseResponse{}, nil
		},
		watch: func(_ *casefilev1.WatchCaseRequest, s grpc.ServerStreamingServer[casefilev1.WatchCaseResponse]) error {
			got, _ = access.CallerFrom(s.Context())
			return s.Send(&casefilev1.WatchCaseResponse{})
		},
	})
	for _, call := range []func(context.Context) error{e.getCase, e.watchCase} {
		got = access.Caller{}
		if err := call(as(t, access.CaseManager)); err != nil {
			t.Fatal(err)
		}
		if got != manager {
			t.Errorf("got %+v", got)
		}
	}
}

func TestACallWithoutOneGoodTokenIsUnauthenticated(t *testing.T) {
	e := serve(t, rpc.Config{}, &caseFile{})
	for sentence, sent := range map[string][]string{
		"nothing":         nil,
		"an empty header": {""},
		"no token":        {"Bearer "},
		"another scheme":  {"Basic planner"},
		"no scheme":       {"planner"},
		"two tokens":      {"Bearer planner", "Bearer case-manager"},
		"an unknown one":  {"Bearer nobody"},
	} {
		md := metadata.MD{"authorization": sent}
		if sent == nil {
			md = nil
		}
		ctx := metadata.NewOutgoingContext(t.Context(), md)
		for _, call := range []func(context.Context) error{e.getCase, e.watchCase} {
			if s := status.Convert(call(ctx)); s.Code() != codes.Unauthenticated {
				t.Errorf("%s: got %s %q", sentence, s.Code(), s.Message())
			}
		}
	}
	s := statusOf(t, e.getCase(t.Context()), codes.Unauthenticated)
	if !strings.Contains(s.Message(), "percorsi token") {
		t.Errorf("%q does not say what to do", s.Message())
	}
}

func TestTheSchemeIsReadInAnyCase(t *testing.T) {
	e := serve(t, rpc.Config{}, &caseFile{})
	if err := e.getCase(metadata.AppendToOutgoingContext(t.Context(), "authorization", "bearer planner")); err != nil {
		t.Error(err)
	}
}

// The clock of a bubble starts in the year 2000: a token made there has
// expired for the server outside.
func TestAnExpiredTokenIsToldToBeRenewed(t *testing.T) {
	dir := t.TempDir()
	issuer, err := access.NewIssuer(dir)
	if err != nil {
		t.Fatal(err)
	}
	var expired string
	synctest.Test(t, func(t *testing.T) {
		if expired, err = issuer.Issue(manager, time.Hour); err != nil {
			t.Fatal(err)
		}
	})
	good, err := issuer.Issue(manager, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	e := serve(t, rpc.Config{Verify: issuer.Verify}, &caseFile{})
	bearer := func(token string) context.Context {
		return metadata.AppendToOutgoingContext(t.Context(), "authorization", "Bearer "+token)
	}
	if err := e.getCase(bearer(good)); err != nil {
		t.Error(err)
	}
	s := statusOf(t, e.getCase(bearer(expired)), codes.Unauthenticated)
	if want := "the token has expired: ask for a new one with percorsi token"; s.Message() != want {
		t.Errorf("got %q", s.Message())
	}
}

func TestAVerifierThatFailsIsNoProofOfABadToken(t *testing.T) {
	e := serve(t, rpc.Config{Verify: func(string) (access.Caller, error) {
		return access.Caller{}, errors.New("the identity provider answers 500")
	}}, &caseFile{})
	s := statusOf(t, e.getCase(as(t, access.CaseManager)), codes.Internal)
	if strings.Contains(s.Message(), "500") {
		t.Errorf("the caller reads %q", s.Message())
	}
}

func TestAWrongRoleDoesNotReachTheService(t *testing.T) {
	e := serve(t, rpc.Config{}, &caseFile{})
	s := statusOf(t, e.conn.Invoke(as(t, access.Planner), intakev1.IntakeService_Signal_FullMethodName, signal(), &casefilev1.Recorded{}), codes.PermissionDenied)
	if !strings.Contains(s.Message(), "case-manager") {
		t.Errorf("%q does not say who may", s.Message())
	}
	statusOf(t, e.watchCase(as(t, access.ReportingBody)), codes.PermissionDenied)
	if e.intake.signals != 0 {
		t.Error("the command was carried out")
	}
}

// Whoever may not call is told so before the request is looked at; whoever may
// gets as far as the request or the empty service.
func TestEveryRoleAgainstEveryMethod(t *testing.T) {
	server, err := rpc.NewServer(rpc.Config{Verify: tokens})
	if err != nil {
		t.Fatal(err)
	}
	intakev1.RegisterIntakeServiceServer(server, intakev1.UnimplementedIntakeServiceServer{})
	assessmentv1.RegisterAssessmentServiceServer(server, assessmentv1.UnimplementedAssessmentServiceServer{})
	projectv1.RegisterProjectServiceServer(server, projectv1.UnimplementedProjectServiceServer{})
	dischargev1.RegisterDischargeServiceServer(server, dischargev1.UnimplementedDischargeServiceServer{})
	casefilev1.RegisterCaseFileServiceServer(server, casefilev1.UnimplementedCaseFileServiceServer{})
	personv1.RegisterPersonServiceServer(server, personv1.UnimplementedPersonServiceServer{})
	indicatorv1.RegisterIndicatorServiceServer(server, indicatorv1.UnimplementedIndicatorServiceServer{})
	eventlogv1.RegisterEventLogServiceServer(server, eventlogv1.UnimplementedEventLogServiceServer{})
	projectionv1.RegisterProjectionServiceServer(server, projectionv1.UnimplementedProjectionServiceServer{})
	conn := dial(t, server.Server)
	methods := 0
	eachMethod(func(full string, m protoreflect.MethodDescriptor) {
		methods++
		if code := status.Code(call(t.Context(), conn, full, m)); code != codes.Unauthenticated {
			t.Errorf("%s without a token: got %s", full, code)
		}
		for _, role := range access.Roles() {
			code := status.Code(call(as(t, role), conn, full, m))
			may := access.MayCall(access.Caller{Role: role}, full) == nil
			switch {
			case !may && code != codes.PermissionDenied:
				t.Errorf("%s by %s: got %s", full, role, code)
			case may && code != codes.Unimplemented && code != codes.InvalidArgument:
				t.Errorf("%s by %s: got %s", full, role, code)
			}
		}
	})
	if methods < 75 {
		t.Errorf("only %d methods were called", methods)
	}
}

// call sends an empty request.
func call(ctx context.Context, conn *grpc.ClientConn, full string, m protoreflect.MethodDescriptor) error {
	if !m.IsStreamingServer() {
		return conn.Invoke(ctx, full, &emptypb.Empty{}, &emptypb.Empty{})
	}
	s, err := conn.NewStream(ctx, &grpc.StreamDesc{ServerStreams: true}, full)
	if err != nil {
		return err
	}
	if err := s.SendMsg(&emptypb.Empty{}); err != nil {
		return s.RecvMsg(&emptypb.Empty{}) // the stream has ended; this tells why
	}
	if err := s.CloseSend(); err != nil {
		return err
	}
	return s.RecvMsg(&emptypb.Empty{})
}

// eachMethod visits every method of the API.
func eachMethod(visit func(full string, m protoreflect.MethodDescriptor)) {
	protoregistry.GlobalFiles.RangeFiles(func(file protoreflect.FileDescriptor) bool {
		if !strings.HasPrefix(string(file.Package()), "percorsi.") {
			return true
		}
		for i := range file.Services().Len() {
			service := file.Services().Get(i)
			for j := range service.Methods().Len() {
				m := service.Methods().Get(j)
				visit("/"+string(service.FullName())+"/"+string(m.Name()), m)
			}
		}
		return true
	})
}
