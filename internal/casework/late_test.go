package casework_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"

	"percorsi/internal/casework"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

// late is a kind of fact of which the newest counts: what the case shows of it
// must not depend on which of two was recorded first.
type late struct {
	name         string
	given        facts
	older, newer proto.Message
	shows        func(c *casework.Case) any
}

func lates() []late {
	agreed := and(drafted(), on("2025-02-20", &eventv1.CommitmentAgreed{
		CommitmentId: id("commitment"), ProjectId: id("project"), By: eventv1.Voice_VOICE_BENEFICIARY,
	}))
	checked := func(a eventv1.Activation) proto.Message {
		return &eventv1.CommitmentChecked{
			ProjectId: id("project"), CommitmentId: id("commitment"), Activation: a, Says: eventv1.Voice_VOICE_OPERATORS,
		}
	}
	return []late{
		{
			"needs", generale(),
			&eventv1.NeedsRecorded{Needs: []eventv1.Need{eventv1.Need_NEED_HOUSING}},
			&eventv1.NeedsRecorded{Needs: []eventv1.Need{eventv1.Need_NEED_ECONOMIC}},
			func(c *casework.Case) any { return c.Needs },
		},
		{
			"the household", applied(),
			household(member("person", eventv1.Obligation_OBLIGATION_EXEMPT)),
			household(member("person", eventv1.Obligation_OBLIGATION_EXEMPT), member("child", eventv1.Obligation_OBLIGATION_EXEMPT)),
			func(c *casework.Case) any { return c.Household },
		},
		{
			"the case manager", applied(),
			&eventv1.CaseManagerAssigned{CaseManager: anna, Body: "ACSI"},
			&eventv1.CaseManagerAssigned{CaseManager: bruno, Body: "ACSI"},
			func(c *casework.Case) any { return []any{c.CaseManager, c.AssignedOn} },
		},
		{
			"the decision of INPS", applied(),
			&eventv1.MeasureDecided{Decision: eventv1.MeasureDecision_MEASURE_DECISION_ACCEPTED},
			&eventv1.MeasureDecided{Decision: eventv1.MeasureDecision_MEASURE_DECISION_REVOKED},
			func(c *casework.Case) any { return c.Decision },
		},
		{
			"a second acceptance", applied(),
			&eventv1.MeasureDecided{Decision: eventv1.MeasureDecision_MEASURE_DECISION_ACCEPTED},
			&eventv1.MeasureDecided{Decision: eventv1.MeasureDecision_MEASURE_DECISION_ACCEPTED},
			func(c *casework.Case) any { return c.AcceptedOn },
		},
		{
			"eligibility", generale(),
			&eventv1.EligibilityAssessed{Eligible: false},
			&eventv1.EligibilityAssessed{Eligible: true},
			func(c *casework.Case) any { return []any{c.Eligible, c.EligibleOn} },
		},
		{
			"the PAD", applied(),
			&eventv1.PadSigned{SignedOn: "2025-03-01"},
			&eventv1.PadSigned{SignedOn: "2025-06-01"},
			func(c *casework.Case) any { return c.PadSignedOn },
		},
		{
			"a check of a commitment", agreed,
			checked(eventv1.Activation_ACTIVATION_NOT_KEPT), checked(eventv1.Activation_ACTIVATION_KEPT),
			func(c *casework.Case) any { return c.Projects[0].Commitments[0].Activation },
		},
	}
}

// TestAFactRecordedLateDoesNotHideANewerOne since records are often entered
// days later: what was true last counts, not what was typed last.
func TestAFactRecordedLateDoesNotHideANewerOne(t *testing.T) {
	for _, l := range lates() {
		t.Run(l.name, func(t *testing.T) {
			older, newer := on("2025-03-01", l.older), on("2025-06-01", l.newer)
			inOrder, late := given(t, and(l.given, older, newer)...), given(t, and(l.given, newer, older)...)
			if diff := cmp.Diff(l.shows(inOrder.c), l.shows(late.c)); diff != "" {
				t.Errorf("recorded in order (-) and the older one late (+):\n%s", diff)
			}
			if n := len(late.c.Timeline); late.c.Timeline[n-1].Day != day("2025-03-01") {
				t.Errorf("the history does not end with the late fact: %v", late.c.Timeline[n-1])
			}
		})
	}
}

// TestOfOneDayTheFactRecordedLastCounts since it is how a slip of the same day
// is put right.
func TestOfOneDayTheFactRecordedLastCounts(t *testing.T) {
	for _, l := range lates() {
		t.Run(l.name, func(t *testing.T) {
			alone := given(t, and(l.given, on("2025-06-01", l.newer))...)
			both := given(t, and(l.given, on("2025-06-01", l.older), on("2025-06-01", l.newer))...)
			if diff := cmp.Diff(l.shows(alone.c), l.shows(both.c)); diff != "" {
				t.Errorf("the newer one alone (-) and after one of the same day (+):\n%s", diff)
			}
		})
	}
}

func TestACaseKnowsWhereItWasOpened(t *testing.T) {
	c := given(t, applied()...).c
	if c.Opened != 1 || c.Opened != c.Timeline[0].Position {
		t.Errorf("the case was opened at %d, its first fact lies at %d", c.Opened, c.Timeline[0].Position)
	}
}
