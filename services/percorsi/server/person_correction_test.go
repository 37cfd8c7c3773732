package server_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/testing/protocmp"

	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	eventlogv1 "percorsi/internal/gen/percorsi/eventlog/v1"
	indicatorv1 "percorsi/internal/gen/percorsi/indicator/v1"
	personv1 "percorsi/internal/gen/percorsi/person/v1"
	"percorsi/services/percorsi/server/servertest"
)

// personRecords reads the records that a request asks for, page by page.
func personRecords(t testing.TB, conn grpc.ClientConnInterface, r *personv1.ListPersonRecordsRequest) (out []*personv1.PersonRecord) {
	t.Helper()
	r.PageSize = 1
	for {
		page, err := peopleOf(conn).ListPersonRecords(t.Context(), r)
		if err != nil {
			t.Fatalf("list the records: %v", err)
		}
		out = append(out, page.GetRecords()...)
		if r.PageToken = page.GetNextPageToken(); r.GetPageToken() == "" {
			return out
		}
	}
}

// mend asks for a record to be amended as right says, or voided for nil.
func mend(record *personv1.PersonRecord, right *personv1.PersonContent) *personv1.CorrectPersonRecordsRequest {
	one := &personv1.PersonRecordCorrection{
		CommandId: record.GetRecorded().GetCommandId(), Index: record.GetRecorded().GetIndex(), Seen: record.GetNewest(),
		Reason: eventv1.CorrectionReason_CORRECTION_REASON_TYPING_ERROR,
		What:   &personv1.PersonRecordCorrection_Void{Void: true},
	}
	if right != nil {
		one.What = &personv1.PersonRecordCorrection_Amend{Amend: right}
	}
	return &personv1.CorrectPersonRecordsRequest{
		CommandId: uuid.NewString(), PersonId: record.GetPersonId(), OccurredOn: "2026-01-10",
		Corrections: []*personv1.PersonRecordCorrection{one},
	}
}

// mended corrects a record, which has to be right, and gives it as it is then.
func (o *office) mended(t testing.TB, conn grpc.ClientConnInterface, record *personv1.PersonRecord, right *personv1.PersonContent) *personv1.PersonRecord {
	t.Helper()
	answer, err := peopleOf(conn).CorrectPersonRecords(t.Context(), mend(record, right))
	if err != nil {
		t.Fatalf("correct %s: %v", record.GetRecorded().GetType(), err)
	}
	shown := personRecords(t, conn, &personv1.ListPersonRecordsRequest{
		PersonId: record.GetPersonId(), OtherId: record.GetOtherId(), CommandId: answer.GetId(), MinPosition: answer.GetPosition(),
	})
	if len(shown) != 1 || shown[0].GetNewest() != answer.GetPosition() {
		t.Fatalf("the command of %d corrected %v", answer.GetPosition(), shown)
	}
	return shown[0]
}

func TestAPersonCorrectedIsAsIfItHadNeverBeenWrong(t *testing.T) {
	onBothBackends(t, func(t *testing.T, o *office) {
		id := registerAs(t, o.manager, uuid.NewString(), &eventv1.Identity{Surname: "Esempio", Name: "Una", BirthDate: "2009-02-01"}, nil).GetPersonId()
		j := o.open(t, toSELF(id))
		p := j.Do("2025-02-01", &eventv1.PathProposed{Kind: eventv1.PathKind_PATH_KIND_TRAINING, Host: "CFP-001", HostKind: eventv1.BodyKind_BODY_KIND_SCHOOL})
		j.Do("2025-02-01", &eventv1.PathStarted{PathId: p, EndsOn: "2025-06-01"})
		j.Do("2025-06-01", &eventv1.PathConcluded{PathId: p, Outcome: eventv1.Outcome_OUTCOME_POSITIVE, Certificate: true})
		before := o.split(t, indicatorv1.BreakDown_BREAK_DOWN_AGE_CLASS)

		registration := personRecords(t, o.manager, &personv1.ListPersonRecordsRequest{PersonId: id, MinPosition: o.last(t)})[0]
		right := registration.GetStands()
		right.Identity.BirthDate, right.Identity.Surname, right.Demographics.BirthYear = "1990-02-01", "Esempini", 0
		amended := o.mended(t, o.member, registration, right)
		want := map[string]count{"H1.OUT.1 0-17": {Numerator: -1}, "H1.OUT.1 30-44": {Numerator: 1}}
		after := o.split(t, indicatorv1.BreakDown_BREAK_DOWN_AGE_CLASS)
		for class := range before {
			if _, there := after[class]; !there { // nobody is left in it
				after[class] = count{}
			}
		}
		if diff := cmp.Diff(want, moved(before, after)); diff != "" {
			t.Errorf("what a right birth date moves (-want +got):\n%s", diff)
		}
		found, err := peopleOf(o.manager).FindPersons(t.Context(), &personv1.FindPersonsRequest{Surname: "Esempini", Name: "Una"})
		if err != nil || len(found.GetPersons()) != 1 || found.GetPersons()[0].GetRevision() != amended.GetNewest() {
			t.Errorf("under the right name is found %v, %v", found, err)
		}
		if data := amended.GetRecorded().GetData().GetFields()["identity"].GetStructValue().GetFields(); data["surname"].GetStringValue() != "Esempio" ||
			amended.GetStands().GetIdentity().GetSurname() != "Esempini" || len(amended.GetRecorded().GetCorrections()) != 1 {
			t.Errorf("the record: %v", amended)
		}
		if _, err := peopleOf(o.manager).CorrectPersonRecords(t.Context(), mend(registration, right)); status.Code(err) != codes.Aborted {
			t.Errorf("who did not see the amendment was answered %v", err)
		}
		again := amended.GetStands()
		again.OccurredOn = "2025-01-03"
		o.mended(t, o.manager, amended, again) // the day alone
		if shown, err := peopleOf(o.manager).GetPerson(t.Context(), &personv1.GetPersonRequest{PersonId: id, MinPosition: o.last(t)}); err != nil ||
			shown.GetPerson().GetIdentity().GetSurname() != "Esempini" || shown.GetPerson().GetDemographics().GetBirthYear() != 1990 {
			t.Errorf("the person: %v, %v", shown, err)
		}
		verify(t, o.administrator)
	})
}

// TestWhatTookThePlaceOfAPersonsDetailsIsExportedSealed to all but who answers for
// the data and asks for words.
func TestWhatTookThePlaceOfAPersonsDetailsIsExportedSealed(t *testing.T) {
	o := openOffice(t)
	id := servertest.Register(t, o.manager, "Parenzan")
	registration := personRecords(t, o.manager, &personv1.ListPersonRecordsRequest{PersonId: id, MinPosition: o.last(t)})[0]
	right := registration.GetStands()
	right.Identity.Surname = "Parenzoni"
	at := o.mended(t, o.manager, registration, right).GetNewest()
	for _, tt := range []struct {
		conn     grpc.ClientConnInterface
		personal bool
	}{{o.planner, false}, {o.coordinator, false}, {o.coordinator, true}} {
		stream, err := eventlogv1.NewEventLogServiceClient(tt.conn).Export(t.Context(), &eventlogv1.ExportRequest{From: at, To: at, Personal: tt.personal})
		if err != nil {
			t.Fatal(err)
		}
		line, err := stream.Recv()
		if err != nil {
			t.Fatal(err)
		}
		shown := line.GetData().GetFields()["replacement"].GetStructValue().GetFields()["person_registered"].GetStructValue().GetFields()
		surname := shown["identity"].GetStructValue().GetFields()["surname"].GetStringValue()
		if tt.personal != (surname == "Parenzoni") || shown["search_keys"] != nil || strings.Contains(line.String(), "Parenz") != tt.personal {
			t.Errorf("with words %t: %v", tt.personal, line)
		}
	}
}

// TestALinkThatIsVoidedLeavesWhatARecordWithoutItWouldHave plays a year with a link
// that is voided at its end, brought back, and voided once more.
func TestALinkThatIsVoidedLeavesWhatARecordWithoutItWouldHave(t *testing.T) {
	straight := openOffice(t)
	want := straight.seen(t, live(t, straight, false))
	onBothBackends(t, func(t *testing.T, o *office) {
		y := live(t, o, true)
		linked := o.seen(t, y)
		// Whichever of the two is asked for, the link is shown.
		for _, id := range y.people {
			shown := personRecords(t, o.manager, &personv1.ListPersonRecordsRequest{PersonId: id, MinPosition: o.last(t)})
			if n := len(shown); n != 2 || shown[0].GetRecorded().GetType() != "person_linked" || shown[1].GetRecorded().GetType() != "person_registered" {
				t.Fatalf("the records of one: %v", shown)
			}
		}
		both := &personv1.ListPersonRecordsRequest{PersonId: y.people[0], OtherId: y.people[1]}
		link := personRecords(t, o.manager, both)[0]
		right := link.GetStands()
		right.Basis, right.Reason = fromADocument, plain("stessa carta")
		link = o.mended(t, o.manager, link, right)
		if s := link.GetStands(); s.GetBasis() != fromADocument || s.GetReason().GetPlain() != "stessa carta" || s.GetOccurredOn() != "2025-01-20" {
			t.Errorf("the link stands as %v", s)
		}
		void := mend(link, nil)
		void.Corrections[0].Note = plain("due cugine")
		for range 2 { // the second time it gets the first answer
			if _, err := peopleOf(o.manager).CorrectPersonRecords(t.Context(), void); err != nil {
				t.Fatal(err)
			}
		}
		if diff := cmp.Diff(want, o.seen(t, y), protocmp.Transform()); diff != "" {
			t.Errorf("(-without the link +linked and voided):\n%s", diff)
		}
		voided := personRecords(t, o.manager, both)[0]
		marks := voided.GetRecorded().GetCorrections()
		if voided.GetStands() != nil || !voided.GetRecorded().GetVoided() || len(marks) != 2 || marks[1].GetNote() != "due cugine" || marks[0].GetInForce() {
			t.Errorf("the voided link: %v", voided)
		}
		_, err := peopleOf(o.manager).UnlinkPersons(t.Context(), &personv1.UnlinkPersonsRequest{
			CommandId: uuid.NewString(), PersonId: y.people[0], OtherId: y.people[1], Revision: y.link, OccurredOn: "2026-01-20", Reason: plain("un errore"),
		})
		if clash := clashOf(err); clash == nil || len(clash.GetTheirs()) != 1 || clash.GetTheirs()[0].GetType() != "fact_voided" || clash.GetCurrentRevision() != voided.GetNewest() {
			t.Errorf("who did not see that it was voided is shown %v", err)
		}
		voiding := mend(voided, nil)
		voiding.Corrections[0].CommandId = void.GetCommandId()
		if _, err := peopleOf(o.manager).CorrectPersonRecords(t.Context(), voiding); err != nil {
			t.Fatal(err)
		}
		back := o.seen(t, y)
		if diff := cmp.Diff(linked.Figures, back.Figures); diff != "" || len(back.Lists[0].GetCases()) != 4 {
			t.Errorf("the voiding is void: %d cases, figures (-linked +again):\n%s", len(back.Lists[0].GetCases()), diff)
		}
		verify(t, o.administrator)
	})
}

func TestWhoWasToldApartByMistakeIsProposedAgain(t *testing.T) {
	o := openOffice(t)
	first := registerAs(t, o.manager, uuid.NewString(), spelled(nil), nil).GetPersonId()
	second := registerAs(t, o.manager, uuid.NewString(), spelled(nil), nil).GetPersonId()
	if _, err := peopleOf(o.member).TellPersonsApart(t.Context(), &personv1.TellPersonsApartRequest{
		CommandId: uuid.NewString(), PersonId: first, OtherId: second, OccurredOn: "2025-03-01",
	}); err != nil {
		t.Fatal(err)
	}
	proposed := func() []*personv1.PossibleDuplicate {
		t.Helper()
		found, err := peopleOf(o.manager).FindDuplicates(t.Context(), &personv1.FindDuplicatesRequest{PersonId: first, MinPosition: o.last(t)})
		if err != nil {
			t.Fatal(err)
		}
		return found.GetDuplicates()
	}
	if got := proposed(); len(got) != 0 {
		t.Errorf("told apart, and proposed: %v", got)
	}
	record := personRecords(t, o.member, &personv1.ListPersonRecordsRequest{PersonId: second, OtherId: first, MinPosition: o.last(t)})[0]
	voided := o.mended(t, o.member, record, nil)
	got := proposed()
	if len(got) != 1 || got[0].GetPerson().GetPersonId() != second || got[0].GetBond() != 0 || got[0].GetBondRevision() != voided.GetNewest() {
		t.Fatalf("proposed are %v", got)
	}
	if _, err := peopleOf(o.manager).LinkPersons(t.Context(), &personv1.LinkPersonsRequest{
		CommandId: uuid.NewString(), PersonId: first, OtherId: second, Revision: got[0].GetBondRevision(), OccurredOn: "2025-03-02",
		Basis: eventv1.LinkBasis_LINK_BASIS_PERSON_SAYS,
	}); err != nil {
		t.Error(err)
	}
}

// TestWhoChangesDetailsThatWereCorrectedIsShownTheCorrection as one who was slower
// than another change.
func TestWhoChangesDetailsThatWereCorrectedIsShownTheCorrection(t *testing.T) {
	o := openOffice(t)
	id := servertest.Register(t, o.manager, "Parenzan")
	registration := personRecords(t, o.manager, &personv1.ListPersonRecordsRequest{PersonId: id, MinPosition: o.last(t)})[0]
	right := registration.GetStands()
	right.Identity.Address = "Via dei Tigli 1"
	amended := o.mended(t, o.member, registration, right)
	_, err := peopleOf(o.manager).ChangeDetails(t.Context(), &personv1.ChangeDetailsRequest{
		CommandId: uuid.NewString(), PersonId: id, Revision: registration.GetNewest(), OccurredOn: right.GetOccurredOn(),
		Identity: &eventv1.Identity{Surname: "Parenzan", Name: "Persona", Address: "Via dei Tigli 11"}, Demographics: right.GetDemographics(),
	})
	clash := clashOf(err)
	if clash == nil || clash.GetCurrentRevision() != amended.GetNewest() || len(clash.GetTheirs()) != 1 || clash.GetTheirs()[0].GetType() != "fact_amended" {
		t.Fatalf("the clash: %v, %v", clash, err)
	}
	if f := clash.GetFields(); len(f) != 1 || f[0].GetField() != "identity.address" || f[0].GetBase().GetStringValue() != "" ||
		f[0].GetTheirs().GetStringValue() != "Via dei Tigli 1" {
		t.Errorf("fields: %v", f)
	}
}

// wantRecordsHidden wants a link with somebody hidden to be shown, and corrected,
// inside only.
func wantRecordsHidden(t *testing.T, inside, outside grpc.ClientConnInterface, open, hidden string, at uint64) {
	t.Helper()
	known := personRecords(t, inside, &personv1.ListPersonRecordsRequest{PersonId: open, MinPosition: at})
	if len(known) != 2 || known[0].GetRecorded().GetType() != "person_linked" {
		t.Fatalf("inside the records are %v", known)
	}
	if shown := personRecords(t, outside, &personv1.ListPersonRecordsRequest{PersonId: open}); len(shown) != 1 || shown[0].GetOtherId() != "" {
		t.Errorf("outside the records are %v", shown)
	}
	_, err := peopleOf(outside).ListPersonRecords(t.Context(), &personv1.ListPersonRecordsRequest{PersonId: open, OtherId: hidden})
	if status.Code(err) != codes.NotFound {
		t.Errorf("what was said of the two is told outside: %v", err)
	}
	if _, err := peopleOf(outside).CorrectPersonRecords(t.Context(), mend(known[0], nil)); status.Code(err) != codes.NotFound {
		t.Errorf("the link is voided outside: %v", err)
	}
}

// TestAnIdentifierIsNotCorrected shows that somebody who registered the wrong one is
// told what to do instead.
func TestAnIdentifierIsNotCorrected(t *testing.T) {
	o := openOffice(t)
	answer, err := peopleOf(o.manager).RegisterPerson(t.Context(), &personv1.RegisterPersonRequest{
		CommandId: uuid.NewString(), OccurredOn: "2025-01-02", IdentifierKind: codice,
		Identity: &eventv1.Identity{Identifier: "RSSMRA80A01H501U", Surname: "Rossi", Name: "Mario"},
	})
	if err != nil {
		t.Fatal(err)
	}
	record := personRecords(t, o.manager, &personv1.ListPersonRecordsRequest{PersonId: answer.GetPersonId(), MinPosition: o.last(t)})[0]
	right := record.GetStands()
	right.Identity.Identifier = "VRDLGU75B02F205K"
	_, err = peopleOf(o.manager).CorrectPersonRecords(t.Context(), mend(record, right))
	if got := fieldsOf(err); len(got) != 1 || got[0] != "corrections[0].amend.identity.identifier" || !strings.Contains(err.Error(), "CODE_REPLACED") {
		t.Errorf("answered %v about %v", err, got)
	}
}
