package notice

import (
	"slices"

	"github.com/google/uuid"

	"percorsi/internal/casework"
	"percorsi/internal/fault"
	noticev1 "percorsi/internal/gen/percorsi/notice/v1"
)

// filter is which notices are asked for; what is zero in it asks for all.
type filter struct {
	kinds    []noticev1.NoticeKind
	file     casework.CaseID
	from, to casework.Day
}

// newFilter reads a request. Its errors name the field.
func newFilter(r *noticev1.ListNoticesRequest) (f filter, err error) {
	f.kinds = r.GetKinds()
	if r.GetCaseId() != "" {
		if f.file, err = uuid.Parse(r.GetCaseId()); err != nil {
			return f, fault.Field("case_id", "is not a UUID")
		}
	}
	if f.from, err = casework.ParseDay(r.GetFrom()); err != nil {
		return f, fault.Field("from", "%s", err)
	}
	if f.to, err = casework.ParseDay(r.GetTo()); err != nil {
		return f, fault.Field("to", "%s", err)
	}
	if f.to != 0 && f.to < f.from {
		return f, fault.Field("to", "is before from: check both days")
	}
	return f, nil
}

// pass gives a test of notices, where cases have such numbers.
func (f filter) pass(known files) func(trait) bool {
	file, ok := known[f.file]
	return func(t trait) bool {
		switch {
		case len(f.kinds) > 0 && !slices.Contains(f.kinds, t.kind):
			return false
		case f.file != uuid.Nil && (!ok || t.file != file):
			return false
		default:
			return t.on >= f.from && (f.to == 0 || t.on <= f.to)
		}
	}
}
