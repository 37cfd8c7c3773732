package server_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"percorsi/internal/access"
	"percorsi/internal/eventlog"
	casefilev1 "percorsi/internal/gen/percorsi/casefile/v1"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	personv1 "percorsi/internal/gen/percorsi/person/v1"
	"percorsi/internal/privacy"
	"percorsi/services/percorsi/server"
	"percorsi/services/percorsi/server/servertest"
)

// apart starts servers of one deployment, none of which can take a case through
// its pathway alone.
func apart(t *testing.T, g *servertest.Group) *office {
	t.Helper()
	if g.Postgres != "" {
		g.Start(server.Projector) // the only one that writes the read model
	}
	g.Start(server.Intake, server.Person)
	reads := g.Start(server.CaseFile, server.Indicator, server.EventLog)
	g.Start(server.Assessment, server.Project, server.Discharge)
	return officeBy(reads, g.As)
}

// TestACaseGoesThroughProcessesThatEachServeAPart shares one deployment of each
// kind.
func TestACaseGoesThroughProcessesThatEachServeAPart(t *testing.T) {
	for name, group := range groups {
		t.Run(name, func(t *testing.T) {
			g := group(t)
			o := apart(t, g)
			t.Run("and moves the figures that it should", func(t *testing.T) { travelAll(t, o) })
			t.Run("and is read in another one as soon as it is recorded", func(t *testing.T) { readAtOnce(t, o) })
			verify(t, o.administrator)
			if g.Postgres != "" {
				reconcile(t, o.administrator)
			}
		})
	}
}

// groups makes deployments whose servers each have a read model in memory, or
// share one.
var groups = map[string]func(testing.TB) *servertest.Group{
	"with read models in memory":          servertest.NewGroup,
	"with one read model for all of them": servertest.NewGroupOnPostgres,
}

// readAtOnce takes turns: a command here, and there a question that states the
// position of its answer.
func readAtOnce(t *testing.T, o *office) {
	for range 20 {
		person := servertest.Register(t, o.manager, "Moretti")
		j := servertest.NewJourney(t, o.coordinator)
		j.Do("2025-01-15", toSELF(person))
		o.wantShown(t, j)
		j.Do("2025-02-01", &eventv1.TakenInCharge{})
		o.wantShown(t, j)
		j.Do("2025-02-02", &eventv1.EligibilityAssessed{Eligible: true, Note: plain(wordsOfContact)})
		o.wantShown(t, j)
		j.Do("2025-02-03", &eventv1.ProjectDrafted{Measure: eventv1.Measure_MEASURE_SELF, StartsOn: "2025-02-03"})
		o.wantShown(t, j)
		words, _ := o.history(t, o.manager, j.Case)[2].GetData().AsMap()["note"].(string)
		if words != wordsOfContact {
			t.Errorf("what one process sealed another one reads as %q", words)
		}
	}
}

// wantShown asks for the case as it is after the last step of a journey, and
// gives it.
func (o *office) wantShown(t *testing.T, j *servertest.Journey) *casefilev1.Case {
	t.Helper()
	answer, err := casefilev1.NewCaseFileServiceClient(o.coordinator).GetCase(t.Context(),
		&casefilev1.GetCaseRequest{CaseId: j.Case, MinPosition: j.Last.GetPosition()})
	if err != nil {
		t.Fatalf("read what was recorded at %d: %v", j.Last.GetPosition(), err)
	}
	shown := map[string]uint64{}
	for _, p := range answer.GetCase().GetParts() {
		shown[p.GetPart()] = p.GetRevision()
	}
	if got := shown[j.Last.GetPart()]; answer.GetPosition() < j.Last.GetPosition() || got != j.Last.GetRevision() {
		t.Errorf("read at %d, the part %s has revision %d, and was recorded at %d", answer.GetPosition(), j.Last.GetPart(), got, j.Last.GetPosition())
	}
	return answer.GetCase()
}

// TestSeveralProcessesThatServeTheSame share one deployment of each kind, and
// calls go to all of them by turns.
func TestSeveralProcessesThatServeTheSame(t *testing.T) {
	for name, group := range groups {
		t.Run(name, func(t *testing.T) { servingTheSame(t, group(t)) })
	}
}

func servingTheSame(t *testing.T, g *servertest.Group) {
	processes := []*servertest.Running{g.Start(), g.Start(), g.Start()}
	o := officeBy(processes[0], g.As)
	o.patience = 20
	atTheSameTime(t, o)
	for name, test := range map[string]func(*testing.T){
		"two who change one part in two of them clash":          func(t *testing.T) { clashApart(t, processes[0], processes[1]) },
		"a command sent again to another gets its first answer": func(t *testing.T) { sentAgainApart(t, o) },
		"a person is known in all of them, and erased in all":   func(t *testing.T) { personApart(t, g, processes) },
	} {
		t.Run(name, test)
	}
	if g.Postgres != "" {
		reconcile(t, o.administrator)
	}
}

// clashApart wants whoever is second to be shown what the first one wrote.
func clashApart(t *testing.T, one, other *servertest.Running) {
	here, there := one.As(access.CaseManager, "op.1", body), other.As(access.CaseManager, "op.2", body)
	j := servertest.NewJourney(t, here)
	j.Do("2025-01-15", toSELF(servertest.Register(t, here, "Moroni")))
	first := j.Do("2025-02-02", &eventv1.NeedsRecorded{Needs: []eventv1.Need{eventv1.Need_NEED_ECONOMIC}})

	late := &colleague{t: t, user: "op.2", conn: there, file: j.Case}
	_, err := late.send(uuid.NewString(), 0, &eventv1.NeedsRecorded{Needs: []eventv1.Need{eventv1.Need_NEED_CARE}})
	clash := clashOf(err)
	if clash == nil || clash.GetCurrentRevision() != j.Last.GetRevision() || len(clash.GetTheirs()) != 1 || clash.GetTheirs()[0].GetCommandId() != first {
		t.Fatalf("the second change is answered %v with %v, want the first one at %d", err, clash, j.Last.GetRevision())
	}
	if clash.GetTheirs()[0].GetUser() != "op.1" {
		t.Errorf("the first change is said to be by %s", clash.GetTheirs()[0].GetUser())
	}
	again, err := late.send(uuid.NewString(), clash.GetCurrentRevision(), &eventv1.NeedsRecorded{Needs: []eventv1.Need{eventv1.Need_NEED_CARE}})
	if err != nil || again.GetRevision() <= clash.GetCurrentRevision() {
		t.Errorf("decided on what was shown: %v, %v", again, err)
	}
}

// sentAgainApart sends a command to one process right after another answered.
func sentAgainApart(t *testing.T, o *office) {
	person := servertest.Register(t, o.manager, "Negri")
	for range 20 {
		s := &sent{command: &casefilev1.Command{CommandId: uuid.NewString(), OccurredOn: "2025-01-15"}, content: toSELF(person)}
		for range 3 {
			if err := s.send(t, o.manager); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// personApart registers a person once in each process, and destroys the key by
// hand.
func personApart(t *testing.T, g *servertest.Group, processes []*servertest.Running) {
	var people []*personv1.PersonRecorded
	for _, r := range processes {
		answer, err := personv1.NewPersonServiceClient(r.As(access.CaseManager, "op.1", body)).RegisterPerson(t.Context(), &personv1.RegisterPersonRequest{
			CommandId: uuid.NewString(), OccurredOn: "2025-01-02",
			IdentifierKind: eventv1.IdentifierKind_IDENTIFIER_KIND_STP, Identity: &eventv1.Identity{Identifier: "STP0300000012345", Surname: "Bianchi"},
		})
		if err != nil {
			t.Fatal(err)
		}
		people = append(people, answer)
	}
	for i, p := range people {
		if p.GetAlreadyKnown() != (i > 0) || p.GetPersonId() != people[0].GetPersonId() {
			t.Errorf("registered in process %d: %v; in the first one: %v", i, p, people[0])
		}
	}
	id := people[0].GetPersonId()
	at := linkedWithReason(t, processes[0], id)
	for _, r := range processes {
		if got := shown(t, r, id, at); got.GetErased() || got.GetIdentity().GetSurname() != "Bianchi" {
			t.Errorf("the person is shown as %v", got)
		}
	}
	keys, err := pgx.Connect(t.Context(), g.Keys)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = keys.Close(t.Context()) }()
	if _, err := keys.Exec(t.Context(), "delete from percorsi_keys.keys where person = $1", id); err != nil {
		t.Fatal(err)
	}
	for _, r := range processes {
		tick := time.NewTicker(time.Millisecond)
		defer tick.Stop()
		for began := time.Now(); !shown(t, r, id, at).GetErased(); <-tick.C {
			if time.Since(began) > time.Minute {
				t.Fatal("the key is gone, and a process still opens what it sealed")
			}
		}
		records := personRecords(t, r.As(access.Coordinator, "op.3", body), &personv1.ListPersonRecordsRequest{PersonId: id, MinPosition: at})
		if len(records) != 2 {
			t.Errorf("%d records of a person who was registered and linked", len(records))
		}
		for _, one := range records {
			stands, words := one.GetStands(), one.GetStands().GetReason().GetPlain()
			if stands.GetOccurredOn() == "" || stands.GetIdentity() != nil || words != "" && words != privacy.Erased {
				t.Errorf("of an erased person a record shows %v", stands)
			}
		}
	}
}

// linkedWithReason links a person with somebody whose pseudonym is larger, so that
// the reason is sealed with the key of the person, and gives the position.
func linkedWithReason(t *testing.T, r *servertest.Running, id string) uint64 {
	conn := r.As(access.CaseManager, "op.1", body)
	other := registerAs(t, conn, "ffffffff-ffff-4fff-bfff-ffffffffffff", &eventv1.Identity{Surname: "Bianchi"}, nil).GetPersonId()
	answer, err := peopleOf(conn).LinkPersons(t.Context(), &personv1.LinkPersonsRequest{
		CommandId: uuid.NewString(), PersonId: id, OtherId: other, OccurredOn: "2025-01-10",
		Basis: eventv1.LinkBasis_LINK_BASIS_OTHER, Reason: plain("la stessa residenza"),
	})
	if err != nil {
		t.Fatal(err)
	}
	return answer.GetPosition()
}

// shown asks a process who a person is, for somebody who may know.
func shown(t *testing.T, r *servertest.Running, person string, at uint64) *personv1.Person {
	t.Helper()
	conn := r.As(access.Coordinator, "op.3", body)
	answer, err := personv1.NewPersonServiceClient(conn).GetPerson(t.Context(), &personv1.GetPersonRequest{PersonId: person, MinPosition: at})
	if err != nil {
		t.Fatal(err)
	}
	return answer.GetPerson()
}

// TestServersThatStartTogetherPublishOnePlan on the empty log that they find.
func TestServersThatStartTogetherPublishOnePlan(t *testing.T) {
	g := servertest.NewGroup(t)
	r := g.Begin()
	for _, other := range []*servertest.Running{g.Begin(), g.Begin(), r} {
		other.WaitReady()
	}
	last, err := r.Log().Last(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	plans := 0
	for p := eventlog.Position(1); p <= last; p++ {
		record, err := r.Log().At(t.Context(), p)
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasPrefix(string(record.Stream), "plan.") {
			plans++
		}
	}
	if plans != 1 {
		t.Errorf("%d plans were published, want 1", plans)
	}
}
