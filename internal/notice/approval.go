package notice

import (
	"slices"

	"percorsi/internal/casework"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	noticev1 "percorsi/internal/gen/percorsi/notice/v1"
)

// closure is what notices call the closure of a case, as parts do.
const closure = "closure"

// awaiting tells the body that manages a case what waits for an approval and did
// not before, whatever made it so: it was concluded, submitted or proposed, or what had been
// approved was corrected.
func (m *maker) awaiting() {
	same := func(a casework.Awaiting) func(casework.Awaiting) bool {
		return func(b casework.Awaiting) bool { return a.Of == b.Of && a.ID == b.ID }
	}
	before := m.Before.Awaiting(m.Approvals)
	for _, a := range m.After.Awaiting(m.Approvals) {
		if slices.ContainsFunc(before, same(a)) {
			continue
		}
		n := &noticev1.Notice{Kind: noticev1.NoticeKind_NOTICE_KIND_APPROVAL_ASKED, About: a.ID, Day: a.Since.String()}
		if a.Of == casework.ApprovableClosure {
			n.About = closure
		}
		m.tell(told{bodies: []string{m.After.ManagingBody}}, n)
	}
}

// answered tells who wrote a thing that it was approved or sent back.
func (m *maker) answered(kind noticev1.NoticeKind, f *eventv1.Fact, about string) {
	var authors []string
	if about == closure && m.Before.Closure != nil {
		authors = m.Before.Closure.Approval.Authors
	}
	for _, a := range m.Before.Assessments {
		if a.ID == about {
			authors = a.Approval.Authors
		}
	}
	for _, p := range m.Before.Projects {
		if p.ID == about {
			authors = p.Approval.Authors
		}
	}
	m.tell(told{users: authors}, &noticev1.Notice{Kind: kind, About: about, Day: f.GetOccurredOn()})
}
