package fact

import (
	"slices"
	"strings"

	"github.com/google/uuid"

	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

// The headers of a commit in the log. A consumer that has no use for a commit
// can tell so without decoding it.
const (
	// HeaderFacts has the names of the facts in the commit, each once, in the
	// order they first occur, with commas between them.
	HeaderFacts = "Pz-Facts"
	// HeaderCommand has the id of the command.
	HeaderCommand = "Pz-Command"
)

// Headers gives the headers of a commit. They are not sealed, so they hold
// names from the schema and one UUID, never words from outside: a command id
// that is not a UUID is left out.
func Headers(commit *eventv1.Commit) map[string]string {
	var names []string
	for _, f := range commit.GetFacts() {
		if name := Name(f); name != "" && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	headers := map[string]string{HeaderFacts: strings.Join(names, ",")}
	if id, err := uuid.Parse(commit.GetCommandId()); err == nil {
		headers[HeaderCommand] = id.String()
	}
	return headers
}
