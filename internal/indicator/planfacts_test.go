package indicator

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"percorsi/internal/casework"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

func TestFiguresOfFactsOfThePlan(t *testing.T) {
	activities := []*Activity{
		{ID: "a1", On: day(t, "2025-03-01"), Kind: eventv1.ActivityKind_ACTIVITY_KIND_MEETING, Indicator: "A1.OUT.1", Quantity: 1, Participants: 12},
		{ID: "a2", On: day(t, "2026-03-01"), Kind: eventv1.ActivityKind_ACTIVITY_KIND_MEETING, Indicator: "A1.OUT.1", Quantity: 2, Participants: 8},
		{ID: "a3", On: day(t, "2026-04-01"), Kind: eventv1.ActivityKind_ACTIVITY_KIND_HOST_CONTACT, Indicator: "H2.OUT.1", Quantity: 1, Bodies: []string{"ACME", "BAR", "COOP"}},
		{ID: "a4", On: day(t, "2026-05-01"), Kind: eventv1.ActivityKind_ACTIVITY_KIND_HOST_CONTACT, Indicator: "H2.OUT.1", Quantity: 1, Bodies: []string{"ACME", "DITTA"}},
	}
	supplied := []*Supplied{
		{ID: "s1", Indicator: "A1.OUT.1", SuppliedBy: "CAV", From: day(t, "2025-01-01"), To: day(t, "2025-12-31"), Numerator: 30, Denominator: 40},
		{ID: "s2", Indicator: "A1.OUT.1", SuppliedBy: "CAV", From: day(t, "2026-01-01"), To: day(t, "2026-12-31"), Numerator: 10, Denominator: 60},
	}
	hosts := caseOf(t, 1, "ada", "2026-01-01")
	hosts.Paths = []*casework.Path{{ID: "p1", Host: "BAR", StartedOn: day(t, "2026-06-01")}, {ID: "p2", Host: "OTHER", StartedOn: day(t, "2026-06-01")}}

	for name, x := range map[string]struct {
		id         string
		definition *eventv1.Definition
		period     string
		want       numbers
	}{
		"activities of the indicator in the period": {
			definition: &eventv1.Definition{Aggregation: count, Unit: unitActivity, Source: fromActivities},
			period:     "2026",
			want:       numbers{status: NoTarget, num: 1, value: 1, achievement: -1},
		},
		"quantities added up": {
			definition: &eventv1.Definition{Aggregation: sum, Unit: unitActivity, Source: fromActivities, Value: "activity.quantity"},
			want:       numbers{status: NoTarget, num: 3, value: 3, achievement: -1},
		},
		"a register that is kept and empty for the year is a measured 0": {
			definition: &eventv1.Definition{Aggregation: count, Unit: unitActivity, Source: fromActivities},
			period:     "2027",
			want:       numbers{status: NoTarget, achievement: -1},
		},
		"a register that nobody keeps": {
			id:         "A1.OUT.2",
			definition: &eventv1.Definition{Aggregation: count, Unit: unitActivity, Source: fromActivities},
			want: numbers{
				status: NotMeasurable, value: -1, achievement: -1,
				reason: NotRecorded, text: "no activity was ever recorded for A1.OUT.2",
			},
		},
		"a definition that asks for the indicator looks at all of them": {
			id: "A1.OUT.2",
			definition: &eventv1.Definition{
				Aggregation: distinct, Unit: unitActivity, Source: fromActivities,
				Of: "activity.indicator == 'H2.OUT.1' && within(activity.on, from, to)", Key: "activity.bodies",
			},
			want: numbers{status: NoTarget, num: 4, value: 4, achievement: -1},
		},
		"hosts that were contacted and hosted": {
			id: "H2.OUT.1",
			definition: &eventv1.Definition{
				Aggregation: keyShare, Unit: unitActivity, Source: fromActivities, Key: "activity.bodies",
				HitUnit: unitPath, Hit: "within(path.started_on, from, to)", HitKey: "path.host",
			},
			want: numbers{status: NoTarget, num: 1, den: 4, value: 25, achievement: -1},
		},
		"supplied numbers are added before they are divided": {
			definition: &eventv1.Definition{Aggregation: ratio, Unit: unitSupplied, Source: fromSupplied},
			want:       numbers{status: NoTarget, num: 40, den: 100, value: 40, achievement: -1},
		},
		"a supplied mean": {
			definition: &eventv1.Definition{Aggregation: mean, Unit: unitSupplied, Source: fromSupplied},
			period:     "2025",
			want:       numbers{status: NoTarget, num: 30, den: 40, value: 0.75, achievement: -1},
		},
		"a supplied count": {
			definition: &eventv1.Definition{Aggregation: count, Unit: unitSupplied, Source: fromSupplied},
			want:       numbers{status: NoTarget, num: 40, value: 40, achievement: -1},
		},
		"the mean of supplied years": {
			definition: &eventv1.Definition{Aggregation: ratio, Unit: unitSupplied, Source: fromSupplied, Period: meanOfYears},
			want:       numbers{status: NoTarget, num: 40, den: 100, value: 45.83, achievement: -1},
		},
		"a year that nobody supplied": {
			definition: &eventv1.Definition{Aggregation: ratio, Unit: unitSupplied, Source: fromSupplied},
			period:     "2027",
			want: numbers{
				status: NotMeasurable, value: -1, achievement: -1,
				reason: NotSupplied, text: "no body supplied the figure for the period",
			},
		},
		"growth of supplied counts": {
			definition: &eventv1.Definition{Aggregation: growth, Unit: unitSupplied, Source: fromSupplied},
			period:     "2026",
			want:       numbers{status: NoTarget, num: 10, den: 30, value: -66.67, achievement: -1},
		},
	} {
		t.Run(name, func(t *testing.T) {
			id := x.id
			if id == "" {
				id = "A1.OUT.1"
			}
			board := boardOf(t, compile(t, define(id, x.definition)), "2027-12-31", hosts)
			board.SetPlanFacts(PlanFacts{Activities: activities, Supplied: supplied})
			got := numbersOf(figureAt(t, board, id, x.period))
			if diff := cmp.Diff(x.want, got, cmp.AllowUnexported(numbers{})); diff != "" {
				t.Error(diff)
			}
		})
	}
}
