package server_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	"percorsi/internal/access"
	casefilev1 "percorsi/internal/gen/percorsi/casefile/v1"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	"percorsi/services/percorsi/server/servertest"
)

const wordsOfChoice = "decisa dopo il colloquio col fratello scenografo"

// dispute is a case of which two people assessed eligibility: the manager saw
// what was there first, and a colleague was faster.
type dispute struct {
	*office
	t           *testing.T
	file        string
	seen        uint64 // what the manager saw
	theirs      uint64 // what the colleague made of it
	eligibility *eventv1.EligibilityAssessed
}

func openDispute(t *testing.T, o *office) *dispute {
	t.Helper()
	j := servertest.NewJourney(t, o.manager)
	j.Do("2025-01-15", toSELF(servertest.Register(t, o.manager, "Bergami")))
	j.Do("2025-02-01", &eventv1.EligibilityAssessed{Eligible: true, Note: plain("prima")})
	d := &dispute{office: o, t: t, file: j.Case, seen: j.Last.GetRevision()}
	colleague := j.As(o.as(access.CaseManager, "op.8", body))
	colleague.Do("2025-02-03", &eventv1.EligibilityAssessed{Eligible: false, Note: plain("loro")})
	d.theirs = colleague.Last.GetRevision()
	d.eligibility = &eventv1.EligibilityAssessed{Eligible: true, Note: plain("mie")}
	return d
}

// send asks for an assessment of eligibility as the manager.
func (d *dispute) send(id string, revision uint64, choice *casefilev1.ClashChoice) (*casefilev1.Recorded, error) {
	return d.sendAs(d.manager, id, revision, choice)
}

func (d *dispute) sendAs(conn grpc.ClientConnInterface, id string, revision uint64, choice *casefilev1.ClashChoice) (*casefilev1.Recorded, error) {
	return servertest.Send(d.t, conn, &casefilev1.Command{
		CommandId: id, CaseId: d.file, Revision: revision, OccurredOn: "2025-02-04", Choice: choice,
	}, proto.CloneOf(d.eligibility))
}

func (d *dispute) choose(kind eventv1.ChoiceKind) *casefilev1.ClashChoice {
	return &casefilev1.ClashChoice{Kind: kind, SeenRevision: d.seen, Reason: plain(wordsOfChoice)}
}

func TestWhoMeetsAClashIsShownBothVersionsFieldByField(t *testing.T) {
	d := openDispute(t, openOffice(t))
	_, err := d.send(uuid.NewString(), d.seen, nil)
	clash := clashOf(err)
	if clash == nil {
		t.Fatalf("got %v, want a clash", err)
	}
	got := map[string][]string{}
	for _, f := range clash.GetFields() {
		got[f.GetField()] = []string{
			f.GetBase().GetStringValue(), f.GetTheirs().GetStringValue(), f.GetMine().GetStringValue(),
		}
	}
	want := map[string][]string{
		"command.occurred_on": {"2025-02-01", "2025-02-03", "2025-02-04"},
		"fact.eligible":       {"", "", ""}, // yes, no, yes
		"fact.note":           {"prima", "loro", "mie"},
	}
	if diff := gocmp.Diff(want, got); diff != "" {
		t.Errorf("fields: base, theirs, mine (-want +got):\n%s", diff)
	}
	for _, f := range clash.GetFields() {
		if f.GetField() == "fact.eligible" && (!f.GetBase().GetBoolValue() || f.GetTheirs().GetBoolValue() || !f.GetMine().GetBoolValue()) {
			t.Errorf("eligible: %v", f)
		}
	}
	if clash.GetTheirs()[0].GetUser() != "op.8" || clash.GetTheirs()[0].GetRole() != string(access.CaseManager) {
		t.Errorf("theirs is not told by whom: %v", clash.GetTheirs())
	}
}

func TestAClashOfTwoKindsHasNoFields(t *testing.T) {
	d := openDispute(t, openOffice(t))
	_, err := servertest.Send(t, d.manager, &casefilev1.Command{
		CommandId: uuid.NewString(), CaseId: d.file, Revision: d.seen, OccurredOn: "2025-02-04",
	}, &eventv1.TakenInCharge{})
	if clash := clashOf(err); clash == nil || len(clash.GetFields()) != 0 || len(clash.GetTheirs()) != 1 {
		t.Errorf("got %v, %v", err, clash)
	}
}

// TestAClashIsSettledInOneMoreCall in each of the three ways, on both backends.
func TestAClashIsSettledInOneMoreCall(t *testing.T) {
	onBothBackends(t, func(t *testing.T, o *office) {
		for name, tt := range map[string]struct {
			kind  eventv1.ChoiceKind
			facts []string
			note  string // that stands afterwards
		}{
			"keep mine":   {eventv1.ChoiceKind_CHOICE_KIND_KEEP_MINE, []string{"clash_settled", "eligibility_assessed"}, "mie"},
			"merged":      {eventv1.ChoiceKind_CHOICE_KIND_MERGED, []string{"clash_settled", "eligibility_assessed"}, "mie"},
			"keep theirs": {eventv1.ChoiceKind_CHOICE_KIND_KEEP_THEIRS, []string{"clash_settled"}, "loro"},
		} {
			t.Run(name, func(t *testing.T) {
				d := openDispute(t, o)
				id := uuid.NewString()
				answer, err := d.send(id, d.theirs, d.choose(tt.kind))
				if err != nil {
					t.Fatal(err)
				}
				d.wantSettled(answer, tt.facts, tt.note)
				again, err := d.send(id, d.theirs, d.choose(tt.kind))
				if err != nil || !proto.Equal(answer, again) {
					t.Errorf("sent again it is answered %v, %v; first %v", again, err, answer)
				}
				// The revision of the answer is the one to go on with.
				if _, err := d.send(uuid.NewString(), answer.GetRevision(), nil); err != nil {
					t.Errorf("the next change: %v", err)
				}
			})
		}
	})
}

// wantSettled wants the choice with its reason in the history, with what stands.
func (d *dispute) wantSettled(answer *casefilev1.Recorded, facts []string, note string) {
	d.t.Helper()
	entries := d.history(d.t, d.manager, d.file)
	var kinds []string
	stands := ""
	for _, e := range entries {
		if e.GetPosition() == answer.GetPosition() {
			kinds = append(kinds, e.GetType())
		}
		if e.GetType() == "eligibility_assessed" {
			stands = e.GetData().GetFields()["note"].GetStringValue()
		}
	}
	if diff := gocmp.Diff(facts, kinds); diff != "" || stands != note {
		d.t.Errorf("note %q stands, facts (-want +got):\n%s", stands, diff)
	}
	i := slices.IndexFunc(entries, func(e *casefilev1.HistoryEntry) bool { return e.GetType() == "clash_settled" })
	settled := entries[i].GetData().GetFields()
	if settled["part"].GetStringValue() != "intake" || settled["theirs"].GetNumberValue() != float64(d.theirs) ||
		settled["reason"].GetStringValue() != wordsOfChoice || entries[i].GetUser() != "op.1" {
		d.t.Errorf("the choice is told as %v", entries[i])
	}
	if want := d.theirs; facts[len(facts)-1] == "clash_settled" && answer.GetRevision() != want {
		d.t.Errorf("theirs stands at %d, answered %d", want, answer.GetRevision())
	}
}

func TestAChoiceIsRefusedWhereThereIsNothingToChoose(t *testing.T) {
	d := openDispute(t, openOffice(t))
	mine := eventv1.ChoiceKind_CHOICE_KIND_KEEP_MINE
	for name, tt := range map[string]struct {
		revision uint64
		change   func(*casefilev1.ClashChoice)
		code     codes.Code
		field    string
	}{
		"no kind":                {d.theirs, func(c *casefilev1.ClashChoice) { c.Kind = 0 }, codes.InvalidArgument, "command.choice.kind"},
		"a kind that is none":    {d.theirs, func(c *casefilev1.ClashChoice) { c.Kind = 9 }, codes.InvalidArgument, "command.choice.kind"},
		"no reason":              {d.theirs, func(c *casefilev1.ClashChoice) { c.Reason = nil }, codes.InvalidArgument, "command.choice.reason"},
		"a reason without words": {d.theirs, func(c *casefilev1.ClashChoice) { c.Reason = plain("  ") }, codes.InvalidArgument, "command.choice.reason"},
		"a reason that claims a seal": {d.theirs, func(c *casefilev1.ClashChoice) {
			c.Reason = &eventv1.Text{Form: &eventv1.Text_Sealed{Sealed: []byte("x")}}
		}, codes.InvalidArgument, "command.choice.reason.sealed"},
		"no clash":                     {d.theirs, func(c *casefilev1.ClashChoice) { c.SeenRevision = d.theirs }, codes.InvalidArgument, "command.choice.seen_revision"},
		"a revision that is not there": {d.theirs + 100, func(*casefilev1.ClashChoice) {}, codes.Aborted, ""},
		"what was seen at first":       {d.seen, func(c *casefilev1.ClashChoice) { c.SeenRevision = 1 }, codes.Aborted, ""},
	} {
		t.Run(name, func(t *testing.T) {
			before := d.last(t)
			choice := d.choose(mine)
			tt.change(choice)
			_, err := d.send(uuid.NewString(), tt.revision, choice)
			if status.Code(err) != tt.code || tt.field != "" && !slices.Contains(fieldsOf(err), tt.field) {
				t.Errorf("got %v %q, want %s %s", err, fieldsOf(err), tt.code, tt.field)
			}
			if after := d.last(t); after != before {
				t.Errorf("the log moved from %d to %d", before, after)
			}
		})
	}
	abroad := d.as(access.Coordinator, "op.61", "ASSC")
	if _, err := d.sendAs(abroad, uuid.NewString(), d.theirs, d.choose(mine)); status.Code(err) != codes.NotFound {
		t.Errorf("another body settles a clash: %v", err)
	}
}

// TestAReportingBodyIsShownNoWordsInAClash since it may not read those of the
// service.
func TestAReportingBodyIsShownNoWordsInAClash(t *testing.T) {
	o := openOffice(t)
	j := servertest.NewJourney(t, o.ward)
	j.Do("2025-01-15", toDischarge(servertest.Register(t, o.manager, "Zaniboni"), eventv1.Area_AREA_ELDERLY))
	j.Do("2025-01-16", &eventv1.DischargeReported{
		Line: eventv1.DischargeLine_DISCHARGE_LINE_HOME, Source: eventv1.DischargeSource_DISCHARGE_SOURCE_WARD, ReportedBy: "COT-LODI",
	})
	reported := j.Last.GetRevision()
	j.As(o.coordinator).Do("2025-01-17", &eventv1.AdmissibilityAssessed{Admissible: true, Note: plain("vede solo il servizio")})
	_, err := servertest.Send(t, o.ward, &casefilev1.Command{
		CommandId: uuid.NewString(), CaseId: j.Case, OccurredOn: "2025-01-18", Revision: reported,
	}, &eventv1.Discharged{At: timestamppb.New(time.Date(2025, 1, 18, 10, 0, 0, 0, time.UTC))})
	clash := clashOf(err)
	if clash == nil || len(clash.GetTheirs()) != 1 || clash.GetTheirs()[0].GetType() != "admissibility_assessed" {
		t.Fatalf("got %v, want a clash with the assessment", err)
	}
	if text := clash.String(); strings.Contains(text, "vede solo") {
		t.Errorf("the ward is shown %s", text)
	}
}

// settleOne puts the words of a choice into the log.
func settleOne(t *testing.T, o *office) {
	t.Helper()
	d := openDispute(t, o)
	if _, err := d.send(uuid.NewString(), d.theirs, d.choose(eventv1.ChoiceKind_CHOICE_KIND_MERGED)); err != nil {
		t.Fatal(err)
	}
}
