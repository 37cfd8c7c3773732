package casework_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"percorsi/internal/casework"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

// home is a household of the person of the case and others.
func home(others ...string) *eventv1.HouseholdRecorded {
	f := &eventv1.HouseholdRecorded{Members: []*eventv1.HouseholdMember{
		{PersonId: id("person"), Relation: eventv1.Relation_RELATION_APPLICANT},
	}}
	for _, o := range others {
		f.Members = append(f.Members, &eventv1.HouseholdMember{PersonId: id(o), Relation: eventv1.Relation_RELATION_CHILD})
	}
	return f
}

// applicant was there from the first household on.
func applicant() casework.Membership {
	return casework.Membership{Person: id("person"), Relation: eventv1.Relation_RELATION_APPLICANT, From: day("2025-02-01")}
}

func child(name, from, to string) casework.Membership {
	m := casework.Membership{Person: id(name), Relation: eventv1.Relation_RELATION_CHILD, From: day(from)}
	if to != "" {
		m.To = day(to)
	}
	return m
}

func TestMembershipsTellWhoWasInTheHouseholdWhen(t *testing.T) {
	begin := generaleInCharge()
	for _, tt := range []struct {
		name  string
		given []*eventv1.Fact
		want  []casework.Membership
	}{
		{"nobody recorded a household", nil, nil},
		{
			"two who are there",
			[]*eventv1.Fact{on("2025-02-01", home("ada"))},
			[]casework.Membership{applicant(), child("ada", "2025-02-01", "")},
		},
		{
			"one who left and one who came",
			[]*eventv1.Fact{on("2025-02-01", home("ada")), on("2025-03-01", home("bea"))},
			[]casework.Membership{applicant(), child("ada", "2025-02-01", "2025-02-28"), child("bea", "2025-03-01", "")},
		},
		{
			"one who left and came back",
			[]*eventv1.Fact{on("2025-02-01", home("ada")), on("2025-03-01", home()), on("2025-04-01", home("ada"))},
			[]casework.Membership{applicant(), child("ada", "2025-02-01", "2025-02-28"), child("ada", "2025-04-01", "")},
		},
		{
			"an earlier household that is recorded late",
			[]*eventv1.Fact{on("2025-03-01", home("ada")), on("2025-02-01", home("bea"))},
			[]casework.Membership{applicant(), child("bea", "2025-02-01", "2025-02-28"), child("ada", "2025-03-01", "")},
		},
		{
			"two of one day, of which the last one counts",
			[]*eventv1.Fact{on("2025-02-01", home("ada")), on("2025-02-01", home("bea"))},
			[]casework.Membership{applicant(), child("bea", "2025-02-01", "")},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, fold(t, and(begin, tt.given...)...).Memberships()); diff != "" {
				t.Errorf("memberships (-want +got):\n%s", diff)
			}
		})
	}
}

// TestWhoIsInTheHouseholdIsWhoHasNotLeftIt compares memberships with the newest
// household, in whatever order they were recorded.
func TestWhoIsInTheHouseholdIsWhoHasNotLeftIt(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		facts := generaleInCharge()
		for range rapid.IntRange(0, 8).Draw(r, "households") {
			d := day("2025-02-01") + casework.Day(rapid.IntRange(0, 5).Draw(r, "day"))
			facts = append(facts, on(d.String(), home(rapid.SliceOfDistinct(rapid.SampledFrom([]string{"ada", "bea", "cia"}), rapid.ID).Draw(r, "members")...)))
		}
		c := fold(t, facts...)
		now := map[string]bool{}
		last := map[string]casework.Day{}
		for _, m := range c.Memberships() {
			if m.From <= last[m.Person] || m.To != 0 && m.To < m.From {
				r.Fatalf("%s is in the household from %s to %s, after %s", m.Person, m.From, m.To, last[m.Person])
			}
			if last[m.Person] = m.To; m.To == 0 {
				now[m.Person] = true
			}
		}
		for _, m := range c.Household {
			if !now[m.Person] {
				r.Fatalf("%s is in the household and has left it", m.Person)
			}
		}
		if len(now) != len(c.Household) {
			r.Fatalf("%d are in the household, %d have not left it", len(c.Household), len(now))
		}
	})
}
