package privacy

import (
	"fmt"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

// CheckSealed gives an error if m holds anything personal that is not sealed:
// a Text with plain words, or a personal field whose bytes were not made by
// Seal. It also refuses fields the schema does not know, as it cannot tell
// what lies in them. It is the last look before the log, and needs no key.
func CheckSealed(m proto.Message) error {
	_, err := walk("", m.ProtoReflect(), func(path string, m protoreflect.Message) (bool, error) {
		if len(m.GetUnknown()) > 0 {
			return false, fmt.Errorf("%s: it has fields that are not in the schema", named(path, m))
		}
		if t, ok := asText(m); ok {
			return true, checkText(path, t)
		}
		return true, checkBytes(path, m)
	})
	return err
}

func checkText(path string, t text) error {
	if t.isPlain() {
		return fmt.Errorf("%s: its words are not sealed", named(path, t))
	}
	if t.isSealed() && !inSealedForm(t.sealed()) {
		return fmt.Errorf("%s: its bytes are not in sealed form", named(path, t))
	}
	return nil
}

func checkBytes(path string, m protoreflect.Message) (err error) {
	m.Range(func(fd protoreflect.FieldDescriptor, v protoreflect.Value) bool {
		if fd.Kind() == protoreflect.BytesKind && isPersonal(fd) && !inSealedForm(v.Bytes()) {
			err = fmt.Errorf("%s: its bytes are not in sealed form", join(path, fd))
		}
		return err == nil
	})
	return err
}

// isPersonal tells whether the schema marks a field as personal.
func isPersonal(fd protoreflect.FieldDescriptor) bool {
	personal, _ := proto.GetExtension(fd.Options(), eventv1.E_Personal).(bool)
	return personal
}

// named gives the path of a message, or its type where it has none.
func named(path string, m protoreflect.Message) string {
	if path == "" {
		return string(m.Descriptor().Name())
	}
	return path
}
