package notice

import (
	"strings"

	noticev1 "percorsi/internal/gen/percorsi/notice/v1"
)

// kindPrefix begins the names of kinds in the schema.
const kindPrefix = "NOTICE_KIND_"

// Name gives the name of a kind as subjects, types and the command line have
// it, such as team-joined.
func Name(k noticev1.NoticeKind) string {
	return strings.ReplaceAll(strings.ToLower(strings.TrimPrefix(k.String(), kindPrefix)), "_", "-")
}

// Kind reads a name; false for one that no kind has.
func Kind(name string) (noticev1.NoticeKind, bool) {
	k, ok := noticev1.NoticeKind_value[kindPrefix+strings.ToUpper(strings.ReplaceAll(name, "-", "_"))]
	return noticev1.NoticeKind(k), ok && k != 0
}
