package indicator

import (
	"strconv"

	"percorsi/internal/casework"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

// Evidence is one unit behind a figure, once for each of its keys.
type Evidence struct {
	Indicator string
	// Period is the year, or the years, that the unit was counted over. The
	// units of a mean stand under each year they count in, and those of growth
	// under both years.
	Period string
	// CaseID is zero for a fact of the plan.
	CaseID casework.CaseID
	// UnitID is the project, path, meeting, support, activity or supplied
	// figure; the number of an evaluation, counted from 1; empty for the case
	// itself.
	UnitID  string
	Verdict Verdict
	// Key the unit is counted under; the person where persons are counted.
	Key string
	// Value that the unit adds; of a supplied figure its numerator, and
	// Denominator its denominator.
	Value, Denominator int64
	// Failure says why the definition had no answer.
	Failure string
}

// Contributions tells what one case counts as, for every indicator that has a
// definition of its own and every period, as of a day. The units of the far
// side of a key share count as hits. person is the key that the person of the
// case is counted under, see [Board.Regroup].
func (p *Program) Contributions(c *casework.Case, person string, asOf casework.Day) []Evidence {
	var out []Evidence
	p.evaluate(asOf, func(e *evaluation) {
		e.ofCase(c, person, false)
		for i := range e.out {
			out = append(out, p.evidence(&e.out[i], c, PlanFacts{}))
		}
	})
	return out
}

// evidence opens a contribution of a case, or of the plan where c is nil.
func (p *Program) evidence(of *contribution, c *casework.Case, facts PlanFacts) Evidence {
	d := p.definitions[of.definition]
	e := Evidence{
		Indicator: d.indicator, Period: p.spans.list[of.span].Label,
		Verdict: of.verdict, Key: of.key, Value: of.value,
	}
	kind := of.side(d).unit
	if of.failed() {
		e.Key, e.Failure = "", of.key
	}
	if c == nil {
		e.openFact(d, kind, of.unit(), facts)
		return e
	}
	e.CaseID, e.UnitID = c.ID, unitID(c, kind, of.unit())
	return e
}

func (e *Evidence) openFact(d *definition, kind eventv1.UnitOfCount, at int, facts PlanFacts) {
	if kind == eventv1.UnitOfCount_UNIT_OF_COUNT_ACTIVITY {
		e.UnitID = facts.Activities[at].ID
		return
	}
	supplied := facts.Supplied[at]
	e.UnitID = supplied.ID
	if d.ownNumbers {
		e.Value, e.Denominator = supplied.Numerator, supplied.Denominator
	}
}

// unitID gives the id of a unit of a case.
func unitID(c *casework.Case, kind eventv1.UnitOfCount, at int) string {
	switch kind {
	case eventv1.UnitOfCount_UNIT_OF_COUNT_PROJECT:
		return c.Projects[at].ID
	case eventv1.UnitOfCount_UNIT_OF_COUNT_PATH:
		return c.Paths[at].ID
	case eventv1.UnitOfCount_UNIT_OF_COUNT_MEETING:
		return c.Meetings[at].ID
	case eventv1.UnitOfCount_UNIT_OF_COUNT_SUPPORT:
		return c.Supports[at].ID
	case eventv1.UnitOfCount_UNIT_OF_COUNT_EVALUATION:
		return strconv.Itoa(at + 1)
	default:
		return ""
	}
}
