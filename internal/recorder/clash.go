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

// An answer has room for a status of limited size, so a clash shows the newest
// changes only; the history of the case has them all.
const (
	maxTheirs     = 20
	maxClashBytes = 30 << 10
)

func newClashError(clash *casework.Clash, theirs []*casefilev1.HistoryEntry, mine *casefilev1.HistoryEntry) *ClashError {
	d := &casefilev1.Clash{
		Part: string(clash.Part), SeenRevision: uint64(clash.Seen), CurrentRevision: uint64(clash.Current),
		Theirs: theirs, Mine: mine,
	}
	for len(d.GetTheirs()) > 1 && proto.Size(d) > maxClashBytes {
		d.Theirs = d.GetTheirs()[1:]
	}
	// Two very long texts: the caller has the own one.
	if proto.Size(d) > maxClashBytes {
		d.Mine.Data = nil
	}
	// One that is too long by itself: who changed the part is told at least.
	if proto.Size(d) > maxClashBytes && len(d.GetTheirs()) > 0 {
		d.Theirs[0].Data = nil
	}
	return &ClashError{Clash: clash, detail: d}
}

// Unwrap gives the clash, and through it its kind of fault.
func (e *ClashError) Unwrap() error { return e.Clash }

// Details gives the versions as the API shows them.
func (e *ClashError) Details() []proto.Message { return []proto.Message{e.detail} }
