package server_test

import (
	"testing"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"

	casefilev1 "percorsi/internal/gen/percorsi/casefile/v1"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	"percorsi/services/percorsi/server/servertest"
)

// watchWork begins to watch a work list.
func watchWork(t *testing.T, conn grpc.ClientConnInterface, r *casefilev1.ListClocksRequest) func() (*casefilev1.WatchWorklistResponse, error) {
	t.Helper()
	stream, err := casefilev1.NewCaseFileServiceClient(conn).WatchWorklist(t.Context(), &casefilev1.WatchWorklistRequest{Clocks: r})
	if err != nil {
		t.Fatal(err)
	}
	return stream.Recv
}

// TestAWorkListIsShownWhileItChanges to who sees the cases in it.
func TestAWorkListIsShownWhileItChanges(t *testing.T) {
	onBothBackends(t, func(t *testing.T, o *office) {
		asked := &casefilev1.ListClocksRequest{Clock: "T120", CaseManager: "op.91", MinPosition: o.last(t)}
		recv := watchWork(t, o.coordinator, asked)
		next := func() *casefilev1.WatchWorklistResponse {
			t.Helper()
			answer, err := recv()
			if err != nil {
				t.Fatal(err)
			}
			return answer
		}
		if next().GetBegin() == nil || next().GetEnd() == nil {
			t.Fatal("an empty list does not begin and end")
		}
		j := servertest.NewJourney(t, o.coordinator)
		j.Do("2025-01-10", application(servertest.Register(t, o.manager, "Galletti")))
		j.Do("2025-01-12", &eventv1.CaseManagerAssigned{CaseManager: "op.91", Body: body})
		came := next().GetWork()
		if came.GetCaseId() != j.Case || len(came.GetItems()) != 1 || came.GetItems()[0].GetClock().GetDueOn() != "2025-05-10" {
			t.Errorf("the case comes as %v", came)
		}
		j.Do("2025-02-01", &eventv1.ContactAttempted{Channel: eventv1.Channel_CHANNEL_PHONE})
		j.Do("2025-03-01", &eventv1.FirstMeetingHeld{Mode: eventv1.MeetingMode_MEETING_MODE_SPONTANEOUS})
		if gone := next().GetWork(); gone.GetCaseId() != j.Case || len(gone.GetItems()) != 0 {
			t.Errorf("after the first meeting the case is shown as %v", gone)
		}
	})
}

// worked gives the first answer of a watched work list as an error.
func worked(r *casefilev1.ListClocksRequest) func(*desk) error {
	return func(d *desk) error {
		_, err := watchWork(d.t, d.manager, r)()
		return err
	}
}

var wrongWork = []wrong{
	{"a work list that is watched page by page", worked(&casefilev1.ListClocksRequest{PageSize: 5}), codes.InvalidArgument, "clocks.page_token"},
	{"a work list of days long past", worked(&casefilev1.ListClocksRequest{DueWithinDays: new(int32(-2))}), codes.InvalidArgument, "clocks.due_within_days"},
	{"a work list of a colleague that is mine", worked(&casefilev1.ListClocksRequest{Member: "op.2", Mine: true}), codes.InvalidArgument, "clocks.member"},
}
