package access

import (
	"slices"

	"percorsi/internal/casework"
	"percorsi/internal/fault"
)

// ReadsPerson tells whether a caller may be told who a person is, or that the
// person is known at all, given every case the person is in, also as a member
// of a household. Staff of any body may: who moves from one Comune to the next
// must be found, not registered twice. But a person who is only in sealed
// cases is found by nobody outside them.
//
// A reporting body may register a person and gets the pseudonym; it is not
// told whether the person was known before.
func ReadsPerson(c Caller, cases []*casework.Case) bool {
	if !c.Role.staff() {
		return false
	}
	return len(cases) == 0 || slices.ContainsFunc(cases, func(k *casework.Case) bool {
		return !Sealed(k) || Sees(c, k)
	})
}

// MayExportPersonal tells whether a caller may ask an export of the log for
// words and identities. Only a coordinator may, who answers for the data of
// the body; each line still follows [ReadsWords] and [ReadsPerson]. Planners
// need no words for figures, administrators none for a copy: a copy of the
// sealed bytes is complete.
func MayExportPersonal(c Caller) error {
	if c.Role == Coordinator {
		return nil
	}
	return fault.New(fault.Denied, "only a coordinator exports personal fields: leave them out, or ask the coordinator of the body")
}
