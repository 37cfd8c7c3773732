package notice

import (
	"strings"

	noticev1 "percorsi/internal/gen/percorsi/notice/v1"
)

// Name gives the name of a kind as subjects, types and the command line have
// it, such as team-joined.
func Name(k noticev1.NoticeKind) string {
	return strings.ReplaceAll(strings.ToLower(strings.TrimPrefix(k.String(), "NOTICE_KIND_")), "_", "-")
}
