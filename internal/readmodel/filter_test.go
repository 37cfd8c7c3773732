package readmodel_test

import (
	"testing"

	"percorsi/internal/access"
	"percorsi/internal/casework"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	"percorsi/internal/readmodel"
)

// proposed is a closure that waits for its approval.
func proposed(by string) *casework.Closure {
	return &casework.Closure{ProposedOn: 20_000, Approval: casework.Approval{Authors: []string{by}}}
}

func TestACaseMatchesOnlyIfEveryFieldDoes(t *testing.T) {
	c := &casework.Case{
		Pathway: eventv1.Pathway_PATHWAY_ADI, Area: eventv1.Area_AREA_POVERTY, Service: eventv1.Service_SERVICE_POVERTY_TEAM,
		Status: casework.InCharge, Comune: "098031", ManagingBody: "ACSI", CaseManager: "op-001", Person: "one",
		Closure: proposed("op-001"),
	}
	whole := readmodel.CaseFilter{
		Pathway: c.Pathway, Area: c.Area, Service: c.Service, Status: c.Status,
		Comune: c.Comune, ManagingBody: c.ManagingBody, CaseManager: c.CaseManager, Person: c.Person,
		Member: c.CaseManager, Body: c.ManagingBody, Lacks: casework.LacksOf(casework.NeverMet, casework.NeverConvened),
		Awaiting: true, Approver: "op-002",
	}
	if !whole.Matches(c, nil, nil) || !(readmodel.CaseFilter{}).Matches(c, nil, nil) {
		t.Error("the case does not match what it is, or what asks for nothing")
	}
	for name, change := range map[string]func(*readmodel.CaseFilter){
		"pathway":       func(f *readmodel.CaseFilter) { f.Pathway = eventv1.Pathway_PATHWAY_SELF },
		"area":          func(f *readmodel.CaseFilter) { f.Area = eventv1.Area_AREA_WORK },
		"service":       func(f *readmodel.CaseFilter) { f.Service = eventv1.Service_SERVICE_SELF },
		"status":        func(f *readmodel.CaseFilter) { f.Status = casework.Closed },
		"comune":        func(f *readmodel.CaseFilter) { f.Comune = "098062" },
		"managing body": func(f *readmodel.CaseFilter) { f.ManagingBody = "ASSC" },
		"case manager":  func(f *readmodel.CaseFilter) { f.CaseManager = "op-002" },
		"person":        func(f *readmodel.CaseFilter) { f.Person = "two" },
		"member":        func(f *readmodel.CaseFilter) { f.Member = "op-002" },
		"body":          func(f *readmodel.CaseFilter) { f.Body = "ASSC" },
		"lack":          func(f *readmodel.CaseFilter) { f.Lacks |= casework.LacksOf(casework.NeverEvaluated) },
		"approver":      func(f *readmodel.CaseFilter) { f.Approver = "op-001" },
	} {
		other := whole
		change(&other)
		if other.Matches(c, nil, nil) {
			t.Errorf("the case matches another %s", name)
		}
	}
}

func TestAClockMatchesOnlyIfEveryFieldDoes(t *testing.T) {
	c := &casework.Case{
		ManagingBody: "ACSI", CaseManager: "op-001", Person: "one", Household: []*casework.Member{{Person: "child"}},
		Team: []*casework.TeamMember{{User: "op-003"}, {User: "op-004", From: 1, To: 2}}, Bodies: []string{"ACSI", "ATS"},
		Closure: proposed("op-001"),
	}
	k := casework.Clock{Name: "T120", DueOn: 20_000}
	whole := readmodel.ClockFilter{
		Name: "T120", CaseManager: "op-001", ManagingBody: "ACSI", Person: "child", Member: "op-003", Body: "ATS",
		DueFrom: 20_000, DueBy: 20_000, Awaiting: true, Approver: "op-002",
	}
	if !whole.Matches(c, k, nil, nil) || !(readmodel.ClockFilter{}).Matches(c, k, nil, nil) {
		t.Error("the clock does not match what it is, or what asks for nothing")
	}
	for name, change := range map[string]func(*readmodel.ClockFilter){
		"name":          func(f *readmodel.ClockFilter) { f.Name = "T90" },
		"managing body": func(f *readmodel.ClockFilter) { f.ManagingBody = "ASSC" },
		"case manager":  func(f *readmodel.ClockFilter) { f.CaseManager = "op-002" },
		"person":        func(f *readmodel.ClockFilter) { f.Person = "two" },
		"member":        func(f *readmodel.ClockFilter) { f.Member = "op-002" },
		"former member": func(f *readmodel.ClockFilter) { f.Member = "op-004" },
		"body":          func(f *readmodel.ClockFilter) { f.Body = "ASSC" },
		"first day":     func(f *readmodel.ClockFilter) { f.DueFrom = 20_001 },
		"last day":      func(f *readmodel.ClockFilter) { f.DueBy = 19_999 },
		"approver":      func(f *readmodel.ClockFilter) { f.Approver = "op-001" },
	} {
		other := whole
		change(&other)
		if other.Matches(c, k, nil, nil) {
			t.Errorf("the clock matches another %s", name)
		}
	}
	if !(readmodel.ClockFilter{Person: "two"}).Matches(c, k, []string{"child", "two"}, nil) {
		t.Error("the clock is not found under another registration of the same person")
	}
}

func TestWhatWaitsIsAskedForByTheRulesOfApprovals(t *testing.T) {
	c := &casework.Case{Status: casework.InCharge, Assessments: []*casework.Assessment{{
		ID: "one", ConcludedOn: 20_000, Approval: casework.Approval{Authors: []string{"op-001"}},
	}}}
	rules := casework.Approvals{{Of: casework.ApprovableAssessment}}
	for _, tt := range []struct {
		name     string
		asked    casework.Approvals
		awaiting bool
		approver string
		want     bool
	}{
		{"where no rule asks", nil, true, "", false},
		{"where one asks", rules, true, "", true},
		{"for an author", rules, false, "op-001", false},
		{"for a colleague", rules, false, "op-002", true},
		{"for a colleague, where no rule asks", nil, false, "op-002", false},
	} {
		if got := (readmodel.CaseFilter{Awaiting: tt.awaiting, Approver: tt.approver}).Matches(c, nil, tt.asked); got != tt.want {
			t.Errorf("%s: the case matches: %v", tt.name, got)
		}
		if got := (readmodel.ClockFilter{Awaiting: tt.awaiting, Approver: tt.approver}).Matches(c, casework.Clock{}, nil, tt.asked); got != tt.want {
			t.Errorf("%s: its clocks match: %v", tt.name, got)
		}
	}
}

func TestWhoElseWorksOnASealedCaseIsNotFoundByTheirBody(t *testing.T) {
	c := &casework.Case{ManagingBody: "ACSI", Service: eventv1.Service_SERVICE_ANTI_VIOLENCE_CENTRE, Bodies: []string{"ACSI", "ATS"}}
	for body, want := range map[string]bool{"ACSI": true, "ATS": false} {
		if got := (readmodel.ClockFilter{Body: body}).Matches(c, casework.Clock{}, nil, nil); got != want {
			t.Errorf("the clocks of %s have one of the case: %v", body, got)
		}
	}
}

func TestAScopeSeesWhatTheCallerMaySee(t *testing.T) {
	c := &casework.Case{ManagingBody: "ACSI", Service: eventv1.Service_SERVICE_ANTI_VIOLENCE_CENTRE}
	insider := access.Caller{User: "op-001", Role: access.CaseManager, Body: "ACSI"}
	planner := access.Caller{User: "op-002", Role: access.Planner}
	for _, tt := range []struct {
		name  string
		scope readmodel.Scope
		sees  bool
	}{
		{"nobody", readmodel.Scope{}, false},
		{"the program", readmodel.Everything(), true},
		{"staff of the body", readmodel.SeenBy(insider), true},
		{"a planner, of a sealed case", readmodel.SeenBy(planner), false},
	} {
		if got := tt.scope.Sees(c); got != tt.sees {
			t.Errorf("%s sees the case: %v", tt.name, got)
		}
	}
}
