package rpc_test

import (
	"context"
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/grpc"
	healthgrpc "google.golang.org/grpc/health/grpc_health_v1"
	reflectv1 "google.golang.org/grpc/reflection/grpc_reflection_v1"

	casefilev1 "percorsi/internal/gen/percorsi/casefile/v1"
	"percorsi/internal/rpc"
)

func TestAServerNeedsAWayToVerifyTokens(t *testing.T) {
	if _, err := rpc.NewServer(rpc.Config{}); err == nil {
		t.Error("it would let everybody in")
	}
}

func TestHealthIsToldWithoutAToken(t *testing.T) {
	e := serve(t, rpc.Config{}, &caseFile{})
	health := healthgrpc.NewHealthClient(e.conn)
	names := []string{"", casefilev1.CaseFileService_ServiceDesc.ServiceName}
	expect := func(name string, want healthgrpc.HealthCheckResponse_ServingStatus) {
		t.Helper()
		got, err := health.Check(t.Context(), &healthgrpc.HealthCheckRequest{Service: name})
		if err != nil || got.GetStatus() != want {
			t.Errorf("%q: got %s, %v, want %s", name, got.GetStatus(), err, want)
		}
	}
	expect("", healthgrpc.HealthCheckResponse_NOT_SERVING)
	e.server.SetServing(true)
	for _, name := range names {
		expect(name, healthgrpc.HealthCheckResponse_SERVING)
	}
	e.server.SetServing(false)
	for _, name := range names {
		expect(name, healthgrpc.HealthCheckResponse_NOT_SERVING)
	}
}

func TestHealthCanBeWatchedWithoutAToken(t *testing.T) {
	e := serve(t, rpc.Config{}, &caseFile{})
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	watch, err := healthgrpc.NewHealthClient(e.conn).Watch(ctx, &healthgrpc.HealthCheckRequest{})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []healthgrpc.HealthCheckResponse_ServingStatus{healthgrpc.HealthCheckResponse_NOT_SERVING, healthgrpc.HealthCheckResponse_SERVING} {
		got, err := watch.Recv()
		if err != nil || got.GetStatus() != want {
			t.Fatalf("got %s, %v, want %s", got.GetStatus(), err, want)
		}
		e.server.SetServing(true)
	}
}

// Many tools still speak the older version, which has the same messages.
func TestTheAPIDescribesItselfWithoutAToken(t *testing.T) {
	e := serve(t, rpc.Config{}, &caseFile{})
	want := slices.Sorted(maps.Keys(e.server.GetServiceInfo()))
	for _, version := range []string{"v1", "v1alpha"} {
		s, err := e.conn.NewStream(t.Context(), &grpc.StreamDesc{ServerStreams: true, ClientStreams: true},
			"/grpc.reflection."+version+".ServerReflection/ServerReflectionInfo")
		if err != nil {
			t.Fatal(err)
		}
		answer := ask(t, s, &reflectv1.ServerReflectionRequest{MessageRequest: &reflectv1.ServerReflectionRequest_ListServices{}})
		var got []string
		for _, service := range answer.GetListServicesResponse().GetService() {
			got = append(got, service.GetName())
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", version, diff)
		}
		answer = ask(t, s, &reflectv1.ServerReflectionRequest{
			MessageRequest: &reflectv1.ServerReflectionRequest_FileContainingSymbol{FileContainingSymbol: "percorsi.event.v1.Signalled"},
		})
		if len(answer.GetFileDescriptorResponse().GetFileDescriptorProto()) == 0 {
			t.Errorf("%s: got %v", version, answer)
		}
	}
}

func ask(t *testing.T, s grpc.ClientStream, question *reflectv1.ServerReflectionRequest) *reflectv1.ServerReflectionResponse {
	t.Helper()
	answer := &reflectv1.ServerReflectionResponse{}
	if err := s.SendMsg(question); err != nil {
		t.Fatal(err)
	}
	if err := s.RecvMsg(answer); err != nil {
		t.Fatal(err)
	}
	return answer
}
