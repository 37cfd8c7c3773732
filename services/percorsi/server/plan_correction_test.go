package server_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"

	"percorsi/internal/fact"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	indicatorv1 "percorsi/internal/gen/percorsi/indicator/v1"
)

// The indicators of activities and of supplied figures that these tests use.
const (
	ofMeetings = "A1.OUT.3"
	ofSupplied = "A1.PRO.4"
)

func activity(t testing.TB, o *office, quantity int64) *indicatorv1.PlanRecorded {
	t.Helper()
	out, err := indicatorv1.NewIndicatorServiceClient(o.planner).RecordActivity(t.Context(), &indicatorv1.RecordActivityRequest{
		CommandId: uuid.NewString(), OccurredOn: "2025-03-01",
		Fact: &eventv1.ActivityRecorded{Kind: eventv1.ActivityKind_ACTIVITY_KIND_MEETING, Indicator: ofMeetings, Quantity: quantity},
	})
	if err != nil {
		t.Fatalf("record an activity: %v", err)
	}
	return out
}

func supplied(t testing.TB, conn grpc.ClientConnInterface, by string, numerator int64) *indicatorv1.PlanRecorded {
	t.Helper()
	out, err := indicatorv1.NewIndicatorServiceClient(conn).SupplyFigure(t.Context(), &indicatorv1.SupplyFigureRequest{
		CommandId: uuid.NewString(), OccurredOn: "2025-12-31",
		Fact: &eventv1.FigureSupplied{Indicator: ofSupplied, SuppliedBy: by, From: "2025-01-01", To: "2025-12-31", Numerator: numerator, Denominator: 10},
	})
	if err != nil {
		t.Fatalf("supply a figure: %v", err)
	}
	return out
}

// mendPlan corrects what a command recorded for the plan; nil voids it.
func mendPlan(t testing.TB, conn grpc.ClientConnInterface, command string, seen uint64, day string, right proto.Message) (*indicatorv1.PlanRecorded, error) {
	t.Helper()
	one := &indicatorv1.PlanRecordCorrection{
		CommandId: command, Seen: seen, Reason: eventv1.CorrectionReason_CORRECTION_REASON_TYPING_ERROR,
		What: &indicatorv1.PlanRecordCorrection_Void{Void: true},
	}
	if right != nil {
		f, err := fact.Wrap(right, day)
		if err != nil {
			t.Fatal(err)
		}
		one.What = &indicatorv1.PlanRecordCorrection_Amend{Amend: f}
	}
	return indicatorv1.NewIndicatorServiceClient(conn).CorrectPlanRecords(t.Context(), &indicatorv1.CorrectPlanRecordsRequest{
		CommandId: uuid.NewString(), OccurredOn: "2026-01-10", Corrections: []*indicatorv1.PlanRecordCorrection{one},
	})
}

func TestAnActivityCorrectedMovesItsFigureAndBothStayOnRecord(t *testing.T) {
	onBothBackends(t, func(t *testing.T, o *office) {
		activity(t, o, 2)
		before := o.figures(t)
		slip := activity(t, o, 30)
		right := &eventv1.ActivityRecorded{Kind: eventv1.ActivityKind_ACTIVITY_KIND_MEETING, Indicator: ofMeetings, Quantity: 3}
		amended, err := mendPlan(t, o.planner, slip.GetId(), slip.GetPosition(), "2025-03-02", right)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(map[string]count{ofMeetings: {Numerator: 3}}, moved(before, o.figures(t))); diff != "" {
			t.Errorf("figures that the amended activity moved (-want +got):\n%s", diff)
		}
		if _, err := mendPlan(t, o.planner, slip.GetId(), slip.GetPosition(), "", nil); status.Code(err) != codes.Aborted {
			t.Errorf("who did not see the amendment was answered %v", err)
		}
		voided, err := mendPlan(t, o.planner, slip.GetId(), amended.GetPosition(), "", nil)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(map[string]count{}, moved(before, o.figures(t))); diff != "" {
			t.Errorf("figures that the voided activity moved (-want +got):\n%s", diff)
		}
		if _, err := mendPlan(t, o.planner, voided.GetId(), voided.GetPosition(), "", nil); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(map[string]count{ofMeetings: {Numerator: 3}}, moved(before, o.figures(t))); diff != "" {
			t.Errorf("figures once the voiding is void (-want +got):\n%s", diff)
		}

		record := planRecords(t, o, o.planner, &indicatorv1.ListPlanRecordsRequest{CommandId: slip.GetId()})[0]
		marks := record.GetRecorded().GetCorrections()
		if len(marks) != 2 || !marks[0].GetInForce() || marks[0].GetVoid() || marks[1].GetInForce() || !marks[1].GetVoid() || marks[0].GetUser() != "op.4" {
			t.Errorf("the record shows the corrections %v", marks)
		}
		if q := record.GetRecorded().GetData().GetFields()["quantity"].GetNumberValue(); q != 30 {
			t.Errorf("recorded with the quantity %v, want 30", q)
		}
		if got := record.GetStands(); got.GetActivityRecorded().GetQuantity() != 3 || got.GetOccurredOn() != "2025-03-02" {
			t.Errorf("it stands as %v", got)
		}
	})
}

// planRecords reads the records of a plan that a request asks for, page by page.
func planRecords(t *testing.T, o *office, conn grpc.ClientConnInterface, r *indicatorv1.ListPlanRecordsRequest) (out []*indicatorv1.PlanRecord) {
	t.Helper()
	r.PageSize, r.MinPosition = 1, o.last(t)
	for {
		page, err := indicatorv1.NewIndicatorServiceClient(conn).ListPlanRecords(t.Context(), r)
		if err != nil {
			t.Fatalf("list the records: %v", err)
		}
		out = append(out, page.GetRecords()...)
		if r.PageToken = page.GetNextPageToken(); r.GetPageToken() == "" {
			return out
		}
	}
}

func TestAReportingBodyCorrectsTheFiguresItSupplied(t *testing.T) {
	o := openOffice(t)
	mine, other := supplied(t, o.provider, "COOP-AURORA", 4), supplied(t, o.planner, "ASFOL", 5)
	meeting := activity(t, o, 1)
	shown := planRecords(t, o, o.provider, &indicatorv1.ListPlanRecordsRequest{})
	if len(shown) != 1 || shown[0].GetRecorded().GetCommandId() != mine.GetId() {
		t.Errorf("a reporting body is shown %v", shown)
	}
	all := planRecords(t, o, o.planner, &indicatorv1.ListPlanRecordsRequest{})
	newest := []string{meeting.GetId(), other.GetId(), mine.GetId()}
	var ids []string
	for _, r := range all {
		ids = append(ids, r.GetRecorded().GetCommandId())
	}
	if !slices.Equal(ids, newest) {
		t.Errorf("a planner is shown %v, want the newest first: %v", ids, newest)
	}
	figure := func(by string) *eventv1.FigureSupplied {
		return &eventv1.FigureSupplied{Indicator: ofSupplied, SuppliedBy: by, From: "2025-01-01", To: "2025-12-31", Numerator: 6, Denominator: 10}
	}
	for name, refused := range map[string]error{
		"a figure of another body":          second(mendPlan(t, o.provider, other.GetId(), other.GetPosition(), "", nil)),
		"an activity":                       second(mendPlan(t, o.provider, meeting.GetId(), meeting.GetPosition(), "", nil)),
		"its own into that of another body": second(mendPlan(t, o.provider, mine.GetId(), mine.GetPosition(), "2025-12-31", figure("ASFOL"))),
	} {
		if status.Code(refused) != codes.PermissionDenied {
			t.Errorf("%s: %v", name, refused)
		}
	}
	before := o.figures(t)
	if _, err := mendPlan(t, o.provider, mine.GetId(), mine.GetPosition(), "2025-12-31", figure("COOP-AURORA")); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string]count{ofSupplied: {Numerator: 2}}, moved(before, o.figures(t))); diff != "" {
		t.Errorf("figures that moved (-want +got):\n%s", diff)
	}
}

func second[T any](_ T, err error) error { return err }
