package server_test

import (
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/testing/protocmp"

	"percorsi/internal/access"
	casefilev1 "percorsi/internal/gen/percorsi/casefile/v1"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	indicatorv1 "percorsi/internal/gen/percorsi/indicator/v1"
	personv1 "percorsi/internal/gen/percorsi/person/v1"
	"percorsi/internal/person"
	"percorsi/services/percorsi/server/servertest"
)

func peopleOf(conn grpc.ClientConnInterface) personv1.PersonServiceClient {
	return personv1.NewPersonServiceClient(conn)
}

const fromADocument = eventv1.LinkBasis_LINK_BASIS_DOCUMENT

// numbered gives the same ids in every log.
func numbered(about string) func() string {
	n := 0
	return func() string {
		n++
		return uuid.NewSHA1(uuid.NameSpaceURL, fmt.Appendf(nil, "%s/%d", about, n)).String()
	}
}

// registerAs makes a person known under an id, without any identifier.
func registerAs(t *testing.T, conn grpc.ClientConnInterface, id string, identity *eventv1.Identity, d *eventv1.Demographics) *personv1.PersonRecorded {
	t.Helper()
	return register(t, conn, &personv1.RegisterPersonRequest{
		CommandId: id, OccurredOn: "2025-01-02", IdentifierKind: eventv1.IdentifierKind_IDENTIFIER_KIND_NONE, Identity: identity, Demographics: d,
	})
}

// register makes a person known, and asks again where the search for possible
// duplicates did not end in time.
func register(t *testing.T, conn grpc.ClientConnInterface, r *personv1.RegisterPersonRequest) (answer *personv1.PersonRecorded) {
	t.Helper()
	poll(t, time.Minute, "possible duplicates are searched", func() bool {
		var err error
		if answer, err = peopleOf(conn).RegisterPerson(t.Context(), r); err != nil {
			t.Fatal(err)
		}
		return !answer.GetDuplicatesNotSearched()
	})
	return answer
}

// year is what an office records of two registrations in a year.
type year struct {
	people [2]string
	cases  []string
	// link is the revision of the link, 0 where there is none.
	link uint64
}

// live plays a year. Where it is erroneous, the two are linked in its first
// month, and unlinked in the first of the next.
func live(t *testing.T, o *office, erroneous bool) year {
	t.Helper()
	y, id := year{}, numbered("people")
	y.people[0] = registerAs(t, o.manager, id(), &eventv1.Identity{Surname: "Esempi", Name: "Una", BirthDate: "1990-02-01"},
		&eventv1.Demographics{Sex: eventv1.Sex_SEX_FEMALE}).GetPersonId()
	y.people[1] = registerAs(t, o.manager, id(), &eventv1.Identity{Surname: "Esempi", Name: "Una", BirthDate: "1990-01-02"},
		&eventv1.Demographics{Citizenship: eventv1.Citizenship_CITIZENSHIP_EU}).GetPersonId()
	path := func(n int, who, day string) *servertest.Journey {
		j := servertest.NewJourney(t, o.coordinator)
		j.ID = numbered(fmt.Sprint("case ", n))
		j.Do(day, toSELF(who))
		j.Do(day, assigned())
		j.Do(day, &eventv1.TakenInCharge{})
		y.cases = append(y.cases, j.Case)
		return j
	}
	train := func(j *servertest.Journey, from, to string) {
		p := j.Do(from, &eventv1.PathProposed{Kind: eventv1.PathKind_PATH_KIND_TRAINING, Host: "CFP-001", HostKind: eventv1.BodyKind_BODY_KIND_SCHOOL})
		j.Do(from, &eventv1.PathStarted{PathId: p, EndsOn: to})
		j.Do(to, &eventv1.PathConcluded{PathId: p, Outcome: eventv1.Outcome_OUTCOME_POSITIVE, Certificate: true})
	}
	before := path(0, y.people[0], "2025-01-10")
	if erroneous {
		answer, err := peopleOf(o.manager).LinkPersons(t.Context(), &personv1.LinkPersonsRequest{
			CommandId: uuid.NewString(), PersonId: y.people[1], OtherId: y.people[0], OccurredOn: "2025-01-20",
			Basis: eventv1.LinkBasis_LINK_BASIS_TYPING_ERROR, Reason: plain("i giorni del compleanno sono scambiati"),
		})
		if err != nil {
			t.Fatal(err)
		}
		y.link = answer.GetRevision()
	}
	train(before, "2025-02-01", "2025-06-01")
	train(path(1, y.people[1], "2025-03-01"), "2025-04-01", "2025-09-01")
	path(2, y.people[1], "2025-10-01")
	path(3, y.people[0], "2025-11-01")
	return y
}

// seen is all that is shown of the people and cases of a year, without places
// in the log, and with all figures.
type seen struct {
	Cases, People  []proto.Message
	Lists          []*casefilev1.ListCasesResponse
	Figures, BySex map[string]count
	Evidence       []string
}

func (o *office) seen(t *testing.T, y year) seen {
	t.Helper()
	out := seen{Figures: o.figures(t), BySex: o.split(t, indicatorv1.BreakDown_BREAK_DOWN_SEX)}
	for _, id := range y.cases {
		c := o.get(t, o.coordinator, id)
		out.Cases = append(out.Cases, withoutPlaces(c))
	}
	for _, p := range y.people {
		page, err := casefilev1.NewCaseFileServiceClient(o.coordinator).ListCases(t.Context(), &casefilev1.ListCasesRequest{PersonId: p, MinPosition: o.last(t)})
		if err != nil {
			t.Fatal(err)
		}
		out.Lists = append(out.Lists, withoutPlaces(page))
		shown, err := peopleOf(o.manager).GetPerson(t.Context(), &personv1.GetPersonRequest{PersonId: p, MinPosition: o.last(t)})
		if err != nil {
			t.Fatal(err)
		}
		out.People = append(out.People, withoutPlaces(shown))
	}
	x, err := indicatorv1.NewIndicatorServiceClient(o.planner).ExplainFigure(t.Context(),
		&indicatorv1.ExplainFigureRequest{IndicatorId: "H1.OUT.1", Period: "2025", PageSize: 100, MinPosition: o.last(t)})
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range x.GetEvidence() {
		out.Evidence = append(out.Evidence, e.GetCaseId()+" "+e.GetKey())
	}
	return out
}

// split gives the figures of H1 by a split.
func (o *office) split(t *testing.T, by indicatorv1.BreakDown) map[string]count {
	t.Helper()
	answer, err := indicatorv1.NewIndicatorServiceClient(o.planner).ListFigures(t.Context(),
		&indicatorv1.ListFiguresRequest{Period: "2025", By: by, IndicatorIds: []string{"H1.OUT.1"}, MinPosition: o.last(t)})
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]count{}
	for _, f := range answer.GetFigures() {
		out[f.GetId()+" "+f.GetGroup()] = count{f.GetNumerator(), f.GetDenominator(), f.GetUnknown()}
	}
	return out
}

// withoutPlaces takes out positions, revisions and moments, which are those of
// one log.
func withoutPlaces[M proto.Message](m M) M {
	out := proto.CloneOf(m)
	clearPlaces(out.ProtoReflect())
	return out
}

// TestALinkUndoneAYearLaterLeavesWhatARecordWithoutItWouldHave plays a year with
// a link by mistake, and the same year without.
func TestALinkUndoneAYearLaterLeavesWhatARecordWithoutItWouldHave(t *testing.T) {
	straight := openOffice(t)
	want := straight.seen(t, live(t, straight, false))
	onBothBackends(t, func(t *testing.T, o *office) {
		y := live(t, o, true)
		linked := o.seen(t, y)
		if n := len(linked.Lists[0].GetCases()); n != 4 {
			t.Errorf("while they are linked, %d cases are listed for the first, want all 4", n)
		}
		if a, b := linked.Figures["H1.OUT.1"].Numerator, want.Figures["H1.OUT.1"].Numerator; a != 1 || b != 2 {
			t.Errorf("%d persons while they are linked and %d in a record without the link, want 1 and 2", a, b)
		}
		if diff := cmp.Diff(want.Cases, linked.Cases, protocmp.Transform()); diff != "" {
			t.Errorf("a link changed a case (-without +with):\n%s", diff)
		}
		_, err := peopleOf(o.manager).UnlinkPersons(t.Context(), &personv1.UnlinkPersonsRequest{
			CommandId: uuid.NewString(), PersonId: y.people[0], OtherId: y.people[1], Revision: y.link, OccurredOn: "2026-01-20",
			Reason: plain("sono due cugine con lo stesso nome"),
		})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, o.seen(t, y), protocmp.Transform()); diff != "" {
			t.Errorf("(-without the link +linked and unlinked a year later):\n%s", diff)
		}
		verify(t, o.administrator)
	})
}

// TestTwoWhoSayTheOppositeOfTheSamePairMeet has many say something of one pair at
// once, each way round: one is recorded, all others clash with it.
func TestTwoWhoSayTheOppositeOfTheSamePairMeet(t *testing.T) {
	o := openOffice(t)
	a, b := servertest.Register(t, o.manager, "Foschini"), servertest.Register(t, o.manager, "Lunghini")
	o.settle(t)
	const many = 16
	results := make([]error, many)
	var talking sync.WaitGroup
	for i := range many {
		talking.Go(func() {
			one, other := a, b
			if i%2 == 1 {
				one, other = b, a
			}
			if i%4 < 2 {
				_, results[i] = peopleOf(o.coordinator).LinkPersons(t.Context(), &personv1.LinkPersonsRequest{
					CommandId: uuid.NewString(), PersonId: one, OtherId: other, OccurredOn: "2025-03-01", Basis: fromADocument,
				})
				return
			}
			_, results[i] = peopleOf(o.member).TellPersonsApart(t.Context(), &personv1.TellPersonsApartRequest{
				CommandId: uuid.NewString(), PersonId: one, OtherId: other, OccurredOn: "2025-03-01",
			})
		})
	}
	talking.Wait()
	accepted := 0
	for _, err := range results {
		switch status.Code(err) {
		case codes.OK:
			accepted++
		case codes.Aborted:
		default:
			t.Errorf("got %v", err)
		}
	}
	if accepted != 1 {
		t.Errorf("%d were recorded, want one", accepted)
	}
}

// settle waits until the read model has the whole log.
func (o *office) settle(t *testing.T) {
	t.Helper()
	last := o.last(t)
	poll(t, time.Minute, "the read model has the whole log", func() bool {
		_, err := casefilev1.NewCaseFileServiceClient(o.coordinator).ListCases(t.Context(), &casefilev1.ListCasesRequest{MinPosition: last})
		if err != nil && status.Code(err) != codes.Unavailable {
			t.Fatal(err)
		}
		return err == nil
	})
}

func TestALinkSentAgainGetsTheFirstAnswer(t *testing.T) {
	o := openOffice(t)
	a, b := servertest.Register(t, o.manager, "Foschini"), servertest.Register(t, o.manager, "Lunghini")
	o.settle(t)
	r := &personv1.LinkPersonsRequest{
		CommandId: uuid.NewString(), PersonId: a, OtherId: b, OccurredOn: "2025-03-01", Basis: fromADocument, Reason: plain("carta di identità"),
	}
	first, err := peopleOf(o.manager).LinkPersons(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	again, err := peopleOf(o.manager).LinkPersons(t.Context(), r)
	if diff := cmp.Diff(first, again, protocmp.Transform()); diff != "" || err != nil {
		t.Errorf("%v (-first +again):\n%s", err, diff)
	}
	r.PersonId, r.OtherId = b, a // another request, under the same id
	if _, err := peopleOf(o.manager).LinkPersons(t.Context(), r); status.Code(err) != codes.AlreadyExists {
		t.Errorf("another command under the id: %v", err)
	}
}

func TestWhoSaysSomethingOfTwoThatOthersSpokeOfIsShownWhatTheySaid(t *testing.T) {
	o := openOffice(t)
	a, b := servertest.Register(t, o.manager, "Foschini"), servertest.Register(t, o.manager, "Lunghini")
	link, err := peopleOf(o.manager).LinkPersons(t.Context(), &personv1.LinkPersonsRequest{
		CommandId: uuid.NewString(), PersonId: a, OtherId: b, OccurredOn: "2025-03-01", Basis: fromADocument, Reason: plain("carta di identità"),
	})
	if err != nil {
		t.Fatal(err)
	}
	_, err = peopleOf(o.member).TellPersonsApart(t.Context(), &personv1.TellPersonsApartRequest{
		CommandId: uuid.NewString(), PersonId: b, OtherId: a, OccurredOn: "2025-03-02", Reason: plain("due cugine"),
	})
	var clash *casefilev1.Clash
	for _, d := range status.Convert(err).Details() {
		if c, ok := d.(*casefilev1.Clash); ok {
			clash = c
		}
	}
	if status.Code(err) != codes.Aborted || clash.GetCurrentRevision() != link.GetRevision() || len(clash.GetTheirs()) != 1 {
		t.Fatalf("%v: %v", err, clash)
	}
	theirs, mine := clash.GetTheirs()[0], clash.GetMine()
	if theirs.GetType() != "person_linked" || theirs.GetUser() != "op.1" || theirs.GetBody() != body || theirs.GetPosition() != link.GetPosition() ||
		theirs.GetData().GetFields()["reason"].GetStringValue() != "carta di identità" {
		t.Errorf("theirs: %v", theirs)
	}
	if mine.GetType() != "persons_told_apart" || mine.GetOccurredOn() != "2025-03-02" || mine.GetData().GetFields()["reason"].GetStringValue() != "due cugine" {
		t.Errorf("mine: %v", mine)
	}
}

func TestAPersonShowsWhomElseTheRegistersKnowAsTheSame(t *testing.T) {
	onBothBackends(t, func(t *testing.T, o *office) {
		var ids []string
		for range 3 {
			// A ward is told of no duplicates, so its answer waits for no reader.
			ids = append(ids, servertest.Register(t, o.ward, "Verdolini"))
		}
		var link *personv1.BondRecorded
		for _, other := range ids[1:] {
			request := &personv1.LinkPersonsRequest{
				CommandId: uuid.NewString(), PersonId: ids[0], OtherId: other, OccurredOn: "2025-03-01", Basis: fromADocument, Reason: plain("stessa carta"),
			}
			poll(t, time.Minute, "who was registered a moment ago is linked", func() bool {
				var err error
				if link, err = peopleOf(o.manager).LinkPersons(t.Context(), request); err != nil && status.Code(err) != codes.Unavailable {
					t.Fatal(err)
				}
				return err == nil
			})
		}
		shown := func(of string) []*personv1.LinkedPerson {
			t.Helper()
			answer, err := peopleOf(o.member).GetPerson(t.Context(), &personv1.GetPersonRequest{PersonId: of, MinPosition: o.last(t)})
			if err != nil {
				t.Fatal(err)
			}
			return answer.GetLinked()
		}
		want := []*personv1.LinkedPerson{
			{
				PersonId: ids[0], Direct: true, Basis: fromADocument, Since: "2025-03-01", User: "op.1", Body: body,
				Reason: "stessa carta", Revision: link.GetRevision(),
			},
			{PersonId: ids[1]},
		}
		if diff := cmp.Diff(want, shown(ids[2]), protocmp.Transform()); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		// The third way around, undone: they are one all the same.
		if _, err := peopleOf(o.manager).LinkPersons(t.Context(), &personv1.LinkPersonsRequest{
			CommandId: uuid.NewString(), PersonId: ids[2], OtherId: ids[1], OccurredOn: "2025-03-02", Basis: fromADocument,
		}); err != nil {
			t.Fatal(err)
		}
		o.settle(t)
		undone, err := peopleOf(o.manager).UnlinkPersons(t.Context(), &personv1.UnlinkPersonsRequest{
			CommandId: uuid.NewString(), PersonId: ids[2], OtherId: ids[0], Revision: link.GetRevision(), OccurredOn: "2025-03-03", Reason: plain("errore"),
		})
		if err != nil || !undone.GetStillLinked() {
			t.Errorf("unlinked with a way around: %v, %v", undone, err)
		}
		if got := shown(ids[2]); len(got) != 2 || got[0].GetDirect() || !got[1].GetDirect() {
			t.Errorf("through the other one: %v", got)
		}
	})
}

// TestWhoIsInASealedCaseIsLinkedAndProposedByNobodyOutside has a shelter and the
// town register the same woman.
func TestWhoIsInASealedCaseIsLinkedAndProposedByNobodyOutside(t *testing.T) {
	o := openOffice(t)
	inside := o.as(access.Coordinator, "op.90", "CAV-LODI")
	identity := &eventv1.Identity{Surname: "Rifugini", Name: "Assunta", BirthDate: "1991-04-05", Address: "Via del Rifugio 1"}
	hidden := registerAs(t, inside, uuid.NewString(), identity, nil).GetPersonId()
	j := servertest.NewJourney(t, inside)
	j.Do("2025-01-15", &eventv1.Signalled{
		PersonId: hidden, Pathway: eventv1.Pathway_PATHWAY_GENERALE, Area: eventv1.Area_AREA_POVERTY,
		Service: eventv1.Service_SERVICE_ANTI_VIOLENCE_CENTRE, Comune: comune, ManagingBody: "CAV-LODI",
		SignalledByKind: eventv1.BodyKind_BODY_KIND_CITIZEN,
	})
	o.settle(t)
	town := registerAs(t, o.manager, uuid.NewString(), identity, nil)
	if len(town.GetDuplicates()) != 0 {
		t.Errorf("the town is told of %v", town.GetDuplicates())
	}
	open := town.GetPersonId()
	training := o.open(t, toSELF(open))
	o.settle(t)
	link := func(conn grpc.ClientConnInterface, one, other string) (*personv1.BondRecorded, error) {
		return peopleOf(conn).LinkPersons(t.Context(), &personv1.LinkPersonsRequest{
			CommandId: uuid.NewString(), PersonId: one, OtherId: other, OccurredOn: "2025-03-01", Basis: fromADocument,
		})
	}
	_, nobody := link(o.coordinator, open, uuid.NewString())
	for _, pair := range [][2]string{{open, hidden}, {hidden, open}} {
		_, err := link(o.coordinator, pair[0], pair[1])
		if status.Code(err) != codes.NotFound || status.Convert(err).Message() != status.Convert(nobody).Message() {
			t.Errorf("from outside: %v, want what is said of somebody unknown: %v", err, nobody)
		}
	}
	found, err := peopleOf(inside).FindDuplicates(t.Context(), &personv1.FindDuplicatesRequest{PersonId: hidden, MinPosition: o.last(t)})
	if err != nil || len(found.GetDuplicates()) != 1 || found.GetDuplicates()[0].GetPerson().GetPersonId() != open {
		t.Fatalf("inside is found: %v, %v", found, err)
	}
	if _, err := link(inside, hidden, open); err != nil {
		t.Fatal(err)
	}
	wantRecordsHidden(t, inside, o.coordinator, open, hidden, o.last(t))
	for _, tt := range []struct {
		conn   grpc.ClientConnInterface
		linked int
		sees   string // the one case of the two
	}{{inside, 1, j.Case}, {o.coordinator, 0, training.Case}} {
		answer, err := peopleOf(tt.conn).GetPerson(t.Context(), &personv1.GetPersonRequest{PersonId: open, MinPosition: o.last(t)})
		if err != nil || len(answer.GetLinked()) != tt.linked {
			t.Errorf("%d others are shown, want %d: %v", len(answer.GetLinked()), tt.linked, err)
		}
		page, err := casefilev1.NewCaseFileServiceClient(tt.conn).ListCases(t.Context(), &casefilev1.ListCasesRequest{PersonId: open, MinPosition: o.last(t)})
		if err != nil || len(page.GetCases()) != 1 || page.GetCases()[0].GetCaseId() != tt.sees {
			t.Errorf("the cases %v are listed, want %s: %v", page.GetCases(), tt.sees, err)
		}
	}
	x, err := indicatorv1.NewIndicatorServiceClient(o.planner).ExplainFigure(t.Context(),
		&indicatorv1.ExplainFigureRequest{IndicatorId: "H1.OUT.1", Period: "2025", MinPosition: o.last(t)})
	if err != nil || len(x.GetEvidence()) != 1 || x.GetEvidence()[0].GetCaseId() != training.Case || x.GetEvidence()[0].GetKey() != open {
		t.Errorf("behind a figure is shown %v, %v", x.GetEvidence(), err)
	}
	if _, err := peopleOf(o.coordinator).GetPerson(t.Context(), &personv1.GetPersonRequest{PersonId: hidden}); status.Code(err) != codes.NotFound {
		t.Errorf("a link opened who is hidden: %v", err)
	}
}

// spelled gives another registration of a fictional person.
func spelled(change func(*eventv1.Identity)) *eventv1.Identity {
	out := &eventv1.Identity{Surname: "El Khattabini", Name: "Yousra", BirthDate: "1988-03-11"}
	if change != nil {
		change(out)
	}
	return out
}

func TestARegistrationIsToldWhoItMayBeAlready(t *testing.T) {
	onBothBackends(t, func(t *testing.T, o *office) {
		first := registerAs(t, o.manager, uuid.NewString(), spelled(nil), &eventv1.Demographics{Comune: comune}).GetPersonId()
		registerAs(t, o.manager, uuid.NewString(), &eventv1.Identity{Surname: "Bianchini", Name: "Ada", BirthDate: "1988-03-11"}, nil)
		var likely []string
		for name, tt := range map[string]struct {
			change func(*eventv1.Identity)
			d      *eventv1.Demographics
			want   personv1.Likeness
		}{
			"the same":                      {nil, nil, personv1.Likeness_LIKENESS_SAME_NAME},
			"transliterated":                {func(i *eventv1.Identity) { i.Surname, i.Name = "Elkattabini", "Iusra" }, nil, personv1.Likeness_LIKENESS_NAME_SOUNDS_SAME},
			"a letter wrong in the surname": {func(i *eventv1.Identity) { i.Surname = "El Khatatbini" }, nil, personv1.Likeness_LIKENESS_NAME_TYPED},
			"surname for name":              {func(i *eventv1.Identity) { i.Surname, i.Name = i.GetName(), i.GetSurname() }, nil, personv1.Likeness_LIKENESS_NAME_SWAPPED},
			"day for month":                 {func(i *eventv1.Identity) { i.BirthDate = "1988-11-03" }, nil, personv1.Likeness_LIKENESS_BIRTH_DATE_SWAPPED},
			"a digit of the day":            {func(i *eventv1.Identity) { i.BirthDate = "1988-03-12" }, nil, personv1.Likeness_LIKENESS_BIRTH_DATE_TYPED},
			"only the year": {
				func(i *eventv1.Identity) { i.BirthDate = "" },
				&eventv1.Demographics{BirthYear: 1988, Comune: comune},
				personv1.Likeness_LIKENESS_SAME_BIRTH_YEAR,
			},
		} {
			answer := registerAs(t, o.manager, uuid.NewString(), spelled(tt.change), tt.d)
			likely = append(likely, answer.GetPersonId())
			i := slices.IndexFunc(answer.GetDuplicates(), func(d *personv1.PossibleDuplicate) bool { return d.GetPerson().GetPersonId() == first })
			switch {
			case i < 0:
				t.Errorf("%s: %v are proposed, not the first", name, answer.GetDuplicates())
			case !slices.Contains(answer.GetDuplicates()[i].GetLikeness(), tt.want), answer.GetDuplicates()[i].GetPerson().GetIdentity().GetName() != "Yousra":
				t.Errorf("%s: %v", name, answer.GetDuplicates()[i])
			}
		}
		// One is linked and one told apart: neither is proposed any more.
		if _, err := peopleOf(o.manager).LinkPersons(t.Context(), &personv1.LinkPersonsRequest{
			CommandId: uuid.NewString(), PersonId: first, OtherId: likely[0], OccurredOn: "2025-03-01", Basis: fromADocument,
		}); err != nil {
			t.Fatal(err)
		}
		apart, err := peopleOf(o.member).TellPersonsApart(t.Context(), &personv1.TellPersonsApartRequest{
			CommandId: uuid.NewString(), PersonId: first, OtherId: likely[1], OccurredOn: "2025-03-01",
		})
		if err != nil {
			t.Fatal(err)
		}
		find := func(all bool) map[string]uint64 {
			t.Helper()
			found, err := peopleOf(o.manager).FindDuplicates(t.Context(), &personv1.FindDuplicatesRequest{PersonId: first, ToldApart: all, MinPosition: o.last(t)})
			if err != nil {
				t.Fatal(err)
			}
			out := map[string]uint64{}
			for _, d := range found.GetDuplicates() {
				out[d.GetPerson().GetPersonId()] = d.GetBondRevision()
			}
			return out
		}
		want := map[string]uint64{}
		for _, id := range likely[2:] {
			want[id] = 0
		}
		if diff := cmp.Diff(want, find(false)); diff != "" {
			t.Errorf("still proposed (-want +got):\n%s", diff)
		}
		want[likely[1]] = apart.GetRevision()
		if diff := cmp.Diff(want, find(true)); diff != "" {
			t.Errorf("with who was told apart (-want +got):\n%s", diff)
		}
	})
}

func TestAnOmocodeAndTheCodeItStandsForAreProposedAndAReportingBodyIsToldOfNobody(t *testing.T) {
	o := openOffice(t)
	first, omocode := registerUnder(t, o.manager, mariosCode, "Rossi", "Mario"), mariosCode.Variant(1)
	if told := registerUnder(t, o.ward, omocode, "Rossi", "Mario"); len(told.GetDuplicates()) != 0 {
		t.Errorf("a ward is told of %v", told.GetDuplicates())
	}
	known := registerUnder(t, o.manager, omocode, "Rossi", "Mario")
	if !known.GetAlreadyKnown() || len(known.GetDuplicates()) != 1 || known.GetDuplicates()[0].GetPerson().GetPersonId() != first.GetPersonId() ||
		known.GetDuplicates()[0].GetLikeness()[0] != personv1.Likeness_LIKENESS_SAME_BASE_CODE {
		t.Errorf("the omocode: %v", known)
	}
}

// mariosCode is what a fictional Mario Rossi would have.
const mariosCode = person.CodiceFiscale("RSSMRA80A01H501U")

// registerUnder makes a person known under a code.
func registerUnder(t *testing.T, conn grpc.ClientConnInterface, code person.CodiceFiscale, surname, name string) *personv1.PersonRecorded {
	t.Helper()
	return register(t, conn, &personv1.RegisterPersonRequest{
		CommandId: uuid.NewString(), OccurredOn: "2025-01-02", IdentifierKind: codice,
		Identity: &eventv1.Identity{Identifier: string(code), Surname: surname, Name: name},
	})
}

func TestWhoIsRegisteredUnderTheCodeOfAnotherIsAnsweredWithAWarning(t *testing.T) {
	o := openOffice(t)
	for _, step := range []struct {
		what          string
		by            grpc.ClientConnInterface
		surname, name string
		warned        bool
	}{
		{"the first", o.manager, "Rossi", "Mario", false},
		{"the same again", o.manager, "ROSSI", "Mario", false},
		{"the same with a typing error", o.manager, "Rosi", "Mario", false},
		{"somebody without a name", o.manager, "", "", false},
		{"somebody else", o.manager, "Verdi", "Lucia", true},
		{"somebody else, by a reporting body", o.ward, "Verdi", "Lucia", false},
	} {
		if answer := registerUnder(t, step.by, mariosCode, step.surname, step.name); answer.GetKnownByAnotherName() != step.warned {
			t.Errorf("%s: %v", step.what, answer)
		}
	}
}

func TestNobodyOutsideASealedCaseLearnsByGuessingWhoIsInIt(t *testing.T) {
	onBothBackends(t, func(t *testing.T, o *office) {
		inside := o.as(access.Coordinator, "op.90", "CAV-LODI")
		hidden := registerUnder(t, inside, mariosCode, "Rossi", "Mario").GetPersonId()
		servertest.NewJourney(t, inside).Do("2025-01-15", &eventv1.Signalled{
			PersonId: hidden, Pathway: eventv1.Pathway_PATHWAY_GENERALE, Area: eventv1.Area_AREA_POVERTY,
			Service: eventv1.Service_SERVICE_ANTI_VIOLENCE_CENTRE, Comune: comune, ManagingBody: "CAV-LODI",
			SignalledByKind: eventv1.BodyKind_BODY_KIND_CITIZEN,
		})
		o.settle(t)
		right, wrong := registerUnder(t, o.manager, mariosCode, "Rossi", "Mario"), registerUnder(t, o.manager, mariosCode, "Verdi", "Lucia")
		if diff := cmp.Diff(right, wrong, protocmp.Transform()); diff != "" {
			t.Errorf("outside, a right name and a wrong one are answered differently:\n%s", diff)
		}
		if answer := registerUnder(t, inside, mariosCode, "Verdi", "Lucia"); !answer.GetKnownByAnotherName() {
			t.Errorf("inside: %v", answer)
		}
	})
}
