package casework_test

import (
	"testing"

	"percorsi/internal/casework"
	"percorsi/internal/fault"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

func TestProjects(t *testing.T) { decide(t, projectDecisions()) }

func TestGoalsCommitmentsAndBudget(t *testing.T) { decide(t, goalDecisions()) }

// inProject gives the project of the tests as the case has it.
func inProject(show func(p *casework.Project) (got, want any)) func(c *casework.Case) (got, want any) {
	return func(c *casework.Case) (any, any) { return show(c.Projects[0]) }
}

func projectDecisions() []decision {
	pais, pai := draft(eventv1.Measure_MEASURE_PAIS), draft(eventv1.Measure_MEASURE_PAI)
	ends := draft(eventv1.Measure_MEASURE_GENERALE)
	ends.EndsOn = "2025-02-28"
	revise := &eventv1.ProjectRevised{ProjectId: id("project"), EndsOn: "2026-06-30"}
	monitor := &eventv1.ProjectMonitored{ProjectId: id("project")}
	conclude := &eventv1.ProjectConcluded{ProjectId: id("project"), Outcome: eventv1.Outcome_OUTCOME_POSITIVE}
	analysed := analysedAs(eventv1.AnalysisResult_ANALYSIS_RESULT_SIMPLE_PACT)
	asksForTeam := analysedAs(eventv1.AnalysisResult_ANALYSIS_RESULT_TEAM_AND_FRAMEWORK)
	return []decision{
		{
			name:  "a project is drafted on a case in charge",
			given: generaleInCharge(), when: on("2025-02-20", draft(eventv1.Measure_MEASURE_GENERALE)),
			then: inProject(func(p *casework.Project) (any, any) {
				return p, &casework.Project{
					ID: id("project"), Measure: eventv1.Measure_MEASURE_GENERALE, Version: 1, DraftedOn: day("2025-02-20"),
					StartsOn: day("2025-03-01"), EndsOn: day("2026-02-28"),
					Since: day("2025-02-20"), By: anna, Approval: casework.Approval{Authors: []string{anna}},
				}
			}),
		},
		{
			name:  "a case that is not in charge has no project",
			given: generale(), when: on("2025-02-20", draft(eventv1.Measure_MEASURE_GENERALE)), kind: fault.NotNow,
		},
		{
			name:  "a refused case has no project",
			given: refusedGenerale(), when: on("2025-01-20", draft(eventv1.Measure_MEASURE_GENERALE)), kind: fault.NotNow,
		},
		{
			name:  "a project is not drafted before the case was taken in charge",
			given: generaleInCharge(), when: on("2025-01-14", draft(eventv1.Measure_MEASURE_GENERALE)),
			kind: fault.Invalid, field: "command.occurred_on",
		},
		{
			name:  "a project does not end before it starts",
			given: generaleInCharge(), when: on("2025-02-20", ends), kind: fault.Invalid, field: "fact.ends_on",
		},
		{
			name:  "a PaIS rests on a preliminary analysis",
			given: and(adiInCharge(), firstMeeting("2025-02-01")), when: on("2025-02-20", pais), kind: fault.NotNow,
		},
		{
			name:  "after the preliminary analysis a PaIS is drafted",
			given: analysed, when: on("2025-02-20", pais),
			then: inProject(func(p *casework.Project) (any, any) { return p.Measure, eventv1.Measure_MEASURE_PAIS }),
		},
		{
			name:  "a preliminary analysis that is under review carries no PaIS",
			given: and(analysed, on("2025-02-15", &eventv1.AssessmentReviewed{AssessmentId: id("assessment")})),
			when:  on("2025-02-20", pais), kind: fault.NotNow,
		},
		{
			name:  "where the analysis asks for a Quadro di analisi a PaIS waits for it",
			given: asksForTeam, when: on("2025-02-20", pais), kind: fault.NotNow,
		},
		{
			name:  "the Quadro di analisi need not be concluded",
			given: and(asksForTeam, on("2025-02-12", framework())), when: on("2025-02-20", pais),
			then: inProject(func(p *casework.Project) (any, any) { return p.Measure, eventv1.Measure_MEASURE_PAIS }),
		},
		{
			name:  "a PAI rests on an admitted discharge",
			given: reportedHome(), when: on("2025-02-04", pai), kind: fault.NotNow,
		},
		{
			name:  "after the admission a PAI is drafted",
			given: admittedHome(), when: on("2025-02-04", pai),
			then: inProject(func(p *casework.Project) (any, any) { return p.Measure, eventv1.Measure_MEASURE_PAI }),
		},
		{
			name:  "outside the discharges a PAI needs no admission",
			given: generaleInCharge(), when: on("2025-02-04", pai),
			then: inProject(func(p *casework.Project) (any, any) { return p.Measure, eventv1.Measure_MEASURE_PAI }),
		},
		{
			name:  "a project of SELF belongs to SELF",
			given: generaleInCharge(), when: on("2025-02-20", draft(eventv1.Measure_MEASURE_SELF)), kind: fault.NotNow,
		},
		{
			name:  "a closed case may get a project late",
			given: closedGenerale(), when: on("2025-06-01", draft(eventv1.Measure_MEASURE_GENERALE)),
			then: inProject(func(p *casework.Project) (any, any) { return p.DraftedOn, day("2025-06-01") }),
		},
		{
			name:  "a revised project is to be signed anew, and stays signed since the first time",
			given: signed(), when: on("2025-09-01", revise),
			then: inProject(func(p *casework.Project) (any, any) {
				return []any{p.Version, len(p.Signers), p.EndsOn, p.SignedOn},
					[]any{int32(2), 0, day("2026-06-30"), day("2025-03-02")}
			}),
		},
		{
			name:  "a revision does not end a project before it starts",
			given: signed(), when: on("2025-09-01", &eventv1.ProjectRevised{ProjectId: id("project"), EndsOn: "2025-02-28"}),
			kind: fault.Invalid, field: "fact.ends_on",
		},
		{
			name:  "a concluded project is not revised",
			given: finished(), when: on("2025-12-02", revise), kind: fault.NotNow,
		},
		{
			name:  "a project is monitored",
			given: signed(), when: on("2025-06-01", monitor),
			then: inProject(func(p *casework.Project) (any, any) { return p.Monitored, []casework.Day{day("2025-06-01")} }),
		},
		{
			name:  "a meeting before the conclusion may be recorded after it",
			given: finished(), when: on("2025-11-30", monitor),
			then: inProject(func(p *casework.Project) (any, any) { return len(p.Monitored), 1 }),
		},
		{
			name:  "a project that is not there is not monitored",
			given: generaleInCharge(), when: on("2025-06-01", monitor), kind: fault.Invalid, field: "fact.project_id",
		},
		{
			name:  "a project is not monitored before its draft",
			given: drafted(), when: on("2025-02-19", monitor), kind: fault.Invalid, field: "command.occurred_on",
		},
		{
			name:  "a project is concluded with an outcome",
			given: evaluated(), when: on("2025-12-01", conclude),
			then: inProject(func(p *casework.Project) (any, any) {
				return []any{p.ConcludedOn, p.Outcome}, []any{day("2025-12-01"), eventv1.Outcome_OUTCOME_POSITIVE}
			}),
		},
		{
			name:  "a project that was never signed is concluded without evaluations",
			given: drafted(), when: on("2025-12-01", conclude),
			then: inProject(func(p *casework.Project) (any, any) { return p.ConcludedOn, day("2025-12-01") }),
		},
		{
			name:  "a signed project is not concluded without the evaluation of both sides",
			given: signed(), when: on("2025-12-01", conclude), kind: fault.NotNow,
		},
		{
			name:  "that of one side is not enough",
			given: and(signed(), on("2025-11-30", ours(id("project")))), when: on("2025-12-01", conclude), kind: fault.NotNow,
		},
		{
			name:  "those of the whole case are",
			given: and(signed(), on("2025-11-30", ours("")), on("2025-11-30", theirs(""))), when: on("2025-12-01", conclude),
			then: inProject(func(p *casework.Project) (any, any) { return p.ConcludedOn, day("2025-12-01") }),
		},
		{
			name:  "a project is concluded once",
			given: finished(), when: on("2025-12-01", conclude), kind: fault.NotNow,
		},
		{
			name:  "a project is not concluded before its first day",
			given: signed(), when: on("2025-02-28", conclude), kind: fault.Invalid, field: "command.occurred_on",
		},
	}
}

func goalDecisions() []decision {
	goal := func(change func(*eventv1.GoalSet)) *eventv1.Fact {
		f := &eventv1.GoalSet{ProjectId: id("project"), GoalId: id("goal"), Domain: eventv1.Domain_DOMAIN_WORK, DueOn: "2025-12-31"}
		change(f)
		return on("2025-03-01", f)
	}
	aGoal := goal(func(*eventv1.GoalSet) {})
	reached := &eventv1.GoalReached{ProjectId: id("project"), GoalId: id("goal")}
	dropped := &eventv1.GoalDropped{ProjectId: id("project"), GoalId: id("goal")}
	commitment := &eventv1.CommitmentAgreed{
		ProjectId: id("project"), CommitmentId: id("commitment"), By: eventv1.Voice_VOICE_BENEFICIARY,
	}
	check := &eventv1.CommitmentChecked{
		ProjectId: id("project"), CommitmentId: id("commitment"),
		Activation: eventv1.Activation_ACTIVATION_PARTLY, Says: eventv1.Voice_VOICE_OPERATORS,
	}
	budget := func(shares ...int64) *eventv1.Fact {
		f := &eventv1.BudgetSet{ProjectId: id("project")}
		for i, s := range shares {
			f.Lines = append(f.Lines, &eventv1.BudgetLine{Fund: eventv1.Fund(i + 1), AmountCents: s * 100, Share: s})
		}
		return on("2025-03-01", f)
	}
	amounts := func(cents1, share1, cents2, share2 int64) *eventv1.Fact {
		return on("2025-03-01", &eventv1.BudgetSet{ProjectId: id("project"), Lines: []*eventv1.BudgetLine{
			{Fund: eventv1.Fund_FUND_FNA, AmountCents: cents1, Share: share1},
			{Fund: eventv1.Fund_FUND_COMUNE, AmountCents: cents2, Share: share2},
		}})
	}
	twice := &eventv1.BudgetSet{ProjectId: id("project"), Lines: []*eventv1.BudgetLine{
		{Fund: eventv1.Fund_FUND_FNA, Share: 50}, {Fund: eventv1.Fund_FUND_FNA, Share: 50},
	}}
	return []decision{
		{
			name:  "a specific goal belongs to a domain",
			given: drafted(), when: aGoal,
			then: inProject(func(p *casework.Project) (any, any) {
				return p.Goals, []*casework.Goal{{ID: id("goal"), Domain: eventv1.Domain_DOMAIN_WORK, DueOn: day("2025-12-31")}}
			}),
		},
		{
			name:  "a general goal needs no domain",
			given: drafted(), when: goal(func(f *eventv1.GoalSet) { f.General, f.Domain = true, 0 }),
			then: inProject(func(p *casework.Project) (any, any) { return p.Goals[0].General, true }),
		},
		{
			name:  "a goal that is neither is refused",
			given: drafted(), when: goal(func(f *eventv1.GoalSet) { f.Domain = 0 }), kind: fault.Invalid, field: "fact.domain",
		},
		{
			name:  "a concluded project gets no new goal",
			given: finished(), when: on("2025-12-02", &eventv1.GoalSet{ProjectId: id("project"), General: true}), kind: fault.NotNow,
		},
		{
			name:  "a goal is reached",
			given: and(drafted(), aGoal), when: on("2025-10-01", reached),
			then: inProject(func(p *casework.Project) (any, any) { return p.Goals[0].ReachedOn, day("2025-10-01") }),
		},
		{
			name:  "a goal that was not set is not reached",
			given: drafted(), when: on("2025-10-01", reached), kind: fault.Invalid, field: "fact.goal_id",
		},
		{
			name:  "a goal is reached once",
			given: and(drafted(), aGoal, on("2025-10-01", reached)), when: on("2025-10-02", reached), kind: fault.NotNow,
		},
		{
			name:  "a goal is dropped",
			given: and(drafted(), aGoal), when: on("2025-10-01", dropped),
			then: inProject(func(p *casework.Project) (any, any) { return p.Goals[0].DroppedOn, day("2025-10-01") }),
		},
		{
			name:  "a dropped goal is not reached",
			given: and(drafted(), aGoal, on("2025-10-01", dropped)), when: on("2025-10-02", reached), kind: fault.NotNow,
		},
		{
			name:  "a goal of a project that is not there is not dropped",
			given: generaleInCharge(), when: on("2025-10-01", dropped), kind: fault.Invalid, field: "fact.project_id",
		},
		{
			name:  "a commitment is agreed",
			given: drafted(), when: on("2025-03-01", commitment),
			then: inProject(func(p *casework.Project) (any, any) {
				return p.Commitments, []*casework.Commitment{{ID: id("commitment"), By: eventv1.Voice_VOICE_BENEFICIARY}}
			}),
		},
		{
			name:  "a commitment belongs to a project of this case",
			given: generaleInCharge(), when: on("2025-03-01", commitment), kind: fault.Invalid, field: "fact.project_id",
		},
		{
			name:  "somebody says how far a commitment was kept",
			given: and(drafted(), on("2025-03-01", commitment)), when: on("2025-06-01", check),
			then: inProject(func(p *casework.Project) (any, any) {
				return p.Commitments[0].Checks, []*casework.Check{{
					On: day("2025-06-01"), Activation: eventv1.Activation_ACTIVATION_PARTLY, Says: eventv1.Voice_VOICE_OPERATORS, By: anna,
				}}
			}),
		},
		{
			name:  "of checks recorded in any order the newest by its day counts",
			given: and(drafted(), on("2025-03-01", commitment), on("2025-06-01", check)),
			when: on("2025-05-01", &eventv1.CommitmentChecked{
				ProjectId: id("project"), CommitmentId: id("commitment"),
				Activation: eventv1.Activation_ACTIVATION_NOT_KEPT, Says: eventv1.Voice_VOICE_BENEFICIARY,
			}),
			then: inProject(func(p *casework.Project) (any, any) {
				m := p.Commitments[0]
				return []any{m.Activation, len(m.Checks), m.Checks[0].On}, []any{eventv1.Activation_ACTIVATION_PARTLY, 2, day("2025-05-01")}
			}),
		},
		{
			name:  "a commitment that was not agreed is not checked",
			given: drafted(), when: on("2025-06-01", check), kind: fault.Invalid, field: "fact.commitment_id",
		},
		{
			name:  "a commitment of a project that is not there is not checked",
			given: generaleInCharge(), when: on("2025-06-01", check), kind: fault.Invalid, field: "fact.project_id",
		},
		{
			name:  "the shares of a budget sum to 100",
			given: drafted(), when: budget(60, 40),
			then: inProject(func(p *casework.Project) (any, any) {
				return p.Budget, []*casework.Budget{{Fund: 1, Cents: 6000, Share: 60}, {Fund: 2, Cents: 4000, Share: 40}}
			}),
		},
		{
			name:  "a new budget takes the place of the old one",
			given: and(drafted(), budget(60, 40)), when: budget(100),
			then: inProject(func(p *casework.Project) (any, any) { return len(p.Budget), 1 }),
		},
		{
			name:  "a project that is not there has no budget",
			given: generaleInCharge(), when: budget(100), kind: fault.Invalid, field: "fact.project_id",
		},
		{
			name:  "shares below 100 are refused",
			given: drafted(), when: budget(60, 39), kind: fault.Invalid, field: "fact.lines",
		},
		{
			name:  "amounts may be off their shares by one percent of the whole",
			given: drafted(), when: amounts(667_00, 67, 333_00, 33),
			then: inProject(func(p *casework.Project) (any, any) { return p.Budget[0].Cents, int64(667_00) }),
		},
		{
			name:  "amounts that are not their shares are refused",
			given: drafted(), when: amounts(500_00, 60, 500_00, 40), kind: fault.Invalid, field: "fact.lines",
		},
		{
			name:  "a fund has one line",
			given: drafted(), when: on("2025-03-01", twice), kind: fault.Invalid, field: "fact.lines",
		},
	}
}
