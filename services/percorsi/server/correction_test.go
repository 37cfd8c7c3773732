package server_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	"percorsi/internal/fact"
	casefilev1 "percorsi/internal/gen/percorsi/casefile/v1"
	correctionv1 "percorsi/internal/gen/percorsi/correction/v1"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	"percorsi/services/percorsi/server/servertest"
)

// amending asks to put a fact in the place of that of a command.
func amending(t testing.TB, command string, revision uint64, day string, content proto.Message) *correctionv1.Correction {
	t.Helper()
	f, err := fact.Wrap(content, day)
	if err != nil {
		t.Fatal(err)
	}
	return &correctionv1.Correction{
		CommandId: command, Revision: revision, What: &correctionv1.Correction_Amend{Amend: f},
		Reason: eventv1.CorrectionReason_CORRECTION_REASON_WRONG_DATE,
	}
}

// voiding asks to void what a command recorded.
func voiding(command string, revision uint64) *correctionv1.Correction {
	return &correctionv1.Correction{
		CommandId: command, Revision: revision, What: &correctionv1.Correction_Void{Void: true},
		Reason: eventv1.CorrectionReason_CORRECTION_REASON_NOT_HAPPENED,
	}
}

func correctIn(t testing.TB, conn grpc.ClientConnInterface, file string, list ...*correctionv1.Correction) (*casefilev1.Recorded, error) {
	t.Helper()
	return correctionv1.NewCorrectionServiceClient(conn).Correct(t.Context(), &correctionv1.CorrectRequest{
		Command: &casefilev1.Command{CommandId: uuid.NewString(), CaseId: file, OccurredOn: "2025-12-01"}, Corrections: list,
	})
}

func corrected(t testing.TB, conn grpc.ClientConnInterface, file string, list ...*correctionv1.Correction) *casefilev1.Recorded {
	t.Helper()
	answer, err := correctIn(t, conn, file, list...)
	if err != nil {
		t.Fatalf("correct: %v", err)
	}
	return answer
}

// longADI takes a household through 200 facts, with the PAD of a day, and gives
// the command of the opening. The household was not met yet, so that the 120
// days run.
func longADI(t *testing.T, o *office, pad string) *servertest.Journey {
	t.Helper()
	j := servertest.NewJourney(t, o.coordinator)
	application := application(servertest.Register(t, o.manager, "Bonelli"))
	application.PadSignedOn = pad
	j.Do("2025-01-15", application)
	j.Do("2025-02-01", &eventv1.TakenInCharge{})
	j.Do("2025-02-02", assigned())
	j.Do("2025-02-03", &eventv1.NeedsRecorded{Needs: []eventv1.Need{eventv1.Need_NEED_ECONOMIC}})
	for i := range 196 {
		day := fmt.Sprintf("2025-%02d-%02d", 2+i/25, 4+i%25)
		j.Do(day, &eventv1.ContactAttempted{Channel: eventv1.Channel_CHANNEL_PHONE, Note: plain(fmt.Sprintf("chiamata %d", i))})
	}
	return j
}

var anID = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`)

// likeness is a case as it is shown, with ids in the order they appear and
// without revisions, so that two cases with the same facts look the same.
func likeness(t *testing.T, o *office, file string) string {
	t.Helper()
	c := o.get(t, o.manager, file)
	for _, p := range c.GetParts() {
		p.Revision = 0
	}
	text := protojson.MarshalOptions{Multiline: true}.Format(c)
	names := map[string]string{}
	text = anID.ReplaceAllStringFunc(text, func(id string) string {
		if names[id] == "" {
			names[id] = fmt.Sprintf("id-%d", len(names)+1)
		}
		return names[id]
	})
	return strings.ReplaceAll(text, ":  ", ": ") // protojson varies its spaces on purpose
}

func dueOn(t *testing.T, o *office, file, clock string) string {
	t.Helper()
	for _, c := range o.get(t, o.manager, file).GetClocks() {
		if c.GetName() == clock {
			return c.GetDueOn()
		}
	}
	t.Fatalf("the clock %s does not run", clock)
	return ""
}

func TestADateAmendedAmong200FactsGivesTheCaseThatWasNeverWrong(t *testing.T) {
	onBothBackends(t, func(t *testing.T, o *office) {
		right, wrong := longADI(t, o, "2025-01-10"), longADI(t, o, "2024-10-01")
		if got := dueOn(t, o, wrong.Case, "T120"); got != "2025-01-29" {
			t.Errorf("with the wrong PAD the 120 days end on %s", got)
		}
		before := o.figures(t)
		revision := revisionOf(t, o, wrong.Case, "intake")
		opening := o.history(t, o.manager, wrong.Case)[0]
		application := application(opening.GetData().GetFields()["person_id"].GetStringValue())
		application.PadSignedOn = "2025-01-10"
		corrected(t, o.coordinator, wrong.Case, amending(t, wrong.Case, revision, "2025-01-15", application))

		if diff := cmp.Diff(likeness(t, o, right.Case), likeness(t, o, wrong.Case)); diff != "" {
			t.Errorf("the cases differ (-never wrong +corrected):\n%s", diff)
		}
		if got := dueOn(t, o, wrong.Case, "T120"); got != "2025-05-10" {
			t.Errorf("the 120 days end on %s, want 120 days after the right PAD", got)
		}
		entries := o.history(t, o.manager, wrong.Case)
		if len(entries) != 201 || entries[0].GetData().GetFields()["pad_signed_on"].GetStringValue() != "2024-10-01" {
			t.Errorf("%d facts; the first one shows %v, want what was recorded", len(entries), entries[0].GetData())
		}
		if m := entries[0].GetCorrections(); len(m) != 1 || !m[0].GetInForce() || m[0].GetPosition() != entries[200].GetPosition() || m[0].GetUser() != "op.3" {
			t.Errorf("the fact is marked %v", m)
		}
		last := entries[200]
		replaced := last.GetData().GetFields()["replacement"].GetStructValue().GetFields()["applied"].GetStructValue()
		if last.GetType() != "fact_amended" || last.GetPart() != "intake" || replaced.GetFields()["pad_signed_on"].GetStringValue() != "2025-01-10" {
			t.Errorf("the correction is shown as %v", last)
		}
		if diff := cmp.Diff(before, o.figures(t)); diff != "" {
			t.Errorf("figures that do not ask for the PAD moved:\n%s", diff)
		}
		verify(t, o.administrator)
	})
}

func revisionOf(t *testing.T, o *office, file, part string) uint64 {
	t.Helper()
	for _, p := range o.get(t, o.coordinator, file).GetParts() {
		if p.GetPart() == part {
			return p.GetRevision()
		}
	}
	t.Fatalf("there is no part %s", part)
	return 0
}

func TestACorrectedCaseMovesEveryFigureAndAVoidCaseCountsNowhere(t *testing.T) {
	onBothBackends(t, func(t *testing.T, o *office) {
		person := servertest.Register(t, o.manager, "Bonelli")
		none := o.figures(t)
		j := servertest.NewJourney(t, o.coordinator)
		j.Do("2025-01-15", toSELF(person))
		taken := j.Do("2025-02-01", &eventv1.TakenInCharge{})
		opened := o.figures(t)
		if len(moved(none, opened)) == 0 {
			t.Fatal("the case counts nowhere")
		}
		first := corrected(t, o.manager, j.Case, voiding(j.Case, j.Last.GetRevision()), voiding(taken, j.Last.GetRevision()))
		if diff := moved(none, o.figures(t)); len(diff) != 0 {
			t.Errorf("a case that was entered in error counts in %v", diff)
		}
		if c := o.get(t, o.manager, j.Case); c.GetSummary().GetStatus() != casefilev1.CaseStatus_CASE_STATUS_VOIDED || len(c.GetClocks()) != 0 {
			t.Errorf("it is shown as %v", c)
		}
		if err := j.Try("2025-02-02", &eventv1.ContactAttempted{Channel: eventv1.Channel_CHANNEL_PHONE}); status.Code(err) != codes.FailedPrecondition {
			t.Errorf("a fact on a void case is answered %v", err)
		}
		back := voiding(first.GetId(), first.GetRevision())
		other := voiding(first.GetId(), first.GetRevision())
		other.Index = 1
		corrected(t, o.manager, j.Case, back, other)
		if diff := cmp.Diff(opened, o.figures(t)); diff != "" {
			t.Errorf("brought back, the figures differ (-before +after):\n%s", diff)
		}
		verify(t, o.administrator)
	})
}

func TestARetriedCorrectionGetsItsFirstAnswerAndAStaleOneBothVersions(t *testing.T) {
	o := openOffice(t)
	j := o.open(t, toSELF(servertest.Register(t, o.manager, "Bonelli")))
	mine := j.Do("2025-02-03", needs)
	revision := j.Last.GetRevision()
	request := &correctionv1.CorrectRequest{
		Command:     &casefilev1.Command{CommandId: uuid.NewString(), CaseId: j.Case, OccurredOn: "2025-12-01"},
		Corrections: []*correctionv1.Correction{voiding(mine, revision)},
	}
	request.Corrections[0].Note = plain("colloquio mai avvenuto")
	client := correctionv1.NewCorrectionServiceClient(o.manager)
	first, err := client.Correct(t.Context(), proto.CloneOf(request))
	if err != nil {
		t.Fatal(err)
	}
	again, err := client.Correct(t.Context(), proto.CloneOf(request))
	if err != nil || !proto.Equal(first, again) || first.GetPart() != "needs" || first.GetRevision() != first.GetPosition() {
		t.Errorf("the first answer was %v, the retry got %v (%v)", first, again, err)
	}

	_, err = correctIn(t, o.coordinator, j.Case, amending(t, mine, revision, "2025-02-04", needs))
	clash := clashOf(err)
	if clash == nil {
		t.Fatalf("a stale correction is answered %v", err)
	}
	theirs := clash.GetTheirs()
	if clash.GetPart() != "needs" || clash.GetCurrentRevision() != first.GetRevision() || len(theirs) != 1 || theirs[0].GetType() != "fact_voided" ||
		theirs[0].GetData().GetFields()["note"].GetStringValue() != "colloquio mai avvenuto" || clash.GetMine().GetType() != "fact_amended" {
		t.Errorf("the clash shows %v", clash)
	}
	// Who edits the part meets the correction too.
	err = j.Try("2025-02-05", needs)
	if clash := clashOf(err); clash == nil || len(clash.GetTheirs()) != 1 {
		t.Errorf("a change of what was voided is answered %v", err)
	}
	entries := o.history(t, o.planner, j.Case)
	i := slices.IndexFunc(entries, func(e *casefilev1.HistoryEntry) bool { return e.GetCommandId() == mine })
	if i < 0 || !entries[i].GetVoided() {
		t.Error("the history does not say that the fact is void")
	}
	if note := entries[len(entries)-1].GetData().GetFields()["note"]; note != nil {
		t.Errorf("a planner reads the note %v", note)
	}
}

// wrongCorrections are refused by name.
var wrongCorrections = []wrong{
	{"a correction of nothing", func(d *desk) error { _, err := correctIn(d.t, d.manager, d.mine.id); return err }, codes.InvalidArgument, "corrections"},
	{"a correction in no case", func(d *desk) error {
		_, err := correctIn(d.t, d.manager, "", voiding(d.mine.goal, 0))
		return err
	}, codes.InvalidArgument, "command.case_id"},
	{"a correction that says neither what is right nor that nothing is", func(d *desk) error {
		c := voiding(d.mine.goal, 0)
		c.What = nil
		_, err := correctIn(d.t, d.manager, d.mine.id, c)
		return err
	}, codes.InvalidArgument, "corrections[0].what"},
	{"a correction that does not say why", func(d *desk) error {
		c := voiding(d.mine.goal, 0)
		c.Reason = 0
		_, err := correctIn(d.t, d.manager, d.mine.id, c)
		return err
	}, codes.InvalidArgument, "corrections[0].reason"},
	{"a correction of a fact of another case", func(d *desk) error {
		_, err := correctIn(d.t, d.manager, d.mine.id, voiding(d.other.goal, 0))
		return err
	}, codes.InvalidArgument, "corrections[0].command_id"},
	{"a correction in a case of another body", func(d *desk) error {
		_, err := correctIn(d.t, d.elsewhere, d.mine.id, voiding(d.mine.goal, 0))
		return err
	}, codes.NotFound, ""},
	{"a correction of a colleague by a team member", func(d *desk) error {
		_, err := correctIn(d.t, d.member, d.mine.id, voiding(d.mine.goal, d.revision(d.mine, "project/"+d.mine.project+"/goal/"+d.mine.goal)))
		return err
	}, codes.PermissionDenied, ""},
	{"a correction by a planner", func(d *desk) error {
		_, err := correctIn(d.t, d.planner, d.mine.id, voiding(d.mine.goal, 0))
		return err
	}, codes.PermissionDenied, ""},
	{"a correction of a revision that is past", func(d *desk) error {
		_, err := correctIn(d.t, d.coordinator, d.mine.id, voiding(d.mine.goal, 1))
		return err
	}, codes.Aborted, ""},
	{"a correction that puts another kind of fact in the place", func(d *desk) error {
		_, err := correctIn(d.t, d.coordinator, d.mine.id, amending(d.t, d.mine.goal, d.revision(d.mine, "project/"+d.mine.project+"/goal/"+d.mine.goal), "2025-02-02", needs))
		return err
	}, codes.InvalidArgument, "corrections[0].amend.fact"},
	{"a correction that puts a person in the place", func(d *desk) error {
		_, err := correctIn(d.t, d.coordinator, d.mine.id, amending(d.t, d.mine.goal, 0, "2025-02-02", &eventv1.PersonRegistered{IdentifierKind: codice}))
		return err
	}, codes.InvalidArgument, ""},
	{"a correction to a day to come", func(d *desk) error {
		_, err := correctIn(d.t, d.coordinator, d.mine.id, amending(d.t, d.mine.id, d.revision(d.mine, "intake"), "2999-01-01", toSELF(d.person)))
		return err
	}, codes.InvalidArgument, "corrections[0].amend.occurred_on"},
	{"a correction to a Comune elsewhere", func(d *desk) error {
		f := toSELF(d.person)
		f.Comune = "015146"
		_, err := correctIn(d.t, d.coordinator, d.mine.id, amending(d.t, d.mine.id, d.revision(d.mine, "intake"), "2025-01-15", f))
		return err
	}, codes.InvalidArgument, "corrections[0].amend.fact.comune"},
	{"a correction that takes away what others stand on", func(d *desk) error {
		_, err := correctIn(d.t, d.coordinator, d.mine.id, voiding(d.mine.project, d.revision(d.mine, "project/"+d.mine.project)))
		return err
	}, codes.FailedPrecondition, ""},
}
