package casework_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"percorsi/internal/casework"
	"percorsi/internal/casework/casetest"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

// ref names facts, as in the file of the clocks.
func ref(names ...string) []casework.FactRef {
	var refs []casework.FactRef
	for _, n := range names {
		r, err := casework.ParseFactRef(n)
		if err != nil {
			panic(err)
		}
		refs = append(refs, r)
	}
	return refs
}

// due gives the due days of the clocks that run, by name and member.
func due(c *casework.Case, rules ...casework.ClockRule) map[string]string {
	days := map[string]string{}
	for _, k := range casework.Running(rules, c) {
		days[k.Name+k.About] = k.DueOn.String()
	}
	return days
}

func wantDue(t *testing.T, c *casework.Case, want map[string]string, rules ...casework.ClockRule) {
	t.Helper()
	if diff := cmp.Diff(want, due(c, rules...)); diff != "" {
		t.Errorf("clocks due (-want +got):\n%s", diff)
	}
}

type dues = map[string]string

func TestAClockStartsRunsAndStops(t *testing.T) {
	rule := casework.ClockRule{
		Name: "FIRST", Start: ref("taken_in_charge"), Stop: ref("first_meeting_held"), Length: casework.Length{Days: 10},
	}
	wantDue(t, fold(t, generale()...), dues{}, rule)
	wantDue(t, fold(t, generaleInCharge()...), dues{"FIRST": "2025-01-25"}, rule)
	wantDue(t, fold(t, and(generaleInCharge(), firstMeeting("2025-01-20"))...), dues{}, rule)
	wantDue(t, fold(t, and(generaleInCharge(), firstMeeting("2025-12-20"))...), dues{}, rule)
}

func TestAClockThatRecursIsResetByWhatItWaitsFor(t *testing.T) {
	rule := casework.ClockRule{
		Name: "MONTHLY", Start: ref("taken_in_charge"), Reset: ref("first_meeting_held"), Length: casework.Length{Months: 1},
	}
	c := fold(t, and(generaleInCharge(), firstMeeting("2025-01-31"))...)
	wantDue(t, c, dues{"MONTHLY": "2025-02-28"}, rule)

	early := and(generale(), firstMeeting("2025-01-12"))
	wantDue(t, fold(t, early...), dues{}, rule) // nothing to reset
	wantDue(t, fold(t, and(early, takenOn("2025-01-15"))...), dues{"MONTHLY": "2025-02-15"}, rule)
}

func TestFactsCountByTheDayTheyHappened(t *testing.T) {
	rule := casework.ClockRule{
		Name: "SEEN", Start: ref("summoned"), Stop: ref("first_meeting_held"), Length: casework.Length{Days: 30},
	}
	inOrder := fold(t, and(generale(), summons("2025-02-01", "2025-02-10"), firstMeeting("2025-02-10"), summons("2025-03-01", "2025-03-10"))...)
	late := fold(t, and(generale(), summons("2025-03-01", "2025-03-10"), firstMeeting("2025-02-10"), summons("2025-02-01", "2025-02-10"))...)
	wantDue(t, inOrder, dues{"SEEN": "2025-03-31"}, rule)
	wantDue(t, late, dues{"SEEN": "2025-03-31"}, rule)
}

func TestAClockCountsFromADayInsideAFact(t *testing.T) {
	rule := casework.ClockRule{
		Name: "T120", From: casework.CaseDayPadSigned, Reset: ref("summons_missed/justified"),
		Stop: ref("first_meeting_held"), Length: casework.Length{Days: 120},
	}
	missed := func(justified bool) *eventv1.Fact {
		return on("2025-02-10", &eventv1.SummonsMissed{Justified: justified})
	}
	summoned := and(applied(), summons("2025-02-01", "2025-02-10"))
	wantDue(t, fold(t, generale()...), dues{}, rule)
	wantDue(t, fold(t, applied()...), dues{"T120": "2025-05-10"}, rule)
	wantDue(t, fold(t, and(summoned, missed(false))...), dues{"T120": "2025-05-10"}, rule)
	wantDue(t, fold(t, and(summoned, missed(true))...), dues{"T120": "2025-06-10"}, rule)
	wantDue(t, fold(t, and(applied(), firstMeeting("2025-01-10"))...), dues{}, rule) // on the very day
	renewed := and(applied(), firstMeeting("2025-02-10"), on("2026-08-05", &eventv1.PadSigned{SignedOn: "2026-08-01"}))
	wantDue(t, fold(t, renewed...), dues{"T120": "2026-11-29"}, rule)
	wantDue(t, fold(t, and(renewed, firstMeeting("2026-09-01"))...), dues{}, rule)
}

func TestAClockOfEachMember(t *testing.T) {
	rule := casework.ClockRule{
		Name: "T90-", Each: casework.EachMember, Obligations: []eventv1.Obligation{eventv1.Obligation_OBLIGATION_SOCIAL_SERVICES},
		Start: ref("first_meeting_held"), Reset: ref("periodic_meeting_held"), Stop: ref("measure_decided/revoked"),
		Length: casework.Length{Days: 90},
	}
	home := and(applied(), on("2025-01-10", household(
		member("person", eventv1.Obligation_OBLIGATION_SOCIAL_SERVICES),
		member("partner", eventv1.Obligation_OBLIGATION_SOCIAL_SERVICES),
		member("child", eventv1.Obligation_OBLIGATION_EXEMPT))))
	met := and(home, firstMeeting("2025-02-01"))
	first, second := "T90-"+id("person"), "T90-"+id("partner")
	wantDue(t, fold(t, home...), dues{}, rule)
	wantDue(t, fold(t, met...), dues{first: "2025-05-02", second: "2025-05-02"}, rule)
	seen := and(met, on("2025-03-01", &eventv1.PeriodicMeetingHeld{PersonId: id("partner")}))
	wantDue(t, fold(t, seen...), dues{first: "2025-05-02", second: "2025-05-30"}, rule)
	wantDue(t, fold(t, and(seen, on("2025-03-02", decided(eventv1.MeasureDecision_MEASURE_DECISION_REVOKED)))...), dues{}, rule)
}

func TestHoursCountFromTheMomentThatTheFactStates(t *testing.T) {
	rule := casework.ClockRule{Name: "H72", Start: ref("discharged"), Stop: ref("first_access"), Length: casework.Length{Hours: 72}}
	got := casework.Running([]casework.ClockRule{rule}, fold(t, dischargedHome()...))
	want := []casework.Clock{{
		Name: "H72", StartedOn: day("2025-02-10"), DueOn: day("2025-02-13"), DueAt: at("2025-02-13T10:00Z").AsTime().Unix(),
	}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("clock (-want +got):\n%s", diff)
	}
	wantDue(t, fold(t, served()...), dues{}, rule)

	untimed := casework.ClockRule{Name: "H72", Start: ref("taken_in_charge"), Length: casework.Length{Hours: 72}}
	wantDue(t, fold(t, generaleInCharge()...), dues{}, untimed)
}

func TestAClockUntilADayOfTheCase(t *testing.T) {
	rule := casework.ClockRule{
		Name: "PAI", Start: ref("discharge_reported"), Stop: ref("project_signed"),
		Length: casework.Length{Until: casework.CaseDayExpected},
	}
	wantDue(t, fold(t, reportedHome()...), dues{"PAI": "2025-02-10"}, rule)
	unknown := report(eventv1.DischargeLine_DISCHARGE_LINE_HOME)
	unknown.ExpectedOn = ""
	wantDue(t, fold(t, and(signalledTo(eventv1.Pathway_PATHWAY_DISCHARGE), on("2025-02-01", unknown))...), dues{}, rule)
}

func TestAnExemptionTakesTheClockAwayWheneverItHappened(t *testing.T) {
	rule := casework.ClockRule{
		Name: "ONCE", From: casework.CaseDayTransmitted, Exempt: ref("measure_decided/renewed"), Length: casework.Length{Months: 18},
	}
	wantDue(t, fold(t, applied()...), dues{"ONCE": "2026-07-12"}, rule)
	for _, d := range []string{"2025-01-01", "2026-08-01"} {
		renewed := on(d, decided(eventv1.MeasureDecision_MEASURE_DECISION_RENEWED))
		wantDue(t, fold(t, and(applied(), renewed)...), dues{}, rule)
	}
}

func TestOnlyTheCasesOfItsScopeHaveAClock(t *testing.T) {
	clock := func(s casework.Scope) casework.ClockRule {
		return casework.ClockRule{Name: "X", Cases: s, Start: ref("taken_in_charge"), Length: casework.Length{Days: 1}}
	}
	has := func(s casework.Scope, fs facts) bool { return len(due(fold(t, fs...), clock(s))) == 1 }
	homeless := casework.Scope{Lines: []eventv1.DischargeLine{eventv1.DischargeLine_DISCHARGE_LINE_HOMELESS}}
	for _, tc := range []struct {
		name  string
		scope casework.Scope
		facts facts
		want  bool
	}{
		{"every case", casework.Scope{}, selfInCharge(), true},
		{"the pathway", casework.Scope{Pathways: []eventv1.Pathway{eventv1.Pathway_PATHWAY_SELF}}, selfInCharge(), true},
		{"another pathway", casework.Scope{Pathways: []eventv1.Pathway{eventv1.Pathway_PATHWAY_ADI}}, selfInCharge(), false},
		{"the service", casework.Scope{Services: []eventv1.Service{eventv1.Service_SERVICE_SEVERE_MARGINALITY}}, generaleInCharge(), true},
		{"another service", casework.Scope{Services: []eventv1.Service{eventv1.Service_SERVICE_SELF}}, generaleInCharge(), false},
		{"the line", homeless, reportedHomeless(), true},
		{"the other line", homeless, reportedHome(), false},
		{"no line", homeless, generaleInCharge(), false},
		{"begun on the first day", casework.Scope{OpenedFrom: day("2025-01-10")}, selfInCharge(), true},
		{"begun before it", casework.Scope{OpenedFrom: day("2025-01-11")}, selfInCharge(), false},
		{"begun on the last day", casework.Scope{OpenedTo: day("2025-01-10")}, selfInCharge(), true},
		{"begun after it", casework.Scope{OpenedTo: day("2025-01-09")}, selfInCharge(), false},
	} {
		if got := has(tc.scope, tc.facts); got != tc.want {
			t.Errorf("%s: %t, want %t", tc.name, got, tc.want)
		}
	}
}

func TestARuleHoldsForCountsThatBeginWhileItIsValid(t *testing.T) {
	rule := casework.ClockRule{
		Name: "OLD", Start: ref("taken_in_charge"), Reset: ref("first_meeting_held"), Length: casework.Length{Days: 90},
		ValidFrom: day("2025-01-15"), ValidTo: day("2025-12-31"),
	}
	wantDue(t, fold(t, generaleInCharge()...), dues{"OLD": "2025-04-15"}, rule)
	wantDue(t, fold(t, and(generale(), takenOn("2025-01-14"))...), dues{}, rule)
	wantDue(t, fold(t, and(generaleInCharge(), firstMeeting("2025-12-31"))...), dues{"OLD": "2026-03-31"}, rule)
	wantDue(t, fold(t, and(generaleInCharge(), firstMeeting("2026-01-01"))...), dues{}, rule)
}

func TestACaseThatEndedHasOnlyTheClocksThatSurviveIt(t *testing.T) {
	mortal := casework.ClockRule{Name: "MORTAL", Start: ref("signalled"), Length: casework.Length{Days: 30}}
	immortal := casework.ClockRule{Name: "IMMORTAL", Start: ref("signalled"), Length: casework.Length{Days: 40}, Survives: true}
	both := dues{"MORTAL": "2025-02-09", "IMMORTAL": "2025-02-19"}
	one := dues{"IMMORTAL": "2025-02-19"}
	wantDue(t, fold(t, generaleInCharge()...), both, mortal, immortal)
	wantDue(t, fold(t, closedGenerale()...), one, mortal, immortal)
	wantDue(t, fold(t, refusedGenerale()...), one, mortal, immortal)
	wantDue(t, fold(t, and(closedGenerale(), on("2025-07-15", &eventv1.Reopened{}))...), both, mortal, immortal)
	if got := casework.Running([]casework.ClockRule{immortal}, nil); got != nil {
		t.Errorf("no case has the clocks %v", got)
	}
}

func TestTheClockDueFirstComesFirst(t *testing.T) {
	clock := func(name string, days int) casework.ClockRule {
		return casework.ClockRule{Name: name, Start: ref("signalled"), Length: casework.Length{Days: days}}
	}
	var got []string
	for _, k := range casework.Running([]casework.ClockRule{clock("C", 9), clock("B", 5), clock("A", 9)}, fold(t, generale()...)) {
		got = append(got, k.Name)
	}
	if diff := cmp.Diff([]string{"B", "A", "C"}, got); diff != "" {
		t.Errorf("order (-want +got):\n%s", diff)
	}
}

func TestEveryDayThatAClockCanNameIsADayOfSomeCase(t *testing.T) {
	_, decided := convened()
	calendar := and(signed(), on("2025-03-10", planned("2025-04-01")))
	cases := []*casework.Case{fold(t, applied()...), fold(t, reportedHome()...), fold(t, decided...), fold(t, calendar...)}
	for _, d := range casework.CaseDays() {
		rule := casework.ClockRule{Name: "X", From: d, Length: casework.Length{Days: 1}}
		if !slices.ContainsFunc(cases, func(c *casework.Case) bool { return len(due(c, rule)) > 0 }) {
			t.Errorf("%s is no day of any case", d)
		}
	}
}

func TestReferencesToFacts(t *testing.T) {
	good := map[string]casework.FactRef{
		"pad_signed":               {Kind: 12},
		"summons_missed":           {Kind: 24},
		"summons_missed/justified": {Kind: 24, About: "justified"},
		"measure_decided/revoked":  {Kind: 13, About: "revoked"},
	}
	for s, want := range good {
		if got, err := casework.ParseFactRef(s); err != nil || got != want {
			t.Errorf("%s: %v (%v), want %v", s, got, err, want)
		}
	}
	for _, s := range []string{
		"", "pad_sgned", "PadSigned", "plan_published", "person_registered", "occurred_on",
		"summons_missed/unjustified", "measure_decided/unspecified", "pad_signed/x", "pad_signed/",
	} {
		if got, err := casework.ParseFactRef(s); err == nil {
			t.Errorf("%q is read as %v", s, got)
		}
	}
	for s, want := range map[string]bool{"discharged": true, "first_access": true, "bed_entered": false} {
		if got := ref(s)[0].Timed(); got != want {
			t.Errorf("%s states a moment: %t, want %t", s, got, want)
		}
	}
}

// TestClocksFollowTheFactsAndNotTheirRecording records the same facts of one
// story in other orders: what they say of a clock stays, as long as no two of
// them are of one day.
func TestClocksFollowTheFactsAndNotTheirRecording(t *testing.T) {
	rules := []casework.ClockRule{
		{Name: "A", Start: ref("taken_in_charge", "summoned"), Reset: ref("first_meeting_held"), Stop: ref("needs_recorded"), Length: casework.Length{Days: 9}},
		{Name: "B", Start: ref("needs_recorded"), Stop: ref("summons_missed/justified"), Length: casework.Length{Months: 1}},
	}
	rapid.Check(t, func(t *rapid.T) {
		c, err := casetest.Fold(nil, 1, casetest.Story(rapid.Uint64Range(0, 1<<20).Draw(t, "seed"), eventv1.Pathway_PATHWAY_GENERALE)...)
		if err != nil {
			t.Fatal(err)
		}
		seen := map[casework.Day]bool{}
		var moments []casework.Moment
		for _, m := range c.Timeline {
			if !seen[m.Day] {
				moments = append(moments, m)
			}
			seen[m.Day] = true
		}
		one, other := *c, *c
		one.Timeline, other.Timeline = moments, rapid.Permutation(moments).Draw(t, "order")
		if diff := cmp.Diff(casework.Running(rules, &one), casework.Running(rules, &other)); diff != "" {
			t.Fatalf("the order of recording matters (-one +other):\n%s", diff)
		}
	})
}
