package rpc

import (
	"fmt"
	"sync"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"

	_ "percorsi/internal/gen/percorsi/assessment/v1" // records facts
	casefilev1 "percorsi/internal/gen/percorsi/casefile/v1"
	_ "percorsi/internal/gen/percorsi/discharge/v1" // records facts
	_ "percorsi/internal/gen/percorsi/intake/v1"    // records facts
	_ "percorsi/internal/gen/percorsi/project/v1"   // records facts
)

// recording is a method that records one kind of fact.
type recording struct {
	method  string
	request protoreflect.MessageType
}

// recordings leads from a kind of fact to its method.
var recordings = sync.OnceValue(func() map[protoreflect.FullName]recording {
	out := map[protoreflect.FullName]recording{}
	protoregistry.GlobalFiles.RangeFiles(func(f protoreflect.FileDescriptor) bool {
		for i := range f.Services().Len() {
			addRecordings(out, f.Services().Get(i))
		}
		return true
	})
	return out
})

func addRecordings(out map[protoreflect.FullName]recording, s protoreflect.ServiceDescriptor) {
	for i := range s.Methods().Len() {
		m := s.Methods().Get(i)
		content, command := m.Input().Fields().ByName("fact"), m.Input().Fields().ByName("command")
		if content == nil || command == nil {
			continue
		}
		request, err := protoregistry.GlobalTypes.FindMessageByName(m.Input().FullName())
		if err != nil {
			continue // not linked into this program
		}
		out[content.Message().FullName()] = recording{
			method: fmt.Sprintf("/%s/%s", s.FullName(), m.Name()), request: request,
		}
	}
}

// Recording gives the call by which a client records a fact of a case: the
// method that takes this kind of fact, and the request.
func Recording(command *casefilev1.Command, content proto.Message) (method string, request proto.Message, err error) {
	r, ok := recordings()[content.ProtoReflect().Descriptor().FullName()]
	if !ok {
		return "", nil, fmt.Errorf("no method of the API records %s", content.ProtoReflect().Descriptor().FullName())
	}
	m := r.request.New()
	fields := m.Descriptor().Fields()
	m.Set(fields.ByName("command"), protoreflect.ValueOfMessage(command.ProtoReflect()))
	m.Set(fields.ByName("fact"), protoreflect.ValueOfMessage(content.ProtoReflect()))
	return r.method, m.Interface(), nil
}
