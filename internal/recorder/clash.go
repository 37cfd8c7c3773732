package recorder

import (
	"google.golang.org/protobuf/proto"

	"percorsi/internal/casework"
	casefilev1 "percorsi/internal/gen/percorsi/casefile/v1"
)

// ClashError is a clash with both versions: what others recorded on the part
// since the caller saw it, what the caller wanted to record, and where the two
// differ, field by field.
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

// versions is what a clash shows.
type versions struct {
	theirs []*casefilev1.HistoryEntry
	mine   *casefilev1.HistoryEntry
	fields []*casefilev1.FieldClash
}

func newClashError(clash *casework.Clash, v versions) *ClashError {
	d := &casefilev1.Clash{
		Part: string(clash.Part), SeenRevision: uint64(clash.Seen), CurrentRevision: uint64(clash.Current),
		Theirs: v.theirs, Mine: v.mine, Fields: v.fields,
	}
	for len(d.GetTheirs()) > 1 && proto.Size(d) > maxClashBytes {
		d.Theirs = d.GetTheirs()[1:]
	}
	// What the fields say is in both versions too.
	for len(d.GetFields()) > 0 && proto.Size(d) > maxClashBytes {
		d.Fields = d.GetFields()[:len(d.GetFields())-1]
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
