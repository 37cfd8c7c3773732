package main

import (
	"fmt"
	"strings"

	"google.golang.org/protobuf/reflect/protoreflect"

	"percorsi/internal/fact"
)

// term is the word for a value of a vocabulary, empty for one not given.
func term(value protoreflect.Enum) string {
	values := value.Descriptor().Values()
	none, found := values.ByNumber(0), values.ByNumber(value.Number())
	switch found {
	case none:
		return ""
	case nil: // of a newer server
		return fmt.Sprint(value.Number())
	}
	return strings.ToLower(inWords(strings.TrimPrefix(string(found.Name()), strings.TrimSuffix(string(none.Name()), "UNSPECIFIED"))))
}

// inWords writes a name of the API as people read it.
func inWords(name string) string { return strings.ReplaceAll(name, "_", " ") }

// readTerm reads a word of a vocabulary as people write it on the command line,
// such as wrong-date; false for one that there is not.
func readTerm[W fact.Vocabulary](s string) (W, bool) {
	return fact.Word[W](strings.ToUpper(strings.ReplaceAll(s, "-", "_")))
}

// dash is what stands where there is nothing.
func dash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}
