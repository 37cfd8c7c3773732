package recorder

import (
	"google.golang.org/protobuf/proto"

	"percorsi/internal/casework"
	casefilev1 "percorsi/internal/gen/percorsi/casefile/v1"
)

// ClashError is a clash with both versions: what others recorded on the part
// since the caller saw it, and what the caller wanted to record.
type ClashError struct {
	*casework.Clash
	detail *casefilev1.Clash
}

// Unwrap gives the clash, and through it its kind of fault.
func (e *ClashError) Unwrap() error { return e.Clash }

// Details gives the versions as the API shows them.
func (e *ClashError) Details() []proto.Message { return []proto.Message{e.detail} }
