package access_test

import (
	"testing"

	"pgregory.net/rapid"

	"percorsi/internal/access"
	"percorsi/internal/casework"
	"percorsi/internal/casework/casetest"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

// TestTheSightOfACallerIsWhatTheCallerSees keeps the two forms of the rule in
// step, over the cases of a district and over one that has everything.
func TestTheSightOfACallerIsWhatTheCallerSees(t *testing.T) {
	cases := []*casework.Case{nil, aCase(), {}}
	states := make(map[string]*casework.Case)
	for i, c := range casetest.District(3, 60) {
		next, err := casework.Evolve(states[c.GetStream()], casework.Position(i+1), c)
		if err != nil {
			t.Fatal(err)
		}
		states[c.GetStream()] = next
	}
	users, bodies := []string{"", "op.7", "op.8", "op.9"}, []string{""}
	for _, c := range states {
		cases = append(cases, c)
		bodies = append(bodies, c.Bodies...)
		for _, m := range c.Team {
			users = append(users, m.User)
		}
	}
	bodies = append(bodies, aCase().Bodies...)
	bodies = append(bodies, "ASSC", "PARISH", "CARITAS", "CPS")
	rapid.Check(t, func(r *rapid.T) {
		draw := func(who string) access.Caller {
			return access.Caller{
				User: rapid.SampledFrom(users).Draw(r, "user of "+who),
				Role: rapid.SampledFrom(append(access.Roles(), "")).Draw(r, "role of "+who),
				Body: rapid.SampledFrom(bodies).Draw(r, "body of "+who),
			}
		}
		caller, other := draw("caller"), draw("other")
		sealed := rapid.Bool().Draw(r, "sealed")
		for _, k := range cases {
			if k != nil && sealed {
				twin := *k
				twin.Service = eventv1.Service_SERVICE_ANTI_VIOLENCE_CENTRE
				k = &twin
			}
			if s := access.SightOf(caller); k != nil && s.SeesAllOf(k.CaseManager) && !s.Sees(k) {
				r.Fatalf("%+v sees all cases of a case manager, and not this one\n%+v", caller, k)
			}
			if access.SightOf(caller).Covers(access.SightOf(other)) && access.Sees(other, k) && !access.Sees(caller, k) {
				r.Fatalf("%+v covers %+v, who sees a case that the first one does not\n%+v", caller, other, k)
			}
			if want, got := access.Sees(caller, k), access.SightOf(caller).Sees(k); want != got {
				r.Fatalf("%+v sees a case: %v by the rule, %v by the sight\n%+v", caller, want, got, k)
			}
		}
	})
}

func TestASightCoversWhatHasNoOtherWayToSeeACase(t *testing.T) {
	caller := access.SightOf(access.Caller{User: "op.7", Role: access.CaseManager, Body: "ASSC"})
	planner := access.SightOf(access.Caller{User: "op.7", Role: access.Planner})
	for _, c := range []struct {
		name         string
		sight, other access.Sight
		want         bool
	}{
		{"itself", caller, caller, true},
		{"what its user works on", caller, access.SightOf(access.Caller{User: "op.7", Role: access.TeamMember}), true},
		{"what its body works on", caller, access.SightOf(access.Caller{Body: "ASSC", Role: access.TeamMember}), true},
		{"what a colleague works on", caller, access.SightOf(access.Caller{User: "op.8", Role: access.TeamMember}), false},
		{"what another body works on", caller, access.SightOf(access.Caller{Body: "ATS", Role: access.TeamMember}), false},
		{"what a planner sees", caller, planner, false},
		{"what somebody works on, of a planner", planner, caller, false},
		{"nothing", access.Sight{}, access.Sight{}, true},
	} {
		if got := c.sight.Covers(c.other); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
}

func TestCaseManagersSeeAllOfTheirOwnCases(t *testing.T) {
	for _, c := range []struct {
		caller  access.Caller
		manager string
		want    bool
	}{
		{access.Caller{User: "op.7", Role: access.CaseManager, Body: "ASSC"}, "op.7", true},
		{access.Caller{User: "op.7", Role: access.Coordinator}, "op.7", true},
		{access.Caller{User: "op.7", Role: access.CaseManager, Body: "ASSC"}, "op.8", false},
		{access.Caller{User: "op.7", Role: access.CaseManager, Body: "ASSC"}, "", false},
		{access.Caller{Role: access.CaseManager, Body: "ASSC"}, "", false},
		{access.Caller{User: "op.7", Role: access.Planner}, "op.7", false},
		{access.Caller{User: "op.7", Role: access.ReportingBody, Body: "op.7"}, "op.7", false},
	} {
		if got := access.SightOf(c.caller).SeesAllOf(c.manager); got != c.want {
			t.Errorf("%+v sees all cases of %q: %v", c.caller, c.manager, got)
		}
	}
}
