package server_test

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/uuid"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"

	"percorsi/internal/client"
	"percorsi/internal/fact"
	"percorsi/internal/fact/facttest"
	casefilev1 "percorsi/internal/gen/percorsi/casefile/v1"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	eventlogv1 "percorsi/internal/gen/percorsi/eventlog/v1"
	noticev1 "percorsi/internal/gen/percorsi/notice/v1"
	personv1 "percorsi/internal/gen/percorsi/person/v1"
	projectionv1 "percorsi/internal/gen/percorsi/projection/v1"
	"percorsi/services/percorsi/server/servertest"
)

// asked remembers which methods were called.
type asked struct {
	mu      sync.Mutex
	methods map[string]bool
}

func (a *asked) note(method string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.methods[method] = true
}

// noting is a connection that remembers what was called over it.
type noting struct {
	grpc.ClientConnInterface
	asked *asked
}

func (n noting) Invoke(ctx context.Context, method string, args, reply any, opts ...grpc.CallOption) error {
	n.asked.note(method)
	return n.ClientConnInterface.Invoke(ctx, method, args, reply, opts...)
}

func (n noting) NewStream(ctx context.Context, desc *grpc.StreamDesc, method string, opts ...grpc.CallOption) (grpc.ClientStream, error) {
	n.asked.note(method)
	return n.ClientConnInterface.NewStream(ctx, desc, method, opts...)
}

// noteCalls remembers from now on what is called over the connections.
func noteCalls(conns ...*grpc.ClientConnInterface) *asked {
	a := &asked{methods: map[string]bool{}}
	for _, c := range conns {
		*c = noting{*c, a}
	}
	return a
}

// wantEveryMethod says that every method of the API was called.
func (a *asked) wantEveryMethod(t *testing.T) {
	t.Helper()
	all := methods()
	for _, m := range slices.Sorted(maps.Keys(all)) {
		if !a.methods[m] {
			t.Errorf("no wrong call of %s: add the worst one there is", m)
		}
	}
}

// methods gives every method of the API.
func methods() map[string]bool {
	all := map[string]bool{}
	protoregistry.GlobalFiles.RangeFiles(func(file protoreflect.FileDescriptor) bool {
		for i := range file.Services().Len() {
			s := file.Services().Get(i)
			for j := range s.Methods().Len() {
				if strings.HasPrefix(string(s.FullName()), "percorsi.") {
					all[fmt.Sprintf("/%s/%s", s.FullName(), s.Methods().Get(j).Name())] = true
				}
			}
		}
		return true
	})
	return all
}

// opens tells whether a kind of fact begins a case.
func opens(kind protoreflect.FieldDescriptor) bool {
	return slices.Contains([]protoreflect.Name{"signalled", "applied"}, kind.Name())
}

// recordable gives the kinds of facts that a call of the API records in a case.
func recordable() (out []protoreflect.FieldDescriptor) {
	calls, err := client.ReadRecordings()
	if err != nil {
		panic(err) // the API does not describe itself
	}
	for _, kind := range facttest.Kinds() {
		if _, recorded := calls[kind.Message().FullName()]; recorded {
			out = append(out, kind)
		}
	}
	return out
}

// TestAnotherBodyIsAnsweredAsIfThereWereNoCase sends every kind
// of fact to a case of another body and to no case: neither the answer nor its
// words may tell that one of them is there.
func TestAnotherBodyIsAnsweredAsIfThereWereNoCase(t *testing.T) {
	d := openDesk(t)
	for _, kind := range recordable() {
		if opens(kind) {
			continue
		}
		t.Run(string(kind.Name()), func(t *testing.T) {
			there, nowhere := d.intrude(kind, d.mine.id), d.intrude(kind, uuid.NewString())
			if status.Code(there) != codes.NotFound || status.Convert(there).Message() != status.Convert(nowhere).Message() {
				t.Errorf("a case of another body: %v; no case: %v", there, nowhere)
			}
		})
	}
}

// intrude sends a fact of a kind as a coordinator of another body.
func (d *desk) intrude(kind protoreflect.FieldDescriptor, file string) error {
	content := fact.Unwrap(facttest.Filled(kind))
	inPlainWords(content.ProtoReflect())
	_, err := servertest.Send(d.t, d.abroad, &casefilev1.Command{
		CommandId: uuid.NewString(), CaseId: file, OccurredOn: "2025-03-01",
	}, content)
	return err
}

// inPlainWords makes the words of a filled fact such as a client sends.
func inPlainWords(m protoreflect.Message) {
	if text, ok := m.Interface().(*eventv1.Text); ok {
		text.Reset()
		text.Form = &eventv1.Text_Plain{Plain: "parole"}
		return
	}
	m.Range(func(fd protoreflect.FieldDescriptor, v protoreflect.Value) bool {
		switch {
		case fd.Message() == nil:
		case fd.IsList():
			for i := range v.List().Len() {
				inPlainWords(v.List().Get(i).Message())
			}
		default:
			inPlainWords(v.Message())
		}
		return true
	})
}

// intruders are the wrong calls of every method that records in a case.
func intruders() (out []wrong) {
	for _, kind := range recordable() {
		w := wrong{fmt.Sprintf("%s by a body that has no part in the case", kind.Name()), func(d *desk) error {
			return d.intrude(kind, d.mine.id)
		}, codes.NotFound, ""}
		if opens(kind) {
			w.code, w.field = codes.InvalidArgument, "command.case_id"
		}
		out = append(out, w)
	}
	return out
}

// streamed reads the first answer of a stream, or its refusal.
func streamed[T any](stream grpc.ServerStreamingClient[T], err error) error {
	if err != nil {
		return err
	}
	_, err = stream.Recv()
	return err
}

// wrongReaders ask for what they may not see.
var wrongReaders = []wrong{
	{"the history of a case of another body", func(d *desk) error {
		_, err := casefilev1.NewCaseFileServiceClient(d.elsewhere).GetHistory(d.t.Context(), &casefilev1.GetHistoryRequest{CaseId: d.mine.id})
		return err
	}, codes.NotFound, ""},
	{"figures of teams by a reporting body", func(d *desk) error {
		_, err := casefilev1.NewCaseFileServiceClient(d.ward).ListTeamFigures(d.t.Context(), &casefilev1.ListTeamFiguresRequest{})
		return err
	}, codes.PermissionDenied, ""},
	{"clocks by a reporting body", func(d *desk) error {
		_, err := casefilev1.NewCaseFileServiceClient(d.ward).ListClocks(d.t.Context(), &casefilev1.ListClocksRequest{})
		return err
	}, codes.PermissionDenied, ""},
	{"a person whom nobody registered", func(d *desk) error {
		_, err := personv1.NewPersonServiceClient(d.manager).GetPerson(d.t.Context(), &personv1.GetPersonRequest{PersonId: uuid.NewString()})
		return err
	}, codes.NotFound, ""},
	{"other details of a person whom nobody registered", func(d *desk) error {
		_, err := personv1.NewPersonServiceClient(d.manager).ChangeDetails(d.t.Context(), &personv1.ChangeDetailsRequest{
			CommandId: uuid.NewString(), PersonId: uuid.NewString(), OccurredOn: "2025-03-01",
			Identity: &eventv1.Identity{Surname: "Altri"}, Demographics: &eventv1.Demographics{},
		})
		return err
	}, codes.NotFound, ""},
	{"the log by a case manager", func(d *desk) error {
		return streamed(eventlogv1.NewEventLogServiceClient(d.manager).Export(d.t.Context(), &eventlogv1.ExportRequest{}))
	}, codes.PermissionDenied, ""},
	{"a check of the log by a planner", func(d *desk) error {
		return streamed(eventlogv1.NewEventLogServiceClient(d.planner).Verify(d.t.Context(), &eventlogv1.VerifyRequest{}))
	}, codes.PermissionDenied, ""},
	{"the records of the log by a coordinator", func(d *desk) error {
		return streamed(eventlogv1.NewEventLogServiceClient(d.coordinator).ReadRecords(d.t.Context(), &eventlogv1.ReadRecordsRequest{}))
	}, codes.PermissionDenied, ""},
	{"a page of notices that no answer gave", func(d *desk) error {
		_, err := noticev1.NewNoticeServiceClient(d.manager).ListNotices(d.t.Context(), &noticev1.ListNoticesRequest{PageToken: "?"})
		return err
	}, codes.InvalidArgument, "page_token"},
	{"notices of no kind", func(d *desk) error {
		_, err := noticev1.NewNoticeServiceClient(d.manager).ListNotices(d.t.Context(), &noticev1.ListNoticesRequest{Kinds: []noticev1.NoticeKind{0}})
		return err
	}, codes.InvalidArgument, "kinds[0]"},
	{"notices of a case without an id", func(d *desk) error {
		_, err := noticev1.NewNoticeServiceClient(d.manager).ListNotices(d.t.Context(), &noticev1.ListNoticesRequest{CaseId: "one"})
		return err
	}, codes.InvalidArgument, "case_id"},
	{"notices from a day that there was not", func(d *desk) error {
		_, err := noticev1.NewNoticeServiceClient(d.manager).ListNotices(d.t.Context(), &noticev1.ListNoticesRequest{From: "2025-02-30"})
		return err
	}, codes.InvalidArgument, "from"},
	{"notices up to a day before the first", func(d *desk) error {
		_, err := noticev1.NewNoticeServiceClient(d.manager).ListNotices(d.t.Context(), &noticev1.ListNoticesRequest{From: "2025-03-02", To: "2025-03-01"})
		return err
	}, codes.InvalidArgument, "to"},
	{"notices by an administrator", func(d *desk) error {
		_, err := noticev1.NewNoticeServiceClient(d.administrator).ListNotices(d.t.Context(), &noticev1.ListNoticesRequest{})
		return err
	}, codes.PermissionDenied, ""},
	{"notices behind one that was never given", func(d *desk) error {
		return streamed(noticev1.NewNoticeServiceClient(d.manager).WatchNotices(d.t.Context(), &noticev1.WatchNoticesRequest{After: 1 << 40}))
	}, codes.InvalidArgument, "after"},
	{"how the read model stands by a team member", func(d *desk) error {
		_, err := projectionv1.NewProjectionServiceClient(d.member).GetStatus(d.t.Context(), &projectionv1.GetStatusRequest{})
		return err
	}, codes.PermissionDenied, ""},
	{"a rebuild by a planner", func(d *desk) error {
		return streamed(projectionv1.NewProjectionServiceClient(d.planner).Rebuild(d.t.Context(), &projectionv1.RebuildRequest{}))
	}, codes.PermissionDenied, ""},
	{"a comparison by a planner", func(d *desk) error {
		return streamed(projectionv1.NewProjectionServiceClient(d.planner).Reconcile(d.t.Context(), &projectionv1.ReconcileRequest{}))
	}, codes.PermissionDenied, ""},
	{"a repair by a planner", func(d *desk) error {
		_, err := projectionv1.NewProjectionServiceClient(d.planner).Repair(d.t.Context(), &projectionv1.RepairRequest{})
		return err
	}, codes.PermissionDenied, ""},
}
