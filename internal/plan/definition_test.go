package plan_test

import (
	"testing"

	"google.golang.org/protobuf/proto"

	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	"percorsi/internal/plan"
)

// change is a change of the definition of the indicator counted from
// cases, at place 1 of the small plan.
type change func(d *eventv1.Definition)

func TestADefinitionHasWhatItsAggregationNeedsAndNothingElse(t *testing.T) {
	as := func(a eventv1.Aggregation, more change) change {
		return func(d *eventv1.Definition) {
			d.Aggregation, d.Hit = a, ""
			more(d)
		}
	}
	nothing := func(*eventv1.Definition) {}
	const field = "plan.indicators[1].definition."
	for name, test := range map[string]struct {
		change change
		want   []string
	}{
		"nothing is said": {
			func(d *eventv1.Definition) { proto.Reset(d) },
			[]string{field + "version", field + "unit", field + "aggregation", field + "period", field + "source", field + "of"},
		},
		"a ratio needs a hit":        {as(eventv1.Aggregation_AGGREGATION_RATIO, nothing), []string{field + "hit"}},
		"a ratio has no key":         {func(d *eventv1.Definition) { d.Key = "case.comune" }, []string{field + "key"}},
		"a ratio has no value":       {func(d *eventv1.Definition) { d.Value = "1" }, []string{field + "value"}},
		"a count needs nothing":      {as(eventv1.Aggregation_AGGREGATION_COUNT, nothing), nil},
		"a distinct needs a key":     {as(eventv1.Aggregation_AGGREGATION_DISTINCT, nothing), []string{field + "key"}},
		"a sum needs a value":        {as(eventv1.Aggregation_AGGREGATION_SUM, nothing), []string{field + "value"}},
		"a mean needs a value":       {as(eventv1.Aggregation_AGGREGATION_MEAN, nothing), []string{field + "value"}},
		"growth needs nothing":       {as(eventv1.Aggregation_AGGREGATION_GROWTH, nothing), nil},
		"growth may be of a sum":     {as(eventv1.Aggregation_AGGREGATION_GROWTH, func(d *eventv1.Definition) { d.Value = "1" }), nil},
		"a value ratio needs both":   {as(eventv1.Aggregation_AGGREGATION_VALUE_RATIO, nothing), []string{field + "hit", field + "value"}},
		"a key share needs both":     {as(eventv1.Aggregation_AGGREGATION_KEY_SHARE, nothing), []string{field + "hit", field + "key"}},
		"everything must be counted": {func(d *eventv1.Definition) { d.Of = "" }, []string{field + "of"}},
		"another side needs its key": {
			as(eventv1.Aggregation_AGGREGATION_KEY_SHARE, func(d *eventv1.Definition) {
				d.Hit, d.Key, d.HitUnit = "true", "case.comune", eventv1.UnitOfCount_UNIT_OF_COUNT_PATH
			}),
			[]string{field + "hit_unit"},
		},
		"only a key share has another side": {
			func(d *eventv1.Definition) {
				d.HitUnit, d.HitKey = eventv1.UnitOfCount_UNIT_OF_COUNT_PATH, "path.host"
			},
			[]string{field + "hit_unit"},
		},
		"a coverage above 100":  {func(d *eventv1.Definition) { d.Coverage = 101 }, []string{field + "coverage"}},
		"a coverage below 0":    {func(d *eventv1.Definition) { d.Coverage = -1 }, []string{field + "coverage"}},
		"a scale below nought":  {func(d *eventv1.Definition) { d.Scale = -100 }, []string{field + "scale"}},
		"cases have no figures": {func(d *eventv1.Definition) { d.Unit = eventv1.UnitOfCount_UNIT_OF_COUNT_ACTIVITY }, []string{field + "unit"}},
	} {
		t.Run(name, func(t *testing.T) {
			p := small()
			test.change(find(p, ofCases).GetDefinition())
			wantFields(t, plan.Check(p), test.want...)
		})
	}
}

func TestAKeyShareMayCompareActivitiesWithCases(t *testing.T) {
	p := small()
	d := find(p, ofCases).GetDefinition()
	d.Aggregation, d.Unit = eventv1.Aggregation_AGGREGATION_KEY_SHARE, eventv1.UnitOfCount_UNIT_OF_COUNT_ACTIVITY
	d.Key, d.Hit = "activity.bodies", "path.started_on != 0"
	d.HitUnit, d.HitKey = eventv1.UnitOfCount_UNIT_OF_COUNT_PATH, "path.host"
	d.Pathways = []eventv1.Pathway{eventv1.Pathway_PATHWAY_SELF}
	wantFields(t, plan.Check(p))
}

func TestASuppliedFigureBringsItsOwnNumbers(t *testing.T) {
	p := small()
	d := find(p, ofShares).GetDefinition()
	d.Hit, d.Value, d.Key = "true", "supplied.numerator", "supplied.supplied_by"
	d.Pathways = []eventv1.Pathway{eventv1.Pathway_PATHWAY_ADI}
	const field = "plan.indicators[0].definition."
	wantFields(t, plan.Check(p), field+"hit", field+"key", field+"value", field+"pathways")
}
