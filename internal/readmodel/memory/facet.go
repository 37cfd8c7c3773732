package memory

import (
	"slices"

	"percorsi/internal/casework"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	"percorsi/internal/readmodel"
)

// facet is what lists are filtered by, of one case. It lies beside the state
// in the table, so that a list is filtered without looking at any case.
type facet struct {
	pathway eventv1.Pathway
	area    eventv1.Area
	service eventv1.Service
	status  casework.Status
	comune  uint32
	body    uint32
	manager uint32
	lacks   casework.Lacks
	// awaiting is set where something waits for its approval; barred are those who
	// approve none of it.
	awaiting bool
	barred   []string
}

func facetOf(w *words, c *casework.Case, asked casework.Approvals) facet {
	waits := c.Awaiting(asked)
	return facet{
		pathway: c.Pathway, area: c.Area, service: c.Service, status: c.Status,
		comune: w.number(c.Comune), body: w.number(c.ManagingBody), manager: w.number(c.CaseManager),
		lacks: c.Lacks(), awaiting: casework.WaitsOf(waits).Any(), barred: casework.Barred(waits),
	}
}

// awaits says of a facet what filters ask of approvals.
func (f *facet) awaits(awaiting bool, approver string) bool {
	return (!awaiting || f.awaiting) && (approver == "" || f.awaiting && !slices.Contains(f.barred, approver))
}

// wish is a filter of cases.
type wish struct {
	facet

	approver string
}

// wanted is a filter of cases in numbers; ok is false where it names a word
// that no case ever had.
func wanted(w *words, f readmodel.CaseFilter) (want wish, ok bool) {
	comune, ok1 := w.find(f.Comune)
	body, ok2 := w.find(f.ManagingBody)
	manager, ok3 := w.find(f.CaseManager)
	return wish{facet: facet{
		pathway: f.Pathway, area: f.Area, service: f.Service, status: f.Status,
		comune: comune, body: body, manager: manager, lacks: f.Lacks, awaiting: f.Awaiting,
	}, approver: f.Approver}, ok1 && ok2 && ok3
}

// fits says of a facet what readmodel.CaseFilter.Matches says of the case; the
// person, and who has a hand in the case, are left to the caller.
func (want *wish) fits(f *facet) bool {
	return (want.status == 0 || want.status == f.status) &&
		(want.pathway == 0 || want.pathway == f.pathway) &&
		(want.area == 0 || want.area == f.area) &&
		(want.service == 0 || want.service == f.service) &&
		(want.comune == 0 || want.comune == f.comune) &&
		(want.body == 0 || want.body == f.body) &&
		(want.manager == 0 || want.manager == f.manager) &&
		f.lacks.Has(want.lacks) &&
		f.awaits(want.awaiting, want.approver)
}
