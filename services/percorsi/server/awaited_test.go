package server_test

import (
	"slices"
	"testing"

	"google.golang.org/grpc"

	casefilev1 "percorsi/internal/gen/percorsi/casefile/v1"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	"percorsi/services/percorsi/server/servertest"
)

// awaitedIn gives what a list says of a case to somebody: what waits and since when;
// found is false where the case is not in the list.
func awaitedIn(t *testing.T, conn grpc.ClientConnInterface, r *casefilev1.ListCasesRequest, id string) (says []string, found bool) {
	t.Helper()
	page, err := casefilev1.NewCaseFileServiceClient(conn).ListCases(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range page.GetCases() {
		if c.GetCaseId() != id {
			continue
		}
		found = true
		for _, a := range c.GetAwaited() {
			says = append(says, a.GetOf().String()+" "+a.GetSince())
		}
	}
	return says, found
}

func TestWhatWaitsForAnApprovalIsListedForWhoMayGiveIt(t *testing.T) {
	onBothBackends(t, func(t *testing.T, o *office) {
		j, assessment, _ := uvm(t, o)
		const waits = "APPROVABLE_ASSESSMENT 2025-03-04"
		listed := func(name string, conn grpc.ClientConnInterface, r *casefilev1.ListCasesRequest, found bool, want ...string) {
			t.Helper()
			r.MinPosition = o.last(t)
			says, is := awaitedIn(t, conn, r, j.Case)
			if is != found || !slices.Equal(says, want) {
				t.Errorf("%s finds the case: %v, and that %v waits; want %v, %v", name, is, says, found, want)
			}
		}
		awaits := func() *casefilev1.ListCasesRequest { return &casefilev1.ListCasesRequest{AwaitsApproval: true} }
		mine := func() *casefilev1.ListCasesRequest { return &casefilev1.ListCasesRequest{AwaitsMyApproval: true} }
		listed("the coordinator", o.coordinator, mine(), true, waits)
		listed("who wrote it", o.manager, awaits(), true, waits)
		listed("the planner", o.planner, awaits(), true, waits)
		if got := o.get(t, o.ward, j.Case).GetSummary().GetAwaited(); len(got) > 0 {
			t.Errorf("the ward, which reads no file, is shown %v", got)
		}
		if got := o.get(t, o.manager, j.Case).GetSummary().GetAwaited(); len(got) != 1 || got[0].GetSince() != "2025-03-04" {
			t.Errorf("the case says that %v waits", got)
		}

		j.As(o.coordinator).Do("2025-03-05", &eventv1.ClosureProposed{
			Outcome: eventv1.Outcome_OUTCOME_POSITIVE, Reason: eventv1.ClosingReason_CLOSING_REASON_AUTONOMY,
		})
		listed("the coordinator, with a closure of their own,", o.coordinator, mine(), true, waits, "APPROVABLE_CLOSURE 2025-03-05")
		j.As(o.coordinator).Do("2025-03-06", &eventv1.AssessmentApproved{AssessmentId: assessment})
		listed("the coordinator, once only their own waits,", o.coordinator, mine(), false)
		listed("who approves nothing, of the closure,", o.manager, awaits(), true, "APPROVABLE_CLOSURE 2025-03-05")
		j.As(o.coordinator).Do("2025-03-07", &eventv1.ClosureSentBack{Reason: plain("troppo presto")})
		listed("the planner, once nothing waits,", o.planner, awaits(), false)
	})
}

// TestWorkIsWatchedWhereSomethingWaitsForMe follows the clocks of cases from the
// proposal of a closure to its approval.
func TestWorkIsWatchedWhereSomethingWaitsForMe(t *testing.T) {
	onBothBackends(t, func(t *testing.T, o *office) {
		j := servertest.NewJourney(t, o.manager)
		j.Do("2025-01-10", application(servertest.Register(t, o.manager, "Galletti")))
		recv := watchWork(t, o.coordinator, &casefilev1.ListClocksRequest{AwaitsMyApproval: true, Clock: "T120", MinPosition: o.last(t)})
		next := func() *casefilev1.WatchWorklistResponse {
			t.Helper()
			answer, err := recv()
			if err != nil {
				t.Fatal(err)
			}
			return answer
		}
		if next().GetBegin() == nil || next().GetEnd() == nil {
			t.Fatal("the list of a case in which nothing waits is not empty")
		}
		j.As(o.coordinator).Do("2025-01-12", assigned())
		j.As(o.manager).Do("2025-02-02", &eventv1.TakenInCharge{})
		j.Do("2025-02-03", &eventv1.ClosureProposed{Outcome: eventv1.Outcome_OUTCOME_NEUTRAL, Reason: eventv1.ClosingReason_CLOSING_REASON_MOVED})
		came := next().GetWork()
		if came.GetCaseId() != j.Case || len(came.GetItems()) != 1 || came.GetItems()[0].GetCase().GetAwaited()[0].GetSince() != "2025-02-03" {
			t.Errorf("the case comes as %v", came)
		}
		j.As(o.coordinator).Do("2025-02-04", &eventv1.ClosureApproved{})
		if gone := next().GetWork(); gone.GetCaseId() != j.Case || len(gone.GetItems()) != 0 {
			t.Errorf("once it is approved the case is shown as %v", gone)
		}
	})
}
