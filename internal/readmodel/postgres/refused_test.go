package postgres_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/uuid"

	"percorsi/internal/access"
	"percorsi/internal/eventlog"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	"percorsi/internal/readmodel"
	"percorsi/internal/readmodel/postgres"
)

// strange is how a log of somebody else might name things.
var strange = []string{
	"ACSI", "A\x00CSI", "\x00", "A\x1fCSI", "\x1f", `A"C\SI{,}`, strings.Repeat("A", 10_000), strings.Repeat("A", 10_000) + "B", strings.Repeat("è", 5_000), "%_'", "",
}

func TestNoNameThatALogHoldsStopsTheRows(t *testing.T) {
	t.Parallel()
	b, p := newBook(t), pool(t)
	for _, name := range strange {
		opening := signal(t, func(f *eventv1.Signalled) {
			f.ManagingBody, f.Comune, f.SignalledBy, f.PersonId = name, name, name, name
			f.Needs = []eventv1.Need{0, 0}
		})
		b.write(opening)
		b.write(commit(t, opening.GetStream(), &eventv1.CaseManagerAssigned{CaseManager: name, Body: name}))
		b.write(commit(t, opening.GetStream(), &eventv1.TeamMemberAdded{MemberId: name, User: name, Body: name}))
		b.write(commit(t, opening.GetStream(), &eventv1.HouseholdRecorded{Members: []*eventv1.HouseholdMember{{PersonId: name}, {PersonId: name}}}))
		b.write(commit(t, opening.GetStream(), &eventv1.NeedsRecorded{}))
		b.write(commit(t, "person."+uuid.NewString(), &eventv1.PersonRegistered{
			IdentifierKind: eventv1.IdentifierKind_IDENTIFIER_KIND_STP, Identity: []byte("sealed"),
			IdentifierKey: []byte(name), SearchKeys: [][]byte{[]byte(name), []byte(name + "x")},
		}))
	}
	m := open(t, p, needs(t))
	for b.tell(m, 5); eventlog.Position(at(t, m)) < b.at; {
		b.tell(m, min(eventlog.Position(at(t, m))+7, b.at))
	}
	if n := value[int](t, p, "select count(*) from percorsi.quarantine"); n != 0 {
		t.Errorf("%d streams stopped: %v", n, list[string](t, p, "select reason from percorsi.quarantine"))
	}
	isTheLog(t, b, m)
	states := b.states()
	for _, c := range states {
		got, err := m.Case(t.Context(), c.ID)
		if err != nil || got.ManagingBody != c.ManagingBody || got.CaseManager != c.CaseManager {
			t.Errorf("a case lost a name: %v", err)
		}
		for _, scope := range []readmodel.Scope{
			readmodel.Everything(),
			readmodel.SeenBy(access.Caller{User: "op-999", Role: access.Coordinator, Body: c.ManagingBody}),
			readmodel.SeenBy(access.Caller{User: c.CaseManager, Role: access.CaseManager, Body: "NOBODY"}),
			readmodel.SeenBy(access.Caller{User: "op-999", Role: access.ReportingBody, Body: c.SignalledBy}),
		} {
			page, err := m.Cases(t.Context(), scope, readmodel.CaseFilter{ManagingBody: c.ManagingBody, Comune: c.Comune}, readmodel.Page{})
			if err != nil {
				t.Fatal(err)
			}
			want := 0
			for _, other := range states {
				if scope.Sees(other) && other.ManagingBody == c.ManagingBody && other.Comune == c.Comune {
					want++
				}
			}
			if c.ManagingBody != "" && page.Total != want {
				t.Errorf("%d cases of %.10q are seen by %.30v, want %d", page.Total, c.ManagingBody, scope.Caller, want)
			}
		}
		if found, err := m.CasesOf(t.Context(), c.Person); err != nil || len(found) == 0 {
			t.Errorf("the cases of the person %.10q: %d, %v", c.Person, len(found), err)
		}
	}
}

// TestDataThatATableRefusesStopsItsStreamOnly makes a table refuse what it
// never should: the database has the last word.
func TestDataThatATableRefusesStopsItsStreamOnly(t *testing.T) {
	t.Parallel()
	b, p := newBook(t), pool(t)
	one, other := signal(t, nil), signal(t, nil)
	b.write(one)
	b.write(other)
	b.write(commit(t, one.GetStream(), &eventv1.TakenInCharge{}))
	b.write(commit(t, one.GetStream(), &eventv1.ContactAttempted{}))
	b.write(commit(t, other.GetStream(), &eventv1.TakenInCharge{}))
	exec(t, p, "alter table percorsi.cases add constraint strict check (status <> 'IN_CHARGE' or case_id <> '"+strings.TrimPrefix(one.GetStream(), "case.")+"')")
	m := open(t, p, needs(t))
	b.tell(m, 0)

	q, stopped, err := m.QuarantineOf(t.Context(), eventlog.Stream(one.GetStream()))
	if err != nil || !stopped || q.At != 3 || q.Waiting != 1 || !strings.Contains(q.Reason, "23514") {
		t.Errorf("what was refused: %+v, %v, %v", q, stopped, err)
	}
	if strings.Contains(q.Reason, "strict") {
		t.Errorf("the reason repeats what the database said: %s", q.Reason)
	}
	for stream, last := range map[string]uint64{one.GetStream(): 1, other.GetStream(): 5} {
		c, err := m.Case(t.Context(), idOf(t, eventlog.Stream(stream)))
		if err != nil || uint64(c.Last) != last {
			t.Errorf("case %s ends at %v, want %d (%v)", stream, c, last, err)
		}
	}
	// Whoever leads next tries again, in vain, and goes on.
	closed(t, m)
	next := open(t, p, needs(t))
	b.write(signal(t, nil))
	b.tell(next, 0)
	if _, stopped, err := next.QuarantineOf(t.Context(), q.Stream); !stopped || err != nil {
		t.Errorf("it goes on (%v)", err)
	}
	closed(t, next)
	exec(t, p, "alter table percorsi.cases drop constraint strict")
	last := open(t, p, needs(t))
	if err := last.Lead(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, stopped, err := last.QuarantineOf(t.Context(), q.Stream); stopped || err != nil {
		t.Errorf("what can be held now is still in quarantine (%v)", err)
	}
	isTheLog(t, b, last)
}

func TestABatchThatFailsAndEndsInAGapIsNotTakenForFolded(t *testing.T) {
	t.Parallel()
	b, p := district(t, 6, 5), pool(t)
	m := open(t, p, needs(t))
	b.tell(m, 10)
	for _, pid := range holders(t, p, postgres.Leadership) {
		exec(t, p, cutOne, pid)
	}
	holed := append(b.deliveries(10, 15), b.deliveries(16, 20)...)
	if err := m.Apply(t.Context(), holed); err == nil || errors.Is(err, eventlog.ErrGap) {
		t.Errorf("%v, want the error of the connection", err)
	}
	if err := m.Apply(t.Context(), holed); !errors.Is(err, eventlog.ErrGap) || at(t, m) != 15 {
		t.Errorf("%v at %d, want a gap after 15", err, at(t, m))
	}
	b.tell(m, 0)
	isTheLog(t, b, m)
}
