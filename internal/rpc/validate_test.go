package rpc_test

import (
	"strings"
	"testing"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/encoding"
	"google.golang.org/grpc/mem"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"

	"percorsi/internal/access"
	assessmentv1 "percorsi/internal/gen/percorsi/assessment/v1"
	casefilev1 "percorsi/internal/gen/percorsi/casefile/v1"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	intakev1 "percorsi/internal/gen/percorsi/intake/v1"
	"percorsi/internal/rpc"
)

// signal is a good request of the usual size.
func signal() *intakev1.SignalRequest {
	return &intakev1.SignalRequest{
		Command: &casefilev1.Command{CommandId: caseID, OccurredOn: "2025-03-31"},
		Fact: &eventv1.Signalled{
			PersonId:        "0190a1b2-7c3d-7e4f-8a5b-6c7d8e9f0a1c",
			Pathway:         eventv1.Pathway_PATHWAY_SELF,
			Area:            eventv1.Area(1),
			Service:         eventv1.Service_SERVICE_SELF,
			Comune:          "098031",
			ManagingBody:    "ACSI",
			SignalledBy:     "SERD-LODI",
			SignalledByKind: eventv1.BodyKind_BODY_KIND_SPECIALIST_SERVICES,
			Needs:           []eventv1.Need{1, 2},
			Note:            &eventv1.Text{Form: &eventv1.Text_Plain{Plain: "Looks for work since the winter."}},
		},
	}
}

// send sends a request that opens a case and gives the error.
func (e *edge) send(t *testing.T, request any, opts ...grpc.CallOption) error {
	t.Helper()
	return e.conn.Invoke(as(t, access.CaseManager), intakev1.IntakeService_Signal_FullMethodName, request, &casefilev1.Recorded{}, opts...)
}

func TestAGoodRequestReachesTheService(t *testing.T) {
	e := serve(t, rpc.Config{}, &caseFile{})
	if err := e.send(t, signal()); err != nil || e.intake.signals != 1 {
		t.Errorf("got %v, %d signals", err, e.intake.signals)
	}
}

func TestABadRequestIsToldWhichFieldAndWhatToDo(t *testing.T) {
	const secret = "RSSMRA80A01H501U"
	e := serve(t, rpc.Config{}, &caseFile{})
	for _, c := range []struct {
		sentence string
		change   func(*intakev1.SignalRequest)
		field    string
		do       string
	}{
		{"no id of the command", func(r *intakev1.SignalRequest) { r.Command.CommandId = "" }, "command.command_id", "give a UUID"},
		{"a codice fiscale as an id", func(r *intakev1.SignalRequest) { r.Fact.PersonId = secret }, "fact.person_id", "give a UUID"},
		{"no command", func(r *intakev1.SignalRequest) { r.Command = nil }, "command", "give it"},
		{"no fact", func(r *intakev1.SignalRequest) { r.Fact = nil }, "fact", "give it"},
		{"a day as it is said", func(r *intakev1.SignalRequest) { r.Command.OccurredOn = "31/03/2025" }, "command.occurred_on", "write the day as 2025-03-31"},
		{"a Comune by name", func(r *intakev1.SignalRequest) { r.Fact.Comune = "Lodi" }, "fact.comune", "ISTAT code"},
		{"a body in words", func(r *intakev1.SignalRequest) { r.Fact.ManagingBody = "Azienda " + secret }, "fact.managing_body", "code of the body"},
		{"an enum not given", func(r *intakev1.SignalRequest) { r.Fact.Pathway = 0 }, "fact.pathway", "percorsi.event.v1.Pathway"},
		{"an enum value of the future", func(r *intakev1.SignalRequest) { r.Fact.Service = 9999 }, "fact.service", "percorsi.event.v1.Service"},
		{"a need of the future in a list", func(r *intakev1.SignalRequest) { r.Fact.Needs = []eventv1.Need{1, 9999} }, "fact.needs[1]", "percorsi.event.v1.Need"},
		{"the same need twice", func(r *intakev1.SignalRequest) { r.Fact.Needs = []eventv1.Need{1, 1} }, "fact.needs", "each one once"},
		{"a novel", func(r *intakev1.SignalRequest) {
			r.Fact.Note.Form = &eventv1.Text_Plain{Plain: strings.Repeat(secret, 600)}
		}, "fact.note.plain", "at most 8000 characters"},
	} {
		r := signal()
		c.change(r)
		s := statusOf(t, e.send(t, r), codes.InvalidArgument)
		v := violationsOf(t, s)
		if len(v) != 1 || v[0].GetField() != c.field || !strings.Contains(v[0].GetDescription(), c.do) {
			t.Errorf("%s: got %v, want %s: %s", c.sentence, v, c.field, c.do)
		}
		if strings.Contains(s.String()+e.log.String(), secret) {
			t.Errorf("%s: the value was repeated: %v", c.sentence, s)
		}
	}
	if e.intake.signals != 0 {
		t.Errorf("%d bad requests reached the service", e.intake.signals)
	}
}

func TestEverythingThatIsWrongIsToldAtOnce(t *testing.T) {
	e := serve(t, rpc.Config{}, &caseFile{})
	r := signal()
	r.Command.CommandId, r.Fact.Comune, r.Fact.Pathway = "1", "Lodi", 0
	if v := violationsOf(t, statusOf(t, e.send(t, r), codes.InvalidArgument)); len(v) != 3 {
		t.Errorf("got %v", v)
	}
}

func TestNumbersAreToldTheirBounds(t *testing.T) {
	e := serve(t, rpc.Config{}, &caseFile{})
	_, err := e.cases.ListCases(as(t, access.CaseManager), &casefilev1.ListCasesRequest{PageSize: 100_000})
	v := violationsOf(t, statusOf(t, err, codes.InvalidArgument))
	if want := "give a number that is greater than or equal to 0 and less than or equal to 500"; len(v) != 1 || v[0].GetDescription() != want {
		t.Errorf("got %v", v)
	}
}

func TestTheRequestOfAStreamIsChecked(t *testing.T) {
	e := serve(t, rpc.Config{}, &caseFile{})
	s, err := e.cases.WatchCase(as(t, access.CaseManager), &casefilev1.WatchCaseRequest{CaseId: "1"})
	if err != nil {
		t.Fatal(err)
	}
	_, err = s.Recv()
	if v := violationsOf(t, statusOf(t, err, codes.InvalidArgument)); v[0].GetField() != "case_id" {
		t.Errorf("got %v", v)
	}
}

func TestAFieldThisServerDoesNotKnowIsRefused(t *testing.T) {
	field := protowire.AppendTag(nil, 99, protowire.VarintType)
	field = protowire.AppendVarint(field, 1)
	e := serve(t, rpc.Config{}, &caseFile{})
	for _, c := range []struct {
		where   string
		message string
		request func() (whole, part proto.Message)
	}{
		{"", "percorsi.intake.v1.SignalRequest", func() (proto.Message, proto.Message) { r := signal(); return r, r }},
		{"fact", "percorsi.event.v1.Signalled", func() (proto.Message, proto.Message) { r := signal(); return r, r.GetFact() }},
		{"fact.note", "percorsi.event.v1.Text", func() (proto.Message, proto.Message) { r := signal(); return r, r.GetFact().GetNote() }},
	} {
		whole, part := c.request()
		part.ProtoReflect().SetUnknown(field)
		s := statusOf(t, e.send(t, whole), codes.InvalidArgument)
		if !strings.HasPrefix(s.Message(), "unknown field number 99 in "+c.message+":") {
			t.Errorf("%q: got %q", c.where, s.Message())
		}
		if v := violationsOf(t, s); len(v) != 1 || v[0].GetField() != c.where {
			t.Errorf("%q: got %v", c.where, v)
		}
	}
	if e.intake.signals != 0 {
		t.Error("data was accepted and lost")
	}
}

func TestAnUnknownFieldInAListIsFound(t *testing.T) {
	server, err := rpc.NewServer(rpc.Config{Verify: tokens})
	if err != nil {
		t.Fatal(err)
	}
	assessmentv1.RegisterAssessmentServiceServer(server, assessmentv1.UnimplementedAssessmentServiceServer{})
	stray := &eventv1.Presence{Profession: 1, Body: "ACSI"}
	stray.ProtoReflect().SetUnknown(protowire.AppendVarint(protowire.AppendTag(nil, 7, protowire.VarintType), 1))
	err = dial(t, server.Server).Invoke(as(t, access.CaseManager), assessmentv1.AssessmentService_HoldMeeting_FullMethodName,
		&assessmentv1.HoldMeetingRequest{Fact: &eventv1.MeetingHeld{Present: []*eventv1.Presence{{Profession: 1, Body: "ACSI"}, stray}}}, &casefilev1.Recorded{})
	if v := violationsOf(t, statusOf(t, err, codes.InvalidArgument)); v[0].GetField() != "fact.present[1]" {
		t.Errorf("got %v", v)
	}
}

func TestBytesThatAreNoMessageAreABadRequest(t *testing.T) {
	e := serve(t, rpc.Config{}, &caseFile{})
	latin1 := protowire.AppendString(protowire.AppendTag(nil, 1, protowire.BytesType), "perch\xe9")
	command := protowire.AppendBytes(protowire.AppendTag(nil, 1, protowire.BytesType), latin1)
	for sentence, sent := range map[string][]byte{
		"noise":            {0xff, 0xff, 0xff, 0xff},
		"a torn message":   {0x0a, 0x7f},
		"text not in UTF8": command,
	} {
		s := status.Convert(e.send(t, sent, grpc.ForceCodecV2(rawCodec{encoding.GetCodecV2("proto")})))
		if s.Code() != codes.InvalidArgument || !strings.Contains(s.Message(), "proto files") {
			t.Errorf("%s: got %s %q", sentence, s.Code(), s.Message())
		}
	}
	stream, err := e.conn.NewStream(as(t, access.CaseManager), &grpc.StreamDesc{ServerStreams: true},
		casefilev1.CaseFileService_WatchCase_FullMethodName, grpc.ForceCodecV2(rawCodec{encoding.GetCodecV2("proto")}))
	if err != nil {
		t.Fatal(err)
	}
	if err := stream.SendMsg([]byte{0xff, 0xff}); err != nil {
		t.Fatal(err)
	}
	statusOf(t, stream.RecvMsg(&casefilev1.WatchCaseResponse{}), codes.InvalidArgument)
	if e.log.String() != "" {
		t.Errorf("a bad request was logged as a failure: %s", e.log)
	}
}

func TestARequestOfTenMegabytesIsRefused(t *testing.T) {
	e := serve(t, rpc.Config{}, &caseFile{})
	r := signal()
	r.Fact.Note = &eventv1.Text{Form: &eventv1.Text_Sealed{Sealed: make([]byte, 10<<20)}}
	statusOf(t, e.send(t, r), codes.ResourceExhausted)
	if e.intake.signals != 0 {
		t.Error("it reached the service")
	}
	if err := e.send(t, signal()); err != nil {
		t.Errorf("the next request suffers: %v", err)
	}
}

func TestALargerRequestCanBeAllowed(t *testing.T) {
	e := serve(t, rpc.Config{MaxMessageBytes: 4 << 20}, &caseFile{})
	r := signal()
	r.Fact.Note = &eventv1.Text{Form: &eventv1.Text_Sealed{Sealed: make([]byte, 3<<20)}}
	if err := e.send(t, r); err != nil {
		t.Error(err)
	}
}

func violationsOf(t *testing.T, s *status.Status) []*errdetails.BadRequest_FieldViolation {
	t.Helper()
	for _, d := range s.Details() {
		if bad, ok := d.(*errdetails.BadRequest); ok {
			return bad.GetFieldViolations()
		}
	}
	t.Fatalf("%q tells no field", s.Message())
	return nil
}

// rawCodec sends bytes as they are, as a client of another make might.
type rawCodec struct{ encoding.CodecV2 }

func (c rawCodec) Marshal(v any) (mem.BufferSlice, error) {
	if raw, ok := v.([]byte); ok {
		return mem.BufferSlice{mem.SliceBuffer(raw)}, nil
	}
	return c.CodecV2.Marshal(v)
}
