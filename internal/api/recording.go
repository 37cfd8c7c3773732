package api

import (
	"fmt"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"

	assessmentv1 "percorsi/internal/gen/percorsi/assessment/v1"
	casefilev1 "percorsi/internal/gen/percorsi/casefile/v1"
	dischargev1 "percorsi/internal/gen/percorsi/discharge/v1"
	intakev1 "percorsi/internal/gen/percorsi/intake/v1"
	projectv1 "percorsi/internal/gen/percorsi/project/v1"
)

// Method is the call of the API that records one kind of fact. Every such
// request has a command and the fact, so one way of asking serves all.
type Method struct {
	// Path is its full name, as gRPC writes it.
	Path string

	request protoreflect.MessageType
	command protoreflect.FieldDescriptor
	fact    protoreflect.FieldDescriptor
}

// Recordings leads from the name of a fact's type to the call that records it.
// Read it once with ReadRecordings.
type Recordings map[protoreflect.FullName]Method

// ReadRecordings reads the calls from the description of the API.
func ReadRecordings() (Recordings, error) {
	out := Recordings{}
	for _, file := range []protoreflect.FileDescriptor{
		intakev1.File_percorsi_intake_v1_intake_proto,
		assessmentv1.File_percorsi_assessment_v1_assessment_proto,
		projectv1.File_percorsi_project_v1_project_proto,
		dischargev1.File_percorsi_discharge_v1_discharge_proto,
	} {
		for i := range file.Services().Len() {
			if err := out.addService(file.Services().Get(i)); err != nil {
				return nil, err
			}
		}
	}
	return out, nil
}

func (m Recordings) addService(service protoreflect.ServiceDescriptor) error {
	for i := range service.Methods().Len() {
		rpc := service.Methods().Get(i)
		request, err := protoregistry.GlobalTypes.FindMessageByName(rpc.Input().FullName())
		if err != nil {
			return fmt.Errorf("find the request of %s: %w", rpc.FullName(), err)
		}
		fields := request.Descriptor().Fields()
		next := Method{
			Path:    fmt.Sprintf("/%s/%s", service.FullName(), rpc.Name()),
			request: request, command: fields.ByName("command"), fact: fields.ByName("fact"),
		}
		if next.command == nil || next.fact == nil {
			return fmt.Errorf("the request of %s has no command or no fact", rpc.FullName())
		}
		m[next.fact.Message().FullName()] = next
	}
	return nil
}

// Of gives the call that records a fact; false for one that no call records.
func (m Recordings) Of(fact proto.Message) (Method, bool) {
	to, ok := m[fact.ProtoReflect().Descriptor().FullName()]
	return to, ok
}

// Ask makes the request that records a fact, and gives the full name of its
// method. It is an error if no call records this kind of fact.
func (m Recordings) Ask(cmd *casefilev1.Command, fact proto.Message) (path string, request proto.Message, err error) {
	to, ok := m.Of(fact)
	if !ok {
		return "", nil, fmt.Errorf("no call records a %s", fact.ProtoReflect().Descriptor().Name())
	}
	r := to.request.New()
	r.Set(to.command, protoreflect.ValueOfMessage(cmd.ProtoReflect()))
	r.Set(to.fact, protoreflect.ValueOfMessage(fact.ProtoReflect()))
	return to.Path, r.Interface(), nil
}
