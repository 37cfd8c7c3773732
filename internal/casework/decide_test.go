package casework_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/testing/protocmp"

	"percorsi/internal/casework"
	"percorsi/internal/fact"
	"percorsi/internal/fault"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

func TestWhatEveryFactHasInCommon(t *testing.T) {
	needs := &eventv1.NeedsRecorded{Needs: []eventv1.Need{eventv1.Need_NEED_CARE}}
	contact := &eventv1.ContactAttempted{Channel: eventv1.Channel_CHANNEL_PHONE, Reached: true}
	decide(t, []decision{
		{
			name:  "a fact has a day",
			given: generale(), when: on("", contact), kind: fault.Invalid, field: "command.occurred_on",
		},
		{
			name:  "the day is one of the calendar",
			given: generale(), when: on("2025-02-29", contact), kind: fault.Invalid, field: "command.occurred_on",
		},
		{
			name:  "a fact is not recorded before it happens",
			given: generale(), when: on("2027-01-01", contact), kind: fault.Invalid, field: "command.occurred_on",
		},
		{
			name:  "a fact of today is recorded today",
			given: generale(), when: on("2026-12-31", contact),
			then: func(c *casework.Case) (any, any) { return c.Contacts[0].On, day("2026-12-31") },
		},
		{
			name:  "a fact is not older than the case",
			given: generale(), when: on("2025-01-09", contact), kind: fault.Invalid, field: "command.occurred_on",
		},
		{
			name:  "what a case is about may be older than the case",
			given: generale(), when: on("2024-01-09", needs),
			then: func(c *casework.Case) (any, any) { return c.Needs, needs.GetNeeds() },
		},
		{
			name: "only a signal or an application opens a case",
			when: on("2025-01-12", contact), kind: fault.NotFound,
		},
		{
			name:  "a fact of the last day of a closed case is recorded late",
			given: closedGenerale(), when: on("2025-06-30", contact),
			then: func(c *casework.Case) (any, any) { return []any{c.Status, len(c.Contacts)}, []any{casework.Closed, 1} },
		},
		{
			name:  "a fact after the end asks for a reopening",
			given: closedGenerale(), when: on("2025-07-01", contact), kind: fault.NotNow,
		},
		{
			name:  "a fact before the end of a refused case is recorded late",
			given: refusedGenerale(), when: on("2025-01-19", contact),
			then: func(c *casework.Case) (any, any) { return len(c.Contacts), 1 },
		},
		{
			name:  "a fact after a refusal asks for a reopening",
			given: refusedGenerale(), when: on("2025-01-21", contact), kind: fault.NotNow,
		},
		{
			name:  "after a reopening the case takes facts again",
			given: and(closedGenerale(), on("2025-07-15", &eventv1.Reopened{})), when: on("2025-07-20", contact),
			then: func(c *casework.Case) (any, any) { return len(c.Contacts), 1 },
		},
	})
}

func TestTodayIsTheDayOfTheOffice(t *testing.T) {
	rome := time.FixedZone("office", 2*60*60)
	c := given(t, generale()...).c
	cmd := casework.Command{ID: uuid.MustParse(id("late")), Fact: on("2025-07-01", &eventv1.ContactAttempted{})}
	beforeMidnight := time.Date(2025, 7, 1, 0, 30, 0, 0, rome) // in UTC it is still 30 June
	if _, err := casework.Decide(c, cmd, beforeMidnight); err != nil {
		t.Errorf("half past midnight in the office: %v", err)
	}
	if _, err := casework.Decide(c, cmd, beforeMidnight.UTC()); err == nil {
		t.Error("the same moment in UTC is the day before: accepted")
	}
}

func TestSomebodyElseChangedThePart(t *testing.T) {
	s := given(t, assessing()...)
	before := s.command(on("2025-02-05", health(1)))
	if err := s.record(on("2025-02-05", health(4))); err != nil {
		t.Fatal(err)
	}
	_, err := s.when(before)
	clash, ok := errors.AsType[*casework.Clash](err)
	if !ok {
		t.Fatalf("got %v, want a clash", err)
	}
	part := casework.Part("assessment/" + id("assessment") + "/domain/health/judgement")
	want := &casework.Clash{Part: part, Seen: 0, Current: s.c.Revision(part)}
	if diff := cmp.Diff(want, clash); diff != "" {
		t.Errorf("clash (-want +got):\n%s", diff)
	}
	if clash.Current != casework.Revision(s.c.Last) {
		t.Errorf("revision %d does not lead to the commit that won, %d", clash.Current, s.c.Last)
	}
	if fault.KindOf(err) != fault.Clash {
		t.Errorf("kind %d, want that of a clash", fault.KindOf(err))
	}
	if !strings.Contains(err.Error(), string(part)) {
		t.Errorf("%q does not name the part", err)
	}

	before.Revision = clash.Current
	if _, err := s.when(before); err != nil {
		t.Errorf("sent again with the revision that the clash gave: %v", err)
	}
}

func TestARevisionThatDoesNotExistClashes(t *testing.T) {
	s := given(t, generaleInCharge()...)
	cmd := s.command(on("2025-03-01", &eventv1.NeedsRecorded{Needs: []eventv1.Need{eventv1.Need_NEED_CARE}}))
	cmd.Revision = 7
	if _, err := s.when(cmd); fault.KindOf(err) != fault.Clash {
		t.Errorf("got %v, want a clash", err)
	}
}

func TestTwoPeopleOnDifferentPartsDoNotDisturbEachOther(t *testing.T) {
	mobility := health(2)
	mobility.Domain = eventv1.Domain_DOMAIN_MOBILITY
	nurse, therapist := on("2025-02-05", health(3)), on("2025-02-06", mobility)

	finish := func(order ...*eventv1.Fact) *casework.Case {
		s := given(t, assessing()...)
		var cmds []casework.Command
		for _, f := range order { // both see the case as it is now
			cmds = append(cmds, s.command(f))
		}
		for _, cmd := range cmds {
			if _, err := s.when(cmd); err != nil {
				t.Fatal(err)
			}
		}
		return s.c
	}
	a, b := finish(nurse, therapist), finish(therapist, nurse)
	sorted := func(c *casework.Case) map[eventv1.Domain]int64 {
		levels := map[eventv1.Domain]int64{}
		for _, d := range c.Assessments[0].Domains {
			levels[d.Domain] = d.NeedLevel
		}
		return levels
	}
	if diff := cmp.Diff(sorted(a), sorted(b)); diff != "" {
		t.Errorf("the order matters (-one +other):\n%s", diff)
	}
}

func TestFactsThatOnlyAddNeedNoRevision(t *testing.T) {
	contact := on("2025-02-01", &eventv1.ContactAttempted{Channel: eventv1.Channel_CHANNEL_EMAIL})
	s := given(t, and(generale(), contact)...)
	blind := s.command(contact)
	blind.Revision = 0
	if _, err := s.when(blind); err != nil {
		t.Errorf("without a revision: %v", err)
	}
	stale := s.command(contact)
	stale.Revision--
	if _, err := s.when(stale); fault.KindOf(err) != fault.Clash {
		t.Errorf("with a stale revision: got %v, want a clash", err)
	}
}

func TestWhatIsNewTakesTheIDOfItsCommand(t *testing.T) {
	for _, f := range []*eventv1.Fact{
		on("2025-03-01", &eventv1.Referred{Kind: eventv1.ReferralKind_REFERRAL_KIND_REFERRAL, ToBody: "ASP"}),
		on("2025-03-01", &eventv1.AssessmentOpened{Form: eventv1.Form_FORM_MULTIDIMENSIONAL, FormVersion: "1"}),
		on("2025-03-01", &eventv1.TeamMemberAdded{User: bruno}),
		on("2025-03-01", &eventv1.MeetingCalled{MeetingOn: "2025-03-10"}),
		on("2025-03-01", &eventv1.ProjectDrafted{Measure: eventv1.Measure_MEASURE_GENERALE, StartsOn: "2025-03-01"}),
		on("2025-03-01", &eventv1.GoalSet{ProjectId: id("project"), General: true}),
		on("2025-03-01", &eventv1.SupportArranged{Kind: eventv1.SupportKind_SUPPORT_KIND_OTHER}),
		on("2025-03-01", &eventv1.CommitmentAgreed{ProjectId: id("project"), By: eventv1.Voice_VOICE_BENEFICIARY}),
	} {
		t.Run(fact.Name(f), func(t *testing.T) { takesID(t, drafted(), f) })
	}
	t.Run("path_proposed", func(t *testing.T) {
		takesID(t, selfInCharge(), on("2025-03-01", &eventv1.PathProposed{Kind: eventv1.PathKind_PATH_KIND_TRAINING}))
	})
}

func takesID(t *testing.T, before facts, f *eventv1.Fact) {
	t.Helper()
	s := given(t, before...)
	asked := proto.CloneOf(f)
	cmd := s.command(f)
	cmd.ID = uuid.MustParse(id("new"))
	decided, err := casework.Decide(s.c, cmd, now)
	if err != nil {
		t.Fatal(err)
	}
	if got := madeBy(decided[0]); got != id("new") {
		t.Errorf("made %q, want the id of the command", got)
	}
	if diff := cmp.Diff(asked, f, protocmp.Transform()); diff != "" {
		t.Errorf("the fact of the command was changed (-before +after):\n%s", diff)
	}
	part, err := cmd.Part()
	if err != nil || !strings.Contains(string(part), id("new")) {
		t.Errorf("part %q (%v) does not name what is new", part, err)
	}

	other := cmd
	other.ID = uuid.MustParse(id("other"))
	other.Fact = decided[0]
	_, err = casework.Decide(s.c, other, now)
	refused(t, err, fault.Invalid, "fact")
}

func TestAFactOfAnotherStreamIsNoFactOfACase(t *testing.T) {
	for _, f := range []*eventv1.Fact{
		on("2025-03-01", &eventv1.PersonRegistered{}), on("2025-03-01", &eventv1.PlanPublished{}), {OccurredOn: "2025-03-01"},
	} {
		_, err := casework.Decide(given(t, generale()...).c, casework.Command{Fact: f}, now)
		if err == nil || fault.KindOf(err) != fault.Internal {
			t.Errorf("%s: got %v, want an internal error", fact.Name(f), err)
		}
		if _, err := casework.PartOf(f); err == nil {
			t.Errorf("%s: has a part", fact.Name(f))
		}
	}
}
