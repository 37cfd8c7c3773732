package postgres_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"percorsi/internal/access"
	"percorsi/internal/casework"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	"percorsi/internal/readmodel"
	"percorsi/internal/readmodel/postgres"
	"percorsi/internal/readmodel/readmodeltest"
)

// entangled writes cases in which bodies and people have to do in every way,
// several ways at once among them, open and sealed.
func entangled(t *testing.T, b *book) {
	t.Helper()
	for i := range 64 {
		has := func(bit int) bool { return i>>bit&1 == 1 }
		opening := signal(t, func(f *eventv1.Signalled) {
			if has(0) {
				f.Service = eventv1.Service_SERVICE_ANTI_VIOLENCE_CENTRE
			}
			if has(1) {
				f.ManagingBody = "ATS"
			}
			if has(2) {
				f.SignalledBy, f.SignalledByKind = "COOP-A", eventv1.BodyKind_BODY_KIND_THIRD_SECTOR
			}
		})
		b.write(opening)
		s := opening.GetStream()
		member := uuid.NewString()
		if has(3) {
			b.write(commit(t, s, &eventv1.CaseManagerAssigned{CaseManager: "op-001", Body: "COOP-A"}))
		}
		if has(4) {
			b.write(commit(t, s, &eventv1.TeamMemberAdded{MemberId: member, User: "op-002", Body: "ATS", Profession: 1}))
		}
		if has(4) && has(5) {
			b.write(commit(t, s, &eventv1.TeamMemberRemoved{MemberId: member}))
		}
		if has(5) {
			b.write(commit(t, s, &eventv1.Referred{ReferralId: uuid.NewString(), Kind: 1, ToBody: "CPI"}))
			b.write(commit(t, s, &eventv1.SupportArranged{SupportId: uuid.NewString(), Kind: 1, Provider: "ATS", Quantity: 1, Unit: 1}))
		}
	}
}

// TestEveryCallerSeesInRowsWhatTheRulesOfAccessSay asks with the eyes of
// everybody: each role, of each body, as each user.
func TestEveryCallerSeesInRowsWhatTheRulesOfAccessSay(t *testing.T) {
	t.Parallel()
	b, p := newBook(t), pool(t)
	entangled(t, b)
	n := needs(t)
	m := open(t, p, n)
	b.tell(m, 0)
	states := b.states()
	running := make(map[*casework.Case][]casework.Clock, len(states))
	for _, c := range states {
		running[c] = casework.Running(n.Clocks, c)
	}
	some := 0
	for _, role := range append(access.Roles(), "") {
		for _, body := range []string{"", "ACSI", "ATS", "COOP-A", "CPI", "NOBODY"} {
			for _, user := range []string{"", "op-001", "op-002", "op-999"} {
				by := readmodel.SeenBy(access.Caller{User: user, Role: role, Body: body})
				var cases []casework.CaseID
				for _, c := range slices.Backward(states) {
					if by.Sees(c) {
						cases = append(cases, c.ID)
					}
				}
				some += len(cases)
				page, err := m.Cases(t.Context(), by, readmodel.CaseFilter{}, readmodel.Page{Size: 100})
				if err != nil {
					t.Fatal(err)
				}
				var got []casework.CaseID
				for _, row := range page.Rows {
					got = append(got, row.ID)
				}
				if diff := cmp.Diff(cases, got); diff != "" || page.Total != len(cases) {
					t.Errorf("%+v, total %d (-may see +sees):\n%s", by.Caller, page.Total, diff)
				}
				for _, f := range []readmodel.ClockFilter{{}, {Member: "op-001"}, {Member: user, Body: "ATS"}, {Body: "ACSI"}, {Body: body, ManagingBody: "ACSI"}} {
					asksForWork(t, m, by, f, running)
				}
			}
		}
	}
	if some < 1000 {
		t.Errorf("only %d cases were seen by anybody", some)
	}
}

// asksForWork compares a work list with what the rules say.
func asksForWork(t *testing.T, m *postgres.Model, by readmodel.Scope, f readmodel.ClockFilter, running map[*casework.Case][]casework.Clock) {
	t.Helper()
	var want, got []casework.CaseID
	for c, clocks := range running {
		for _, k := range clocks {
			if by.Sees(c) && f.Matches(c, k, nil, readmodeltest.Approvals()) {
				want = append(want, c.ID)
			}
		}
	}
	work, err := m.Clocks(t.Context(), by, f, readmodel.Page{Size: 1000})
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range work.Rows {
		got = append(got, row.Case.ID)
	}
	sortIDs(want)
	sortIDs(got)
	if diff := cmp.Diff(want, got); diff != "" || work.Total != len(want) {
		t.Errorf("%+v, work list %+v, total %d (-has to be shown +is shown):\n%s", by.Caller, f, work.Total, diff)
	}
}

func sortIDs(ids []casework.CaseID) {
	slices.SortFunc(ids, func(a, b casework.CaseID) int { return slices.Compare(a[:], b[:]) })
}

func TestATokenThatWasMadeUpIsAnsweredOrRefusedAsInvalid(t *testing.T) {
	t.Parallel()
	b, p := district(t, 34, 5), pool(t)
	m := open(t, p, needs(t))
	b.tell(m, 0)
	for _, u := range []readmodel.Urgency{
		{Due: 1, Opened: 1 << 63, Name: "T\x00", About: "\xff", Nth: 1 << 40},
		{Due: -1 << 63, Name: "\xff\xfe"},
		{Due: 1<<63 - 1},
	} {
		if _, err := m.Clocks(t.Context(), readmodel.Everything(), readmodel.ClockFilter{}, readmodel.Page{Token: u.Token()}); err != nil {
			t.Errorf("%+v: %v", u, err)
		}
	}
	for _, place := range []casework.Position{1, 1 << 62, 1 << 63, 1<<64 - 1} {
		token := readmodel.Place(place)
		for what, ask := range map[string]func() error{
			"cases": func() error {
				return second(m.Cases(t.Context(), readmodel.Everything(), readmodel.CaseFilter{}, readmodel.Page{Token: token}))
			},
			"what stopped": func() error { return second(m.Quarantined(t.Context(), readmodel.Page{Token: token})) },
		} {
			if err := ask(); err != nil {
				t.Error(fmt.Errorf("%s after %d: %w", what, place, err))
			}
		}
	}
}
