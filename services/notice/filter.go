package notice

import (
	"slices"
	"time"

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

// trait is what a notice is found by, besides whom it is for.
type trait struct {
	kind noticev1.NoticeKind
	on   casework.Day
	file int32 // the case, by its number in traits
}

// traits keeps what notices are found by, in the order of their numbers.
type traits struct {
	zone  *time.Location
	list  []trait // that of a number is one before it
	files map[casework.CaseID]int32
}

// add keeps what a notice is found by; nil is a mark, which is for nobody.
func (t *traits) add(n *noticev1.Notice) {
	one := trait{kind: n.GetKind()}
	if n.GetAt() != nil {
		one.on = casework.DayOf(n.GetAt().AsTime().In(t.zone))
	}
	if id, err := uuid.Parse(n.GetCaseId()); err == nil {
		one.file = t.fileOf(id)
	}
	t.list = append(t.list, one)
}

// fileOf numbers cases, from 1.
func (t *traits) fileOf(id casework.CaseID) int32 {
	if _, ok := t.files[id]; !ok {
		t.files[id] = int32(len(t.files) + 1) //nolint:gosec // there are not as many cases
	}
	return t.files[id]
}

// pass gives a test of notices.
func (t *traits) pass(f filter) func(trait) bool {
	file, known := t.files[f.file]
	return func(one trait) bool {
		switch {
		case len(f.kinds) > 0 && !slices.Contains(f.kinds, one.kind):
			return false
		case f.file != uuid.Nil && (!known || one.file != file):
			return false
		default:
			return one.on >= f.from && (f.to == 0 || one.on <= f.to)
		}
	}
}
