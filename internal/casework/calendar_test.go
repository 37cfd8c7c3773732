package casework_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"percorsi/internal/casework"
	"percorsi/internal/fault"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

func TestCalendars(t *testing.T) { decide(t, calendarDecisions()) }

func planned(days ...string) *eventv1.MonitoringPlanned {
	return &eventv1.MonitoringPlanned{ProjectId: id("project"), PlannedOn: days}
}

func calendarDecisions() []decision {
	calendar := func(want ...string) func(*casework.Case) (any, any) {
		return inProject(func(p *casework.Project) (any, any) {
			days := make([]casework.Day, 0, len(want))
			for _, d := range want {
				days = append(days, day(d))
			}
			return p.Calendar, days
		})
	}
	return []decision{
		{
			name:  "the days of the monitoring are planned",
			given: signed(), when: on("2025-03-10", planned("2025-04-01", "2025-07-01")), then: calendar("2025-04-01", "2025-07-01"),
		},
		{
			name:  "another calendar takes its place",
			given: and(signed(), on("2025-03-10", planned("2025-04-01", "2025-07-01"))),
			when:  on("2025-03-20", planned("2025-05-01")), then: calendar("2025-05-01"),
		},
		{
			name:  "an older one that is recorded late does not",
			given: and(signed(), on("2025-03-10", planned("2025-04-01"))), when: on("2025-03-09", planned("2025-05-01")), then: calendar("2025-04-01"),
		},
		{
			name:  "who plans it is one of the authors",
			given: signed(), when: on("2025-03-10", planned("2025-04-01")), by: bruno,
			then: inProject(func(p *casework.Project) (any, any) { return p.Approval.Authors, []string{anna, bruno} }),
		},
		{
			name:  "a day is planned once",
			given: signed(), when: on("2025-03-10", planned("2025-04-01", "2025-04-01")), kind: fault.Invalid, field: "fact.planned_on",
		},
		{
			name:  "days rise",
			given: signed(), when: on("2025-03-10", planned("2025-04-01", "2025-03-31")), kind: fault.Invalid, field: "fact.planned_on",
		},
		{
			name:  "there is at least one",
			given: signed(), when: on("2025-03-10", planned()), kind: fault.Invalid, field: "fact.planned_on",
		},
		{
			name:  "a day is one of the calendar",
			given: signed(), when: on("2025-03-10", planned("2025-02-30")), kind: fault.Invalid, field: "fact.planned_on",
		},
		{
			name:  "a project is not monitored before it was drafted",
			given: signed(), when: on("2025-03-10", planned("2025-02-19")), kind: fault.Invalid, field: "fact.planned_on",
		},
		{
			name:  "a project that is not there has no calendar",
			given: generaleInCharge(), when: on("2025-03-10", planned("2025-04-01")), kind: fault.Invalid, field: "fact.project_id",
		},
		{
			name:  "a concluded project plans nothing more",
			given: finished(), when: on("2025-12-02", planned("2026-01-01")), kind: fault.NotNow,
		},
	}
}

func TestWhatWasHeldOfACalendar(t *testing.T) {
	for _, tc := range []struct {
		name string
		held []string
		want []string // for each of 1 April, 1 July and 1 October
		next string
	}{
		{"nothing yet", nil, []string{"", "", ""}, "2025-04-01"},
		{"on the day", []string{"2025-04-01"}, []string{"2025-04-01", "", ""}, "2025-07-01"},
		{"the day before", []string{"2025-03-31"}, []string{"2025-03-31", "", ""}, "2025-07-01"},
		{"long before", []string{"2025-03-15"}, []string{"", "", ""}, "2025-04-01"},
		{"later, twice, recorded the other way round", []string{"2025-06-29", "2025-05-02"}, []string{"2025-05-02", "", ""}, "2025-07-01"},
		{"after one was missed", []string{"2025-07-02"}, []string{"", "2025-07-02", ""}, "2025-10-01"},
		{"the one that was missed is recorded late", []string{"2025-07-02", "2025-04-03"}, []string{"2025-04-03", "2025-07-02", ""}, "2025-10-01"},
		{"the last, long after", []string{"2025-11-15"}, []string{"", "", "2025-11-15"}, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			story := and(signed(), on("2025-03-10", planned("2025-04-01", "2025-07-01", "2025-10-01")))
			for _, d := range tc.held {
				story = and(story, on(d, &eventv1.ProjectMonitored{ProjectId: id("project")}))
			}
			p := given(t, story...).c.Projects[0]
			var want []casework.Monitoring
			for i, d := range []string{"2025-04-01", "2025-07-01", "2025-10-01"} {
				want = append(want, casework.Monitoring{PlannedOn: day(d), HeldOn: day(tc.want[i])})
			}
			if diff := cmp.Diff(want, p.Monitorings()); diff != "" {
				t.Errorf("what was held (-want +got):\n%s", diff)
			}
			if p.NextMonitoring() != day(tc.next) {
				t.Errorf("next is %s, want %s", p.NextMonitoring(), tc.next)
			}
		})
	}
	concluded := given(t, and(evaluated(), on("2025-03-10", planned("2026-01-01")), on("2025-12-01", &eventv1.ProjectConcluded{
		ProjectId: id("project"), Outcome: eventv1.Outcome_OUTCOME_POSITIVE,
	}))...)
	if next := concluded.c.Projects[0].NextMonitoring(); next != 0 {
		t.Errorf("a concluded project is to be monitored on %s", next)
	}
}
