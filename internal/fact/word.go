package fact

import (
	"strings"

	"google.golang.org/protobuf/reflect/protoreflect"
)

// Vocabulary is the words of one kind in the event schema.
type Vocabulary interface {
	~int32
	protoreflect.Enum
}

// Word reads a word of a vocabulary as data files write it, without its prefix:
// HOUSING for DOMAIN_HOUSING. The word that says that it is not given is none.
func Word[W Vocabulary](s string) (W, bool) {
	values := W(0).Descriptor().Values()
	prefix := strings.TrimSuffix(string(values.Get(0).Name()), "UNSPECIFIED")
	v := values.ByName(protoreflect.Name(prefix + s))
	if v == nil || v.Number() == 0 {
		return 0, false
	}
	return W(v.Number()), true
}
