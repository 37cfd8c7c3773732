package clocks_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	"percorsi/deploy/clocks"
	"percorsi/internal/casework"
	"percorsi/internal/casework/casetest"
	"percorsi/internal/casework/clockfile"
	"percorsi/internal/fact"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

func shipped(t *testing.T) []casework.ClockRule {
	t.Helper()
	rules, err := clockfile.Read(clocks.YAML())
	if err != nil {
		t.Fatal(err)
	}
	return rules
}

func TestEveryRuleSaysHowCertainItIs(t *testing.T) {
	for _, r := range shipped(t) {
		if !strings.HasPrefix(r.Note, "Certain") && !strings.HasPrefix(r.Note, "Likely") && !strings.HasPrefix(r.Note, "Uncertain") {
			t.Errorf("%s: the note begins with neither Certain, Likely nor Uncertain", r.Name)
		}
	}
}

func TestTheFileCanBeReadAgain(t *testing.T) {
	if diff := cmp.Diff(shipped(t), shipped(t)); diff != "" {
		t.Errorf("the second reading differs:\n%s", diff)
	}
}

var (
	person  = uuid.NewSHA1(uuid.Nil, []byte("person")).String()
	partner = uuid.NewSHA1(uuid.Nil, []byte("partner")).String()
	meeting = uuid.NewSHA1(uuid.Nil, []byte("meeting")).String()
	project = uuid.NewSHA1(uuid.Nil, []byte("project")).String()
	other   = uuid.NewSHA1(uuid.Nil, []byte("other")).String()
)

func on(day string, happened proto.Message) *eventv1.Fact {
	f, err := fact.Wrap(happened, day)
	if err != nil {
		panic(err)
	}
	return f
}

func at(day string, hour int) *timestamppb.Timestamp {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		panic(err)
	}
	return timestamppb.New(t.Add(time.Duration(hour) * time.Hour))
}

type facts = []*eventv1.Fact

// story is a case whose clocks are looked at: name the clock and what it is
// about ("" for the case), and the day it is due.
type story struct {
	name  string
	facts facts
	due   map[string]string
}

func check(t *testing.T, stories []story) {
	t.Helper()
	rules := shipped(t)
	for _, s := range stories {
		t.Run(s.name, func(t *testing.T) {
			var c *casework.Case
			for i, f := range s.facts {
				next, err := casework.Evolve(c, casework.Position(i+1), &eventv1.Commit{
					CommandId: uuid.NewSHA1(uuid.Nil, fmt.Append(nil, i)).String(), Facts: facts{f},
				})
				if err != nil {
					t.Fatal(err)
				}
				c = next
			}
			got := map[string]string{}
			for _, k := range casework.Running(rules, c) {
				name := k.Name
				if k.About != "" {
					name += " " + map[string]string{person: "person", partner: "partner", project: "project", other: "other project"}[k.About]
				}
				if _, twice := got[name]; twice {
					t.Errorf("%s runs twice", name)
				}
				got[name] = k.DueOn.String()
			}
			if diff := cmp.Diff(s.due, got); diff != "" {
				t.Errorf("clocks (-want +got):\n%s", diff)
			}
		})
	}
}

func applied(day, pad, transmitted string) *eventv1.Fact {
	return on(day, &eventv1.Applied{PersonId: person, PadSignedOn: pad, TransmittedOn: transmitted})
}

func decision(day string, d eventv1.MeasureDecision) *eventv1.Fact {
	return on(day, &eventv1.MeasureDecided{Decision: d})
}

func signed(day string) *eventv1.Fact {
	return on(day, &eventv1.ProjectSigned{ProjectId: project, Signer: eventv1.Signer_SIGNER_BENEFICIARY})
}

func TestTheClocksOfADI(t *testing.T) {
	begin := applied("2025-01-08", "2025-01-10", "2025-01-12")
	home := on("2025-01-10", &eventv1.HouseholdRecorded{Members: []*eventv1.HouseholdMember{
		{PersonId: person, Obligation: eventv1.Obligation_OBLIGATION_SOCIAL_SERVICES},
		{PersonId: partner, Obligation: eventv1.Obligation_OBLIGATION_EMPLOYMENT_CENTRE},
	}})
	met := on("2025-02-01", &eventv1.FirstMeetingHeld{})
	missed := func(ok bool) *eventv1.Fact { return on("2025-03-01", &eventv1.SummonsMissed{Justified: ok}) }
	summoned := on("2025-02-20", &eventv1.Summoned{MeetingOn: "2025-03-01"})
	check(t, []story{
		{
			"an application without a PAD has no clock",
			facts{applied("2025-01-08", "", "2025-01-12")},
			map[string]string{},
		},
		{
			"from the PAD there are 60 days to summon, 120 to meet and 18 months of benefit",
			facts{begin},
			map[string]string{"T60_SUMMONS": "2025-03-11", "T120": "2025-05-10", "DURATION": "2026-07-10"},
		},
		{
			"a household that was summoned still has to be met",
			facts{begin, summoned},
			map[string]string{"T120": "2025-05-10", "DURATION": "2026-07-10"},
		},
		{
			"a summons missed without a good reason gives no new days",
			facts{begin, summoned, missed(false)},
			map[string]string{"T120": "2025-05-10", "DURATION": "2026-07-10"},
		},
		{
			"one missed for a good reason gives 120 new ones",
			facts{begin, summoned, missed(true)},
			map[string]string{"T120": "2025-06-29", "DURATION": "2026-07-10"},
		},
		{
			"applications up to 29.2.2024 count from the transmission to GePI",
			facts{applied("2024-02-29", "2024-03-02", "2024-03-10")},
			map[string]string{"T120": "2024-07-08", "DURATION": "2025-09-02"},
		},
		{
			"those of the day after count from the PAD",
			facts{applied("2024-03-01", "2024-03-02", "2024-03-10")},
			map[string]string{"T120": "2024-06-30", "DURATION": "2025-09-02"},
		},
		{
			"after the first meeting the members of the social services come every 90 days",
			facts{begin, home, met},
			map[string]string{"T90 person": "2025-05-02", "DURATION": "2026-07-10"},
		},
		{
			"a periodic meeting gives 90 new days",
			facts{
				begin, home, met, on("2025-04-01", &eventv1.PeriodicMeetingHeld{PersonId: person}),
			},
			map[string]string{"T90 person": "2025-06-30", "DURATION": "2026-07-10"},
		},
		{
			"a member who was sent to the CPI has 60 days for the patto di servizio",
			facts{
				begin, home, met, on("2025-02-10", &eventv1.SentToEmploymentCentre{PersonId: partner}),
			},
			map[string]string{"T90 person": "2025-05-02", "T60_CPI partner": "2025-04-11", "DURATION": "2026-07-10"},
		},
		{
			"the patto di servizio stops them",
			facts{
				begin, home, met, on("2025-02-10", &eventv1.SentToEmploymentCentre{PersonId: partner}),
				on("2025-03-10", &eventv1.ServicePactSigned{PersonId: partner}),
			},
			map[string]string{"T90 person": "2025-05-02", "DURATION": "2026-07-10"},
		},
		{
			"a signed PaIS is looked at again within 90 days",
			facts{begin, met, signed("2025-03-01")},
			map[string]string{"MONITORING_90": "2025-05-30", "DURATION": "2026-07-10"},
		},
		{
			"a monitoring or periodic meeting gives 90 new ones",
			facts{
				begin, met, signed("2025-03-01"), on("2025-05-01", &eventv1.ProjectMonitored{ProjectId: project}),
				on("2025-05-20", &eventv1.PeriodicMeetingHeld{PersonId: person}),
			},
			map[string]string{"MONITORING_90": "2025-08-18", "DURATION": "2026-07-10"},
		},
		{
			"a measure that was revoked has no clock",
			facts{
				begin, home, summoned, met, signed("2025-03-01"), decision("2025-04-01", eventv1.MeasureDecision_MEASURE_DECISION_REVOKED),
			},
			map[string]string{},
		},
		{
			"a suspended measure keeps its clocks, for it can be made good",
			facts{
				begin, decision("2025-06-01", eventv1.MeasureDecision_MEASURE_DECISION_SUSPENDED),
			},
			map[string]string{"T60_SUMMONS": "2025-03-11", "T120": "2025-05-10", "DURATION": "2026-07-10"},
		},
		{
			"a renewal counts twelve months, and 120 days from its own PAD",
			facts{
				begin, met, decision("2026-07-31", eventv1.MeasureDecision_MEASURE_DECISION_EXPIRED),
				on("2026-08-05", &eventv1.PadSigned{SignedOn: "2026-08-05"}),
				decision("2026-08-20", eventv1.MeasureDecision_MEASURE_DECISION_RENEWED),
			},
			map[string]string{"T60_SUMMONS": "2026-10-04", "T120": "2026-12-03", "DURATION_RENEWED": "2027-08-20"},
		},
		{
			"a closed case has no clock",
			facts{
				begin, home, met, on("2025-02-02", &eventv1.TakenInCharge{}), on("2025-05-01", &eventv1.Closed{}),
			},
			map[string]string{},
		},
	})
}

func TestTheClocksOfTheDischarges(t *testing.T) {
	signal := on("2025-01-10", &eventv1.Signalled{
		PersonId: person, Pathway: eventv1.Pathway_PATHWAY_DISCHARGE, Service: eventv1.Service_SERVICE_PROTECTED_DISCHARGE,
	})
	report := func(l eventv1.DischargeLine, expected string) *eventv1.Fact {
		return on("2025-01-11", &eventv1.DischargeReported{Line: l, ExpectedOn: expected})
	}
	home, homeless := eventv1.DischargeLine_DISCHARGE_LINE_HOME, eventv1.DischargeLine_DISCHARGE_LINE_HOMELESS
	left := on("2025-01-20", &eventv1.Discharged{At: at("2025-01-20", 15)})
	access := on("2025-01-22", &eventv1.FirstAccess{At: at("2025-01-22", 9)})
	concluded := on("2025-02-10", &eventv1.ServiceConcluded{})
	entered := on("2025-01-21", &eventv1.BedEntered{})
	check(t, []story{
		{
			"before the discharge the PAI is due",
			facts{signal, report(home, "2025-01-20")},
			map[string]string{"PAI_BEFORE_DISCHARGE": "2025-01-20"},
		},
		{"no day is expected, so none is due", facts{signal, report(home, "")}, map[string]string{}},
		{"a signed PAI is not due any more", facts{signal, report(home, "2025-01-20"), signed("2025-01-15")}, map[string]string{}},
		{
			"the discharge starts 72 hours, 30 days and six months",
			facts{signal, report(home, "2025-01-20"), left},
			map[string]string{"H72": "2025-01-23", "DAY30": "2025-02-19", "SIX_MONTHS": "2025-07-20"},
		},
		{
			"the first access stops the hours",
			facts{signal, report(home, ""), left, access},
			map[string]string{"DAY30": "2025-02-19", "SIX_MONTHS": "2025-07-20"},
		},
		{
			"a service that ended still waits for the answer after six months",
			facts{
				signal, report(home, ""), left, access, concluded, on("2025-02-11", &eventv1.Closed{}),
			},
			map[string]string{"SIX_MONTHS": "2025-07-20"},
		},
		{
			"the answer ends the wait",
			facts{
				signal, report(home, ""), left, access, concluded, on("2025-02-11", &eventv1.Closed{}),
				on("2025-07-20", &eventv1.SixMonthResult{}),
			},
			map[string]string{},
		},
		{
			"without a home the team meets each month from the day the bed is entered",
			facts{signal, report(homeless, ""), left, entered},
			map[string]string{"MONTHLY_TEAM": "2025-02-21"},
		},
		{
			"a meeting of the team of GEA gives a new month",
			facts{signal, report(homeless, ""), entered, called(eventv1.TeamKind_TEAM_KIND_MARGINALITY), held()},
			map[string]string{"MONTHLY_TEAM": "2025-03-15"},
		},
		{
			"a meeting of another team gives none",
			facts{signal, report(homeless, ""), entered, called(eventv1.TeamKind_TEAM_KIND_UVM), held()},
			map[string]string{"MONTHLY_TEAM": "2025-02-21"},
		},
		{
			"who has left the bed needs no meeting",
			facts{signal, report(homeless, ""), entered, on("2025-03-01", &eventv1.BedLeft{})},
			map[string]string{},
		},
	})
}

func called(team eventv1.TeamKind) *eventv1.Fact {
	return on("2025-01-25", &eventv1.MeetingCalled{MeetingId: meeting, Team: team, MeetingOn: "2025-02-15"})
}

func held(due ...string) *eventv1.Fact {
	f := &eventv1.MeetingHeld{MeetingId: meeting}
	for _, d := range due {
		f.FollowUps = append(f.FollowUps, &eventv1.FollowUp{DueOn: d})
	}
	return on("2025-02-15", f)
}

func TestTheClockOfWhatTheTeamDecided(t *testing.T) {
	begin := on("2025-01-10", &eventv1.Signalled{PersonId: person, Pathway: eventv1.Pathway_PATHWAY_SELF})
	met := called(eventv1.TeamKind_TEAM_KIND_SELF)
	settled := func(nth int64, r eventv1.Settlement, due string) *eventv1.Fact {
		return on("2025-02-20", &eventv1.FollowUpSettled{MeetingId: meeting, FollowUp: nth, Result: r, DueOn: due})
	}
	const done, moved = eventv1.Settlement_SETTLEMENT_DONE, eventv1.Settlement_SETTLEMENT_MOVED
	check(t, []story{
		{"a meeting that decided nothing has no clock", facts{begin, met, held()}, map[string]string{}},
		{
			"what is due first is shown",
			facts{begin, met, held("2025-04-01", "2025-03-01")},
			map[string]string{"FOLLOW_UP": "2025-03-01"},
		},
		{
			"what was done leaves the next",
			facts{begin, met, held("2025-04-01", "2025-03-01"), settled(1, done, "")},
			map[string]string{"FOLLOW_UP": "2025-04-01"},
		},
		{
			"what was put off is due later",
			facts{begin, met, held("2025-04-01", "2025-03-01"), settled(1, moved, "2025-03-15")},
			map[string]string{"FOLLOW_UP": "2025-03-15"},
		},
		{
			"what was all done leaves none",
			facts{begin, met, held("2025-04-01"), settled(0, done, "")},
			map[string]string{},
		},
	})
}

func TestTheClocksOfSevereMarginality(t *testing.T) {
	signal := func(s eventv1.Service) *eventv1.Fact {
		return on("2025-01-10", &eventv1.Signalled{PersonId: person, Pathway: eventv1.Pathway_PATHWAY_GENERALE, Service: s})
	}
	gea := signal(eventv1.Service_SERVICE_SEVERE_MARGINALITY)
	check(t, []story{
		{"a project of GEA is monitored each month", facts{gea, signed("2025-02-01")}, map[string]string{"MONTHLY_TEAM": "2025-03-01"}},
		{
			"a monitoring gives a new month",
			facts{gea, signed("2025-02-01"), on("2025-02-20", &eventv1.ProjectMonitored{})},
			map[string]string{"MONTHLY_TEAM": "2025-03-20"},
		},
		{
			"a concluded project has none",
			facts{gea, signed("2025-02-01"), on("2025-02-20", &eventv1.ProjectConcluded{})},
			map[string]string{},
		},
		{"another service has none", facts{signal(eventv1.Service_SERVICE_HOUSING_AGENCY), signed("2025-02-01")}, map[string]string{}},
	})
}

func TestTheClockOfTheMonitoringThatAProjectPlans(t *testing.T) {
	begin := on("2025-01-10", &eventv1.Signalled{PersonId: person, Pathway: eventv1.Pathway_PATHWAY_SELF})
	drafted := func(id string) *eventv1.Fact { return on("2025-01-20", &eventv1.ProjectDrafted{ProjectId: id}) }
	planned := func(id string, days ...string) *eventv1.Fact {
		return on("2025-02-01", &eventv1.MonitoringPlanned{ProjectId: id, PlannedOn: days})
	}
	held := func(day string) *eventv1.Fact { return on(day, &eventv1.ProjectMonitored{ProjectId: project}) }
	quarterly := facts{begin, drafted(project), planned(project, "2025-03-01", "2025-06-01")}
	check(t, []story{
		{"a project without a calendar has none", facts{begin, drafted(project)}, map[string]string{}},
		{"the first day is due first", quarterly, map[string]string{"MONITORING_PLANNED project": "2025-03-01"}},
		{"a meeting leaves the next day", append(quarterly, held("2025-03-04")), map[string]string{"MONITORING_PLANNED project": "2025-06-01"}},
		{
			"each project has its own",
			append(quarterly, drafted(other), planned(other, "2025-04-01"), held("2025-02-28")),
			map[string]string{"MONITORING_PLANNED project": "2025-06-01", "MONITORING_PLANNED other project": "2025-04-01"},
		},
		{"after the last day none is due", append(quarterly, held("2025-06-01")), map[string]string{}},
		{
			"a concluded project is not monitored",
			append(quarterly, on("2025-02-20", &eventv1.ProjectConcluded{ProjectId: project})),
			map[string]string{},
		},
	})
}

func TestNoCaseHasAClockTwice(t *testing.T) {
	rules := shipped(t)
	for seed := range uint64(50) {
		for _, p := range casetest.Pathways() {
			c, err := casetest.Fold(nil, 1, casetest.Story(seed, p)...)
			if err != nil {
				t.Fatal(err)
			}
			seen := map[string]bool{}
			for _, k := range casework.Running(rules, c) {
				if seen[k.Name+k.About] {
					t.Fatalf("seed %d, %s: %s runs twice", seed, p, k.Name)
				}
				seen[k.Name+k.About] = true
			}
		}
	}
}
