package postgres

import (
	"strconv"
	"strings"
	"sync"

	"google.golang.org/protobuf/reflect/protoreflect"
)

// vocabulary is the words of one enumeration by their numbers, without their
// prefix. Rows are made by the thousand, so each is cut once.
type vocabulary map[protoreflect.EnumNumber]string

// vocabularies has those that were asked for, by the full name.
var vocabularies sync.Map

// word gives a value as tables show it, such as SELF; the empty text for what
// is not given, and the number of a value that this version does not know.
func word(e protoreflect.Enum) string {
	if e.Number() == 0 {
		return ""
	}
	d := e.Descriptor()
	known, ok := vocabularies.Load(d.FullName())
	if !ok {
		known, _ = vocabularies.LoadOrStore(d.FullName(), wordsOf(d))
	}
	if w, ok := known.(vocabulary)[e.Number()]; ok { //nolint:errcheck,forcetypeassert // nothing else is put in
		return w
	}
	return strconv.Itoa(int(e.Number()))
}

func wordsOf(d protoreflect.EnumDescriptor) vocabulary {
	values := d.Values()
	prefix := strings.TrimSuffix(string(values.ByNumber(0).Name()), "UNSPECIFIED")
	v := make(vocabulary, values.Len())
	for i := range values.Len() {
		v[values.Get(i).Number()] = strings.TrimPrefix(string(values.Get(i).Name()), prefix)
	}
	return v
}

// words gives a list of values as tables show it.
func words[W protoreflect.Enum](list []W) []string {
	out := make([]string, len(list))
	for i, w := range list {
		out[i] = word(w)
	}
	return out
}

// enum is an enumeration of the API.
type enum interface {
	~int32
	protoreflect.Enum
}

// parseWord reads what word gave.
func parseWord[W enum](s string) W {
	if s == "" {
		return 0
	}
	if n, err := strconv.Atoi(s); err == nil {
		return W(n)
	}
	d := W(0).Descriptor()
	prefix := strings.TrimSuffix(string(d.Values().ByNumber(0).Name()), "UNSPECIFIED")
	if v := d.Values().ByName(protoreflect.Name(prefix + s)); v != nil {
		return W(v.Number())
	}
	return 0
}
