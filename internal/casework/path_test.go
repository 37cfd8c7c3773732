package casework_test

import (
	"testing"

	"percorsi/internal/casework"
	"percorsi/internal/fault"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

func TestPathsOfSELF(t *testing.T) { decide(t, pathDecisions()) }

func TestWhatPathsGive(t *testing.T) { decide(t, attendanceDecisions()) }

// inPath gives the path of the tests as the case has it.
func inPath(show func(p *casework.Path) (got, want any)) func(c *casework.Case) (got, want any) {
	return func(c *casework.Case) (any, any) { return show(c.Paths[0]) }
}

func pathDecisions() []decision {
	tirocinio := eventv1.PathKind_PATH_KIND_TIROCINIO
	proposing := func(change func(*eventv1.PathProposed)) *eventv1.Fact {
		f := proposal(tirocinio)
		f.SocialFarming, f.HostKnownSince = true, "2024-11-05"
		change(f)
		return on("2025-02-01", f)
	}
	agree := &eventv1.PathAgreementSigned{PathId: id("path"), Promoter: "ASFOL"}
	start := &eventv1.PathStarted{PathId: id("path"), EndsOn: "2025-08-31"}
	extend := func(to string) *eventv1.PathExtended { return &eventv1.PathExtended{PathId: id("path"), EndsOn: to} }
	suspend, resume := &eventv1.PathSuspended{PathId: id("path")}, &eventv1.PathResumed{PathId: id("path")}
	interrupt := &eventv1.PathInterrupted{PathId: id("path"), Reason: eventv1.InterruptionReason_INTERRUPTION_REASON_HOST}
	conclude := &eventv1.PathConcluded{PathId: id("path"), Outcome: eventv1.Outcome_OUTCOME_NEGATIVE, Certificate: true}
	proposed := and(selfInCharge(), on("2025-02-01", proposal(tirocinio)))
	return []decision{
		{
			name:  "a tirocinio is proposed, and the host works on the case",
			given: selfInCharge(), when: proposing(func(*eventv1.PathProposed) {}),
			then: func(c *casework.Case) (any, any) {
				return []any{c.Paths, c.Bodies}, []any{
					[]*casework.Path{{
						ID: id("path"), Kind: tirocinio, Host: "FARM", HostKind: eventv1.BodyKind_BODY_KIND_COMPANY,
						HostSince: day("2024-11-05"), SocialFarming: true, ProposedOn: day("2025-02-01"),
					}},
					[]string{"ACSI", "CARITAS", "FARM"},
				}
			},
		},
		{
			name:  "a tirocinio has a host",
			given: selfInCharge(), when: proposing(func(f *eventv1.PathProposed) { f.Host = "" }),
			kind: fault.Invalid, field: "fact.host",
		},
		{
			name:  "a host has a kind",
			given: selfInCharge(), when: proposing(func(f *eventv1.PathProposed) { f.HostKind = 0 }),
			kind: fault.Invalid, field: "fact.host_kind",
		},
		{
			name:  "a host is known before it is proposed",
			given: selfInCharge(), when: proposing(func(f *eventv1.PathProposed) { f.HostKnownSince = "2025-02-02" }),
			kind: fault.Invalid, field: "fact.host_known_since",
		},
		{
			name:  "a path belongs to SELF",
			given: generaleInCharge(), when: proposing(func(*eventv1.PathProposed) {}), kind: fault.NotNow,
		},
		{
			name:  "a path needs a case in charge",
			given: self(), when: proposing(func(*eventv1.PathProposed) {}), kind: fault.NotNow,
		},
		{
			name:  "convention and training project are signed",
			given: proposed, when: on("2025-02-05", agree),
			then: inPath(func(p *casework.Path) (any, any) { return p.AgreedOn, day("2025-02-05") }),
		},
		{
			name:  "they are signed once",
			given: and(proposed, on("2025-02-05", agree)), when: on("2025-02-06", agree), kind: fault.NotNow,
		},
		{
			name:  "they are not signed before the proposal",
			given: proposed, when: on("2025-01-31", agree), kind: fault.Invalid, field: "command.occurred_on",
		},
		{
			name:  "a path that is not there has no agreement",
			given: selfInCharge(), when: on("2025-02-05", agree), kind: fault.Invalid, field: "fact.path_id",
		},
		{
			name:  "a tirocinio starts once they are signed",
			given: proposed, when: on("2025-02-10", start), kind: fault.NotNow,
		},
		{
			name:  "a tirocinio starts",
			given: and(proposed, on("2025-02-05", agree)), when: on("2025-02-10", start),
			then: inPath(func(p *casework.Path) (any, any) {
				return []casework.Day{p.StartedOn, p.EndsOn}, []casework.Day{day("2025-02-10"), day("2025-08-31")}
			}),
		},
		{
			name:  "a tirocinio does not start before they are signed",
			given: and(proposed, on("2025-02-05", agree)), when: on("2025-02-04", start),
			kind: fault.Invalid, field: "command.occurred_on",
		},
		{
			name:  "training starts without a convention",
			given: training(), when: on("2025-02-10", start),
			then: inPath(func(p *casework.Path) (any, any) { return p.StartedOn, day("2025-02-10") }),
		},
		{
			name:  "a path starts once",
			given: trained(), when: on("2025-02-11", start), kind: fault.NotNow,
		},
		{
			name:  "a path does not end before it starts",
			given: training(), when: on("2025-09-01", start), kind: fault.Invalid, field: "fact.ends_on",
		},
		{
			name:  "a path is extended",
			given: trained(), when: on("2025-08-01", extend("2025-12-31")),
			then: inPath(func(p *casework.Path) (any, any) { return p.EndsOn, day("2025-12-31") }),
		},
		{
			name:  "a path is not shortened by an extension",
			given: trained(), when: on("2025-08-01", extend("2025-08-31")), kind: fault.Invalid, field: "fact.ends_on",
		},
		{
			name:  "a path without a last day is not extended to before its start",
			given: and(training(), on("2025-02-10", &eventv1.PathStarted{PathId: id("path")})),
			when:  on("2025-03-01", extend("2025-02-01")), kind: fault.Invalid, field: "fact.ends_on",
		},
		{
			name:  "a path that ended is not extended",
			given: graduated(), when: on("2025-07-30", extend("2025-12-31")), kind: fault.NotNow,
		},
		{
			name:  "a path is suspended",
			given: trained(), when: on("2025-04-01", suspend),
			then: inPath(func(p *casework.Path) (any, any) { return p.Suspended, true }),
		},
		{
			name:  "a path is not suspended twice",
			given: and(trained(), on("2025-04-01", suspend)), when: on("2025-04-02", suspend), kind: fault.NotNow,
		},
		{
			name:  "a path that has not started is not suspended",
			given: training(), when: on("2025-04-01", suspend), kind: fault.NotNow,
		},
		{
			name:  "a suspended path goes on",
			given: and(trained(), on("2025-04-01", suspend)), when: on("2025-05-01", resume),
			then: inPath(func(p *casework.Path) (any, any) { return p.Suspended, false }),
		},
		{
			name:  "a path that runs does not go on",
			given: trained(), when: on("2025-05-01", resume), kind: fault.NotNow,
		},
		{
			name:  "a path that was suspended when it ended does not go on",
			given: and(trained(), on("2025-04-01", suspend), on("2025-05-01", interrupt)),
			when:  on("2025-05-01", resume), kind: fault.NotNow,
		},
		{
			name:  "a path is interrupted",
			given: trained(), when: on("2025-05-01", interrupt),
			then: inPath(func(p *casework.Path) (any, any) {
				return []any{p.EndedOn, p.Interrupted}, []any{day("2025-05-01"), true}
			}),
		},
		{
			name:  "a path that has not started is not interrupted",
			given: training(), when: on("2025-05-01", interrupt), kind: fault.NotNow,
		},
		{
			name:  "a path that ended is not interrupted",
			given: graduated(), when: on("2025-07-31", interrupt), kind: fault.NotNow,
		},
		{
			name:  "a path is concluded with outcome and certificate",
			given: trained(), when: on("2025-07-31", conclude),
			then: inPath(func(p *casework.Path) (any, any) {
				return []any{p.EndedOn, p.Interrupted, p.Outcome, p.Certificate},
					[]any{day("2025-07-31"), false, eventv1.Outcome_OUTCOME_NEGATIVE, true}
			}),
		},
		{
			name:  "a path is concluded once",
			given: graduated(), when: on("2025-07-31", conclude), kind: fault.NotNow,
		},
		{
			name:  "a path is not concluded before it started",
			given: trained(), when: on("2025-02-09", conclude), kind: fault.Invalid, field: "command.occurred_on",
		},
	}
}

func attendanceDecisions() []decision {
	attend := func(month string) *eventv1.PathAttended {
		return &eventv1.PathAttended{PathId: id("path"), Month: month, Minutes: 600}
	}
	pay := func(month string, shares ...int64) *eventv1.PathPaid {
		f := &eventv1.PathPaid{PathId: id("path"), Month: month, AmountCents: 50000}
		for i, s := range shares {
			f.Shares = append(f.Shares, &eventv1.FundShare{Fund: eventv1.Fund(i + 1), Share: s})
		}
		return f
	}
	follow := &eventv1.PathFollowedUp{PathId: id("path"), Result: eventv1.FollowUpResult_FOLLOW_UP_RESULT_EMPLOYED}
	closedAfter := and(graduated(), on("2025-08-31", closing(eventv1.ClosingReason_CLOSING_REASON_EMPLOYED)))
	return []decision{
		{
			name:  "attended minutes add up",
			given: and(trained(), on("2025-03-31", attend("2025-03"))), when: on("2025-04-30", attend("2025-04")),
			then: inPath(func(p *casework.Path) (any, any) { return p.Minutes, int64(1200) }),
		},
		{
			name:  "attendance may be recorded after the closure, for a month of the path",
			given: closedAfter, when: on("2025-09-10", attend("2025-07")),
			then: inPath(func(p *casework.Path) (any, any) { return p.Minutes, int64(600) }),
		},
		{
			name:  "nobody attends after the end",
			given: closedAfter, when: on("2025-09-10", attend("2025-08")), kind: fault.Invalid, field: "fact.month",
		},
		{
			name:  "nobody attends before the start",
			given: trained(), when: on("2025-03-31", attend("2025-01")), kind: fault.Invalid, field: "fact.month",
		},
		{
			name:  "nobody has attended a month to come",
			given: trained(), when: on("2025-03-31", attend("2025-04")), kind: fault.Invalid, field: "fact.month",
		},
		{
			name:  "a path that has not started is not attended",
			given: training(), when: on("2025-03-31", attend("2025-03")), kind: fault.NotNow,
		},
		{
			name:  "an allowance is paid by several funds",
			given: trained(), when: on("2025-04-10", pay("2025-03", 60, 40)),
			then: inPath(func(p *casework.Path) (any, any) {
				return p.Payments, []*casework.Payment{{Month: "2025-03", On: day("2025-04-10"), Cents: 50000}}
			}),
		},
		{
			name:  "their shares sum to 100",
			given: trained(), when: on("2025-04-10", pay("2025-03", 60, 41)), kind: fault.Invalid, field: "fact.shares",
		},
		{
			name:  "a month is paid once",
			given: and(trained(), on("2025-04-10", pay("2025-03", 100))), when: on("2025-04-11", pay("2025-03", 100)),
			kind: fault.Invalid, field: "fact.month",
		},
		{
			name:  "a month after the end is not paid",
			given: graduated(), when: on("2025-09-11", pay("2025-08", 100)), kind: fault.Invalid, field: "fact.month",
		},
		{
			name:  "a follow-up comes after the end, and after the closure too",
			given: closedAfter, when: on("2026-02-01", follow),
			then: inPath(func(p *casework.Path) (any, any) { return p.FollowUp, eventv1.FollowUpResult_FOLLOW_UP_RESULT_EMPLOYED }),
		},
		{
			name:  "a path that runs has no follow-up",
			given: trained(), when: on("2025-06-01", follow), kind: fault.NotNow,
		},
		{
			name:  "a follow-up is not before the end",
			given: graduated(), when: on("2025-07-30", follow), kind: fault.Invalid, field: "command.occurred_on",
		},
	}
}
