package readmodel_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"percorsi/internal/casework"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	"percorsi/internal/readmodel"
)

func TestASummarySaysWhatTheCaseSays(t *testing.T) {
	c := &casework.Case{
		ID: casework.CaseID{1}, Pathway: eventv1.Pathway_PATHWAY_ADI, Area: eventv1.Area_AREA_POVERTY,
		Service: eventv1.Service_SERVICE_POVERTY_TEAM, Status: casework.Closed, Person: "one", Comune: "098031",
		ManagingBody: "ACSI", CaseManager: "op-001", OpenedOn: 20_000, ClosedOn: 20_100,
		Opened: 7, Last: 9,
		Closure: &casework.Closure{ProposedOn: 20_090},
	}
	want := readmodel.Summary{
		ID: casework.CaseID{1}, Pathway: eventv1.Pathway_PATHWAY_ADI, Area: eventv1.Area_AREA_POVERTY,
		Service: eventv1.Service_SERVICE_POVERTY_TEAM, Status: casework.Closed, Stage: casework.StageClosed,
		Person: "one", Comune: "098031", ManagingBody: "ACSI", CaseManager: "op-001",
		OpenedOn: 20_000, ClosedOn: 20_100, Opened: 7, Last: 9,
		Waits: casework.Waits{Closure: 20_090},
	}
	if diff := cmp.Diff(want, readmodel.SummaryOf(c, nil)); diff != "" {
		t.Errorf("summary (-want +got):\n%s", diff)
	}
}

func TestASummarySaysWhatWaitsByTheRulesOfApprovals(t *testing.T) {
	c := &casework.Case{Status: casework.InCharge, Assessments: []*casework.Assessment{{ID: "one", ConcludedOn: 20_000}}}
	if got := readmodel.SummaryOf(c, nil).Waits; got.Any() {
		t.Errorf("%+v waits where nobody asks", got)
	}
	got := readmodel.SummaryOf(c, casework.Approvals{{Of: casework.ApprovableAssessment}}).Waits
	if got != (casework.Waits{Assessment: 20_000}) {
		t.Errorf("%+v waits, want the assessment", got)
	}
}
