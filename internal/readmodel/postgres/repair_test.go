package postgres_test

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"

	"percorsi/internal/casework"
	"percorsi/internal/eventlog"
	"percorsi/internal/fault"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	"percorsi/internal/readmodel"
	"percorsi/internal/readmodel/postgres"
)

// full writes a case that has a row in each table, and gives its stream.
func full(t *testing.T, b *book) eventlog.Stream {
	t.Helper()
	opening := signal(t, func(f *eventv1.Signalled) {
		f.Pathway, f.Service = eventv1.Pathway_PATHWAY_DISCHARGE, eventv1.Service_SERVICE_PROTECTED_DISCHARGE
	})
	b.write(opening)
	s := opening.GetStream()
	project := uuid.NewString()
	b.write(commit(t, s, &eventv1.TakenInCharge{}, &eventv1.NeedsRecorded{Needs: []eventv1.Need{1, 2}}))
	b.write(commit(t, s, &eventv1.TeamMemberAdded{MemberId: uuid.NewString(), User: "op-002", Body: "COOP-A", Profession: 1}))
	b.write(commit(t, s, &eventv1.MeetingCalled{MeetingId: uuid.NewString(), MeetingOn: "2025-04-01", Bodies: []string{"ATS"}}))
	b.write(commit(t, s, &eventv1.AssessmentOpened{AssessmentId: uuid.NewString(), Form: 1}))
	b.write(commit(t, s, &eventv1.ProjectDrafted{ProjectId: project, Measure: 1, StartsOn: "2025-04-01", EndsOn: "2025-12-31"}))
	b.write(commit(t, s, &eventv1.SupportArranged{SupportId: uuid.NewString(), ProjectId: project, Kind: 1, Provider: "COOP-B", Quantity: 10, Unit: 1}))
	b.write(commit(t, s, &eventv1.PathProposed{PathId: uuid.NewString(), Kind: 1, Host: "FARM"}))
	b.write(commit(t, s, &eventv1.Referred{ReferralId: uuid.NewString(), Kind: 1, ToBody: "CPI"}))
	b.write(commit(t, s, &eventv1.DischargeReported{Line: 1, Source: 1, ReportedBy: "ASST", ExpectedOn: "2025-04-10"}))
	return eventlog.Stream(s)
}

// tampering changes rows of one stream: the statement, which has the id of the
// stream as $1, and the table where that shows.
type tampering struct{ table, sql string }

// ofCases tampers with each table of a case: rows that say something else,
// rows that are missing, and rows too many.
var ofCases = []tampering{
	{"cases", "update percorsi.cases set case_manager = 'op-999' where case_id = $1"},
	{"cases", "update percorsi.cases set readers = array_append(readers, 'w:X') where case_id = $1"},
	{"cases", "update percorsi.cases set closed_on = '2025-05-05' where case_id = $1"},
	{"cases", "delete from percorsi.cases where case_id = $1"},
	{"case_people", "update percorsi.case_people set relation = 'CHILD' where case_id = $1"},
	{"case_people", "delete from percorsi.case_people where case_id = $1"},
	{"case_people", "insert into percorsi.case_people values ('nobody', $1, '', '')"},
	{"case_parts", "update percorsi.case_parts set revision = revision + 1 where case_id = $1 and part = 'intake'"},
	{"case_parts", "insert into percorsi.case_parts values ($1, 'x', 1)"},
	{"clocks", "update percorsi.clocks set due_on = due_on + 1 where case_id = $1"},
	{"clocks", "delete from percorsi.clocks where case_id = $1"},
	{"clocks", "insert into percorsi.clocks select case_id, nth + 100, name, label, source, about, started_on, due_on, due_at, due, opened, managing_body, case_manager, sealed, readers from percorsi.clocks where case_id = $1"},
	{"team_members", "update percorsi.team_members set to_on = '2025-05-05' where case_id = $1"},
	{"meetings", "update percorsi.meetings set bodies = '{}' where case_id = $1"},
	{"assessments", "delete from percorsi.assessments where case_id = $1"},
	{"projects", "update percorsi.projects set budget_cents = 1 where case_id = $1"},
	{"projects", "update percorsi.projects set next_monitoring_on = '2025-05-05' where case_id = $1"},
	{"projects", "update percorsi.projects set refusals = refusals + 1 where case_id = $1"},
	{"projects", "insert into percorsi.projects select case_id, 'x', measure, version, drafted_on, starts_on, ends_on, signed_on, refused_on, goals, goals_reached, commitments, commitments_kept, budget_cents, monitored, concluded_on, outcome, refusals, next_monitoring_on from percorsi.projects where case_id = $1"},
	{"supports", "update percorsi.supports set delivered = 5 where case_id = $1"},
	{"paths", "delete from percorsi.paths where case_id = $1"},
	{"referrals", "update percorsi.referrals set to_body = to_body || ' ' where case_id = $1"},
	{"discharges", "update percorsi.discharges set admitted = not admitted where case_id = $1"},
	{"discharges", "delete from percorsi.discharges where case_id = $1"},
	{"quarantine", "insert into percorsi.quarantine values ('case.' || $1::uuid, 3, now(), 'made up', 0)"},
}

// ofPeople and ofPlans tamper with the rows of others.
var (
	ofPeople = []tampering{
		{"people", "update percorsi.people set identifier_key = 'x' where person_id = $1"},
		{"people", "delete from percorsi.people where person_id = $1"},
		{"person_search_keys", "insert into percorsi.person_search_keys values ('NERI', $1)"},
		{"person_search_keys", "delete from percorsi.person_search_keys where person_id = $1"},
	}
	ofPlans = []tampering{
		{"plans", "update percorsi.plans set activities = 7 where plan_id = $1"},
		{"plans", "delete from percorsi.plans where plan_id = $1"},
	}
)

// tampered does each of a list to a stream of its own, and gives what has to be
// found.
func tampered(t *testing.T, p *pgxpool.Pool, all []tampering, streams []eventlog.Stream) (want []readmodel.Difference) {
	t.Helper()
	for i, of := range all {
		_, id := readmodel.Split(streams[i])
		if n := exec(t, p, of.sql, id); n == 0 {
			t.Fatalf("%s: there was no such row", of.sql)
		}
		want = append(want, readmodel.Difference{Stream: string(streams[i]), Table: of.table})
	}
	return want
}

// differ fails unless exactly that is found.
func differ(t *testing.T, want, found []readmodel.Difference, total int) {
	t.Helper()
	var got []readmodel.Difference
	for _, d := range found {
		if d.What == "" || strings.Contains(d.What, "NERI") {
			t.Errorf("of %s it says %q", d.Stream, d.What)
		}
		d.What = ""
		got = append(got, d)
	}
	order := func(a, b readmodel.Difference) int {
		return cmp.Or(strings.Compare(a.Stream, b.Stream), strings.Compare(a.Table, b.Table))
	}
	slices.SortFunc(want, order)
	slices.SortFunc(got, order)
	if !slices.Equal(want, got) || total != len(want) {
		t.Errorf("%d differences: %v, want %v", total, got, want)
	}
}

func TestEveryRowThatIsNotWhatTheLogSaysIsFoundAndRepaired(t *testing.T) {
	t.Parallel()
	b, p := newBook(t), pool(t)
	for range len(ofCases) + 3 {
		full(t, b)
	}
	streams := b.streams(readmodel.CaseStream)
	m := open(t, p, needs(t))
	b.tell(m, 0)
	whole := everyRow(t, p)
	want := tampered(t, p, ofCases, streams)
	found, err := m.Reconcile(t.Context(), b, nil)
	if err != nil {
		t.Fatal(err)
	}
	differ(t, want, found.Differences, found.Total)
	for i, s := range streams {
		got, err := m.Repair(t.Context(), idOf(t, s))
		if err != nil || !got.Whole || got.Reason != "" || got.Changed != (i < len(ofCases)) {
			t.Errorf("case %d: %+v, %v", i, got, err)
		}
	}
	if got := everyRow(t, p); got != whole {
		t.Errorf("the rows are not what they were:\n%s\n%s", got, whole)
	}
	isTheLog(t, b, m)
}

func TestRowsOfPeopleAndPlansThatDifferAreFoundAndReplaced(t *testing.T) {
	t.Parallel()
	b, p := newBook(t), pool(t)
	for range len(ofPeople) + 2 {
		b.write(commit(t, "person."+uuid.NewString(), &eventv1.PersonRegistered{
			IdentifierKind: 1, Identity: []byte("sealed"), IdentifierKey: []byte("A"), SearchKeys: [][]byte{[]byte("ROSSI")},
		}))
	}
	for i := range len(ofPlans) + 1 {
		c := publication(t, 1)
		f := c.GetFacts()[0].GetPlanPublished()
		f.GetPlan().PlanId = fmt.Sprint("PLAN-", i)
		c.Stream = readmodel.PlanStream + "." + f.GetPlan().GetPlanId()
		b.write(c)
	}
	m := open(t, p, needs(t))
	b.tell(m, 0)
	want := append(
		tampered(t, p, ofPeople, b.streams(readmodel.PersonStream)),
		tampered(t, p, ofPlans, b.streams(readmodel.PlanStream))...)
	built := rebuild(t, m, b)
	differ(t, want, built.Differences, built.Total)
	isTheLog(t, b, m)
}

func TestManyDifferencesAreCountedAndTheFirstAreTold(t *testing.T) {
	t.Parallel()
	b, p := newBook(t), pool(t)
	for range readmodel.MaxDifferences + 20 {
		b.write(signal(t, nil))
	}
	m := open(t, p, needs(t))
	b.tell(m, 0)
	exec(t, p, "update percorsi.cases set stage = 'nowhere'")
	found, err := m.Reconcile(t.Context(), b, nil)
	if err != nil {
		t.Fatal(err)
	}
	if found.Total != readmodel.MaxDifferences+20 || len(found.Differences) != readmodel.MaxDifferences || found.Cases != uint64(found.Total) {
		t.Errorf("%d differences of %d are told, of %d cases", len(found.Differences), found.Total, found.Cases)
	}
}

func TestACaseThatNobodyOpenedCannotBeRepaired(t *testing.T) {
	t.Parallel()
	b, p := district(t, 22, 3), pool(t)
	m := open(t, p, needs(t))
	b.tell(m, 0)
	if _, err := m.Repair(t.Context(), uuid.New()); fault.KindOf(err) != fault.NotFound {
		t.Errorf("%v, want that there is no such case", err)
	}
	onlyTheLive(t, p)
}

// TestWhoWritesGoesOnAfterARepair repairs beside the process that writes.
func TestWhoWritesGoesOnAfterARepair(t *testing.T) {
	t.Parallel()
	b, p := district(t, 23, 10), pool(t)
	m, other := open(t, p, needs(t)), open(t, p, needs(t))
	ids := b.streams(readmodel.CaseStream)
	for upTo := eventlog.Position(20); upTo <= b.at; upTo += 20 {
		b.tell(m, upTo)
		s := ids[int(upTo/20)%len(ids)]
		exec(t, p, "update percorsi.cases set case_manager = 'op-999', last = last where case_id = $1", idOf(t, s))
		for _, who := range []*postgres.Model{m, other} {
			if _, err := who.Repair(t.Context(), idOf(t, s)); err != nil && fault.KindOf(err) != fault.NotFound {
				t.Error(err)
			}
		}
	}
	b.tell(m, 0)
	isTheLog(t, b, m)
}

// older makes rows as a program leaves them that could not fold a case from one
// of its commits on: the stream is in quarantine, and the case as it was.
func older(t *testing.T, p *pgxpool.Pool, b *book, s eventlog.Stream) (stoppedAt casework.Position) {
	t.Helper()
	var of []eventlog.Position
	for _, d := range b.deliveries(0, 0) {
		if d.Record.Stream == s {
			of = append(of, d.Record.Position)
		}
	}
	half := len(of) / 2
	short := newBook(t)
	for _, d := range b.deliveries(0, 0) {
		if d.Record.Stream == s && d.Record.Position >= of[half] {
			short.poison(s)
			continue
		}
		short.raw(d.Record.Stream, d.Record.Header, d.Record.Data)
	}
	m := open(t, p, needs(t))
	short.tell(m, 0)
	closed(t, m)
	for _, d := range b.deliveries(0, 0) {
		exec(t, p, "update percorsi_log.commits set data = $1, header = $2 where position = $3 and stream = $4",
			d.Record.Data, d.Record.Header, int64(d.Record.Position), string(s))
	}
	return casework.Position(of[half])
}

func TestAStreamThatCanBeFoldedNowGoesOn(t *testing.T) {
	t.Parallel()
	for name, resume := range map[string]func(t *testing.T, m *postgres.Model, id casework.CaseID) error{
		"once somebody leads": func(t *testing.T, m *postgres.Model, _ casework.CaseID) error { return m.Lead(t.Context()) },
		"once it is repaired": func(t *testing.T, m *postgres.Model, id casework.CaseID) error {
			got, err := m.Repair(t.Context(), id)
			if err == nil && (!got.Changed || !got.Whole) {
				err = fmt.Errorf("%+v", got)
			}
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			b, p := district(t, 24, 6), pool(t)
			streams := b.streams(readmodel.CaseStream)
			s := streams[0]
			for _, other := range streams {
				if b.last[other] > b.last[s] {
					s = other
				}
			}
			at := older(t, p, b, s)
			m, watching := open(t, p, needs(t)), open(t, p, needs(t))
			q, stopped, err := m.QuarantineOf(t.Context(), s)
			if err != nil || !stopped || q.At != at {
				t.Fatalf("%+v, %v, %v: want it to have stopped at %d", q, stopped, err, at)
			}
			had, err := watching.Case(t.Context(), idOf(t, s))
			if err != nil || had.Last >= at {
				t.Fatalf("%v, %v", had, err)
			}
			if err := resume(t, m, idOf(t, s)); err != nil {
				t.Fatal(err)
			}
			// Who has asked before is told the same.
			c, err := watching.Changed(t.Context(), idOf(t, s), had.Last)
			if err != nil || eventlog.Position(c.Last) != b.last[s] {
				t.Errorf("%v, %v, want the case as of %d", c, err, b.last[s])
			}
			isTheLog(t, b, m)
			if err := m.Apply(t.Context(), nil); err != nil {
				t.Error(err)
			}
			b.write(signal(t, nil))
			b.tell(m, 0)
			isTheLog(t, b, m)
		})
	}
}

func TestAStreamThatStillCannotBeFoldedStaysInQuarantine(t *testing.T) {
	t.Parallel()
	b, p := newBook(t), pool(t)
	opening := signal(t, nil)
	b.write(opening)
	s := eventlog.Stream(opening.GetStream())
	b.poison(s)
	b.raw(s, nil, []byte{0xff})
	m := open(t, p, needs(t))
	b.tell(m, 0)
	before := everyRow(t, p)
	got, err := m.Repair(t.Context(), idOf(t, s))
	if err != nil || got.Changed || got.Whole || got.Reason == "" {
		t.Errorf("%+v, %v", got, err)
	}
	closed(t, m)
	next := open(t, p, needs(t))
	if err := next.Lead(t.Context()); err != nil {
		t.Fatal(err)
	}
	if after := everyRow(t, p); after != before {
		t.Errorf("the rows have changed:\n%s\n%s", before, after)
	}
	b.poison(s)
	b.tell(next, 0)
	if q, _, err := next.QuarantineOf(t.Context(), s); err != nil || q.Waiting != 2 {
		t.Errorf("%+v, %v, want two that wait", q, err)
	}
	isTheLog(t, b, next)
}
