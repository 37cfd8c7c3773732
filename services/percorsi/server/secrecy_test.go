package server_test

import (
	"bytes"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/uuid"
	"google.golang.org/grpc"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/encoding/protojson"

	"percorsi/internal/eventlog"
	casefilev1 "percorsi/internal/gen/percorsi/casefile/v1"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	intakev1 "percorsi/internal/gen/percorsi/intake/v1"
	personv1 "percorsi/internal/gen/percorsi/person/v1"
	"percorsi/services/percorsi/server"
	"percorsi/services/percorsi/server/servertest"
)

// rossi is a fictional person; everything in here is a secret.
var rossi = &eventv1.Identity{
	Identifier: "RSSMRA80A01H501U", Surname: "Rossiconi", Name: "Mariolino", BirthDate: "1980-01-01",
	Address: "Vicolo dei Gelsomini 117", Phones: []string{"3391234567890"}, Email: "mariolino@posta.example",
}

// secrets are the words that no file, no record, no line for operators and no
// refusal may hold.
var secrets = []string{
	wordsOfIntake, wordsOfGoal, wordsOfPact, wordsOfMeeting, wordsOfDecided, wordsOfAbsence, wordsOfDone, wordsOfContact, "logopedista", "pianerottolo", wordsOfChoice, wordsOfReturn,
	"RSSMRA80A01H501U", "RSSMRA80A01H501X", "Rossiconi", "Mariolino", "1980-01-01", "Gelsomini", "3391234567890", "posta.example",
	"Verdolini", "Segretissima",
}

// lines collects what a server tells operators.
type lines struct {
	mu  sync.Mutex
	all bytes.Buffer
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.all.Write(p)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.all.String()
}

func TestNoWordAndNoIdentityLeavesTheSealedFields(t *testing.T) {
	told := &lines{}
	dir := t.TempDir()
	o := officeOn(servertest.Start(t, dir, func(c *server.Config) {
		c.Logger = slog.New(slog.NewJSONHandler(told, &slog.HandlerOptions{Level: slog.LevelDebug}))
	}))
	person := registerRossi(t, o)
	for _, p := range pathways {
		p.travel(t, o, "Verdolini")
	}
	settleOne(t, o)
	correctWithWords(t, o, person)
	correctRossi(t, o, person)
	sendBack(t, o)
	refusals := provoke(t, o, person)
	records := recordsOf(t, o)
	o.Stop()

	wantNone(t, "a refusal", refusals)
	wantNone(t, "a line for operators", told.String())
	wantNone(t, "a record of the log", records)
	readable := false // what is no secret is found in the files, so secrets would be
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		readable = readable || strings.Contains(string(data), "pz.lodi.case.")
		wantNone(t, "the file "+filepath.Base(path), string(data))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if !readable || !strings.Contains(records, body) || !strings.Contains(told.String(), "/RegisterPerson") || refusals == "" {
		t.Error("nothing was searched: no log in the files, no records, no lines or no refusals")
	}
}

// wantNone wants no secret in a text, however it is written.
func wantNone(t *testing.T, where, text string) {
	t.Helper()
	text = strings.ToLower(text)
	for _, s := range secrets {
		if strings.Contains(text, strings.ToLower(s)) {
			t.Errorf("%s holds %q", where, s)
		}
	}
}

// registerRossi makes the person known, changes the details, and finds the
// person by what is secret, to show that it is there.
func registerRossi(t *testing.T, o *office) string {
	t.Helper()
	people := personv1.NewPersonServiceClient(o.manager)
	first, err := people.RegisterPerson(t.Context(), &personv1.RegisterPersonRequest{
		CommandId: uuid.NewString(), OccurredOn: "2025-01-02", IdentifierKind: codice, Identity: rossi,
		Demographics: &eventv1.Demographics{Sex: eventv1.Sex_SEX_MALE, Comune: comune},
	})
	if err != nil {
		t.Fatal(err)
	}
	changed, err := people.ChangeDetails(t.Context(), &personv1.ChangeDetailsRequest{
		CommandId: uuid.NewString(), PersonId: first.GetPersonId(), Revision: first.GetRevision(), OccurredOn: "2025-01-03",
		Identity: rossi, Demographics: &eventv1.Demographics{Comune: comune},
	})
	if err != nil {
		t.Fatal(err)
	}
	for name, r := range map[string]*personv1.FindPersonsRequest{
		"identifier": {Identifier: rossi.GetIdentifier()},
		"name":       {Surname: rossi.GetSurname(), Name: rossi.GetName()},
	} {
		r.MinPosition = changed.GetPosition()
		found, err := people.FindPersons(t.Context(), r)
		if err != nil || len(found.GetPersons()) != 1 || found.GetPersons()[0].GetIdentity().GetAddress() != rossi.GetAddress() {
			t.Errorf("by %s is found: %v, %v", name, found, err)
		}
	}
	linkRossi(t, o, first.GetPersonId())
	return first.GetPersonId()
}

// linkRossi registers the person once more, who is found, links and unlinks the
// two, and tells them apart, each with a secret reason, which is shown to who
// may read it.
func linkRossi(t *testing.T, o *office, person string) {
	t.Helper()
	people := personv1.NewPersonServiceClient(o.manager)
	twin := &eventv1.Identity{Surname: rossi.GetSurname(), Name: rossi.GetName(), BirthDate: rossi.GetBirthDate()}
	again := register(t, o.manager, &personv1.RegisterPersonRequest{
		CommandId: uuid.NewString(), OccurredOn: "2025-01-04", IdentifierKind: eventv1.IdentifierKind_IDENTIFIER_KIND_NONE, Identity: twin,
	})
	if len(again.GetDuplicates()) != 1 || again.GetDuplicates()[0].GetPerson().GetIdentity().GetAddress() != rossi.GetAddress() {
		t.Fatalf("registered again: %v", again)
	}
	link, err1 := people.LinkPersons(t.Context(), &personv1.LinkPersonsRequest{
		CommandId: uuid.NewString(), PersonId: person, OtherId: again.GetPersonId(), OccurredOn: "2025-01-05",
		Basis: eventv1.LinkBasis_LINK_BASIS_PERSON_SAYS, Reason: plain(wordsOfContact),
	})
	shown, err2 := people.GetPerson(t.Context(), &personv1.GetPersonRequest{PersonId: person, MinPosition: link.GetPosition()})
	if err1 != nil || err2 != nil || shown.GetLinked()[0].GetReason() != wordsOfContact {
		t.Fatalf("the reason is shown as %v, %v, %v", shown.GetLinked(), err1, err2)
	}
	unlink, err := people.UnlinkPersons(t.Context(), &personv1.UnlinkPersonsRequest{
		CommandId: uuid.NewString(), PersonId: person, OtherId: again.GetPersonId(), Revision: link.GetRevision(),
		OccurredOn: "2025-01-06", Reason: plain(wordsOfIntake),
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := people.TellPersonsApart(t.Context(), &personv1.TellPersonsApartRequest{
		CommandId: uuid.NewString(), PersonId: person, OtherId: again.GetPersonId(), Revision: unlink.GetRevision(),
		OccurredOn: "2025-01-06", Reason: plain(wordsOfMeeting),
	}); err != nil {
		t.Fatal(err)
	}
}

// correctWithWords amends a fact, with words in it and about it.
func correctWithWords(t *testing.T, o *office, person string) {
	t.Helper()
	j := o.open(t, toSELF(person))
	contact := &eventv1.ContactAttempted{Channel: eventv1.Channel_CHANNEL_PHONE, Note: plain("Segretissima")}
	called := j.Do("2025-02-03", contact)
	contact = &eventv1.ContactAttempted{Channel: eventv1.Channel_CHANNEL_LETTER, Note: plain(wordsOfContact)}
	amended := amending(t, called, j.Last.GetRevision(), "2025-02-04", contact)
	amended.Note = plain("non Verdolini, Segretissima")
	corrected(t, o.manager, j.Case, amended)
	entries := o.history(t, o.manager, j.Case)
	if note := entries[len(entries)-1].GetData().GetFields()["note"].GetStringValue(); note != "non Verdolini, Segretissima" {
		t.Errorf("who may read it is shown the note %q", note)
	}
}

// correctRossi amends the registration and what was said of the person, each with
// secrets in it and about it.
func correctRossi(t *testing.T, o *office, person string) {
	t.Helper()
	for _, record := range personRecords(t, o.manager, &personv1.ListPersonRecordsRequest{PersonId: person, MinPosition: o.last(t)}) {
		right := record.GetStands()
		right.OccurredOn = "2025-01-07"
		if right.GetIdentity() != nil {
			right.Identity.Address = "Vicolo dei Gelsomini 117"
		} else {
			right.Reason = plain("Segretissima")
		}
		r := mend(record, right)
		r.Corrections[0].Note = plain(wordsOfIntake)
		if _, err := peopleOf(o.manager).CorrectPersonRecords(t.Context(), r); err != nil {
			t.Fatal(err)
		}
	}
}

// provoke sends secrets in calls that are refused, and gives all that the
// server answered to them, with details.
func provoke(t *testing.T, o *office, person string) string {
	t.Helper()
	var answers strings.Builder
	keep := func(err error) {
		if err == nil {
			t.Error("a call that is wrong was accepted")
			return
		}
		answers.WriteString(protojson.Format(status.Convert(err).Proto()))
	}
	j := o.open(t, toSELF(person))
	register := func(change func(*personv1.RegisterPersonRequest)) error {
		r := &personv1.RegisterPersonRequest{
			CommandId: uuid.NewString(), OccurredOn: "2025-01-02", IdentifierKind: codice,
			Identity: &eventv1.Identity{Identifier: rossi.GetIdentifier(), Surname: "Segretissima", Address: rossi.GetAddress()},
		}
		change(r)
		_, err := personv1.NewPersonServiceClient(o.manager).RegisterPerson(t.Context(), r)
		return err
	}
	keep(register(func(r *personv1.RegisterPersonRequest) { r.Identity.Identifier = "RSSMRA80A01H501X" }))
	keep(register(func(r *personv1.RegisterPersonRequest) { r.Identity.BirthDate = "Segretissima" }))
	keep(register(func(r *personv1.RegisterPersonRequest) {
		r.Identity.Identifier += "Segretissima, Vicolo dei Gelsomini 117"
	}))
	keep(register(func(r *personv1.RegisterPersonRequest) { r.CommandId = "Segretissima" }))
	for _, record := range personRecords(t, o.manager, &personv1.ListPersonRecordsRequest{PersonId: person, MinPosition: o.last(t)}) {
		r := mend(record, nil)
		r.Corrections[0].What = &personv1.PersonRecordCorrection_Amend{Amend: &personv1.PersonContent{
			OccurredOn: "2999-01-01", Identity: rossi, Reason: plain(wordsOfIntake),
		}}
		_, err := peopleOf(o.manager).CorrectPersonRecords(t.Context(), r)
		keep(err)
	}
	signal := toSELF(person)
	signal.Comune, signal.ManagingBody, signal.Note = "Gelsomini", "Rossiconi", plain(wordsOfIntake)
	keep(send(t, o.manager, &casefilev1.Command{CommandId: "Mariolino", OccurredOn: "Verdolini"}, signal))
	for _, command := range []*casefilev1.Command{
		{CommandId: uuid.NewString(), CaseId: j.Case, OccurredOn: "2999-01-01"},
		{CommandId: uuid.NewString(), CaseId: uuid.NewString(), OccurredOn: "2025-03-01"},
		{CommandId: j.Case, CaseId: j.Case, OccurredOn: "2025-03-01"}, // the id of the command that opened the case
		{CommandId: uuid.NewString(), CaseId: j.Case, OccurredOn: "2025-03-01", Revision: 1},
	} {
		_, err := intakev1.NewIntakeServiceClient(o.manager).AttemptContact(t.Context(), &intakev1.AttemptContactRequest{
			Command: command, Fact: &eventv1.ContactAttempted{Channel: eventv1.Channel_CHANNEL_PHONE, Note: plain(wordsOfContact)},
		})
		if command.GetRevision() == 0 {
			keep(err) // a clash shows the caller's own words to the caller, who may read them
		} else if err == nil {
			t.Error("a clash was accepted")
		}
	}
	return answers.String()
}

func send(t *testing.T, conn grpc.ClientConnInterface, c *casefilev1.Command, signal *eventv1.Signalled) error {
	t.Helper()
	_, err := servertest.Send(t, conn, c, signal)
	return err
}

// recordsOf gives the bytes of every record of the log, with headers and stream.
func recordsOf(t *testing.T, o *office) string {
	t.Helper()
	var b strings.Builder
	for p := uint64(1); p <= o.last(t); p++ {
		record, err := o.Log().At(t.Context(), eventlog.Position(p))
		if err != nil {
			t.Fatal(err)
		}
		b.WriteString(string(record.Stream))
		for k, v := range record.Header {
			b.WriteString("\n" + k + ": " + v)
		}
		b.WriteString("\n" + string(record.Data) + "\n")
	}
	return b.String()
}
