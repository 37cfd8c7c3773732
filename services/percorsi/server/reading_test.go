package server_test

import (
	"cmp"
	"net/http"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/health/grpc_health_v1"
	reflectionv1 "google.golang.org/grpc/reflection/grpc_reflection_v1"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/testing/protocmp"

	casefilev1 "percorsi/internal/gen/percorsi/casefile/v1"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	indicatorv1 "percorsi/internal/gen/percorsi/indicator/v1"
	"percorsi/services/percorsi/server/servertest"
)

// TestWhatWasRecordedIsReadByThoseWhoMay shares one office of each kind: each
// part reads a journey of its own.
func TestWhatWasRecordedIsReadByThoseWhoMay(t *testing.T) { onBothBackends(t, readByThoseWhoMay) }

func readByThoseWhoMay(t *testing.T, o *office) {
	for name, read := range map[string]func(*testing.T, *office){
		"the history holds every fact in order":                      historyInOrder,
		"the words of a case are for who works on it":                wordsForStaff,
		"what teams decided is shown, and what they did is counted":  whatTeamsDid,
		"a ward reads the outline of the discharge that it reported": outlineForWard,
		"lists find a case by what it is, in pages":                  lists,
		"the work list shows the clocks that run":                    workList,
		"who watches a case is told each fact once":                  watch,
		"a figure opens into units that add up to it":                explain,
		"health and reflection need no token":                        open,
		"the health checks over HTTP say where the log stands":       overHTTP,
	} {
		t.Run(name, func(t *testing.T) { read(t, o) })
	}
}

func historyInOrder(t *testing.T, o *office) {
	j := throughShelter(t, o, "Carli")
	got := o.history(t, o.manager, j.Case)
	want := []string{
		"signalled", "discharge_reported", "admissibility_assessed", "taken_in_charge", "case_manager_assigned",
		"bed_assigned", "discharged", "bed_entered", "bed_left", "service_concluded", "closed",
	}
	if diff := gocmp.Diff(want, types(got)); diff != "" {
		t.Errorf("history (-want +got):\n%s", diff)
	}
	if !sorted(got) {
		t.Error("the history is not in the order of the log")
	}
	if first := got[0]; first.GetUser() != "op.6" || first.GetRole() != "reporting-body" || first.GetBody() != "COT-LODI" {
		t.Errorf("the signal is said to be by %s, %s, %s", first.GetUser(), first.GetRole(), first.GetBody())
	}
	if got[len(got)-1].GetPosition() != j.Last.GetPosition() {
		t.Errorf("the closure is at %d, not at %d as it was answered", got[len(got)-1].GetPosition(), j.Last.GetPosition())
	}
	for _, e := range got {
		if e.GetRecordedAt().AsTime().IsZero() || e.GetOccurredOn() == "" || e.GetCommandId() == "" || e.GetPart() == "" {
			t.Errorf("%s at %d lacks who, when or what: %v", e.GetType(), e.GetPosition(), e)
		}
	}
}

func wordsForStaff(t *testing.T, o *office) {
	j := throughADI(t, o, "Danelli")
	shown := func(conn grpc.ClientConnInterface) string {
		var b strings.Builder
		for _, e := range o.history(t, conn, j.Case) {
			b.WriteString(protojson.Format(e))
		}
		b.WriteString(protojson.Format(o.get(t, conn, j.Case)))
		return b.String()
	}
	manager, planner := shown(o.manager), shown(o.planner)
	for _, words := range []string{wordsOfIntake, wordsOfGoal, wordsOfPact, wordsOfMeeting, wordsOfDecided, wordsOfAbsence, wordsOfDone, wordsOfContact} {
		if !strings.Contains(manager, words) {
			t.Errorf("the case manager does not read %q", words)
		}
		if strings.Contains(planner, words) {
			t.Errorf("the planner reads %q", words)
		}
	}
	if len(o.history(t, o.manager, j.Case)) != len(o.history(t, o.planner, j.Case)) {
		t.Error("the planner is not shown as many facts as the case manager")
	}
	var follows []string
	for _, s := range o.get(t, o.planner, j.Case).GetFollowing() {
		follows = append(follows, s.GetKind().String()+" "+s.GetDoneOn())
	}
	want := []string{"FOLLOWING_KIND_TEAM 2025-03-22", "FOLLOWING_KIND_FRAMEWORK ", "FOLLOWING_KIND_PACT 2025-04-05"}
	if diff := gocmp.Diff(want, follows); diff != "" {
		t.Errorf("what the preliminary analysis asks for (-want +got):\n%s", diff)
	}
}

// whatTeamsDid shows a meeting with what it decided, and counts it.
func whatTeamsDid(t *testing.T, o *office) {
	j := throughADI(t, o, "Bonelli")
	m := o.get(t, o.manager, j.Case).GetMeetings()[0]
	want := &casefilev1.Meeting{
		MeetingId: m.GetMeetingId(), Team: eventv1.TeamKind_TEAM_KIND_POVERTY, MeetingOn: "2025-04-01", HeldOn: "2025-04-01",
		ProfessionsExpected: []eventv1.Profession{eventv1.Profession_PROFESSION_SOCIAL_WORKER, eventv1.Profession_PROFESSION_PSYCHOLOGIST},
		ProfessionsPresent:  []eventv1.Profession{eventv1.Profession_PROFESSION_SOCIAL_WORKER},
		Bodies:              []string{body, "ASST-LODI"}, BodiesPresent: []string{body}, UsersPresent: []string{"op.1"},
		FollowUps: []*casefilev1.FollowUp{{
			What: wordsOfDecided, User: "op.1", DueOn: "2025-04-03", Result: eventv1.Settlement_SETTLEMENT_DONE, SettledOn: "2025-04-02",
		}},
		Answers: []*casefilev1.Attendance{{Profession: eventv1.Profession_PROFESSION_PSYCHOLOGIST, Body: "ASST-LODI", SaidOn: "2025-03-25"}},
	}
	if diff := gocmp.Diff(want, m, protocmp.Transform()); diff != "" {
		t.Errorf("the meeting (-want +got):\n%s", diff)
	}
	figures, err := casefilev1.NewCaseFileServiceClient(o.planner).ListTeamFigures(t.Context(), &casefilev1.ListTeamFiguresRequest{
		From: "2025-01-01", To: "2025-12-31", Team: eventv1.TeamKind_TEAM_KIND_POVERTY, MinPosition: j.Last.GetPosition(),
	})
	if err != nil || len(figures.GetRows()) != 1 {
		t.Fatalf("figures: %v, %v", figures, err)
	}
	f := figures.GetRows()[0]
	if n := f.GetHeld(); n == 0 || f.GetYear() != 2025 || f.GetCalled() != n || f.GetExpected() != 2*n || f.GetExpectedPresent() != n || f.GetCases() != n || f.GetCasesTwoBodies() != 0 {
		t.Errorf("figures: %v", f)
	}
}

func outlineForWard(t *testing.T, o *office) {
	j := reported(t, o, "Erba", eventv1.Area_AREA_ELDERLY, eventv1.DischargeLine_DISCHARGE_LINE_HOME)
	j.Do("2025-03-03", &eventv1.NeedsRecorded{Needs: []eventv1.Need{eventv1.Need_NEED_CARE}})
	c := o.get(t, o.ward, j.Case)
	if c.GetDischarge() == nil || len(c.GetParts()) == 0 {
		t.Error("the ward does not see its discharge with the revisions it must state")
	}
	if len(c.GetNeeds()) > 0 {
		t.Error("the ward sees the needs of the person")
	}
	_, err := casefilev1.NewCaseFileServiceClient(o.provider).GetCase(t.Context(), &casefilev1.GetCaseRequest{CaseId: j.Case})
	if status.Code(err) != codes.NotFound {
		t.Errorf("a body that has no part in the case is answered %v", err)
	}
}

func lists(t *testing.T, o *office) {
	person := servertest.Register(t, o.manager, "Ferri")
	var want []string
	for range 5 {
		want = append(want, o.open(t, toSELF(person)).Case)
	}
	o.open(t, toSELF(servertest.Register(t, o.manager, "Ferri")))
	var got []string
	r := &casefilev1.ListCasesRequest{
		PersonId: person, Pathway: eventv1.Pathway_PATHWAY_SELF, Status: casefilev1.CaseStatus_CASE_STATUS_IN_CHARGE,
		PageSize: 2, MinPosition: o.last(t),
	}
	for {
		page, err := casefilev1.NewCaseFileServiceClient(o.manager).ListCases(t.Context(), r)
		if err != nil {
			t.Fatal(err)
		}
		if page.GetTotal() != 5 {
			t.Errorf("%d cases match, not 5", page.GetTotal())
		}
		for _, c := range page.GetCases() {
			got = append(got, c.GetCaseId())
		}
		if r.PageToken = page.GetNextPageToken(); r.GetPageToken() == "" {
			break
		}
	}
	slices.Sort(want)
	slices.Sort(got)
	if diff := gocmp.Diff(want, got); diff != "" {
		t.Errorf("cases of the person (-want +got):\n%s", diff)
	}
}

func workList(t *testing.T, o *office) {
	j := servertest.NewJourney(t, o.coordinator)
	j.Do("2025-01-10", application(servertest.Register(t, o.manager, "Galli")))
	j.Do("2025-01-12", &eventv1.CaseManagerAssigned{CaseManager: "op.90", Body: body})
	clocks := func() []*casefilev1.WorkItem {
		page, err := casefilev1.NewCaseFileServiceClient(o.coordinator).ListClocks(t.Context(),
			&casefilev1.ListClocksRequest{Clock: "T120", CaseManager: "op.90", MinPosition: o.last(t)})
		if err != nil {
			t.Fatal(err)
		}
		return page.GetItems()
	}
	got := clocks()
	if len(got) != 1 || got[0].GetCase().GetCaseId() != j.Case {
		t.Fatalf("the work list shows %d clocks for the case", len(got))
	}
	if due := got[0].GetClock().GetDueOn(); due != "2025-05-10" {
		t.Errorf("the 120 days from 10 January end on %s", due)
	}
	j.Do("2025-03-01", &eventv1.FirstMeetingHeld{Mode: eventv1.MeetingMode_MEETING_MODE_SPONTANEOUS})
	if got := clocks(); len(got) != 0 {
		t.Errorf("after the first meeting the clock still runs: %v", got)
	}
}

func watch(t *testing.T, o *office) {
	j := o.open(t, toSELF(servertest.Register(t, o.manager, "Inzoli")))
	client := casefilev1.NewCaseFileServiceClient(o.manager)
	from := func(after uint64) grpc.ServerStreamingClient[casefilev1.WatchCaseResponse] {
		stream, err := client.WatchCase(t.Context(), &casefilev1.WatchCaseRequest{CaseId: j.Case, AfterPosition: after})
		if err != nil {
			t.Fatal(err)
		}
		return stream
	}
	next := func(s grpc.ServerStreamingClient[casefilev1.WatchCaseResponse], n int) (out []*casefilev1.HistoryEntry) {
		for range n {
			r, err := s.Recv()
			if err != nil {
				t.Fatal(err)
			}
			out = append(out, r.GetEntry())
		}
		return out
	}
	o.get(t, o.manager, j.Case) // who watches from the beginning has seen the case
	all := from(0)
	seen := next(all, 2)
	for range 20 {
		j.Do("2025-02-02", &eventv1.ContactAttempted{Channel: eventv1.Channel_CHANNEL_PHONE})
	}
	seen = append(seen, next(all, 20)...)
	want := o.history(t, o.manager, j.Case)
	if diff := gocmp.Diff(want, seen, protocmp.Transform()); diff != "" {
		t.Errorf("watched otherwise than the history (-history +watched):\n%s", diff)
	}
	resumed := next(from(want[9].GetPosition()), len(want)-10)
	if diff := gocmp.Diff(want[10:], resumed, protocmp.Transform()); diff != "" {
		t.Errorf("resumed otherwise than the history (-history +watched):\n%s", diff)
	}
}

func explain(t *testing.T, o *office) {
	for range 2 {
		throughSELF(t, o, "Lodigiani")
	}
	throughADI(t, o, "Lodigiani")
	for _, id := range []string{"A1.OUT.1", "A1.PRO.1", "A1.IMP.1", "H1.IMP.1", "H1.IMP.2", "H1.OUT.1", "H1.OUT.2", "H1.INP.1"} {
		figure, units := unitsOf(t, o, id)
		f := count{figure.GetNumerator(), figure.GetDenominator(), figure.GetUnknown()}
		sum := count{Numerator: int64(len(units[indicatorv1.Verdict_VERDICT_HIT])), Unknown: int64(len(units[indicatorv1.Verdict_VERDICT_UNKNOWN]))}
		if f.Denominator != 0 { // a count divides by nothing
			sum.Denominator = sum.Numerator + int64(len(units[indicatorv1.Verdict_VERDICT_MISS]))
		}
		if f != sum || f.Numerator == 0 {
			t.Errorf("%s: the units add up to %+v, the figure is %+v", id, sum, f)
		}
	}
}

// unitsOf opens a figure row by row and gives what it counts by verdict: units,
// or what is counted once, such as a person with two cases.
func unitsOf(t *testing.T, o *office, id string) (*indicatorv1.Figure, map[indicatorv1.Verdict]map[string]bool) {
	t.Helper()
	units := map[indicatorv1.Verdict]map[string]bool{}
	rows := int64(0)
	r := &indicatorv1.ExplainFigureRequest{IndicatorId: id, Period: "2025", PageSize: 1, MinPosition: o.last(t)}
	for {
		page, err := indicatorv1.NewIndicatorServiceClient(o.planner).ExplainFigure(t.Context(), r)
		if err != nil {
			t.Fatalf("explain %s: %v", id, err)
		}
		for _, e := range page.GetEvidence() {
			rows++
			if len(e.GetFacts()) == 0 || e.GetCaseId() == "" {
				t.Errorf("%s: a unit is shown without its case or its facts", id)
			}
			if units[e.GetVerdict()] == nil {
				units[e.GetVerdict()] = map[string]bool{}
			}
			units[e.GetVerdict()][cmp.Or(e.GetKey(), e.GetCaseId()+"/"+e.GetUnitId())] = true
		}
		if r.PageToken = page.GetNextPageToken(); r.GetPageToken() == "" {
			if rows != page.GetTotal() {
				t.Errorf("%s: %d rows are shown of %d", id, rows, page.GetTotal())
			}
			return page.GetFigure(), units
		}
	}
}

func open(t *testing.T, o *office) {
	conn, err := grpc.NewClient(o.Addr(), grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	for _, service := range []string{"", "percorsi.intake.v1.IntakeService"} {
		h, err := grpc_health_v1.NewHealthClient(conn).Check(t.Context(), &grpc_health_v1.HealthCheckRequest{Service: service})
		if err != nil || h.GetStatus() != grpc_health_v1.HealthCheckResponse_SERVING {
			t.Errorf("the health of %q is %v, %v", service, h.GetStatus(), err)
		}
	}
	stream, err := reflectionv1.NewServerReflectionClient(conn).ServerReflectionInfo(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := stream.Send(&reflectionv1.ServerReflectionRequest{
		MessageRequest: &reflectionv1.ServerReflectionRequest_ListServices{ListServices: "*"},
	}); err != nil {
		t.Fatal(err)
	}
	answer, err := stream.Recv()
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, s := range answer.GetListServicesResponse().GetService() {
		if strings.HasPrefix(s.GetName(), "percorsi.") {
			got = append(got, s.GetName())
		}
	}
	want := []string{
		"percorsi.assessment.v1.AssessmentService", "percorsi.casefile.v1.CaseFileService", "percorsi.correction.v1.CorrectionService", "percorsi.discharge.v1.DischargeService",
		"percorsi.eventlog.v1.EventLogService", "percorsi.indicator.v1.IndicatorService", "percorsi.intake.v1.IntakeService", "percorsi.notice.v1.NoticeService",
		"percorsi.person.v1.PersonService", "percorsi.project.v1.ProjectService", "percorsi.projection.v1.ProjectionService",
	}
	if diff := gocmp.Diff(want, got); diff != "" {
		t.Errorf("reflection lists other services (-want +got):\n%s", diff)
	}
}

func overHTTP(t *testing.T, o *office) {
	last := o.last(t)
	o.figures(t) // covers the whole log, so the model has it
	said, code, ok := readyz(t, o.HTTPAddr())
	if !ok || code != http.StatusOK || said.State != "live" || said.Position != last || said.Last != last || said.Quarantined != 0 {
		t.Errorf("readyz answers %d %+v with the log at %d", code, said, last)
	}
}
